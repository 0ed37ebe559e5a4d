"""One suite for ``ChatModel`` and ``Embedder``, run on the fakes and on the adapters with the real server."""

import math

import pytest

from autosocial.adapters.bedrock.chat import BedrockChatModel
from autosocial.adapters.bedrock.embeddings import BedrockEmbedder
from autosocial.conversations.ports import Prompt, Turn
from autosocial.kernel.errors import PermanentError, TransientError
from tests.contract.model_server.running_server import CHAT, EMBEDDING, client
from tests.fakes.models import HashingEmbedder, ScriptedChatModel

QUESTION = """<sources>
<source id="1" document="Terms" language="en">
Refunds take 30 days. Write to the office.
</source>
</sources>
<question>
How long do refunds take?
</question>"""
PROMPT = Prompt(system="Answer from the sources.", turns=(Turn("user", QUESTION),))
NOBODY = "http://127.0.0.1:9"


@pytest.fixture(params=["fake", "server"])
def chat_model(request):
    if request.param == "fake":
        return ScriptedChatModel(pieces=("Refunds ", "take ", "30 days.", " [1]"), label="extractive")
    return BedrockChatModel(client(request.getfixturevalue("extractive_server")), model_id=CHAT)


@pytest.fixture(params=["fake", "server"])
def embedder(request):
    if request.param == "fake":
        return HashingEmbedder()
    boto = client(request.getfixturevalue("extractive_server"))
    return BedrockEmbedder(boto, model_id=EMBEDDING, dimensions=384, batch_size=3)


@pytest.fixture(params=["fake", "server"])
def away(request):
    """Return (chat model, embedder) whose model is away."""
    if request.param == "fake":
        embedder = HashingEmbedder()
        embedder.fail = True
        return ScriptedChatModel(fail=True), embedder
    boto = client(NOBODY)
    return BedrockChatModel(boto, model_id=CHAT), BedrockEmbedder(boto, model_id=EMBEDDING, dimensions=384)


def test_an_answer_comes_in_pieces_and_then_tells_who_wrote_it(chat_model):
    stream = chat_model.stream(PROMPT)
    pieces = list(stream)

    assert len(pieces) > 2
    assert "".join(pieces) == "Refunds take 30 days. [1]"
    assert stream.model == "extractive"


def test_a_stream_may_be_left_early_and_the_next_one_works(chat_model):
    for _piece in chat_model.stream(PROMPT):
        break

    assert "".join(chat_model.stream(PROMPT)).endswith("[1]")


def test_a_model_that_is_away_is_a_transient_error(away):
    chat_model, embedder = away

    with pytest.raises(TransientError):
        list(chat_model.stream(PROMPT))
    with pytest.raises(TransientError):
        embedder.embed_query("x")
    with pytest.raises(TransientError):
        embedder.embed_passages(["x"])


def test_vectors_are_of_unit_length_one_a_text_in_order(embedder):
    texts = [f"text number {number} about refunds" for number in range(7)]
    vectors = embedder.embed_passages(texts)

    assert [len(vector) for vector in vectors] == [embedder.dimensions] * 7
    assert all(math.isclose(math.hypot(*vector), 1, rel_tol=1e-6) for vector in vectors)
    assert cosine(vectors[3], embedder.embed_passages([texts[3]])[0]) == pytest.approx(1, abs=1e-3)


def test_a_question_is_nearest_to_the_passage_that_shares_its_sense(embedder):
    near, far = embedder.embed_passages(["refunds take thirty days", "the garden opens at nine"])
    question = embedder.embed_query("how long do refunds take")

    assert cosine(question, near) > cosine(question, far)


def test_no_texts_are_no_vectors(embedder):
    assert embedder.embed_passages([]) == []


@pytest.mark.parametrize("change", [{"token": "b-token-for-tests-only"}, {"model_id": "unknown"}])
def test_refusal_by_the_server_is_permanent(extractive_server, change):
    boto = client(extractive_server, token=change.get("token", "a-token-for-tests-only"))
    chat_model = BedrockChatModel(boto, model_id=change.get("model_id", CHAT))
    embedder = BedrockEmbedder(boto, model_id=change.get("model_id", EMBEDDING), dimensions=384)

    with pytest.raises(PermanentError):
        chat_model.stream(PROMPT)
    with pytest.raises(PermanentError):
        embedder.embed_query("x")


def test_vectors_of_another_size_than_the_index_are_a_permanent_error(extractive_server):
    embedder = BedrockEmbedder(client(extractive_server), model_id=EMBEDDING, dimensions=1024)

    with pytest.raises(PermanentError) as caught:
        embedder.embed_query("x")
    assert caught.value.code == "embedding_mismatch"


def cosine(one, other):
    return sum(a * b for a, b in zip(one, other, strict=True))
