"""Hands deleted documents to the eraser's queue."""

import msgspec

from autosocial.adapters.aws.errors import translated
from autosocial.adapters.aws.session import client
from autosocial.contracts.ingestion import EraseDocument


class SqsErasureQueue:
    """``ErasureQueue`` on a standard queue."""

    def __init__(self, queue_url: str) -> None:
        self._queue_url = queue_url

    def request(self, creator_id: str, document_id: str, *, request_id: str) -> None:
        """See ``ErasureQueue``."""
        message = EraseDocument(creator_id=creator_id, document_id=document_id, request_id=request_id)
        with translated("The document cannot be deleted right now; try again."):
            client("sqs").send_message(
                QueueUrl=self._queue_url, MessageBody=msgspec.json.encode(message).decode()
            )
