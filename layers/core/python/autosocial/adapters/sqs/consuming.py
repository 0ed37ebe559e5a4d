"""What a consumer does to its queues: keeps dead letters for a person, says when a message comes again."""

import hashlib
from typing import Any

from autosocial.adapters.aws.errors import translated
from autosocial.adapters.aws.session import client


class SqsDeadLetterQueue:
    """Fills ``runtime.queue.DeadLetterQueue``."""

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
            arguments["MessageGroupId"] = "parked"
            arguments["MessageDeduplicationId"] = hashlib.sha256(body.encode()).hexdigest()
        with translated("The message could not be parked."):
            client("sqs", region=self._region).send_message(**arguments)


class SqsVisibility:
    """Fills ``runtime.queue.Visibility`` for the queue whose dead letters go to ``dlq_url``."""

    def __init__(self, dlq_url: str, *, region: str = "") -> None:
        self._siblings = dlq_url.rpartition("/")[0]
        self._region = region

    def hide(self, queue_arn: str, receipt_handle: str, *, seconds: int) -> None:
        """Hand the message out again after ``seconds``. Raises ``TransientError`` or ``PermanentError``."""
        with translated("The message's visibility could not be changed."):
            client("sqs", region=self._region).change_message_visibility(
                QueueUrl=self._url(queue_arn), ReceiptHandle=receipt_handle, VisibilityTimeout=seconds
            )

    def _url(self, queue_arn: str) -> str:
        # A queue and its dead-letter queue are of one account and region.
        return f"{self._siblings}/{queue_arn.rpartition(':')[2]}"
