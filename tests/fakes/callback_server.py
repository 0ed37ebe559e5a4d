"""A creator's own system: a real HTTP server that is called back, and signs what it sends."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Self

from autosocial.channels.signatures import signed_headers


class CallbackServer(HTTPServer):
    """Answers with ``status`` and keeps what it got."""

    def __init__(self) -> None:
        self.status = 204
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.arrived = threading.Condition()
        super().__init__(("127.0.0.1", 0), _Handler)

    @classmethod
    @contextmanager
    def running(cls) -> Iterator[Self]:
        """Serve until the block ends."""
        with cls() as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
            thread.start()
            try:
                yield server
            finally:
                server.shutdown()
                thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def wait_for(self, count: int, *, timeout_seconds: float) -> None:
        """Return when ``count`` callbacks have arrived."""
        with self.arrived:
            done = self.arrived.wait_for(lambda: len(self.got) >= count, timeout_seconds)
        assert done, f"{len(self.got)} of {count} callbacks came in {timeout_seconds} s"

    def data(self, place: int = -1) -> dict[str, Any]:
        """Return the data of a callback."""
        return json.loads(self.got[place][2])["data"]


class _Handler(BaseHTTPRequestHandler):
    server: CallbackServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.send_response(self.server.status)
        self.send_header("location", "/elsewhere")
        self.send_header("content-length", "0")
        self.end_headers()
        with self.server.arrived:
            self.server.got.append((self.path, headers, body))
            self.server.arrived.notify_all()

    def log_message(self, *_: Any) -> None:
        """Stay silent."""


def letter(text: str, *, sender: str = "customer-42", **more: str) -> str:
    """Return the body of a message as such a system writes it."""
    return json.dumps({"sender": sender, "text": text, **more}, ensure_ascii=False)


def signed(secret: str, body: str, *, message_id: str, now: datetime) -> dict[str, str]:
    """Return the headers with which such a system posts ``body``."""
    headers = signed_headers([secret], body.encode(), message_id=message_id, now=now)
    return {**headers, "content-type": "application/json"}
