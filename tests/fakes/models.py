"""Typed fakes of the model ports, held to the same contract suite as the real server."""

import hashlib
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from autosocial.conversations.ports import Prompt
from autosocial.kernel.errors import TransientError


class HashingEmbedder:
    """Fills ``knowledge.ports.Embedder``: texts that share words point alike. ``fail`` sends it away."""

    def __init__(self, *, dimensions: int = 384) -> None:
        self.dimensions = dimensions
        self.fail = False
        self.embedded: list[str] = []

    def embed_passages(self, texts: Sequence[str]) -> list[list[float]]:
        return [self._embed(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self._embed(text)

    def _embed(self, text: str) -> list[float]:
        if self.fail:
            raise TransientError("The model cannot be reached.", code="model_unavailable")
        self.embedded.append(text)
        vector = [0.0] * self.dimensions
        for word in re.findall(r"\w+", text.lower()) or [""]:
            digest = hashlib.sha256(word.encode()).digest()
            vector[int.from_bytes(digest[:4]) % self.dimensions] += 1.0 if digest[4] % 2 else -1.0
        length = math.sqrt(sum(value * value for value in vector))
        if not length:  # words of opposite sign in one place
            vector[0] = length = 1.0
        return [value / length for value in vector]


@dataclass
class ScriptedStream:
    """Fills ``ModelStream``. ``breaks_after`` pieces it fails; leaving it early marks it closed."""

    pieces: Sequence[str]
    label: str = "scripted"
    breaks_after: int | None = None
    model: str = ""
    closed: bool = False

    def __iter__(self) -> Iterator[str]:
        try:
            for number, piece in enumerate(self.pieces):
                self._break_if_due(number)
                yield piece
            self._break_if_due(len(self.pieces))
            self.model = self.label
        finally:
            self.closed = True

    def close(self) -> None:
        self.closed = True

    def _break_if_due(self, number: int) -> None:
        if self.breaks_after is not None and number >= self.breaks_after:
            raise TransientError("The model's answer broke off.", code="model_unavailable")


@dataclass
class ScriptedChatModel:
    """Fills ``ChatModel``: answers ``pieces``; ``fail`` refuses to start, ``breaks_after`` breaks off.

    ``refusal`` is raised instead of a start.
    """

    pieces: Sequence[str] = ("Refunds take ", "30 days. ", "[1]")
    label: str = "scripted"
    fail: bool = False
    refusal: Exception | None = None
    breaks_after: int | None = None
    prompts: list[Prompt] = field(default_factory=list)
    streams: list[ScriptedStream] = field(default_factory=list)

    def stream(self, prompt: Prompt) -> ScriptedStream:
        self.prompts.append(prompt)
        if self.refusal is not None:
            raise self.refusal
        if self.fail:
            raise TransientError("The model cannot be reached.", code="model_unavailable")
        stream = ScriptedStream(self.pieces, label=self.label, breaks_after=self.breaks_after)
        self.streams.append(stream)
        return stream
