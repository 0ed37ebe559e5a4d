"""Hands deleted documents to the eraser's queue."""

from functools import cached_property
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from autosocial.contracts.ingestion import EraseDocument
from autosocial.kernel.errors import TransientError

_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 3, "mode": "standard"})


class SqsErasureQueue:
    """``ErasureQueue`` on a standard queue."""

    def __init__(self, queue_url: str) -> None:
        self._queue_url = queue_url

    def request(self, creator_id: str, document_id: str, *, request_id: str) -> None:
        """See ``ErasureQueue``."""
        message = EraseDocument(creator_id=creator_id, document_id=document_id, request_id=request_id)
        try:
            self._client.send_message(QueueUrl=self._queue_url, MessageBody=message.model_dump_json())
        except (BotoCoreError, ClientError) as error:
            raise TransientError("The document cannot be deleted right now; try again.") from error

    @cached_property
    def _client(self) -> Any:
        import boto3

        return boto3.client("sqs", config=_CONFIG)
