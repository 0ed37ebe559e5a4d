import asyncio

import pytest
from starlette.requests import Request

from functions.model_server.converse import Answer, AnswerSlots
from functions.model_server.errors import ModelFailedError, ThrottlingError
from functions.model_server.responses import ClientLeftError, unless_client_leaves
from functions.model_server.upstreams.upstream import ChatRequest, ChatTurn, Finish

REQUEST = ChatRequest(system="", turns=(ChatTurn("user", "x"),))


class ScriptedUpstream:
    """Yields its pieces; notes when its work was stopped."""

    model = "scripted"

    def __init__(self, *pieces):
        self._pieces = pieces
        self.was_closed = False

    def start(self):
        pass

    async def is_ready(self):
        return True

    async def close(self):
        pass

    async def stream(self, request):
        try:
            for piece in self._pieces:
                if isinstance(piece, Exception):
                    raise piece
                yield piece
        finally:
            self.was_closed = True


def request_whose_client(event: asyncio.Event) -> Request:
    async def receive():
        await event.wait()
        return {"type": "http.disconnect"}

    return Request({"type": "http"}, receive)


async def test_work_is_stopped_when_its_client_leaves():
    left, stopped, started = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work():
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    waiting = asyncio.create_task(unless_client_leaves(request_whose_client(left), work()))
    await started.wait()
    left.set()

    with pytest.raises(ClientLeftError):
        await waiting
    assert stopped.is_set()


async def test_work_that_ends_or_fails_does_so_for_a_client_that_stays():
    async def fail():
        raise ModelFailedError("no")

    request = request_whose_client(asyncio.Event())
    assert await unless_client_leaves(request, asyncio.sleep(0, "done")) == "done"
    with pytest.raises(ModelFailedError):
        await unless_client_leaves(request, fail())


async def test_a_slot_is_taken_once_and_given_back_once():
    slots = AnswerSlots(1)
    upstream = ScriptedUpstream("a", Finish("end_turn", "m", 1, 1))
    answer = Answer(upstream, REQUEST, slots=slots)
    with pytest.raises(ThrottlingError):
        Answer(upstream, REQUEST, slots=slots)
    await answer.begin()
    await answer.close()
    await answer.close()

    Answer(upstream, REQUEST, slots=slots)
    with pytest.raises(ThrottlingError):
        Answer(upstream, REQUEST, slots=slots)
    assert upstream.was_closed


async def test_an_upstream_without_an_end_mark_has_broken_off():
    for pieces in ((), ("a", "b")):
        with pytest.raises(ModelFailedError):
            answer = Answer(ScriptedUpstream(*pieces), REQUEST, slots=AnswerSlots(1))
            await answer.begin()
            await answer.whole()


async def test_a_fault_of_ours_in_a_stream_becomes_a_frame_that_tells_nothing():
    upstream = ScriptedUpstream("a", RuntimeError("password=hunter2"))
    frames = [frame async for frame in Answer(upstream, REQUEST, slots=AnswerSlots(1)).frames()]

    assert b"internalServerException" in frames[-1]
    assert b"hunter2" not in b"".join(frames)
