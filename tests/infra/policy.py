"""As much of IAM's evaluation as the synthesised policies use, so that they can be tried offline.

Follows the documented rules, also the treacherous one: ``ForAllValues`` holds for an absent key.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any


@dataclass(frozen=True)
class Request:
    action: str
    resource: str
    # Multi-valued keys have a list; an absent key is not in here.
    context: Mapping[str, list[str]] = field(default_factory=dict)


class UnknownOperatorError(NotImplementedError):
    """The policy uses an operator that this evaluation does not know."""


def allows(statements: Iterable[Mapping[str, Any]], request: Request) -> bool:
    """Whether the statements allow the request: some Allow and no Deny matches."""
    matching = [statement for statement in statements if _matches(statement, request)]
    effects = {statement["Effect"] for statement in matching}
    return effects == {"Allow"}


def _matches(statement: Mapping[str, Any], request: Request) -> bool:
    return (
        any(_like(request.action.lower(), action.lower()) for action in _many(statement["Action"]))
        and any(_like(request.resource, resource) for resource in _many(statement["Resource"]))
        and all(
            _holds(operator, key, _many(wanted), request.context)
            for operator, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        )
    )


def _holds(operator: str, key: str, wanted: list[str], context: Mapping[str, list[str]]) -> bool:
    if operator == "Null":
        return (key not in context) == (wanted[0] == "true")
    found = context.get(key, [])
    quantifier, _, plain = operator.rpartition(":")
    values = [_substituted(value, context) for value in wanted]
    each = [_compare(plain, value, values) for value in found]
    if quantifier == "ForAllValues":
        return all(each)
    if quantifier == "ForAnyValue":
        return any(each)
    return len(each) == 1 and each[0]


def _compare(operator: str, value: str, wanted: list[str | None]) -> bool:
    known = [text for text in wanted if text is not None]
    if operator == "StringEquals":
        return value in known
    if operator == "StringLike":
        return any(_like(value, pattern) for pattern in known)
    raise UnknownOperatorError(operator)


def _substituted(value: str, context: Mapping[str, list[str]]) -> str | None:
    """Replace a policy variable; one without a value matches nothing."""
    if not value.startswith("${"):
        return value
    found = context.get(value[2:-1], [])
    return found[0] if found else None


def _like(value: str, pattern: str) -> bool:
    return fnmatchcase(value, pattern.replace("[", "[[]"))


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
