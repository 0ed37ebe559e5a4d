"""Starts the ingestion pipeline as a Step Functions execution."""

import json
from functools import cached_property
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from autosocial.kernel.errors import PermanentError, TransientError

_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 3, "mode": "standard"})
_REFUSED = frozenset({"AccessDeniedException", "StateMachineDoesNotExist", "InvalidArn", "InvalidName"})


class StepFunctionsPipeline:
    """``Pipeline`` on a standard state machine; an execution's name is made of document and attempt."""

    def __init__(self, state_machine_arn: str) -> None:
        self._state_machine_arn = state_machine_arn

    def start(self, creator_id: str, document_id: str, *, attempt: int) -> None:
        """See ``Pipeline``."""
        work = {"key": f"{creator_id}/{document_id}/original", "attempt": attempt}
        try:
            self._client.start_execution(
                stateMachineArn=self._state_machine_arn,
                name=f"{document_id}-{attempt}",
                input=json.dumps(work),
            )
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code == "ExecutionAlreadyExists":
                return
            if code in _REFUSED:
                raise PermanentError("The pipeline refused to start.", code="pipeline_refused") from error
            raise TransientError("The pipeline cannot be started for now.") from error
        except BotoCoreError as error:
            raise TransientError("The pipeline cannot be started for now.") from error

    @cached_property
    def _client(self) -> Any:
        import boto3

        return boto3.client("stepfunctions", config=_CONFIG)
