"""What only the embedded index promises: many writers, fresh reads, nothing left behind."""

import multiprocessing
import sqlite3
import threading
from contextlib import suppress
from functools import partial
from pathlib import Path

import boto3
import pytest

from autosocial.adapters.s3.index_file import S3IndexFiles
from autosocial.adapters.sqlite.index_database import IndexDatabase
from autosocial.adapters.sqlite.knowledge_index import EmbeddedKnowledgeIndex
from autosocial.adapters.sqlite.warm_vectors import WarmVectorCache
from autosocial.kernel.errors import ConflictError, TransientError
from infra.local.processes import wait_until
from tests.contract.index.samples import ANNA, BORIS, DIMENSIONS, asking, chunk
from tests.contract.index.servers import session

_WRITERS, _WRITES = 4, 6


def _write(url: str, bucket: str, folder: str, writer: int) -> None:
    client = boto3.Session("000000000000", "local", region_name="us-east-1").client("s3", endpoint_url=url)
    index = EmbeddedKnowledgeIndex(S3IndexFiles(client, bucket), Path(folder), dimensions=DIMENSIONS)
    for number in range(_WRITES):
        name = f"w{writer}-{number}"
        made = chunk(number, f"written by {name}", chunk_id=name, document_id=f"writer-{writer}")
        while True:
            # Who is too late too often is told to come back, as the pipeline does; nothing may be lost by it.
            with suppress(TransientError):
                index.put(ANNA, [made])
                break


@pytest.mark.slow
@pytest.mark.parametrize("shared_folder", [False, True])
def test_four_processes_that_write_at_once_lose_nothing(
    emulator_url, emulated_files, tmp_path, shared_folder
):
    folders = [tmp_path / ("shared" if shared_folder else str(writer)) for writer in range(_WRITERS)]
    context = multiprocessing.get_context("spawn")
    bucket = emulated_files.bucket
    writers = [
        context.Process(target=_write, args=(emulator_url, bucket, str(folder), writer))
        for writer, folder in enumerate(folders)
    ]
    for one in writers:
        one.start()
    for one in writers:
        one.join(240)

    assert [one.exitcode for one in writers] == [0] * _WRITERS
    index = EmbeddedKnowledgeIndex(emulated_files, tmp_path / "reader", dimensions=DIMENSIONS)
    assert [index.count(ANNA, f"writer-{writer}") for writer in range(_WRITERS)] == [_WRITES] * _WRITERS
    assert len(index.search(ANNA, asking("written", seed=1, k=100)).lexical) == _WRITERS * _WRITES
    target = tmp_path / "check.sqlite"
    emulated_files.fetch(ANNA, target)
    assert sqlite3.connect(target).execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_another_processs_change_is_seen_at_the_next_search(emulated_files, tmp_path):
    here = EmbeddedKnowledgeIndex(emulated_files, tmp_path / "here", dimensions=DIMENSIONS)
    there = EmbeddedKnowledgeIndex(emulated_files, tmp_path / "there", dimensions=DIMENSIONS)
    here.put(ANNA, [chunk(0, "old words")])
    assert len(there.search(ANNA, asking("old", seed=0)).lexical) == 1

    here.put(ANNA, [chunk(0, "new words"), chunk(1, "more")])

    hits = there.search(ANNA, asking("old new", seed=0))
    assert [hit.text for hit in hits.lexical] == ["new words"]
    assert len(hits.dense) == 2


def test_the_store_refuses_a_version_that_is_not_current(emulated_files, tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"one")
    first = emulated_files.store(ANNA, file, expected="")
    with pytest.raises(ConflictError):
        emulated_files.store(ANNA, file, expected="")
    file.write_bytes(b"two")
    second = emulated_files.store(ANNA, file, expected=first)
    with pytest.raises(ConflictError):
        emulated_files.store(ANNA, file, expected=first)
    with pytest.raises(ConflictError):
        emulated_files.store(BORIS, file, expected=second)
    target = tmp_path / "target"
    assert emulated_files.fetch(ANNA, target, known=second) == second
    assert not target.exists()
    assert emulated_files.fetch(BORIS, target) == ""


