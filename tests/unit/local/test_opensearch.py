"""What the runner says when a local OpenSearch node cannot start."""

import socket
from pathlib import Path

import pytest

from infra.local import opensearch
from infra.local.console import LocalStackError
from infra.local.opensearch import MissingToolError, start_opensearch


def test_a_port_out_of_reach_is_named(tmp_path: Path) -> None:
    with pytest.raises(LocalStackError, match=r"port 8001"):
        start_opensearch(tmp_path, 8000)


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        for port in range(9291, 9299):
            if taken.connect_ex(("127.0.0.1", port)):
                break
        taken.close()
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", port))
            listener.listen()
            with pytest.raises(LocalStackError, match=f"Port {port} is taken"):
                start_opensearch(tmp_path, port - 1)


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
        start_opensearch(tmp_path, 9289, software=tmp_path / "software")


def test_maven_that_fails_leaves_nothing_half_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = tmp_path / "mvn"
    failing.write_text("#!/bin/sh\necho no route to the repository\nexit 1\n")
    failing.chmod(0o755)
    monkeypatch.setattr("infra.local.opensearch.shutil.which", lambda name: str(failing))
    with pytest.raises(LocalStackError, match="no route to the repository"):
        start_opensearch(tmp_path, 9289, software=tmp_path / "kept" / "software")
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
        start_opensearch(tmp_path / "state", 9289, software=software)
