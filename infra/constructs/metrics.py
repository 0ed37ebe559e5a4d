"""The metrics that functions count themselves: where they go, and how alarms watch them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import aws_cloudwatch as cloudwatch

from infra.constructs.alarms import FIVE_MINUTES

if TYPE_CHECKING:
    from infra.config import StageConfig
    from infra.constructs.python_function import PythonFunction


@dataclass(frozen=True, slots=True)
class Metrics:
    """The metrics of one stage."""

    stage: StageConfig

    @property
    def namespace(self) -> str:
        """Where the metrics of a stage are, apart from those of others in the same account."""
        return f"AutoSocial/{self.stage.name}"

    def connect(self, function: PythonFunction) -> None:
        """Set ``METRICS_NAMESPACE`` and ``METRICS_SINK`` and let ``function`` count."""
        function.set("METRICS_NAMESPACE", self.namespace)
        function.set("METRICS_SINK", "lines" if self.stage.reads_metric_lines else "calls")
        if not self.stage.reads_metric_lines:
            because = "Metrics know no resources."
            function.allow("cloudwatch:PutMetricData", on=["*"], because=because)

    def counted(self, name: str, function: PythonFunction) -> cloudwatch.Metric:
        """Return the sum over five minutes of what ``function`` counts under ``name``."""
        return cloudwatch.Metric(
            namespace=self.namespace,
            metric_name=name,
            dimensions_map={"service": function.service_name},
            period=FIVE_MINUTES,
            statistic="Sum",
        )
