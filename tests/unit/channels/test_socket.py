"""The socket: every frame gets what it is due, and nothing a client sends breaks it."""

import json
from dataclasses import dataclass, field

import pytest

from autosocial.channels.dashboards import Dashboards
from autosocial.channels.identity import named_visitor
from autosocial.channels.model import Connection
from autosocial.channels.push import Push
from autosocial.channels.receive import Receive
from autosocial.channels.socket import HandleSocket
from autosocial.channels.web import WebChannel, ending_frame
from autosocial.contracts.socket import AnswerDelta, Event, Pong
from autosocial.conversations.service import AcceptMessage, RateAnswer, ResumeAnswer
from autosocial.kernel.errors import TransientError
from autosocial.kernel.ids import new_id
from autosocial.kernel.limits import Limiter
from autosocial.kernel.tenancy import Caller, Role
from tests.fakes.answer_turn import ASKER, CREATOR, OTHER_VISITOR, VISITOR, Turn
from tests.fakes.channels import InMemoryConnectionStore, RecordedSockets
from tests.fakes.clock import FakeClock
from tests.fakes.conversations import InMemoryAnswerQueue
from tests.fakes.limits import InMemoryLimitStore
from tests.fakes.naughty_frames import NAUGHTY

OWNER = Caller(CREATOR, CREATOR, Role.CREATOR)
HELLO = {"type": "message.send", "client_id": "client-00001", "text": "How much?"}


@dataclass
class Socket:
    turn: Turn = field(default_factory=Turn)
    sockets: RecordedSockets = field(default_factory=RecordedSockets)
    connections: InMemoryConnectionStore = field(default_factory=InMemoryConnectionStore)
    queue: InMemoryAnswerQueue = field(default_factory=InMemoryAnswerQueue)
    clock: FakeClock = field(default_factory=FakeClock)
    limits: InMemoryLimitStore = field(default_factory=InMemoryLimitStore)

    def __post_init__(self) -> None:
        turn = self.turn
        self.push = Push(self.connections, self.sockets, ids=new_id)
        limiter = Limiter(self.limits, clock=self.clock)
        accept = AcceptMessage(turn.conversations, self.queue, ids=turn.ids)
        self.handle = HandleSocket(
            self.connections,
            self.push,
            web=WebChannel(self.push, clock=turn.clock),
            receive=Receive(accept, visitor_of=named_visitor, limiter=limiter),
            resume=ResumeAnswer(turn.conversations, turn.answers, clock=turn.clock),
            rate=RateAnswer(turn.answers, clock=turn.clock),
            dashboards=Dashboards(self.push, clock=turn.clock),
            limiter=limiter,
        )
        for caller, name in ((ASKER, "page"), (ASKER, "tab"), (OWNER, "desk")):
            self.handle.connect(caller, name)

    def send(self, frame: object, *, caller: Caller = ASKER, name: str = "page") -> list:
        """Send one frame; return what came back on that connection."""
        before = len(self.sockets.frames(name))
        text = frame if isinstance(frame, str) else json.dumps(frame)
        self.handle.receive(caller, name, text=text, request_id="request-1")
        return self.sockets.frames(name)[before:]


def test_a_message_is_acknowledged_first_and_then_told_to_the_others() -> None:
    socket = Socket()
    (ack,) = socket.send(HELLO)
    assert (ack.type, ack.client_id, ack.duplicate) == ("message.ack", "client-00001", False)
    assert [name for name, _ in socket.sockets.posted] == ["page", "tab", "desk"]
    (echo,), (event,) = socket.sockets.frames("tab"), socket.sockets.frames("desk")
    assert (echo.type, echo.text) == ("message.new", "How much?")
    assert (event.event, event.state) == ("CONVERSATION_UPDATE", "message")


def test_who_cannot_be_told_does_not_spoil_the_acknowledgement() -> None:
    socket = Socket()
    socket.connections.of_audience = lambda *_: (_ for _ in ()).throw(TransientError("away"))  # type: ignore[method-assign]
    (ack,) = socket.send(HELLO)
    assert ack.type == "message.ack"


def test_a_repeated_message_is_acknowledged_with_the_same_id_and_told_to_nobody() -> None:
    socket = Socket()
    (first,) = socket.send(HELLO)
    (again,) = socket.send(HELLO)
    assert (again.message_id, again.duplicate) == (first.message_id, True)
    assert len(socket.sockets.frames("desk")) == 1


@pytest.mark.parametrize("text", NAUGHTY)
def test_whatever_a_client_sends_gets_a_typed_error_and_the_connection_stays(text: str) -> None:
    socket = Socket()
    (error,) = socket.send(text)
    assert error.type == "error" and error.code in {"bad_json", "unknown_type", "invalid_frame"}
    assert error.retry_after == 0
    assert socket.connections.of_audience(CREATOR, VISITOR)
    assert socket.send({"type": "ping", "id": "7"}) == [Pong(id="7")]


def test_a_message_that_is_too_long_is_refused_by_name() -> None:
    (error,) = Socket().send({**HELLO, "text": "x" * 4_001})
    assert (error.code, error.client_id) == ("text_too_long", "client-00001")


def test_the_eleventh_message_in_ten_seconds_is_told_when_to_come_back() -> None:
    socket = Socket()
    for number in range(10):
        (ack,) = socket.send({**HELLO, "client_id": f"client-{number:05}"})
        assert ack.type == "message.ack"
    late = {**HELLO, "client_id": "client-00010"}
    (error,) = socket.send(late)
    assert (error.code, error.retry_after, error.client_id) == ("rate_limited", 1, "client-00010")
    socket.clock.pass_(seconds=error.retry_after)
    (ack,) = socket.send(late)
    assert ack.type == "message.ack"


