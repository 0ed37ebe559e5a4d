"""The stacks of the contexts: one each, composed in the order in which they need each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.services.auth import AuthService
from infra.services.channels import ChannelsService
from infra.services.conversations import ConversationsService
from infra.services.creators import CreatorsService
from infra.services.events import EventsService
from infra.services.knowledge import KnowledgeService
from infra.stacks.stage_stack import StageStack

if TYPE_CHECKING:
    from constructs import Construct

    from infra.platform import Platform


class Contexts:
    """Every context's service construct, in a stack that bears the context's name."""

    def __init__(self, scope: Construct, *, platform: Platform) -> None:
        self.stacks: list[StageStack] = []

        def stack(context: str) -> StageStack:
            self.stacks.append(StageStack(scope, context, stage=platform.stage))
            return self.stacks[-1]

        # First: it verifies the callers of everybody else's routes and the tickets of the socket.
        self.auth = AuthService(stack("auth"), "AuthService", platform=platform)
        self.creators = CreatorsService(stack("creators"), "CreatorsService", platform=platform)
        self.knowledge = KnowledgeService(stack("knowledge"), "KnowledgeService", platform=platform)
        self.conversations = ConversationsService(
            stack("conversations"), "ConversationsService", platform=platform
        )
        self.channels = ChannelsService(
            stack("channels"),
            "ChannelsService",
            platform=platform,
            answer_queue=self.conversations.answer_queue,
            reply_queue=self.conversations.reply_queue,
        )
        self.events = EventsService(stack("events"), "EventsService", platform=platform)
