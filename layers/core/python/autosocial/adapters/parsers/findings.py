"""What a parser running in the child may say besides blocks."""

from autosocial.knowledge.model import Cause


class RefusedError(Exception):
    """The parser is sure about the cause: no second parser is asked."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.value)
        self.cause = cause
