"""A small app as an assembly that the deployer reads, written without the CDK to keep the suite quick."""

import json
import shutil
from pathlib import Path
from typing import Any

_ROLES = (
    "http",
    "authorizer",
    "socket_authorizer",
    "socket",
    "consume",
    "follow",
    "hold",
    "fail",
    "environment",
)
_ASSETS = "sample-assets"


def write_assembly(folder: Path, *, broken: bool = False) -> None:
    """Write manifest, asset and template of one stack into ``folder``."""
    code = folder / "asset.code"
    code.mkdir(parents=True, exist_ok=True)
    shutil.copy(Path(__file__).with_name("sample_function.py"), code / "sample_function.py")
    template = {"Resources": resources(broken=broken), "Outputs": outputs()}
    (folder / "sample.template.json").write_text(json.dumps(template))
    files = {
        "code": _file("asset.code", "zip", "code.zip"),
        "template": _file("sample.template.json", "file", f"template-{broken}.json"),
    }
    (folder / "sample.assets.json").write_text(json.dumps({"files": files}))
    stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "sample.template.json"}}
    (folder / "manifest.json").write_text(json.dumps({"artifacts": {"sample": stack}}))


def resources(*, broken: bool) -> dict[str, Any]:
    """Return the resources; ``broken`` adds one that cannot be made."""
    result: dict[str, Any] = {
        "Role": _resource("IAM::Role", AssumeRolePolicyDocument={"Version": "2012-10-17", "Statement": []}),
        "Table": _resource(
            "DynamoDB::Table",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"},
        ),
        "Queue": _resource(
            "SQS::Queue", FifoQueue=True, ContentBasedDeduplication=True, VisibilityTimeout=120
        ),
        "Mapping": _resource(
            "Lambda::EventSourceMapping",
            BatchSize=1,
            EventSourceArn={"Fn::GetAtt": ["Queue", "Arn"]},
            FunctionName={"Ref": "consume"},
        ),
        **_stream(),
        **{role: _function(role) for role in _ROLES},
        **_http_api(),
        **_socket_api(),
        "Machine": _resource(
            "StepFunctions::StateMachine", DefinitionString=_definition(), RoleArn=_arn("Role")
        ),
    }
    if broken:
        result["Bad"] = _resource("Nowhere::Thing")
    return result


def outputs() -> dict[str, Any]:
    """Return what the tests need to know."""
    wanted = {
        "HttpApiId": {"Ref": "Http"},
        "SocketApiId": {"Ref": "Socket"},
        "TableName": {"Ref": "Table"},
        "QueueUrl": {"Ref": "Queue"},
        "FollowedTable": {"Ref": "Followed"},
        "FailedQueueUrl": {"Ref": "Failed"},
        "MachineArn": {"Ref": "Machine"},
        "ConsumeFunction": {"Ref": "consume"},
        "HoldFunction": {"Ref": "hold"},
        "EnvironmentFunction": {"Ref": "environment"},
    }
    return {name: {"Value": value} for name, value in wanted.items()}


def _stream() -> dict[str, Any]:
    pattern = {"eventName": ["INSERT"], "dynamodb": {"Keys": {"sk": {"S": [{"prefix": "EVENT#"}]}}}}
    return {
        "Followed": _resource(
            "DynamoDB::Table",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            StreamSpecification={"StreamViewType": "NEW_IMAGE"},
        ),
        "Failed": _resource("SQS::Queue"),
        "Following": _resource(
            "Lambda::EventSourceMapping",
            BatchSize=10,
            BisectBatchOnFunctionError=True,
            DestinationConfig={"OnFailure": {"Destination": _arn("Failed")}},
            EventSourceArn={"Fn::GetAtt": ["Followed", "StreamArn"]},
            FilterCriteria={"Filters": [{"Pattern": json.dumps(pattern)}]},
            FunctionName={"Ref": "follow"},
            FunctionResponseTypes=["ReportBatchItemFailures"],
            MaximumRetryAttempts=1,
            StartingPosition="TRIM_HORIZON",
        ),
    }


