"""Channels: visitor sessions, the socket, the door for signed webhooks, and what sends their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import ArnFormat, Stack
from constructs import Construct

from infra.constructs.python_function import PythonFunction
from infra.services.conversations import DELIVER_SECONDS

if TYPE_CHECKING:
    from infra.constructs.queue_with_dlq import QueueWithDlq
    from infra.platform import Platform


# Answers that are sent at the same time; each waits for somebody else's server.
_MAX_DELIVERIES = 20


class ChannelsService(Construct):
    """Sessions of the widget over HTTP, every frame of every socket, and the webhooks both ways."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        platform: Platform,
        answer_queue: QueueWithDlq,
        reply_queue: QueueWithDlq,
    ) -> None:
        super().__init__(scope, construct_id)
        self.api = self._api(platform)
        self.socket = self._socket(platform, answer_queue)
        self.webhook = self._webhook(platform, answer_queue)
        self.deliver = self._deliver(platform, reply_queue)

    def _api(self, platform: Platform) -> PythonFunction:
        data = platform.data
        api = PythonFunction(
            self,
            "Api",
            platform=platform,
            context="channels",
            name="api",
            layers=("base", "http"),
            environment={
                "AUTH_TABLE": data.auth_table.name,
                "CREATORS_TABLE": data.creators_table.name,
                "CONVERSATIONS_TABLE": data.conversations_table.name,
                "CONNECTIONS_TABLE": data.connections_table.name,
                "SIGNING_KEY_IDS": data.signing_key.arn,
                "TOKEN_ISSUER": platform.app_url,
            },
        )
        api.grant_tenant_data(data.creators_table, "GetItem")
        api.grant_tenant_data(data.conversations_table, "GetItem", "Query", "PutItem")
        api.grant_tenant_data(data.connections_table, "GetItem", "PutItem", "UpdateItem", "DeleteItem")
        api.grant_table(data.auth_table, "BatchGetItem")
        api.allow("kms:Sign", "kms:GetPublicKey", on=[data.signing_key.arn])
        sessions = "/api/v1/channels/sessions"
        platform.http.route(sessions, api, public=True)
        platform.http.route(f"{sessions}/{{conversation_id}}", api)
        platform.http.route(f"{sessions}/{{conversation_id}}/messages", api)
        api.set("PUBLIC_URL", platform.app_url)
        api.set("CALLS_PRIVATE_ADDRESSES", str(platform.stage.calls_private_addresses).lower())
        _connect_signed_channels(api, "CreateSecret", "PutSecretValue", "GetSecretValue", "DeleteSecret")
        platform.http.route("/api/v1/creators/channels/webhook", api)
        return api

    def _webhook(self, platform: Platform, answer_queue: QueueWithDlq) -> PythonFunction:
        data = platform.data
        webhook = PythonFunction(
            self,
            "Webhook",
            platform=platform,
            context="channels",
            name="webhook",
            layers=("base", "http"),
            environment={
                "CONVERSATIONS_TABLE": data.conversations_table.name,
                "CONNECTIONS_TABLE": data.connections_table.name,
                "ANSWER_QUEUE_URL": answer_queue.url,
            },
        )
        webhook.grant_tenant_data(data.conversations_table, "GetItem", "PutItem", "UpdateItem")
        webhook.grant_tenant_data(
            data.connections_table, "GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"
        )
        _connect_signed_channels(webhook, "GetSecretValue")
        answer_queue.grant_send(webhook)
        platform.socket.grant_post(webhook)
        # Outside /api/v1: the address is given to others, and outlives versions of our API.
        platform.http.route("/webhook/{channel}/{connection_id}", webhook, public=True)
        return webhook

    def _deliver(self, platform: Platform, reply_queue: QueueWithDlq) -> PythonFunction:
        data = platform.data
        deliver = PythonFunction(
            self,
            "Deliver",
            platform=platform,
            context="channels",
            name="deliver",
            environment={
                "CONVERSATIONS_TABLE": data.conversations_table.name,
                "CONNECTIONS_TABLE": data.connections_table.name,
            },
            timeout_seconds=DELIVER_SECONDS,
        )
        deliver.grant_tenant_data(data.conversations_table, "GetItem")
        deliver.grant_tenant_data(data.connections_table, "GetItem")
        deliver.set("CALLS_PRIVATE_ADDRESSES", str(platform.stage.calls_private_addresses).lower())
        _connect_signed_channels(deliver, "GetSecretValue")
        reply_queue.consume(deliver, batch_size=1, max_concurrency=_MAX_DELIVERIES)
        return deliver

    def _socket(self, platform: Platform, answer_queue: QueueWithDlq) -> PythonFunction:
        data = platform.data
        socket = PythonFunction(
            self,
            "Socket",
            platform=platform,
            context="channels",
            name="socket",
            environment={
                "CONVERSATIONS_TABLE": data.conversations_table.name,
                "CONNECTIONS_TABLE": data.connections_table.name,
                "ANSWER_QUEUE_URL": answer_queue.url,
            },
            memory_mb=1024,
        )
        socket.grant_tenant_data(data.conversations_table, "GetItem", "Query", "PutItem", "UpdateItem")
        socket.grant_tenant_data(data.connections_table, "Query", "PutItem", "UpdateItem", "DeleteItem")
        answer_queue.grant_send(socket)
        platform.socket.grant_post(socket)
        platform.socket.grant_close(socket)
        platform.socket.handle_with(socket)
        return socket


def _connect_signed_channels(function: PythonFunction, *actions: str) -> None:
    """Set what ``wiring/channels.py`` asks for; let ``function`` do ``actions`` on connections' secrets."""
    stage = function.platform.stage
    prefix = stage.named("channels") + "/"
    secrets = Stack.of(function).format_arn(
        service="secretsmanager",
        resource="secret",
        resource_name=f"{prefix}*",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
    function.set("CHANNEL_SECRETS_PREFIX", prefix)
    function.allow(
        *[f"secretsmanager:{action}" for action in actions],
        on=[secrets],
        because="Secrets of connected channels: each is named by its connection's id.",
    )
