"""Functions fit their code: settings, layers, processor, time, logs, alarms."""

import importlib
import inspect
import re
from pathlib import Path

import pytest

from autosocial.runtime.settings import Settings
from tests.infra.synthesis import Resource, Synthesis, as_list

FUNCTIONS = Path(__file__).parents[2] / "functions"


def settings_of(function: Resource) -> type[Settings]:
    """The settings model in the settings.py beside the function's handler."""
    module = importlib.import_module(function.properties["Handler"].rsplit(".", 2)[0] + ".settings")
    own = [
        each
        for _, each in inspect.getmembers(module, inspect.isclass)
        if issubclass(each, Settings) and each.__module__ == module.__name__
    ]
    assert len(own) == 1, f"{module.__name__} defines {own}"
    return own[0]


def environment(function: Resource) -> set[str]:
    return set(function.properties["Environment"]["Variables"])


def test_every_function_folder_is_deployed(stage: Synthesis):
    there = {
        f"functions.{home.parent.parent.name}.{home.parent.name}.handler.handler"
        for home in FUNCTIONS.glob("*/*/handler.py")
    }
    assert {function.properties["Handler"] for function in stage.functions()} == there


def test_every_setting_without_a_default_is_in_the_environment(stage: Synthesis):
    for function in stage.functions():
        needed = {name for name, is_needed in settings_of(function).variables().items() if is_needed}
        assert needed <= environment(function), (function.where, needed - environment(function))


def test_every_environment_variable_is_a_setting(stage: Synthesis):
    for function in stage.functions():
        known = set(settings_of(function).variables())
        assert environment(function) <= known, (function.where, environment(function) - known)


def test_the_environment_makes_valid_settings(stage: Synthesis):
    for function in stage.functions():
        variables = function.properties["Environment"]["Variables"]
        plain = {
            name: value if isinstance(value, str) else "https://example.com/x"
            for name, value in variables.items()
        }
        assert settings_of(function).from_environment(plain), function.where


def test_functions_run_on_arm_in_aws(aws_stage: Synthesis):
    for function in aws_stage.functions():
        assert function.properties["Architectures"] == ["arm64"], function.where
    for layer in aws_stage.resources("AWS::Lambda::LayerVersion"):
        assert layer.properties["CompatibleArchitectures"] == ["arm64"], layer.where


def test_functions_have_few_layers_and_always_ours(stage: Synthesis):
    for function in stage.functions():
        layers = [layer["Ref"] for layer in function.properties["Layers"]]
        assert layers[0].startswith("LayerCore"), function.where
        assert len(layers) <= 5, function.where


def test_no_function_reaches_outside_its_own_log_group(stage: Synthesis):
    for function in stage.functions():
        group = function.properties["LoggingConfig"]["LogGroup"]["Ref"]
        role = function.properties["Role"]["Fn::GetAtt"][0]
        for statement in stage.statements(role):
            if any(action.startswith("logs:Put") for action in statement["Action"]):
                assert statement["Resource"] == {"Fn::GetAtt": [group, "Arn"]}, function.where


def test_http_functions_answer_before_the_gateway_gives_up(stage: Synthesis):
    answering = {
        integration.properties["IntegrationUri"]["Fn::GetAtt"][0]
        for integration in stage.resources("AWS::ApiGatewayV2::Integration")
        if isinstance(integration.properties["IntegrationUri"].get("Fn::GetAtt"), list)
    }
    assert answering
    for function in stage.functions():
        if function.logical_id in answering:
            assert function.properties["Timeout"] <= 29, function.where


def test_functions_are_traced_in_aws(aws_stage: Synthesis):
    for function in aws_stage.functions():
        assert function.properties["TracingConfig"] == {"Mode": "Active"}, function.where


@pytest.mark.parametrize("metric", ["Errors", "Throttles"])
def test_every_function_tells_of_trouble(aws_stage: Synthesis, metric: str):
    watched = {
        alarm.properties["Dimensions"][0]["Value"]["Ref"]
        for alarm in aws_stage.resources("AWS::CloudWatch::Alarm")
        if alarm.properties.get("Namespace") == "AWS/Lambda" and alarm.properties["MetricName"] == metric
    }
    assert {function.logical_id for function in aws_stage.functions()} <= watched


def test_an_answer_in_trouble_raises_an_alarm(aws_stage: Synthesis):
    (answer,) = [
        each for each in aws_stage.functions() if "conversations.answer." in each.properties["Handler"]
    ]
    variables = answer.properties["Environment"]["Variables"]
    assert variables["METRICS_SINK"] == "lines"
    reporting = (FUNCTIONS / "conversations/answer/reporting.py").read_text()
    (name,) = re.findall(r'metrics\.count\("([^"]+)"', reporting)
    watching = [
        alarm
        for alarm in aws_stage.resources("AWS::CloudWatch::Alarm")
        if (alarm.properties.get("Namespace"), alarm.properties.get("MetricName"))
        == (variables["METRICS_NAMESPACE"], name)
    ]
    assert len(watching) == 1 and watching[0].properties["AlarmActions"]
    (dimension,) = watching[0].properties["Dimensions"]
    assert dimension == {"Name": "service", "Value": variables["SERVICE_NAME"]}


def test_where_nobody_reads_metric_lines_functions_that_count_may_call(stage: Synthesis):
    for function in stage.functions():
        sink = function.properties["Environment"]["Variables"].get("METRICS_SINK")
        role = function.properties["Role"]["Fn::GetAtt"][0]
        actions = [action for each in stage.statements(role) for action in as_list(each["Action"])]
        assert ("cloudwatch:PutMetricData" in actions) == (sink == "calls"), function.where


def test_what_reaches_index_or_models_is_in_the_private_network(production: Synthesis):
    for function in production.functions():
        variables = function.properties["Environment"]["Variables"]
        if {"OPENSEARCH_URL", "MODEL_ENDPOINT_URL"} & set(variables):
            assert function.properties.get("VpcConfig"), function.where
