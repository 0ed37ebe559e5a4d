"""Chooses the knowledge index that a stage is configured for."""

from pathlib import Path
from typing import TYPE_CHECKING

from autosocial.kernel.errors import PermanentError

if TYPE_CHECKING:
    from autosocial.knowledge.index_ports import KnowledgeIndex


def build_index(
    *,
    kind: str,
    bucket: str,
    opensearch_url: str,
    region: str,
    dimensions: int,
) -> "KnowledgeIndex":
    """Return the index: ``embedded`` needs ``bucket``, ``opensearch`` needs ``opensearch_url``.

    The embedded one keeps its copies in the temporary folder: in Lambda it is the function's own and the
    only place where it may write; a local stack has one below its state.

    Raises:
        PermanentError: the kind is unknown, or what it needs is not set.
    """
    if kind == "embedded" and bucket:
        import tempfile

        from autosocial.adapters.aws.session import client
        from autosocial.adapters.s3.index_file import S3IndexFiles
        from autosocial.adapters.sqlite.knowledge_index import EmbeddedKnowledgeIndex

        files = S3IndexFiles(client("s3", region=region, read_timeout=20), bucket)
        directory = Path(tempfile.gettempdir()) / "knowledge-index"
        return EmbeddedKnowledgeIndex(files, directory, dimensions=dimensions)
    if kind == "opensearch" and opensearch_url:
        from autosocial.adapters.opensearch.client import connect
        from autosocial.adapters.opensearch.knowledge_index import OpenSearchKnowledgeIndex

        return OpenSearchKnowledgeIndex(connect(opensearch_url, region=region), dimensions=dimensions)
    raise PermanentError(
        "INDEX_KIND must be `embedded` (with KNOWLEDGE_BUCKET) or `opensearch` (with OPENSEARCH_URL).",
        code="settings_invalid",
    )
