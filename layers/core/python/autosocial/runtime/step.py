"""Entry point of Step Functions tasks: a typed input in, a typed outcome out.

A bad document is an outcome, not an exception: tasks raise only for what a retry may cure
(``TransientError``) and for faults of ours.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from autosocial.kernel.errors import PermanentError
from autosocial.runtime.function import LambdaHandler, Parts, S, bare, bind

I = TypeVar("I", bound=BaseModel)  # noqa: E741
O = TypeVar("O", bound=BaseModel)  # noqa: E741


def step_function(
    settings_type: type[S], build: Callable[[S], Callable[[I], O]], *, input_type: type[I]
) -> LambdaHandler:
    """Return the Lambda handler; the state's input must validate as ``input_type``."""
    parts = Parts(settings_type, build)

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        _, logger, part = parts.get()
        try:
            step_input = input_type.model_validate(event)
        except ValidationError as error:
            fields = sorted({".".join(str(part) for part in item["loc"]) for item in error.errors()})
            logger.error("step refused", fields=fields)  # noqa: TRY400 - its text would quote the input
            raise PermanentError(
                "The step's input does not have its shape.", code="step_input_invalid"
            ) from None
        ids = {
            "request_id": str(
                getattr(step_input, "request_id", "") or getattr(step_input, "document_id", "")
            ),
            "creator_id": str(getattr(step_input, "creator_id", "")),
        }
        bind(logger, context, ids)
        try:
            outcome = part(step_input)
        except Exception as error:
            logger.exception("step failed", error_name=type(error).__name__)
            raise bare(error) from None
        logger.info("step done", outcome=str(getattr(outcome, "outcome", "ok")))
        return outcome.model_dump(mode="json")

    return handler
