"""What a consumer does to its queues: keeps dead letters for a person, says when a message comes again."""

import hashlib
from collections.abc import Sequence
from typing import Any

from autosocial.adapters.aws.errors import translated
from autosocial.adapters.aws.session import client
from autosocial.kernel.errors import TransientError

# Of a call that a heartbeat makes: its next beat is the better second try.
_QUICK: dict[str, Any] = {"connect_timeout": 1, "read_timeout": 3, "total_max_attempts": 1}
_MOST_ENTRIES = 10


class SqsDeadLetterQueue:
    """Fills ``runtime.queue_ports.DeadLetterQueue``."""

    def __init__(self, url: str, *, region: str = "") -> None:
        self._url = url
        self._region = region

    def send(self, body: str, *, reason: str, request_id: str) -> None:
        """Keep the message, with the reason. Raises ``TransientError`` or ``PermanentError``."""
        attributes = {"reason": reason, "request_id": request_id}
        arguments: dict[str, Any] = {
            "QueueUrl": self._url,
            "MessageBody": body,
            "MessageAttributes": {
                name: {"DataType": "String", "StringValue": value}
                for name, value in attributes.items()
                if value
            },
        }
        if self._url.endswith(".fifo"):
            # Dead letters have no order among themselves; equal ones sent twice need a person once.
            digest = hashlib.sha256(body.encode()).hexdigest()
            arguments |= {"MessageGroupId": digest, "MessageDeduplicationId": digest}
        with translated("The dead letter could not be kept."):
            client("sqs", region=self._region).send_message(**arguments)


class SqsVisibility:
    """Fills ``runtime.queue_ports.Visibility`` for the queue whose dead letters go to ``dlq_url``."""

    def __init__(self, dlq_url: str, *, region: str = "") -> None:
        self._siblings = dlq_url.rpartition("/")[0]
        self._region = region

    def hide(self, queue_arn: str, receipt_handles: Sequence[str], *, seconds: int) -> None:
        """Hand the messages out again after ``seconds``. Raises ``TransientError`` or ``PermanentError``."""
        # A queue and its dead-letter queue are of one account and region.
        url = f"{self._siblings}/{queue_arn.rpartition(':')[2]}"
        for start in range(0, len(receipt_handles), _MOST_ENTRIES):
            entries = [
                {"Id": str(place), "ReceiptHandle": handle, "VisibilityTimeout": seconds}
                for place, handle in enumerate(receipt_handles[start : start + _MOST_ENTRIES])
            ]
            with translated("The messages' visibility could not be changed."):
                sqs = client("sqs", region=self._region, **_QUICK)
                answer = sqs.change_message_visibility_batch(QueueUrl=url, Entries=entries)
            if answer.get("Failed"):
                raise TransientError("The messages' visibility could not be changed.")
