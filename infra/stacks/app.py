"""What the contexts share: the gateway, the socket, the topic of alarms, the queues between contexts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import CfnOutput

from infra.constructs.alarms import Alarms
from infra.constructs.http_api import HttpApi, HttpGateway
from infra.constructs.layers import Layers
from infra.constructs.socket_api import STAGE_NAME, SocketApi
from infra.platform import Models, Platform, SearchIndex
from infra.stacks.stage_stack import StageStack

if TYPE_CHECKING:
    from constructs import Construct

    from infra.config import StageConfig
    from infra.constructs.ground import Network
    from infra.constructs.layers import LayerBuilder
    from infra.stacks.data import DataStack


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What other stacks, or nobody, made for the app stack."""

    app_url: str
    models: Models
    index: SearchIndex
    network: Network | None
    # None where the stage has no edge; the app stack then has its own.
    gateway: HttpGateway | None
    build_layer: LayerBuilder


class AppStack(StageStack):
    """Holds no function: those are in the stack of their context (``infra/stacks/contexts.py``).

    A queue that another context sends to lives here as well, or two contexts that send to each other would
    make two stacks that need each other.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        stage: StageConfig,
        data: DataStack,
        surroundings: Surroundings,
    ) -> None:
        super().__init__(scope, "app", stage=stage)
        self.alarms = Alarms(self, "Alarms", stage=stage)
        gateway = surroundings.gateway or HttpGateway(self, "Gateway", stage=stage)
        self.platform = Platform(
            stage=stage,
            app_url=surroundings.app_url,
            data=data,
            layers=Layers(stage=stage, build=surroundings.build_layer),
            alarms=self.alarms,
            http=HttpApi(self, "Http", gateway=gateway),
            socket=SocketApi(self, "Socket", stage=stage),
            models=surroundings.models,
            index=surroundings.index,
            network=surroundings.network,
            shared=self,
        )
        self._write_outputs(gateway)

    def _write_outputs(self, gateway: HttpGateway) -> None:
        socket = self.platform.socket
        CfnOutput(self, "HttpApiId", value=gateway.api_id)
        CfnOutput(self, "HttpApiUrl", value=f"https://{gateway.domain}")
        CfnOutput(self, "SocketApiId", value=socket.api_id)
        CfnOutput(self, "SocketStage", value=STAGE_NAME)
        CfnOutput(self, "SocketUrl", value=socket.url)
        CfnOutput(self, "AppUrl", value=self.platform.app_url)
