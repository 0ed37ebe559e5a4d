"""All socket frames of a page, as they pass."""

import json
from typing import Any

from playwright.sync_api import Page, WebSocket


class Frames:
    """Listens from now on; later connections of the page are heard, too."""

    def __init__(self, page: Page) -> None:
        self._sent: list[dict[str, Any]] = []
        self._received: list[dict[str, Any]] = []
        page.on("websocket", self._listen)

    def sent(self, kind: str) -> list[dict[str, Any]]:
        """Return the frames of one type that the page sent, in order."""
        return [frame for frame in self._sent if frame["type"] == kind]

    def received(self, kind: str) -> list[dict[str, Any]]:
        """Return the frames of one type that came, in order."""
        return [frame for frame in self._received if frame["type"] == kind]

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda text: self._sent.append(json.loads(text)))
        socket.on("framereceived", lambda text: self._received.append(json.loads(text)))
