"""One tenant's index as one SQLite file: chunks, their terms (FTS5) and their vectors."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from autosocial.kernel.errors import PermanentError
from autosocial.knowledge.index_ports import IndexedChunk, ScoredChunk
from autosocial.knowledge.terms import chunk_terms

_APPLICATION_ID = 0x41534B49  # "ASKI"
_VERSION = 1
# The ascii tokenizer keeps our terms as they are: they hold no ASCII but letters and digits. The vocabulary
# table gives term frequencies, from which BM25 is computed as Lucene does (FTS5's own bm25() takes terms in
# more than half of the rows for worthless, which is wrong for a creator with three passages).
_SCHEMA = """
CREATE TABLE about (creator_id TEXT NOT NULL, dimensions INTEGER NOT NULL);
CREATE TABLE chunk (
    row INTEGER PRIMARY KEY, chunk_id TEXT NOT NULL UNIQUE, document_id TEXT NOT NULL,
    document_name TEXT NOT NULL, ordinal INTEGER NOT NULL, text TEXT NOT NULL, page INTEGER,
    heading TEXT NOT NULL, language TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL
);
CREATE INDEX chunk_by_document ON chunk (document_id);
CREATE TABLE vector (row INTEGER PRIMARY KEY, term_count INTEGER NOT NULL, value BLOB NOT NULL);
CREATE VIRTUAL TABLE chunk_terms USING fts5 (terms, tokenize = 'ascii');
CREATE VIRTUAL TABLE term_places USING fts5vocab (chunk_terms, 'instance');
"""
_INSERT = """
INSERT INTO chunk (chunk_id, document_id, document_name, ordinal, text, page, heading, language, start, "end")
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_SELECT = """
SELECT row, chunk_id, document_id, document_name, ordinal, text, page, heading, language, start, "end"
FROM chunk WHERE row IN (SELECT value FROM json_each(?))
"""
_DELETES = (
    "DELETE FROM chunk_terms WHERE rowid IN (SELECT value FROM json_each(?))",
    "DELETE FROM vector WHERE row IN (SELECT value FROM json_each(?))",
    "DELETE FROM chunk WHERE row IN (SELECT value FROM json_each(?))",
)
_FREE_PAGES_WORTH_A_VACUUM = 0.2


