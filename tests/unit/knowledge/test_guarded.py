"""Questions do not wait for an embedding model that is known to be away."""

import pytest

from autosocial.kernel.breaker import Breaker
from autosocial.kernel.errors import TransientError
from autosocial.knowledge.guarded import GuardedEmbedder
from tests.fakes.breaker import InMemoryBreakerStore
from tests.fakes.clock import FakeClock
from tests.fakes.models import HashingEmbedder


class House:
    def __init__(self) -> None:
        self.model, self.clock = HashingEmbedder(), FakeClock()
        breaker = Breaker("embedding", InMemoryBreakerStore(), clock=self.clock)
        self.guarded = GuardedEmbedder(self.model, breaker)
        self.asked = 0
        embed_query = self.model.embed_query

        def counted(text: str) -> list[float]:
            self.asked += 1
            return embed_query(text)

        self.model.embed_query = counted  # type: ignore[method-assign]

    def fails(self) -> str:
        with pytest.raises(TransientError) as caught:
            self.guarded.embed_query("a question")
        return caught.value.code


def test_a_model_that_is_well_is_asked_and_says_its_size() -> None:
    house = House()
    assert house.guarded.embed_query("a question") == house.model.embed_query("a question")
    assert house.guarded.dimensions == 384


def test_after_three_failures_it_is_spared_and_tried_again_later() -> None:
    house = House()
    house.model.fail = True
    assert [house.fails() for _ in range(5)] == ["model_unavailable"] * 3 + ["model_away"] * 2
    assert house.asked == 3
    house.model.fail = False
    house.clock.pass_(seconds=15)
    assert house.guarded.embed_query("a question")
    assert house.guarded.embed_query("a question")


def test_documents_are_embedded_whatever_questions_went_through_and_do_not_count() -> None:
    house = House()
    house.model.fail = True
    for _ in range(5):
        with pytest.raises(TransientError):
            house.guarded.embed_passages(["a passage"])
    assert house.fails() == "model_unavailable"
    for _ in range(3):
        house.fails()
    house.model.fail = False
    assert len(house.guarded.embed_passages(["a passage"])) == 1
