"""Snapshots on disk: write, swap, lock.

An index folder holds

    current                 the name of the snapshot in use; swapped by rename
    snapshots/NAME/         one complete snapshot:
        texts.sqlite        files, articles, passages and sentences, with their places
        sentences.faiss     a vector for each sentence, row = sentence number
        passages.faiss      a vector for each passage, row = passage number
        lexical/            the lexical index over the passages
        bounds.npy          int32 (passages, 2): each passage's first and last sentence
        manifest.json       written last: what made it, counts, size and sha256 of each file
    vectors.sqlite          the vector cache
    lock                    held by the one process that writes

A snapshot is complete or does not exist: it is built in a folder of its own, and `current` names
it only after its manifest is on disk. Readers keep the files that they opened. No pickle.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import io
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.articles import Source
from embeddings.config import IndexConfig
from embeddings.encode import EncoderFingerprint
from embeddings.errors import (
    IndexBusyError,
    IndexDamagedError,
    IndexMissingError,
    IndexWriteError,
)
from embeddings.folder import FileState
from embeddings.lexical import LexicalIndex
from embeddings.manifest import (
    BOUNDS,
    FORMAT,
    LEXICAL,
    MANIFEST,
    PASSAGES,
    SENTENCES,
    TEXTS,
    Manifest,
    current_name,
)
from embeddings.snapshot import SOURCE_FIELDS, SPAN_FIELDS, Problem
from embeddings.split import Passage, Sentence
from embeddings.vectors import VectorIndex

_SPAN_COLUMNS = ", ".join(SPAN_FIELDS)
_SCHEMA = f"""
CREATE TABLE files (path TEXT PRIMARY KEY, size INTEGER, mtime_ns INTEGER);
CREATE TABLE problems (path TEXT, reason TEXT, hint TEXT, left_out INTEGER);
CREATE TABLE articles (id INTEGER PRIMARY KEY, {", ".join(SOURCE_FIELDS)});
CREATE TABLE passages (id INTEGER PRIMARY KEY, article INTEGER, text TEXT, start INTEGER,
                       first INTEGER, last INTEGER, {_SPAN_COLUMNS});
CREATE TABLE sentences (id INTEGER PRIMARY KEY, text TEXT, start INTEGER, {_SPAN_COLUMNS});
"""


class SnapshotWriter:
    """Takes articles one after the other, then writes the snapshot whole."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._texts = sqlite3.connect(folder / TEXTS, isolation_level=None)
        self._texts.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _SCHEMA)
        self._texts.execute("BEGIN")
        self._bounds: list[tuple[int, int]] = []
        self._passage_texts: list[str] = []
        self._articles = 0
        self._sentences = 0

    def add_files(self, files: Sequence[FileState], problems: Sequence[Problem]) -> None:
        """Record the state of every file seen, and what is wrong with which."""
        self._insert("files", [(file.path, file.size, file.mtime_ns) for file in files])
        self._insert("problems", [dataclasses.astuple(problem) for problem in problems])

    def add_article(
        self, source: Source, sentences: Sequence[Sentence], passages: Sequence[Passage]
    ) -> None:
        """Record an article; its sentences and passages get the next numbers."""
        offset, number = self._sentences, len(self._bounds)
        self._insert("articles", [(self._articles, *dataclasses.astuple(source))])
        self._insert(
            "sentences",
            [
                (offset + place, sentence.text, sentence.start, *dataclasses.astuple(sentence.span))
                for place, sentence in enumerate(sentences)
            ],
        )
        bounds = [(offset + passage.first, offset + passage.last) for passage in passages]
        self._insert(
            "passages",
            [
                (number + place, self._articles, passage.text, passage.start, *bounds[place],
                 *dataclasses.astuple(passage.span))
                for place, passage in enumerate(passages)
            ],
        )  # fmt: skip
        self._bounds.extend(bounds)
        self._passage_texts.extend(passage.text for passage in passages)
        self._articles += 1
        self._sentences += len(sentences)

    def finish(
        self,
        *,
        sentences: VectorIndex,
        passages: VectorIndex,
        encoder: EncoderFingerprint,
        config: IndexConfig,
        articles_folder: Path,
    ) -> None:
        """Write everything out, the manifest last."""
        self._texts.execute("COMMIT")
        self._texts.close()
        (self._folder / LEXICAL).mkdir()
        LexicalIndex.write(self._folder / LEXICAL, self._passage_texts)
        bounds = io.BytesIO()
        np.save(bounds, np.array(self._bounds, dtype=np.int32).reshape(-1, 2), allow_pickle=False)
        _write(self._folder / SENTENCES, sentences.to_bytes())
        _write(self._folder / PASSAGES, passages.to_bytes())
        _write(self._folder / BOUNDS, bounds.getvalue())
        manifest = Manifest(
            format=FORMAT,
            encoder=encoder.as_fields(),
            config=config.as_fields(),
            articles_folder=str(articles_folder.resolve()),
            counts={
                "articles": self._articles,
                "passages": len(self._bounds),
                "sentences": self._sentences,
            },
            files={
                name: {
                    "bytes": (self._folder / name).stat().st_size,
                    "sha256": _sha256(self._folder / name),
                }
                for name in _files(self._folder)
            },
        )
        content = json.dumps(dataclasses.asdict(manifest), ensure_ascii=False, indent=1)
        _write(self._folder / MANIFEST, content.encode())

    def _insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self._texts.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


@contextlib.contextmanager
def writing(index: Path) -> Iterator[Path]:
    """Hold the index's lock and give a new snapshot folder; make it current at the end.

    When the body raises, the folder is removed and the old snapshot stays. Raises IndexBusyError
    when another process writes, IndexWriteError when the folder cannot be written.
    """
    import filelock

    try:
        (index / "snapshots").mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(index / "lock", timeout=0):
            folder = _new_folder(index)
            try:
                yield folder
                _sync(folder)
                _swap(index, folder.name)
            except BaseException:
                if not _is_current(index, folder.name):
                    shutil.rmtree(folder, ignore_errors=True)
                raise
            for other in (index / "snapshots").iterdir():
                if other.name != folder.name:
                    shutil.rmtree(other, ignore_errors=True)
    except filelock.Timeout as error:
        raise IndexBusyError(
            f"another process is writing {index}", hint="wait until it is done, then try again"
        ) from error
    except (OSError, sqlite3.OperationalError) as error:
        raise IndexWriteError(
            f"the index cannot be written: {error}",
            hint="give --index a folder that you can write to, with room for the index",
        ) from error


def _new_folder(index: Path) -> Path:
    """Return a new folder numbered after the ones that are there."""
    names = [folder.name for folder in (index / "snapshots").iterdir() if folder.name.isdecimal()]
    folder = index / "snapshots" / f"{max(map(int, names), default=0) + 1:06d}"
    folder.mkdir()
    return folder


def _swap(index: Path, name: str) -> None:
    fresh = index / "current.new"
    _write(fresh, f"{name}\n".encode())
    fresh.replace(index / "current")
    _sync(index)


def _is_current(index: Path, name: str) -> bool:
    try:
        return current_name(index) == name
    except (IndexMissingError, IndexDamagedError):
        return False


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
    """Flush a folder's entries and its database to the disk, where the system can."""
    for path in (folder / TEXTS, folder):
        if path.exists() and os.name == "posix":
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _files(folder: Path) -> list[str]:
    """Return the files of a snapshot, by their paths in it."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in files)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
