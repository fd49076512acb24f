"""A source file's bytes → its text and its articles, whatever its format.

In: path and bytes. Out: a `DecodedFile`, and the articles in it. The suffix tells which reader is
used: text is decoded, HTML, PDF and DOCX are extracted.
"""

from __future__ import annotations

import dataclasses
from pathlib import PurePosixPath

from embeddings.articles import Article, articles_of
from embeddings.decode import DecodedFile, decode
from embeddings.extract import EXTRACTED, extract
from embeddings.extracted import Extracted
from embeddings.metadata import Found, Metadata


def file_of(path: str, raw: bytes, *, encoding: str | None = None) -> DecodedFile:
    """Return a file's text with its places; `encoding` is what a text file is taken for.

    Raises SourceFileError when it cannot be read.
    """
    if _format(path) is None:
        return decode(path, raw, encoding=encoding)
    return _extracted(path, raw)[0]


def read_articles(
    path: str, raw: bytes, *, encoding: str | None = None
) -> tuple[DecodedFile, tuple[Article, ...]]:
    """Return a file and the articles in it; raise SourceFileError when it cannot be read."""
    if _format(path) is None:
        file = decode(path, raw, encoding=encoding)
        return file, articles_of(file)
    file, extracted = _extracted(path, raw)
    articles = articles_of(file, _stated(extracted))
    return file, tuple(_with_outlet(article, extracted.named) for article in articles)


def _format(path: str) -> str | None:
    return EXTRACTED.get(PurePosixPath(path).suffix.lower())


def _extracted(path: str, raw: bytes) -> tuple[DecodedFile, Extracted]:
    extracted = extract(path, raw)
    file = DecodedFile.from_extracted(
        path, raw, extracted.text, kind=extracted.kind, starts=extracted.starts
    )
    return file, extracted


def _with_outlet(article: Article, named: str | None) -> Article:
    """Return an article with the outlet behind the page's title, where nothing else says one."""
    if named is None or article.source.outlet is not None:
        return article
    source = dataclasses.replace(article.source, outlet=named, outlet_line=1)
    return dataclasses.replace(article, source=source)


def _stated(extracted: Extracted) -> Metadata:
    """Return what the file's markup states; it stands on no line, so the first is named."""

    def found(value: str | None) -> Found | None:
        return Found(value, 1) if value else None

    return Metadata(
        title=found(extracted.title),
        date=found(extracted.date),
        outlet=found(extracted.site),
        byline=found(extracted.author),
        url=found(extracted.url),
    )
