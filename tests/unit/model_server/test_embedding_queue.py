from contextlib import contextmanager

import pytest

from functions.model_server.embedding_queue import EmbeddingQueue, Urgency
from functions.model_server.errors import ModelNotReadyError, ServiceUnavailableError, ThrottlingError
from tests.fakes.engines import RecordingEngine


@contextmanager
def running(engine, *, max_queued_texts=100):
    queue = EmbeddingQueue(lambda: engine, max_queued_texts=max_queued_texts)
    queue.start()
    while queue.engine is None:
        pass
    try:
        yield queue
    finally:
        engine.gate.set()
        queue.close()


def submit(queue, texts, urgency=Urgency.BULK):
    return queue.submit(texts, is_query=urgency is Urgency.QUESTION, urgency=urgency)


def test_vectors_come_back_in_the_order_of_the_texts_whatever_the_batches():
    engine = RecordingEngine()
    with running(engine) as queue:
        vectors = submit(queue, ["ccc", "a", "bbbbbbbbbbbbbbb", "dd"]).result(timeout=5)

    assert vectors[:, 0].tolist() == [3, 1, 15, 2]
    assert engine.calls == [["a", "dd", "ccc"], ["bbbbbbbbbbbbbbb"]]


def test_a_question_goes_between_the_batches_of_a_document():
    engine = RecordingEngine()
    engine.gate.clear()
    with running(engine) as queue:
        bulk = submit(queue, ["x" * 10] * 3)
        assert engine.entered.wait(timeout=5)
        question = submit(queue, ["why?"], Urgency.QUESTION)
        engine.gate.set()
        bulk.result(timeout=5)
        question.result(timeout=5)

    assert [call[0] for call in engine.calls] == ["x" * 10, "why?", "x" * 10, "x" * 10]


def test_cancelled_work_is_dropped():
    engine = RecordingEngine()
    engine.gate.clear()
    with running(engine, max_queued_texts=4) as queue:
        bulk = submit(queue, ["x" * 10] * 3)
        assert engine.entered.wait(timeout=5)
        bulk.cancel()
        engine.gate.set()
        submit(queue, ["y"]).result(timeout=5)
        submit(queue, ["z"] * 4).result(timeout=5)

    assert engine.calls == [["x" * 10], ["y"], ["z"] * 4]


def test_too_much_work_is_refused():
    engine = RecordingEngine()
    engine.gate.clear()
    with running(engine, max_queued_texts=3) as queue:
        submit(queue, ["x"] * 3)
        with pytest.raises(ThrottlingError):
            submit(queue, ["y"])


def test_a_failing_batch_fails_its_caller_and_nobody_else():
    engine = RecordingEngine()
    engine.breaks = True
    with running(engine) as queue:
        with pytest.raises(RuntimeError):
            submit(queue, ["x"]).result(timeout=5)
        engine.breaks = False
        assert submit(queue, ["yy"]).result(timeout=5)[0, 0] == 2


def test_before_the_engine_is_loaded_the_model_is_not_ready():
    queue = EmbeddingQueue(RecordingEngine, max_queued_texts=10)

    with pytest.raises(ModelNotReadyError):
        submit(queue, ["x"])


def test_an_engine_that_cannot_be_loaded_is_reported():
    def load():
        raise OSError("no weights")

    queue = EmbeddingQueue(load, max_queued_texts=10)
    queue.start()
    queue.close()

    with pytest.raises(ServiceUnavailableError):
        submit(queue, ["x"])
