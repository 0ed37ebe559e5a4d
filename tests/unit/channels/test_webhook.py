"""The signed webhook: what gets in, what goes out, and what a counterpart's answer means."""

import json
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autosocial.channels.deliver import SendReply
from autosocial.channels.model import WEBHOOK, ConnectedChannel, SigningSecrets, new_connection_id
from autosocial.channels.signatures import (
    RequestRefusedError,
    is_signed,
    new_secret,
    read_stamp,
    signed_headers,
)
from autosocial.channels.webhook import MAX_BODY_BYTES, SignedRequest, WebhookCallback, WebhookDoor
from autosocial.contracts.outbound import AnswerRef, Citation, Completed, DeliverReply, Ending, Failed, Reply
from autosocial.kernel.errors import (
    AutoSocialError,
    InvalidError,
    NotFoundError,
    PermanentError,
    TooLargeError,
    TransientError,
)
from tests.fakes.answer_turn import CREATOR, OTHER_CREATOR
from tests.fakes.channels import InMemoryChannelSecrets, InMemoryConnectedChannels, RecordedOutgoing
from tests.fakes.clock import FakeClock

CONNECTION = new_connection_id(CREATOR, "01J9ZQ6X8E0000000000C0NNEX")
SECRET, OLD_SECRET = new_secret(b"n" * 32), new_secret(b"o" * 32)
URL = "https://shop.example/callback"
BODY = b'{"sender":"customer-42","text":"How much?","language":"en"}'
ANSWER = AnswerRef(CREATOR, "v-1", "c-1", WEBHOOK, message_id="m-1", answer_id="a-1")
PRICE = Citation(
    1, "d1", "Prices.pdf", 2, "", "en", "p1", passage="It costs 50.", quote="It costs 50.", quote_start=0
)
TERMS = Citation(
    3, "d2", "Terms.md", None, "", "en", "p2", passage="Paid first.", quote="Paid first.", quote_start=0
)
GOOD = Completed(3, "It costs 50 [1], paid first [3].", (PRICE, TERMS), model="scripted", created_at="now")


@dataclass
class Door:
    connected: InMemoryConnectedChannels = field(default_factory=InMemoryConnectedChannels)
    secrets: InMemoryChannelSecrets = field(default_factory=InMemoryChannelSecrets)
    outgoing: RecordedOutgoing = field(default_factory=RecordedOutgoing)
    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self) -> None:
        self.channel = WebhookDoor(self.connected, self.secrets, clock=self.clock)
        self.callback = WebhookCallback(
            self.connected, self.secrets, outgoing=self.outgoing, clock=self.clock
        )
        self.connected.add(ConnectedChannel(CREATOR, WEBHOOK, CONNECTION, URL, "hint", "then"))
        self.secrets.write(CONNECTION, SigningSecrets(SECRET))

    def request(
        self, body: bytes = BODY, *, secret: str = SECRET, connection_id: str = CONNECTION
    ) -> SignedRequest:
        headers = signed_headers([secret], body, message_id="msg_1", now=self.clock())
        return SignedRequest(connection_id, headers, body, request_id="request-1")

    def refusal(self, request: SignedRequest) -> str:
        """Return why a request is refused."""
        with pytest.raises(RequestRefusedError) as refused:
            self.channel.verify(request)
        return refused.value.cause

    def sent(self, ending: Ending = GOOD) -> dict[str, object]:
        """Send a reply; return the body that the counterpart got."""
        reply = Reply(ANSWER, ending, sender="customer-42", in_reply_to="msg_1")
        self.callback.send(reply, self.callback.render(reply))
        return json.loads(self.outgoing.posted[-1][2])


def test_a_signed_request_is_of_the_tenant_whose_secret_signed_it_and_holds_a_message() -> None:
    door = Door()
    request = door.request()
    assert door.channel.verify(request) == CREATOR
    inbound = door.channel.parse(request, creator_id=CREATOR)
    assert (inbound.channel, inbound.sender, inbound.text) == ("webhook", "customer-42", "How much?")
    assert (inbound.client_id, inbound.language, inbound.request_id) == ("msg_1", "en", "request-1")


