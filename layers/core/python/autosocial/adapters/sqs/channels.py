"""The queue of answers that wait to be sent, on SQS FIFO."""

import msgspec

from autosocial.adapters.aws.errors import translated
from autosocial.adapters.aws.session import client
from autosocial.contracts.outbound import DeliverReply


class SqsReplyQueue:
    """The port ``ReplyQueue``: in order within a conversation, the same answer once in five minutes."""

    def __init__(self, queue_url: str) -> None:
        self._queue_url = queue_url

    def send(self, command: DeliverReply) -> None:
        """Queue one."""
        with translated("The queue is away for now."):
            client("sqs").send_message(
                QueueUrl=self._queue_url,
                MessageBody=msgspec.json.encode(command).decode(),
                MessageGroupId=command.conversation_id,
                MessageDeduplicationId=command.answer_id,
            )
