"""What one local stack is made of: ports, folders, choices. Read once from arguments and environment."""

import argparse
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
REGION = "us-east-1"
ACCOUNT = "000000000000"
HOST = "127.0.0.1"


class UsageError(Exception):
    """An argument or variable that the runner does not understand."""


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of one stack, all on 127.0.0.1."""

    edge: int
    demo: int
    model: int
    emulator: int
    opensearch: int

    def named(self) -> dict[str, int]:
        """Return what each port is for."""
        return {
            "dashboard": self.edge,
            "demo site": self.demo,
            "model server": self.model,
            "emulator": self.emulator,
        }


@dataclass(frozen=True, slots=True)
class LocalConfig:
    """One local stack."""

    state: Path
    ports: Ports
    index: str
    model: str
    cloud_endpoint: str
    seed: bool
    # How functions reach this machine; another name where they run in containers.
    host_from_functions: str = HOST

    @property
    def edge_url(self) -> str:
        """Public origin: dashboard, widget, API."""
        return f"http://{HOST}:{self.ports.edge}"

    @property
    def demo_url(self) -> str:
        """Origin of the demo creator's own site."""
        return f"http://{HOST}:{self.ports.demo}"

    @property
    def model_url(self) -> str:
        """The model server."""
        return f"http://{HOST}:{self.ports.model}"

    @property
    def model_silence_seconds(self) -> int:
        """How long the model may say nothing: one that runs on this machine may first have to be loaded."""
        return 10 if self.model == "extractive" else 60

    @property
    def emulator_url(self) -> str:
        """The cloud: our emulator, or the one that runs already."""
        return self.cloud_endpoint or f"http://{HOST}:{self.ports.emulator}"

    @property
    def opensearch_url(self) -> str:
        """The OpenSearch node, only with ``index == "opensearch"``."""
        return f"http://{HOST}:{self.ports.opensearch}"

    @property
    def logs(self) -> Path:
        """One log file per process."""
        return self.state / "logs"

    @property
    def assembly(self) -> Path:
        """Where the CDK app is synthesised to."""
        return self.state / "cdk.out"

    def command(self, words: str) -> str:
        """Return a command for a terminal (``make stop``) so that it means this stack."""
        chosen = ["INDEX=opensearch"] if self.index == "opensearch" else []
        if self.state != _default_state(self.index):
            chosen.append(f"LOCAL_STATE={shlex.quote(str(self.state))}")
        return " ".join([*chosen, words])


def read_config(arguments: Sequence[str], environment: Mapping[str, str]) -> LocalConfig:
    """Return the stack that the command line and the environment ask for."""
    options = parser().parse_args(arguments)
    index = options.index or environment.get("INDEX", "") or "embedded"
    if index not in {"embedded", "opensearch"}:
        raise UsageError(f"INDEX={index} is unknown: use embedded or opensearch.")
    model = options.model or environment.get("MODEL", "") or "extractive"
    if model not in {"extractive", "smollm"} and not model.startswith("openai:http"):
        raise UsageError(f"MODEL={model} is unknown: use extractive, smollm or openai:<url>.")
    if model.startswith("openai:") and not environment.get("UPSTREAM_MODEL"):
        raise UsageError(f"MODEL={model} needs the name of a model of that server: UPSTREAM_MODEL=llama3.")
    return LocalConfig(
        state=Path(options.state or environment.get("LOCAL_STATE") or _default_state(index)).resolve(),
        ports=_ports(options.port_base, environment),
        index=index,
        model=model,
        cloud_endpoint=environment.get("CLOUD_ENDPOINT_URL", "").rstrip("/"),
        seed=not options.no_seed,
        host_from_functions=environment.get("LOCAL_HOST_FROM_FUNCTIONS") or HOST,
    )


def parser() -> argparse.ArgumentParser:
    """Return the parser of ``python -m infra.local run``."""
    result = argparse.ArgumentParser(prog="python -m infra.local run")
    result.add_argument("--state", help="folder of state, logs and caches (default .local)")
    result.add_argument(
        "--port-base", type=int, help="use this port and the ones after it instead of the defaults"
    )
    result.add_argument("--index", help="embedded (default) or opensearch; also INDEX=…")
    result.add_argument("--model", help="extractive (default), smollm or openai:<url>; also MODEL=…")
    result.add_argument("--no-seed", action="store_true", help="do not make the demo creator")
    return result


def _default_state(index: str) -> Path:
    """Each kind of index has a state of its own: documents that are ready in one are not in the other."""
    return REPO / ".local" if index == "embedded" else REPO / ".local" / f"with-{index}"


def _ports(base: int | None, environment: Mapping[str, str]) -> Ports:
    def port(variable: str, default: int) -> int:
        text = environment.get(variable, "") or str(default)
        if not text.isdigit() or not 0 < int(text) < 65536:
            raise UsageError(f"{variable}={text} is not a port.")
        return int(text)

    search = port("OPENSEARCH_PORT", 9201)
    if base is not None:
        return Ports(edge=base, demo=base + 1, model=base + 2, emulator=base + 3, opensearch=search)
    return Ports(
        edge=port("DASHBOARD_PORT", 8080),
        demo=port("DEMO_PORT", 8081),
        model=port("MODEL_PORT", 8090),
        emulator=port("EMULATOR_PORT", 4566),
        opensearch=search,
    )
