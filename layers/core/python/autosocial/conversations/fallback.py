"""Several chat models in the order in which they are asked."""

from collections.abc import Sequence

from autosocial.conversations.ports import ChatModel, ModelStream, Prompt
from autosocial.kernel.errors import AutoSocialError, TransientError


class FirstAvailable:
    """Fills ``ChatModel``: the first model that begins an answer writes it to the end."""

    def __init__(self, models: Sequence[ChatModel]) -> None:
        self._models = models

    def stream(self, prompt: Prompt) -> ModelStream:
        """Start an answer.

        A model that refuses us (a rotated token, say) is as little use to the visitor as one that is away.

        Raises:
            AutoSocialError: none answers; what the last one said.
        """
        failure: AutoSocialError = TransientError("There is no chat model.", code="model_unavailable")
        for model in self._models:
            try:
                return model.stream(prompt)
            except AutoSocialError as error:
                failure = error
        raise failure
