"""Settings of the model server: its environment, read and checked once at the start.

This container imports nothing of ``autosocial``, so it reads its environment itself, here and nowhere else.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator


class ModelServerSettings(BaseModel):
    """The field ``word_pace_ms`` is the variable ``WORD_PACE_MS``; only the token has no default."""

    model_config = ConfigDict(frozen=True)

    model_server_token: SecretStr = Field(min_length=16, description="Bearer token every caller must show.")
    model_upstream: Literal["extractive", "openai", "smollm"] = "extractive"
    chat_model_id: str = Field("", description="Model id that Converse accepts; empty: any.")
    embedding_model_id: str = Field("", description="Model id that InvokeModel accepts; empty: any.")
    max_concurrent_answers: int = Field(16, ge=1, description="Above it: ThrottlingException.")
    max_prompt_chars: int = Field(200_000, ge=1_000, description="Above it: ValidationException.")

    word_pace_ms: float = Field(15, ge=0, le=500, description="Extractive model: pause between two words.")
    smollm_threads: int = Field(2, ge=1, le=64)
    smollm_context_tokens: int = Field(4096, ge=512, le=8192)

    upstream_url: str = Field("", description="OpenAI-compatible base URL, for example http://gpu:8000/v1.")
    upstream_model: str = Field("", description="Model name to ask the upstream for.")
    upstream_api_key: SecretStr = SecretStr("")
    upstream_connect_timeout_seconds: float = Field(3, gt=0)
    upstream_first_token_timeout_seconds: float = Field(60, gt=0)
    upstream_token_timeout_seconds: float = Field(20, gt=0)

    embedding_engine: Literal["auto", "openvino", "native"] = "auto"
    embedding_precision: Literal["f32", "bf16"] = Field("f32", description="Of the openvino engine.")
    embedding_threads: int = Field(2, ge=1, le=64)
    max_queued_texts: int = Field(2_000, ge=96, description="Above it: ThrottlingException.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read the environment. Secrets may come as ``<NAME>_FILE``, the path of a file that holds them."""
        source = os.environ if environment is None else environment
        values = {name: source[name.upper()] for name in cls.model_fields if source.get(name.upper())}
        for name in ("model_server_token", "upstream_api_key"):
            path = source.get(f"{name.upper()}_FILE")
            if path:
                values[name] = Path(path).read_text(encoding="utf-8").strip()
        return cls.model_validate(values)

    @model_validator(mode="after")
    def _upstream_is_complete(self) -> Self:
        if self.model_upstream == "openai" and not (self.upstream_url and self.upstream_model):
            raise ValueError("MODEL_UPSTREAM=openai needs UPSTREAM_URL and UPSTREAM_MODEL")
        return self
