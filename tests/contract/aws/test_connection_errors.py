"""Whatever happens to the line, every call of every adapter of AWS says: come back later."""

from collections.abc import Callable

import botocore.exceptions as vendor
import pytest

from autosocial.adapters.dynamodb.tables import Item, Tables, translated
from autosocial.contracts.outbox import Refusal
from autosocial.kernel.errors import TransientError
from tests.contract.aws.made_adapters import ID, adapters, calls, made_adapter, made_call
from tests.fakes.aws_faults import faulty_line
from tests.fakes.cloud import TENANT_ROLE_ARN, moto_cloud

# Calls that need no line, or (metrics) send later what has gathered.
WITHOUT_LINE = {"S3UploadStore.form", "NoMalwareScan.verdict", "BatchedMetrics.count", "BatchedMetrics.flush"}


def family(kind: type[Exception]) -> set[type[Exception]]:
    return {kind} | {one for sub in kind.__subclasses__() for one in family(sub)}


def is_come_back_later(outcome: object) -> bool:
    if isinstance(outcome, list):
        # The bus gives back what it did not take, to be put on it again.
        return all(isinstance(one, Refusal) and not one.is_final for one in outcome)
    return isinstance(outcome, TransientError) and outcome.retry_after > 0


def outcome_of(call: Callable[[], object]) -> object:
    try:
        return call()
    except Exception as error:
        return error


ERRORS = sorted(
    {error for kind in (vendor.ConnectionError, vendor.HTTPClientError) for error in family(kind)},
    key=lambda kind: kind.__name__,
)
CASES = [
    pytest.param(adapter, name, id=f"{adapter.__name__}.{name}")
    for adapter in adapters()
    for name in calls(adapter)
]


@pytest.fixture
def line(monkeypatch):
    with moto_cloud(monkeypatch), faulty_line(monkeypatch) as line:
        yield line


def test_the_errors_are_those_that_lost_messages_before():
    names = {error.__name__ for error in ERRORS}
    assert names >= {
        "ReadTimeoutError",
        "ConnectionClosedError",
        "ConnectTimeoutError",
        "EndpointConnectionError",
        "HTTPClientError",
        "ProxyConnectionError",
        "ResponseStreamingError",
        "SSLError",
    }


def test_a_tenant_whose_credentials_cannot_be_had_now_comes_back_later(line):
    line.services = frozenset({"sts"})
    line.error = lambda: vendor.ReadTimeoutError(endpoint_url="x")
    item = Tables(tenant_role_arn=TENANT_ROLE_ARN).model(Item, "table", creator_id=ID)
    with pytest.raises(TransientError), translated():
        item.get(ID, "x")
    assert set(line.calls) == {"sts.AssumeRole"}


@pytest.mark.parametrize(("adapter", "name"), CASES)
def test_a_broken_line_is_transient(adapter, name, line, tmp_path):
    call = made_call(made_adapter(adapter, tmp_path), name, tmp_path)
    wrong = {}
    for error in ERRORS:
        line.error = lambda error=error: error(error="broken", endpoint_url="x", proxy_url="x")
        outcome = outcome_of(call)
        if not is_come_back_later(outcome):
            wrong[error.__name__] = repr(outcome)
    if f"{adapter.__name__}.{name}" in WITHOUT_LINE:
        assert line.calls == []
    else:
        assert line.calls
        assert wrong == {}