def test_deleted_words_are_not_left_in_the_file(emulated_files, tmp_path):
    index = EmbeddedKnowledgeIndex(emulated_files, tmp_path / "cache", dimensions=DIMENSIONS)
    index.put(ANNA, [chunk(n, f"plain {n}") for n in range(40)])
    secret = [
        chunk(n, f"canarysecret{n}", chunk_id=f"s{n}", document_id="secret", document_name="canaryname")
        for n in range(40)
    ]
    index.put(ANNA, secret)
    target = tmp_path / "target"
    emulated_files.fetch(ANNA, target)
    assert b"canarysecret" in target.read_bytes()

    index.remove_document(ANNA, "secret")

    emulated_files.fetch(ANNA, target)
    files = [target, *(path for path in (tmp_path / "cache").rglob("*") if path.is_file())]
    assert len(files) == 2
    for path in files:
        assert b"canary" not in path.read_bytes()
        assert b"ecret3" not in path.read_bytes()


def test_a_versioned_bucket_keeps_no_version_with_deleted_words(emulator_url, emulated_files, tmp_path):
    client = session().client("s3", endpoint_url=emulator_url)
    bucket = emulated_files.bucket
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    index = EmbeddedKnowledgeIndex(emulated_files, tmp_path, dimensions=DIMENSIONS)
    for owner in (ANNA, BORIS):
        index.put(owner, [chunk(0, "canarysecret"), chunk(1, "other", document_id="kept", chunk_id="k")])
    index.put(ANNA, [chunk(2, "more")])
    assert len(client.list_object_versions(Bucket=bucket)["Versions"]) == 3

    assert index.remove_document(ANNA, "doc-a") == 2
    assert index.remove_document(ANNA, "unknown") == 0

    left = client.list_object_versions(Bucket=bucket)["Versions"]
    assert sorted(version["Key"] for version in left) == [f"{ANNA}/index.sqlite", f"{BORIS}/index.sqlite"]
    assert index.count(ANNA, "kept") == index.count(BORIS, "doc-a") == 1


def test_replaced_words_are_not_left_in_the_file(emulated_files, tmp_path):
    index = EmbeddedKnowledgeIndex(emulated_files, tmp_path / "cache", dimensions=DIMENSIONS)
    index.put(ANNA, [chunk(0, "canarysecret"), chunk(1, "plain")])
    index.put(ANNA, [chunk(0, "changed")])
    target = tmp_path / "target"
    emulated_files.fetch(ANNA, target)
    assert b"canary" not in target.read_bytes()


def test_warm_vectors_are_bounded_and_never_those_of_another_creator(emulated_files, tmp_path):
    cache, loads = WarmVectorCache(max_bytes=2_000), list[str]()
    index = EmbeddedKnowledgeIndex(emulated_files, tmp_path, dimensions=DIMENSIONS)
    for owner in (ANNA, BORIS):
        index.put(owner, [chunk(n, f"{owner} {n}") for n in range(10)])

    def load(owner: str, version: str):
        from autosocial.adapters.sqlite.warm_vectors import load_vectors

        loads.append(owner)
        (path,) = (tmp_path / owner).glob("*.sqlite")
        with IndexDatabase.published(path) as database:
            return load_vectors(database, version=version, dimensions=DIMENSIONS)

    for owner in (ANNA, ANNA, BORIS, ANNA):
        cache.get(owner, "same-version", partial(load, owner, "same-version"))
    cache.get(ANNA, "next", partial(load, ANNA, "next"))
    assert loads == [ANNA, BORIS, ANNA, ANNA]


def test_threads_that_search_while_others_write_see_whole_versions(emulated_files, tmp_path):
    index = EmbeddedKnowledgeIndex(emulated_files, tmp_path, dimensions=DIMENSIONS)
    index.put(ANNA, [chunk(n, "step 0") for n in range(5)])
    seen, done = [], threading.Event()

    def read():
        while not done.is_set():
            hits = index.search(ANNA, asking("step", seed=1, k=10))
            seen.append({hit.text for hit in hits.lexical})

    def has_seen(searches):
        return len(seen) >= searches

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for step in range(1, 8):
        wanted = len(seen) + 1
        index.put(ANNA, [chunk(n, f"step {step}") for n in range(5)])
        assert wait_until(partial(has_seen, wanted), timeout_seconds=60), "no search came to an end"
    done.set()
    for reader in readers:
        reader.join()
    assert all(len(texts) == 1 for texts in seen)
