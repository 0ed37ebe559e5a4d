import asyncio
from concurrent.futures import Future

import numpy as np

from functions.model_server.embedding_queue import EmbeddingQueue
from functions.model_server.errors import ModelNotReadyError
from functions.model_server.upstreams.extractive import ExtractiveModel
from functions.model_server.upstreams.upstream import ChatRequest, ChatTurn, Finish
from tests.fakes.engines import RecordingEngine
from tests.fakes.models import HashingEmbedder


class HashingQueue(EmbeddingQueue):
    """Embeds by hashed words, at once; e5's cosines are high, so these are lifted the same way."""

    def __init__(self) -> None:
        super().__init__(RecordingEngine, max_queued_texts=100)
        self.embedded: list[list[str]] = []
        self.is_away = False

    def submit(self, texts, *, is_query, urgency):
        if self.is_away:
            raise ModelNotReadyError("loading")
        self.embedded.append(list(texts))
        future: Future = Future()
        vectors = np.array([HashingEmbedder()._embed(text) for text in texts]).reshape(len(texts), 384)
        lifted = np.hstack([vectors, np.full((len(texts), 1), 2.0)])
        future.set_result(lifted / np.linalg.norm(lifted, axis=1, keepdims=True))
        return future


SOURCES = """<sources>
<source id="1" document="a" language="en">
Shipping to the islands takes five days. We ship on Mondays.
</source>
<source id="2" document="b" language="en">
Refunds
A refund takes thirty days. Write to the office.
</source>
</sources>
<question>
{question}
</question>"""


def ask(model, question, *, earlier=(), **settings):
    turns = (*earlier, ChatTurn("user", SOURCES.format(question=question)))

    async def collect():
        return [piece async for piece in model.stream(ChatRequest(system="s", turns=turns, **settings))]

    return asyncio.run(collect())


def test_the_best_sentence_is_quoted_with_the_id_of_its_source_word_by_word():
    pieces = ask(ExtractiveModel(HashingQueue(), word_pace_seconds=0), "How long does a refund take?")

    assert "".join(pieces[:-1]) == "A refund takes thirty days. [2]"
    assert len(pieces) == 7
    assert isinstance(pieces[-1], Finish)
    assert (pieces[-1].model, pieces[-1].stop_reason) == ("extractive", "end_turn")


def test_a_question_that_the_sources_do_not_answer_gets_no_answer():
    pieces = ask(ExtractiveModel(HashingQueue(), word_pace_seconds=0), "Who painted the Mona Lisa?")

    assert pieces[0] == "NO_ANSWER"


def test_words_alone_decide_while_nothing_can_be_embedded():
    queue = HashingQueue()
    queue.is_away = True
    model = ExtractiveModel(queue, word_pace_seconds=0)

    assert "".join(ask(model, "How long does a refund take?")[:-1]).startswith(
        "A refund takes thirty days. [2]"
    )
    assert ask(model, "Who painted the Mona Lisa?")[0] == "NO_ANSWER"


def test_a_short_follow_up_is_read_with_the_question_before_it():
    earlier = (ChatTurn("user", "How long does a refund take?"), ChatTurn("assistant", "Thirty days. [2]"))
    pieces = ask(ExtractiveModel(HashingQueue(), word_pace_seconds=0), "And why?", earlier=earlier)

    assert "[2]" in "".join(pieces[:-1])


def test_an_answer_longer_than_allowed_is_cut_and_says_so():
    pieces = ask(
        ExtractiveModel(HashingQueue(), word_pace_seconds=0), "How long does a refund take?", max_tokens=3
    )

    assert "".join(pieces[:-1]) == "A refund takes"
    assert pieces[-1].stop_reason == "max_tokens"


def test_texts_are_embedded_once():
    queue = HashingQueue()
    model = ExtractiveModel(queue, word_pace_seconds=0)
    ask(model, "How long does a refund take?")
    ask(model, "How long does shipping take?")

    texts = [text for batch in queue.embedded for text in batch]
    assert len(texts) == len(set(texts))
