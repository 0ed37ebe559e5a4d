"""Visitors without a browser: they open a session, speak the protocol and note what they are told."""

import json
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

from autosocial.contracts.socket import HEARTBEAT_SECONDS

TERMINAL = {"answer.completed", "answer.failed"}


@dataclass
class Asked:
    """One message and what its sender heard of it; times in seconds since it was sent."""

    sent_at: float
    message_id: str = ""
    acknowledged: float = 0.0
    started: list[str] = field(default_factory=list)
    first_delta: float = 0.0
    ended: float = 0.0
    terminals: list[dict[str, Any]] = field(default_factory=list)

    @property
    def endings(self) -> set[tuple[str, str]]:
        """The different endings that came: one frame sent twice is one."""
        return {(frame["answer_id"], frame["type"]) for frame in self.terminals}


class SocketVisitor:
    """One visitor on one connection."""

    def __init__(self, *, edge_url: str, demo_url: str, creator_id: str, name: str) -> None:
        self.name = name
        self.asked: dict[str, Asked] = {}
        self.errors: list[dict[str, Any]] = []
        self._by_message: dict[str, Asked] = defaultdict(lambda: Asked(time.monotonic()))
        self._numbers = count()
        self._history = ""
        self._bearer: dict[str, str] = {}
        self._left = ExitStack()
        self._ping_at = time.monotonic() + HEARTBEAT_SECONDS
        self._socket = self._connect(edge_url, {"Origin": demo_url}, creator_id)

    def _connect(self, edge_url: str, origin: dict[str, str], creator_id: str) -> ClientConnection:
        with httpx.Client(base_url=edge_url, headers=origin, timeout=60) as http:
            opened = http.post("/api/v1/channels/sessions", json={"creator_id": creator_id})
            session = opened.raise_for_status().json()
            self._bearer = {"Authorization": f"Bearer {session['session_token']}"}
            conversation = f"/api/v1/channels/sessions/{session['conversation_id']}"
            self._history = f"{edge_url}{conversation}/messages?limit=100"
            ticket = http.post("/api/v1/auth/socket-tickets", headers=self._bearer).raise_for_status().json()
        url = f"{ticket['url']}?ticket={ticket['ticket']}"
        return self._left.enter_context(
            connect(url, additional_headers=origin, open_timeout=60, ping_interval=None)
        )

    def ask(self, text: str) -> Asked:
        """Send a message."""
        client_id = f"{self.name}-{next(self._numbers):06d}"
        return self.ask_again(client_id, text)

    def ask_again(self, client_id: str, text: str) -> Asked:
        """Send a message under a client's id that may have been used before."""
        asked = self.asked.setdefault(client_id, Asked(time.monotonic()))
        self._socket.send(json.dumps({"type": "message.send", "client_id": client_id, "text": text}))
        return asked

    def listen(self, seconds: float) -> None:
        """Note what comes within ``seconds``, at least what is there already."""
        until = time.monotonic() + seconds
        if time.monotonic() > self._ping_at:
            self._socket.send(json.dumps({"type": "ping"}))
            self._ping_at = time.monotonic() + HEARTBEAT_SECONDS
        while True:
            try:
                frame = json.loads(self._socket.recv(timeout=max(until - time.monotonic(), 0.001)))
            except TimeoutError:
                return
            self._note(frame)

    def wait_for(self, asked: Asked, *, seconds: float) -> Asked:
        """Listen until ``asked`` has its ending; raises ``TimeoutError`` when it has none in time."""
        self.wait_until(lambda: bool(asked.terminals), seconds=seconds)
        return asked

    def wait_until(self, reached: Callable[[], bool], *, seconds: float) -> None:
        """Listen until ``reached``; raises ``TimeoutError`` when it is not in time."""
        until = time.monotonic() + seconds
        while not reached():
            if time.monotonic() > until:
                raise TimeoutError(f"{self.name} waited {seconds} s in vain: {self.asked}, {self.errors}")
            self.listen(0.2)

    def stored_endings(self) -> dict[str, list[str]]:
        """Return the states of the stored answers to each message, as a newly opened page reads them."""
        page = httpx.get(self._history, headers=self._bearer, timeout=60).raise_for_status().json()
        found: dict[str, list[str]] = defaultdict(list)
        for item in page["items"]:
            if item["role"] == "assistant":
                found[item["reply_to"]].append(item["state"])
        return found

    def close(self) -> None:
        """Leave."""
        self._left.close()

    def _note(self, frame: dict[str, Any]) -> None:
        # What the gateway says itself, when the function is refused or fails, has no type.
        kind, now = frame.get("type", "error"), time.monotonic()
        if kind == "message.ack":
            asked = self.asked[frame["client_id"]]
            asked.message_id, asked.acknowledged = frame["message_id"], now - asked.sent_at
            self._by_message[asked.message_id] = asked
        elif kind == "answer.started":
            self._by_message[frame["message_id"]].started.append(frame["answer_id"])
        elif kind == "answer.delta":
            self._delta(frame["answer_id"], now)
        elif kind in TERMINAL:
            asked = self._by_message[frame["message_id"]]
            asked.ended = asked.ended or now - asked.sent_at
            asked.terminals.append(frame)
        elif kind == "error":
            self.errors.append(frame)

    def _delta(self, answer_id: str, now: float) -> None:
        for asked in self._by_message.values():
            if answer_id in asked.started and not asked.first_delta:
                asked.first_delta = now - asked.sent_at
