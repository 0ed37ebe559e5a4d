"""Says in one line of the log how each answer went, and counts those that went badly."""

from collections.abc import Callable, Sequence

from autosocial.contracts.inbound import AnswerRequest
from autosocial.conversations.answer import AnswerMessage
from autosocial.conversations.record import AnswerRecord, Monotonic
from autosocial.kernel.breaker import Breaker, look_aside
from autosocial.runtime.logs import Log
from autosocial.runtime.metrics import Metrics


def reported(
    answer: AnswerMessage,
    *,
    log: Log,
    metrics: Metrics,
    monotonic: Monotonic,
    breakers: Sequence[Breaker] = (),
) -> Callable[[AnswerRequest], None]:
    """Return ``answer`` as a queue's consumer that reports."""

    def handle(message: AnswerRequest) -> None:
        # Whether a model is away is asked after some trips to the database: looked up beside them.
        look_aside(breakers)
        record = AnswerRecord(monotonic)
        try:
            record.ended(answer(message, record))
        except Exception as error:
            record.failed(error)
            raise
        finally:
            write = log.warning if record.is_trouble else log.info
            write("answer ended", **record.fields())
            if record.is_trouble:
                # What the alarm in infra/services/conversations.py watches.
                metrics.count("AnswersInTrouble")

    return handle
