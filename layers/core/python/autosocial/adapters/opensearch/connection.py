"""A connection to a node that keeps within the time that the request has left; see ``kernel.budget``."""

from typing import Any

from opensearchpy import Urllib3HttpConnection

from autosocial.kernel import budget


class TimedConnection(Urllib3HttpConnection):
    """opensearch-py's own connection, with another time-out for each request."""

    def perform_request(
        self, method: str, url: str, *arguments: Any, timeout: float | None = None, **named: Any
    ) -> Any:
        """Send one request. Raises ``OutOfTimeError`` when there is no time left for it."""
        params, body = (*arguments, None, None)[:2]
        limit = budget.at_most(float(timeout or self.timeout))
        return super().perform_request(method, url, params, body, timeout=limit, **named)
