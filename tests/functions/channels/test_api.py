"""The channels API in process: visitor sessions over API Gateway's events."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from autosocial.adapters.dynamodb.answers import DynamoAnswerStore
from autosocial.adapters.dynamodb.conversations import DynamoConversationStore
from autosocial.adapters.dynamodb.creators import DynamoCreatorStore
from autosocial.adapters.dynamodb.tables import Tables
from autosocial.contracts.outbound import Piece
from autosocial.conversations.model import Answer, Message
from autosocial.creators.model import Profile, Widget
from autosocial.kernel.clock import iso, utc_now
from autosocial.kernel.ids import new_id
from autosocial.wiring.http import http_function
from functions.channels.api.handler import build
from functions.channels.api.settings import ChannelsApiSettings
from tests.fakes.answer_turn import CREATOR, ORIGIN, OTHER_CREATOR, OTHER_VISITOR
from tests.fakes.clock import hold_time
from tests.fakes.cloud import create_signing_key, create_table, moto_cloud
from tests.fakes.conversations_cloud import (
    CONNECTIONS_TABLE,
    CONVERSATIONS_TABLE,
    create_conversations_table,
)
from tests.fakes.events import Answer as HttpAnswer
from tests.fakes.events import as_creator, as_visitor, call

SESSIONS = "/api/v1/channels/sessions"


@dataclass
class Api:
    handler: Any

    def __post_init__(self) -> None:
        tables = Tables()
        self.store = DynamoConversationStore(tables, CONVERSATIONS_TABLE, clock=utc_now)
        self.answers = DynamoAnswerStore(tables, CONVERSATIONS_TABLE, clock=utc_now)
        creators = DynamoCreatorStore(tables, "creators")
        for creator_id in (CREATOR, OTHER_CREATOR):
            creators.put_profile(Profile(creator_id, name="Ana", language="es"))
            welcome = {"es": "¡Hola!", "en": "Hello!"}
            creators.put_widget(Widget(creator_id, "Yoga", welcome, language="es", allowed_origins=(ORIGIN,)))

    def open(self, *, origin: str = ORIGIN, token: str = "", creator_id: str = CREATOR) -> HttpAnswer:
        body = {"creator_id": creator_id, "session_token": token}
        return call(self.handler, "POST", SESSIONS, body=body, headers={"origin": origin})

    def read(
        self, path: str, *, visitor_id: str, creator_id: str = CREATOR, role: str = "visitor"
    ) -> HttpAnswer:
        caller = {
            "creator_id": creator_id,
            "subject": visitor_id,
            "role": role,
            "token_id": "t",
            "origin": ORIGIN,
        }
        return call(self.handler, "GET", f"{SESSIONS}/{path}", caller=caller)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    with moto_cloud(monkeypatch):
        create_conversations_table()
        for name in (CONNECTIONS_TABLE, "creators", "auth"):
            create_table(name)
        for name, value in {
            "CONVERSATIONS_TABLE": CONVERSATIONS_TABLE,
            "CONNECTIONS_TABLE": CONNECTIONS_TABLE,
            "CREATORS_TABLE": "creators",
            "AUTH_TABLE": "auth",
            "SIGNING_KEY_IDS": create_signing_key(),
            "CHANNEL_SECRETS_PREFIX": "autosocial-test-channels/",
            "PUBLIC_URL": "https://app.example",
            "TOKEN_ISSUER": "https://app.example",
        }.items():
            monkeypatch.setenv(name, value)
        yield Api(http_function(ChannelsApiSettings, build))


def test_a_session_is_opened_and_renewed_for_the_same_visitor(api: Api) -> None:
    first = api.open()
    assert first.status == 201, first.body
    assert first.body["widget"] == {"title": "Yoga", "welcome": "¡Hola!", "language": "es", "name": "Ana"}
    again = api.open(token=first.body["session_token"])
    for name in ("visitor_id", "conversation_id"):
        assert again.body[name] == first.body[name]
    assert api.open().body["visitor_id"] != first.body["visitor_id"]


def test_a_token_of_another_creator_or_none_at_all_makes_a_new_visitor(api: Api) -> None:
    first = api.open()
    other = api.open(creator_id=OTHER_CREATOR, token=first.body["session_token"])
    assert other.status == 201 and other.body["visitor_id"] != first.body["visitor_id"]
    forged = api.open(token=first.body["session_token"][:-4] + "AAAA")
    assert forged.status == 201 and forged.body["visitor_id"] != first.body["visitor_id"]


@pytest.mark.parametrize(
    ("origin", "creator_id", "status"),
    [
        ("https://evil.example", CREATOR, 403),
        ("", CREATOR, 403),
        (ORIGIN, "01J9ZQ6X8E3V5T7R9P1N3M5KZZ", 404),
        (ORIGIN, "nobody", 422),
        (ORIGIN, "../../x", 422),
    ],
)
def test_sessions_are_opened_only_where_and_with_whom_they_may(
    api: Api, origin: str, creator_id: str, status: int
) -> None:
    answer = api.open(origin=origin, creator_id=creator_id)
    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_visitor_reads_their_conversation_with_an_answer_that_is_being_written(api: Api) -> None:
    session = api.open().body
    place, visitor_id = session["conversation_id"], session["visitor_id"]
    now = iso(utc_now())
    asked = Message(
        CREATOR, place, new_id(), role="visitor", text="How?", created_at=now, answer_state="pending"
    )
    api.store.accept(asked, client_id="client-00001")
    answer = Answer(CREATOR, new_id(), place, asked.message_id, visitor_id, now, "2999-01-01T00:00:00.000Z")
    api.answers.begin(answer)
    api.answers.append(answer, Piece(1, "Like "))
    page = api.read(f"{place}/messages", visitor_id=visitor_id)
    question, reply = page.body["items"]
    assert (question["text"], question["state"]) == ("How?", "streaming")
    assert (reply["role"], reply["state"], reply["last_seq"]) == ("assistant", "streaming", 1)
    assert (reply["answer_id"], reply["reply_to"]) == (answer.answer_id, asked.message_id)
    state = api.read(place, visitor_id=visitor_id)
    assert (state.body["message_count"], state.body["visitor_id"]) == (1, visitor_id)


def test_nobody_else_reads_a_conversation(api: Api) -> None:
    session = api.open().body
    place = session["conversation_id"]
    strangers = [
        api.read(path, visitor_id=visitor_id, creator_id=creator_id)
        for path in (place, f"{place}/messages")
        for visitor_id, creator_id in ((OTHER_VISITOR, CREATOR), (session["visitor_id"], OTHER_CREATOR))
    ]
    absent = api.read(new_id(), visitor_id=session["visitor_id"])
    assert {answer.status for answer in [*strangers, absent]} == {404}
    assert {answer.body["detail"] for answer in [*strangers, absent]} == {"There is no such conversation."}
    assert api.read(place, visitor_id=CREATOR, role="creator").status == 403


def test_one_address_opens_thirty_sessions_a_minute_and_is_told_when_to_come_back(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_time(monkeypatch)
    answers = [api.open() for _ in range(31)]
    assert [answer.status for answer in answers] == [201] * 30 + [429]
    assert answers[-1].headers["retry-after"] == "2"


WEBHOOK = "/api/v1/creators/channels/webhook"
CALLBACK = "https://shop.example/callback"


def test_a_creator_connects_reads_rotates_and_cuts_the_webhook(api: Api) -> None:
    owner = as_creator(CREATOR)
    assert call(api.handler, "GET", WEBHOOK, caller=owner).body["state"] == "not_connected"
    made = call(api.handler, "PUT", WEBHOOK, caller=owner, body={"callback_url": CALLBACK})
    assert made.status == 200, made.body
    assert made.body["secret"].startswith("whsec_")
    assert made.body["inbound_url"].startswith(f"https://app.example/webhook/webhook/{CREATOR}-")
    read = call(api.handler, "GET", WEBHOOK, caller=owner).body
    assert read == {**made.body, "secret": ""}
    assert read["secret_hint"] == made.body["secret"][-4:]
    rotated = call(api.handler, "PUT", WEBHOOK, caller=owner, body={"callback_url": CALLBACK, "rotate": True})
    assert rotated.body["secret"] not in {"", made.body["secret"]}
    assert rotated.body["inbound_url"] == made.body["inbound_url"]
    assert call(api.handler, "DELETE", WEBHOOK, caller=owner).status == 204
    assert call(api.handler, "GET", WEBHOOK, caller=owner).body["state"] == "not_connected"


def test_only_a_creator_connects_channels_and_only_to_sound_addresses(api: Api) -> None:
    visitor = as_visitor(CREATOR, OTHER_VISITOR, origin=ORIGIN)
    for method, body in (("GET", None), ("PUT", {"callback_url": CALLBACK}), ("DELETE", None)):
        assert call(api.handler, method, WEBHOOK, caller=visitor, body=body).status == 403
        assert call(api.handler, method, WEBHOOK, body=body).status == 401
    refused = call(
        api.handler, "PUT", WEBHOOK, caller=as_creator(CREATOR), body={"callback_url": "http://shop.example/"}
    )
    assert (refused.status, refused.body["code"]) == (422, "callback_url_invalid")
