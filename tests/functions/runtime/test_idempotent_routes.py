"""``Idempotency-Key``: done once, answered alike, and never for somebody else."""

import pytest
from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from autosocial.kernel.errors import ConflictError
from autosocial.runtime.http import build_app, http_function
from autosocial.runtime.idempotency import Idempotent
from autosocial.runtime.settings import Settings
from tests.fakes.clock import FakeClock
from tests.fakes.events import as_creator, as_visitor, call
from tests.fakes.idempotency import InMemoryAnswers

ANA, BOB = "01TEST000000000000000000AA", "01TEST000000000000000000BB"
PATH = "/api/v1/things"


class ThingBody(BaseModel):
    name: str


class House:
    """One function with a route that counts what it makes."""

    def __init__(self):
        self.made: list[str] = []
        self.clock = FakeClock()
        self.answers = InMemoryAnswers(self.clock)
        self.handler = http_function(Settings, self._build)

    def _build(self, _):
        router = APIRouter(prefix="/api/v1", route_class=Idempotent)

        @router.post("/things", status_code=201)
        def make(body: ThingBody):
            if body.name == "taken":
                self.made.append("refused")
                raise ConflictError("Taken.")
            if body.name == "broken":
                self.made.append("failed")
                raise ValueError("secret")
            if body.name == "away":
                self.made.append("away")
                return JSONResponse({}, status_code=503)
            self.made.append(body.name)
            return {"number": len(self.made), "name": body.name}

        @router.get("/things")
        def read() -> int:
            return len(self.made)

        return build_app("sample", [router], answers=self.answers)

    def post(self, name="x", key="key-1", caller=None, path=PATH):
        headers = {"idempotency-key": key} if key is not None else {}
        identity = as_creator(ANA) if caller is None else caller
        return call(self.handler, "POST", path, body={"name": name}, headers=headers, caller=identity)


@pytest.fixture
def house():
    return House()


def test_the_same_request_is_done_once_and_answered_alike(house):
    first, second = house.post(), house.post()
    assert first.status == second.status == 201
    assert first.body == second.body == {"number": 1, "name": "x"}
    assert "idempotent-replayed" not in first.headers and second.headers["idempotent-replayed"] == "true"
    assert second.headers["content-type"] == "application/json"
    assert house.made == ["x"]


def test_without_a_key_every_request_is_done(house):
    assert [house.post(key=None).body["number"] for _ in range(2)] == [1, 2]


def test_another_key_is_another_request(house):
    house.post(key="key-1")
    assert house.post(key="key-2").body["number"] == 2


def test_the_same_key_with_another_body_is_refused(house):
    house.post("x")
    answer = house.post("y")
    assert (answer.status, answer.body["code"]) == (422, "idempotency_key_reused")
    assert house.made == ["x"]


def test_a_key_of_one_caller_means_nothing_for_another(house):
    house.post(caller=as_creator(ANA))
    assert house.post(caller=as_creator(BOB)).body["number"] == 2
    assert house.post(caller=as_visitor(ANA, "v", origin="o")).body["number"] == 3


def test_nobody_is_answered_from_the_store_without_being_known(house):
    assert [house.post(caller={}).body["number"] for _ in range(2)] == [1, 2]
    assert not house.answers.kept


def test_while_the_first_is_worked_on_the_second_is_told_so(house):
    house.post()
    (key,) = house.answers.kept
    fingerprint, _ = house.answers.kept[key]
    house.answers.kept[key] = (fingerprint, None)
    answer = house.post()
    assert (answer.status, answer.body["code"]) == (409, "request_in_progress")


@pytest.mark.parametrize(("name", "status"), [("taken", 409), ("broken", 500), ("away", 503)])
def test_a_request_that_failed_may_be_tried_again_with_its_key(house, name, status):
    assert [house.post(name).status for _ in range(2)] == [status, status]
    assert len(house.made) == 2 and not house.answers.kept


def test_an_invalid_body_leaves_the_key_free(house):
    answer = call(
        house.handler,
        "POST",
        PATH,
        body={},
        headers={"idempotency-key": "key-1"},
        caller=as_creator(ANA),
    )
    assert answer.status == 422
    assert house.post().status == 201


def test_after_a_day_the_key_is_free(house):
    house.post()
    house.clock.pass_(hours=25)
    assert house.post().body["number"] == 2


@pytest.mark.parametrize("key", ["", "x" * 129, "tab\there"])
def test_keys_that_are_no_keys_are_refused(house, key):
    answer = house.post(key=key)
    assert (answer.status, answer.body["code"]) == (422, "invalid_idempotency_key")


def test_reading_needs_no_key(house):
    for _ in range(2):
        answer = call(house.handler, "GET", PATH, headers={"idempotency-key": "k"}, caller=as_creator(ANA))
        assert answer.status == 200
    assert not house.answers.kept
