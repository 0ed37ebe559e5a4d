"""The short cut of facts to who watches right now, beside the bus."""

import msgspec

from autosocial.adapters.aws.errors import translated
from autosocial.adapters.aws.session import client
from autosocial.contracts.events import Envelope


class SqsLiveFacts:
    """Fills the port ``LiveFacts`` of the contexts: sends to the queue of functions/channels/notify."""

    def __init__(self, queue_url: str) -> None:
        self._queue_url = queue_url

    def tell(self, fact: Envelope) -> None:
        """Send a fact. Raises ``TransientError`` or ``PermanentError``."""
        # One short try: nobody waits for it, and what gets lost here comes by the bus.
        with translated("The queue of live facts is away."):
            sqs = client("sqs", read_timeout=2, total_max_attempts=1)
            sqs.send_message(QueueUrl=self._queue_url, MessageBody=msgspec.json.encode(fact).decode())
