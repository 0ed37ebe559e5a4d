"""``Idempotency-Key`` on requests that create: the same request twice is done once and answered alike.

A router that creates things says ``APIRouter(route_class=Idempotent)``, and ``build_app`` gets the store
of answers. Only verified callers are answered from the store, and only their own requests.
"""

import hashlib
import json
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from fastapi import Request, Response
from fastapi.routing import APIRoute

from autosocial.kernel.errors import ConflictError, InvalidError

HEADER = "idempotency-key"
REPLAYED = "Idempotent-Replayed"
MAX_KEY_CHARS = 128


class Answers(Protocol):
    """Keeps answers for 24 hours."""

    def claim(self, key: str, *, fingerprint: str) -> bool:
        """Return whether the request is new (or was abandoned) and now the caller's to answer."""

    def find(self, key: str) -> tuple[str, str | None] | None:
        """Return (fingerprint, content or None while it is being made), or None."""

    def keep(self, key: str, content: str) -> None:
        """Keep the answer."""

    def release(self, key: str) -> None:
        """Forget the claim after a failure."""


class Idempotent(APIRoute):
    """A route whose POST requests with an ``Idempotency-Key`` are done once."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the route's handler, asked only for requests that were not answered before."""
        answer_anew = super().get_route_handler()

        async def handler(request: Request) -> Response:
            answers: Answers | None = getattr(request.app.state, "answers", None)
            sent = request.headers.get(HEADER)
            caller = _caller_key(request)
            if request.method != "POST" or sent is None or answers is None or not caller:
                return await answer_anew(request)
            key = _digest(caller, request.url.path, _checked_key(sent))
            fingerprint = _digest((await request.body()).decode("latin-1"))
            if not answers.claim(key, fingerprint=fingerprint):
                return _replay(answers.find(key), fingerprint)
            return await _answered(answers, key, lambda: answer_anew(request))

        return handler


async def _answered(
    answers: Answers, key: str, answer_anew: Callable[[], Coroutine[Any, Any, Response]]
) -> Response:
    try:
        response = await answer_anew()
    except BaseException:
        answers.release(key)
        raise
    if response.status_code >= 500:
        answers.release(key)
        return response
    kept = {
        "status": response.status_code,
        "body": bytes(response.body).decode(),
        "headers": {
            name: value for name, value in response.headers.items() if name in {"content-type", "location"}
        },
    }
    answers.keep(key, json.dumps(kept))
    return response


def _replay(found: tuple[str, str | None] | None, fingerprint: str) -> Response:
    if found is None or (found[0] == fingerprint and found[1] is None):
        raise ConflictError("The same request is being worked on.", code="request_in_progress")
    kept_fingerprint, content = found
    if kept_fingerprint != fingerprint or content is None:
        raise InvalidError(
            "This Idempotency-Key was used for a different request.", code="idempotency_key_reused"
        )
    kept = json.loads(content)
    headers = {**kept["headers"], REPLAYED: "true"}
    return Response(content=kept["body"], status_code=kept["status"], headers=headers)


def _caller_key(request: Request) -> str:
    context = request.scope.get("aws.event", {}).get("requestContext", {})
    identity = (context.get("authorizer") or {}).get("lambda") or {}
    creator_id, subject = identity.get("creator_id", ""), identity.get("subject", "")
    return f"{creator_id}|{identity.get('role')}|{subject}" if creator_id and subject else ""


def _checked_key(sent: str) -> str:
    if not 1 <= len(sent) <= MAX_KEY_CHARS or not sent.isascii() or not sent.isprintable():
        raise InvalidError(
            f"An Idempotency-Key has 1 to {MAX_KEY_CHARS} printable characters.",
            code="invalid_idempotency_key",
        )
    return sent


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
