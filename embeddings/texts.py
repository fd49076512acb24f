"""The texts of a snapshot: files, articles and their sentences, read on demand.

In: `texts.sqlite`, as writer.py writes it. Out: records of files, sources, bodies of articles. What
is read is checked as it is read; whatever is wrong is an IndexDamagedError.
"""

from __future__ import annotations

import dataclasses
import functools
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from embeddings.errors import IndexDamagedError
from embeddings.folder import FileState
from embeddings.manifest import TEXTS
from embeddings.packed import Body, unpack_body, unpack_source
from embeddings.source import Source

SCHEMA = (
    "CREATE TABLE files (path TEXT PRIMARY KEY, size INTEGER, mtime_ns INTEGER, sha256 TEXT,"
    " settled INTEGER, first INTEGER, articles INTEGER) WITHOUT ROWID",
    "CREATE TABLE problems (path TEXT, reason TEXT, hint TEXT, left_out INTEGER)",
    "CREATE TABLE articles (id INTEGER PRIMARY KEY, source BLOB, body BLOB)",
)
"""What the file must hold, and nothing else: no view or trigger of a stranger's is ever run."""

_KEPT = 512  # articles, of about 10 KB; a question looks at a hundred or two, twice

_T = TypeVar("_T")


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a file."""

    path: str
    reason: str
    hint: str
    left_out: bool = True  # or it was read, but not whole


@dataclasses.dataclass(frozen=True, slots=True)
class FileRecord:
    """A file as it was read."""

    state: FileState
    sha256: str  # of its bytes; empty when it was left out
    settled: bool  # it was older than the read: a change after it changes its time
    first: int  # id of its first article
    articles: int


class Texts:
    """An open `texts.sqlite`."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self.body: Callable[[int], Body] = functools.lru_cache(_KEPT)(self._body)
        self.source: Callable[[int], Source] = functools.lru_cache(_KEPT)(self._source)

    @classmethod
    def from_file(cls, path: Path) -> Texts:
        """Open the file for reading only, and check that it holds the tables that it should."""
        try:
            uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
            texts = cls(sqlite3.connect(uri, uri=True, check_same_thread=False))
        except sqlite3.Error as error:
            raise IndexDamagedError(TEXTS, str(error)) from error
        found = texts._rows("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
        if tuple(sql for (sql,) in found) != SCHEMA:
            raise IndexDamagedError(TEXTS, "other tables than there should be")
        return texts

    def __len__(self) -> int:
        return int(self._rows("SELECT count(*) FROM articles")[0][0])

    def sources(self) -> list[Source]:
        """Return the sources of all articles, in order."""
        rows = self._rows("SELECT source FROM articles ORDER BY id")
        return [_unpacked(unpack_source, raw) for (raw,) in rows]

    def articles_of(self, path: str) -> range:
        """Return the ids of a file's articles."""
        rows = self._rows("SELECT first, articles FROM files WHERE path = ?", (path,))
        return range(rows[0][0], sum(rows[0])) if rows else range(0)

    def records(self) -> list[FileRecord]:
        """Return what is known of each file, sorted by path."""
        rows = self._rows(
            "SELECT path, size, mtime_ns, sha256, settled, first, articles FROM files"
        )
        records = [
            FileRecord(FileState(path, size, mtime), sha256, bool(settled), first, articles)
            for path, size, mtime, sha256, settled, first, articles in rows
        ]
        return sorted(records, key=lambda record: record.state.path)

    def problems(self) -> list[Problem]:
        """Return what is wrong with which files."""
        rows = self._rows("SELECT path, reason, hint, left_out FROM problems ORDER BY path, rowid")
        return [Problem(path, reason, hint, bool(out)) for path, reason, hint, out in rows]

    def _source(self, article: int) -> Source:
        return _unpacked(unpack_source, self._column("source", article))

    def _body(self, article: int) -> Body:
        return _unpacked(unpack_body, self._column("body", article))

    def _column(self, name: str, article: int) -> Any:  # noqa: ANN401 - whatever SQLite holds
        rows = self._rows(f"SELECT {name} FROM articles WHERE id = ?", (article,))
        if not rows:
            raise IndexDamagedError(TEXTS, f"article {article} is missing")
        return rows[0][0]

    def _rows(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        try:
            return self._database.execute(statement, values).fetchall()
        except (sqlite3.Error, OverflowError) as error:
            raise IndexDamagedError(TEXTS, str(error)) from error


def _unpacked(unpack: Callable[[bytes], _T], raw: object) -> _T:
    if not isinstance(raw, bytes):
        raise IndexDamagedError(TEXTS, "not what was written")
    try:
        return unpack(raw)
    except (ValueError, TypeError) as error:
        raise IndexDamagedError(TEXTS, str(error)) from error
