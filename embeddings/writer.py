"""Articles and vectors → the files of one snapshot.

In: file after file, each new or taken over from the snapshot before. Out: a folder with

    texts.sqlite        files with their states, and articles: source, text, places of sentences
    sentences.faiss     a vector for each sentence, row = sentence number
    passages.faiss      a vector for each passage, row = passage number
    lexical/            the lexical index over the passages
    bounds.npy          int32 (passages, 2): each passage's first and last sentence
    firsts.npy          int32 (articles + 1, 2): each article's first sentence and passage
    numbering.npy       int64 (files, 2): keys of the lexical index, and first passages
    manifest.json       written last: what made it, counts, size and sha256 of each file

Files come in the order of their paths, so that a snapshot that was made step by step holds the
same as one that was made at once; only the lexical index may differ in how it is laid out.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.config import IndexConfig
from embeddings.encode import EncoderFingerprint, Vectors
from embeddings.folder import FileState
from embeddings.intact import sha256_of
from embeddings.lexical import Entry, LexicalIndex
from embeddings.manifest import (
    BOUNDS,
    FIRSTS,
    FORMAT,
    LEXICAL,
    MANIFEST,
    NUMBERING,
    PASSAGES,
    SENTENCES,
    TEXTS,
    Manifest,
    sealed,
)
from embeddings.packed import pack_body, pack_source, unpack_body
from embeddings.snapshot import Snapshot
from embeddings.source import Source
from embeddings.split import Passage, Sentence
from embeddings.store import write_synced
from embeddings.texts import SCHEMA, FileRecord, Problem
from embeddings.vectors import Rows, VectorIndex

MOST_REPLACED = 0.05
"""Of the passages: when more have gone since, the lexical index is written anew.

