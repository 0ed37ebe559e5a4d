"""A verified caller as API Gateway carries it from an authorizer to a function: a map of texts."""

from collections.abc import Mapping

from autosocial.kernel.tenancy import Caller, Role


def identity_of(caller: Caller) -> dict[str, str]:
    """Return the context that an authorizer gives for ``caller``."""
    return {
        "creator_id": caller.creator_id,
        "subject": caller.subject,
        "role": caller.role.value,
        "token_id": caller.token_id,
        "session_id": caller.session_id,
        "origin": caller.origin,
    }


def caller_of(identity: Mapping[str, str]) -> Caller | None:
    """Return the caller of an authorizer's context, None when it verified nobody."""
    if not identity.get("creator_id"):
        return None
    return Caller(
        creator_id=identity["creator_id"],
        subject=identity["subject"],
        role=Role(identity["role"]),
        token_id=identity.get("token_id", ""),
        session_id=identity.get("session_id", ""),
        origin=identity.get("origin", ""),
    )
