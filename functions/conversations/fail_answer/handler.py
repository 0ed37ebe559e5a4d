"""Reads the answer queue's dead letters: visitors are told that there is no answer, and can go on."""

from autosocial.contracts.inbound import AnswerRequest
from autosocial.conversations.attempts import FailAnswer
from autosocial.kernel.clock import utc_now
from autosocial.kernel.ids import new_id
from autosocial.wiring.queue import dead_letter_function
from functions.conversations.fail_answer.settings import FailAnswerSettings


def build(settings: FailAnswerSettings) -> FailAnswer:
    """Compose the use case."""
    return FailAnswer(
        settings.conversations,
        settings.answers,
        replies=settings.replies(),
        clock=utc_now,
        ids=new_id,
    )


handler = dead_letter_function(FailAnswerSettings, build, message=AnswerRequest)
