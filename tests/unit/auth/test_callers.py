"""Bearer tokens and socket tickets become callers, or nobody."""

from dataclasses import replace

import pytest

from autosocial.adapters.jwt.auth import JwtTokens
from autosocial.auth.model import ACCESS, Claims
from autosocial.auth.service import IssueSocketTicket, IssueVisitorToken, SpendSocketTicket, VerifyBearer
from autosocial.kernel.errors import ForbiddenError, UnauthenticatedError
from autosocial.kernel.limits import Limiter
from autosocial.kernel.tenancy import Caller, Role
from tests.fakes.auth import CountingSecrets, InMemoryDenylist, InMemoryTicketStore, LocalSigningKeys
from tests.fakes.clock import START, FakeClock, SequentialIds
from tests.fakes.limits import InMemoryLimitStore

CREATOR = "01TEST000000000000000000AA"
SITE = "https://site.example"
VISITOR = Caller(CREATOR, "visitor-1", Role.VISITOR, "jti", "session", SITE)


class House:
    """Verification on fakes."""

    def __init__(self):
        self.clock = FakeClock()
        self.denylist = InMemoryDenylist()
        self.tickets = InMemoryTicketStore()
        self.tokens = JwtTokens(LocalSigningKeys(), issuer="x", clock=self.clock)
        self.verify = VerifyBearer(tokens=self.tokens, denylist=self.denylist)
        self.visitor_token = IssueVisitorToken(tokens=self.tokens, clock=self.clock, ids=SequentialIds())
        self._issue = IssueSocketTicket(
            tickets=self.tickets,
            limiter=Limiter(InMemoryLimitStore(), clock=self.clock),
            clock=self.clock,
            secrets=CountingSecrets(),
        )
        self.spend = SpendSocketTicket(tickets=self.tickets, denylist=self.denylist, clock=self.clock)

    def issue(self, caller, *, origin, address="1.1.1.1"):
        return self._issue(caller, origin=origin, address=address)

    def creator_token(self):
        return self.tokens.encode(
            Claims(ACCESS, subject=CREATOR, creator_id=CREATOR, token_id="t", issued_at=START, session_id="s")
        )


@pytest.fixture
def house():
    return House()


def test_a_creators_token_makes_a_creator(house):
    assert house.verify(house.creator_token()) == Caller(CREATOR, CREATOR, Role.CREATOR, "t", "s")


def test_a_visitors_token_makes_a_visitor_of_one_creator_and_one_site(house):
    token = house.visitor_token(CREATOR, "visitor-1", origin=SITE)
    for origin in (SITE, ""):  # browsers leave Origin out of same-origin reads
        caller = house.verify(token, origin=origin)
        assert (caller.creator_id, caller.subject, caller.role) == (CREATOR, "visitor-1", Role.VISITOR)
        assert caller.origin == SITE
    with pytest.raises(ForbiddenError):
        house.verify(token, origin="https://evil.example")


@pytest.mark.parametrize("denied", ["t", "s"], ids=["token", "session"])
def test_a_token_whose_id_or_session_is_denied_does_not_count(house, denied):
    house.denylist.deny(denied, until=START)
    with pytest.raises(UnauthenticatedError) as refusal:
        house.verify(house.creator_token())
    assert refusal.value.code == "token_revoked"


def test_no_token_makes_nobody(house):
    with pytest.raises(UnauthenticatedError):
        house.verify("")


def test_a_ticket_opens_one_socket_from_the_same_site(house):
    ticket = house.issue(VISITOR, origin=SITE)
    assert len(ticket) == 64 and ticket not in repr(house.tickets.tickets)
    assert house.spend(ticket, origin=SITE) == VISITOR
    with pytest.raises(UnauthenticatedError):
        house.spend(ticket, origin=SITE)


def test_a_ticket_tried_from_elsewhere_is_spent_all_the_same(house):
    ticket = house.issue(VISITOR, origin=SITE)
    for origin in ("https://evil.example", SITE):
        with pytest.raises(UnauthenticatedError):
            house.spend(ticket, origin=origin)


def test_a_ticket_lives_for_a_minute(house):
    ticket = house.issue(VISITOR, origin=SITE)
    house.clock.pass_(seconds=60)
    with pytest.raises(UnauthenticatedError):
        house.spend(ticket, origin=SITE)


def test_a_visitor_gets_no_ticket_on_a_foreign_site(house):
    for origin in ("https://evil.example", ""):
        with pytest.raises(ForbiddenError):
            house.issue(VISITOR, origin=origin)
    assert not house.tickets.tickets


def test_a_creators_ticket_is_bound_to_where_it_was_asked_for(house):
    creator = Caller(CREATOR, CREATOR, Role.CREATOR, "t")
    ticket = house.issue(creator, origin="https://app.example")
    assert house.spend(ticket, origin="https://app.example") == replace(creator, origin="https://app.example")


@pytest.mark.parametrize("denied", ["jti", "session"], ids=["token", "session"])
def test_a_ticket_of_a_caller_who_logged_out_does_not_count(house, denied):
    ticket = house.issue(VISITOR, origin=SITE, address="1.1.1.1")
    house.denylist.deny(denied, until=START)
    with pytest.raises(UnauthenticatedError):
        house.spend(ticket, origin=SITE)


@pytest.mark.parametrize("ticket", ["", "x", "0" * 64])
def test_a_guessed_ticket_opens_nothing(house, ticket):
    with pytest.raises(UnauthenticatedError):
        house.spend(ticket, origin=SITE)
