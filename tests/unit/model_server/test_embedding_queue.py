from contextlib import contextmanager

import pytest

from functions.model_server.embedding_queue import EmbeddingQueue, Urgency
from functions.model_server.errors import ModelNotReadyError, ServiceUnavailableError, ThrottlingError
from infra.local.processes import wait_until
from tests.fakes.engines import RecordingEngine

# How long a loaded machine may take; nothing is asserted of it.
PATIENCE_SECONDS = 60


@contextmanager
def running(engine, *, max_queued_texts=100):
    queue = EmbeddingQueue(lambda: engine, max_queued_texts=max_queued_texts)
    queue.start()
    assert wait_until(lambda: queue.engine is not None, timeout_seconds=PATIENCE_SECONDS)
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
        vectors = submit(queue, ["ccc", "a", "bbbbbbbbbbbbbbb", "dd"]).result(timeout=PATIENCE_SECONDS)

    assert vectors[:, 0].tolist() == [3, 1, 15, 2]
    assert engine.calls == [["a", "dd", "ccc"], ["bbbbbbbbbbbbbbb"]]


def test_a_question_goes_between_the_batches_of_a_document():
    engine = RecordingEngine()
    engine.gate.clear()
    with running(engine) as queue:
        bulk = submit(queue, ["x" * 10] * 3)
        assert engine.entered.wait(timeout=PATIENCE_SECONDS)
        question = submit(queue, ["why?"], Urgency.QUESTION)
        engine.gate.set()
        bulk.result(timeout=PATIENCE_SECONDS)
        question.result(timeout=PATIENCE_SECONDS)

    assert [call[0] for call in engine.calls] == ["x" * 10, "why?", "x" * 10, "x" * 10]


def test_cancelled_work_is_dropped():
    engine = RecordingEngine()
    engine.gate.clear()
    with running(engine, max_queued_texts=4) as queue:
        bulk = submit(queue, ["x" * 10] * 3)
        assert engine.entered.wait(timeout=PATIENCE_SECONDS)
        bulk.cancel()
        engine.gate.set()
        submit(queue, ["y"]).result(timeout=PATIENCE_SECONDS)
        submit(queue, ["z"] * 4).result(timeout=PATIENCE_SECONDS)

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
            submit(queue, ["x"]).result(timeout=PATIENCE_SECONDS)
        engine.breaks = False
        assert submit(queue, ["yy"]).result(timeout=PATIENCE_SECONDS)[0, 0] == 2


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