class IndexDatabase:
    """An open index file. A draft is written by one writer; a published file is only read."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    @classmethod
    @contextmanager
    def draft(cls, path: Path, *, creator_id: str, dimensions: int) -> Iterator["IndexDatabase"]:
        """Open a private copy for writing, made new when empty; checked and compacted at the end."""
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            # The file is a draft until it is stored whole, so it needs no journal on disk.
            connection.executescript(
                "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA secure_delete = ON;"
            )
            database = cls(connection)
            if path.stat().st_size == 0:
                database._create(creator_id, dimensions)
            database.verify(creator_id, dimensions)
            connection.execute("BEGIN")
            yield database
            connection.execute("COMMIT")
            database._compact()
            database._check_whole()
        finally:
            connection.close()

    @classmethod
    @contextmanager
    def published(cls, path: Path) -> Iterator["IndexDatabase"]:
        """Open a file that nobody changes any more."""
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            yield cls(connection)
        finally:
            connection.close()

    def verify(self, creator_id: str, dimensions: int) -> None:
        """Refuse a file of another tenant, another embedding model or another format.

        Raises:
            PermanentError: it is one.
        """
        kind = [
            self._db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
        ]
        if kind != [_APPLICATION_ID, _VERSION]:
            raise PermanentError(
                "The knowledge index has a format this version cannot read.", code="index_format"
            )
        if self._db.execute("SELECT creator_id, dimensions FROM about").fetchone() != (
            creator_id,
            dimensions,
        ):
            raise PermanentError(
                "The knowledge index belongs to another account or embedding model.", code="index_mismatch"
            )

    def put(self, chunks: Sequence[IndexedChunk], vectors: Iterable[bytes]) -> None:
        """Add chunks with their packed vectors, replacing those with the same id."""
        self._remove_rows(self._rows_of_ids([chunk.chunk_id for chunk in chunks]))
        for chunk, vector in zip(chunks, vectors, strict=True):
            terms = chunk_terms(chunk.text, chunk.heading, chunk.language)
            values = (chunk.chunk_id, chunk.document_id, chunk.document_name, chunk.ordinal, chunk.text)
            place = (chunk.page, chunk.heading, chunk.language, chunk.start, chunk.end)
            row = self._db.execute(_INSERT, (*values, *place)).lastrowid
            self._db.execute("INSERT INTO vector VALUES (?, ?, ?)", (row, len(terms), vector))
            self._db.execute("INSERT INTO chunk_terms (rowid, terms) VALUES (?, ?)", (row, " ".join(terms)))

    def remove_document(self, document_id: str, keep: frozenset[str]) -> int:
        """Remove a document's chunks except ``keep``; return how many went."""
        found = self._db.execute("SELECT row, chunk_id FROM chunk WHERE document_id = ?", (document_id,))
        rows = [row for row, chunk_id in found if chunk_id not in keep]
        self._remove_rows(rows)
        return len(rows)

    def count(self, document_id: str) -> int:
        """Return how many chunks a document has."""
        query = "SELECT count(*) FROM chunk WHERE document_id = ?"
        return int(self._db.execute(query, (document_id,)).fetchone()[0])

    def total(self) -> int:
        """Return how many chunks there are."""
        return int(self._db.execute("SELECT count(*) FROM vector").fetchone()[0])

    def vectors(self) -> Iterator[tuple[int, str, int, bytes]]:
        """Yield (row, document id, number of terms, packed vector) in the order of chunk ids."""
        return self._db.execute(
            "SELECT row, document_id, term_count, value FROM chunk JOIN vector USING (row) ORDER BY chunk_id"
        )

    def places(self, term: str) -> list[tuple[int, int]]:
        """Return (row, how often) for every chunk that holds a term."""
        return self._db.execute(
            "SELECT doc, count(*) FROM term_places WHERE term = ? GROUP BY doc", (term,)
        ).fetchall()

    def scored(self, scores: dict[int, float]) -> tuple[ScoredChunk, ...]:
        """Return the chunks of these rows with their scores, in the order given."""
        found = self._db.execute(_SELECT, (json.dumps(list(scores)),))
        chunks = {fields[0]: ScoredChunk(*(*fields[1:], scores[fields[0]])) for fields in found}
        return tuple(chunks[row] for row in scores)

    def _create(self, creator_id: str, dimensions: int) -> None:
        self._db.executescript(
            f"PRAGMA application_id = {_APPLICATION_ID}; PRAGMA user_version = {_VERSION}; {_SCHEMA}"
        )
        self._db.execute("INSERT INTO about VALUES (?, ?)", (creator_id, dimensions))

    def _rows_of_ids(self, chunk_ids: Sequence[str]) -> list[int]:
        query = "SELECT row FROM chunk WHERE chunk_id IN (SELECT value FROM json_each(?))"
        return [row for (row,) in self._db.execute(query, (json.dumps(chunk_ids),))]

    def _remove_rows(self, rows: Sequence[int]) -> None:
        if not rows:
            return
        listed = (json.dumps(rows),)
        for statement in _DELETES:
            self._db.execute(statement, listed)
        # Without this the deleted words stay readable in older segments of the full-text index.
        self._db.execute("INSERT INTO chunk_terms (chunk_terms) VALUES ('optimize')")

    def _compact(self) -> None:
        free = self._db.execute("PRAGMA freelist_count").fetchone()[0]
        pages = self._db.execute("PRAGMA page_count").fetchone()[0]
        if free > pages * _FREE_PAGES_WORTH_A_VACUUM:
            self._db.execute("VACUUM")

    def _check_whole(self) -> None:
        verdict = self._db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            raise sqlite3.DatabaseError(f"quick_check: {verdict}")
