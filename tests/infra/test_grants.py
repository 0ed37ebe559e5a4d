"""Least privilege: no role may do more than it is named for."""

import re

from tests.infra.synthesis import Resource, Synthesis, as_list

# Actions that AWS defines without resources, or lists of what comes and goes: the only reasons for a star.
WITHOUT_RESOURCES = {
    "cloudwatch:PutMetricData": "metrics know no resources",
    "xray:PutTraceSegments": "X-Ray knows no resources",
    "xray:PutTelemetryRecords": "X-Ray knows no resources",
    "xray:GetSamplingRules": "X-Ray knows no resources",
    "xray:GetSamplingTargets": "X-Ray knows no resources",
    "dynamodb:ListStreams": "the relay's streams are listed without naming any",
    "ec2:CreateNetworkInterface": "Lambda's interfaces in the private network",
    "ec2:DeleteNetworkInterface": "Lambda's interfaces in the private network",
    "ec2:DescribeNetworkInterfaces": "Lambda's interfaces in the private network",
    "ec2:DescribeSubnets": "Lambda's interfaces in the private network",
    "ecr:GetAuthorizationToken": "the registry's login knows no resource",
    "ecs:DiscoverPollEndpoint": "the container agent finds its endpoint",
    "ecs:Poll": "bound to the cluster by its condition",
    "ecs:StartTelemetrySession": "bound to the cluster by its condition",
}
LOG_DELIVERY = re.compile(r"logs:\w*(LogDelivery|LogDeliveries|ResourcePolicy|ResourcePolicies|LogGroups)")
# Resource patterns that end in a star, and why.
PATTERNS = {
    r"<(Uploads|Knowledge)Bucket\w+>/.*\*.*": "objects, whose keys begin with the tenant",
    r".*/live/(POST|DELETE)/@connections/\*": "connections come and go",
    r"<Index\w+>/\*": "the paths below the index's address",
    r"<\w+Function\w+>:\*": "the versions of a function",
    r"arn:.*:secretsmanager:.*:secret:autosocial-\w+-channels/\*": "secrets of connected channels, by id",
    r".*:rule/DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3\*": "GuardDuty names its rule itself",
}
NOBODY_MAY = ("iam:", "organizations:", "kms:Decrypt", "sts:AssumeRoot")


def statements(stage: Synthesis) -> list[tuple[Resource, dict]]:
    return [
        (policy, statement)
        for policy in stage.resources("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")
        for statement in policy.properties["PolicyDocument"]["Statement"]
    ]


def is_account_logging(policy: Resource) -> bool:
    return "LoggingRole" in policy.logical_id


def writes_logs_of_containers(policy: Resource) -> bool:
    """ECS itself lets GPU instances write the logs of whatever containers they are given."""
    return policy.logical_id.startswith("CapacityRole")


def test_no_role_has_managed_policies(stage: Synthesis):
    for role in stage.resources("AWS::IAM::Role"):
        assert not role.properties.get("ManagedPolicyArns"), role.where
        assert not role.properties.get("Policies"), role.where


def test_no_statement_allows_whole_services(stage: Synthesis):
    for policy, statement in statements(stage):
        for action in as_list(statement["Action"]):
            assert action != "*", policy.where
            assert not action.endswith(":*"), (policy.where, action)
            assert not action.startswith(NOBODY_MAY), (policy.where, action)


def test_every_star_in_a_resource_is_on_the_list(stage: Synthesis):
    for policy, statement in statements(stage):
        for resource in map(stage.readable, as_list(statement["Resource"])):
            if resource == "*" and not is_account_logging(policy):
                loose = [
                    action
                    for action in as_list(statement["Action"])
                    if action not in WITHOUT_RESOURCES and not LOG_DELIVERY.fullmatch(action)
                ]
                if writes_logs_of_containers(policy):
                    loose = sorted({*loose} - {"logs:CreateLogStream", "logs:PutLogEvents"})
                assert not loose, (policy.where, loose)
            elif "*" in resource and resource != "*":
                assert any(re.fullmatch(pattern, resource) for pattern in PATTERNS), (policy.where, resource)


def test_only_one_role_of_the_account_writes_every_log(stage: Synthesis):
    wide = [policy for policy in stage.resources("AWS::IAM::Policy") if is_account_logging(policy)]
    assert len(wide) == (1 if stage.stage.has_access_logs else 0)


def test_every_function_has_a_role_of_its_own(stage: Synthesis):
    roles = [function.properties["Role"]["Fn::GetAtt"][0] for function in stage.functions()]
    assert len(roles) == len(set(roles))


def test_only_auth_and_sessions_sign_tokens(stage: Synthesis):
    signing = {
        stage.readable(role).strip("<>")
        for policy, statement in statements(stage)
        if "kms:Sign" in as_list(statement["Action"])
        for role in policy.properties["Roles"]
    }
    handlers = {
        function.properties["Handler"]
        for function in stage.functions()
        if function.properties["Role"]["Fn::GetAtt"][0] in signing
    }
    assert handlers == {"functions.auth.api.handler.handler", "functions.channels.api.handler.handler"}


