"""Connecting an own system: an address, a secret that is shown once, and an end that holds at once."""

import base64
import itertools
from dataclasses import dataclass, field

import pytest

from autosocial.channels.connecting import ConnectWebhook
from autosocial.channels.model import WEBHOOK, creator_of
from autosocial.kernel.errors import ConflictError, InvalidError
from autosocial.kernel.ids import new_id
from tests.fakes.answer_turn import CREATOR, OTHER_CREATOR
from tests.fakes.channels import InMemoryChannelSecrets, InMemoryConnectedChannels
from tests.fakes.clock import FakeClock

URL, OTHER_URL = "https://shop.example/callback", "https://shop.example/other?x=1"


@dataclass
class Desk:
    allows_http: bool = False
    connected: InMemoryConnectedChannels = field(default_factory=InMemoryConnectedChannels)
    secrets: InMemoryChannelSecrets = field(default_factory=InMemoryChannelSecrets)
    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self) -> None:
        counter = itertools.count()
        self.use = ConnectWebhook(
            self.connected,
            self.secrets,
            allows_http=self.allows_http,
            random=lambda size: next(counter).to_bytes(size, "big"),
            clock=self.clock,
            ids=new_id,
        )


def test_connecting_makes_an_address_and_a_secret_that_is_shown_once() -> None:
    desk = Desk()
    assert desk.use.state(CREATOR) is None
    made = desk.use.connect(CREATOR, callback_url=URL)
    assert creator_of(made.connection.connection_id) == CREATOR
    assert len(base64.b64decode(made.secret.removeprefix("whsec_"))) == 32
    assert desk.secrets.rows[made.connection.connection_id].current == made.secret
    known = desk.use.state(CREATOR)
    assert known == made.connection
    assert known is not None and known.secret_hint == made.secret[-4:]
    assert made.secret not in repr(known)
    assert desk.use.state(OTHER_CREATOR) is None


def test_changing_where_answers_go_keeps_address_and_secret() -> None:
    desk = Desk()
    made = desk.use.connect(CREATOR, callback_url=URL)
    changed = desk.use.connect(CREATOR, callback_url=OTHER_URL)
    assert (changed.connection.connection_id, changed.secret) == (made.connection.connection_id, "")
    assert changed.connection.callback_url == OTHER_URL
    assert desk.secrets.rows[made.connection.connection_id].current == made.secret


def test_rotating_makes_a_new_secret_beside_the_old_one() -> None:
    desk = Desk()
    made = desk.use.connect(CREATOR, callback_url=URL)
    rotated = desk.use.connect(CREATOR, callback_url=URL, rotates=True)
    assert rotated.secret not in {"", made.secret}
    assert rotated.connection.secret_hint == rotated.secret[-4:]
    kept = desk.secrets.rows[made.connection.connection_id]
    assert kept.valid(desk.clock()) == (rotated.secret, made.secret)


def test_cutting_leaves_neither_row_nor_secret_and_can_be_done_twice() -> None:
    desk = Desk()
    desk.use.connect(CREATOR, callback_url=URL)
    desk.use.disconnect(CREATOR)
    desk.use.disconnect(CREATOR)
    assert not desk.connected.rows and not desk.secrets.rows


def test_connecting_again_after_a_cut_makes_another_address() -> None:
    desk = Desk()
    first = desk.use.connect(CREATOR, callback_url=URL)
    desk.use.disconnect(CREATOR)
    again = desk.use.connect(CREATOR, callback_url=URL)
    assert again.connection.connection_id != first.connection.connection_id


def test_who_connects_at_the_same_moment_as_another_is_told_and_leaves_no_secret() -> None:
    desk = Desk()
    first = desk.use.connect(CREATOR, callback_url=URL)
    desk.connected.get = lambda *_: None  # type: ignore[method-assign]
    with pytest.raises(ConflictError):
        desk.use.connect(CREATOR, callback_url=URL)
    assert set(desk.secrets.rows) == {first.connection.connection_id}


def test_a_rotation_of_a_connection_that_is_cut_meanwhile_leaves_no_secret() -> None:
    desk = Desk()
    made = desk.use.connect(CREATOR, callback_url=URL)
    known = desk.connected.rows[CREATOR, WEBHOOK]
    desk.connected.rows.clear()
    desk.connected.get = lambda *_: known  # type: ignore[method-assign]
    with pytest.raises(ConflictError):
        desk.use.connect(CREATOR, callback_url=URL, rotates=True)
    assert made.connection.connection_id not in desk.secrets.rows


@pytest.mark.parametrize(
    "url",
    [
        "",
        "shop.example",
        "http://shop.example/",
        "ftp://shop.example/",
        "javascript:alert(1)",
        "https://",
        "https:///path",
        "https://user:pass@shop.example/",
        "https://[::1",
        "https://shop.example:22/",
        "https://shop.example:99999/",
        "https://shop.example/\r\nx: y",
        "https://ñ.example/",
        "https://shop.example/" + "x" * 500,
    ],
)
def test_answers_go_to_https_addresses_only(url: str) -> None:
    desk = Desk()
    with pytest.raises(InvalidError) as refused:
        desk.use.connect(CREATOR, callback_url=url)
    assert refused.value.code == "callback_url_invalid"
    assert not desk.secrets.rows


def test_on_one_machine_they_may_go_to_plain_http() -> None:
    assert Desk(allows_http=True).use.connect(CREATOR, callback_url="http://127.0.0.1:9/x").secret
