"""boto3's own client against the running server: it must not be able to tell the difference."""

import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from botocore.eventstream import EventStreamBuffer
from botocore.exceptions import ClientError

from tests.contract.model_server.running_server import CHAT, EMBEDDING, TOKEN, client, signed_client

PROMPT = """<sources>
<source id="1" document="Price list.pdf" page="2" language="en">
Refunds
You can ask for a refund within 30 days of your purchase. Send an email to billing@example.com.
</source>
<source id="2" document="Envíos.docx" language="es">
Enviamos a toda Europa. Los paquetes llegan en cinco días laborables.
</source>
</sources>
<question>
{question}
</question>"""


def messages(question="How long do I have to ask for a refund?"):
    return [{"role": "user", "content": [{"text": PROMPT.format(question=question)}]}]


def embed(boto, texts, *, model_id=EMBEDDING, **body):
    request = {"texts": texts, "input_type": "search_document", **body}
    return json.loads(boto.invoke_model(modelId=model_id, body=json.dumps(request))["body"].read())


def refused(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value
    return type(error).__name__, error.response["ResponseMetadata"]["HTTPStatusCode"], error.response["Error"]


def test_converse_answers_with_a_citation_usage_and_the_writers_label(extractive_server):
    response = client(extractive_server).converse(
        modelId=CHAT, system=[{"text": "rules"}], messages=messages()
    )

    text = response["output"]["message"]["content"][0]["text"]
    assert text == "You can ask for a refund within 30 days of your purchase. [1]"
    assert response["stopReason"] == "end_turn"
    assert response["additionalModelResponseFields"] == {"model": "extractive"}
    assert (
        response["usage"]["totalTokens"]
        == response["usage"]["inputTokens"] + response["usage"]["outputTokens"]
    )
    assert response["ResponseMetadata"]["RequestId"]


def test_converse_stream_sends_each_event_in_its_place(extractive_server):
    response = client(extractive_server).converse_stream(modelId=CHAT, messages=messages())
    events = list(response["stream"])

    kinds = [next(iter(event)) for event in events]
    assert kinds[0] == "messageStart"
    assert kinds[1:-3] == ["contentBlockDelta"] * 13
    assert kinds[-3:] == ["contentBlockStop", "messageStop", "metadata"]
    assert events[-2]["messageStop"] == {
        "stopReason": "end_turn",
        "additionalModelResponseFields": {"model": "extractive"},
    }
    assert events[-1]["metadata"]["metrics"]["latencyMs"] >= 0


def test_a_spanish_question_is_answered_from_an_english_source_and_the_other_way(extractive_server):
    def answer(question):
        response = client(extractive_server).converse(modelId=CHAT, messages=messages(question))
        return response["output"]["message"]["content"][0]["text"]

    assert "30 days of your purchase. [1]" in answer(
        "¿Cuánto tiempo tengo para pedir la devolución del dinero?"
    )
    assert "cinco días laborables. [2]" in answer("How many days do parcels take to arrive?")
    assert answer("Who painted the Mona Lisa?") == "NO_ANSWER"


def test_the_raw_bytes_are_event_stream_frames(extractive_server):
    url = f"{extractive_server}/model/{quote(CHAT, safe='')}/converse-stream"
    response = httpx.post(url, json={"messages": messages()}, headers={"Authorization": f"Bearer {TOKEN}"})
    buffer = EventStreamBuffer()
    buffer.add_data(response.content)

    assert response.headers["content-type"] == "application/vnd.amazon.eventstream"
    events: list[Any] = list(buffer)
    assert [event.headers[":event-type"] for event in events[:2]] == ["messageStart", "contentBlockDelta"]


def test_texts_are_embedded_in_coheres_shape_in_order(extractive_server):
    boto = client(extractive_server)
    texts = ["a refund takes thirty days " * count for count in (30, 1, 12)] + ["¿Cuánto cuesta?"]
    together = embed(boto, texts)["embeddings"]
    alone = [embed(boto, [text])["embeddings"][0] for text in texts]

    assert [len(vector) for vector in together] == [384] * 4
    for one, other in zip(together, alone, strict=True):
        assert sum(a * b for a, b in zip(one, other, strict=True)) == pytest.approx(1, abs=1e-3)


def test_questions_and_documents_meet_across_languages(extractive_server):
    boto = client(extractive_server)
    question = embed(boto, ["¿Cuánto tarda el envío?"], input_type="search_query")["embeddings"][0]
    near, far = embed(boto, ["Parcels arrive within five days.", "The king ate an apple."])["embeddings"]

    def cosine(vector):
        return sum(a * b for a, b in zip(question, vector, strict=True))

    assert cosine(near) > cosine(far) + 0.03


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "assistant", "content": [{"text": "x"}]}]}, "start and end with a user"),
        ({"messages": messages() * 2}, "alternate"),
        ({"messages": [{"role": "user", "content": []}]}, "content"),
        (
            {
                "messages": [
                    {"role": "user", "content": [{"image": {"format": "png", "source": {"bytes": b"x"}}}]}
                ]
            },
            "image",
        ),
        (
            {"inferenceConfig": {"maxTokens": 1, "temperature": 1.0, "topP": 1.0}, "modelId": "other"},
            "model identifier",
        ),
        ({"system": [{"text": "x" * 300_000}]}, "too long"),
        ({"toolConfig": {"tools": [{"cachePoint": {"type": "default"}}]}}, "tool use"),
    ],
)
def test_requests_that_break_a_rule_are_validation_errors(extractive_server, change, said):
    boto = client(extractive_server)
    for call in (boto.converse, boto.converse_stream):
        name, status, error = refused(call, **{"modelId": CHAT, "messages": messages(), **change})
        assert (name, status, error["Code"]) == ("ValidationException", 400, "ValidationException")
        assert said in error["Message"]


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"texts": []}', b'{"texts": ["a"], "input_type": "poem"}'])
def test_embedding_requests_that_break_a_rule_are_validation_errors(extractive_server, body):
    boto = client(extractive_server)

    assert refused(boto.invoke_model, modelId=EMBEDDING, body=body)[:2] == ("ValidationException", 400)
    too_many = json.dumps({"texts": ["a"] * 97, "input_type": "search_document"})
    assert refused(boto.invoke_model, modelId=EMBEDDING, body=too_many)[:2] == ("ValidationException", 400)


