"""What an operator is told of one answer: how it ended, why, and what took how long. Never its text."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from autosocial.contracts.outbound import Completed
from autosocial.conversations.model import Answer

Monotonic = Callable[[], float]


@dataclass(slots=True)
class AnswerRecord:
    """One attempt at one answer; its clock starts when it is made."""

    monotonic: Monotonic
    answer_id: str = ""
    outcome: str = "failed"
    model: str = ""
    search: str = ""
    search_error: str = ""
    error_name: str = ""
    code: str = ""
    milliseconds: dict[str, int] = field(default_factory=dict)
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.monotonic()

    @property
    def is_trouble(self) -> bool:
        """Whether the visitor did not get what they should."""
        return self.outcome in {"degraded", "failed"}

    @contextmanager
    def timed(self, part: str) -> Iterator[None]:
        """Note how long ``part`` takes, however it ends."""
        began = self.monotonic()
        try:
            yield
        finally:
            self.milliseconds[part] = _milliseconds(self.monotonic() - began)

    def reached(self, milestone: str) -> None:
        """Note after how long ``milestone`` was reached first."""
        if milestone not in self.milliseconds:
            self.milliseconds[milestone] = _milliseconds(self.monotonic() - self.began)

    def searched(self, mode: str, *, error: str) -> None:
        """Note how the documents were searched, and what kept embeddings away."""
        self.search, self.search_error = mode, error

    def failed(self, error: Exception) -> None:
        """Note the error below ``error``: the first cause tells more than what it was translated to."""
        cause = error.__cause__ or error
        self.error_name = type(cause).__name__
        self.code = str(getattr(cause, "code", "") or getattr(error, "code", "internal_error"))

    def ended(self, answer: Answer | None) -> None:
        """Note how the answer ended; None: another attempt ended it."""
        if answer is None or answer.ending is None:
            self.outcome = "superseded"
            return
        self.answer_id, ending = answer.answer_id, answer.ending
        if isinstance(ending, Completed):
            self.outcome = ending.outcome
            # Who wrote what was thrown away is known here only.
            self.model = ending.model or self.model
        else:
            self.code = self.code or ending.code

    def fields(self) -> dict[str, Any]:
        """Return what is known, as the fields of a log line."""
        self.reached("total")
        words = {
            "outcome": self.outcome,
            "answer_id": self.answer_id,
            "model": self.model,
            "search": self.search,
            "search_error": self.search_error,
            "error_name": self.error_name,
            "code": self.code,
        }
        known = {name: word for name, word in words.items() if word}
        return {**known, **{f"{name}_ms": spent for name, spent in self.milliseconds.items()}}


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1_000)
