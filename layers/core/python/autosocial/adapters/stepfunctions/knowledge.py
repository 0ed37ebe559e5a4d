"""Starts the ingestion pipeline as a Step Functions execution."""

import json
from contextlib import suppress

from autosocial.adapters.aws.errors import translated
from autosocial.adapters.aws.session import client
from autosocial.kernel.errors import ConflictError


class StepFunctionsPipeline:
    """``Pipeline`` on a standard state machine; an execution's name is made of document and attempt."""

    def __init__(self, state_machine_arn: str) -> None:
        self._state_machine_arn = state_machine_arn

    def start(self, creator_id: str, document_id: str, *, attempt: int) -> None:
        """See ``Pipeline``."""
        work = {"key": f"{creator_id}/{document_id}/original", "attempt": attempt}
        failures = translated(
            "The pipeline cannot be started for now.",
            refused="The pipeline refused to start.",
            changed="The pipeline has this attempt already.",
            refused_code="pipeline_refused",
        )
        with suppress(ConflictError), failures:
            client("stepfunctions").start_execution(
                stateMachineArn=self._state_machine_arn,
                name=f"{document_id}-{attempt}",
                input=json.dumps(work),
            )
