"""What a snapshot gives: sentences, passages and articles, by their numbers."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt

from embeddings.source import Source, Span


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
    begins: str = ""  # the article's first sentence, where it is not in the passage


@dataclasses.dataclass(frozen=True, slots=True)
class ArticleEntry:
    """One line of the list of articles."""

    id: int
    source: Source
    passages: int


@dataclasses.dataclass(frozen=True, slots=True)
class Scope:
    """The part of a snapshot that is searched."""

    passages: npt.NDArray[np.int64]  # their numbers, ascending
    sentences: npt.NDArray[np.int64]
