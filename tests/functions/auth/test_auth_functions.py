"""The three functions of auth as they are deployed, on moto: register to logout, tickets to sockets."""

import json
from http.cookies import SimpleCookie

import jwt
import pytest

from autosocial.runtime.authorizer import http_authorizer, socket_authorizer
from autosocial.wiring.http import http_function
from functions.auth.api import handler as api_module
from functions.auth.api.settings import AuthApiSettings
from functions.auth.authorizer import handler as authorizer_module
from functions.auth.authorizer.settings import AuthorizerSettings
from functions.auth.socket_authorizer import handler as socket_authorizer_module
from functions.auth.socket_authorizer.settings import SocketAuthorizerSettings
from tests.fakes.clock import hold_time
from tests.fakes.cloud import TENANT_ROLE_ARN, create_signing_key, create_table, moto_cloud
from tests.fakes.events import LambdaContext, as_creator, as_visitor, call, event

ANA = {"email": "ana@example.com", "name": "Ana", "password": "tres tristes tigres", "language": "es"}
APP = "https://app.example"


class Deployment:
    """The functions with their environment, each made anew."""

    def __init__(self):
        self.api = http_function(AuthApiSettings, api_module.build)
        self.authorizer = http_authorizer(AuthorizerSettings, authorizer_module.build)
        self.socket_authorizer = socket_authorizer(SocketAuthorizerSettings, socket_authorizer_module.build)

    def post(self, name, body=None, **more):
        return call(self.api, "POST", f"/api/v1/auth/{name}", body=body, **more)

    def authorize(self, token, origin=APP):
        request = event("http_authorizer_v2")
        request["headers"].update({"authorization": f"Bearer {token}", "origin": origin})
        return self.authorizer(request, LambdaContext())

    def connect(self, ticket, origin=APP):
        request = event("socket_authorizer")
        request["headers"]["Origin"] = origin
        request["queryStringParameters"] = {"ticket": ticket}
        answer = self.socket_authorizer(request, LambdaContext())
        return answer["policyDocument"]["Statement"][0]["Effect"], answer["context"]


@pytest.fixture
def deployed(monkeypatch):
    with moto_cloud(monkeypatch):
        for name, value in {
            "AUTH_TABLE": create_table("auth"),
            "CREATORS_TABLE": create_table("creators"),
            "TENANT_ROLE_ARN": TENANT_ROLE_ARN,
            "SIGNING_KEY_IDS": create_signing_key(),
            "TOKEN_ISSUER": APP,
            "SOCKET_URL": "wss://socket.example/live",
        }.items():
            monkeypatch.setenv(name, value)
        yield Deployment()


def _cookie(answer):
    (header,) = answer.cookies
    (morsel,) = SimpleCookie(header).values()
    return morsel


def _sent(answer) -> list[str]:
    morsel = _cookie(answer)
    return [f"{morsel.key}={morsel.value}"]


def test_who_registers_gets_a_token_that_the_authorizer_knows(deployed):
    answer = deployed.post("register", ANA)
    assert answer.status == 201
    assert answer.body["token_type"] == "Bearer" and answer.body["expires_in"] == 900
    account = answer.body["account"]
    assert (account["email"], account["name"]) == ("ana@example.com", "Ana")
    verdict = deployed.authorize(answer.body["access_token"])
    assert verdict["isAuthorized"] is True
    assert verdict["context"]["creator_id"] == verdict["context"]["subject"] == account["account_id"]
    profile = call(deployed.api, "GET", "/api/v1/auth/profile", caller=verdict["context"])
    assert (profile.status, profile.body) == (200, account)


def test_the_refresh_token_travels_in_a_guarded_cookie_only(deployed, monkeypatch):
    hold_time(monkeypatch)
    answer = deployed.post("register", ANA)
    morsel = _cookie(answer)
    assert morsel["httponly"] and morsel["secure"] and morsel["samesite"].lower() == "strict"
    assert morsel["path"] == "/api/v1/auth" and int(morsel["max-age"]) == 14 * 86_400
    assert not morsel["domain"]
    assert morsel.value not in json.dumps(answer.body) and "refresh" not in json.dumps(answer.body)


