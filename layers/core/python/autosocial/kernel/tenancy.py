"""Who is calling, and for which creator. Built only from a verified token, ticket or connection."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a caller may act as."""

    CREATOR = "creator"
    VISITOR = "visitor"


@dataclass(frozen=True, slots=True)
class Caller:
    """A verified caller.

    ``subject`` is the account id of a creator or the visitor id of a visitor; ``creator_id`` is the
    tenant. For a creator both are the same. ``session_id`` is what a logout ends: the session of a
    creator, the one token of a visitor.
    """

    creator_id: str
    subject: str
    role: Role
    token_id: str = ""
    session_id: str = ""
    origin: str = ""
