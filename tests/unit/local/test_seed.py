import json

import httpx
import pytest

from infra.local import seed
from infra.local.console import Console, LocalStackError
from infra.local.seed import DemoApi, seed_demo

PAGE = "http://127.0.0.1:8081"


class Backend(httpx.BaseTransport):
    """The part of the API that the seed uses, with one account and its documents in memory."""

    def __init__(self):
        self.account, self.documents, self.origins = None, {}, ["https://mine.test"]
        self.calls, self.outcome = [], "ready"

    def handle_request(self, request):
        path = request.url.path.removeprefix("/api/v1")
        self.calls.append(f"{request.method} {path}")
        request.read()
        if request.url.host == "store.test":
            return self.store(request)
        body = json.loads(request.content or b"null")
        action = {
            "POST /auth/register": self.register,
            "POST /auth/login": self.login,
            "GET /creators/widget/config": lambda _: (200, {"allowed_origins": self.origins}),
            "PUT /creators/widget/config": self.configure,
            "GET /creators/widget/embed-code": lambda _: (200, {"html": "<script></script>"}),
            "GET /creators/knowledge-base/documents": lambda _: (
                200,
                {"items": list(self.documents.values())},
            ),
            "POST /creators/knowledge-base/upload": self.announce,
        }.get(f"{request.method} {path}", lambda _: self.change(request.method, path))
        status, answer = action(body)
        return httpx.Response(status, json=answer)

    def register(self, body):
        if self.account:
            return 409, {"code": "email_taken"}
        self.account = (body["email"], body["password"])
        return 201, {}

    def login(self, body):
        good = self.account == (body["email"], body["password"])
        return (200, {"access_token": "t"}) if good else (401, {"code": "unauthenticated"})

    def configure(self, body):
        self.origins = body["allowed_origins"]
        return 200, body

    def announce(self, body):
        document = {"document_id": str(len(self.calls)), "name": body["name"], "state": "awaiting_upload"}
        self.documents[body["name"]] = {**document, "progress_pct": 0, "retryable": False}
        return 201, {"upload": {"url": "http://store.test/bucket", "fields": {"key": body["name"]}}}

    def store(self, request):
        name = next(name for name in self.documents if name.encode() in request.content)
        self.documents[name].update(state=self.outcome, retryable=self.outcome == "failed")
        assert "authorization" not in request.headers, "the form alone authorizes"
        return httpx.Response(204)

    def change(self, method, path):
        document_id = path.split("/")[4]
        document = next(item for item in self.documents.values() if item["document_id"] == document_id)
        if method == "DELETE":
            del self.documents[document["name"]]
        else:
            document.update(state="ready", retryable=False)
        return 202, {}


@pytest.fixture
def backend(monkeypatch):
    monkeypatch.setattr(seed, "_READY_SECONDS", 5)
    return Backend()


def run(backend, state):
    api = DemoApi("http://127.0.0.1:8080", transport=backend)
    return seed_demo(api, PAGE, state=state, console=Console())


def test_the_first_time_makes_account_origin_embed_code_and_both_documents(backend, tmp_path):
    login, done = run(backend, tmp_path)

    assert backend.account == (login.email, login.password)
    assert backend.origins == ["https://mine.test", PAGE]
    assert {item["state"] for item in backend.documents.values()} == {"ready"}
    assert {name.rpartition(".")[2] for name in backend.documents} == {"pdf", "docx"}
    assert (tmp_path / "demo-embed.html").read_text() == "<script></script>"
    assert (tmp_path / "demo.json").stat().st_mode & 0o077 == 0
    assert done == "2 documents processed"


def test_the_next_time_only_signs_in_whatever_the_person_changed(backend, tmp_path):
    first, _ = run(backend, tmp_path)
    backend.documents.clear()
    backend.calls.clear()

    again, done = run(backend, tmp_path)

    assert (again, done) == (first, "there already")
    assert backend.calls == ["POST /auth/login"]


def test_a_document_that_failed_is_tried_again_not_doubled(backend, tmp_path):
    backend.outcome = "failed"
    with pytest.raises(LocalStackError, match="failed"):
        run(backend, tmp_path)
    backend.calls.clear()

    run(backend, tmp_path)

    assert len(backend.documents) == 2
    assert sum(call.endswith("/retry") for call in backend.calls) == 2
    assert "POST /auth/register" not in backend.calls


def test_an_upload_that_never_arrived_is_announced_anew(backend, tmp_path):
    run(backend, tmp_path)
    (tmp_path / "demo.json").write_text((tmp_path / "demo.json").read_text().replace("true", "false"))
    name = next(iter(backend.documents))
    backend.documents[name].update(state="awaiting_upload")
    before = backend.documents[name]["document_id"]

    run(backend, tmp_path)

    assert backend.documents[name]["state"] == "ready"
    assert backend.documents[name]["document_id"] != before


def test_an_account_whose_password_is_lost_says_what_to_do(backend, tmp_path):
    run(backend, tmp_path)
    (tmp_path / "demo.json").unlink()

    with pytest.raises(LocalStackError, match="make reset"):
        run(backend, tmp_path)


def test_state_that_the_emulator_lost_is_made_again(backend, tmp_path):
    run(backend, tmp_path)
    fresh = Backend()

    login, done = run(fresh, tmp_path)

    assert fresh.account == (login.email, login.password)
    assert done == "2 documents processed"