def test_the_cookie_is_good_for_one_refresh_and_a_logout_ends_all(deployed):
    first = deployed.post("login", _registered(deployed))
    second = deployed.post("refresh-token", cookies=_sent(first))
    assert second.status == 200 and _cookie(second).value != _cookie(first).value
    token = second.body["access_token"]
    logout = deployed.post("logout", cookies=_sent(second), headers={"authorization": f"Bearer {token}"})
    assert logout.status == 204 and int(_cookie(logout)["max-age"]) == 0
    assert _cookie(logout)["path"] == "/api/v1/auth"
    refused = deployed.post("refresh-token", cookies=_sent(second))
    assert (refused.status, refused.body["code"]) == (401, "session_ended")
    assert refused.headers["content-type"] == "application/problem+json"
    for access_token in (token, first.body["access_token"]):
        assert deployed.authorize(access_token)["context"] == {"refused": "token_revoked"}


def test_a_logout_with_the_access_token_alone_ends_the_refresh_token_too(deployed):
    signed_in = deployed.post("login", _registered(deployed))
    bearer = {"authorization": f"Bearer {signed_in.body['access_token']}"}
    assert deployed.post("logout", headers=bearer).status == 204
    assert deployed.post("refresh-token", cookies=_sent(signed_in)).status == 401


def test_a_ticket_fetched_before_a_logout_with_the_cookie_alone_opens_nothing(deployed):
    signed_in = deployed.post("login", _registered(deployed))
    caller = deployed.authorize(signed_in.body["access_token"])["context"]
    ticket = deployed.post("socket-tickets", caller=caller, headers={"origin": APP}).body["ticket"]
    assert deployed.post("logout", cookies=_sent(signed_in)).status == 204
    assert deployed.connect(ticket) == ("Deny", {"refused": "ticket_invalid"})


def test_parallel_refreshes_are_all_answered_with_the_same_cookie(deployed):
    signed_in = deployed.post("login", _registered(deployed))
    answers = [deployed.post("refresh-token", cookies=_sent(signed_in)) for _ in range(20)]
    assert {answer.status for answer in answers} == {200}
    assert len({_cookie(answer).value for answer in answers}) == 1


def _registered(deployed) -> dict[str, str]:
    assert deployed.post("register", ANA).status == 201
    return {"email": "ANA@example.com", "password": ANA["password"]}


@pytest.mark.parametrize("cookies", [None, ["autosocial_refresh="], ["autosocial_refresh=x.y"], ["other=1"]])
def test_without_a_good_cookie_there_is_no_refresh_and_logout_is_no_error(deployed, cookies):
    assert deployed.post("refresh-token", cookies=cookies).status == 401
    assert (
        deployed.post("logout", cookies=cookies, headers={"authorization": "Bearer nonsense"}).status == 204
    )
    assert deployed.post("logout", cookies=cookies, headers={"authorization": "Basic x"}).status == 204


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"email": "nonsense"}, "invalid_email"),
        ({"password": "xK9#mQ2"}, "password_too_short"),
        ({"password": "password123"}, "password_too_weak"),
        ({"name": "   "}, "invalid_name"),
        ({"language": "fr"}, "invalid_input"),
        ({"role": "admin"}, "invalid_input"),
    ],
)
def test_a_bad_registration_says_what_is_wrong_and_shows_no_password(deployed, changes, code):
    answer = deployed.post("register", {**ANA, **changes})
    assert (answer.status, answer.body["code"]) == (422, code)
    assert changes.get("password", ANA["password"]) not in json.dumps(answer.body)


def test_a_taken_address_and_wrong_credentials_have_their_codes(deployed):
    _registered(deployed)
    taken = deployed.post("register", ANA)
    assert (taken.status, taken.body["code"]) == (409, "email_taken")
    for body in ({**ANA, "password": "wrong wrong wrong"}, {**ANA, "email": "bob@example.com"}):
        refused = deployed.post("login", {"email": body["email"], "password": body["password"]})
        assert (refused.status, refused.body["code"]) == (401, "wrong_credentials")


