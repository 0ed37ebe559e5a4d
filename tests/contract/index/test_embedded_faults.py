"""What the embedded index does when its file or its store is broken, foreign, full or contested."""

import boto3
import pytest
from botocore.stub import Stubber

from autosocial.adapters.s3.index_file import S3IndexFiles
from autosocial.adapters.sqlite.index_snapshots import IndexSnapshots
from autosocial.adapters.sqlite.knowledge_index import EmbeddedKnowledgeIndex
from autosocial.kernel.errors import ConflictError, PermanentError, TooLargeError, TransientError
from autosocial.kernel.retry import Retry
from tests.contract.index.samples import ANNA, BORIS, DIMENSIONS, asking, chunk


def test_a_damaged_local_copy_is_fetched_anew(emulated_files, tmp_path):
    index = EmbeddedKnowledgeIndex(emulated_files, tmp_path, dimensions=DIMENSIONS)
    index.put(ANNA, [chunk(0, "whole")])
    (copy,) = (tmp_path / ANNA).glob("*.sqlite")
    copy.write_bytes(b"not a database" * 100)
    assert len(index.search(ANNA, asking("whole", seed=0)).lexical) == 1


def test_a_damaged_stored_file_is_said_to_be_damaged_and_not_overwritten(emulated_files, tmp_path):
    broken = tmp_path / "broken"
    broken.write_bytes(b"not a database" * 100)
    version = emulated_files.store(ANNA, broken, expected="")
    index = EmbeddedKnowledgeIndex(
        emulated_files, tmp_path / "cache", dimensions=DIMENSIONS, retry=Retry(12, sleep=lambda _: None)
    )
    with pytest.raises(PermanentError):
        index.search(ANNA, asking("x", seed=0))
    with pytest.raises(PermanentError):
        index.put(ANNA, [chunk(0, "x")])
    assert emulated_files.fetch(ANNA, tmp_path / "x", known=version) == version


def test_a_file_of_another_creator_or_model_is_refused(emulated_files, tmp_path):
    EmbeddedKnowledgeIndex(emulated_files, tmp_path / "a", dimensions=DIMENSIONS).put(
        ANNA, [chunk(0, "mine")]
    )
    stolen = tmp_path / "stolen"
    emulated_files.fetch(ANNA, stolen)
    emulated_files.store(BORIS, stolen, expected="")

    with pytest.raises(PermanentError):
        EmbeddedKnowledgeIndex(emulated_files, tmp_path / "b", dimensions=DIMENSIONS).search(
            BORIS, asking("mine", seed=0)
        )
    other_model = EmbeddedKnowledgeIndex(emulated_files, tmp_path / "c", dimensions=4)
    with pytest.raises(PermanentError):
        other_model.search(ANNA, asking("mine"))


class _AlwaysTooLate:
    """A store in which somebody else always was first."""

    def __init__(self):
        self.attempts = 0

    def fetch(self, creator_id, target, *, known=""):
        return ""

    def store(self, creator_id, source, *, expected):
        self.attempts += 1
        raise ConflictError("somebody was first")

    def forget_old(self, creator_id):
        raise AssertionError("nothing was removed")


def test_a_writer_that_is_always_too_late_gives_up_as_transient(tmp_path):
    files, pauses = _AlwaysTooLate(), list[float]()
    index = EmbeddedKnowledgeIndex(
        files, tmp_path, dimensions=DIMENSIONS, retry=Retry(4, sleep=pauses.append, chance=lambda: 0.5)
    )
    with pytest.raises(TransientError):
        index.put(ANNA, [chunk(0, "x")])
    assert files.attempts == 4
    assert pauses == [0.005, 0.01, 0.02]
    assert list((tmp_path / ANNA).iterdir()) == []


def test_an_index_that_would_grow_too_large_is_refused(emulated_files, tmp_path, monkeypatch):
    monkeypatch.setattr("autosocial.adapters.sqlite.knowledge_index.MAX_INDEX_BYTES", 100_000)
    index = EmbeddedKnowledgeIndex(emulated_files, tmp_path, dimensions=DIMENSIONS)
    index.put(ANNA, [chunk(0, "small")])
    with pytest.raises(TooLargeError):
        index.put(ANNA, [chunk(1, "word " * 50_000)])
    assert index.count(ANNA, "doc-a") == 1


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("SlowDown", 503, TransientError),
        ("InternalError", 500, TransientError),
        ("AccessDenied", 403, PermanentError),
    ],
)
def test_refusals_of_the_store_become_our_errors(tmp_path, code, status, kind):
    client = boto3.Session("x", "y", region_name="us-east-1").client("s3")
    index = EmbeddedKnowledgeIndex(S3IndexFiles(client, "b"), tmp_path, dimensions=DIMENSIONS)
    with Stubber(client) as stub:
        stub.add_client_error("get_object", code, http_status_code=status)
        with pytest.raises(kind):
            index.search(ANNA, asking("x", seed=0))


def test_a_store_that_cannot_be_reached_is_transient(tmp_path):
    session = boto3.Session("x", "y", region_name="us-east-1")
    client = session.client("s3", endpoint_url="http://127.0.0.1:9")
    index = EmbeddedKnowledgeIndex(S3IndexFiles(client, "b"), tmp_path, dimensions=DIMENSIONS)
    with pytest.raises(TransientError):
        index.search(ANNA, asking("x", seed=0))


def test_copies_of_all_creators_share_one_budget_and_the_newest_stays(emulated_files, tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"x" * 1_000)
    for creator in (ANNA, BORIS):
        emulated_files.store(creator, file, expected="")
    snapshots = IndexSnapshots(emulated_files, tmp_path / "cache", budget_bytes=1_500)
    for creator in (ANNA, BORIS):
        with snapshots.newest(creator) as snapshot:
            assert snapshot is not None and snapshot.path.read_bytes() == file.read_bytes()

    assert [kept.parent.name for kept in (tmp_path / "cache").glob("*/*")] == [BORIS]
    with snapshots.newest(ANNA) as again:
        assert again is not None and again.path.read_bytes() == file.read_bytes()


def test_a_copy_that_is_read_stays_while_a_newer_one_takes_its_place(emulated_files, tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"old")
    emulated_files.store(ANNA, file, expected="")
    reader, writer = (IndexSnapshots(emulated_files, tmp_path / "cache") for _ in range(2))
    with reader.newest(ANNA) as old, writer.newest(ANNA) as base:
        assert old is not None and base is not None
        with writer.draft(ANNA, base) as draft:
            draft.write_bytes(b"new")
            writer.publish(ANNA, draft, base)
        assert old.path.read_bytes() == b"old"

    (kept,) = (tmp_path / "cache" / ANNA).iterdir()
    assert kept.read_bytes() == b"new"
