"""A running stack as visitors, and who disturbs them, find it."""

import re
from typing import Any

from infra.local.cloud import LocalCloud
from infra.local.stack import Addresses, LocalStack
from tests.chaos.visitors import SocketVisitor
from tests.chaos.workers import Workers


class Scene:
    """The demo creator's site, and what is behind it."""

    def __init__(self, stack: LocalStack, addresses: Addresses) -> None:
        self.cloud = LocalCloud(addresses.emulator_url)
        self._stack = stack
        self._addresses = addresses

    @property
    def creator_id(self) -> str:
        """The demo creator, as the embed code names them."""
        embed = (self._stack.config.state / "demo-embed.html").read_text()
        (creator_id,) = re.findall(r'data-creator="([0-9A-Z]{26})"', embed)
        return str(creator_id)

    @property
    def emulator_log(self) -> str:
        """What the emulator warned of."""
        return (self._stack.config.logs / "emulator.log").read_text()

    def visitor(self, name: str) -> SocketVisitor:
        """Return a new visitor."""
        edge, demo = self._addresses.edge_url, self._addresses.demo_url
        return SocketVisitor(edge_url=edge, demo_url=demo, creator_id=self.creator_id, name=name)

    def answer_workers(self) -> Workers:
        """Return the processes that write answers."""
        emulator = self._stack.children.pids()["emulator"]
        return Workers(self.cloud, emulator, handler="functions.conversations.answer.handler.handler")

    def queue_url(self, part: str) -> str:
        """Return the one queue whose name has ``part`` in it."""
        urls = self.cloud.client("sqs").list_queues()["QueueUrls"]
        (url,) = [url for url in urls if part in url]
        return url

    def send_parked_again(self) -> list[tuple[str, str]]:
        """Move the parked messages back to the answer queue; return the reason and the body of each."""
        sqs: Any = self.cloud.client("sqs")
        parked, queue = self.queue_url("AnswersParked"), self.queue_url("AnswersQueue")
        moved = []
        while got := sqs.receive_message(
            QueueUrl=parked, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        ).get("Messages"):
            for message in got:
                body, handle = message["Body"], message["ReceiptHandle"]
                sqs.send_message(
                    QueueUrl=queue, MessageBody=body, MessageGroupId=handle, MessageDeduplicationId=handle
                )
                sqs.delete_message(QueueUrl=parked, ReceiptHandle=handle)
                moved.append((message["MessageAttributes"]["reason"]["StringValue"], body))
        return moved
