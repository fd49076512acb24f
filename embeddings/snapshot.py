"""One complete index, open for reading.

In: an index folder. Out: a `Snapshot`: two vector indexes and the lexical index, mapped into
memory, and texts and places on demand. What is opened is checked: that the manifest fits, that the
files are those that were written, and that all of them have the same numbers of rows.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from embeddings.config import IndexConfig
from embeddings.encode import EncoderFingerprint
from embeddings.errors import IndexDamagedError
from embeddings.folder import FileState
from embeddings.intact import check_opened
from embeddings.manifest import (
    BOUNDS,
    FIRSTS,
    NUMBERING,
    PASSAGES,
    SENTENCES,
    TEXTS,
    Manifest,
    check_made_by,
    current_name,
    read_manifest,
    snapshot_folder,
)
from embeddings.mapped import mapped_lexical, mapped_numbers, mapped_vectors, wrong_rows
from embeddings.packed import Body
from embeddings.source import Source
from embeddings.stored import ArticleEntry, Scope, StoredPassage, StoredSentence
from embeddings.texts import FileRecord, Problem, Texts

__all__ = ["ArticleEntry", "Problem", "Scope", "Snapshot", "StoredPassage", "StoredSentence"]
"""The snapshot, and what it gives."""


class Snapshot:
    """One complete index, open for reading."""

    def __init__(self, folder: Path, manifest: Manifest, texts: Texts) -> None:
        """Open the files of a folder that `check_opened` has passed."""
        counts = manifest.counts
        self.folder = folder
        self.manifest = manifest
        self.sentences = mapped_vectors(folder, SENTENCES, counts["sentences"])
        self.passages = mapped_vectors(folder, PASSAGES, counts["passages"])
        self.bounds = mapped_numbers(folder, BOUNDS, np.int32, counts["passages"])
        """Shape (passages, 2): each passage's first and last sentence."""
        self.firsts = mapped_numbers(folder, FIRSTS, np.int32, counts["articles"] + 1)
        """Shape (articles + 1, 2): each article's first sentence and passage; last, how many."""
        self.numbering = mapped_numbers(folder, NUMBERING, np.int64, None)
        """Shape (files, 2): see `lexical.Numbering`."""
        self.lexical = mapped_lexical(folder, self.numbering, counts["passages"])
        self._texts = texts
        self._check_numbers()

    @classmethod
    def from_index(
        cls, index: Path, *, encoder: EncoderFingerprint, config: IndexConfig
    ) -> Snapshot:
        """Open the current snapshot.

        Raises IndexMissingError, IndexMismatchError (made with another encoder or other settings)
        or IndexDamagedError (a file is not what was written).
        """
        name = current_name(index)
        try:
            folder = snapshot_folder(index, name)
            manifest = read_manifest(folder)
            check_made_by(manifest, encoder, config)
            check_opened(folder, manifest)
            return cls(folder, manifest, Texts.from_file(folder / TEXTS))
        except (IndexDamagedError, OSError) as error:
            if current_name(index) == name:
                if isinstance(error, OSError):
                    raise IndexDamagedError(name, str(error)) from error
                raise
        return cls.from_index(index, encoder=encoder, config=config)  # swapped meanwhile

    def _check_numbers(self) -> None:
        """Raise IndexDamagedError unless all numbers lie where they can."""
        counts = self.manifest.counts
        totals = [counts["sentences"], counts["passages"]]
        for name, vectors in ((SENTENCES, self.sentences), (PASSAGES, self.passages)):
            if vectors.dimension != self.manifest.encoder["dimension"]:
                raise IndexDamagedError(name, f"{vectors.dimension} dimensions")
        if len(self._texts) != counts["articles"]:
            raise wrong_rows(TEXTS, len(self._texts), counts["articles"])
        firsts = self.firsts
        if firsts[0].any() or firsts[-1].tolist() != totals or (np.diff(firsts, axis=0) < 0).any():
            raise IndexDamagedError(FIRSTS, "articles that overlap")
        first, last = self.bounds[:, 0], self.bounds[:, 1]
        if not ((first >= 0) & (first <= last) & (last < totals[0])).all():
            raise IndexDamagedError(BOUNDS, "passages beyond the sentences")
        keys, starts = self.numbering[:, 0], self.numbering[:, 1]
        inside = ((starts >= 0) & (starts <= totals[1])).all()
        if not inside or not len(keys) or (np.diff(keys) <= 0).any():
            raise IndexDamagedError(NUMBERING, "not what was written")

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
        wanted = np.zeros(len(self.firsts) - 1, bool)
        wanted[np.asarray(articles, np.int64)] = True
        sentences, passages = np.diff(self.firsts, axis=0).T
        return Scope(
            passages=np.flatnonzero(np.repeat(wanted, passages)),
            sentences=np.flatnonzero(np.repeat(wanted, sentences)),
        )

    def passages_by_number(self, numbers: Sequence[int]) -> list[StoredPassage]:
        """Return passages in the order of their numbers."""
        wanted, articles = self._places(numbers, 1)
        found = []
        for number, article in zip(wanted, articles, strict=True):
            first, last = self.bounds[number].tolist()
            body, offset = self._body(article)
            if not 0 <= first - offset <= last - offset < len(body.places):
                raise IndexDamagedError(BOUNDS, f"passage {number} is not of article {article}")
            text, start, span = body.part(first - offset, last - offset)
            source = self._texts.source(article)
            begins = body.part(0, 0)[0] if first > offset else ""
            found.append(
                StoredPassage(number, article, text, start, first, last, span, source, begins)
            )
        return found

    def sentences_by_number(self, numbers: Sequence[int]) -> list[StoredSentence]:
        """Return sentences in the order of their numbers."""
        wanted, articles = self._places(numbers, 0)
        found: list[StoredSentence] = []
        for article, group in itertools.groupby(zip(articles, wanted, strict=True), lambda p: p[0]):
            body, offset = self._body(article)
            found += [StoredSentence(n, *body.part(n - offset, n - offset)) for _, n in group]
        return found

    def sentences_at(self, path: str, first: int, last: int) -> list[tuple[Source, StoredSentence]]:
        """Return the sentences on some lines of a file, each with its article's source."""
        found = []
        for article in self._texts.articles_of(path):
            body, offset = self._body(article)
            source = self._texts.source(article)
            found += [
                (source, self._sentence(offset + place, article))
                for place, (_, _, line, last_line, *_) in enumerate(body.places)
                if line <= last and last_line >= first
            ]
        return found

    def all_sentences(self) -> Iterator[tuple[Source, StoredSentence]]:
        """Yield every sentence with its article's source, article by article."""
        for article, source in enumerate(self._texts.sources()):
            body, offset = self._body(article)
            for place in range(len(body.places)):
                yield source, self._sentence(offset + place, article)

    def articles(self) -> list[ArticleEntry]:
        """Return all articles, in the order of their files."""
        passages = np.diff(self.firsts[:, 1]).tolist()
        sources = self._texts.sources()
        return [
            ArticleEntry(number, source, count)
            for number, (source, count) in enumerate(zip(sources, passages, strict=True))
        ]

    def beginning(self, article: int) -> str:
        """Return the first sentence of an article; empty where it has none."""
        body, _ = self._body(article)
        return body.part(0, 0)[0] if body.places else ""

    def files(self) -> list[FileState]:
        """Return the state in which each source file was when it was read, sorted by path."""
        return [record.state for record in self._texts.records()]

    def records(self) -> list[FileRecord]:
        """Return what is known of each source file, sorted by path."""
        return self._texts.records()

    def problems(self) -> list[Problem]:
        """Return what is wrong with which files."""
        return self._texts.problems()

    def _places(self, numbers: Sequence[int], kind: int) -> tuple[list[int], list[int]]:
        """Return the numbers that there are, ascending, each once, and the articles they are of.

        `kind` is 0 for sentences and 1 for passages.
        """
        wanted = np.unique(np.asarray(numbers, np.int64))
        wanted = wanted[(wanted >= 0) & (wanted < self.firsts[-1, kind])]
        articles = np.searchsorted(self.firsts[:, kind], wanted, side="right") - 1
        return wanted.tolist(), articles.tolist()

    def _sentence(self, number: int, article: int) -> StoredSentence:
        body, offset = self._body(article)
        return StoredSentence(number, *body.part(number - offset, number - offset))

    def _body(self, article: int) -> tuple[Body, int]:
        """Return an article's body and the number of its first sentence."""
        body = self._texts.body(article)
        first, end = int(self.firsts[article, 0]), int(self.firsts[article + 1, 0])
        if len(body.places) != end - first:
            raise IndexDamagedError(TEXTS, f"article {article} is not what was written")
        return body, first