def test_without_the_token_nothing_but_health_is_open(extractive_server):
    for boto in (client(extractive_server, token="b-token-for-tests-only"), signed_client(extractive_server)):
        name, status, _ = refused(boto.converse, modelId=CHAT, messages=messages())
        assert (name, status) == ("AccessDeniedException", 403)
        assert refused(boto.invoke_model, modelId=EMBEDDING, body="{}")[:2] == ("AccessDeniedException", 403)

    assert httpx.get(f"{extractive_server}/models").status_code == 403
    assert httpx.get(f"{extractive_server}/health").json() == {"status": "ok"}


def test_readiness_and_models_tell_what_serves(extractive_server):
    ready = httpx.get(f"{extractive_server}/ready").json()
    models = httpx.get(f"{extractive_server}/models", headers={"Authorization": f"Bearer {TOKEN}"}).json()

    assert ready == {"status": "ready", "embeddings": "openvino", "upstream": "extractive"}
    assert models["embedding"] == {
        "model": "multilingual-e5-small",
        "engine": "openvino",
        "dimensions": 384,
        "model_id": EMBEDDING,
    }
    assert models["chat"] == {"model": "extractive", "model_id": CHAT}


def test_an_operation_that_does_not_exist_is_not_found(extractive_server):
    boto = client(extractive_server)

    assert refused(boto.count_tokens, modelId=CHAT, input={"converse": {"messages": messages()}})[1] == 404


def test_an_oversized_body_is_refused_before_it_is_read_whole(extractive_server):
    name, status, error = refused(
        client(extractive_server).invoke_model, modelId=EMBEDDING, body=b"x" * 25_000_001
    )

    assert (name, status, error["Message"]) == ("ValidationException", 400, "The request body is too large.")
