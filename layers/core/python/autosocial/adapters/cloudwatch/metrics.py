"""Metrics by API, in batches: for a cloud that makes none of log lines."""

from threading import Lock, Thread
from time import sleep
from typing import TYPE_CHECKING, Any, Literal

from autosocial.adapters.aws.errors import translated
from autosocial.adapters.aws.session import client
from autosocial.kernel.clock import Clock
from autosocial.kernel.errors import AutoSocialError

if TYPE_CHECKING:
    from datetime import datetime

# So many fit into one call; more than that between two of them is thrown away.
_AT_MOST = 500
_AFTER_SECONDS = 5.0


class BatchedMetrics:
    """Fills ``runtime.metrics.Metrics``. A thread sends what gathered, seconds later; a loss is no fault."""

    def __init__(self, namespace: str, service: str, *, clock: Clock) -> None:
        self._namespace = namespace
        self._service = service
        self._clock = clock
        self._lock = Lock()
        self._gathered: list[tuple[datetime, dict[str, Any]]] = []
        self._sender: Thread | None = None

    def count(
        self,
        name: str,
        value: float = 1.0,
        *,
        unit: Literal["Count", "Milliseconds", "Bytes"] = "Count",
        **dimensions: str,
    ) -> None:
        """Add one value; it is sent later."""
        known = {"service": self._service, **dimensions}
        datum = {
            "MetricName": name,
            "Value": value,
            "Unit": unit,
            "Dimensions": [{"Name": key, "Value": word} for key, word in known.items()],
        }
        with self._lock:
            if len(self._gathered) < _AT_MOST:
                self._gathered.append((self._clock(), datum))
            if self._sender is None:
                self._sender = Thread(target=self._send_later, daemon=True, name="metrics")
                self._sender.start()

    def flush(self) -> None:
        """Send what has gathered."""
        with self._lock:
            gathered, self._gathered, self._sender = self._gathered, [], None
        if not gathered:
            return
        data = [{**datum, "Timestamp": moment} for moment, datum in gathered]
        try:
            with translated("Metrics cannot be sent now."):
                client("cloudwatch").put_metric_data(Namespace=self._namespace, MetricData=data)
        except AutoSocialError:
            return

    def _send_later(self) -> None:
        sleep(_AFTER_SECONDS)
        self.flush()
