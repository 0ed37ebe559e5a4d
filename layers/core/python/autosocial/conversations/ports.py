"""What conversations need from outside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the prompt."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a chat model gets; see docs/architecture.md, "The prompt"."""

    system: str
    turns: Sequence[Turn]
    max_tokens: int = 700


class ModelStream(Protocol):
    """A running answer: iterate for pieces of text; ``model`` is the writer's label once iteration ended."""

    model: str

    def __iter__(self) -> Iterator[str]:
        """Yield pieces of text as they come."""


class ChatModel(Protocol):
    """A streaming chat model. Raises ``TransientError`` (at the start or in the middle) when it is away."""

    def stream(self, prompt: Prompt) -> ModelStream:
        """Start an answer."""
