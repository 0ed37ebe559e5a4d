import pytest

from autosocial.adapters.opensearch.knowledge_index import OpenSearchKnowledgeIndex
from autosocial.adapters.sqlite.knowledge_index import EmbeddedKnowledgeIndex
from autosocial.kernel.errors import PermanentError
from autosocial.wiring.index import build_index


def _build(kind: str, *, bucket: str = "", opensearch_url: str = "") -> object:
    return build_index(
        kind=kind, bucket=bucket, opensearch_url=opensearch_url, region="us-east-1", dimensions=384
    )


def test_the_configured_kind_is_built() -> None:
    assert isinstance(_build("embedded", bucket="b"), EmbeddedKnowledgeIndex)
    assert isinstance(_build("opensearch", opensearch_url="http://127.0.0.1:9201"), OpenSearchKnowledgeIndex)


@pytest.mark.parametrize("kind", ["embedded", "opensearch", "chroma", ""])
def test_an_unknown_kind_or_a_missing_place_is_refused(kind: str) -> None:
    with pytest.raises(PermanentError):
        _build(kind)