def test_only_functions_that_use_models_know_the_token(stage: Synthesis):
    for function in stage.functions():
        role = function.properties["Role"]["Fn::GetAtt"][0]
        readable = {
            stage.readable(resource)
            for each in stage.statements(role)
            if "secretsmanager:GetSecretValue" in as_list(each["Action"])
            for resource in as_list(each["Resource"])
        }
        if any("ModelToken" in secret for secret in readable):
            assert "MODEL_TOKEN_SECRET_ARN" in function.properties["Environment"]["Variables"], function.where


def test_secrets_of_connected_channels_are_written_by_who_connects_them_and_read_by_channels(
    stage: Synthesis,
):
    may: dict[str, set[str]] = {}
    for function in stage.functions():
        role = function.properties["Role"]["Fn::GetAtt"][0]
        for statement in stage.statements(role):
            for secret in map(stage.readable, as_list(statement["Resource"])):
                if "-channels/" in secret:
                    assert secret.endswith(f":secret:autosocial-{stage.stage.name}-channels/*")
                    name = (
                        function.properties["Handler"]
                        .removeprefix("functions.")
                        .removesuffix(".handler.handler")
                    )
                    may.setdefault(name, set()).update(as_list(statement["Action"]))
    read, write = "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"
    assert {name for name, actions in may.items() if read in actions} == {
        "channels.api",
        "channels.webhook",
        "channels.deliver",
    }
    assert {name for name, actions in may.items() if write in actions} == {"channels.api"}


def test_routes_are_closed_unless_they_are_on_the_list(stage: Synthesis):
    public = {
        route.properties["RouteKey"]
        for route in stage.resources("AWS::ApiGatewayV2::Route")
        if route.properties.get("AuthorizationType", "NONE") == "NONE"
    }
    assert public - {"$default", "$disconnect"} == {
        "ANY /.well-known/jwks.json",
        "ANY /api/v1/health",
        "ANY /health",
        "ANY /api/v1/auth/login",
        "ANY /api/v1/auth/logout",
        "ANY /api/v1/auth/refresh-token",
        "ANY /api/v1/auth/register",
        "ANY /api/v1/channels/sessions",
        "ANY /webhook/{channel}/{connection_id}",
    }


def test_a_socket_opens_only_with_a_ticket(stage: Synthesis):
    (connect,) = [
        r for r in stage.resources("AWS::ApiGatewayV2::Route") if r.properties["RouteKey"] == "$connect"
    ]
    authorizer = stage.referred(connect.properties["AuthorizerId"])
    assert connect.properties["AuthorizationType"] == "CUSTOM"
    assert authorizer.properties["IdentitySource"] == ["route.request.querystring.ticket"]


def test_only_the_socket_closes_connections(stage: Synthesis):
    action = "execute-api:ManageConnections"
    assert handlers_that_may(stage, action, "/live/DELETE/@connections/*") == {
        "functions.channels.socket.handler.handler"
    }


def test_callers_are_verified_at_every_request(stage: Synthesis):
    (authorizer,) = [
        each
        for each in stage.resources("AWS::ApiGatewayV2::Authorizer")
        if each.properties.get("EnableSimpleResponses")
    ]
    assert authorizer.properties["AuthorizerResultTtlInSeconds"] == 0
    # The gateway itself would answer who shows none, without our problem document.
    assert authorizer.properties["IdentitySource"] == []
    assert authorizer.properties["AuthorizerPayloadFormatVersion"] == "2.0"


def test_no_access_log_holds_a_query_string_or_a_header(aws_stage: Synthesis):
    logged = [
        each.properties["AccessLogSettings"]["Format"]
        for each in aws_stage.resources("AWS::ApiGatewayV2::Stage")
    ]
    assert len(logged) == 2
    for text in logged:
        assert not re.search(r"query|authorization|header|path\b", text, re.IGNORECASE), text


INDEX_WRITERS = {"functions.knowledge.index.handler.handler", "functions.knowledge.erase.handler.handler"}


def handlers_that_may(stage: Synthesis, action: str, on: str) -> set[str]:
    """Return the handlers whose roles allow ``action`` on a resource that ``on`` is found in."""
    found = set()
    for function in stage.functions():
        for statement in stage.statements(function.properties["Role"]["Fn::GetAtt"][0]):
            resources = [stage.readable(each) for each in as_list(statement["Resource"])]
            if action in as_list(statement["Action"]) and any(on in each for each in resources):
                found.add(function.properties["Handler"])
    return found


def test_only_who_changes_the_embedded_index_may_write_its_file(stage: Synthesis):
    for action in ("s3:PutObject", "s3:DeleteObjectVersion"):
        assert handlers_that_may(stage, action, "/*/index.sqlite") == INDEX_WRITERS
    readers = {"functions.knowledge.verify.handler.handler", "functions.conversations.answer.handler.handler"}
    assert handlers_that_may(stage, "s3:GetObject", "/*/index.sqlite") == INDEX_WRITERS | readers


def test_who_only_searches_the_domain_may_not_change_it(production: Synthesis):
    for action in ("es:ESHttpPut", "es:ESHttpDelete"):
        assert handlers_that_may(production, action, "<Index") == INDEX_WRITERS
    readers = {"functions.knowledge.verify.handler.handler", "functions.conversations.answer.handler.handler"}
    assert handlers_that_may(production, "es:ESHttpPost", "<Index") == INDEX_WRITERS | readers
