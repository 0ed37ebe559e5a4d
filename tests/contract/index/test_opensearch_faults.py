"""OpenSearch's answers as our errors, and which addresses are signed."""

from typing import Any

import pytest
from opensearchpy.exceptions import (
    AuthorizationException,
    ConnectionError,
    ConnectionTimeout,
    NotFoundError,
    RequestError,
    TransportError,
)

from autosocial.adapters.opensearch.client import connect
from autosocial.adapters.opensearch.faults import translated
from autosocial.adapters.opensearch.knowledge_index import OpenSearchKnowledgeIndex
from autosocial.kernel.errors import PermanentError, TransientError
from autosocial.knowledge.index_ports import IndexedChunk

_CREATOR = "01ARZ3NDEKTSV4RRFFQ69G5FAA"


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (ConnectionError("N/A", "refused", OSError()), TransientError),
        (ConnectionTimeout("TIMEOUT", "slow", OSError()), TransientError),
        (TransportError(429, "too_many_requests", {}), TransientError),
        (TransportError(503, "unavailable", {}), TransientError),
        (RequestError(400, "parsing_exception", {"secret": "question"}), PermanentError),
        (NotFoundError(404, "index_not_found_exception", {}), PermanentError),
        (AuthorizationException(403, "security_exception", {}), PermanentError),
    ],
)
def test_faults_are_translated_and_quote_nothing(fault: Any, kind: type[Exception]) -> None:
    error = translated(fault)
    assert isinstance(error, kind)
    assert "question" not in error.detail


class _Scripted:
    """Stands for the client where a real node cannot be made to fail: gives the answers in order."""

    def __init__(self, *answers: dict[str, Any]) -> None:
        self._answers = list(answers)
        self.indices = self

    def exists(self, index: str) -> bool:
        return True

    def get_mapping(self, index: str) -> dict[str, Any]:
        return {index: {"mappings": {"properties": {"vector": {"dimension": 2}}}}}

    def _next(self, **_: Any) -> dict[str, Any]:
        return self._answers.pop(0)

    bulk = delete_by_query = _next


def _index(*answers: dict[str, Any]) -> OpenSearchKnowledgeIndex:
    return OpenSearchKnowledgeIndex(_Scripted(*answers), dimensions=2)  # type: ignore[arg-type]


def _refusal(status: int) -> dict[str, Any]:
    return {"items": [{"index": {"status": status, "error": {"type": "some_exception"}}}]}


@pytest.mark.parametrize(("status", "kind"), [(429, TransientError), (400, PermanentError)])
def test_a_chunk_refused_within_an_accepted_batch_is_an_error(status: int, kind: type[Exception]) -> None:
    chunk = IndexedChunk("c", "d", "Doc", 0, "text", None, "", "en", 0, 4, [1.0, 0.0])
    with pytest.raises(kind):
        _index(_refusal(status)).put(_CREATOR, [chunk])


def test_removal_goes_on_while_writers_interfere() -> None:
    index = _index({"deleted": 3, "version_conflicts": 2}, {"deleted": 2, "version_conflicts": 0})
    assert index.remove_document(_CREATOR, "doc") == 5


def test_removal_gives_up_as_transient_when_writers_never_stop() -> None:
    index = _index(*[{"deleted": 0, "version_conflicts": 1}] * 5)
    with pytest.raises(TransientError):
        index.remove_document(_CREATOR, "doc")


def test_only_https_addresses_are_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    plain = connect("http://127.0.0.1:9201", region="eu-west-1").transport.connection_pool.connections[0]
    signed = connect("https://search.example.org", region="eu-west-1").transport.connection_pool.connections[
        0
    ]
    assert plain.http_auth is None
    headers = signed.http_auth("GET", "https://search.example.org/", "", {})
    assert "/eu-west-1/es/aws4_request" in headers["Authorization"]
