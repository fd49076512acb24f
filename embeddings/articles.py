"""A decoded file → its articles.

In: a `DecodedFile`. Out: the `Article`s it holds, each with its clean text. Today a file is one
article, and nothing is read out of its text: the fields of `Source` that are not known are None.
"""

from __future__ import annotations

import dataclasses

from embeddings.clean import CleanText, clean
from embeddings.decode import DecodedFile, Span


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """Where an article stands and what is known of it: what a citation prints."""

    path: str  # relative to the articles folder, with "/"
    encoding: str  # a Python codec name
    sha256: str  # of the file's bytes
    title: str | None = None
    date: str | None = None  # YYYY-MM-DD
    outlet: str | None = None
    byline: str | None = None
    url: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Article:
    """One published piece: its source and its clean text, with the way back to the file."""

    source: Source
    clean: CleanText
    file: DecodedFile

    def span(self, start: int, end: int) -> Span:
        """Return the place in the file of `clean.text[start:end]`."""
        return self.file.span(*self.clean.source_range(start, end))


def articles_of(file: DecodedFile) -> tuple[Article, ...]:
    """Return the articles of a file, in the order in which they stand in it."""
    source = Source(path=file.path, encoding=file.encoding, sha256=file.sha256)
    return (Article(source=source, clean=clean(file.text), file=file),)
