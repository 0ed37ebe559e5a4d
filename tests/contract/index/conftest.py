"""The indexes under contract: in memory, embedded on moto and on the emulator, a real OpenSearch node."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from autosocial.adapters.opensearch.client import connect
from autosocial.adapters.opensearch.knowledge_index import OpenSearchKnowledgeIndex
from autosocial.adapters.s3.index_file import S3IndexFiles
from autosocial.adapters.sqlite.knowledge_index import EmbeddedKnowledgeIndex
from autosocial.knowledge.index_ports import KnowledgeIndex
from infra.local.opensearch import MissingToolError
from tests.contract.index.samples import DIMENSIONS
from tests.contract.index.servers import running_emulator, running_opensearch, session
from tests.fakes.index import InMemoryKnowledgeIndex


@pytest.fixture(scope="session")
def emulator_url(tmp_path_factory) -> Iterator[str]:
    with running_emulator(tmp_path_factory.mktemp("emulator")) as url:
        yield url


@pytest.fixture(scope="session")
def opensearch_url(tmp_path_factory) -> Iterator[str]:
    try:
        node = running_opensearch(tmp_path_factory.mktemp("opensearch"))
        with node as url:
            yield url
    except MissingToolError as error:
        pytest.skip(str(error))


@pytest.fixture
def memory() -> KnowledgeIndex:
    return InMemoryKnowledgeIndex(dimensions=DIMENSIONS)


@pytest.fixture
def embedded_on_moto(tmp_path: Path) -> Iterator[KnowledgeIndex]:
    with mock_aws():
        client = session().client("s3")
        client.create_bucket(Bucket="knowledge")
        yield EmbeddedKnowledgeIndex(S3IndexFiles(client, "knowledge"), tmp_path, dimensions=DIMENSIONS)


@pytest.fixture
def emulated_files(emulator_url: str) -> S3IndexFiles:
    client = session().client("s3", endpoint_url=emulator_url)
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
