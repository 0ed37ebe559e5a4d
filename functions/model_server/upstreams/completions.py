"""Any OpenAI-compatible server (vLLM, Ollama, llama.cpp) as upstream: server-sent events in, pieces out."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from functions.model_server.errors import (
    BedrockError,
    ModelFailedError,
    ModelTimeoutError,
    ServiceUnavailableError,
    ThrottlingError,
    ValidationError,
)
from functions.model_server.upstreams.upstream import ChatRequest, Finish, StopReason, estimated_tokens

_STOPS: dict[str, StopReason] = {
    "stop": "end_turn",
    "length": "max_tokens",
    "content_filter": "content_filtered",
}


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait: for a connection, for the first piece, for each later one. Seconds."""

    connect: float
    first_token: float
    token: float


class CompletionsUpstream:
    """Fills ``ChatUpstream``. Closing a stream closes the connection, on which such servers stop the work."""

    def __init__(self, base_url: str, *, model: str, api_key: str, patience: Patience) -> None:
        self.model = model
        self._patience = patience
        self._client = httpx.AsyncClient(
            base_url=base_url.rstrip("/"),
            headers={"Authorization": f"Bearer {api_key}"} if api_key else {},
            # Pieces are timed below: what httpx times is bytes, and a server may send empty ones for ever.
            timeout=httpx.Timeout(None, connect=patience.connect, pool=patience.connect),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=16),
        )

    def start(self) -> None:
        """Nothing to load."""

    async def stream(self, request: ChatRequest) -> AsyncGenerator[str | Finish, None]:
        """Yield pieces of text, then one ``Finish``.

        Raises:
            BedrockError: the upstream is away, refuses, is too slow or breaks off.
        """
        progress = _Progress(self.model, request)
        async with _translated(), self._answer(request) as lines:
            limit = self._patience.first_token
            while True:
                line = await _within(limit, lines)
                if line is None or line == "data: [DONE]":
                    break
                text = progress.take(line)
                if text:
                    limit = self._patience.token
                    yield text
        yield progress.finish()

    async def is_ready(self) -> bool:
        """Return whether the upstream lists its models."""
        try:
            return (await self._client.get("/models", timeout=self._patience.connect)).is_success
        except httpx.HTTPError:
            return False

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    @asynccontextmanager
    async def _answer(self, request: ChatRequest) -> AsyncIterator[AsyncIterator[str]]:
        sent = self._client.build_request("POST", "/chat/completions", json=self._body(request))
        async with asyncio.timeout(self._patience.first_token):
            response = await self._client.send(sent, stream=True)
        try:
            if response.is_error:
                raise _refused(response.status_code)
            yield response.aiter_lines()
        finally:
            await response.aclose()

    def _body(self, request: ChatRequest) -> dict[str, Any]:
        system = [{"role": "system", "content": request.system}] if request.system else []
        optional = {
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            "top_p": request.top_p,
            "stop": list(request.stop_sequences) or None,
        }
        return {
            "model": self.model,
            "messages": [*system, *({"role": turn.role, "content": turn.text} for turn in request.turns)],
            "stream": True,
            "stream_options": {"include_usage": True},
            **{name: value for name, value in optional.items() if value is not None},
        }


class _Progress:
    """What is known of a running answer."""

    def __init__(self, model: str, request: ChatRequest) -> None:
        self._model = model
        self._asked = request.system + "".join(turn.text for turn in request.turns)
        self._written: list[str] = []
        self._usage: dict[str, int] = {}
        self._reason = ""

    def take(self, line: str) -> str:
        """Read one line of the event stream; return the text that it adds."""
        if not line.startswith("data:"):
            return ""
        try:
            chunk = json.loads(line.removeprefix("data:"))
        except ValueError:
            raise ModelFailedError("The upstream sent something that is no answer.") from None
        if chunk.get("error"):
            raise ModelFailedError("The upstream failed while it answered.")
        self._model = chunk.get("model") or self._model
        self._usage = chunk.get("usage") or self._usage
        choice = (chunk.get("choices") or [{}])[0]
        self._reason = choice.get("finish_reason") or self._reason
        text = (choice.get("delta") or {}).get("content") or ""
        self._written.append(text)
        return text

    def finish(self) -> Finish:
        """Return the end mark.

        Raises:
            ModelFailedError: the upstream never said that it was done.
        """
        if not self._reason:
            raise ModelFailedError("The upstream's answer broke off.")
        return Finish(
            stop_reason=_STOPS.get(self._reason, "end_turn"),
            model=self._model,
            input_tokens=self._usage.get("prompt_tokens") or estimated_tokens(self._asked),
            output_tokens=self._usage.get("completion_tokens") or estimated_tokens("".join(self._written)),
        )


async def _within(seconds: float, lines: AsyncIterator[str]) -> str | None:
    async with asyncio.timeout(seconds):
        return await anext(lines, None)


@asynccontextmanager
async def _translated() -> AsyncIterator[None]:
    try:
        yield
    except (TimeoutError, httpx.ReadTimeout, httpx.WriteTimeout) as error:
        raise ModelTimeoutError("The upstream took too long.") from error
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise ServiceUnavailableError("The upstream cannot be reached.") from error
    except httpx.HTTPError as error:
        raise ModelFailedError("The upstream's answer broke off.") from error


def _refused(status: int) -> BedrockError:
    if status == 429:
        return ThrottlingError("The upstream is busy.")
    if status in {502, 503, 504}:
        return ServiceUnavailableError("The upstream is not ready.")
    if status in {400, 413, 422}:
        return ValidationError("The upstream refused the request; it may be too long for its model.")
    return ModelFailedError(f"The upstream answered with status {status}.")
