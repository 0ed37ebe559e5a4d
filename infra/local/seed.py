"""The demo creator: registered, signed in and given documents through the public API, as a person would."""

import json
import os
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import httpx

from infra.local.config import REPO
from infra.local.console import Console, LocalStackError

_DOCUMENTS = REPO / "tests" / "data" / "demo"
_TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_WORDS = (
    "amber",
    "birch",
    "canyon",
    "cedar",
    "copper",
    "ember",
    "fjord",
    "garnet",
    "harbor",
    "indigo",
    "lagoon",
    "maple",
)
_SETTLED = frozenset({"ready", "refused", "failed"})
_READY_SECONDS = 120
_CALL_SECONDS = 30


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """How to sign in as the demo creator."""

    email: str
    password: str


class DemoApi:
    """The calls of the public API that the seed makes."""

    def __init__(self, origin: str, *, transport: httpx.BaseTransport | None = None) -> None:
        self._client = httpx.Client(base_url=f"{origin}/api/v1", timeout=_CALL_SECONDS, transport=transport)
        self._store = httpx.Client(timeout=_CALL_SECONDS, transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()
        self._store.close()

    def call(
        self, method: str, path: str, *, body: object = None, accept: Sequence[int] = ()
    ) -> httpx.Response:
        """Call the API; an answer that is neither good nor in ``accept`` is a failure."""
        headers = {"Idempotency-Key": secrets.token_hex(16)} if method == "POST" else {}
        try:
            answer = self._client.request(method, path, json=body, headers=headers)
        except httpx.HTTPError as error:
            raise _failure(f"{method} {path}", f"{type(error).__name__}: {error}") from error
        if not answer.is_success and answer.status_code not in accept:
            raise _failure(f"{method} {path}", f"{answer.status_code} {answer.text[:600]}")
        return answer

    def sign_in(self, login: DemoLogin) -> bool:
        """Sign in; False when the account is not there."""
        answer = self.call("POST", "/auth/login", body=asdict(login), accept=(401,))
        if answer.is_success:
            self._client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return answer.is_success

    def documents(self) -> dict[str, dict[str, Any]]:
        """Return the creator's documents by name."""
        page = self.call("GET", "/creators/knowledge-base/documents").json()
        return {item["name"]: item for item in page["items"]}

    def upload(self, file: Path) -> None:
        """Announce the file, then post it to the object store as a browser does."""
        content = file.read_bytes()
        announced = {"name": file.name, "size": len(content), "content_type": _TYPES[file.suffix]}
        form = self.call("POST", "/creators/knowledge-base/upload", body=announced).json()["upload"]
        sent = self._store.post(form["url"], data=form["fields"], files={"file": (file.name, content)})
        if not sent.is_success:
            raise _failure(f"upload of {file.name}", f"{sent.status_code} {sent.text[:600]}")


def seed_demo(api: DemoApi, demo_url: str, *, state: Path, console: Console) -> tuple[DemoLogin, str]:
    """Make the demo creator and its documents; what becomes of them afterwards is the person's choice."""
    note = SeedNote(state / "demo.json")
    login = note.login()
    if login is None or not api.sign_in(login):
        login = _register(api, note)
    elif note.is_complete():
        return login, "there already"
    _open_widget_to(api, demo_url)
    (state / "demo-embed.html").write_text(api.call("GET", "/creators/widget/embed-code").json()["html"])
    done = _give_documents(api, console)
    note.write(login, complete=True)
    return login, f"{len(done)} documents processed"


class SeedNote:
    """What is known of the demo creator: the login, and whether everything was given to it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @property
    def folder(self) -> Path:
        """The state folder."""
        return self._file.parent

    def login(self) -> DemoLogin | None:
        """Return the login of the last time, if there was one."""
        note = self._read()
        return DemoLogin(note["email"], note["password"]) if "email" in note else None

    def is_complete(self) -> bool:
        """Tell whether the documents were processed."""
        return bool(self._read().get("complete"))

    def write(self, login: DemoLogin, *, complete: bool) -> None:
        """Keep it, readable by its owner only."""
        descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as output:
            json.dump({**asdict(login), "complete": complete}, output)

    def _read(self) -> dict[str, Any]:
        return dict(json.loads(self._file.read_text())) if self._file.exists() else {}


def _register(api: DemoApi, note: SeedNote) -> DemoLogin:
    login = DemoLogin("maya@steadyground.example.com", _passphrase())
    body = {**asdict(login), "name": "Maya Rivers"}
    if api.call("POST", "/auth/register", body=body, accept=(409,)).status_code == 409:
        raise LocalStackError(
            f"The demo account {login.email} exists, but its password is not known any more.",
            f"Forget the data in {note.folder} ('make reset' with the same settings), or use --no-seed.",
        )
    note.write(login, complete=False)
    if not api.sign_in(login):
        raise _failure("POST /auth/login", "the account that was just made is refused")
    return login


def _open_widget_to(api: DemoApi, origin: str) -> None:
    """Allow the demo site's origin, keeping what the creator changed."""
    config = api.call("GET", "/creators/widget/config").json()
    if origin in config["allowed_origins"]:
        return
    config["allowed_origins"] = [*config["allowed_origins"], origin]
    api.call("PUT", "/creators/widget/config", body=config)


def _give_documents(api: DemoApi, console: Console) -> list[str]:
    """Bring every demo document to ``ready``: upload what is missing, try again what failed."""
    present = api.documents()
    unfinished = []
    for file in sorted(_DOCUMENTS.iterdir()):
        document = present.get(file.name, {})
        if file.suffix not in _TYPES or document.get("state") == "ready":
            continue
        unfinished.append(file.name)
        if document.get("retryable"):
            api.call("POST", f"/creators/knowledge-base/documents/{document['document_id']}/retry")
        elif document.get("state") in {None, "awaiting_upload", *_SETTLED}:
            if document:
                api.call("DELETE", f"/creators/knowledge-base/documents/{document['document_id']}")
            api.upload(file)
    if unfinished:
        _wait_until_settled(api.documents, unfinished, console)
    return unfinished


def _wait_until_settled(
    documents: Callable[[], dict[str, dict[str, Any]]], names: Sequence[str], console: Console
) -> None:
    shown: dict[str, str] = {}
    end = time.monotonic() + _READY_SECONDS
    while time.monotonic() < end:
        found = {name: item for name, item in documents().items() if name in names}
        for name, item in found.items():
            line = f"    {name}: {item['state']} {item['progress_pct']} %"
            if shown.get(name) != line:
                console.say(line)
                shown[name] = line
        if len(found) == len(names) and all(item["state"] in _SETTLED for item in found.values()):
            return _check_ready(found)
        time.sleep(0.3)
    raise _failure("the demo documents", f"not ready after {_READY_SECONDS} s: {list(shown.values())}")


def _check_ready(documents: dict[str, dict[str, Any]]) -> None:
    bad = {name: item for name, item in documents.items() if item["state"] != "ready"}
    if bad:
        raise _failure("the demo documents", json.dumps(bad, ensure_ascii=False)[:1000])


def _passphrase() -> str:
    return "-".join(secrets.choice(_WORDS) for _ in range(4)) + f"-{secrets.randbelow(90) + 10}"


def _failure(what: str, why: str) -> LocalStackError:
    return LocalStackError(
        f"Seeding failed at {what}: {why}",
        "Look into logs/functions.log of the state folder; --no-seed starts without the demo.",
    )