def test_many_connections_do_not_lift_the_limits_of_a_visitor() -> None:
    socket = Socket()
    acknowledged = [0] * 3
    for number in range(240):
        frame = {**HELLO, "client_id": f"client-{number:05}"}
        (answer,) = socket.send(frame, name=f"tab-{number % 10}")
        acknowledged[number // 80] += answer.type == "message.ack"
        socket.clock.pass_(seconds=0.75)
    # More than one a second is sent: at first one a second passes, in the long run one in two seconds.
    assert acknowledged[0] <= 60 and acknowledged[2] in {29, 30, 31}


def test_pings_are_not_limited() -> None:
    socket = Socket()
    assert all(socket.send({"type": "ping"}) == [Pong()] for _ in range(50))


@pytest.mark.parametrize("kind", ["answer.resume", "feedback.send"])
def test_a_connection_that_resumes_or_rates_without_end_is_told_when_to_come_back(kind: str) -> None:
    socket = Socket()
    answer_id = socket.turn.ask().answer_id
    rest = {"last_seq": 10_000} if kind == "answer.resume" else {"rating": "up"}
    frame = {"type": kind, "answer_id": answer_id, **rest}
    for _ in range(60):
        assert all(answer.type != "error" for answer in socket.send(frame))
    reads = len(socket.turn.faults.calls)
    (error,) = socket.send(frame)
    assert (error.code, error.retry_after) == ("rate_limited", 1)
    assert len(socket.turn.faults.calls) == reads
    assert all(answer.type != "error" for answer in socket.send(frame, name="tab"))
    socket.clock.pass_(seconds=error.retry_after)
    assert all(answer.type != "error" for answer in socket.send(frame))


def test_a_message_costs_one_write_of_the_limits_and_a_ping_or_nonsense_none() -> None:
    socket = Socket()
    for frame, writes in ((HELLO, 1), ({"type": "ping"}, 1), ("nonsense", 1), ({"type": "typing"}, 1)):
        socket.send(frame)
        assert socket.limits.writes == writes


def test_a_creator_cannot_ask_as_a_visitor() -> None:
    (error,) = Socket().send(HELLO, caller=OWNER, name="desk")
    assert error.code == "forbidden"


def test_an_answer_is_resumed_from_where_it_stopped() -> None:
    socket = Socket()
    answer = socket.turn.ask()
    frames = socket.send({"type": "answer.resume", "answer_id": answer.answer_id, "last_seq": 1})
    assert [frame.type for frame in frames] == ["answer.delta", "answer.completed"]
    assert answer.ending is not None
    assert frames[-1] == ending_frame(answer.ref, answer.ending)


def test_a_stranger_cannot_resume_or_rate() -> None:
    socket = Socket()
    answer = socket.turn.ask()
    stranger = Caller(CREATOR, OTHER_VISITOR, Role.VISITOR)
    for frame in (
        {"type": "answer.resume", "answer_id": answer.answer_id, "last_seq": 0},
        {"type": "feedback.send", "answer_id": answer.answer_id, "rating": "up"},
    ):
        (error,) = socket.send(frame, caller=stranger, name="alien")
        assert error.code == "answer_not_found"


def test_a_rating_is_stored_without_a_word() -> None:
    socket = Socket()
    answer = socket.turn.ask()
    assert socket.send({"type": "feedback.send", "answer_id": answer.answer_id, "rating": "up"}) == []
    assert socket.turn.table.ratings[CREATOR, answer.answer_id].rating == "up"


def test_typing_is_taken_without_a_word() -> None:
    assert Socket().send({"type": "typing"}) == []


def test_a_part_that_is_away_is_told_and_the_message_can_be_sent_again() -> None:
    socket = Socket()
    socket.queue.fail = True
    (error,) = socket.send(HELLO)
    assert (error.code, error.client_id) == ("temporarily_unavailable", "client-00001")
    assert error.retry_after == 3
    socket.queue.fail = False
    (ack,) = socket.send(HELLO)
    assert ack.type == "message.ack"


def test_a_fault_of_ours_is_told_without_its_text() -> None:
    socket = Socket()
    socket.turn.table.visitors = None  # type: ignore[assignment]
    with pytest.raises(AttributeError):
        socket.send(HELLO)
    (error,) = socket.sockets.frames("page")
    assert error.code == "internal_error" and "NoneType" not in error.detail


def test_a_closed_socket_costs_its_row_and_nothing_else() -> None:
    socket = Socket()
    socket.sockets.gone = {"page"}
    reached = socket.push.push(CREATOR, VISITOR, AnswerDelta(answer_id="a", seq=1, text="x"))
    assert reached == 1
    assert socket.connections.of_audience(CREATOR, VISITOR) == [Connection(CREATOR, VISITOR, "tab")]


def test_a_socket_that_cannot_be_reached_now_keeps_its_row() -> None:
    socket = Socket()
    socket.sockets.away = {"page", "tab"}
    assert socket.push.push(CREATOR, VISITOR, AnswerDelta(answer_id="a", seq=1, text="x")) == 0
    assert len(socket.connections.of_audience(CREATOR, VISITOR)) == 2


def test_a_large_event_reaches_the_creator_in_parts() -> None:
    socket = Socket()
    event = Event(event="SYSTEM_NOTIFICATION", subject_id="s", message="🧘" * 20_000, timestamp="now")
    assert socket.push.push(CREATOR, "creator", event) == 1
    assert len(socket.sockets.posted) > 2
    assert socket.sockets.frames("desk") == [event]


def test_a_connection_that_closed_is_not_told_any_more() -> None:
    socket = Socket()
    socket.handle.disconnect(ASKER, "page")
    socket.handle.disconnect(ASKER, "page")
    assert [row.connection_id for row in socket.connections.of_audience(CREATOR, VISITOR)] == ["tab"]
