"""One local stack: every part brought up in the order in which parts need each other, and ended together."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from infra.local import assembly, emulator, model_server, ports
from infra.local.cloud import LocalCloud
from infra.local.config import ACCOUNT, REGION, REPO, LocalConfig
from infra.local.console import Console, LocalStackError
from infra.local.corrections import apply_corrections
from infra.local.deployment import Deployment
from infra.local.frontends import build_frontends
from infra.local.opensearch import start_opensearch
from infra.local.processes import Child, Children, clean_environment, wait_until_healthy
from infra.local.seed import DemoApi, DemoLogin, seed_demo
from infra.local.warmup import warm_up

_MODEL_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the running stack is reached."""

    edge_url: str
    demo_url: str
    model_url: str
    emulator_url: str
    api_url: str
    socket_url: str
    outputs: dict[str, str]


class LocalStack:
    """One running stack. Use it as a context manager: leaving it ends every process."""

    MODEL_SERVER = "model-server"

    def __init__(self, config: LocalConfig, console: Console) -> None:
        self.config = config
        self.children = Children(config.logs)
        self._console = console
        self._plans: list[assembly.StackPlan] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.children.stop_all()

    def start(self) -> Addresses:
        """Bring everything up in the order in which parts need each other; independent parts side by side."""
        say = self._console
        with say.step("checking tools, ports and disk") as note:
            ports.check_disk(self.config.state)
            ports.check_ports(self._own_ports(), stop=self.config.command("make stop"))
            self._check_index()
            note.text = ports.check_tools()
        with ThreadPoolExecutor(max_workers=3, thread_name_prefix="start") as pool:
            try:
                return self._start_parts(pool)
            except BaseException:
                self.children.close()
                raise

    def _start_parts(self, pool: ThreadPoolExecutor) -> Addresses:
        builds = pool.submit(self._build_frontends)
        model = self._start_model_server()
        cloud_ready = pool.submit(self._start_cloud)
        self._synthesise()
        cloud_ready.result()
        addresses = self._addresses(self._deploy())
        builds.result()
        self._start_edge(addresses)
        if model is not None:
            with self._console.step("waiting for the model server"):
                wait_until_healthy(model, f"{self.config.model_url}/health", timeout_seconds=_MODEL_SECONDS)
        return addresses

    def start_model_server(self) -> None:
        """Start a new model server after somebody stopped it."""
        child = model_server.start(self.config, self.children)
        wait_until_healthy(child, f"{self.config.model_url}/health", timeout_seconds=_MODEL_SECONDS)

    def stop_model_server(self) -> None:
        """End the model server, as somebody might while everything else runs."""
        self.children.stop(self.MODEL_SERVER)

    def seed(self, addresses: Addresses) -> DemoLogin:
        """Make the demo creator and its documents unless they are there."""
        with self._console.step("demo creator and documents") as note, DemoApi(addresses.edge_url) as api:
            login, note.text = seed_demo(
                api, addresses.demo_url, state=self.config.state, console=self._console
            )
        with self._console.step("warming up the way of a message"):
            warm_up(
                LocalCloud(self.config.emulator_url), self._plans, edge_url=addresses.edge_url, login=login
            )
        return login

    def _own_ports(self) -> dict[str, int]:
        named = self.config.ports.named()
        if self.config.cloud_endpoint:
            del named["emulator"]
        return named

    def _check_index(self) -> None:
        """Refuse a state whose documents are in an index of another kind."""
        note = self.config.state / "index-kind"
        kept = note.read_text() if note.exists() else self.config.index
        if kept != self.config.index:
            raise LocalStackError(
                f"The state in {self.config.state} was made with INDEX={kept}.",
                f"Use INDEX={kept}, another folder (LOCAL_STATE=DIR), or forget it: "
                f"'{self.config.command('make reset')}'.",
            )
        note.write_text(kept)

    def _build_frontends(self) -> None:
        with self._console.step("widget and dashboard") as note:
            note.text = build_frontends(self.children)

    def _start_model_server(self) -> Child | None:
        if not (REPO / "functions/model_server/app.py").exists():
            self._console.say("! functions/model_server is not in this checkout: going on without a model")
            return None
        return model_server.start(self.config, self.children)

    def _start_cloud(self) -> None:
        if self.config.index == "opensearch":
            self._start_search()
        if self.config.cloud_endpoint:
            self._console.say(f"· using the cloud that runs at {self.config.cloud_endpoint}")
            return
        with self._console.step("emulator's environment") as note:
            note.text = emulator.prepare_environment()
        with self._console.step("emulator") as note:
            emulator.start(self.config, self.children)
            note.text = self.config.emulator_url

    def _start_search(self) -> None:
        with self._console.step("OpenSearch node (Java)") as note:
            listening = self.config.ports.opensearch
            node = start_opensearch(self.config.state / "opensearch", listening - 1, children=self.children)
            note.text = node.url

    def _synthesise(self) -> None:
        with self._console.step("CDK app for stage local") as note:
            note.text = assembly.synthesise(self.config, self.children)

    def _deploy(self) -> dict[str, str]:
        cloud = LocalCloud(self.config.emulator_url)
        deployment = Deployment(cloud)
        plans = self._plans = assembly.read_plans(self.config.assembly, ACCOUNT, REGION)
        with self._console.step("deploying") as note:
            results = deployment.deploy(plans)
            for plan in plans:
                apply_corrections(cloud, deployment, plan)
            note.text = ", ".join(f"{name} {done}" for name, done in results.items())
        outputs = deployment.outputs(plans)
        self._share_model_token(cloud, outputs)
        return outputs

    def _share_model_token(self, cloud: LocalCloud, outputs: dict[str, str]) -> None:
        secret = outputs.get("ModelTokenSecretName")
        if not secret:
            return
        token = model_server.token_file(self.config.state).read_text()
        cloud.client("secretsmanager").put_secret_value(SecretId=secret, SecretString=token)

    def _addresses(self, outputs: dict[str, str]) -> Addresses:
        missing = {"HttpApiId", "SocketApiId"} - outputs.keys()
        if missing:
            raise LocalStackError(
                f"The deployed stacks give out no {' and no '.join(sorted(missing))}.",
                "Add the CloudFormation output to the app stack (docs/local-stack.md).",
            )
        base = f"{self.config.emulator_url}/_aws/execute-api"
        stage = outputs.get("SocketStage", "live")
        return Addresses(
            edge_url=self.config.edge_url,
            demo_url=self.config.demo_url,
            model_url=self.config.model_url,
            emulator_url=self.config.emulator_url,
            api_url=f"{base}/{outputs['HttpApiId']}/$default",
            socket_url=f"{base.replace('http', 'ws', 1)}/{outputs['SocketApiId']}/{stage}",
            outputs=outputs,
        )

    def _start_edge(self, addresses: Addresses) -> None:
        config = self.config
        arguments = {
            "--edge-port": config.ports.edge,
            "--demo-port": config.ports.demo,
            "--api-url": addresses.api_url,
            "--cloud-url": config.emulator_url,
            "--edge-url": config.edge_url,
            "--demo-url": config.demo_url,
            "--web": REPO / "web/dist",
            "--widget": REPO / "widget/dist",
            "--embed-file": config.state / "demo-embed.html",
        }
        command = [sys.executable, "-m", "infra.local.edge_server"]
        command += [str(word) for pair in arguments.items() for word in pair]
        with self._console.step("dashboard and demo site"):
            child = self.children.start(
                "edge", command, environment=clean_environment(os.environ, {}), folder=REPO, grace_seconds=4
            )
            wait_until_healthy(child, config.demo_url, timeout_seconds=20)
