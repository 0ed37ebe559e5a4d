"""What conversations say, as a visitor's pages and the creator's dashboard get it."""

from dataclasses import dataclass, field

import pytest
from msgspec import structs

from autosocial.channels.dashboards import Dashboards
from autosocial.channels.deliver import Deliver, QueuedReplies
from autosocial.channels.model import WEB, Connection
from autosocial.channels.push import Push
from autosocial.channels.web import WebChannel
from autosocial.contracts.outbound import AnswerRef, Citation, Completed, Ending, Failed, Piece, Reply
from autosocial.kernel.errors import TransientError
from autosocial.kernel.ids import new_id
from tests.fakes.answer_turn import CONVERSATION, CREATOR, VISITOR
from tests.fakes.channels import InMemoryConnectionStore, InMemoryReplyQueue, RecordedSockets
from tests.fakes.clock import FakeClock

ANSWER = AnswerRef(CREATOR, VISITOR, CONVERSATION, "web", message_id="m-1", answer_id="a-1")
QUOTE = Citation(
    1, "d1", "Prices.pdf", None, "", "en", "p1", passage="It costs 50.", quote="50", quote_start=9
)


@dataclass
class Line:
    sockets: RecordedSockets = field(default_factory=RecordedSockets)
    reply_queue: InMemoryReplyQueue = field(default_factory=InMemoryReplyQueue)

    def __post_init__(self) -> None:
        rows = [Connection(CREATOR, VISITOR, "page"), Connection(CREATOR, "creator", "desk")]
        self.connections = InMemoryConnectionStore(rows)
        push = Push(self.connections, self.sockets, ids=new_id)
        self.web = WebChannel(push, clock=FakeClock())
        self.replies = Deliver(
            {WEB: self.web},
            whole=QueuedReplies(self.reply_queue),
            dashboards=Dashboards(push, clock=FakeClock()),
        )


def test_an_answer_travels_as_frames_of_the_protocol() -> None:
    line = Line()
    line.replies.started(ANSWER)
    line.replies.piece(ANSWER, Piece(1, "It costs "))
    line.replies.ended(ANSWER, Completed(2, "It costs 50 [1].", (QUOTE,), "answered", "scripted", "now"))
    started, delta, completed = line.sockets.frames("page")
    assert (started.type, started.answer_id, started.message_id) == ("answer.started", "a-1", "m-1")
    assert (delta.type, delta.seq, delta.text) == ("answer.delta", 1, "It costs ")
    assert (completed.type, completed.seq, completed.outcome, completed.model) == (
        "answer.completed",
        2,
        "answered",
        "scripted",
    )
    assert [(item.index, item.page, item.quote) for item in completed.citations] == [(1, None, "50")]


@pytest.mark.parametrize(
    ("ending", "state"), [(Completed(1, "No.", outcome="no_answer"), "no_answer"), (Failed(1, "x"), "failed")]
)
def test_the_dashboard_hears_that_an_answer_ended_and_nothing_of_what_it_says(
    ending: Ending, state: str
) -> None:
    line = Line()
    line.replies.ended(ANSWER, ending)
    (event,) = line.sockets.frames("desk")
    assert (event.event, event.subject_id, event.state) == ("CONVERSATION_UPDATE", CONVERSATION, state)
    assert event.data == {"message_id": "a-1", "role": "assistant"}
    assert event.message == ""


def test_an_answer_of_another_channel_waits_whole_to_be_sent_and_no_page_sees_it() -> None:
    line = Line()
    elsewhere = structs.replace(ANSWER, channel="webhook")
    line.replies.started(elsewhere)
    line.replies.piece(elsewhere, Piece(1, "It "))
    assert line.reply_queue.commands == []
    line.replies.ended(elsewhere, Completed(2, "It costs 50 [1].", (QUOTE,)))
    (command,) = line.reply_queue.commands
    assert (command.channel, command.answer_id, command.conversation_id) == ("webhook", "a-1", CONVERSATION)
    assert "costs" not in repr(command)
    assert [name for name, _ in line.sockets.posted] == ["desk"]


def test_an_answer_that_cannot_be_queued_is_told_again() -> None:
    line = Line()
    line.reply_queue.fail = True
    with pytest.raises(TransientError):
        line.replies.ended(structs.replace(ANSWER, channel="webhook"), Failed(1, "x"))


def test_pages_and_dashboards_that_are_not_reached_are_no_trouble() -> None:
    line = Line()
    line.connections.of_audience = lambda *_: (_ for _ in ()).throw(TransientError("away"))  # type: ignore[method-assign]
    line.replies.started(ANSWER)
    line.replies.piece(ANSWER, Piece(1, "It "))
    line.replies.ended(ANSWER, Failed(2, "x"))
    assert line.sockets.posted == []


def test_a_whole_reply_is_the_same_frame_as_the_end_of_a_streamed_one() -> None:
    line = Line()
    ending = Completed(2, "It costs 50 [1].", (QUOTE,))
    reply = Reply(ANSWER, ending, sender=VISITOR, in_reply_to="client-1")
    line.web.send(reply, line.web.render(reply))
    line.replies.ended(ANSWER, ending)
    whole, streamed = line.sockets.frames("page")
    assert whole == streamed


def test_a_failed_answer_says_why_and_whether_asking_again_may_help() -> None:
    line = Line()
    line.replies.ended(ANSWER, Failed(4, "index_unavailable", retryable=True))
    (frame,) = line.sockets.frames("page")
    assert (frame.type, frame.code, frame.retryable, frame.seq) == (
        "answer.failed",
        "index_unavailable",
        True,
        4,
    )
