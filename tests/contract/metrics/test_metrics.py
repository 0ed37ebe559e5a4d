"""What is counted arrives with its unit and its dimensions, whichever way it goes."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import boto3
import pytest

from autosocial.adapters.cloudwatch.metrics import BatchedMetrics
from autosocial.kernel.clock import utc_now
from autosocial.runtime.metrics import LineMetrics, Metrics
from autosocial.wiring.metrics import CountsMetrics
from tests.fakes.cloud import moto_cloud
from tests.fakes.metrics import RecordedMetrics

Counted = tuple[str, float, str, dict[str, str]]


@dataclass
class World:
    metrics: Metrics
    counted: Callable[[], list[Counted]]


@pytest.fixture(params=["fake", "lines", "calls"])
def world(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[World]:
    if request.param == "fake":
        fake = RecordedMetrics()
        yield World(fake, lambda: fake.counted)
    elif request.param == "lines":
        yield World(LineMetrics("AutoSocial/test", "answer"), lambda: _from_lines(capsys.readouterr().out))
    else:
        with moto_cloud(monkeypatch):
            batched = BatchedMetrics("AutoSocial/test", "answer", clock=utc_now)
            yield World(batched, lambda: _from_cloudwatch(batched))


def _from_lines(text: str) -> list[Counted]:
    counted = []
    for line in map(json.loads, text.splitlines()):
        (directive,) = line["_aws"]["CloudWatchMetrics"]
        assert directive["Namespace"] == "AutoSocial/test"
        assert line["service"] == "answer"
        ((names,), (metric,)) = directive["Dimensions"], directive["Metrics"]
        dimensions = {name: line[name] for name in names if name != "service"}
        (value,) = line[metric["Name"]]
        counted.append((metric["Name"], value, metric["Unit"], dimensions))
    return counted


def _from_cloudwatch(batched: BatchedMetrics) -> list[Counted]:
    batched.flush()
    client: Any = boto3.client("cloudwatch")
    counted = []
    for metric in client.list_metrics(Namespace="AutoSocial/test")["Metrics"]:
        now = utc_now()
        (point,) = client.get_metric_statistics(
            Namespace="AutoSocial/test",
            MetricName=metric["MetricName"],
            Dimensions=metric["Dimensions"],
            StartTime=now - timedelta(hours=1),
            EndTime=now + timedelta(hours=1),
            Period=7200,
            Statistics=["Sum"],
        )["Datapoints"]
        dimensions = {each["Name"]: each["Value"] for each in metric["Dimensions"]}
        assert dimensions.pop("service") == "answer"
        counted.append((metric["MetricName"], point["Sum"], point["Unit"], dimensions))
    return counted


def test_one_thing_that_happened_counts_one(world: World) -> None:
    world.metrics.count("AnswersInTrouble")
    assert world.counted() == [("AnswersInTrouble", 1.0, "Count", {})]


def test_a_value_has_its_unit_and_its_dimensions(world: World) -> None:
    world.metrics.count("FirstPiece", 250.0, unit="Milliseconds", model="nova")
    assert world.counted() == [("FirstPiece", 250.0, "Milliseconds", {"model": "nova"})]


def test_what_gathers_is_sent_in_one_call(monkeypatch: pytest.MonkeyPatch) -> None:
    with moto_cloud(monkeypatch):
        batched = BatchedMetrics("AutoSocial/test", "answer", clock=utc_now)
        for _ in range(600):
            batched.count("AnswersInTrouble")
        # What is above one call's limit is thrown away: counting must not fill the memory.
        assert _from_cloudwatch(batched) == [("AnswersInTrouble", 500.0, "Count", {})]


def test_a_cloud_that_is_away_is_no_fault_of_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    batched = BatchedMetrics("AutoSocial/test", "answer", clock=utc_now)
    batched.count("AnswersInTrouble")
    batched.flush()


def test_the_settings_choose_the_way() -> None:
    assert isinstance(CountsMetrics().metrics, LineMetrics)
    assert isinstance(CountsMetrics(metrics_sink="calls").metrics, BatchedMetrics)
