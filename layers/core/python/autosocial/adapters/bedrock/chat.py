"""``ChatModel`` by ConverseStream."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from autosocial.adapters.bedrock.failures import translated_failures
from autosocial.conversations.ports import Prompt
from autosocial.kernel.errors import TransientError

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient


class BedrockChatModel:
    """Fills ``conversations.ports.ChatModel``."""

    def __init__(self, client: "BedrockRuntimeClient", *, model_id: str, temperature: float = 0.2) -> None:
        self._client = client
        self._model_id = model_id
        self._temperature = temperature

    def stream(self, prompt: Prompt) -> "BedrockModelStream":
        """Start an answer.

        Raises:
            TransientError: the model is away, busy or slow.
            PermanentError: it refuses us or the request.
        """
        with translated_failures():
            response = self._client.converse_stream(
                modelId=self._model_id,
                system=[{"text": prompt.system}] if prompt.system else [],
                messages=[{"role": turn.role, "content": [{"text": turn.text}]} for turn in prompt.turns],
                inferenceConfig={"maxTokens": prompt.max_tokens, "temperature": self._temperature},
            )
        return BedrockModelStream(response["stream"], model_id=self._model_id)


class BedrockModelStream:
    """Fills ``ModelStream``. Leaving the iteration early closes the connection, which stops the model."""

    def __init__(self, events: Any, *, model_id: str) -> None:
        self._events = events
        self.model = model_id
        self.stop_reason = ""
        self.input_tokens = 0
        self.output_tokens = 0

    def __iter__(self) -> Iterator[str]:
        """Yield pieces of text as they come.

        Raises:
            TransientError: the stream failed, or ended without its end mark.
        """
        try:
            yield from self._pieces()
        finally:
            self.close()

    def close(self) -> None:
        """Stop the answer."""
        self._events.close()

    def _pieces(self) -> Iterator[str]:
        # Not one `with` around the loop: an error of the consumer is not one of the model.
        events = iter(self._events)
        while True:
            with translated_failures():
                event = next(events, None)
            if event is None:
                break
            text = event.get("contentBlockDelta", {}).get("delta", {}).get("text", "")
            if text:
                yield text
            self._note(event)
        if not self.stop_reason:
            raise TransientError("The model's answer broke off.", code="model_unavailable")

    def _note(self, event: dict[str, Any]) -> None:
        stop = event.get("messageStop")
        if stop:
            self.stop_reason = stop["stopReason"]
            self.model = (stop.get("additionalModelResponseFields") or {}).get("model") or self.model
        usage = event.get("metadata", {}).get("usage")
        if usage:
            self.input_tokens, self.output_tokens = usage["inputTokens"], usage["outputTokens"]
