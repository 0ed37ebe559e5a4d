import os
import stat
from pathlib import Path

import pytest

from autosocial.adapters.opensearch.knowledge_index import OpenSearchKnowledgeIndex
from autosocial.adapters.s3.index_file import S3IndexFiles
from autosocial.adapters.sqlite.knowledge_index import EmbeddedKnowledgeIndex
from autosocial.kernel.errors import PermanentError
from autosocial.knowledge.index_ports import KnowledgeIndex
from autosocial.wiring.index import build_index
from tests.contract.index.samples import ANNA, DIMENSIONS, chunk

KEYS = {"AWS_ACCESS_KEY_ID": "000000000000", "AWS_SECRET_ACCESS_KEY": "local"}


def _build(kind: str, *, bucket: str = "", opensearch_url: str = "", dimensions: int = 384) -> KnowledgeIndex:
    return build_index(
        kind=kind, bucket=bucket, opensearch_url=opensearch_url, region="us-east-1", dimensions=dimensions
    )


def test_copies_lie_in_the_functions_own_temporary_folder_closed_to_others(
    emulated_files: S3IndexFiles, emulator_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for name, value in {**KEYS, "AWS_ENDPOINT_URL": emulator_url}.items():
        monkeypatch.setenv(name, value)
    before = os.umask(0)
    try:
        index = _build("embedded", bucket=emulated_files.bucket, dimensions=DIMENSIONS)
        index.put(ANNA, [chunk(0, "private words")])
    finally:
        os.umask(before)
    (folder,) = tmp_path.iterdir()
    assert list(folder.rglob("*.sqlite"))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_configured_kind_is_built() -> None:
    assert isinstance(_build("embedded", bucket="b"), EmbeddedKnowledgeIndex)
    assert isinstance(_build("opensearch", opensearch_url="http://127.0.0.1:9201"), OpenSearchKnowledgeIndex)


@pytest.mark.parametrize("kind", ["embedded", "opensearch", "chroma", ""])
def test_an_unknown_kind_or_a_missing_place_is_refused(kind: str) -> None:
    with pytest.raises(PermanentError):
        _build(kind)
