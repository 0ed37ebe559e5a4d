"""The constructs refuse what would be unsafe, with a message that says what to do instead."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from aws_cdk import App
from aws_cdk import aws_iam as iam

from infra.config import UnknownStageError, stage_named
from infra.constructs import python_function
from infra.constructs.alarms import Alarms
from infra.constructs.http_api import HttpApi, HttpGateway
from infra.constructs.layers import Layers
from infra.constructs.python_function import PythonFunction
from infra.constructs.queue_with_dlq import QueueWithDlq
from infra.constructs.socket_api import SocketApi
from infra.constructs.table import Table
from infra.constructs.tenant_role import TenantRole
from infra.constructs.web_firewall import WebFirewall
from infra.function_source import StagedSource
from infra.platform import Platform
from infra.stacks.stage_stack import StageStack
from tests.infra.synthesis import empty_layers

STARTER = stage_named("starter", {})


@pytest.fixture
def stack() -> StageStack:
    return StageStack(App(), "app", stage=STARTER)


@pytest.fixture
def platform(stack: StageStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Platform:
    """The part of a platform that a lone function needs."""
    home = tmp_path / "source"
    home.mkdir()
    monkeypatch.setattr(python_function, "stage_function", lambda context, name: StagedSource(home, "0" * 32))
    layers = Layers(stage=STARTER, build=empty_layers(tmp_path))
    alarms = Alarms(stack, "Alarms", stage=STARTER)
    return cast("Platform", SimpleNamespace(stage=STARTER, layers=layers, alarms=alarms, network=None))


@pytest.fixture
def function(stack: StageStack, platform: Platform) -> PythonFunction:
    return PythonFunction(stack, "F", platform=platform, context="auth", name="api", timeout_seconds=30)


def test_a_stage_that_does_not_exist_is_refused_with_the_names_of_those_that_do():
    with pytest.raises(UnknownStageError, match="local, starter, production"):
        stage_named("prod", {})


def test_a_wildcard_action_is_refused(function: PythonFunction):
    with pytest.raises(ValueError, match="name each action"):
        function.allow("s3:*", on=["arn:aws:s3:::bucket"])


def test_a_wildcard_resource_needs_a_reason(function: PythonFunction):
    with pytest.raises(ValueError, match="because"):
        function.allow("s3:GetObject", on=["arn:aws:s3:::bucket/*"])


@pytest.mark.parametrize("action", ["Scan", "PartiQLSelect", "DescribeTable", "*"])
def test_tenant_data_cannot_be_granted_without_keys(stack: StageStack, function: PythonFunction, action: str):
    table = Table(stack, "T", stage=STARTER)
    with pytest.raises(ValueError, match="other tenants"):
        function.grant_tenant_data(table, "GetItem", action)


def test_a_consumer_may_not_outlive_what_its_queue_was_told(
    stack: StageStack, platform: Platform, function: PythonFunction
):
    queue = QueueWithDlq(stack, "Q", platform=platform, consumer_timeout_seconds=10)
    with pytest.raises(ValueError, match="may run longer"):
        queue.consume(function, batch_size=1)


def test_no_route_is_made_before_somebody_verifies_callers(stack: StageStack, function: PythonFunction):
    http = HttpApi(stack, "Http", gateway=HttpGateway(stack, "Gateway", stage=STARTER))
    with pytest.raises(ValueError, match="compose auth first"):
        http.route("/api/v1/x", function, public=True)


def test_no_socket_is_handled_before_somebody_checks_tickets(stack: StageStack, function: PythonFunction):
    with pytest.raises(ValueError, match="auth before channels"):
        SocketApi(stack, "Socket", stage=STARTER).handle_with(function)


def test_a_firewall_outside_its_region_is_refused():
    elsewhere = replace(stage_named("production", {}), region="eu-west-1")
    with pytest.raises(ValueError, match="us-east-1"):
        WebFirewall(StageStack(App(), "web", stage=elsewhere), "Firewall", stage=elsewhere)


def test_a_tenant_role_is_made_once_for_all_tables(stack: StageStack, function: PythonFunction):
    for name in ("A", "B"):
        function.grant_tenant_data(Table(stack, name, stage=STARTER), "GetItem")
    roles = [each for each in stack.node.find_all() if isinstance(each, TenantRole)]
    assert len(roles) == 1
    assert isinstance(roles[0].role, iam.Role)


def test_a_fifo_queue_is_consumed_one_by_one(stack: StageStack, platform: Platform, function: PythonFunction):
    queue = QueueWithDlq(stack, "Q", platform=platform, consumer_timeout_seconds=60, fifo=True)
    with pytest.raises(ValueError, match="batches of one"):
        queue.consume(function, batch_size=2)


def test_dead_letters_are_read_only_where_there_is_a_place_for_what_was_told(
    stack: StageStack, platform: Platform, function: PythonFunction
):
    with pytest.raises(ValueError, match="is_told=True"):
        QueueWithDlq(stack, "Q", platform=platform, consumer_timeout_seconds=60).read_dead_letters(function)
