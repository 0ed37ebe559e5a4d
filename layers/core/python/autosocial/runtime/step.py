"""Entry point of Step Functions tasks: a typed input in, a typed outcome out.

A bad document is an outcome, not an exception: tasks raise only for what a retry may cure
(``TransientError``) and for faults of ours.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import msgspec

from autosocial.kernel.errors import PermanentError
from autosocial.runtime.function import LambdaHandler, Parts, S, bare, bind, in_time

I = TypeVar("I", bound=msgspec.Struct)  # noqa: E741
O = TypeVar("O", bound=msgspec.Struct)  # noqa: E741


def step_function(
    settings_type: type[S], build: Callable[[S], Callable[[I], O]], *, input_type: type[I]
) -> LambdaHandler:
    """Return the Lambda handler; the state's input must validate as ``input_type``."""
    parts = Parts(settings_type, build)

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        _, logger, part = parts.get()
        try:
            step_input = msgspec.convert(event, input_type)
        except msgspec.ValidationError as error:
            # Only the path to the field at fault: the rest of the text may quote the input.
            field = str(error).partition(" - at ")[2]
            logger.error("step refused", field=field)  # noqa: TRY400
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
        return cast("dict[str, Any]", msgspec.to_builtins(outcome))

    return in_time(handler)
