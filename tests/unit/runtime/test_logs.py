"""Nothing private leaves through a log line."""

import dataclasses
import json
from datetime import UTC, datetime

import pytest
from pydantic import BaseModel

from autosocial.runtime.function import bind
from autosocial.runtime.logs import build_logger, redact
from autosocial.runtime.settings import trace_id

SECRET = "hunter2-ana@example.com"


class Frame(BaseModel):
    text: str


@dataclasses.dataclass
class Contact:
    phone: str


@pytest.fixture
def logged(capsys, request):
    def read(call) -> dict:
        # A logger writes to the standard output that it found when its name was first used.
        call(build_logger(f"test-{request.node.name}", "INFO"))
        (line,) = capsys.readouterr().out.strip().splitlines()
        return json.loads(line)

    return read


PRIVATE_KEYS = """text message_text email e_mail phone name password secret access_token ticket query
Authorization set-cookie headers comment passage quote X-Signature body content address credentials
document_name refreshToken""".split()  # noqa: SIM905 - easier to read than a list


@pytest.mark.parametrize("key", PRIVATE_KEYS)
def test_private_keys_are_redacted_at_any_depth(key):
    logged = json.dumps(redact({key: SECRET, "deep": [{"deeper": ({key: {"any": SECRET}},)}]}))
    assert SECRET not in logged and "[redacted]" in logged


@pytest.mark.parametrize(
    "value",
    [Frame(text=SECRET), Contact(phone=SECRET), SECRET.encode(), iter([SECRET]), ValueError(SECRET)],
    ids=["model", "dataclass", "bytes", "iterator", "exception"],
)
def test_objects_are_logged_as_their_class_only(logged, value):
    line = json.dumps(logged(lambda logger: logger.info("seen", thing=value, things={"x": [value]})))
    assert SECRET not in line and f"<{type(value).__name__}>" in line


def test_what_is_harmless_stays(logged):
    line = logged(
        lambda logger: logger.info(
            "seen", code="x", count=3, ok=True, ids=["a"], token_id="jti", error_name="E"
        )
    )
    assert line["code"] == "x" and line["count"] == 3 and line["ok"] is True
    assert line["ids"] == ["a"] and line["token_id"] == "jti" and line["error_name"] == "E"
    assert line["message"] == "seen" and line["service"].startswith("test-") and line["level"] == "INFO"


def test_times_of_log_lines_are_rfc_3339_in_utc(logged):
    moment = datetime.fromisoformat(logged(lambda logger: logger.info("seen"))["timestamp"])
    assert moment.utcoffset() == UTC.utcoffset(None)


def test_an_exceptions_class_and_place_are_logged_but_not_its_text(logged):
    def fail(logger):
        try:
            raise ValueError(SECRET)
        except ValueError:
            logger.exception("failed")

    line = logged(fail)
    assert SECRET not in json.dumps(line)
    assert line["exception_name"] == "ValueError"
    assert line["stack_trace"]["frames"][-1]["function"] == "fail"


def test_the_text_of_a_cause_is_not_logged_either(logged):
    def fail(logger):
        try:
            try:
                raise KeyError(SECRET)
            except KeyError as error:
                raise RuntimeError(SECRET + "2") from error
        except RuntimeError as error:
            logger.error("failed", exc_info=error)

    assert SECRET not in json.dumps(logged(fail))


def test_ids_of_one_invocation_do_not_stay_for_the_next(logged):
    def two(logger):
        bind(logger, None, {"request_id": "r-1", "creator_id": "c-1"})
        bind(logger, None, {"request_id": "r-2"})
        logger.info("seen")

    line = logged(two)
    assert line["request_id"] == line["correlation_id"] == "r-2"
    assert line["creator_id"] == ""


def test_the_trace_of_each_invocation_is_in_its_lines(capsys, monkeypatch):
    logger = build_logger("test-traces", "INFO")
    for root in ("1-5759e988-bd862e3fe1be46a994272793", "1-67891233-abcdef012345678912345678"):
        monkeypatch.setenv("_X_AMZN_TRACE_ID", f"Root={root};Parent=53995c3f42cd8ad8;Sampled=1")
        bind(logger, None, {"request_id": "r-1"})
        logger.info("seen")
        assert json.loads(capsys.readouterr().out)["trace_id"] == root
    monkeypatch.delenv("_X_AMZN_TRACE_ID")
    bind(logger, None, {"request_id": "r-1"})
    logger.info("seen")
    assert json.loads(capsys.readouterr().out)["trace_id"] == ""


@pytest.mark.parametrize("value", ["", "nonsense", "Root", ";;=", "Parent=1"])
def test_a_trace_header_without_a_root_has_no_id(value):
    assert trace_id({"_X_AMZN_TRACE_ID": value}) == ""
