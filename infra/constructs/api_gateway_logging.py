"""The account's permission for API Gateway to write logs: WebSocket APIs ask for it, HTTP APIs do not."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.constructs.findings import explain

# API Gateway refuses a role that may do less.
_ACTIONS = (
    "CreateLogGroup",
    "CreateLogStream",
    "DescribeLogGroups",
    "DescribeLogStreams",
    "PutLogEvents",
    "GetLogEvents",
    "FilterLogEvents",
)


class ApiGatewayLogging(Construct):
    """One setting for the whole account and region, so it stays when the stack goes."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"))
        role.add_to_policy(
            iam.PolicyStatement(actions=[f"logs:{action}" for action in _ACTIONS], resources=["*"])
        )
        role.apply_removal_policy(RemovalPolicy.RETAIN)
        explain(role, "AwsSolutions-IAM5", "One role of the account writes the logs of every API in it.")
        account = apigateway.CfnAccount(self, "Account", cloud_watch_role_arn=role.role_arn)
        account.apply_removal_policy(RemovalPolicy.RETAIN)
        account.node.add_dependency(role)
