"""Routes of the webhooks: one address for each connected channel, open to whoever can sign."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request

from autosocial.channels.dashboards import Dashboards
from autosocial.channels.handler import Receives
from autosocial.channels.receive import Receive
from autosocial.channels.signatures import ID, SIGNATURE, TIMESTAMP, RequestRefusedError
from autosocial.channels.webhook import SignedRequest
from autosocial.kernel.errors import AutoSocialError, NotFoundError
from autosocial.runtime.logs import Log
from functions.channels.webhook.schemas import AcceptedBody, WebhookMessage

Channel = Annotated[str, Path(max_length=32, examples=["webhook"])]
ConnectionId = Annotated[str, Path(max_length=64, examples=["01J9ZQ6X8E3V5T7R9P1N3M5K7H-7J1M4P8R0T"])]
# The body is read as it was signed, so the framework does not see its shape by itself.
_DESCRIBED: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": WebhookMessage.model_json_schema()}},
    },
    "parameters": [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
        for name in (ID, TIMESTAMP, SIGNATURE)
    ],
    "security": [],
}


def webhook_routes(
    doors: Mapping[str, Receives[SignedRequest]],
    receive: Receive,
    *,
    dashboards: Dashboards,
    log: Log,
) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/webhook", tags=["channels"])

    @router.post(
        "/{channel}/{connection_id}",
        status_code=202,
        operation_id="receive_webhook",
        summary="Take a signed message",
        openapi_extra=_DESCRIBED,
    )
    async def receive_webhook(
        request: Request, channel: Channel, connection_id: ConnectionId
    ) -> AcceptedBody:
        door = doors.get(channel)
        if door is None:
            raise NotFoundError("There is no such channel.", code="channel_unknown")
        headers = dict(request.headers)
        signed = SignedRequest(connection_id, headers, await request.body(), headers.get("x-request-id", ""))
        try:
            receipt = receive(door, signed)
        except RequestRefusedError as error:
            log.warning("webhook refused", channel=channel, cause=error.cause)
            raise
        if not receipt.accepted.is_duplicate:
            with suppress(AutoSocialError):  # it is stored: a dashboard that misses this reads it later
                dashboards.arrived(receipt.inbound, receipt.accepted)
        return AcceptedBody.of(receipt)

    return router
