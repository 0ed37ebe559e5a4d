"""A real OpenSearch node with k-NN on loopback, without a container: from Maven Central, kept and reused."""

import hashlib
import os
import shutil
import socket
import subprocess
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import httpx

from infra.local.console import LocalStackError
from infra.local.processes import Child, Children, clean_environment, wait_until

_POM = Path(__file__).with_name("pom.xml")
_SOFTWARE = Path(__file__).resolve().parents[2] / ".local" / "opensearch-software"
_HOST = "127.0.0.1"
# The runner looks for a port from base + 1 on and gives up without a word above this one.
_LAST_PORT = 9299
# The quick compiler alone: a node for one person starts in half the CPU time and answers as fast.
_JVM = ("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
_START_SECONDS = 240.0
_RESOLVE_SECONDS = 600.0
_EMBEDDED_INSTEAD = "Or use the embedded index, which needs neither: INDEX=embedded."


class MissingToolError(LocalStackError):
    """A program that the node needs is not installed."""


@dataclass(slots=True)
class OpenSearchNode:
    """A running node; ``child`` is its process."""

    url: str
    child: Child

    def stop(self) -> None:
        """End the node; its data stay in the state folder."""
        self.child.stop()


def start_opensearch(
    state_dir: Path, port: int = 9200, *, children: Children | None = None, software: Path = _SOFTWARE
) -> OpenSearchNode:
    """Start a node that keeps its data in ``state_dir`` and listens on ``port + 1``.

    With ``children`` the process is supervised and ended with them.

    Raises:
        MissingToolError: java or mvn is not installed.
        LocalStackError: the port is taken or the node did not come up; says what to do.
    """
    _check_port(port + 1)
    java = _tool("java", "openjdk-17-jre-headless")
    parts = _software(software)
    state_dir.mkdir(parents=True, exist_ok=True)
    command = [
        java, *_JVM, f"-Djava.io.tmpdir={_temporary(state_dir)}",
        "-cp", f"{parts / 'lib'}/*:{parts / 'knn'}/*", "org.codelibs.opensearch.runner.OpenSearchRunner",
        "-basePath", str(state_dir.absolute()), "-numOfNode", "1", "-clusterName", _cluster(state_dir),
        "-baseHttpPort", str(port), "-printOnFailure",
        "-pluginTypes", "org.opensearch.knn.plugin.KNNPlugin",
    ]  # fmt: skip
    supervisor = Children(state_dir / "logs") if children is None else children
    environment = clean_environment(os.environ, {})
    child = supervisor.start(
        "opensearch", command, environment=environment, folder=state_dir, grace_seconds=15
    )
    node = OpenSearchNode(f"http://{_HOST}:{port + 1}", child)
    _wait_until_ready(node, _cluster(state_dir))
    return node


def _cluster(state_dir: Path) -> str:
    """Return a name that no node of another state has: nodes of one name would join each other."""
    return f"autosocial-{hashlib.sha256(str(state_dir.absolute()).encode()).hexdigest()[:12]}"


def _temporary(state_dir: Path) -> Path:
    folder = (state_dir / "tmp").absolute()
    folder.mkdir(exist_ok=True)
    return folder


def _check_port(port: int) -> None:
    if not 9201 <= port <= _LAST_PORT:
        raise LocalStackError(
            f"OpenSearch cannot listen on port {port} here.", f"Choose one from 9201 to {_LAST_PORT}."
        )
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            raise LocalStackError(
                f"Port {port} is taken; OpenSearch needs it.",
                "End what listens there, or set OPENSEARCH_PORT.",
            ) from None


def _tool(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise MissingToolError(
            f"OpenSearch needs {name}, which is not installed.",
            f"Install it (Debian: apt-get install {package}). {_EMBEDDED_INSTEAD}",
        )
    return found


def _software(folder: Path) -> Path:
    """Return the folder with ``lib`` and ``knn``, resolved once; whole or not there at all."""
    if (folder / "lib").is_dir() and (folder / "pom.xml").is_file():
        if (folder / "pom.xml").read_bytes() == _POM.read_bytes():
            return folder
        shutil.rmtree(folder)
    maven = _tool("mvn", "maven")
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix="opensearch-", dir=folder.parent))
    try:
        _resolve(maven, draft)
        if not folder.exists():
            draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return folder


def _resolve(maven: str, folder: Path) -> None:
    shutil.copyfile(_POM, folder / "pom.xml")
    wanted = "dependency:copy-dependencies"
    command = [
        maven, "-q", "-B", "-f", str(folder / "pom.xml"), wanted, f"-DoutputDirectory={folder / 'lib'}",
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_RESOLVE_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise LocalStackError(
            "Fetching OpenSearch from Maven Central took too long.", f"Try again. {_EMBEDDED_INSTEAD}"
        ) from None
    if done.returncode != 0:
        lines = "\n".join(f"    {line}" for line in done.stdout.splitlines()[-8:])
        raise LocalStackError(
            f"OpenSearch could not be fetched from Maven Central:\n{lines}",
            f"Look whether `mvn` reaches it. {_EMBEDDED_INSTEAD}",
        )
    (plugin,) = (folder / "lib").glob("opensearch-knn-*.zip")
    with zipfile.ZipFile(plugin) as archive:
        archive.extractall(folder / "knn")
    plugin.unlink()


def _wait_until_ready(node: OpenSearchNode, cluster: str) -> None:
    def ready() -> bool:
        try:
            # It answers before it takes writes: a cluster manager must have been elected first.
            health = httpx.get(f"{node.url}/_cluster/health?wait_for_status=yellow&timeout=1s", timeout=4)
            # Another node could sit there: ours tells its name.
            return health.status_code == 200 and health.json().get("cluster_name") == cluster
        except (httpx.HTTPError, ValueError):
            return False

    if wait_until(ready, timeout_seconds=_START_SECONDS, give_up=node.child.ended):
        return
    last_lines = node.child.last_lines()
    node.stop()
    raise LocalStackError(
        f"OpenSearch did not come up on {node.url}. Its last lines:\n{last_lines}",
        f"Look into {node.child.log}. {_EMBEDDED_INSTEAD}",
    )
