"""An upstream that fails in every way that upstreams fail, over real sockets."""

import asyncio
import json
import time

import pytest
from botocore.exceptions import ClientError
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from autosocial.adapters.bedrock.chat import BedrockChatModel
from autosocial.conversations.ports import Prompt, Turn
from autosocial.kernel.errors import PermanentError, TransientError
from tests.contract.model_server.running_server import CHAT, client, running, serving

FINISHED: list[str] = []


def chunk(text="", *, reason=None):
    body = {"model": "served-name", "choices": [{"delta": {"content": text}, "finish_reason": reason}]}
    return f"data: {json.dumps(body)}\n\n"


async def _pieces(case):
    yield ": comment\n\n"
    if case == "silent":
        await asyncio.sleep(30)
    yield chunk("one ")
    if case == "stalls":
        await asyncio.sleep(30)
    if case == "breaks":
        raise ConnectionResetError
    if case == "garbage":
        yield "data: {not json\n\n"
    if case == "error":
        yield 'data: {"error": {"message": "CUDA out of memory at /home/secret"}}\n\n'
    if case == "ends":
        return
    if case == "endless":
        try:
            for _ in range(600):
                yield chunk("more ")
                await asyncio.sleep(0.05)
        finally:
            FINISHED.append(case)
    yield chunk("two", reason="length" if case == "long" else "stop")
    yield "data: [DONE]\n\n"


async def _complete(request):
    case = (await request.json())["messages"][-1]["content"]
    if case.isdigit():
        return PlainTextResponse("no", status_code=int(case))
    return StreamingResponse(_pieces(case), media_type="text/event-stream")


async def _models(request):
    return PlainTextResponse("{}")


@pytest.fixture(scope="module")
def server():
    routes = [Route("/v1/chat/completions", _complete, methods=["POST"]), Route("/v1/models", _models)]
    with serving(Starlette(routes=routes)) as upstream:
        patience = {"UPSTREAM_FIRST_TOKEN_TIMEOUT_SECONDS": "1", "UPSTREAM_TOKEN_TIMEOUT_SECONDS": "1"}
        variables = {
            "MODEL_UPSTREAM": "openai",
            "UPSTREAM_URL": f"{upstream}/v1/",
            "UPSTREAM_MODEL": "asked-name",
        }
        with running({**variables, **patience, "EMBEDDING_ENGINE": "native"}) as address:
            yield address


def stream(server, case):
    prompt = Prompt(system="s", turns=(Turn("user", case),))
    return BedrockChatModel(client(server), model_id=CHAT).stream(prompt)


def test_a_good_answer_is_labelled_with_the_name_that_the_upstream_gives(server):
    answer = stream(server, "good")

    assert list(answer) == ["one ", "two"]
    assert (answer.model, answer.stop_reason) == ("served-name", "end_turn")
    assert answer.input_tokens > 0


def test_an_answer_cut_by_length_says_so(server):
    answer = stream(server, "long")
    list(answer)

    assert answer.stop_reason == "max_tokens"


@pytest.mark.parametrize("case", ["breaks", "stalls", "garbage", "error", "ends"])
def test_a_break_in_the_middle_keeps_what_came_and_is_transient(server, case):
    pieces = []
    with pytest.raises(TransientError):
        for piece in stream(server, case):
            pieces.append(piece)

    assert pieces == ["one "]


def test_what_went_wrong_inside_the_upstream_is_not_told(server):
    boto = client(server)
    message = {"role": "user", "content": [{"text": "error"}]}
    events = boto.converse_stream(modelId=CHAT, messages=[message])["stream"]
    with pytest.raises(ClientError) as caught:
        list(events)

    assert caught.value.response["Error"]["Code"] == "modelStreamErrorException"
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("case", "code", "status", "kind"),
    [
        ("429", "ThrottlingException", 429, TransientError),
        ("503", "ServiceUnavailableException", 503, TransientError),
        ("500", "ModelErrorException", 424, TransientError),
        ("400", "ValidationException", 400, PermanentError),
        ("silent", "ModelTimeoutException", 408, TransientError),
    ],
)
def test_failures_before_the_first_piece_are_plain_errors_of_the_api(server, case, code, status, kind):
    message = {"role": "user", "content": [{"text": case}]}
    with pytest.raises(ClientError) as caught:
        client(server).converse(modelId=CHAT, messages=[message])
    with pytest.raises(kind):
        stream(server, case)

    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_the_upstream_is_told_when_the_reader_leaves(server):
    FINISHED.clear()
    for _piece in stream(server, "endless"):
        break
    until = time.monotonic() + 5
    while not FINISHED and time.monotonic() < until:
        time.sleep(0.02)

    assert FINISHED == ["endless"]


def test_an_upstream_that_is_not_there_is_unavailable_and_the_server_not_ready():
    variables = {"MODEL_UPSTREAM": "openai", "UPSTREAM_URL": "http://127.0.0.1:9/v1", "UPSTREAM_MODEL": "x"}
    with running({**variables, "EMBEDDING_ENGINE": "native"}, wait=False) as address:
        boto = client(address)
        with pytest.raises(boto.exceptions.ServiceUnavailableException):
            boto.converse(modelId=CHAT, messages=[{"role": "user", "content": [{"text": "x"}]}])


def test_a_server_that_dies_in_the_middle_of_an_answer_is_a_transient_error():
    with running({"WORD_PACE_MS": "300", "EMBEDDING_ENGINE": "native"}) as address:
        source = (
            '<source id="1" document="d" language="en">Refunds take thirty days in all of our shops.</source>'
        )
        question = f"<sources>{source}</sources><question>How long do refunds take?</question>"
        answer = iter(stream(address, question))
        assert next(answer) == "Refunds"
    with pytest.raises(TransientError):
        list(answer)
