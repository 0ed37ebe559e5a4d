"""The indexes under contract: in memory, embedded on moto and on the emulator, a real OpenSearch node."""

import os
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import boto3
import httpx
import pytest
from moto import mock_aws

from autosocial.adapters.opensearch.client import connect
from autosocial.adapters.opensearch.knowledge_index import OpenSearchKnowledgeIndex
from autosocial.adapters.s3.index_file import S3IndexFiles
from autosocial.adapters.sqlite.knowledge_index import EmbeddedKnowledgeIndex
from autosocial.knowledge.index_ports import KnowledgeIndex
from infra.local.emulator import interpreter, prepare_environment
from infra.local.opensearch import MissingToolError, start_opensearch
from tests.contract.index.samples import DIMENSIONS
from tests.fakes.index import InMemoryKnowledgeIndex


@pytest.fixture(scope="session")
def emulator_url(tmp_path_factory) -> Iterator[str]:
    """An emulator of our own: the one in AWS_ENDPOINT_URL is left alone."""
    prepare_environment()
    program = interpreter().with_name("ministack")
    home, port = tmp_path_factory.mktemp("emulator"), _free_port(range(4660, 4700))
    places = {"TMPDIR": str(home), "STATE_DIR": str(home), "HOME": str(home)}
    environment = {"PATH": os.environ["PATH"], "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), **places}
    with (home / "log").open("wb") as log:
        process = subprocess.Popen([str(program)], env=environment, stdout=log, stderr=log, cwd=home)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(f"{url}/_ministack/health", process)
        yield url
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="session")
def opensearch_url(tmp_path_factory) -> Iterator[str]:
    try:
        port = _free_port(range(9211, 9290))
        node = start_opensearch(tmp_path_factory.mktemp("opensearch"), port - 1)
    except MissingToolError as error:
        pytest.skip(str(error))
    try:
        # Writers wait for the next refresh; a second each would make the suite long.
        template = {"index_patterns": ["knowledge-*"], "template": {"settings": {"refresh_interval": "50ms"}}}
        httpx.put(f"{node.url}/_index_template/quick", json=template, timeout=30).raise_for_status()
        yield node.url
    finally:
        node.stop()


@pytest.fixture
def memory() -> KnowledgeIndex:
    return InMemoryKnowledgeIndex(dimensions=DIMENSIONS)


@pytest.fixture
def embedded_on_moto(tmp_path: Path) -> Iterator[KnowledgeIndex]:
    with mock_aws():
        client = _session().client("s3")
        client.create_bucket(Bucket="knowledge")
        yield EmbeddedKnowledgeIndex(S3IndexFiles(client, "knowledge"), tmp_path, dimensions=DIMENSIONS)


@pytest.fixture
def emulated_files(emulator_url: str) -> S3IndexFiles:
    client = _session().client("s3", endpoint_url=emulator_url)
    bucket = f"knowledge-{uuid.uuid4().hex}"
    client.create_bucket(Bucket=bucket)
    return S3IndexFiles(client, bucket)


@pytest.fixture
def embedded_on_emulator(emulated_files: S3IndexFiles, tmp_path: Path) -> KnowledgeIndex:
    return EmbeddedKnowledgeIndex(emulated_files, tmp_path, dimensions=DIMENSIONS)


@pytest.fixture
def opensearch(opensearch_url: str) -> Iterator[KnowledgeIndex]:
    client, name = connect(opensearch_url, region="us-east-1"), f"knowledge-{uuid.uuid4().hex}"
    yield OpenSearchKnowledgeIndex(client, dimensions=DIMENSIONS, index=name)
    client.indices.delete(index=name, params={"ignore_unavailable": "true"})
    client.close()


@pytest.fixture(params=["memory", "embedded_on_moto", "embedded_on_emulator", "opensearch"])
def index(request: pytest.FixtureRequest) -> KnowledgeIndex:
    return request.getfixturevalue(request.param)


def _session() -> boto3.Session:
    return boto3.Session("000000000000", "local", region_name="us-east-1")


def _free_port(candidates: range) -> int:
    for port in candidates:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise AssertionError(f"no free port in {candidates}")


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        assert process.poll() is None, "the emulator ended"
        try:
            if httpx.get(url, timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.25)
    raise AssertionError("the emulator did not come up")