Until then BM25 counts them among those that hold a term: an inverse document frequency is off by
0.05 at most."""

_PAGE = 16_384  # bytes: of 4 096, a quarter would stay empty beside articles of 1 400


class SnapshotWriter:
    """Takes files one after the other, in the order of their paths, then writes the rest."""

    def __init__(self, folder: Path, old: Snapshot | None = None) -> None:
        self._folder = folder
        self._old = old
        self._texts = sqlite3.connect(folder / TEXTS, isolation_level=None)
        self._texts.executescript(
            f"PRAGMA page_size={_PAGE}; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
            + ";".join(SCHEMA)
        )
        if old is not None:
            uri = f"{(old.folder / TEXTS).resolve().as_uri()}?mode=ro&immutable=1"
            self._texts.execute("ATTACH ? AS old", (uri,))
        self._texts.execute("BEGIN")
        self._firsts = [(0, 0)]
        self._bounds: list[Rows] = [np.empty((0, 2), np.int64)]
        self._rows: tuple[list[Rows], list[Rows]] = ([], [])  # of sentences, of passages
        self._keys: list[tuple[int, int]] = []  # of files with articles, and first passages
        self._fresh: set[int] = set()  # keys of files that were read
        self._run: list[int] | None = None  # articles to take over: first, end, new first

    def add_file(
        self,
        state: FileState,
        sha256: str,
        articles: Sequence[tuple[Source, str, Sequence[Sentence], Sequence[Passage]]],
        *,
        settled: bool = True,
    ) -> None:
        """Record a file with its articles: source, clean text, sentences and passages of each."""
        self._end_run()
        self._add_record(FileRecord(state, sha256, settled, len(self._firsts) - 1, len(articles)))
        if articles:
            self._fresh.add(_key(state.path, sha256))
        for source, text, sentences, passages in articles:
            row = (len(self._firsts) - 1, pack_source(source), pack_body(text, sentences))
            self._texts.execute("INSERT INTO articles VALUES (?, ?, ?)", row)
            offset = self._firsts[-1][0]
            bounds = [(offset + passage.first, offset + passage.last) for passage in passages]
            self._bounds.append(np.array(bounds, np.int64).reshape(-1, 2))
            self._count(np.full(len(sentences), -1), np.full(len(passages), -1))

    def keep_file(self, record: FileRecord, *, state: FileState, settled: bool) -> None:
        """Take a file with its articles over from the snapshot before."""
        old = self._old
        if old is None:
            raise ValueError(f"there is no snapshot to take {state.path} from")
        first, end = record.first, record.first + record.articles
        new = len(self._firsts) - 1
        self._add_record(FileRecord(state, record.sha256, settled, new, record.articles))
        if not record.articles:
            return
        if self._run is None or self._run[1] != first:
            self._end_run()
            self._run = [first, end, new]
        self._run[1] = end
        for article in range(first, end):
            low, high = old.firsts[article].tolist(), old.firsts[article + 1].tolist()
            shift = self._firsts[-1][0] - low[0]
            self._bounds.append(old.bounds[low[1] : high[1]].astype(np.int64) + shift)
            self._count(np.arange(low[0], high[0]), np.arange(low[1], high[1]))

    def add_problems(self, problems: Sequence[Problem]) -> None:
        """Record what is wrong with which files."""
        rows = [dataclasses.astuple(problem) for problem in problems]
        self._texts.executemany("INSERT INTO problems VALUES (?, ?, ?, ?)", rows)

    def finish(
        self,
        *,
        sentences: Vectors,
        passages: Vectors,
        encoder: EncoderFingerprint,
        config: IndexConfig,
        articles_folder: Path,
    ) -> Manifest:
        """Write everything out, the manifest last; the vectors are those of what was read."""
        self._end_run()
        self._texts.execute("COMMIT")
        old = self._old
        for name, kind, fresh in ((SENTENCES, 0, sentences), (PASSAGES, 1, passages)):
            before = old and (old.passages if kind else old.sentences)
            rows = np.concatenate([np.empty(0, np.int64), *self._rows[kind]])
            merged = before.merged(rows, fresh) if before else VectorIndex.from_vectors(fresh)
            write_synced(self._folder / name, merged.to_bytes())
        self._save(BOUNDS, np.concatenate(self._bounds).astype(np.int32))
        self._save(FIRSTS, np.array(self._firsts, np.int32))
        self._save(NUMBERING, np.array(sorted(self._keys), np.int64).reshape(-1, 2))
        replaced = self._write_lexical()
        self._texts.close()
        manifest = Manifest(
            format=FORMAT,
            encoder=encoder.as_fields(),
            config=config.as_fields(),
            articles_folder=str(articles_folder.resolve()),
            counts={
                "articles": len(self._firsts) - 1,
                "passages": self._firsts[-1][1],
                "sentences": self._firsts[-1][0],
            },
            replaced=replaced,
            files={name: _described(self._folder / name) for name in _files(self._folder)},
        )
        write_synced(self._folder / MANIFEST, sealed(dataclasses.asdict(manifest)))
        return manifest

    def _add_record(self, record: FileRecord) -> None:
        state = record.state
        if record.articles:
            self._keys.append((_key(state.path, record.sha256), self._firsts[-1][1]))
        own = (record.sha256, record.settled, record.first, record.articles)
        row = (*dataclasses.astuple(state), *own)
        self._texts.execute("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def _count(self, sentences: Rows, passages: Rows) -> None:
        """Note the rows of one more article; −1 for those that have no vector yet."""
        self._rows[0].append(sentences)
        self._rows[1].append(passages)
        last = self._firsts[-1]
        self._firsts.append((last[0] + len(sentences), last[1] + len(passages)))

    def _end_run(self) -> None:
        """Copy the articles that were taken over one after the other."""
        if self._run is not None:
            first, end, new = self._run
            self._texts.execute(
                "INSERT INTO articles SELECT id + ?, source, body FROM old.articles"
                " WHERE id >= ? AND id < ? ORDER BY id",
                (new - first, first, end),
            )
        self._run = None

    def _write_lexical(self) -> int:
        """Write the lexical index; return how many passages it counts that are gone."""
        folder, old = self._folder / LEXICAL, self._old
        total, kept = self._firsts[-1][1], sum(int((rows >= 0).sum()) for rows in self._rows[1])
        if old is not None:
            replaced = old.manifest.replaced + old.manifest.counts["passages"] - kept
            if replaced <= MOST_REPLACED * total:
                shutil.copytree(old.folder / LEXICAL, folder)
                keys = {key for key, _ in self._keys} - self._fresh
                gone = [key for key in old.numbering[:, 0].tolist() if key not in keys]
                LexicalIndex.write(folder, self._entries(self._fresh), without=gone)
                return replaced
        folder.mkdir()
        LexicalIndex.write(folder, self._entries({key for key, _ in self._keys}))
        return 0

    def _entries(self, keys: set[int]) -> Iterator[Entry]:
        """Yield the passages of some files, as they are written now."""
        bounds = np.concatenate(self._bounds)
        files = self._texts.execute(
            "SELECT path, sha256, first, articles FROM files WHERE articles"
        )
        for path, sha256, first, articles in files.fetchall():
            key, start = _key(path, sha256), self._firsts[first][1]
            if key not in keys:
                continue
            for article in range(first, first + articles):
                row = self._texts.execute("SELECT body FROM articles WHERE id = ?", (article,))
                body, offset = unpack_body(row.fetchone()[0]), self._firsts[article][0]
                for number in range(self._firsts[article][1], self._firsts[article + 1][1]):
                    low, high = (bounds[number] - offset).tolist()
                    yield key, number - start, body.part(low, high)[0]

    def _save(self, name: str, numbers: Rows | np.ndarray[Any, Any]) -> None:
        raw = io.BytesIO()
        np.save(raw, numbers, allow_pickle=False)
        write_synced(self._folder / name, raw.getvalue())


def _key(path: str, sha256: str) -> int:
    """Return the key of a file's passages in the lexical index: 63 bits of what tells it apart."""
    digest = hashlib.sha256(f"{sha256} {path}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8]) >> 1


def _files(folder: Path) -> list[str]:
    """Return the files of a snapshot, by their paths in it."""
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def _described(path: Path) -> dict[str, str | int]:
    return {"bytes": path.stat().st_size, "sha256": sha256_of(path)}
