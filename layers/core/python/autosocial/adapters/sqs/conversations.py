"""The answer queue on SQS FIFO."""

import msgspec

from autosocial.adapters.aws.errors import translated
from autosocial.adapters.aws.session import client
from autosocial.contracts.inbound import AnswerRequest


class SqsAnswerQueue:
    """The port ``AnswerQueue``: in order within a conversation, the same message once in five minutes."""

    def __init__(self, queue_url: str) -> None:
        self._queue_url = queue_url

    def send(self, message: AnswerRequest) -> None:
        """Queue a message."""
        with translated("The queue is away for now."):
            client("sqs").send_message(
                QueueUrl=self._queue_url,
                MessageBody=msgspec.json.encode(message).decode(),
                MessageGroupId=message.conversation_id,
                MessageDeduplicationId=message.work_id,
            )
