"""What the runner says when a local OpenSearch node cannot start."""

import socket
from contextlib import suppress
from pathlib import Path

import pytest

from infra.local import opensearch
from infra.local.console import LocalStackError
from infra.local.opensearch import MissingToolError, start_opensearch
from infra.local.ports import is_free

# Nothing comes to listen there; the next one must be free, and another checkout may hold some.
PORT = next(port for port in range(9240, 9290) if is_free(port + 1))


def test_a_port_out_of_reach_is_named(tmp_path: Path) -> None:
    with pytest.raises(LocalStackError, match=r"port 8001"):
        start_opensearch(tmp_path, 8000)


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as listener:
        port = bound(listener, range(9291, 9299))
        listener.listen()
        with pytest.raises(LocalStackError, match=f"Port {port} is taken"):
            start_opensearch(tmp_path, port - 1)


def bound(listener: socket.socket, candidates: range) -> int:
    for port in candidates:
        with suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port
    pytest.fail(f"every port of {candidates} is taken")


@pytest.mark.parametrize("missing", ["java", "mvn"])
def test_a_missing_program_is_named_with_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.setattr(
        "infra.local.opensearch.shutil.which", lambda name: None if name == missing else f"/bin/{name}"
    )
    with pytest.raises(
        MissingToolError, match=rf"needs {missing}[\s\S]*apt-get install[\s\S]*INDEX=embedded"
    ):
        start_opensearch(tmp_path, PORT, software=tmp_path / "software")


def test_maven_that_fails_leaves_nothing_half_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = tmp_path / "mvn"
    failing.write_text("#!/bin/sh\necho no route to the repository\nexit 1\n")
    failing.chmod(0o755)
    monkeypatch.setattr("infra.local.opensearch.shutil.which", lambda name: str(failing))
    with pytest.raises(LocalStackError, match="no route to the repository"):
        start_opensearch(tmp_path, PORT, software=tmp_path / "kept" / "software")
    assert list((tmp_path / "kept").iterdir()) == []


def test_a_node_that_ends_at_once_is_reported_with_its_last_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\necho Closed all nodes.\nexit 0\n")
    java.chmod(0o755)
    software = tmp_path / "software"
    (software / "lib").mkdir(parents=True)
    (software / "pom.xml").write_bytes(Path(opensearch.__file__).with_name("pom.xml").read_bytes())
    monkeypatch.setattr("infra.local.opensearch.shutil.which", lambda name: str(java))
    with pytest.raises(LocalStackError, match=r"did not come up[\s\S]*Closed all nodes"):
        start_opensearch(tmp_path / "state", PORT, software=software)
