"""An upstream that fails in every way that upstreams fail, over real sockets."""

import asyncio
import json
import threading
from contextlib import ExitStack, suppress

import pytest
from botocore.exceptions import ClientError
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from autosocial.adapters.bedrock.chat import BedrockChatModel
from autosocial.conversations.ports import Prompt, Turn
from autosocial.kernel.errors import PermanentError, TransientError
from infra.local.processes import wait_until
from tests.contract.model_server.running_server import CHAT, client, running, serving

FINISHED: list[str] = []
# What is in time, a loaded machine may hold up; what is not, never comes.
PATIENT = {"UPSTREAM_FIRST_TOKEN_TIMEOUT_SECONDS": "120", "UPSTREAM_TOKEN_TIMEOUT_SECONDS": "120"}
HURRIED = {
    "silent": {**PATIENT, "UPSTREAM_FIRST_TOKEN_TIMEOUT_SECONDS": "1"},
    "stalls": {**PATIENT, "UPSTREAM_TOKEN_TIMEOUT_SECONDS": "1"},
}


def chunk(text="", *, reason=None):
    body = {"model": "served-name", "choices": [{"delta": {"content": text}, "finish_reason": reason}]}
    return f"data: {json.dumps(body)}\n\n"


class Upstream:
    """Fails as the prompt asks; ``go_on`` opens the gate of those that wait for it."""

    def __init__(self):
        self.address = ""
        self.go_on = threading.Event()
        routes = [
            Route("/v1/chat/completions", self._complete, methods=["POST"]),
            Route("/v1/models", lambda _: PlainTextResponse("{}")),
        ]
        self.app = Starlette(routes=routes)

    async def _complete(self, request):
        case = (await request.json())["messages"][-1]["content"]
        if case.isdigit():
            return PlainTextResponse("no", status_code=int(case))
        return StreamingResponse(self._pieces(case), media_type="text/event-stream")

    async def _pieces(self, case):
        yield ": comment\n\n"
        if case == "silent":
            await asyncio.Event().wait()
        yield chunk("one ")
        if case == "stalls":
            await asyncio.Event().wait()
        if case == "breaks":
            raise ConnectionResetError
        if case in BROKEN:
            yield BROKEN[case]
        if case == "ends":
            return
        while case == "gated" and not self.go_on.is_set():
            await asyncio.sleep(0.01)
        try:
            while case == "endless":
                yield chunk("more ")
                await asyncio.sleep(0.01)
        finally:
            FINISHED.append(case)
        yield chunk("two", reason="length" if case == "long" else "stop")
        yield "data: [DONE]\n\n"


BROKEN = {
    "garbage": "data: {not json\n\n",
    "error": 'data: {"error": {"message": "CUDA out of memory at /home/secret"}}\n\n',
}


@pytest.fixture(scope="module")
def upstream():
    made = Upstream()
    with serving(made.app) as made.address:
        yield made


@pytest.fixture(scope="module")
def serve(upstream):
    """Start model servers before the upstream; each stays until the module ends."""
    with ExitStack() as servers:

        def start(**variables):
            upstreams = {
                "MODEL_UPSTREAM": "openai",
                "UPSTREAM_URL": f"{upstream.address}/v1/",
                "UPSTREAM_MODEL": "asked-name",
                "EMBEDDING_ENGINE": "native",
            }
            return servers.enter_context(running({**upstreams, **PATIENT, **variables}))

        yield start


@pytest.fixture(scope="module")
def server(serve):
    return serve()


def stream(server, case):
    prompt = Prompt(system="s", turns=(Turn("user", case),))
    return BedrockChatModel(client(server), model_id=CHAT).stream(prompt)


def ask(server, case):
    return client(server).converse(modelId=CHAT, messages=[{"role": "user", "content": [{"text": case}]}])


def test_a_good_answer_is_labelled_with_the_name_that_the_upstream_gives(server):
    answer = stream(server, "good")

    assert list(answer) == ["one ", "two"]
    assert (answer.model, answer.stop_reason) == ("served-name", "end_turn")
    assert answer.input_tokens > 0


def test_a_piece_reaches_the_reader_before_the_next_is_written(server, upstream):
    pieces = iter(stream(server, "gated"))

    assert next(pieces) == "one "
    assert not upstream.go_on.is_set()
    upstream.go_on.set()
    assert list(pieces) == ["two"]


def test_an_answer_cut_by_length_says_so(server):
    answer = stream(server, "long")
    list(answer)

    assert answer.stop_reason == "max_tokens"


@pytest.mark.parametrize("case", ["breaks", "garbage", "error", "ends"])
def test_a_break_in_the_middle_keeps_what_came_and_is_transient(server, case):
    assert what_came_before_the_break(server, case) == ["one "]


def test_a_stream_that_stalls_keeps_what_came_and_is_transient(serve):
    assert what_came_before_the_break(serve(**HURRIED["stalls"]), "stalls") == ["one "]


def what_came_before_the_break(server, case):
    pieces = []
    with pytest.raises(TransientError):
        for piece in stream(server, case):
            pieces.append(piece)
    return pieces


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
def test_failures_before_the_first_piece_are_plain_errors_of_the_api(serve, case, code, status, kind):
    address = serve(**HURRIED.get(case, {}))
    with pytest.raises(ClientError) as caught:
        ask(address, case)
    with pytest.raises(kind):
        stream(address, case)

    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_the_upstream_is_told_when_the_reader_leaves(server):
    FINISHED.clear()
    for _piece in stream(server, "endless"):
        break

    assert wait_until(lambda: "endless" in FINISHED, timeout_seconds=60)


def test_leaving_a_stream_early_frees_its_place(serve):
    address = serve(MAX_CONCURRENT_ANSWERS="1")
    message = {"role": "user", "content": [{"text": "endless"}]}
    events = client(address).converse_stream(modelId=CHAT, messages=[message])["stream"]
    next(iter(events))
    with pytest.raises(ClientError) as busy:
        ask(address, "good")
    events.close()

    def is_answered():
        with suppress(client(address).exceptions.ThrottlingException):
            return bool(ask(address, "good"))
        return False

    assert busy.value.response["Error"]["Code"] == "ThrottlingException"
    assert wait_until(is_answered, timeout_seconds=60), "the place was never freed"


def test_an_upstream_that_is_not_there_is_unavailable_and_the_server_not_ready():
    variables = {"MODEL_UPSTREAM": "openai", "UPSTREAM_URL": "http://127.0.0.1:9/v1", "UPSTREAM_MODEL": "x"}
    with running({**variables, "EMBEDDING_ENGINE": "native"}, wait=False) as address:
        boto = client(address)
        with pytest.raises(boto.exceptions.ServiceUnavailableException):
            boto.converse(modelId=CHAT, messages=[{"role": "user", "content": [{"text": "x"}]}])


def test_a_server_that_dies_in_the_middle_of_an_answer_is_a_transient_error(upstream):
    variables = {"UPSTREAM_URL": f"{upstream.address}/v1", "UPSTREAM_MODEL": "x", "MODEL_UPSTREAM": "openai"}
    with running({**variables, **PATIENT, "EMBEDDING_ENGINE": "native"}) as address:
        answer = iter(stream(address, "stalls"))
        assert next(answer) == "one "
    with pytest.raises(TransientError):
        list(answer)
