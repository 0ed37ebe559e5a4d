"""Conversations: the API that creators read them with, and the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs import Construct

from infra.constructs.python_function import PythonFunction
from infra.constructs.queue_with_dlq import QueueWithDlq

if TYPE_CHECKING:
    from infra.platform import Platform

# ``answer_seconds`` of the function's settings, for the model, and half a minute for all the rest.
_ANSWER_SECONDS = 120
# What one answer may take to be sent: the counterpart is given fifteen seconds.
DELIVER_SECONDS = 30


class ConversationsService(Construct):
    """``answer_queue``: messages that wait for their answer; ``reply_queue``: answers that wait to be sent.

    Both in order within a conversation.
    """

    def __init__(self, scope: Construct, construct_id: str, *, platform: Platform) -> None:
        super().__init__(scope, construct_id)
        self.answer_queue = QueueWithDlq(
            platform.shared,
            "Answers",
            platform=platform,
            fifo=True,
            consumer_timeout_seconds=_ANSWER_SECONDS,
            is_told=True,
        )
        self.reply_queue = QueueWithDlq(
            platform.shared, "Replies", platform=platform, fifo=True, consumer_timeout_seconds=DELIVER_SECONDS
        )
        self.api = self._api(platform)
        self.answer = self._answer(platform)
        self.fail_answer = self._fail_answer(platform)
        self._tell_of_trouble(platform)

    def _api(self, platform: Platform) -> PythonFunction:
        table = platform.data.conversations_table
        api = PythonFunction(
            self,
            "Api",
            platform=platform,
            context="conversations",
            name="api",
            layers=("base", "http"),
            environment={"CONVERSATIONS_TABLE": table.name},
        )
        api.grant_tenant_data(table, "GetItem", "Query")
        platform.http.route("/api/v1/creators/conversations", api)
        platform.http.route("/api/v1/creators/conversations/{conversation_id}/messages", api)
        return api

    def _answer(self, platform: Platform) -> PythonFunction:
        data, models = platform.data, platform.models
        answer = PythonFunction(
            self,
            "Answer",
            platform=platform,
            context="conversations",
            name="answer",
            layers=("base", "search"),
            environment={
                "CONVERSATIONS_TABLE": data.conversations_table.name,
                "CONNECTIONS_TABLE": data.connections_table.name,
                "DOCUMENTS_TABLE": data.documents_table.name,
                "KNOWLEDGE_BUCKET": data.knowledge.name,
                "CHAT_MODEL_ID": models.chat_model_id,
                "FALLBACK_CHAT_MODEL_ID": models.fallback_chat_model_id,
                "EMBEDDING_MODEL_ID": models.embedding_model_id,
                "EMBEDDING_DIMENSIONS": str(models.embedding_dimensions),
                "MODEL_SILENCE_SECONDS": str(platform.stage.model_silence_seconds),
            },
            memory_mb=1024,
            # Copies of the creators' index files, where the index is embedded.
            ephemeral_mb=2048,
            timeout_seconds=_ANSWER_SECONDS,
            in_network=True,
        )
        self._let_reply(answer, platform)
        models.connect(answer)
        platform.metrics.connect(answer)
        platform.index.connect(answer)
        answer.grant_tenant_data(data.conversations_table, "GetItem", "Query", "PutItem", "UpdateItem")
        answer.grant_tenant_data(data.documents_table, "Query")
        answer.grant_objects(data.knowledge, "GetObject", pattern="*/index.sqlite")
        answer.grant_listing(data.knowledge)
        self.answer_queue.consume(answer, batch_size=1, max_concurrency=platform.stage.answers_at_once)
        return answer

    def _fail_answer(self, platform: Platform) -> PythonFunction:
        data = platform.data
        function = PythonFunction(
            self,
            "FailAnswer",
            platform=platform,
            context="conversations",
            name="fail_answer",
            environment={
                "CONVERSATIONS_TABLE": data.conversations_table.name,
                "CONNECTIONS_TABLE": data.connections_table.name,
            },
            timeout_seconds=30,
        )
        self._let_reply(function, platform)
        function.grant_tenant_data(data.conversations_table, "GetItem", "PutItem", "UpdateItem")
        self.answer_queue.read_dead_letters(function)
        return function

    def _let_reply(self, function: PythonFunction, platform: Platform) -> None:
        """Let ``function`` tell visitors of answers: on open sockets, or by the queue of whole answers."""
        platform.socket.grant_post(function)
        function.grant_tenant_data(platform.data.connections_table, "Query", "DeleteItem")
        function.set("REPLY_QUEUE_URL", self.reply_queue.url)
        self.reply_queue.grant_send(function)

    def _tell_of_trouble(self, platform: Platform) -> None:
        platform.alarms.add(
            self.answer,
            "Trouble",
            metric=platform.metrics.counted("AnswersInTrouble", self.answer),
            threshold=1,
            means="Answers were degraded or failed: look for `answer ended` in the log of "
            "conversations/answer; `code` and `error_name` say what is away.",
        )
