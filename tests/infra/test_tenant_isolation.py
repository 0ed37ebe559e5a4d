"""IAM keeps tenants apart: the policies are evaluated for own, foreign, mixed and missing keys."""

from collections.abc import Iterator

import pytest

from tests.infra.policy import Request, allows
from tests.infra.synthesis import Resource, Synthesis, as_list

OWN = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
OTHER = "01BX5ZZKBKACTAV9WEVGEMMVRZ"
# Every table is the tenants' but these, whose keys are hashes, ids of accounts, and what was done.
OTHER_TABLES = ("AuthTable", "IdempotencyTable")
KEY = "dynamodb:LeadingKeys"


def tenant_roles(stage: Synthesis) -> list[Resource]:
    return [role for role in stage.resources("AWS::IAM::Role") if "TenantRole" in role.logical_id]


def readable_statements(stage: Synthesis, role: str) -> list[dict]:
    return [
        {**statement, "Resource": [stage.readable(each) for each in as_list(statement["Resource"])]}
        for statement in stage.statements(role)
    ]


def grants(stage: Synthesis) -> Iterator[tuple[list[dict], str, str]]:
    """Yield (statements, action, resource) of everything a tenant session may do."""
    for role in tenant_roles(stage):
        statements = readable_statements(stage, role.logical_id)
        for statement in statements:
            for action in as_list(statement["Action"]):
                for resource in statement["Resource"]:
                    yield statements, action, resource


def allowed(
    statements: list[dict], action: str, resource: str, *, tag: str | None, keys: list[str] | None
) -> bool:
    context = {}
    if tag is not None:
        context["aws:PrincipalTag/creator_id"] = [tag]
    if keys is not None:
        context[KEY] = keys
    return allows(statements, Request(action, resource, context))


def test_every_stage_has_tenant_roles(stage: Synthesis):
    assert len(tenant_roles(stage)) >= 5


def test_a_session_reaches_its_own_items(stage: Synthesis):
    for statements, action, resource in grants(stage):
        assert allowed(statements, action, resource, tag=OWN, keys=[OWN]), (action, resource)
        assert allowed(statements, action, resource, tag=OWN, keys=[OWN, OWN]), (action, resource)


@pytest.mark.parametrize(
    "keys",
    [[OTHER], [OWN, OTHER], [OTHER, OWN], [OWN + "B"], [OWN[:-1]], [OWN.lower()], ["*"], [""]],
    ids=["other", "mixed", "mixed reversed", "longer", "shorter", "case", "star", "empty"],
)
def test_a_session_reaches_no_other_items(stage: Synthesis, keys: list[str]):
    for statements, action, resource in grants(stage):
        assert not allowed(statements, action, resource, tag=OWN, keys=keys), (action, resource)


def test_a_request_that_names_no_key_is_refused(stage: Synthesis):
    for statements, action, resource in grants(stage):
        assert not allowed(statements, action, resource, tag=OWN, keys=None), (action, resource)


def test_a_session_without_a_tenant_reaches_nothing(stage: Synthesis):
    for statements, action, resource in grants(stage):
        assert not allowed(statements, action, resource, tag=None, keys=[OWN]), (action, resource)
        assert not allowed(statements, action, resource, tag=None, keys=["${aws:PrincipalTag/creator_id}"])


def test_no_tenant_role_may_use_actions_that_know_no_keys(stage: Synthesis):
    for _, action, resource in grants(stage):
        assert action not in {"dynamodb:Scan", "dynamodb:DescribeTable"}, resource
        assert not action.startswith("dynamodb:PartiQL"), resource


def is_on_items(action: str) -> bool:
    """Whether an action reads or writes items; a stream has no keys that IAM could compare."""
    return action.startswith("dynamodb:") and not action.endswith(
        ("Stream", "Streams", "Records", "ShardIterator")
    )


def test_functions_reach_tenant_tables_only_through_their_tenant_role(stage: Synthesis):
    own_roles = {function.properties["Role"]["Fn::GetAtt"][0] for function in stage.functions()}
    tables = [table.logical_id for table in stage.resources("AWS::DynamoDB::Table")]
    tenants = [f"<{name}" for name in tables if not name.startswith(OTHER_TABLES)]
    assert len(tenants) == len(tables) - len(OTHER_TABLES)
    for role in sorted(own_roles):
        for statement in readable_statements(stage, role):
            reached = [each for each in statement["Resource"] if each.startswith(tuple(tenants))]
            on_items = [each for each in as_list(statement["Action"]) if is_on_items(each)]
            assert not (reached and on_items), (role, statement)


def test_only_the_function_itself_assumes_its_tenant_role_and_must_name_a_tenant(stage: Synthesis):
    for role in tenant_roles(stage):
        (statement,) = role.properties["AssumeRolePolicyDocument"]["Statement"]
        principal = stage.readable(statement["Principal"]["AWS"])
        assert principal == f"<{function_role_of(stage, role)}>"
        assert statement["Condition"]["StringLike"] == {"aws:RequestTag/creator_id": "?" * 26}
        assert statement["Condition"]["ForAllValues:StringEquals"] == {"aws:TagKeys": ["creator_id"]}


def function_role_of(stage: Synthesis, tenant_role: Resource) -> str:
    for function in stage.functions():
        environment = function.properties["Environment"]["Variables"]
        if environment.get("TENANT_ROLE_ARN") == {"Fn::GetAtt": [tenant_role.logical_id, "Arn"]}:
            return str(function.properties["Role"]["Fn::GetAtt"][0])
    raise AssertionError(f"no function uses {tenant_role.where}")
