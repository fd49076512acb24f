"""One complete index, open for reading.

In: an index folder. Out: a `Snapshot`: two vector indexes, the lexical index, and texts and
places on demand. What is opened is checked: that the manifest fits, that every file has the size
that was written, and that vectors, bounds and texts have the same numbers of rows.
"""

from __future__ import annotations

import dataclasses
import sqlite3
import tokenize
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from embeddings.articles import Source
from embeddings.config import IndexConfig
from embeddings.decode import Span
from embeddings.encode import EncoderFingerprint
from embeddings.errors import IndexDamagedError
from embeddings.folder import FileState
from embeddings.lexical import LexicalIndex
from embeddings.manifest import (
    BOUNDS,
    LEXICAL,
    PASSAGES,
    SENTENCES,
    TEXTS,
    Manifest,
    check_made_by,
    current_name,
    read_manifest,
    snapshot_folder,
)
from embeddings.vectors import VectorIndex

SPAN_FIELDS = tuple(field.name for field in dataclasses.fields(Span))
SOURCE_FIELDS = tuple(field.name for field in dataclasses.fields(Source))
"""The columns of `texts.sqlite` that hold a span and a source."""


@dataclasses.dataclass(frozen=True, slots=True)
class StoredSentence:
    """A sentence as the snapshot holds it."""

    id: int
    text: str
    start: int  # in the article's clean text
    span: Span


@dataclasses.dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as the snapshot holds it, with its article's source."""

    id: int
    article: int
    text: str
    start: int  # in the article's clean text
    first: int  # sentence ids, both included
    last: int
    span: Span
    source: Source


