"""The WebSocket API: opened with a one-time ticket, every frame to one function, stage ``live``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from aws_cdk import Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_integrations as integrations
from constructs import Construct

from infra.constructs.findings import explain
from infra.constructs.http_api import invocation_uri, write_access_log

if TYPE_CHECKING:
    from infra.config import StageConfig
    from infra.constructs.python_function import PythonFunction

STAGE_NAME = "live"
_BECAUSE = "Connections come and go; their ids are the last part of the resource."


class SocketApi(Construct):
    """``auth`` calls ``authorize_with``, then ``channels`` calls ``handle_with`` and owns the routes."""

    def __init__(self, scope: Construct, construct_id: str, *, stage: StageConfig) -> None:
        super().__init__(scope, construct_id)
        self._stage = stage
        self.api = apigateway.WebSocketApi(
            self, "Api", api_name=stage.named("socket"), route_selection_expression="$request.body.type"
        )
        self.api_id = self.api.api_id
        live = apigateway.WebSocketStage(
            self,
            "Live",
            web_socket_api=self.api,
            stage_name=STAGE_NAME,
            auto_deploy=True,
            throttle=apigateway.ThrottleSettings(
                rate_limit=stage.api_rate_per_second, burst_limit=stage.api_burst
            ),
        )
        write_access_log(self, live, stage=stage)
        if stage.has_access_logs:
            # Late: where nothing is logged nobody waits for this library to load.
            from infra.constructs.api_gateway_logging import ApiGatewayLogging

            live.node.add_dependency(ApiGatewayLogging(self, "Logging"))
        self._authorizer_id = ""

    @property
    def url(self) -> str:
        """Where a browser opens the socket, for settings."""
        return self._address(self._stage.socket_url_format)

    @property
    def endpoint_url(self) -> str:
        """Where functions post to connections, for settings."""
        return self._address(self._stage.socket_endpoint_format)

    def management_arn(self, method: Literal["POST", "DELETE"] = "POST") -> str:
        """Return the ARN of posting to any connection, or of closing any."""
        return Stack.of(self).format_arn(
            service="execute-api", resource=self.api_id, resource_name=f"{STAGE_NAME}/{method}/@connections/*"
        )

    def authorize_with(self, function: PythonFunction) -> None:
        """Spend the ticket of ``$connect`` with ``function``."""
        authorizer = apigateway.WebSocketAuthorizer(
            function,
            "Authorizer",
            web_socket_api=self._known_to(function),
            type=apigateway.WebSocketAuthorizerType.LAMBDA,
            authorizer_uri=invocation_uri(function),
            identity_source=["route.request.querystring.ticket"],
        )
        self._authorizer_id = authorizer.authorizer_id
        function.may_be_called_by_gateway(
            Stack.of(function).format_arn(
                service="execute-api",
                resource=self.api_id,
                resource_name=f"authorizers/{authorizer.authorizer_id}",
            )
        )

    def handle_with(self, function: PythonFunction) -> None:
        """Give connects, disconnects and every frame to ``function``."""
        if not self._authorizer_id:
            raise ValueError("nobody checks tickets yet; compose auth before channels")
        api = self._known_to(function)
        for key in ("$connect", "$disconnect", "$default"):
            route = apigateway.WebSocketRoute(
                function,
                f"{key[1:]}Route",
                web_socket_api=api,
                route_key=key,
                integration=integrations.WebSocketLambdaIntegration(
                    f"{key[1:]}Integration", function.function
                ),
                authorizer=self._authorizer(function) if key == "$connect" else None,
            )
            if key != "$connect":
                explain(route, "AwsSolutions-APIG4", "A socket is authorized once, when it connects.")

    def _authorizer(self, function: PythonFunction) -> apigateway.IWebSocketRouteAuthorizer:
        return apigateway.WebSocketAuthorizer.from_web_socket_authorizer_attributes(
            function, "TicketAuthorizer", authorizer_id=self._authorizer_id, authorizer_type="CUSTOM"
        )

    def _known_to(self, function: PythonFunction) -> apigateway.IWebSocketApi:
        """Return the API as the function's own stack knows it: by its id."""
        return apigateway.WebSocketApi.from_web_socket_api_attributes(
            function, "SocketApi", web_socket_id=self.api_id
        )

    def grant_post(self, function: PythonFunction) -> None:
        """Let ``function`` post to connections and set its ``SOCKET_ENDPOINT_URL``."""
        function.set("SOCKET_ENDPOINT_URL", self.endpoint_url)
        function.allow("execute-api:ManageConnections", on=[self.management_arn()], because=_BECAUSE)

    def grant_close(self, function: PythonFunction) -> None:
        """Let ``function`` close connections."""
        function.allow("execute-api:ManageConnections", on=[self.management_arn("DELETE")], because=_BECAUSE)

    def _address(self, pattern: str) -> str:
        return pattern.format(api_id=self.api_id, region=Stack.of(self).region)
