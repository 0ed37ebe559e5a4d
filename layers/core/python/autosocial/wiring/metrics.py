"""Where what is counted goes."""

from functools import cached_property
from typing import Literal

from autosocial.kernel.clock import utc_now
from autosocial.runtime.metrics import LineMetrics, Metrics
from autosocial.runtime.settings import Settings


class CountsMetrics(Settings):
    """Settings of functions that count; ``platform.metrics.connect`` in infra sets them."""

    metrics_namespace: str = "AutoSocial"
    metrics_sink: Literal["lines", "calls"] = "lines"

    @cached_property
    def metrics(self) -> Metrics:
        """Lines of the log where CloudWatch reads them, calls where it does not."""
        if self.metrics_sink == "lines":
            return LineMetrics(self.metrics_namespace, self.service_name)
        # Late: where lines are read nobody needs it.
        from autosocial.adapters.cloudwatch.metrics import BatchedMetrics

        return BatchedMetrics(self.metrics_namespace, self.service_name, clock=utc_now)
