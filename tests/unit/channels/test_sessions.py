"""Visitor sessions: where the widget may be opened, and as whom."""

import pytest

from autosocial.channels.sessions import OpenSession
from autosocial.conversations.service import OpenConversation
from autosocial.kernel.errors import ForbiddenError, InvalidError, NotFoundError, RateLimitedError
from autosocial.kernel.limits import Limiter
from tests.fakes.answer_turn import CREATOR, ORIGIN, OTHER_CREATOR, CountedIds, MovingClock
from tests.fakes.channels import FixedWidgets, InMemoryIdentityStore, OpenTokens
from tests.fakes.clock import FakeClock
from tests.fakes.conversations import ConversationTable, InMemoryConversationStore
from tests.fakes.limits import InMemoryLimitStore

ELSEWHERE = "https://elsewhere.example"


def opening() -> OpenSession:
    ids = CountedIds()
    store = InMemoryConversationStore(ConversationTable())
    return OpenSession(
        FixedWidgets({CREATOR: {ORIGIN, ELSEWHERE}, OTHER_CREATOR: {ORIGIN}}),
        OpenTokens(),
        conversations=OpenConversation(store, clock=MovingClock(), ids=ids),
        identities=InMemoryIdentityStore(),
        clock=MovingClock(),
        limiter=Limiter(InMemoryLimitStore(), clock=FakeClock()),
        ids=ids,
    )


def test_a_new_visitor_gets_a_session_with_the_widgets_face() -> None:
    session = opening()(CREATOR, origin=ORIGIN, address="1.2.3.4")
    assert session.session_token and session.visitor_id and session.conversation_id
    assert session.widget.welcome == "Hello"


def test_a_visitor_of_the_web_is_known_under_their_id_and_by_the_site_they_came_by() -> None:
    use = opening()
    session = use(CREATOR, origin=ORIGIN, address="1.2.3.4")
    use(CREATOR, origin=ORIGIN, address="1.2.3.4", session_token=session.session_token)
    (identity,) = use._identities.rows.values()  # type: ignore[attr-defined]
    assert (identity.channel, identity.external_id) == ("web", session.visitor_id)
    assert (identity.visitor_id, identity.origin) == (session.visitor_id, ORIGIN)


def test_a_token_of_this_creator_and_site_keeps_visitor_and_conversation() -> None:
    use = opening()
    first = use(CREATOR, origin=ORIGIN, address="1.2.3.4")
    again = use(CREATOR, origin=ORIGIN, address="1.2.3.4", session_token=first.session_token)
    assert (again.visitor_id, again.conversation_id) == (first.visitor_id, first.conversation_id)


@pytest.mark.parametrize(("creator", "origin"), [(OTHER_CREATOR, ORIGIN), (CREATOR, ELSEWHERE)])
def test_a_token_of_elsewhere_makes_a_new_visitor(creator: str, origin: str) -> None:
    use = opening()
    first = use(CREATOR, origin=ORIGIN, address="1.2.3.4")
    other = use(creator, origin=origin, address="1.2.3.4", session_token=first.session_token)
    assert other.visitor_id != first.visitor_id
    assert other.conversation_id != first.conversation_id


def test_the_widget_opens_only_where_the_creator_allows_it() -> None:
    use = opening()
    with pytest.raises(ForbiddenError):
        use(CREATOR, origin="https://evil.example", address="1.2.3.4")
    with pytest.raises(ForbiddenError):
        use(CREATOR, origin="", address="1.2.3.4")
    with pytest.raises(NotFoundError):
        use("01J9ZQ6X8E3V5T7R9P1N3M5KZZ", origin=ORIGIN, address="1.2.3.4")
    with pytest.raises(InvalidError):
        use("../other", origin=ORIGIN, address="1.2.3.4")


def test_one_address_cannot_open_sessions_without_end() -> None:
    use = opening()
    for _ in range(30):
        use(CREATOR, origin=ORIGIN, address="1.2.3.4")
    with pytest.raises(RateLimitedError):
        use(CREATOR, origin=ORIGIN, address="1.2.3.4")
    use(CREATOR, origin=ORIGIN, address="5.6.7.8")
    use(OTHER_CREATOR, origin=ORIGIN, address="1.2.3.4")
