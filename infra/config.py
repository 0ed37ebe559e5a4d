"""What differs between the stages, as values and capabilities; no other file asks for a stage's name."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from infra.capacity import DomainConfig, GpuConfig, SearchConfig
from infra.this_machine import changes_here

_NO_ZONE = "Z00000000000000000000"


@dataclass(frozen=True, slots=True)
class StageConfig:
    """One stage. Capabilities read as questions; a construct asks them in one place."""

    name: str
    region: str
    # Fixed only where the account is always the same; otherwise the account of the caller's credentials.
    account: str | None

    # Stateful resources outlive their stack.
    retains_data: bool
    log_retention_days: int
    log_level: str

    # "host": the interpreter that runs the cloud is the one of this machine.
    lambda_architecture: Literal["host", "arm64"]
    # False: the interpreter that runs the functions already has the third-party packages.
    ships_third_party_layers: bool

    index_kind: Literal["embedded", "opensearch"]
    # An OpenSearch node that somebody else started; empty with "opensearch": the search stack's domain.
    opensearch_url: str
    # "endpoint": a model server that somebody else started at model_endpoint_url;
    # "bedrock": Amazon Bedrock on demand; "server": the model stack's GPU service.
    model_kind: Literal["endpoint", "bedrock", "server"]
    model_endpoint_url: str
    chat_model_id: str
    # Bedrock's own model, asked when the GPU service is away; empty: none.
    fallback_chat_model_id: str
    embedding_model_id: str
    embedding_dimensions: int

    # Where dashboard, widget and API are served; empty: the address of the distribution.
    app_url: str
    # Where a browser opens the socket and where functions post to it.
    socket_url_format: str
    socket_endpoint_format: str
    # Origins that may send the browser's upload form; the signed policy of the form is the guard.
    upload_origins: tuple[str, ...]
    api_rate_per_second: int
    api_burst: int

    # Capabilities of the cloud below.
    has_cloudfront: bool
    has_waf: bool
    has_alarms: bool
    has_tracing: bool
    has_access_logs: bool
    has_bootstrap_version: bool
    # The security checks take seconds; where they do not run at each synth, only the tests run them.
    checks_every_synth: bool

    calls_private_addresses: bool = False  # Of webhooks: only where counterparts run beside us.
    # CloudWatch makes metrics of lines in its embedded format; where nobody does, functions call its API.
    reads_metric_lines: bool = True
    # GuardDuty scans every upload for malware before it is opened; elsewhere documents say "not scanned".
    scans_uploads: bool = False
    # How long the chat model may say nothing before the visitor gets the passages themselves.
    model_silence_seconds: int = 10
    # How far the edge's two secrets have been renewed; infra/constructs/edge_secret.py says how to.
    edge_secret_step: int = 0
    # None: CloudFront's own host name. A stage with its own models needs one for their certificate.
    domain: DomainConfig | None = None
    nat_gateways: int = 0
    search: SearchConfig | None = None
    gpu: GpuConfig | None = None
    # Monthly spending, in dollars, that raises an alarm; 0: none.
    monthly_budget_usd: int = 0
    # More messages wait in their queue. On a laptop each answer is a process of 190 MB.
    answers_at_once: int = 50

    @property
    def lacks_its_domain(self) -> bool:
        """Whether the domain is still the one that nobody owns."""
        return self.domain is not None and self.domain.hosted_zone_id == _NO_ZONE

    @property
    def has_network(self) -> bool:
        """Whether functions that reach the index or the model run in a private network."""
        return self.search is not None or self.gpu is not None

    def named(self, part: str) -> str:
        """Return the name of a resource of this stage."""
        return f"autosocial-{self.name}-{part}"


class UnknownStageError(ValueError):
    """No stage has this name."""


_LOCAL = StageConfig(
    name="local",
    region="us-east-1",
    account="000000000000",
    retains_data=False,
    log_retention_days=1,
    log_level="INFO",
    lambda_architecture="host",
    ships_third_party_layers=True,
    index_kind="embedded",
    opensearch_url="",
    model_kind="endpoint",
    model_endpoint_url="http://127.0.0.1:8090",
    chat_model_id="autosocial-chat",
    fallback_chat_model_id="",
    embedding_model_id="multilingual-e5-small",
    embedding_dimensions=384,
    app_url="http://127.0.0.1:8080",
    socket_url_format="ws://127.0.0.1:4566/_aws/execute-api/{api_id}/live",
    socket_endpoint_format="http://127.0.0.1:4566/_aws/execute-api/{api_id}/live",
    upload_origins=("*",),
    api_rate_per_second=500,
    api_burst=1000,
    answers_at_once=8,
    has_cloudfront=False,
    has_waf=False,
    has_alarms=False,
    has_tracing=False,
    has_access_logs=False,
    has_bootstrap_version=False,
    checks_every_synth=False,
    calls_private_addresses=True,
    reads_metric_lines=False,
)

_STARTER = StageConfig(
    name="starter",
    region="us-east-1",
    account=None,
    retains_data=True,
    log_retention_days=30,
    log_level="INFO",
    lambda_architecture="arm64",
    ships_third_party_layers=True,
    index_kind="embedded",
    opensearch_url="",
    model_kind="bedrock",
    model_endpoint_url="",
    chat_model_id="amazon.nova-lite-v1:0",
    fallback_chat_model_id="",
    embedding_model_id="cohere.embed-multilingual-v3",
    embedding_dimensions=1024,
    app_url="",
    socket_url_format="wss://{api_id}.execute-api.{region}.amazonaws.com/live",
    socket_endpoint_format="https://{api_id}.execute-api.{region}.amazonaws.com/live",
    upload_origins=("*",),
    api_rate_per_second=50,
    api_burst=100,
    has_cloudfront=True,
    has_waf=False,
    has_alarms=True,
    has_tracing=True,
    has_access_logs=True,
    has_bootstrap_version=True,
    checks_every_synth=True,
    monthly_budget_usd=25,
)

_PRODUCTION = StageConfig(
    name="production",
    region="us-east-1",
    account=None,
    retains_data=True,
    log_retention_days=90,
    log_level="INFO",
    lambda_architecture="arm64",
    ships_third_party_layers=True,
    index_kind="opensearch",
    opensearch_url="",
    model_kind="server",
    model_endpoint_url="",
    chat_model_id="autosocial-chat",
    fallback_chat_model_id="amazon.nova-lite-v1:0",
    embedding_model_id="multilingual-e5-small",
    embedding_dimensions=384,
    app_url="",
    socket_url_format="wss://{api_id}.execute-api.{region}.amazonaws.com/live",
    socket_endpoint_format="https://{api_id}.execute-api.{region}.amazonaws.com/live",
    upload_origins=("*",),
    api_rate_per_second=1000,
    api_burst=2000,
    has_cloudfront=True,
    has_waf=True,
    has_alarms=True,
    has_tracing=True,
    has_access_logs=True,
    has_bootstrap_version=True,
    scans_uploads=True,
    checks_every_synth=True,
    # Put your own here before the first deployment.
    domain=DomainConfig(name="autosocial.dev", hosted_zone_id=_NO_ZONE),
    nat_gateways=2,
    search=SearchConfig(
        data_instance="r7g.large.search", data_nodes=2, master_instance="m7g.medium.search", volume_gib=100
    ),
    gpu=GpuConfig(
        instance="g6.xlarge",
        min_instances=1,
        max_instances=4,
        chat_model="Qwen/Qwen2.5-7B-Instruct-AWQ",
        context_tokens=8192,
        vllm_image="vllm/vllm-openai:v0.10.2",
    ),
    monthly_budget_usd=5000,
)

STAGES = {stage.name: stage for stage in (_LOCAL, _STARTER, _PRODUCTION)}


def stage_named(name: str, environment: Mapping[str, str] | None = None) -> StageConfig:
    """Return the stage called ``name``; the local one listens where ``LOCAL_…`` variables say."""
    stage = STAGES.get(name)
    if stage is None:
        raise UnknownStageError(f"No stage is called {name!r}; there are: {', '.join(STAGES)}.")
    if stage is not _LOCAL:
        return stage
    variables = os.environ if environment is None else environment
    return replace(stage, **changes_here(variables, model_url=stage.model_endpoint_url))