@pytest.mark.parametrize(
    "connection_id",
    [
        "",
        CREATOR,
        CONNECTION[:-1],
        CONNECTION + "X",
        CONNECTION.lower(),
        f"{OTHER_CREATOR}{CONNECTION[26:]}",
        f"{CREATOR}-00000000Z0",
        "../" + CONNECTION,
    ],
)
def test_a_connection_that_is_not_there_is_refused(connection_id: str) -> None:
    assert Door().refusal(Door().request(connection_id=connection_id)) == "connection_unknown"


def test_a_foreign_signature_is_refused_and_reads_no_table() -> None:
    door = Door()
    door.connected.get = lambda *_: pytest.fail("a table was read")  # type: ignore[method-assign]
    assert door.refusal(door.request(secret=OLD_SECRET)) == "signature_wrong"


def test_an_unsigned_or_late_request_does_not_even_make_us_read_a_secret() -> None:
    door = Door()
    unsigned = SignedRequest(CONNECTION, {}, BODY, "r")
    late = door.request()
    door.clock.pass_(seconds=301)
    assert [door.refusal(request) for request in (unsigned, late)] == ["headers_missing", "timestamp_old"]
    assert door.secrets.reads == 0


def test_a_body_above_the_limit_is_told_apart_whoever_sends_it() -> None:
    door = Door()
    with pytest.raises(TooLargeError):
        door.channel.verify(door.request(b"x" * (MAX_BODY_BYTES + 1)))
    assert door.channel.verify(door.request(b"x" * MAX_BODY_BYTES)) == CREATOR


def test_after_a_rotation_both_secrets_count_for_a_day() -> None:
    door = Door()
    door.secrets.write(CONNECTION, SigningSecrets(OLD_SECRET).rotated(SECRET, now=door.clock()))
    assert door.channel.verify(door.request()) == CREATOR
    assert door.channel.verify(door.request(secret=OLD_SECRET)) == CREATOR
    door.clock.pass_(seconds=24 * 3600)
    assert door.refusal(door.request(secret=OLD_SECRET)) == "signature_wrong"
    assert door.channel.verify(door.request()) == CREATOR


def test_a_new_secret_counts_at_once_although_the_old_one_is_remembered() -> None:
    door = Door()
    door.secrets.write(CONNECTION, SigningSecrets(OLD_SECRET))
    door.secrets.remember()
    door.secrets.write(CONNECTION, SigningSecrets(OLD_SECRET).rotated(SECRET, now=door.clock()))
    assert door.channel.verify(door.request()) == CREATOR


def test_a_connection_that_was_cut_ends_at_once_although_its_secret_is_remembered() -> None:
    door = Door()
    door.secrets.remember()
    door.secrets.delete(CONNECTION)
    door.connected.remove(CREATOR, WEBHOOK)
    assert door.refusal(door.request()) == "connection_cut"
    door.connected.add(
        ConnectedChannel(CREATOR, WEBHOOK, new_connection_id(CREATOR, "Z" * 26), URL, "hint", "now")
    )
    assert door.refusal(door.request()) == "connection_cut"


def test_while_secrets_are_away_the_sender_is_told_to_come_back() -> None:
    door = Door()
    door.secrets.away = True
    with pytest.raises(TransientError):
        door.channel.verify(door.request())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"null",
        b"[]",
        b"not json",
        b"\xff\xfe",
        b'{"sender":"a"}',
        b'{"sender":"","text":"x"}',
        b'{"sender":7,"text":"x"}',
        b'{"sender":"a","text":null}',
        b'{"sender":"a","text":"' + b"x" * 4_001 + b'"}',
        b'{"sender":"' + b"x" * 129 + b'","text":"x"}',
        b"[" * 50_000,
    ],
)
def test_a_signed_body_that_holds_no_message_is_refused_by_name(body: bytes) -> None:
    door = Door()
    with pytest.raises(InvalidError) as refused:
        door.channel.parse(door.request(body), creator_id=CREATOR)
    assert refused.value.code == "webhook_body_invalid"


@given(st.binary(max_size=200), st.dictionaries(st.text(max_size=30), st.text(max_size=60), max_size=6))
def test_whatever_is_posted_is_refused_in_our_own_words(body: bytes, headers: dict[str, str]) -> None:
    with pytest.raises(AutoSocialError):
        Door().channel.verify(SignedRequest(CONNECTION, headers, body, "r"))


