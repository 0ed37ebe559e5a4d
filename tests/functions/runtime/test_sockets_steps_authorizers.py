"""The other wrappers: socket, step and authorizers."""

import pytest
from msgspec import Struct

from autosocial.kernel import budget
from autosocial.kernel.errors import (
    ConflictError,
    ForbiddenError,
    PermanentError,
    TransientError,
    UnauthenticatedError,
)
from autosocial.kernel.tenancy import Caller, Role
from autosocial.runtime.authorizer import Credentials, http_authorizer, socket_authorizer
from autosocial.runtime.settings import Settings
from autosocial.runtime.socket import SocketEvent, socket_function
from autosocial.runtime.step import step_function
from tests.fakes.events import LambdaContext, event

CREATOR = "01TEST000000000000000000AA"
CALLER = Caller(CREATOR, "visitor-1", Role.VISITOR, "jti-1", "session-1", "https://site.example")
CONTEXT = {
    "creator_id": CREATOR,
    "subject": "visitor-1",
    "role": "visitor",
    "token_id": "jti-1",
    "session_id": "session-1",
    "origin": "https://site.example",
}


def _raising(error):
    def part(_):
        raise error

    return part


# --- socket --------------------------------------------------------------------------------------


def test_a_socket_event_comes_with_the_connections_verified_caller():
    seen: list[SocketEvent] = []
    handler = socket_function(Settings, lambda _: seen.append)
    assert handler(event("socket_message"), LambdaContext()) == {"statusCode": 200}
    assert seen == [SocketEvent("MESSAGE", "Fz4xEdSOIAMCJYQ=", CALLER, '{"type": "ping"}', "Fz4xEXAMPLE=")]


@pytest.mark.parametrize(
    ("error", "status"), [(ConflictError("x"), 409), (TransientError("x"), 503), (ValueError("secret"), 500)]
)
def test_what_a_socket_part_raises_becomes_a_status_and_nothing_else(error, status):
    handler = socket_function(Settings, lambda _: _raising(error))
    assert handler(event("socket_message"), LambdaContext()) == {"statusCode": status}


@pytest.mark.parametrize("authorizer", [None, {}, {"subject": "visitor-1", "role": "visitor"}])
def test_a_socket_event_without_a_verified_caller_is_refused(authorizer):
    message = event("socket_message")
    message["requestContext"]["authorizer"] = authorizer
    handler = socket_function(Settings, lambda _: _raising(AssertionError("must not be reached")))
    assert handler(message, LambdaContext()) == {"statusCode": 401}


# --- step ----------------------------------------------------------------------------------------


class StepInput(Struct):
    document_id: str
    size: int


class StepOutput(Struct):
    outcome: str
    pages: int


def test_a_step_turns_typed_input_into_a_typed_outcome():
    handler = step_function(
        Settings, lambda _: lambda given: StepOutput(outcome="ok", pages=given.size), input_type=StepInput
    )
    answer = handler({"document_id": "d", "size": 3, "more": "ignored"}, LambdaContext())
    assert answer == {"outcome": "ok", "pages": 3}


def test_a_step_with_the_wrong_input_says_so_without_quoting_it():
    handler = step_function(Settings, lambda _: _raising(AssertionError()), input_type=StepInput)
    with pytest.raises(PermanentError) as fault:
        handler({"document_id": "d", "size": "secret"}, LambdaContext())
    assert fault.value.code == "step_input_invalid" and "secret" not in str(fault.value)
    assert fault.value.__cause__ is None


def test_an_error_of_a_step_keeps_its_class_for_the_state_machine():
    handler = step_function(Settings, lambda _: _raising(TransientError("x")), input_type=StepInput)
    with pytest.raises(TransientError):
        handler({"document_id": "d", "size": 1}, LambdaContext())


# --- authorizers ---------------------------------------------------------------------------------


def _http(verify, authorization="Bearer token-1", origin="https://site.example"):
    request = event("http_authorizer_v2")
    request["headers"]["authorization"] = authorization
    request["headers"]["Origin"] = origin
    return http_authorizer(Settings, lambda _: verify)(request, LambdaContext())


@pytest.mark.parametrize(
    ("authorization", "secret"),
    [
        ("Bearer token-1", "token-1"),
        ("bearer token-1", "token-1"),
        ("Basic token-1", ""),
        ("token-1", ""),
        ("", ""),
    ],
)
def test_the_bearer_token_is_verified_with_the_origin(authorization, secret):
    shown = []

    def verify(credentials):
        shown.append(credentials)
        return CALLER

    assert _http(verify, authorization) == {"isAuthorized": True, "context": CONTEXT}
    assert shown == [Credentials(secret, "https://site.example")]


