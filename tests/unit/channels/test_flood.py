"""A client that floods its socket costs bounded work, is told, and loses its connection; nobody else does."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from autosocial.channels.dashboards import Dashboards
from autosocial.channels.push import Push
from autosocial.channels.receive import Receive
from autosocial.channels.socket import HandleSocket
from autosocial.channels.web import WebChannel
from autosocial.contracts.socket import Pong
from autosocial.kernel.ids import new_id
from autosocial.kernel.limits import Limiter
from tests.fakes.answer_turn import ASKER, CREATOR, VISITOR
from tests.fakes.channels import InMemoryConnectionStore, RecordedSockets
from tests.fakes.clock import FakeClock
from tests.fakes.limits import InMemoryLimitStore

PING = json.dumps({"type": "ping", "id": "1"})


def unused(*_: Any, **__: Any) -> Any:
    raise AssertionError("a flood of these frames needs nothing else")


@dataclass
class Fleet:
    """Processes of the socket function, to which the gateway gives frames in turn."""

    size: int = 1
    sockets: RecordedSockets = field(default_factory=RecordedSockets)
    connections: InMemoryConnectionStore = field(default_factory=InMemoryConnectionStore)
    limits: InMemoryLimitStore = field(default_factory=InMemoryLimitStore)
    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self) -> None:
        self.processes = [self._process() for _ in range(self.size)]
        for name in ("loud", "quiet"):
            self.processes[0].connect(ASKER, name)

    def _process(self) -> HandleSocket:
        push = Push(self.connections, self.sockets, ids=new_id)
        limiter = Limiter(self.limits, clock=self.clock)
        return HandleSocket(
            self.connections,
            push,
            web=WebChannel(push, clock=self.clock),
            receive=Receive(unused, visitor_of=unused, limiter=limiter),
            resume=unused,
            rate=unused,
            dashboards=Dashboards(push, clock=self.clock),
            limiter=limiter,
        )

    def flood(self, count: int, *, text: str = PING, name: str = "loud") -> list[Any]:
        """Send frames at one moment; return what the connection got."""
        for number in range(count):
            process = self.processes[number % self.size]
            process.receive(ASKER, name, text=text, request_id="request-1")
        return self.sockets.frames(name)


@pytest.mark.parametrize("text", [PING, "garbage", '{"type":"typing"}'])
@pytest.mark.parametrize("size", [1, 8])
def test_two_thousand_frames_at_once_cost_bounded_work_and_the_connection(size: int, text: str) -> None:
    fleet = Fleet(size)
    got = fleet.flood(2_000, text=text)
    assert len(got) <= 120 + 20 * size
    assert fleet.limits.writes <= 12 + 3 * size
    errors = [frame for frame in got if frame.type == "error" and frame.code == "rate_limited"]
    assert 1 <= len(errors) <= size
    assert errors[0].retry_after >= 1
    assert set(fleet.sockets.closed) == {"loud"}
    assert [row.connection_id for row in fleet.connections.of_audience(CREATOR, VISITOR)] == ["quiet"]


def test_others_are_answered_while_one_floods() -> None:
    fleet = Fleet()
    fleet.flood(2_000)
    assert fleet.flood(1, name="quiet") == [Pong(id="1")]
    assert fleet.sockets.closed == ["loud"]


def test_who_pings_as_often_as_the_widget_is_never_closed_and_costs_a_write_in_five_minutes() -> None:
    fleet = Fleet()
    for _ in range(2 * 60 * 2):
        fleet.clock.pass_(seconds=30)
        fleet.flood(1)
    assert fleet.sockets.closed == []
    assert len(fleet.sockets.frames("loud")) == 240
    assert fleet.limits.writes == 24


def test_a_socket_that_cannot_be_closed_now_is_closed_with_a_later_frame() -> None:
    fleet = Fleet()
    fleet.sockets.away.add("loud")
    fleet.flood(200)
    assert fleet.sockets.closed == []
    fleet.sockets.away.clear()
    fleet.flood(20)
    assert fleet.sockets.closed == ["loud"]


def test_while_the_limits_are_away_nobody_is_closed() -> None:
    fleet = Fleet(limits=InMemoryLimitStore(fail=True))
    assert len(fleet.flood(300)) == 300
    assert fleet.sockets.closed == []
