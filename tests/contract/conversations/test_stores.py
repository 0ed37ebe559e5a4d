"""The stores of conversations: one suite on the fake and on DynamoDB's adapter against moto."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pytest

from autosocial.adapters.dynamodb.answers import DynamoAnswerStore
from autosocial.adapters.dynamodb.conversations import DynamoConversationStore
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.contracts.outbound import Citation, Completed, Failed, Piece
from autosocial.conversations.model import Answer, Conversation, Feedback, Message, Visitor, reply_of
from autosocial.conversations.ports import AnswerStore, ConversationStore
from autosocial.kernel.clock import iso
from autosocial.kernel.errors import AutoSocialError, InvalidError, NotFoundError
from tests.fakes.answer_turn import (
    CONVERSATION,
    CREATOR,
    NOW,
    OTHER_CREATOR,
    VISITOR,
    CountedIds,
    MovingClock,
)
from tests.fakes.cloud import moto_cloud
from tests.fakes.conversations import ConversationTable, InMemoryAnswerStore, InMemoryConversationStore
from tests.fakes.conversations_cloud import CONVERSATIONS_TABLE, create_conversations_table

AT = iso(NOW)


@dataclass
class Stores:
    conversations: ConversationStore
    answers: AnswerStore
    ids: CountedIds
    clock: MovingClock

    def message(self, text: str = "How much?", *, conversation_id: str = CONVERSATION) -> Message:
        at = iso(self.clock())
        return Message(
            CREATOR,
            conversation_id,
            self.ids(),
            role="visitor",
            text=text,
            created_at=at,
            answer_state="pending",
        )

    def accepted(self, text: str = "How much?") -> Message:
        message = self.message(text)
        self.conversations.accept(message, client_id=f"client-{message.message_id}")
        return message

    def begun(self, message: Message) -> Answer:
        answer = Answer(CREATOR, self.ids(), CONVERSATION, message.message_id, VISITOR, AT, AT)
        assert self.answers.begin(answer)
        return answer

    def answered(self, message: Message) -> Answer:
        answer = self.begun(message)
        assert self.answers.finish(answer, GOOD)
        return answer


GOOD = Completed(
    seq=3,
    text="It costs 50 euros [1].",
    citations=(
        Citation(
            index=1,
            document_id="d1",
            document_name="Prices.pdf",
            page=2,
            heading="",
            language="en",
            passage_id="p1",
            passage="It costs 50 euros.",
            quote="It costs 50 euros.",
            quote_start=0,
        ),
    ),
    model="extractive",
    created_at=AT,
)


def opened(
    stores: Stores, conversation_id: str = CONVERSATION, *, visitor_id: str = VISITOR, at: str = AT
) -> None:
    stores.conversations.open(
        Visitor(CREATOR, visitor_id, conversation_id, at),
        Conversation(CREATOR, conversation_id, visitor_id, language="en", created_at=at, last_activity_at=at),
    )


@pytest.fixture(params=["fake", "moto"])
def stores(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stores]:
    ids, clock = CountedIds(), MovingClock()
    if request.param == "fake":
        table = ConversationTable()
        yield Stores(InMemoryConversationStore(table), InMemoryAnswerStore(table), ids, clock)
        return
    with moto_cloud(monkeypatch):
        create_conversations_table()
        tables = Tables()
        yield Stores(
            DynamoConversationStore(tables, CONVERSATIONS_TABLE, clock=clock),
            DynamoAnswerStore(tables, CONVERSATIONS_TABLE, clock=clock),
            ids,
            clock,
        )


def test_a_visitor_is_found_with_their_conversation(stores: Stores) -> None:
    opened(stores)
    visitor = stores.conversations.visitor(CREATOR, VISITOR)
    assert visitor == Visitor(CREATOR, VISITOR, CONVERSATION, AT)
    assert stores.conversations.visitor(OTHER_CREATOR, VISITOR) is None
    conversation = stores.conversations.conversation(CREATOR, CONVERSATION)
    assert conversation is not None and conversation.visitor_id == VISITOR
    assert stores.conversations.conversation(OTHER_CREATOR, CONVERSATION) is None


def test_a_visitor_is_opened_once(stores: Stores) -> None:
    opened(stores)
    with pytest.raises(AutoSocialError):
        opened(stores, stores.ids())


def test_a_client_id_stands_for_one_message(stores: Stores) -> None:
    opened(stores)
    first, second = stores.message("first"), stores.message("second")
    assert stores.conversations.accept(first, client_id="client-1") == first.message_id
    assert stores.conversations.accept(second, client_id="client-1") == first.message_id
    page = stores.conversations.messages(CREATOR, CONVERSATION, cursor="", limit=10)
    assert [message.text for message in page.items] == ["first"]


def test_eight_sends_at_once_of_one_client_id_are_one_message(stores: Stores) -> None:
    opened(stores)
    messages = [stores.message(f"try {number}") for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda item: stores.conversations.accept(item, client_id="client-1"), messages))
    assert len(set(ids)) == 1
    page = stores.conversations.messages(CREATOR, CONVERSATION, cursor="", limit=10)
    assert [message.message_id for message in page.items] == [ids[0]]
    conversation = stores.conversations.conversation(CREATOR, CONVERSATION)
    assert conversation is not None and conversation.message_count == 1


def test_a_message_needs_its_conversation(stores: Stores) -> None:
    with pytest.raises(NotFoundError):
        stores.conversations.accept(stores.message(), client_id="client-1")


def test_a_message_comes_back_as_it_was_stored(stores: Stores) -> None:
    opened(stores)
    message = replace(stores.message("¿Cuánto cuesta? 🧘 \u0000 <b>"), client_id="client-1")
    stores.conversations.accept(message, client_id="client-1")
    assert stores.conversations.message(CREATOR, CONVERSATION, message.message_id) == message
    assert stores.conversations.message(OTHER_CREATOR, CONVERSATION, message.message_id) is None


def test_messages_come_in_pages_newest_first(stores: Stores) -> None:
    opened(stores)
    sent = [stores.accepted(str(number)).text for number in range(5)]
    first = stores.conversations.messages(CREATOR, CONVERSATION, cursor="", limit=2)
    second = stores.conversations.messages(CREATOR, CONVERSATION, cursor=first.cursor, limit=2)
    third = stores.conversations.messages(CREATOR, CONVERSATION, cursor=second.cursor, limit=2)
    texts = [message.text for page in (first, second, third) for message in page.items]
    assert texts == sent[::-1]
    assert third.cursor == ""


def test_conversations_in_which_something_was_said_come_in_pages_by_last_activity(stores: Stores) -> None:
    silent, *ids = [stores.ids() for _ in range(4)]
    opened(stores, silent, visitor_id="visitor-silent", at=iso(stores.clock()))
    for place, conversation_id in enumerate(ids):
        opened(stores, conversation_id, visitor_id=f"visitor-{place}", at=iso(stores.clock()))
        message = stores.message("hello", conversation_id=conversation_id)
        stores.conversations.accept(message, client_id="client-0")
    message = stores.message("the newest", conversation_id=ids[0])
    stores.conversations.accept(message, client_id="client-1")
    first = stores.conversations.conversations(CREATOR, cursor="", limit=2)
    second = stores.conversations.conversations(CREATOR, cursor=first.cursor, limit=2)
    assert [item.conversation_id for item in (*first.items, *second.items)] == [ids[0], ids[2], ids[1]]
    assert (first.items[0].preview, first.items[0].message_count) == ("the newest", 2)
    assert second.cursor == ""
    assert stores.conversations.conversations(OTHER_CREATOR, cursor="", limit=2).items == ()


@pytest.mark.parametrize("channel", ["web", "webhook"])
def test_an_answer_is_kept_with_its_ending_and_its_reply(stores: Stores, channel: str) -> None:
    opened(stores)
    message = stores.accepted()
    answer = replace(stores.begun(message), answer_id=stores.ids(), channel=channel)
    assert stores.answers.begin(answer)
    assert stores.answers.answer(CREATOR, answer.answer_id) == answer
    assert stores.answers.finish(answer, GOOD)
    assert stores.answers.answer(CREATOR, answer.answer_id) == replace(answer, ending=GOOD)
    page = stores.conversations.messages(CREATOR, CONVERSATION, cursor="", limit=10)
    reply, question = page.items
    assert reply == reply_of(answer, GOOD)
    assert (question.answer_id, question.answer_state) == (answer.answer_id, "completed")
    conversation = stores.conversations.conversation(CREATOR, CONVERSATION)
    assert conversation is not None and conversation.message_count == 2


def test_an_answer_ends_once(stores: Stores) -> None:
    opened(stores)
    good = stores.answered(stores.accepted())
    assert not stores.answers.finish(good, Failed(9, "late"))
    assert not stores.answers.finish(good, GOOD)
    bad = stores.begun(stores.accepted())
    assert stores.answers.finish(bad, Failed(2, "index_unavailable", retryable=False))
    assert not stores.answers.finish(bad, GOOD)
    kept = [stores.answers.answer(CREATOR, answer.answer_id) for answer in (good, bad)]
    assert [answer and answer.ending for answer in kept] == [
        GOOD,
        Failed(2, "index_unavailable", retryable=False),
    ]


def test_only_the_newest_answer_to_a_message_may_end_it(stores: Stores) -> None:
    opened(stores)
    message = stores.accepted()
    older, newer = stores.begun(message), stores.begun(message)
    assert not stores.answers.finish(older, GOOD)
    assert stores.answers.finish(newer, Failed(1, "index_unavailable"))
    kept = stores.conversations.message(CREATOR, CONVERSATION, message.message_id)
    assert kept is not None and (kept.answer_id, kept.answer_state) == (newer.answer_id, "failed")
    assert stores.conversations.messages(CREATOR, CONVERSATION, cursor="", limit=9).items == (kept,)


def test_a_settled_message_gets_no_further_answer(stores: Stores) -> None:
    opened(stores)
    message = stores.accepted()
    stores.answered(message)
    again = Answer(CREATOR, stores.ids(), CONVERSATION, message.message_id, VISITOR, AT, AT)
    assert not stores.answers.begin(again)


def test_a_failed_answer_is_replaced_once_and_only_by_its_own_retry(stores: Stores) -> None:
    opened(stores)
    message = stores.accepted()
    failed = stores.begun(message)
    retry = replace(failed, answer_id=stores.ids(), retry_of=failed.answer_id)
    assert stores.answers.finish(failed, Failed(1, "index_unavailable"))
    for other in ("", stores.ids()):
        assert not stores.answers.begin(replace(retry, answer_id=stores.ids(), retry_of=other))
    assert stores.answers.begin(retry)
    assert stores.answers.finish(retry, GOOD)
    assert not stores.answers.begin(replace(retry, answer_id=stores.ids()))
    kept = stores.conversations.message(CREATOR, CONVERSATION, message.message_id)
    assert kept is not None and (kept.answer_id, kept.answer_state) == (retry.answer_id, "completed")


def test_pieces_come_back_in_order_from_any_number(stores: Stores) -> None:
    opened(stores)
    answer = stores.begun(stores.accepted())
    pieces = [Piece(seq, f"piece {seq} ") for seq in range(1, 13)]
    for piece in [*pieces, pieces[3]]:
        stores.answers.append(answer, piece)
    assert stores.answers.pieces(CREATOR, answer.answer_id, after=0) == pieces
    assert stores.answers.pieces(CREATOR, answer.answer_id, after=9) == pieces[9:]
    assert stores.answers.last_seq(CREATOR, answer.answer_id) == 12
    assert stores.answers.pieces(OTHER_CREATOR, answer.answer_id, after=0) == []
    assert stores.answers.last_seq(CREATOR, stores.ids()) == 0


def test_a_later_rating_replaces_the_one_before_in_all_counts(stores: Stores) -> None:
    opened(stores)
    answer = stores.answered(stores.accepted())
    rating = Feedback(CREATOR, answer.answer_id, CONVERSATION, "up", "", "", iso(stores.clock()))
    stores.answers.rate(rating)
    stores.answers.rate(replace(rating, rating="down", reason="wrong", created_at=iso(stores.clock())))
    conversation = stores.conversations.conversation(CREATOR, CONVERSATION)
    assert conversation is not None and (conversation.ratings_up, conversation.ratings_down) == (0, 1)
    reply = stores.conversations.message(CREATOR, CONVERSATION, answer.answer_id)
    assert reply is not None and reply.rating == "down"


def test_a_cursor_that_is_none_is_refused(stores: Stores) -> None:
    if isinstance(stores.conversations, InMemoryConversationStore):
        pytest.skip("the fake's cursors are plain comparisons")
    with pytest.raises(InvalidError):
        stores.conversations.messages(CREATOR, CONVERSATION, cursor="x#y", limit=2)
    with pytest.raises(InvalidError):
        stores.conversations.conversations(CREATOR, cursor="2026#nobody", limit=2)
