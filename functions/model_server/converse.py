"""Converse and ConverseStream: the request as an upstream needs it, the answer as a client expects it."""

import logging
import time
from collections.abc import AsyncIterator
from typing import Any

from functions.model_server.errors import BedrockError, ModelFailedError, ThrottlingError, stream_exception
from functions.model_server.eventstream import event_frame, exception_frame
from functions.model_server.schemas import ConverseRequest
from functions.model_server.upstreams.upstream import ChatRequest, ChatTurn, ChatUpstream, Finish

_logger = logging.getLogger("model_server.answers")


def chat_request(request: ConverseRequest) -> ChatRequest:
    """Return the upstream's view of a Converse request."""
    return ChatRequest(
        system="\n".join(block.text for block in request.system),
        turns=tuple(ChatTurn(message.role, message.text) for message in request.messages),
        max_tokens=request.inference.max_tokens,
        temperature=request.inference.temperature,
        top_p=request.inference.top_p,
        stop_sequences=tuple(request.inference.stop_sequences),
    )


class AnswerSlots:
    """How many answers may run at once; more are told to come back."""

    def __init__(self, count: int) -> None:
        self._free = count

    def take(self) -> None:
        """Take a slot.

        Raises:
            ThrottlingError: none is free.
        """
        if self._free == 0:
            raise ThrottlingError("Too many answers are being written; try again later.")
        self._free -= 1

    def give_back(self) -> None:
        """Give a slot back."""
        self._free += 1


class Answer:
    """One answer: waits for its first piece, so that errors before it are plain HTTP errors."""

    def __init__(self, upstream: ChatUpstream, request: ChatRequest, *, slots: AnswerSlots) -> None:
        slots.take()
        self._slots: AnswerSlots | None = slots
        self._started = time.monotonic()
        self._pieces = upstream.stream(request)
        self._first: str | Finish | None = None

    async def begin(self) -> None:
        """Wait for the first piece.

        Raises:
            BedrockError: the upstream failed before it.
        """
        try:
            self._first = await anext(self._pieces)
        except StopAsyncIteration:
            raise ModelFailedError("The model gave no answer.") from None
        _logger.info("first piece after %.1f ms", (time.monotonic() - self._started) * 1000)

    async def close(self) -> None:
        """Stop the upstream's work; may be called again."""
        if self._slots is not None:
            self._slots.give_back()
            self._slots = None
        await self._pieces.aclose()

    async def whole(self) -> dict[str, Any]:
        """Return the body of Converse."""
        pieces = [piece async for piece in self._all()]
        text = "".join(piece for piece in pieces if isinstance(piece, str))
        finish = pieces[-1]
        if not isinstance(finish, Finish):
            raise ModelFailedError("The answer broke off.")
        message = {"role": "assistant", "content": [{"text": text}]}
        return {"output": {"message": message}, **_stop(finish), **self._metadata(finish)}

    async def frames(self) -> AsyncIterator[bytes]:
        """Yield the frames of ConverseStream; an error in the middle becomes the last frame."""
        yield event_frame("messageStart", {"role": "assistant"})
        try:
            async for piece in self._all():
                if isinstance(piece, Finish):
                    yield event_frame("contentBlockStop", {"contentBlockIndex": 0})
                    yield event_frame("messageStop", _stop(piece))
                    yield event_frame("metadata", self._metadata(piece))
                else:
                    yield event_frame("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": piece}})
        except BedrockError as error:
            yield exception_frame(*stream_exception(error))
        except Exception:  # headers are sent: the error must become a frame
            _logger.exception("answer failed")
            yield exception_frame("internalServerException", {"message": "The model server failed."})

    async def _all(self) -> AsyncIterator[str | Finish]:
        """Yield all pieces and make sure that a ``Finish`` is the last."""
        piece: str | Finish = ""
        if self._first is not None:
            piece = self._first
            yield piece
        async for piece in self._pieces:
            yield piece
        if not isinstance(piece, Finish):
            raise ModelFailedError("The answer broke off.")

    def _metadata(self, finish: Finish) -> dict[str, Any]:
        return {
            "usage": {
                "inputTokens": finish.input_tokens,
                "outputTokens": finish.output_tokens,
                "totalTokens": finish.input_tokens + finish.output_tokens,
            },
            "metrics": {"latencyMs": int((time.monotonic() - self._started) * 1000)},
        }


def _stop(finish: Finish) -> dict[str, Any]:
    return {"stopReason": finish.stop_reason, "additionalModelResponseFields": {"model": finish.model}}