def test_too_many_tries_are_told_when_to_come_back(deployed, monkeypatch):
    hold_time(monkeypatch)
    login = {**_registered(deployed), "password": "wrong wrong wrong"}
    statuses = [deployed.post("login", login).status for _ in range(11)]
    assert statuses == [401] * 10 + [429]
    answer = deployed.post("login", login)
    assert 1 <= int(answer.headers["retry-after"]) <= 60


def test_the_key_set_verifies_what_the_function_signs(deployed):
    answer = deployed.post("register", ANA)
    keys = call(deployed.api, "GET", "/.well-known/jwks.json")
    assert keys.status == 200 and "max-age" in keys.headers["cache-control"]
    token = answer.body["access_token"]
    (jwk,) = [key for key in keys.body["keys"] if key["kid"] == jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(
        token, jwt.PyJWK(jwk), algorithms=["ES256"], audience="autosocial:creators", issuer=APP
    )
    assert claims["creator_id"] == answer.body["account"]["account_id"]


@pytest.mark.parametrize("path", ["/health", "/api/v1/health"])
def test_the_function_says_that_it_answers(deployed, path):
    answer = call(deployed.api, "GET", path)
    assert (answer.status, answer.body) == (200, {"status": "ok"})


def test_a_creators_ticket_opens_one_socket_from_the_same_origin(deployed, monkeypatch):
    hold_time(monkeypatch)
    account = deployed.post("register", ANA).body["account"]["account_id"]
    answer = deployed.post("socket-tickets", caller=as_creator(account), headers={"origin": APP})
    assert answer.status == 201
    assert (answer.body["url"], answer.body["expires_in"]) == ("wss://socket.example/live", 60)
    effect, context = deployed.connect(answer.body["ticket"])
    assert effect == "Allow" and context["creator_id"] == account and context["role"] == "creator"
    assert deployed.connect(answer.body["ticket"]) == ("Deny", {"refused": "ticket_invalid"})


def test_a_visitors_ticket_is_for_the_visitors_own_site(deployed, monkeypatch):
    hold_time(monkeypatch)
    site = "https://site.example"
    visitor = as_visitor("01TEST000000000000000000AA", "visitor-1", origin=site)
    foreign = deployed.post("socket-tickets", caller=visitor, headers={"origin": "https://evil.example"})
    assert (foreign.status, foreign.body["code"]) == (403, "wrong_origin")
    ticket = deployed.post("socket-tickets", caller=visitor, headers={"origin": site}).body["ticket"]
    assert deployed.connect(ticket, "https://evil.example")[0] == "Deny"
    ticket = deployed.post("socket-tickets", caller=visitor, headers={"origin": site}).body["ticket"]
    effect, context = deployed.connect(ticket, site)
    assert effect == "Allow" and context["subject"] == "visitor-1"


def test_who_opens_sockets_without_end_is_told_when_to_come_back(deployed, monkeypatch):
    hold_time(monkeypatch)
    visitor = as_visitor("01TEST000000000000000000AA", "visitor-1", origin=APP)
    answers = [deployed.post("socket-tickets", caller=visitor, headers={"origin": APP}) for _ in range(6)]
    assert [answer.status for answer in answers] == [201] * 5 + [429]
    assert answers[-1].body["code"] == "rate_limited"
    assert answers[-1].headers["retry-after"] == str(answers[-1].body["retry_after"]) == "12"


def test_a_ticket_needs_a_caller(deployed):
    assert deployed.post("socket-tickets").status == 401
    assert (
        deployed.post("socket-tickets", caller={"refused": "token_expired"}).body["code"] == "token_expired"
    )


def test_a_visitor_has_no_account_to_show(deployed):
    visitor = as_visitor("01TEST000000000000000000AA", "visitor-1", origin="x")
    assert call(deployed.api, "GET", "/api/v1/auth/profile", caller=visitor).status == 403
