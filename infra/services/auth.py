"""Auth: accounts and tokens over HTTP, and the verification of every caller of everybody's routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs import Construct

from infra.constructs.python_function import PythonFunction

if TYPE_CHECKING:
    from infra.platform import Platform

_PUBLIC_PATHS = (
    "/api/v1/auth/register",
    "/api/v1/auth/login",
    # These two are authenticated by the refresh cookie, so they work when the access token has expired.
    "/api/v1/auth/refresh-token",
    "/api/v1/auth/logout",
    "/.well-known/jwks.json",
    "/health",
    "/api/v1/health",
)
_PROTECTED_PATHS = (
    "/api/v1/auth/profile",
    "/api/v1/auth/socket-tickets",
)


class AuthService(Construct):
    """Composed first: it gives the HTTP API and the socket their authorizers."""

    def __init__(self, scope: Construct, construct_id: str, *, platform: Platform) -> None:
        super().__init__(scope, construct_id)
        self._platform = platform
        self.authorizer = self._make_authorizer()
        self.socket_authorizer = self._make_socket_authorizer()
        platform.http.authorize_with(self.authorizer)
        platform.socket.authorize_with(self.socket_authorizer)
        self.api = self._make_api()
        for path in _PUBLIC_PATHS:
            platform.http.route(path, self.api, public=True)
        for path in _PROTECTED_PATHS:
            platform.http.route(path, self.api)

    def _make_api(self) -> PythonFunction:
        data = self._platform.data
        # Memory buys CPU: one password hash takes 46 MiB and about 0.1 s of a whole core.
        api = self._function("Api", "api", layers=("base", "http"), memory_mb=1024)
        api.set("SIGNING_KEY_IDS", data.signing_key.arn)
        api.set("TOKEN_ISSUER", self._platform.app_url)
        api.set("SOCKET_URL", self._platform.socket.url)
        api.set("CREATORS_TABLE", data.creators_table.name)
        api.grant_tenant_data(data.creators_table, "PutItem")
        api.grant_table(data.auth_table, "GetItem", "PutItem", "UpdateItem", "BatchGetItem")
        api.allow("kms:Sign", "kms:GetPublicKey", on=[data.signing_key.arn])
        return api

    def _make_authorizer(self) -> PythonFunction:
        data = self._platform.data
        authorizer = self._function("Authorizer", "authorizer", layers=("base",), memory_mb=512)
        authorizer.set("SIGNING_KEY_IDS", data.signing_key.arn)
        authorizer.set("TOKEN_ISSUER", self._platform.app_url)
        authorizer.grant_table(data.auth_table, "BatchGetItem")
        authorizer.allow("kms:GetPublicKey", on=[data.signing_key.arn])
        return authorizer

    def _make_socket_authorizer(self) -> PythonFunction:
        authorizer = self._function("SocketAuthorizer", "socket_authorizer", layers=("base",), memory_mb=512)
        authorizer.grant_table(self._platform.data.auth_table, "GetItem", "DeleteItem", "BatchGetItem")
        return authorizer

    def _function(
        self, construct_id: str, name: str, *, layers: tuple[str, ...], memory_mb: int
    ) -> PythonFunction:
        function = PythonFunction(
            self,
            construct_id,
            platform=self._platform,
            context="auth",
            name=name,
            layers=layers,
            memory_mb=memory_mb,
        )
        function.set("AUTH_TABLE", self._platform.data.auth_table.name)
        return function
