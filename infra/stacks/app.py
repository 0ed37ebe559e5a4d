"""The product's functions and their doors: one service construct per context, composed in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import CfnOutput

from infra.constructs.alarms import Alarms
from infra.constructs.http_api import HttpApi, HttpGateway
from infra.constructs.layers import Layers
from infra.constructs.socket_api import STAGE_NAME, SocketApi
from infra.platform import Models, Platform, SearchIndex
from infra.services.auth import AuthService
from infra.services.channels import ChannelsService
from infra.services.conversations import ConversationsService
from infra.services.creators import CreatorsService
from infra.services.knowledge import KnowledgeService
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
    """Auth comes first: it verifies the callers of everybody else's routes and the tickets of the socket."""

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
            layers=Layers(self, "Layers", stage=stage, build=surroundings.build_layer),
            alarms=self.alarms,
            http=HttpApi(self, "Http", gateway=gateway),
            socket=SocketApi(self, "Socket", stage=stage),
            models=surroundings.models,
            index=surroundings.index,
            network=surroundings.network,
        )
        self.auth = AuthService(self, "AuthService", platform=self.platform)
        self.creators = CreatorsService(self, "CreatorsService", platform=self.platform)
        self.knowledge = KnowledgeService(self, "KnowledgeService", platform=self.platform)
        self.conversations = ConversationsService(self, "ConversationsService", platform=self.platform)
        self.channels = ChannelsService(
            self, "ChannelsService", platform=self.platform, answer_queue=self.conversations.answer_queue
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
