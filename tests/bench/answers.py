"""Acknowledgement and first delta of messages, with the model's own time taken off."""

import json
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

from infra.local.config import LocalConfig
from infra.local.stack import Addresses
from tests.bench.report import Report
from tests.demo_stack import QUESTIONS

VISITORS = 3
# Between questions, so that no limit of a visitor is reached and no answer waits for another.
PAUSE_SECONDS = 1.2
FIRST_PIECE = re.compile(r"first piece after ([\d.]+) ms")


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds from sending to the acknowledgement, the first delta and the end."""

    ack: float
    first_delta: float
    completed: float


def measure(report: Report, addresses: Addresses, config: LocalConfig) -> None:
    """Ask one question after the other; the first round only warms the functions up."""
    log = config.logs / "model-server.log"
    creator_id = demo_creator(config)
    _ask_all(addresses, creator_id, log)
    timed = [pair for _ in range(VISITORS) for pair in _ask_all(addresses, creator_id, log)]
    report.add_times("message to acknowledgement", [timing.ack for timing, _ in timed], "p50 <= 50 ms")
    overhead = [timing.first_delta - model for timing, model in timed]
    report.add_times("message to first delta less the model's own", overhead, "p50 <= 150 ms")
    report.add_times("the model's own time to the first piece", [model for _, model in timed])
    report.add_times("message to completed answer", [timing.completed for timing, _ in timed])


def _ask_all(addresses: Addresses, creator_id: str, log: Path) -> list[tuple[Timing, float]]:
    results = []
    with _visitor(addresses, creator_id) as socket:
        for number, question in enumerate(QUESTIONS):
            timing = _ask(socket, question, client_id=f"bench-{number:04d}")
            results.append((timing, float(FIRST_PIECE.findall(log.read_text())[-1])))
            time.sleep(PAUSE_SECONDS)
    return results


def demo_creator(config: LocalConfig) -> str:
    """Return the id of the demo creator."""
    found = re.search(r'data-creator="([0-9A-Z]{26})"', (config.state / "demo-embed.html").read_text())
    assert found is not None
    return found[1]


def visitor_session(addresses: Addresses, creator_id: str) -> dict[str, str]:
    """Open the session of a new visitor."""
    return _post(addresses, "/api/v1/channels/sessions", json={"creator_id": creator_id})


def ticket_of(addresses: Addresses, session: dict[str, str]) -> dict[str, str]:
    """Return a ticket for the socket."""
    bearer = {"Authorization": f"Bearer {session['session_token']}"}
    return _post(addresses, "/api/v1/auth/socket-tickets", headers=bearer)


def open_socket(addresses: Addresses, ticket: dict[str, str]) -> ClientConnection:
    """Open the socket with a ticket."""
    origin = {"Origin": addresses.demo_url}
    return connect(f"{ticket['url']}?ticket={ticket['ticket']}", additional_headers=origin, open_timeout=30)


def _post(addresses: Addresses, path: str, **request: Any) -> dict[str, str]:
    origin = {"Origin": addresses.demo_url}
    with httpx.Client(base_url=addresses.edge_url, headers=origin, timeout=30) as http:
        return http.post(path, **request).raise_for_status().json()


def _visitor(addresses: Addresses, creator_id: str) -> ClientConnection:
    return open_socket(addresses, ticket_of(addresses, visitor_session(addresses, creator_id)))


def _ask(socket: ClientConnection, question: str, *, client_id: str) -> Timing:
    started = time.perf_counter()
    socket.send(json.dumps({"type": "message.send", "client_id": client_id, "text": question}))
    seen: dict[str, float] = {}
    while "answer.completed" not in seen:
        frame = json.loads(socket.recv(timeout=60))
        seen.setdefault(frame["type"], (time.perf_counter() - started) * 1000)
        if frame["type"] in {"error", "answer.failed"}:
            raise RuntimeError(f"The question was not answered: {frame}")
    return Timing(seen["message.ack"], seen["answer.delta"], seen["answer.completed"])
