"""Dead-letter queues as parking lots: what must not be tried again waits there for a person."""

from functools import cached_property
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from autosocial.kernel.errors import TransientError

_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 3, "mode": "standard"})


class SqsParkingLot:
    """Fills ``runtime.queue.ParkingLot``."""

    def __init__(self, dlq_url: str, *, region: str = "") -> None:
        self._dlq_url = dlq_url
        self._region = region or None
        self._urls: dict[str, str] = {}

    def park(self, body: str, *, reason: str, request_id: str) -> None:
        """Keep the message for a person, with the reason. Raises ``TransientError`` if that fails."""
        attributes = {"reason": reason, "request_id": request_id}
        arguments: dict[str, Any] = {
            "QueueUrl": self._dlq_url,
            "MessageBody": body,
            "MessageAttributes": {
                name: {"DataType": "String", "StringValue": value}
                for name, value in attributes.items()
                if value
            },
        }
        if self._dlq_url.endswith(".fifo"):
            # Parked messages have no order among themselves; equal ones parked twice need a person once.
            arguments["MessageGroupId"] = "parked"
            arguments["MessageDeduplicationId"] = _digest(body)
        try:
            self._client.send_message(**arguments)
        except (BotoCoreError, ClientError) as error:
            raise TransientError("The message could not be parked.") from error

    def give_back(self, queue_arn: str, receipt_handle: str, *, seconds: int) -> None:
        """Hand the message out again after ``seconds``. Raises ``TransientError`` if that fails."""
        try:
            self._client.change_message_visibility(
                QueueUrl=self._url(queue_arn), ReceiptHandle=receipt_handle, VisibilityTimeout=seconds
            )
        except (BotoCoreError, ClientError) as error:
            raise TransientError("The message could not be given back early.") from error

    def _url(self, queue_arn: str) -> str:
        if queue_arn not in self._urls:
            name = queue_arn.rpartition(":")[2]
            self._urls[queue_arn] = self._client.get_queue_url(QueueName=name)["QueueUrl"]
        return self._urls[queue_arn]

    @cached_property
    def _client(self) -> Any:
        from botocore.session import Session

        return Session().create_client("sqs", self._region, config=_CONFIG)


def _digest(body: str) -> str:
    import hashlib

    return hashlib.sha256(body.encode()).hexdigest()
