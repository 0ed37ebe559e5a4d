"""What a construct stands on: the part of the platform that every function and queue needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from aws_cdk import aws_ec2 as ec2

    from infra.config import StageConfig
    from infra.constructs.alarms import Alarms
    from infra.constructs.layers import Layers
    from infra.constructs.table import Table


@dataclass(frozen=True, slots=True)
class Network:
    """Where functions run that reach the index or the model."""

    vpc: ec2.IVpc
    function_group: ec2.ISecurityGroup


class Ground(Protocol):
    """The platform fills it; a test may, too."""

    @property
    def stage(self) -> StageConfig:
        """What the stage is and has."""

    @property
    def layers(self) -> Layers:
        """The stack's layers."""

    @property
    def alarms(self) -> Alarms:
        """Who is told of trouble."""

    @property
    def network(self) -> Network | None:
        """None where the stage has no private network."""

    @property
    def idempotency_table(self) -> Table:
        """Where queue functions remember what they did."""