@dataclasses.dataclass(frozen=True, slots=True)
class ArticleEntry:
    """One line of the list of articles."""

    id: int
    source: Source
    passages: int


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a file."""

    path: str
    reason: str
    hint: str
    left_out: bool = True  # or it was read, but not whole


@dataclasses.dataclass(frozen=True, slots=True)
class Scope:
    """The part of a snapshot that is searched."""

    passages: npt.NDArray[np.int64]  # their numbers, ascending
    sentences: npt.NDArray[np.int64]


class Snapshot:
    """One complete index, open for reading."""

    def __init__(
        self,
        manifest: Manifest,
        texts: sqlite3.Connection,
        sentences: VectorIndex,
        passages: VectorIndex,
        lexical: LexicalIndex,
        bounds: npt.NDArray[np.int32],
    ) -> None:
        self.manifest = manifest
        self.sentences = sentences
        self.passages = passages
        self.lexical = lexical
        self._texts = texts
        self.bounds = bounds  # (passages, 2): first and last sentence

    @classmethod
    def from_index(
        cls, index: Path, *, encoder: EncoderFingerprint, config: IndexConfig
    ) -> Snapshot:
        """Open the current snapshot.

        Raises IndexMissingError, IndexMismatchError (made with another encoder or other settings)
        or IndexDamagedError (a file is missing or has another size than was written).
        """
        name = current_name(index)
        folder = snapshot_folder(index, name)
        try:
            manifest = read_manifest(folder)
            check_made_by(manifest, encoder, config)
            _check_sizes(folder, manifest)
            return cls._open(folder, manifest)
        except IndexDamagedError:
            if current_name(index) == name:
                raise
        return cls.from_index(index, encoder=encoder, config=config)  # swapped meanwhile

    @classmethod
    def _open(cls, folder: Path, manifest: Manifest) -> Snapshot:
        file = SENTENCES
        try:
            sentences = VectorIndex.from_bytes((folder / SENTENCES).read_bytes())
            file = PASSAGES
            passages = VectorIndex.from_bytes((folder / PASSAGES).read_bytes())
            file = LEXICAL
            lexical = LexicalIndex.from_folder(folder / LEXICAL)
            file = BOUNDS
            bounds = np.load(folder / BOUNDS, mmap_mode="r", allow_pickle=False)
            file = TEXTS
            uri = f"{(folder / TEXTS).resolve().as_uri()}?mode=ro&immutable=1"
            texts = sqlite3.connect(uri, uri=True, check_same_thread=False)
            rows = texts.execute("SELECT count(*) FROM articles").fetchone()[0]
        except (OSError, ValueError, sqlite3.Error, tokenize.TokenError) as error:
            raise IndexDamagedError(file, str(error)) from error
        counts = manifest.counts
        for file, found, expected in (
            (SENTENCES, len(sentences), counts["sentences"]),
            (PASSAGES, len(passages), counts["passages"]),
            (LEXICAL, len(lexical), counts["passages"]),
            (BOUNDS, len(bounds), counts["passages"]),
            (TEXTS, rows, counts["articles"]),
        ):
            if found != expected:
                raise IndexDamagedError(file, f"{found} rows, not {expected}")
        return cls(manifest, texts, sentences, passages, lexical, bounds)

    def passages_of(self, sentences: npt.NDArray[np.int64]) -> list[int]:
        """Return the numbers of all passages that hold one of the sentences, ascending."""
        lasts = self.bounds[:, 1]
        found = np.searchsorted(lasts, sentences)
        holding: set[int] = set()
        for sentence, passage in zip(sentences, found, strict=True):
            number = int(passage)
            while number < len(self.bounds) and self.bounds[number, 0] <= sentence:
                holding.add(number)
                number += 1
        return sorted(holding)

    def scope(self, articles: Sequence[int]) -> Scope:
        """Return what is searched when only these articles are, given by their ids."""
        wanted = set(articles)
        rows = self._rows("SELECT id, article FROM passages ORDER BY id")
        passages = np.array([number for number, article in rows if article in wanted], np.int64)
        inside = np.zeros(len(self.sentences) + 1, bool)
        for first, last in self.bounds[passages]:
            inside[first : last + 1] = True
        return Scope(passages, np.flatnonzero(inside))

    def passages_by_number(self, numbers: Sequence[int]) -> list[StoredPassage]:
        """Return passages in the order of their numbers."""
        rows = self._rows(
            f"SELECT p.id, p.article, p.text, p.start, p.first, p.last,"
            f" {_prefixed('p', SPAN_FIELDS)}, {_prefixed('a', SOURCE_FIELDS)}"
            " FROM passages p JOIN articles a ON a.id = p.article"
            f" WHERE p.id IN ({_marks(numbers)}) ORDER BY p.id",
            numbers,
        )
        spans = len(SPAN_FIELDS)
        return [
            StoredPassage(
                number,
                article,
                text,
                start,
                first,
                last,
                Span(*rest[:spans]),
                _source(rest[spans:]),
            )
            for number, article, text, start, first, last, *rest in rows
        ]

    def sentences_by_number(self, numbers: Sequence[int]) -> list[StoredSentence]:
        """Return sentences in the order of their numbers."""
        rows = self._rows(
            f"SELECT id, text, start, {', '.join(SPAN_FIELDS)}"
            f" FROM sentences WHERE id IN ({_marks(numbers)}) ORDER BY id",
            numbers,
        )
        return [
            StoredSentence(number, text, start, Span(*span)) for number, text, start, *span in rows
        ]

    def sentences_at(self, path: str, first: int, last: int) -> list[tuple[Source, StoredSentence]]:
        """Return the sentences on some lines of a file, each with its article's source."""
        articles = self._rows(
            f"SELECT {_prefixed('a', SOURCE_FIELDS)}, min(p.first), max(p.last) FROM articles a"
            " JOIN passages p ON p.article = a.id WHERE a.path = ? GROUP BY a.id ORDER BY a.id",
            (path,),
        )
        found = []
        for *source, low, high in articles:
            numbers = self._rows(
                "SELECT id FROM sentences WHERE id BETWEEN ? AND ?"
                " AND line_start <= ? AND line_end >= ? ORDER BY id",
                (low, high, last, first),
            )
            sentences = self.sentences_by_number([number for (number,) in numbers])
            found += [(_source(source), sentence) for sentence in sentences]
        return found

    def all_sentences(self) -> Iterator[tuple[Source, StoredSentence]]:
        """Yield every sentence with its article's source, article by article."""
        for path in dict.fromkeys(entry.source.path for entry in self.articles()):
            yield from self.sentences_at(path, 0, 2**62)

    def _rows(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        try:
            return self._texts.execute(statement, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise IndexDamagedError(TEXTS, str(error)) from error

    def articles(self) -> list[ArticleEntry]:
        """Return all articles, in the order of their files."""
        rows = self._rows(
            f"SELECT a.id, {_prefixed('a', SOURCE_FIELDS)}, count(p.id)"
            " FROM articles a LEFT JOIN passages p ON p.article = a.id GROUP BY a.id ORDER BY a.id"
        )
        return [ArticleEntry(row[0], _source(row[1:-1]), row[-1]) for row in rows]

    def files(self) -> list[FileState]:
        """Return the state in which each source file was when it was read, sorted by path."""
        rows = self._rows("SELECT path, size, mtime_ns FROM files ORDER BY path")
        return sorted((FileState(*row) for row in rows), key=lambda state: state.path)

    def problems(self) -> list[Problem]:
        """Return what is wrong with which files."""
        rows = self._rows("SELECT path, reason, hint, left_out FROM problems ORDER BY path")
        return [Problem(path, reason, hint, bool(out)) for path, reason, hint, out in rows]


def _check_sizes(folder: Path, manifest: Manifest) -> None:
    for file, expected in manifest.files.items():
        size = (folder / file).stat().st_size if (folder / file).is_file() else None
        if size != expected["bytes"]:
            found = "missing" if size is None else f"{size} bytes"
            raise IndexDamagedError(file, f"{found}, not {expected['bytes']} bytes")


def _source(row: Sequence[Any]) -> Source:
    source = Source(*row)
    return dataclasses.replace(source, date_inferred=bool(source.date_inferred))


def _prefixed(table: str, fields: Sequence[str]) -> str:
    return ", ".join(f"{table}.{field}" for field in fields)


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
