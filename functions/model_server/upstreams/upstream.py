"""What the server needs from whatever writes the answers."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

StopReason = Literal["end_turn", "max_tokens", "stop_sequence", "content_filtered"]


@dataclass(frozen=True, slots=True)
class ChatTurn:
    """One message."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What to answer. None: the upstream's own default."""

    system: str
    turns: Sequence[ChatTurn]
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    stop_sequences: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Finish:
    """The end of an answer: why, who wrote it and what it took."""

    stop_reason: StopReason
    model: str
    input_tokens: int
    output_tokens: int


class ChatUpstream(Protocol):
    """Writes answers. Raises ``BedrockError`` at the start or in the middle."""

    model: str

    def start(self) -> None:
        """Begin to load what must be loaded, in the background of the running loop."""

    def stream(self, request: ChatRequest) -> AsyncGenerator[str | Finish, None]:
        """Yield pieces of text, then one ``Finish``. Closing the generator stops the work."""

    async def is_ready(self) -> bool:
        """Return whether an answer could be had now."""

    async def close(self) -> None:
        """Give back what is held."""


def estimated_tokens(text: str) -> int:
    """Return about how many tokens a text has, for upstreams that do not count."""
    return max(1, round(len(text) / 4))
