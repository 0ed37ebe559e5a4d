"""The evaluation that the tenancy tests rest on behaves as IAM is documented to."""

import pytest

from tests.infra.policy import Request, UnknownOperatorError, allows

TABLE = "arn:table"


def policy(condition: dict, effect: str = "Allow") -> dict:
    return {"Effect": effect, "Action": ["dynamodb:GetItem"], "Resource": TABLE, "Condition": condition}


def get(**context: list[str]) -> Request:
    return Request(
        "dynamodb:GetItem", TABLE, {key.replace("__", ":"): value for key, value in context.items()}
    )


def test_for_all_values_alone_allows_a_request_without_the_key():
    assert allows([policy({"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["A"]}})], get())


def test_a_null_check_refuses_a_request_without_the_key():
    condition = {
        "ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["A"]},
        "Null": {"dynamodb:LeadingKeys": "false"},
    }
    assert not allows([policy(condition)], get())
    assert allows([policy(condition)], get(dynamodb__LeadingKeys=["A"]))


def test_for_all_values_refuses_a_mixed_batch():
    condition = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["A"]}}
    assert not allows([policy(condition)], get(dynamodb__LeadingKeys=["A", "B"]))


def test_string_like_without_a_delimiter_lets_one_tenant_read_another():
    condition = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["TENANT#A*"]}}
    assert allows([policy(condition)], get(dynamodb__LeadingKeys=["TENANT#AB"]))


def test_a_variable_without_a_value_matches_nothing():
    condition = {"StringEquals": {"dynamodb:LeadingKeys": "${aws:PrincipalTag/creator_id}"}}
    assert not allows([policy(condition)], get(dynamodb__LeadingKeys=["${aws:PrincipalTag/creator_id}"]))


def test_a_deny_wins():
    assert not allows([policy({}), policy({}, effect="Deny")], get())


def test_an_operator_it_does_not_know_is_an_error():
    with pytest.raises(UnknownOperatorError):
        allows([policy({"ArnLike": {"dynamodb:LeadingKeys": ["A"]}})], get(dynamodb__LeadingKeys=["A"]))
