"""The HTTP API: a gateway, and routes that need a verified caller unless they say public."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aws_cdk import Duration, Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_integrations as integrations
from constructs import Construct

from infra.constructs.edge_secret import EdgeSecret
from infra.constructs.findings import explain
from infra.constructs.log_group import log_group

if TYPE_CHECKING:
    from infra.config import StageConfig
    from infra.constructs.python_function import PythonFunction

_HEADERS = ["Authorization", "Content-Type", "Idempotency-Key", "X-Request-ID"]
_EXPOSED = ["X-Request-ID", "Retry-After", "RateLimit"]


class HttpGateway(Construct):
    """The API and its stage, without routes: stands where the edge can reach it without knowing functions."""

    def __init__(self, scope: Construct, construct_id: str, *, stage: StageConfig) -> None:
        super().__init__(scope, construct_id)
        self.api = apigateway.HttpApi(
            self,
            "Api",
            api_name=stage.named("http"),
            create_default_stage=False,
            # Foreign origins embed the widget; no cookie ever travels with their requests.
            cors_preflight=apigateway.CorsPreflightOptions(
                allow_origins=["*"],
                allow_methods=[apigateway.CorsHttpMethod.ANY],
                allow_headers=_HEADERS,
                expose_headers=_EXPOSED,
                max_age=Duration.hours(1),
            ),
        )
        http_stage = apigateway.HttpStage(
            self,
            "Stage",
            http_api=self.api,
            stage_name="$default",
            auto_deploy=True,
            throttle=apigateway.ThrottleSettings(
                rate_limit=stage.api_rate_per_second, burst_limit=stage.api_burst
            ),
        )
        write_access_log(self, http_stage, stage=stage)
        self.edge_secret = EdgeSecret(self, "EdgeSecret", stage=stage) if stage.has_cloudfront else None

    @property
    def api_id(self) -> str:
        """The API's id."""
        return self.api.api_id

    @property
    def domain(self) -> str:
        """The host name of the API on AWS."""
        stack = Stack.of(self)
        return f"{self.api.api_id}.execute-api.{stack.region}.{stack.url_suffix}"


class HttpApi(Construct):
    """The routes of a gateway, each in the stack of the function that serves it.

    ``auth`` must call ``authorize_with`` before others add routes.
    """

    def __init__(self, scope: Construct, construct_id: str, *, gateway: HttpGateway) -> None:
        super().__init__(scope, construct_id)
        self.api_id = gateway.api_id
        self._edge_secret = gateway.edge_secret
        self._authorizer_id = ""
        self._apis: dict[str, apigateway.IHttpApi] = {}
        self._integrations: dict[str, integrations.HttpLambdaIntegration] = {}

    def authorize_with(self, function: PythonFunction) -> None:
        """Verify callers with ``function``; asked for every request, so that a logout holds at once."""
        stack = Stack.of(function)
        authorizer = apigateway.HttpAuthorizer(
            function,
            "Authorizer",
            http_api=self._api(function),
            type=apigateway.HttpAuthorizerType.LAMBDA,
            authorizer_uri=invocation_uri(function),
            # None: it is asked as well without the header, so that we answer, not the gateway.
            identity_source=[],
            enable_simple_responses=True,
            payload_format_version=apigateway.AuthorizerPayloadVersion.VERSION_2_0,
            results_cache_ttl=Duration.seconds(0),
        )
        self._authorizer_id = authorizer.authorizer_id
        function.may_be_called_by_gateway(
            stack.format_arn(
                service="execute-api",
                resource=self.api_id,
                resource_name=f"authorizers/{authorizer.authorizer_id}",
            )
        )

    def route(self, path: str, function: PythonFunction, *, public: bool = False) -> None:
        """Serve ``path`` with ``function``, for verified callers only unless ``public``.

        All methods: the function says which there are; the gateway would say that there is no such path.
        """
        if not self._authorizer_id:
            raise ValueError(f"{path}: nobody verifies callers yet; compose auth first")
        name = f"ANY {path}".replace("/", ".")
        route = apigateway.HttpRoute(
            function,
            name,
            http_api=self._api(function),
            route_key=apigateway.HttpRouteKey.with_(path, apigateway.HttpMethod.ANY),
            integration=self._integration(function),
            authorizer=apigateway.HttpNoneAuthorizer() if public else self._authorizer(function, name),
        )
        if public:
            explain(
                route,
                "AwsSolutions-APIG4",
                "Public by intent: it is how callers come to a token, or holds no secret.",
            )

    def _authorizer(self, function: PythonFunction, name: str) -> apigateway.IHttpRouteAuthorizer:
        return apigateway.HttpAuthorizer.from_http_authorizer_attributes(
            function, f"{name} Authorizer", authorizer_id=self._authorizer_id, authorizer_type="CUSTOM"
        )

    def _api(self, function: PythonFunction) -> apigateway.IHttpApi:
        """Return the gateway as the function's own stack knows it: by its id."""
        stack = Stack.of(function)
        if stack.stack_name not in self._apis:
            self._apis[stack.stack_name] = apigateway.HttpApi.from_http_api_attributes(
                stack, "HttpApi", http_api_id=self.api_id
            )
        return self._apis[stack.stack_name]

    def _integration(self, function: PythonFunction) -> integrations.HttpLambdaIntegration:
        path = function.node.path
        if path not in self._integrations:
            self._integrations[path] = integrations.HttpLambdaIntegration(
                f"{function.context}-{function.name}", function.function, scope_permission_to_route=False
            )
            if self._edge_secret:
                self._edge_secret.connect(function)
        return self._integrations[path]


def invocation_uri(function: PythonFunction) -> str:
    """Return the address at which API Gateway invokes ``function``."""
    stack = Stack.of(function)
    return stack.format_arn(
        service="apigateway",
        account="lambda",
        resource="path/2015-03-31/functions",
        resource_name=f"{function.function.function_arn}/invocations",
    )


_ACCESS_LOG = {
    "request_id": "$context.requestId",
    "route": "$context.routeKey",
    "method": "$context.httpMethod",
    "status": "$context.status",
    "error": "$context.error.messageString",
    "authorizer_error": "$context.authorizer.error",
    "integration_error": "$context.integrationErrorMessage",
    "integration_ms": "$context.integrationLatency",
    "ip": "$context.identity.sourceIp",
    "time": "$context.requestTimeEpoch",
}


def write_access_log(
    scope: Construct, api_stage: apigateway.HttpStage | apigateway.WebSocketStage, *, stage: StageConfig
) -> None:
    """Log each request of an API without its query string, where the stage keeps access logs."""
    if not stage.has_access_logs:
        explain(
            api_stage, "AwsSolutions-APIG1", "The stage keeps no access logs; the functions log each request."
        )
        return
    group = log_group(scope, "AccessLog", stage=stage)
    resource = api_stage.node.default_child
    if not isinstance(resource, apigateway.CfnStage):
        raise TypeError("an API stage without a stage resource")
    resource.access_log_settings = apigateway.CfnStage.AccessLogSettingsProperty(
        destination_arn=group.log_group_arn, format=json.dumps(_ACCESS_LOG)
    )
