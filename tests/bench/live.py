"""What a creator watches: the time from a change to its frame on an open dashboard.

Both ends read the clock of this machine: the frame's ``timestamp`` is taken when the change is made.
"""

import json
import queue
import threading
import time
import uuid
from collections import defaultdict
from datetime import datetime
from typing import Any

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from infra.local.stack import Addresses
from tests.bench.answers import open_socket, ticket_of, visitor_session
from tests.bench.ingestion import register, text_of_size, upload
from tests.bench.report import Report

DOCUMENTS = 8
QUESTIONS = 12
QUESTION = "¿Cuántas tazas de café puedo tomar al día?"
PAUSE_SECONDS = 1.2
# A document of several batches: its progress is told as well.
SIZE = 40_000


class Dashboard:
    """An open dashboard's socket: notes how old each event is when it comes."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.ages: dict[str, list[float]] = defaultdict(list)
        self.states: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        try:
            for text in self._socket:
                self._note(json.loads(text), time.time())
        except ConnectionClosed:
            return

    def _note(self, frame: dict[str, Any], arrived: float) -> None:
        if frame["type"] != "event":
            return
        happened = datetime.fromisoformat(frame["timestamp"]).timestamp()
        self.ages[frame["event"]].append((arrived - happened) * 1_000)
        self.states.put(frame["state"])


def measure(report: Report, addresses: Addresses) -> None:
    """Process some documents, then ask some questions, and watch both from a dashboard."""
    with httpx.Client(base_url=addresses.edge_url, timeout=60) as http:
        own_id = register(http)
        upload(http, "warm-up.md", text_of_size(2_000))
        with _dashboard(http, addresses) as socket:
            dashboard = Dashboard(socket)
            for number in range(DOCUMENTS):
                upload(http, f"{number}-{uuid.uuid4().hex}.md", text_of_size(SIZE))
            time.sleep(PAUSE_SECONDS)
            _talk(addresses, own_id)
            time.sleep(PAUSE_SECONDS)
    report.add_times("document's change to the dashboard", dashboard.ages["DOCUMENT_PROCESSING"])
    report.add_times("conversation's change to the dashboard", dashboard.ages["CONVERSATION_UPDATE"])


def _dashboard(http: httpx.Client, addresses: Addresses) -> ClientConnection:
    origin = {"Origin": addresses.edge_url}
    ticket = http.post("/api/v1/auth/socket-tickets", headers=origin).raise_for_status().json()
    return connect(f"{ticket['url']}?ticket={ticket['ticket']}", additional_headers=origin, open_timeout=30)


def _talk(addresses: Addresses, creator_id: str) -> None:
    ticket = ticket_of(addresses, visitor_session(addresses, creator_id))
    with open_socket(addresses, ticket) as socket:
        for number in range(QUESTIONS):
            question = {"type": "message.send", "client_id": f"live-{number:04d}", "text": QUESTION}
            socket.send(json.dumps(question))
            while json.loads(socket.recv(timeout=60))["type"] != "answer.completed":
                continue
            time.sleep(PAUSE_SECONDS)
