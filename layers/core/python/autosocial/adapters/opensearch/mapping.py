"""Settings and mapping of the shared index: HNSW by the lucene engine, BM25 over terms made by us."""

from typing import Any

INDEX = "knowledge"


def mapping(dimensions: int) -> dict[str, Any]:
    """Return the body that creates the index. The terms come stemmed, so they are split at blanks only."""
    keyword = {"type": "keyword"}
    unsearched = {"type": "keyword", "index": False, "doc_values": False}
    number = {"type": "integer", "index": False}
    method = {"name": "hnsw", "engine": "lucene", "space_type": "cosinesimil"}
    return {
        "settings": {
            "index": {"knn": True, "number_of_shards": 2, "auto_expand_replicas": "0-1"},
            "analysis": {"analyzer": {"made_terms": {"type": "custom", "tokenizer": "whitespace"}}},
        },
        "mappings": {
            "dynamic": "strict",
            "_routing": {"required": True},
            "properties": {
                "creator_id": keyword,
                "chunk_id": keyword,
                "document_id": keyword,
                "document_name": unsearched,
                "ordinal": number,
                "page": number,
                "start": number,
                "end": number,
                "heading": unsearched,
                "language": keyword,
                "text": {"type": "text", "index": False},
                "terms": {"type": "text", "analyzer": "made_terms"},
                "vector": {"type": "knn_vector", "dimension": dimensions, "method": method},
            },
        },
    }
