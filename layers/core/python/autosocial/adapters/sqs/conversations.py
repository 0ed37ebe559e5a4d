"""The answer queue on SQS FIFO."""

from functools import cached_property
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from autosocial.contracts.messages import InboundMessage
from autosocial.kernel.errors import TransientError

_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 3, "mode": "standard"})


class SqsAnswerQueue:
    """The port ``AnswerQueue``: in order within a conversation, the same message once in five minutes."""

    def __init__(self, queue_url: str) -> None:
        self._queue_url = queue_url

    def send(self, message: InboundMessage) -> None:
        """Queue a message."""
        try:
            self._client.send_message(
                QueueUrl=self._queue_url,
                MessageBody=message.model_dump_json(),
                MessageGroupId=message.conversation_id,
                MessageDeduplicationId=message.message_id,
            )
        except (ClientError, BotoCoreError) as error:
            raise TransientError("The queue is away for now.") from error

    @cached_property
    def _client(self) -> Any:
        # botocore alone: the socket function answers within milliseconds and does without boto3's import.
        from botocore.session import Session

        return Session().create_client("sqs", config=_CONFIG)