def _http_api() -> dict[str, Any]:
    cors = {"AllowOrigins": ["*"], "AllowMethods": ["*"], "AllowHeaders": ["*"]}
    return {
        "Http": _resource("ApiGatewayV2::Api", Name="sample", ProtocolType="HTTP", CorsConfiguration=cors),
        "HttpStage": _resource(
            "ApiGatewayV2::Stage", ApiId={"Ref": "Http"}, StageName="$default", AutoDeploy=True
        ),
        "HttpIntegration": _integration("Http", "http", PayloadFormatVersion="2.0"),
        "HttpAuthorizer": _resource(
            "ApiGatewayV2::Authorizer",
            ApiId={"Ref": "Http"},
            AuthorizerType="REQUEST",
            AuthorizerPayloadFormatVersion="2.0",
            AuthorizerResultTtlInSeconds=0,
            AuthorizerUri=_invocation("authorizer"),
            EnableSimpleResponses=True,
            IdentitySource=["$request.header.Authorization"],
            Name="bearer",
        ),
        "HttpRoute": _route("Http", "GET /who", "HttpIntegration", authorizer="HttpAuthorizer"),
    }


def _socket_api() -> dict[str, Any]:
    return {
        "Socket": _resource(
            "ApiGatewayV2::Api",
            Name="sample-socket",
            ProtocolType="WEBSOCKET",
            RouteSelectionExpression="$request.body.action",
        ),
        "SocketStage": _resource(
            "ApiGatewayV2::Stage", ApiId={"Ref": "Socket"}, StageName="live", AutoDeploy=True
        ),
        "SocketIntegration": _integration("Socket", "socket"),
        "SocketAuthorizer": _resource(
            "ApiGatewayV2::Authorizer",
            ApiId={"Ref": "Socket"},
            AuthorizerType="REQUEST",
            AuthorizerUri=_invocation("socket_authorizer"),
            IdentitySource=["route.request.querystring.ticket"],
            Name="ticket",
        ),
        "SocketConnect": _route("Socket", "$connect", "SocketIntegration", authorizer="SocketAuthorizer"),
        "SocketDefault": _route("Socket", "$default", "SocketIntegration"),
    }


def _definition() -> dict[str, Any]:
    return {
        "Fn::Sub": '{"StartAt":"try","States":{"try":{"Type":"Task","Resource":"${fail.Arn}","Catch":['
        '{"ErrorEquals":["OurOwnError"],"Next":"caught"}],"End":true},"caught":{"Type":"Succeed"}}}'
    }


def _function(role: str) -> dict[str, Any]:
    return _resource(
        "Lambda::Function",
        Runtime="python3.11",
        Handler=f"sample_function.{role}",
        Role=_arn("Role"),
        Timeout=60,
        Code={"S3Bucket": _ASSETS, "S3Key": "code.zip"},
        Environment={"Variables": {"TABLE": {"Ref": "Table"}}},
    )


def _integration(api: str, role: str, **more: Any) -> dict[str, Any]:
    return _resource(
        "ApiGatewayV2::Integration",
        ApiId={"Ref": api},
        IntegrationType="AWS_PROXY",
        IntegrationUri=_invocation(role),
        **more,
    )


def _route(api: str, key: str, integration: str, *, authorizer: str = "") -> dict[str, Any]:
    secured = {"AuthorizationType": "CUSTOM", "AuthorizerId": {"Ref": authorizer}} if authorizer else {}
    target = {"Fn::Join": ["/", ["integrations", {"Ref": integration}]]}
    return _resource("ApiGatewayV2::Route", ApiId={"Ref": api}, RouteKey=key, Target=target, **secured)


def _invocation(role: str) -> dict[str, Any]:
    prefix = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
    return {"Fn::Join": ["", [prefix, _arn(role), "/invocations"]]}


def _arn(logical: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [logical, "Arn"]}


def _resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def _file(path: str, packaging: str, key: str) -> dict[str, Any]:
    destination = {"bucketName": _ASSETS, "objectKey": key}
    return {"source": {"path": path, "packaging": packaging}, "destinations": {"here": destination}}
