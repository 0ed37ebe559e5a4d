"""Events as API Gateway and SQS send them, from tests/data/events, and the context Lambda gives."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parents[1] / "data" / "events"


@cache
def _read(name: str) -> dict[str, Any]:
    return json.loads((_FOLDER / f"{name}.json").read_text())


def event(name: str) -> dict[str, Any]:
    """Return a copy of a recorded event."""
    return deepcopy(_read(name))


@dataclass(frozen=True)
class LambdaContext:
    """What of Lambda's context we use."""

    aws_request_id: str = "aws-request-1"
    function_name: str = "sample"
    seconds: float = 15

    def get_remaining_time_in_millis(self) -> int:
        """Return the time until the function is ended."""
        return int(self.seconds * 1_000)


@dataclass(frozen=True)
class Answer:
    """An HTTP function's answer."""

    status: int
    headers: dict[str, str]
    cookies: list[str]
    body: Any


def call(
    handler: Any,
    method: str,
    path: str,
    *,
    body: Any = None,
    headers: dict[str, str] | None = None,
    caller: dict[str, str] | None = None,
    cookies: list[str] | None = None,
) -> Answer:
    """Send one request through a handler as API Gateway does; ``caller`` is the authorizer's context."""
    request = event("http_v2")
    request["rawPath"] = request["requestContext"]["http"]["path"] = path
    request["requestContext"]["http"]["method"] = method
    request["headers"].update(headers or {})
    request["body"] = body if isinstance(body, str) else json.dumps(body) if body is not None else ""
    if cookies:
        request["cookies"] = cookies
    if caller is not None:
        request["requestContext"]["authorizer"] = {"lambda": caller}
    answer = handler(request, LambdaContext())
    content = answer.get("body") or "null"
    is_json = "json" in answer.get("headers", {}).get("content-type", "")
    return Answer(
        answer["statusCode"],
        answer.get("headers", {}),
        answer.get("cookies", []),
        json.loads(content) if is_json and content != "null" else content,
    )


def no_secrets() -> Callable[[str], str]:
    """Stand for the secrets of a stage without an edge: nobody may ask for them."""
    raise AssertionError("a stage without an edge has no secrets of it")


def as_creator(creator_id: str) -> dict[str, str]:
    """Return the authorizer's context of a creator."""
    return {
        "creator_id": creator_id,
        "subject": creator_id,
        "role": "creator",
        "token_id": "jti-1",
        "session_id": "session-1",
        "origin": "",
    }


def as_visitor(creator_id: str, visitor_id: str, *, origin: str) -> dict[str, str]:
    """Return the authorizer's context of a visitor."""
    return {
        "creator_id": creator_id,
        "subject": visitor_id,
        "role": "visitor",
        "token_id": "jti-2",
        "session_id": "jti-2",
        "origin": origin,
    }
