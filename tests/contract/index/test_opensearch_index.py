"""What only the OpenSearch index promises: its mapping, its filter, its errors as ours."""

import threading
import uuid
from collections.abc import Iterator

import pytest

from autosocial.adapters.opensearch.client import connect
from autosocial.adapters.opensearch.knowledge_index import OpenSearchKnowledgeIndex
from autosocial.kernel.errors import PermanentError, TransientError
from tests.contract.index.samples import ANNA, BORIS, DIMENSIONS, asking, chunk


@pytest.fixture
def name(opensearch_url: str) -> Iterator[str]:
    name = f"knowledge-{uuid.uuid4().hex}"
    yield name
    connect(opensearch_url, region="").indices.delete(index=name, params={"ignore_unavailable": "true"})


def test_the_index_is_made_once_though_many_start_at_the_same_time(opensearch_url, name):
    client = connect(opensearch_url, region="")
    indexes = [OpenSearchKnowledgeIndex(client, dimensions=DIMENSIONS, index=name) for _ in range(6)]
    faults: list[BaseException] = []

    def ensure(index):
        try:
            index.ensure()
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=ensure, args=(index,)) for index in indexes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    vector = client.indices.get_mapping(index=name)[name]["mappings"]["properties"]["vector"]
    assert vector["dimension"] == DIMENSIONS
    assert (vector["method"]["engine"], vector["method"]["space_type"]) == ("lucene", "cosinesimil")


def test_an_index_of_another_embedding_model_is_refused(opensearch_url, name):
    client = connect(opensearch_url, region="")
    OpenSearchKnowledgeIndex(client, dimensions=DIMENSIONS, index=name).ensure()
    with pytest.raises(PermanentError):
        OpenSearchKnowledgeIndex(client, dimensions=4, index=name).put(
            ANNA, [chunk(0, "x", vector=[1.0] * 4)]
        )


def test_a_document_cannot_be_stored_without_routing(opensearch_url, name):
    client = connect(opensearch_url, region="")
    OpenSearchKnowledgeIndex(client, dimensions=DIMENSIONS, index=name).ensure()
    with pytest.raises(Exception, match="routing_missing"):
        client.index(index=name, id="x", body={"creator_id": ANNA})


def test_the_same_chunk_id_of_two_creators_is_two_documents(opensearch_url, name):
    client = connect(opensearch_url, region="")
    index = OpenSearchKnowledgeIndex(client, dimensions=DIMENSIONS, index=name)
    index.put(ANNA, [chunk(0, "towel")])
    index.put(BORIS, [chunk(0, "towel mat")])
    assert client.count(index=name)["count"] == 2
    assert [hit.text for hit in index.search(ANNA, asking("towel mat", seed=0)).lexical] == ["towel"]


def test_searching_does_not_make_the_index(opensearch_url, name):
    client = connect(opensearch_url, region="")
    index = OpenSearchKnowledgeIndex(client, dimensions=DIMENSIONS, index=name)
    assert index.search(ANNA, asking("x", seed=0)).dense == ()
    assert index.count(ANNA, "doc-a") == 0
    assert not client.indices.exists(index=name)


def test_a_refused_search_is_permanent(opensearch_url, name):
    client = connect(opensearch_url, region="")
    client.indices.create(index=name, body={"mappings": {"properties": {"vector": {"type": "keyword"}}}})
    index = OpenSearchKnowledgeIndex(client, dimensions=DIMENSIONS, index=name)
    with pytest.raises(PermanentError):
        index.search(ANNA, asking("x", seed=0))
    with pytest.raises(PermanentError):
        index.put(ANNA, [chunk(0, "x")])


def test_a_node_that_cannot_be_reached_is_transient():
    index = OpenSearchKnowledgeIndex(connect("http://127.0.0.1:9", region=""), dimensions=DIMENSIONS)
    for call in (
        lambda: index.search(ANNA, asking("x", seed=0)),
        lambda: index.put(ANNA, [chunk(0, "x")]),
        lambda: index.count(ANNA, "doc-a"),
        lambda: index.remove_document(ANNA, "doc-a"),
    ):
        with pytest.raises(TransientError):
            call()
