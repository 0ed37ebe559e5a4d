"""Channels: visitor sessions and the socket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs import Construct

from infra.constructs.python_function import PythonFunction

if TYPE_CHECKING:
    from infra.constructs.queue_with_dlq import QueueWithDlq
    from infra.platform import Platform


class ChannelsService(Construct):
    """Sessions of the widget over HTTP, and every frame of every socket."""

    def __init__(
        self, scope: Construct, construct_id: str, *, platform: Platform, answer_queue: QueueWithDlq
    ) -> None:
        super().__init__(scope, construct_id)
        self.api = self._api(platform)
        self.socket = self._socket(platform, answer_queue)

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
        api.grant_tenant_data(data.connections_table, "GetItem", "PutItem", "UpdateItem")
        api.grant_table(data.auth_table, "BatchGetItem")
        api.allow("kms:Sign", "kms:GetPublicKey", on=[data.signing_key.arn])
        sessions = "/api/v1/channels/sessions"
        platform.http.route("POST", sessions, api, public=True)
        platform.http.route("GET", f"{sessions}/{{conversation_id}}", api)
        platform.http.route("GET", f"{sessions}/{{conversation_id}}/messages", api)
        return api

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
