"""Settings from the environment, and errors as problem documents."""

import json

import pytest

from autosocial.kernel import errors
from autosocial.runtime.function import Parts
from autosocial.runtime.http_manners import Problem
from autosocial.runtime.problems import problem, status_of
from autosocial.runtime.settings import Settings, SettingsError


class SampleSettings(Settings):
    documents_table: str
    max_things: int = 3
    is_strict: bool = True


def test_settings_come_from_variables_of_their_name():
    settings = SampleSettings.from_environment(
        {"DOCUMENTS_TABLE": "docs", "MAX_THINGS": "7", "IS_STRICT": "false", "OTHER": "x"}
    )
    assert settings.documents_table == "docs" and settings.max_things == 7 and not settings.is_strict
    assert settings.log_level == "INFO"


def test_all_wrong_settings_are_named_and_no_value_is_shown():
    with pytest.raises(SettingsError) as fault:
        SampleSettings.from_environment({"MAX_THINGS": "secret"})
    assert "DOCUMENTS_TABLE" in fault.value.detail and "MAX_THINGS" in fault.value.detail
    assert "secret" not in fault.value.detail


def test_the_processs_own_environment_is_the_default(monkeypatch):
    monkeypatch.setenv("DOCUMENTS_TABLE", "docs")
    assert SampleSettings.from_environment().documents_table == "docs"


def test_mixed_settings_have_the_fields_of_all():
    class OtherSettings(Settings):
        other_table: str

    class BothSettings(SampleSettings, OtherSettings):
        own: float = 1.5

    settings = BothSettings.from_environment({"DOCUMENTS_TABLE": "d", "OTHER_TABLE": "o", "OWN": "2.5"})
    assert (settings.documents_table, settings.other_table, settings.own) == ("d", "o", 2.5)
    needed = {name for name, is_needed in BothSettings.variables().items() if is_needed}
    assert needed == {"DOCUMENTS_TABLE", "OTHER_TABLE"}


def test_a_function_is_built_while_lambda_starts_it_and_else_at_its_first_use(monkeypatch):
    built: list[SampleSettings] = []
    monkeypatch.setenv("DOCUMENTS_TABLE", "docs")
    parts = Parts(SampleSettings, built.append)
    assert built == []
    parts.get()
    assert len(built) == 1
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
    started = Parts(SampleSettings, built.append)
    assert len(built) == 2
    started.get()
    assert len(built) == 2


STATUSES = {
    errors.InvalidError: 422,
    errors.UnauthenticatedError: 401,
    errors.ForbiddenError: 403,
    errors.NotFoundError: 404,
    errors.ConflictError: 409,
    errors.TooLargeError: 413,
    errors.QuotaExceededError: 402,
    errors.TransientError: 503,
}


@pytest.mark.parametrize(("kind", "status"), STATUSES.items())
def test_every_error_of_ours_has_its_status_and_shows_its_sentence(kind, status):
    document = problem(kind("A sentence."), request_id="req-1", instance="/x")
    assert document["status"] == status == status_of(kind("x"))
    assert document["detail"] == "A sentence." and document["code"] == kind.code
    assert document["type"] == f"https://autosocial.dev/problems/{kind.code.replace('_', '-')}"
    assert (document["request_id"], document["instance"]) == ("req-1", "/x")
    Problem.model_validate(document)


def test_every_domain_error_has_a_status_of_its_own_kind():
    kinds = [kind for kind in errors.DomainError.__subclasses__() if kind.__module__ == errors.__name__]
    assert len(kinds) >= 8
    for kind in kinds:
        made = kind("x", retry_after=1) if kind is errors.RateLimitedError else kind("x")
        assert 400 <= status_of(made) < 500, kind


def test_a_rate_limit_tells_when_to_come_back():
    document = problem(errors.RateLimitedError("Slow.", retry_after=9), request_id="r")
    assert document["status"] == 429 and document["retry_after"] == 9


@pytest.mark.parametrize("error", [ValueError("secret"), KeyError("secret"), errors.PermanentError("secret")])
def test_what_is_not_the_callers_business_shows_nothing(error):
    document = problem(error, request_id="r")
    assert document["status"] == 500 and document["code"] == "internal_error"
    assert "secret" not in json.dumps(document)
