"""What a stage may own besides functions: a search domain, GPUs, a domain name; their sizes and names."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SearchConfig:
    """Size of the OpenSearch domain."""

    data_instance: str
    data_nodes: int
    master_instance: str
    volume_gib: int


@dataclass(frozen=True, slots=True)
class GpuConfig:
    """The GPU service: one model server and one vLLM container per instance."""

    instance: str
    min_instances: int
    max_instances: int
    # Name in the hub of the chat model that vLLM loads, and the longest prompt it accepts.
    chat_model: str
    context_tokens: int
    vllm_image: str


@dataclass(frozen=True, slots=True)
class DomainConfig:
    """A domain of yours and its public hosted zone in Route 53."""

    name: str
    hosted_zone_id: str

    @property
    def app_name(self) -> str:
        """The host name of dashboard, widget and API."""
        return f"app.{self.name}"
