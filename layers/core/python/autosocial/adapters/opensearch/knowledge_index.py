"""The knowledge index on OpenSearch: one shared index, every tenant routed and filtered."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from opensearchpy.exceptions import OpenSearchException

from autosocial.adapters.opensearch.faults import is_absent, translated
from autosocial.adapters.opensearch.mapping import INDEX, mapping
from autosocial.kernel.errors import InvalidError, PermanentError, TransientError
from autosocial.kernel.retry import Retry
from autosocial.knowledge.index_ports import IndexedChunk, IndexHits, IndexQuery, ScoredChunk
from autosocial.knowledge.terms import chunk_terms

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

_TENANT = re.compile(r"[A-Za-z0-9_-]{1,64}")
_STORED = (
    "chunk_id", "document_id", "document_name", "ordinal", "text",
    "page", "heading", "language", "start", "end",
)  # fmt: skip
_BULK_CHUNKS = 200
_DELETE_AGAIN = Retry(tries=5)


class _BusyError(TransientError):
    code = "index_busy"


class OpenSearchKnowledgeIndex:
    """A ``KnowledgeIndex`` for many tenants: the filter acts inside the k-NN clause, never after it."""

    def __init__(self, client: "OpenSearch", *, dimensions: int, index: str = INDEX) -> None:
        self._client = client
        self._dimensions = dimensions
        self._index = index
        self._ensured = False

    def ensure(self) -> None:
        """Create the index unless it is there; refuse one made for another embedding model."""
        try:
            if not self._client.indices.exists(index=self._index):
                self._create()
            found = self._client.indices.get_mapping(index=self._index)
        except OpenSearchException as error:
            raise translated(error) from error
        properties = next(iter(found.values()))["mappings"]["properties"]
        if properties.get("vector", {}).get("dimension") != self._dimensions:
            raise PermanentError(
                "The knowledge index belongs to another embedding model.", code="index_mismatch"
            )
        self._ensured = True

    def put(self, creator_id: str, chunks: Sequence[IndexedChunk]) -> None:
        """Add chunks, replacing those with the same id; durable and visible when it returns."""
        _check_tenant(creator_id)
        latest = {chunk.chunk_id: chunk for chunk in chunks}
        documents = [(chunk_id, self._document(creator_id, chunk)) for chunk_id, chunk in latest.items()]
        if not documents:
            return
        if not self._ensured:
            self.ensure()
        for start in range(0, len(documents), _BULK_CHUNKS):
            self._bulk(creator_id, documents[start : start + _BULK_CHUNKS])

    def remove_document(
        self, creator_id: str, document_id: str, *, keep: frozenset[str] = frozenset()
    ) -> int:
        """Remove a document's chunks except the ids in ``keep``; return how many went."""
        query = _filter(creator_id, must=[{"term": {"document_id": document_id}}])
        if keep:
            query["bool"]["must_not"] = [{"terms": {"chunk_id": sorted(keep)}}]
        removed = 0

        def remove(_: int) -> None:
            nonlocal removed
            answer = self._call(
                "delete_by_query",
                body={"query": query},
                params={"routing": creator_id, "refresh": "true", "conflicts": "proceed"},
            )
            removed += int(answer.get("deleted", 0))
            if answer.get("version_conflicts") or answer.get("failures"):
                raise _BusyError("The document is being written at the moment; try again.")

        _DELETE_AGAIN(remove, on=_BusyError)
        return removed

    def count(self, creator_id: str, document_id: str) -> int:
        """Return how many chunks of a document are in the index."""
        query = _filter(creator_id, must=[{"term": {"document_id": document_id}}])
        answer = self._call("count", body={"query": query}, params={"routing": creator_id})
        return int(answer.get("count", 0))

    def search(self, creator_id: str, query: IndexQuery) -> IndexHits:
        """Return both result lists in one call."""
        allowed = _filter(creator_id, excluded_documents=query.excluded_documents)
        wanted: list[dict[str, Any]] = []
        if query.vector is not None:
            nearest = {"vector": self._checked(query.vector), "k": query.k, "filter": allowed}
            wanted.append({"knn": {"vector": nearest}})
        if query.terms:
            # One clause a term: the terms are matched as they are, so no syntax can be smuggled in.
            matching = [{"term": {"terms": term}} for term in query.terms]
            wanted.append({"bool": {"should": matching, "minimum_should_match": 1, "filter": [allowed]}})
        if not wanted:
            _check_tenant(creator_id)
            return IndexHits()
        found = iter(self._msearch(creator_id, wanted, query.k))
        dense = next(found, ()) if query.vector is not None else ()
        lexical = next(found, ()) if query.terms else ()
        # Lucene's cosine similarity scores (1 + cosine) / 2.
        return IndexHits(dense=_scored(dense, lambda score: 2 * score - 1), lexical=_scored(lexical, float))

    def _msearch(
        self, creator_id: str, queries: Sequence[dict[str, Any]], k: int
    ) -> list[Sequence[Mapping[str, Any]]]:
        header = {"index": self._index, "routing": creator_id}
        order = [{"_score": "desc"}, {"chunk_id": "asc"}]
        lines: list[dict[str, Any]] = []
        for query in queries:
            body = {"query": query, "size": k, "sort": order, "track_scores": True, "_source": list(_STORED)}
            lines += [header, body]
        try:
            answers = self._client.msearch(body=lines)["responses"]
        except OpenSearchException as error:
            raise translated(error) from error
        return [self._hits_of(answer) for answer in answers]

    def _hits_of(self, answer: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        if "error" not in answer:
            hits: Sequence[Mapping[str, Any]] = answer["hits"]["hits"]
            return hits
        if answer["error"].get("type") == "index_not_found_exception":
            return ()
        if int(answer.get("status", 500)) >= 429:
            raise TransientError("The knowledge index is not to be reached right now.")
        raise PermanentError(f"The knowledge index refused a search: {answer['error'].get('type')}.")

    def _create(self) -> None:
        try:
            self._client.indices.create(index=self._index, body=mapping(self._dimensions))
        except OpenSearchException as error:
            if "resource_already_exists_exception" not in str(error):
                raise

    def _bulk(self, creator_id: str, documents: Sequence[tuple[str, dict[str, Any]]]) -> None:
        lines: list[dict[str, Any]] = []
        for chunk_id, document in documents:
            place = {"_index": self._index, "_id": f"{creator_id}:{chunk_id}", "routing": creator_id}
            lines += [{"index": place}, document]
        try:
            answer = self._client.bulk(body=lines, params={"refresh": "wait_for"})
        except OpenSearchException as error:
            raise translated(error) from error
        failed = [item["index"] for item in answer["items"] if "error" in item["index"]]
        if not failed:
            return
        if all(int(item["status"]) in {429, 503} for item in failed):
            raise TransientError("The knowledge index is busy; try again.", code="index_busy")
        raise PermanentError(f"The knowledge index refused a chunk: {failed[0]['error']['type']}.")

    def _call(self, method: str, *, body: dict[str, Any], params: dict[str, str]) -> Mapping[str, Any]:
        try:
            answer: Mapping[str, Any] = getattr(self._client, method)(
                index=self._index, body=body, params=params
            )
        except OpenSearchException as error:
            if is_absent(error):
                return {}
            raise translated(error) from error
        return answer

    def _document(self, creator_id: str, chunk: IndexedChunk) -> dict[str, Any]:
        fields = {name: getattr(chunk, name) for name in _STORED}
        terms = " ".join(chunk_terms(chunk.text, chunk.heading, chunk.language))
        return {**fields, "creator_id": creator_id, "terms": terms, "vector": self._checked(chunk.vector)}

    def _checked(self, vector: Sequence[float]) -> list[float]:
        values = [float(value) for value in vector]
        finite = all(abs(value) < float("inf") for value in values)
        if len(values) != self._dimensions or not finite or not any(values):
            raise InvalidError(
                f"A vector must have {self._dimensions} finite numbers, not all 0.", code="bad_vector"
            )
        return values


def _filter(
    creator_id: str, *, must: Sequence[dict[str, Any]] = (), excluded_documents: frozenset[str] = frozenset()
) -> dict[str, Any]:
    _check_tenant(creator_id)
    clauses: dict[str, Any] = {"filter": [{"term": {"creator_id": creator_id}}, *must]}
    if excluded_documents:
        clauses["must_not"] = [{"terms": {"document_id": sorted(excluded_documents)}}]
    return {"bool": clauses}


def _scored(hits: Sequence[Mapping[str, Any]], score_of: Any) -> tuple[ScoredChunk, ...]:
    return tuple(
        ScoredChunk(**{name: hit["_source"].get(name) for name in _STORED}, score=score_of(hit["_score"]))
        for hit in hits
    )


def _check_tenant(creator_id: str) -> None:
    if not _TENANT.fullmatch(creator_id):
        raise InvalidError("A search needs the id of a creator.", code="invalid_id")