def test_an_answer_is_called_back_with_its_sources_as_a_numbered_list() -> None:
    door = Door()
    body = door.sent()
    assert body["type"] == "message.answered"
    assert body["data"] == {
        "answer_id": "a-1",
        "message_id": "m-1",
        "conversation_id": "c-1",
        "sender": "customer-42",
        "in_reply_to": "msg_1",
        "outcome": "answered",
        "text": "It costs 50 [1], paid first [3].\n\n[1] Prices.pdf, p. 2\n[3] Terms.md",
        "sources": [
            {"number": 1, "document": "Prices.pdf", "page": 2, "quote": "It costs 50."},
            {"number": 3, "document": "Terms.md", "page": None, "quote": "Paid first."},
        ],
    }


def test_an_answer_that_could_not_be_given_is_called_back_with_its_code() -> None:
    body = Door().sent(Failed(2, "index_unavailable"))
    assert body["type"] == "message.failed"
    assert body["data"] == {
        "answer_id": "a-1",
        "message_id": "m-1",
        "conversation_id": "c-1",
        "sender": "customer-42",
        "in_reply_to": "msg_1",
        "code": "index_unavailable",
        "retryable": True,
    }


def test_an_answer_without_sources_is_its_text_alone() -> None:
    data = Door().sent(Completed(1, "Hello!", outcome="small_talk"))["data"]
    assert isinstance(data, dict)
    assert (data["text"], data["sources"]) == ("Hello!", [])


def test_a_callback_is_signed_anew_at_each_try_under_the_same_id() -> None:
    door = Door()
    door.sent()
    door.clock.pass_(seconds=200)
    door.sent()
    (url, first, _), (_, again, body) = door.outgoing.posted
    assert url == URL
    assert first["webhook-id"] == again["webhook-id"] == "a-1"
    assert first["webhook-timestamp"] != again["webhook-timestamp"]
    stamp = read_stamp(again, now=door.clock())
    assert is_signed(again, body, stamp=stamp, secrets=[SECRET])
    assert again["content-type"] == "application/json"


def test_during_a_rotation_a_callback_is_signed_for_who_has_either_secret() -> None:
    door = Door()
    door.secrets.write(CONNECTION, SigningSecrets(OLD_SECRET).rotated(SECRET, now=door.clock()))
    door.sent()
    _, headers, body = door.outgoing.posted[0]
    stamp = read_stamp(headers, now=door.clock())
    assert all(is_signed(headers, body, stamp=stamp, secrets=[secret]) for secret in (SECRET, OLD_SECRET))


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_good_answer_of_the_counterpart_is_enough(status: int) -> None:
    assert Door(outgoing=RecordedOutgoing(status)).sent()


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(status: int) -> None:
    with pytest.raises(TransientError) as caught:
        Door(outgoing=RecordedOutgoing(status)).sent()
    assert caught.value.code == f"callback_{status}"


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 403, 404, 410, 422])
def test_a_refusal_is_parked_with_its_status(status: int) -> None:
    with pytest.raises(PermanentError) as caught:
        Door(outgoing=RecordedOutgoing(status)).sent()
    assert caught.value.code == f"callback_{status}"


def test_nothing_is_sent_over_a_channel_that_was_cut() -> None:
    door = Door()
    door.connected.remove(CREATOR, WEBHOOK)
    with pytest.raises(PermanentError) as caught:
        door.sent()
    assert caught.value.code == "channel_disconnected"
    assert not door.outgoing.posted


def test_an_answer_is_sent_as_it_is_stored_when_its_turn_comes() -> None:
    door = Door()
    reply = Reply(ANSWER, GOOD, sender="customer-42", in_reply_to="msg_1")
    send = SendReply(
        {WEBHOOK: door.callback}, read_reply=lambda *key: reply if key == (CREATOR, "a-1") else None
    )
    command = DeliverReply(creator_id=CREATOR, conversation_id="c-1", answer_id="a-1", channel=WEBHOOK)
    send(command)
    assert len(door.outgoing.posted) == 1
    door.clock.now += timedelta(days=1)
    with pytest.raises(NotFoundError):
        send(DeliverReply(creator_id=CREATOR, conversation_id="c-1", answer_id="gone", channel=WEBHOOK))
    with pytest.raises(PermanentError) as caught:
        send(DeliverReply(creator_id=CREATOR, conversation_id="c-1", answer_id="a-1", channel="pigeon"))
    assert caught.value.code == "channel_unknown"
