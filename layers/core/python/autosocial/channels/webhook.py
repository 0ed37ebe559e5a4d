"""The signed webhook: a system of the creator's own posts messages and is called back with the answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from autosocial.channels.handler import Capabilities
from autosocial.channels.model import WEBHOOK, SigningSecrets, creator_of
from autosocial.channels.plain_reply import plain_reply
from autosocial.channels.ports import ChannelSecrets, ConnectedChannels, Outgoing
from autosocial.channels.signatures import RequestRefusedError, is_signed, read_stamp, signed_headers
from autosocial.contracts.inbound import Inbound
from autosocial.contracts.outbound import Completed, Reply
from autosocial.kernel.clock import Clock, iso
from autosocial.kernel.errors import (
    InvalidError,
    NotFoundError,
    PermanentError,
    TooLargeError,
    TransientError,
)

MAX_BODY_BYTES = 64_000
# Answers that say "later" rather than "never".
_TRY_AGAIN = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request as it arrived. Header names are in small letters, the body is as it was signed."""

    connection_id: str
    headers: Mapping[str, str]
    body: bytes
    request_id: str


class _Body(Struct):
    sender: Annotated[str, Meta(min_length=1, max_length=128)]
    text: Annotated[str, Meta(min_length=1, max_length=4_000)]
    language: Annotated[str, Meta(max_length=16)] = ""


class WebhookDoor:
    """Fills ``Receives``."""

    def __init__(self, connected: ConnectedChannels, secrets: ChannelSecrets, *, clock: Clock) -> None:
        self._connected = connected
        self._secrets = secrets
        self._clock = clock

    def verify(self, request: SignedRequest) -> str:
        """Return the tenant of the connection whose secret signed the request.

        What costs most comes last: who cannot sign makes us read no table.

        Raises:
            TooLargeError: the body is above the limit.
            RequestRefusedError: it is not signed, too old, or the connection is not there (any more).
        """
        if len(request.body) > MAX_BODY_BYTES:
            raise TooLargeError("The body is above 64 kB.", code="body_too_large")
        now = self._clock()
        stamp = read_stamp(request.headers, now=now)
        creator_id = creator_of(request.connection_id)
        if creator_id is None:
            raise RequestRefusedError("connection_unknown")
        for is_fresh in (False, True):
            secrets = self._known_secrets(request.connection_id, is_fresh=is_fresh).valid(now)
            if is_signed(request.headers, request.body, stamp=stamp, secrets=secrets):
                self._check_connected(creator_id, request.connection_id)
                return creator_id
        raise RequestRefusedError("signature_wrong")

    def _known_secrets(self, connection_id: str, *, is_fresh: bool) -> SigningSecrets:
        try:
            return self._secrets.read(connection_id, fresh=is_fresh)
        except NotFoundError:
            raise RequestRefusedError("connection_unknown") from None

    def _check_connected(self, creator_id: str, connection_id: str) -> None:
        # A secret may be remembered for minutes; a connection that was cut must end at once.
        known = self._connected.get(creator_id, WEBHOOK)
        if known is None or known.connection_id != connection_id:
            raise RequestRefusedError("connection_cut")

    def parse(self, request: SignedRequest, *, creator_id: str) -> Inbound:
        """Return the message of a body ``{"sender": …, "text": …, "language": …}``."""
        try:
            body = msgspec.json.decode(request.body, type=_Body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise InvalidError(
                "The body must be JSON with `sender` (up to 128 characters) and `text` (up to 4,000).",
                code="webhook_body_invalid",
            ) from None
        return Inbound(
            creator_id=creator_id,
            channel=WEBHOOK,
            sender=body.sender,
            client_id=request.headers["webhook-id"],
            text=body.text,
            language=body.language,
            received_at=iso(self._clock()),
            request_id=request.request_id,
        )


class WebhookCallback:
    """Fills ``Sends``."""

    capabilities = Capabilities(streams=False)

    def __init__(
        self,
        connected: ConnectedChannels,
        secrets: ChannelSecrets,
        *,
        outgoing: Outgoing,
        clock: Clock,
    ) -> None:
        self._connected = connected
        self._secrets = secrets
        self._outgoing = outgoing
        self._clock = clock

    def render(self, reply: Reply) -> bytes:
        """Return the body of the callback."""
        ending, answer = reply.ending, reply.answer
        data: dict[str, Any] = {
            "answer_id": answer.answer_id,
            "message_id": answer.message_id,
            "conversation_id": answer.conversation_id,
            "sender": reply.sender,
            "in_reply_to": reply.in_reply_to,
        }
        if not isinstance(ending, Completed):
            data |= {"code": ending.code, "retryable": ending.retryable}
            return _event("message.failed", self._clock(), data)
        sources = [
            {"number": each.index, "document": each.document_name, "page": each.page, "quote": each.quote}
            for each in ending.citations
        ]
        data |= {"outcome": ending.outcome, "text": plain_reply(ending), "sources": sources}
        return _event("message.answered", self._clock(), data)

    def send(self, reply: Reply, message: bytes) -> None:
        """Post the callback, signed.

        Raises:
            TransientError: nobody answered, or with an error that may pass.
            PermanentError: the callback's address refuses it, or the channel is not connected any more.
            ForbiddenError: the address is none that we call.
        """
        connected = self._connected.get(reply.answer.creator_id, WEBHOOK)
        if connected is None:
            raise PermanentError("The channel is not connected any more.", code="channel_disconnected")
        now = self._clock()
        secrets = self._secrets.read(connected.connection_id, fresh=False).valid(now)
        headers = signed_headers(secrets, message, message_id=reply.answer.answer_id, now=now)
        answer = self._outgoing.post(
            connected.callback_url, headers={**headers, "content-type": "application/json"}, body=message
        )
        status = answer.status
        if status in _TRY_AGAIN or status >= 500:
            raise TransientError("The callback was not taken.", code=f"callback_{status}")
        if not 200 <= status < 300:
            raise PermanentError("The callback was refused.", code=f"callback_{status}")


def _event(name: str, now: datetime, data: dict[str, Any]) -> bytes:
    return msgspec.json.encode({"type": name, "timestamp": iso(now), "data": data})
