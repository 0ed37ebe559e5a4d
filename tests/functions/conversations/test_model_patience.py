"""How long the clients of the chat models may wait agrees with how long a visitor is made to."""

from typing import Any

import pytest

from autosocial.wiring.answers import ModelAddress, chat_model


def waits(*, fallback: str) -> list[float]:
    """Return how long each model may keep its caller until it has to say something."""
    address = ModelAddress(
        endpoint_url="http://127.0.0.1:9",
        token_secret_arn="",
        chat_model_id="first",
        fallback_chat_model_id=fallback,
        silence_seconds=10.0,
        answer_seconds=240.0,
    )
    model: Any = chat_model(address)
    configs = [each._client.meta.config for each in getattr(model, "_models", [model])]
    assert all(config.retries["total_max_attempts"] == 1 for config in configs)
    return [config.connect_timeout + config.read_timeout for config in configs]


@pytest.fixture(autouse=True)
def region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


def test_a_model_alone_has_all_the_time_and_its_thread_ends_soon_after() -> None:
    assert waits(fallback="") == [11.0]


def test_with_somebody_to_take_over_both_share_it() -> None:
    first, second = waits(fallback="second")
    assert first == second
    assert first + second == 10.0