def test_who_is_not_signed_in_is_let_through_as_nobody_with_the_reason():
    refusal = UnauthenticatedError("x", code="token_expired")
    assert _http(_raising(refusal)) == {"isAuthorized": True, "context": {"refused": "token_expired"}}


def test_who_may_not_is_denied():
    answer = _http(_raising(ForbiddenError("x", code="wrong_origin")))
    assert answer == {"isAuthorized": False, "context": {"refused": "wrong_origin"}}


def test_who_cannot_be_checked_now_is_let_through_as_nobody_with_the_time_to_come_back():
    answer = _http(_raising(TransientError("x", retry_after=7)))
    assert answer == {
        "isAuthorized": True,
        "context": {"refused": "temporarily_unavailable", "retry_after": "7"},
    }


def test_a_fault_of_ours_opens_no_door():
    with pytest.raises(PermanentError):
        _http(_raising(PermanentError("x")))


def test_a_socket_whose_ticket_cannot_be_checked_now_is_refused_as_it_connects():
    request = event("socket_authorizer")
    answer = socket_authorizer(Settings, lambda _: _raising(TransientError("x")))(request, LambdaContext())
    assert answer["policyDocument"]["Statement"][0]["Effect"] == "Allow"
    connect = event("socket_message")
    connect["requestContext"]["eventType"] = "CONNECT"
    connect["requestContext"]["authorizer"] = answer["context"]
    handler = socket_function(Settings, lambda _: _raising(AssertionError("must not be reached")))
    assert handler(connect, LambdaContext()) == {"statusCode": 503}


# --- time ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("left", "granted"), [(15, 8), (6, 5), (300, 8)])
def test_an_authorizer_ends_before_the_gateway_and_lambda_lose_patience(left, granted):
    seen = []

    def verify(_):
        seen.append(budget.remaining())
        return CALLER

    request = event("http_authorizer_v2")
    http_authorizer(Settings, lambda _: verify)(request, LambdaContext(seconds=left))
    assert seen == [pytest.approx(granted, abs=0.5)]


@pytest.mark.parametrize(("left", "granted"), [(15, 10), (6, 5)])
def test_a_socket_event_ends_before_a_person_and_lambda_lose_patience(left, granted):
    seen = []
    handler = socket_function(Settings, lambda _: lambda _: seen.append(budget.remaining()))
    handler(event("socket_message"), LambdaContext(seconds=left))
    assert seen == [pytest.approx(granted, abs=0.5)]


def test_a_step_ends_before_lambda_ends_it():
    seen = []

    def part(_):
        seen.append(budget.remaining())
        return StepOutput("ok", 1)

    step_function(Settings, lambda _: part, input_type=StepInput)(
        {"document_id": "d", "size": 1}, LambdaContext(seconds=120)
    )
    assert seen == [pytest.approx(119, abs=0.5)]


def test_a_foreign_error_leaves_a_function_without_its_text():
    step = step_function(Settings, lambda _: _raising(ValueError("secret")), input_type=StepInput)
    for call in (
        lambda: _http(_raising(ValueError("secret"))),
        lambda: step({"document_id": "d", "size": 1}, LambdaContext()),
    ):
        with pytest.raises(PermanentError) as fault:
            call()
        assert "secret" not in str(fault.value)
        assert fault.value.__cause__ is None and fault.value.__suppress_context__


def test_a_ticket_opens_the_socket_for_its_caller():
    shown = []

    def verify(credentials):
        shown.append(credentials)
        return CALLER

    request = event("socket_authorizer")
    answer = socket_authorizer(Settings, lambda _: verify)(request, LambdaContext())
    assert shown == [Credentials("x", "https://site.example")]
    (statement,) = answer["policyDocument"]["Statement"]
    assert (statement["Effect"], statement["Resource"]) == ("Allow", request["methodArn"])
    assert answer["principalId"] == "visitor-1" and answer["context"] == CONTEXT


@pytest.mark.parametrize("error", [UnauthenticatedError("x"), ForbiddenError("x")])
@pytest.mark.parametrize("query", [None, {}, {"ticket": "bad"}])
def test_without_a_good_ticket_the_socket_stays_shut(error, query):
    request = event("socket_authorizer")
    request["queryStringParameters"] = query
    answer = socket_authorizer(Settings, lambda _: _raising(error))(request, LambdaContext())
    (statement,) = answer["policyDocument"]["Statement"]
    assert statement["Effect"] == "Deny" and "creator_id" not in answer["context"]
