"""The shapes of Converse and InvokeModel requests, as far as this server understands them.

Unknown members are ignored where Bedrock lets models ignore them (guardrails, metadata) and refused where
ignoring would change the answer (tools, images).
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True)


class TextBlock(_Shape):
    """A content block; only text is understood."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Annotated[str, Field(min_length=1)]


class Message(_Shape):
    """One message of the conversation."""

    role: Literal["user", "assistant"]
    content: Annotated[list[TextBlock], Field(min_length=1)]

    @property
    def text(self) -> str:
        """All text of the message."""
        return "\n".join(block.text for block in self.content)


class InferenceConfig(_Shape):
    """Sampling parameters."""

    max_tokens: Annotated[int | None, Field(alias="maxTokens", ge=1)] = None
    temperature: Annotated[float | None, Field(ge=0, le=1)] = None
    top_p: Annotated[float | None, Field(alias="topP", ge=0, le=1)] = None
    stop_sequences: Annotated[list[str], Field(alias="stopSequences", max_length=2500)] = []


class ConverseRequest(_Shape):
    """Body of Converse and ConverseStream."""

    messages: Annotated[list[Message], Field(min_length=1)]
    system: list[TextBlock] = []
    inference: Annotated[InferenceConfig, Field(alias="inferenceConfig")] = InferenceConfig()
    tools: Annotated[dict[str, Any] | None, Field(alias="toolConfig")] = None

    @model_validator(mode="after")
    def _is_a_conversation(self) -> "ConverseRequest":
        if self.tools:
            raise ValueError("This model doesn't support tool use.")
        if self.messages[0].role != "user" or self.messages[-1].role != "user":
            raise ValueError("A conversation must start and end with a user message.")
        roles = [message.role for message in self.messages]
        if any(first == second for first, second in zip(roles, roles[1:], strict=False)):
            raise ValueError("A conversation must alternate between user and assistant roles.")
        return self


class EmbeddingRequest(_Shape):
    """Body of InvokeModel in Cohere's batch shape."""

    texts: Annotated[list[Annotated[str, Field(max_length=100_000)]], Field(min_length=1, max_length=96)]
    input_type: Literal["search_document", "search_query", "classification", "clustering"]
    truncate: Literal["NONE", "START", "END", "LEFT", "RIGHT"] = "END"
    embedding_types: list[Literal["float"]] | None = None
