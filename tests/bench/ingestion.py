"""Documents of three sizes, from the upload to `ready`."""

import time
import uuid
from pathlib import Path
from typing import Any

import httpx

from infra.local.stack import Addresses
from tests.bench.report import Report

SOURCE = Path(__file__).parents[1] / "data/demo/source/guia.md"
SIZES = {"10 kB": 10_000, "100 kB": 100_000, "1 MB": 1_000_000}
AIMS = {"100 kB": "<= 15 s"}
PATIENCE_SECONDS = 600


def measure(report: Report, addresses: Addresses) -> None:
    """Upload one document of each size, one after the other."""
    with httpx.Client(base_url=addresses.edge_url, timeout=60) as http:
        register(http)
        upload(http, "warm-up.md", text_of_size(2_000))
        for name, size in SIZES.items():
            seconds, passages = upload(http, f"{name}.md", text_of_size(size))
            figure = f"{seconds:.1f} s, {passages} passages, {passages / seconds:.1f}/s"
            report.add(f"{name} of Markdown to ready", figure, AIMS.get(name, ""))


def text_of_size(size: int) -> str:
    """Return Markdown of about ``size`` bytes, no two passages alike."""
    paragraphs = [part for part in SOURCE.read_text().split("\n\n") if len(part) > 200]
    parts: list[str] = []
    total = 0
    while total < size:
        # A number in each, so that no two passages are the same text.
        part = f"## Nota {len(parts) + 1}\n\n{paragraphs[len(parts) % len(paragraphs)]}"
        parts.append(part)
        total += len(part.encode()) + 2
    return "\n\n".join(parts)


def register(http: httpx.Client) -> str:
    """Open an account, sign the client in and return the creator's id."""
    account = {
        "email": f"{uuid.uuid4().hex}@example.com",
        "name": "Bench",
        "password": "quiet river under stars",
    }
    session = http.post("/api/v1/auth/register", json=account).raise_for_status().json()
    http.headers["Authorization"] = f"Bearer {session['access_token']}"
    return str(session["account"]["account_id"])


def upload(http: httpx.Client, name: str, text: str) -> tuple[float, int]:
    """Upload a document; return the seconds until it is ready and the number of its passages."""
    body = text.encode()
    started = time.perf_counter()
    announced = {"name": name, "size": len(body), "content_type": "text/markdown"}
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    ticket = http.post("/api/v1/creators/knowledge-base/upload", json=announced, headers=headers)
    form = ticket.raise_for_status().json()
    upload = form["upload"]
    httpx.post(
        upload["url"], data=upload["fields"], files={"file": (name, body)}, timeout=60
    ).raise_for_status()
    document = _wait(http, form["document"]["document_id"], started + PATIENCE_SECONDS)
    return time.perf_counter() - started, int(document["passages"])


def _wait(http: httpx.Client, document_id: str, deadline: float) -> dict[str, Any]:
    while time.perf_counter() < deadline:
        answer = http.get(f"/api/v1/creators/knowledge-base/documents/{document_id}").raise_for_status()
        document: dict[str, Any] = answer.json()
        if document["state"] == "ready":
            return document
        if document["state"] in {"refused", "failed"}:
            raise RuntimeError(f"The document was not accepted: {document['message']}")
        time.sleep(0.25)
    raise TimeoutError("The document is not ready.")
