"""Who a sender is: a visitor is a person, and may be known on several channels."""

from autosocial.channels.model import Identity
from autosocial.channels.ports import IdentityStore, OpenConversation
from autosocial.contracts.inbound import Inbound
from autosocial.kernel.ids import IdSource

_DEFAULT_LANGUAGE = "en"


def named_visitor(inbound: Inbound) -> str:
    """Return the visitor of a channel whose senders are verified under their visitor id, as on the web."""
    return inbound.sender


class FindVisitor:
    """Finds the visitor behind a sender; who writes for the first time becomes one."""

    def __init__(
        self, identities: IdentityStore, *, open_conversation: OpenConversation, ids: IdSource
    ) -> None:
        self._identities = identities
        self._open = open_conversation
        self._ids = ids

    def __call__(self, inbound: Inbound) -> str:
        """Return the visitor's id; the visitor has a conversation."""
        known = self._identities.visitor_of(inbound.creator_id, inbound.channel, inbound.sender)
        visitor_id = known or self._identities.claim(
            Identity(inbound.creator_id, inbound.channel, inbound.sender, self._ids(), inbound.received_at)
        )
        # Also of a known one: the process may have died between the two.
        self._open(
            inbound.creator_id,
            visitor_id,
            channel=inbound.channel,
            language=inbound.language or _DEFAULT_LANGUAGE,
        )
        return visitor_id
