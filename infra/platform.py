"""What every service construct gets: the stage and the parts that services share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from infra.constructs.metrics import Metrics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_secretsmanager as secretsmanager
    from constructs import Construct

    from infra.config import StageConfig
    from infra.constructs.alarms import Alarms
    from infra.constructs.bucket import Bucket
    from infra.constructs.event_bus import EventBus
    from infra.constructs.ground import Network
    from infra.constructs.http_api import HttpApi
    from infra.constructs.layers import Layers
    from infra.constructs.python_function import PythonFunction
    from infra.constructs.signing_key import SigningKey
    from infra.constructs.socket_api import SocketApi
    from infra.constructs.table import Table


@dataclass(frozen=True, slots=True)
class Models:
    """How functions reach the chat model and the embeddings."""

    # Empty: Amazon Bedrock itself.
    endpoint_url: str
    token_secret: secretsmanager.ISecret | None
    chat_model_id: str
    fallback_chat_model_id: str
    embedding_model_id: str
    embedding_dimensions: int
    # ARNs of the Bedrock models that functions may invoke.
    bedrock_model_arns: tuple[str, ...]

    def connect(self, function: PythonFunction) -> None:
        """Set ``MODEL_ENDPOINT_URL`` and ``MODEL_TOKEN_SECRET_ARN`` and let ``function`` use the models."""
        function.set("MODEL_ENDPOINT_URL", self.endpoint_url)
        function.set("MODEL_TOKEN_SECRET_ARN", self.token_secret.secret_arn if self.token_secret else "")
        if self.token_secret:
            function.allow("secretsmanager:GetSecretValue", on=[self.token_secret.secret_arn])
        if self.bedrock_model_arns:
            actions = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]
            function.allow(*actions, on=list(self.bedrock_model_arns))


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """Which knowledge index the stage has, and where."""

    kind: str
    opensearch_url: str
    # None where the index is no domain of ours.
    domain_arn: str | None

    def connect(self, function: PythonFunction, *, writes: bool = False) -> None:
        """Set ``INDEX_KIND`` and ``OPENSEARCH_URL`` and let ``function`` search the index (and write it)."""
        function.set("INDEX_KIND", self.kind)
        function.set("OPENSEARCH_URL", self.opensearch_url)
        if self.domain_arn:
            # Searches are POST as well.
            verbs = ["es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost"]
            if writes:
                verbs += ["es:ESHttpPut", "es:ESHttpDelete"]
            function.allow(
                *verbs, on=[f"{self.domain_arn}/*"], because="The paths below the one domain's address."
            )


class Data(Protocol):
    """The stateful resources that services share; the data stack fills it."""

    auth_table: Table
    creators_table: Table
    documents_table: Table
    conversations_table: Table
    connections_table: Table
    idempotency_table: Table
    bus: EventBus
    uploads: Bucket
    knowledge: Bucket
    signing_key: SigningKey

    @property
    def outboxes(self) -> Sequence[Table]:
        """The tables that hold facts for the bus."""


@dataclass(frozen=True, slots=True)
class Platform:
    """What the contexts of one stage share."""

    stage: StageConfig
    # Public origin of dashboard, widget and API.
    app_url: str
    data: Data
    layers: Layers
    alarms: Alarms
    http: HttpApi
    socket: SocketApi
    models: Models
    index: SearchIndex
    # None where the stage has no private network.
    network: Network | None
    # The scope of what one context makes and another sends to; every other thing is in its context's stack.
    shared: Construct

    @property
    def metrics(self) -> Metrics:
        """What functions count themselves."""
        return Metrics(self.stage)

    @property
    def bus(self) -> EventBus:
        """Where facts are told and listened to."""
        return self.data.bus

    @property
    def idempotency_table(self) -> Table:
        """Where queue functions remember what they did."""
        return self.data.idempotency_table
