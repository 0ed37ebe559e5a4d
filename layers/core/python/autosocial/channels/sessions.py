"""Visitor sessions: who may open the widget here, and as which visitor."""

import hashlib

from autosocial.channels.model import WEB, Identity, Session
from autosocial.channels.ports import IdentityStore, OpenConversation, VisitorTokens, Widgets
from autosocial.kernel.clock import Clock, iso
from autosocial.kernel.errors import ForbiddenError
from autosocial.kernel.ids import IdSource, checked_id
from autosocial.kernel.limits import Limit, Limiter

_PER_ADDRESS = Limit("sessions", 30, seconds=60)


class OpenSession:
    """Opens a session of a visitor on a creator's site, or renews the one they have."""

    def __init__(
        self,
        widgets: Widgets,
        tokens: VisitorTokens,
        *,
        conversations: OpenConversation,
        identities: IdentityStore,
        limiter: Limiter,
        clock: Clock,
        ids: IdSource,
    ) -> None:
        self._widgets = widgets
        self._tokens = tokens
        self._conversations = conversations
        self._identities = identities
        self._limiter = limiter
        self._clock = clock
        self._ids = ids

    def __call__(self, creator_id: str, *, origin: str, address: str, session_token: str = "") -> Session:
        """Return a session; a token that is still valid here keeps visitor and conversation.

        Raises:
            NotFoundError: there is no such creator.
            ForbiddenError: the widget may not be shown on this origin.
            RateLimitedError: too many sessions from one address.
        """
        checked_id(creator_id, what="creator")
        if not origin:
            raise ForbiddenError("The widget works on a web site only.", code="origin_missing")
        # First of all: of creators that do not exist no trace may be left.
        face = self._widgets(creator_id, origin=origin)
        key = f"session:{hashlib.sha256(address.encode()).hexdigest()[:32]}"
        self._limiter.take(key, [_PER_ADDRESS], creator_id=creator_id, away="open")
        known = self._tokens.visitor_of(session_token, creator_id, origin=origin) if session_token else None
        visitor_id = known or self._new_visitor(creator_id, origin=origin)
        conversation_id = self._conversations(creator_id, visitor_id, channel=WEB, language=face.language)
        token = self._tokens.issue(creator_id, visitor_id, origin=origin)
        return Session(token.token, visitor_id, conversation_id, token.expires_at, face)

    def _new_visitor(self, creator_id: str, *, origin: str) -> str:
        """On the web a visitor is known under the id that their token bears."""
        visitor_id = self._ids()
        identity = Identity(creator_id, WEB, visitor_id, visitor_id, iso(self._clock()), origin)
        return self._identities.claim(identity)
