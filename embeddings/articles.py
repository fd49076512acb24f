"""A decoded file → its articles.

In: a `DecodedFile`. Out: the `Article`s it holds, each with its clean text and its `Source`. A
saved newspaper page is cut at its by-lines and headlines, a crawler's file at its stamps; these,
page furniture and a paragraph printed twice in a row belong to no article. Nothing else is left
out: all other text is in some article.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Sequence
from typing import Any

from embeddings.clean import CleanText, Column, clean, squash
from embeddings.decode import DecodedFile
from embeddings.headline import is_stamped, unstamped
from embeddings.lines import HEADING_LENGTH, Kind, Line, is_lead, is_published, is_reported
from embeddings.metadata import Found, Metadata, metadata_of, year_of
from embeddings.source import Source, Span
from embeddings.stripped import lines_of, without_button

_HEADS = frozenset({Kind.HEADING, Kind.SUBTITLE})
_ALONE = frozenset({Kind.HEADER, Kind.BYLINE, Kind.CREDIT, Kind.SUBTITLE})
_PLANNED = re.compile("[策责責編编校][划劃辑輯任对對]")

REACH = 6
"""Lines above a by-line among which its headline is looked for, its lead and sub-headline too."""

LEAST_PIECES = 2
"""Headlines with by-lines that make a file a page of several articles."""

LEAST_HEADLINE = 6
"""A headline without a by-line has so many characters or more; shorter ones head a section."""

LEAST_REPEATED = 8
"""Shorter lines may stand twice in a row on purpose: a refrain, 是的。是的。"""


@dataclasses.dataclass(frozen=True, slots=True)
class Article:
    """One published piece: its source and its clean text, with the way back to the file."""

    source: Source
    clean: CleanText
    file: DecodedFile

    def span(self, start: int, end: int) -> Span:
        """Return the place in the file of `clean.text[start:end]`."""
        return self.file.span(*self.clean.source_range(start, end))


def articles_of(file: DecodedFile, stated: Metadata | None = None) -> tuple[Article, ...]:
    """Return the articles of a file, in the order in which they stand in it.

    `stated` is what the file's own markup says of it (HTML, PDF, DOCX), and is believed first.
    """
    lines = _with_headlines(lines_of(file))
    starts = _stamped(lines) or _starts(lines, by_header=stated is None)
    page = lines[: starts[0]] if starts else []
    year = year_of(lines, file.path)
    bounds = [*starts, len(lines)] if starts else [0, len(lines)]
    if any(line.kind is Kind.PROSE for line in page):  # a piece without a headline comes first
        bounds, page = [0, *bounds], []
    column = Column.from_text(file.text)
    articles = []
    for first, last in itertools.pairwise(bounds):
        piece = _unstamped(lines[first:last])
        metadata = _metadata(piece, page, year)
        if stated is not None and len(bounds) == LEAST_PIECES:
            metadata = _stated_first(stated, metadata)
        kept = _kept(piece)
        alone = {line.start for line in kept if line.kind in _ALONE}
        places = [(line.start, line.end) for line in kept]
        text = clean(file.text, places, alone=alone, column=column)
        if text.text:
            articles.append(Article(_source_of(file, metadata), text, file))
    if articles:
        return tuple(articles)
    everything = clean(file.text)  # nothing but furniture: better found than lost
    return (Article(Source(file.path, file.encoding, file.sha256), everything, file),)


def _source_of(file: DecodedFile, metadata: Metadata) -> Source:
    """Join what is known of the file with what was read of the article."""
    found: dict[str, Found | None] = {
        name: getattr(metadata, name)
        for name in ("title", "subtitle", "date", "outlet", "byline", "url")
    }
    values: dict[str, Any] = {"date_inferred": metadata.date_inferred}
    for name, one in found.items():
        if one is not None:
            values |= {name: one.value, f"{name}_line": one.line}
    return Source(file.path, file.encoding, file.sha256, **values)


def _with_headlines(lines: Sequence[Line]) -> list[Line]:
    """Return the lines; a short question or cry above a date or a by-line is a headline."""
    result = list(lines)
    for place, (line, after) in enumerate(itertools.pairwise(lines)):
        short = line.kind is Kind.PROSE and len(line.text) <= HEADING_LENGTH
        if short and line.text[-1] in "？?！!" and after.kind in (Kind.HEADER, Kind.BYLINE):
            result[place] = dataclasses.replace(line, kind=Kind.HEADING)
    return result


def _starts(lines: Sequence[Line], *, by_header: bool) -> list[int]:
    """Return where the articles of a page begin; [] when the file is one article.

    They begin with the headline above a by-line, or right above a dateline or 本报讯（记者 …）;
    and, `by_header`, above a line that says when and by whom an article was published.
    """
    starts: list[int] = []
    for place, line in enumerate(lines):
        follows = place and lines[place - 1].kind is Kind.BYLINE
        credited = (
            (line.kind is Kind.BYLINE and not follows)
            or (by_header and _heads_article(lines, place))
            or (place and lines[place - 1].kind in _HEADS and is_reported(line.text))
        )
        first = _headline_start(lines, place) if credited else None
        if first is not None and first not in starts:
            starts.append(first)
    if len(starts) < LEAST_PIECES:
        return []
    for place, line in enumerate(lines):
        if line.kind is Kind.HEADING and len(line.text) >= LEAST_HEADLINE:
            first = place
            while first and lines[first - 1].kind is Kind.LABEL:
                first -= 1
            before = max((start for start in starts if start <= first), default=0)
            ends = any(one.kind is Kind.PROSE for one in lines[before:first])
            if ends and _begins_news(lines, place):
                starts.append(first)
    return sorted(starts)


def _stamped(lines: Sequence[Line]) -> list[int]:
    """Return where the articles of a crawler's file begin, one by one; [] if it is none."""
    starts = [place for place, line in enumerate(lines) if is_stamped(line)]
    return starts if len(starts) >= LEAST_PIECES else []


def _heads_article(lines: Sequence[Line], place: int) -> bool:
    """Say whether a line with date and outlet, or date and time, has an article's text below.

    A date alone may head a part of an article: 2020年1月20日.
    """
    line = lines[place]
    if line.kind is not Kind.HEADER or not is_published(line.text):
        return False
    below = (one.kind for one in lines[place + 1 :] if one.kind in (Kind.PROSE, Kind.HEADING))
    return next(below, None) is Kind.PROSE


def _headline_start(lines: Sequence[Line], byline: int) -> int | None:
    """Return the first of the lines above a by-line that belong to its headline."""
    first, seen = None, False
    for place in range(byline - 1, max(-1, byline - 1 - REACH), -1):
        kind = lines[place].kind
        above = kind in (Kind.HEADER, Kind.FURNITURE) and seen  # the top of the page
        if above or kind in (Kind.PROSE, Kind.CREDIT, Kind.BYLINE):
            break
        seen = seen or kind is Kind.HEADING
        if kind in (Kind.HEADING, Kind.SUBTITLE, Kind.LABEL):
            first = place
    return first if seen else None


def _begins_news(lines: Sequence[Line], heading: int) -> bool:
    """Say whether a heading without a by-line stands above a piece of news of its own."""
    after = next((one for one in lines[heading + 1 : heading + 3] if one.kind is Kind.PROSE), None)
    return after is not None and is_lead(after.text)


def _unstamped(piece: Sequence[Line]) -> list[Line]:
    """Return the lines of an article, its first paragraph parted from a crawler's stamp."""
    first = next((place for place, one in enumerate(piece) if one.kind is Kind.PROSE), None)
    if first is None:
        return list(piece)
    return [*piece[:first], *unstamped(piece[first]), *piece[first + 1 :]]


def _metadata(piece: Sequence[Line], page: Sequence[Line], year: int | None) -> Metadata:
    first = next((place for place, one in enumerate(piece) if one.kind is Kind.PROSE), len(piece))
    return metadata_of(piece[:first], piece[first:], page, year)


def _stated_first(stated: Metadata, read: Metadata) -> Metadata:
    """Return the metadata of the markup, and what only the text says."""
    merged = {
        field.name: getattr(stated, field.name) or getattr(read, field.name)
        for field in dataclasses.fields(Metadata)
    }
    merged["date_inferred"] = read.date_inferred if stated.date is None else False
    return Metadata(**merged)


def _kept(piece: Sequence[Line]) -> list[Line]:
    """Return the lines of an article without furniture, and without a repeated paragraph."""
    prose = [place for place, line in enumerate(piece) if line.kind is Kind.PROSE]
    first, last = (prose[0], prose[-1]) if prose else (len(piece), -1)
    heading = next((n for n in range(first) if piece[n].kind is Kind.HEADING), None)
    top = first if heading is None else heading  # below a headline, a date is the article's own
    kept: list[Line] = []
    names_follow = False  # a line that names who planned the page goes on in the next lines
    for place, line in enumerate(map(without_button, piece)):
        outside = place < top or place > last
        furniture = line.kind is Kind.FURNITURE or (line.kind is Kind.HEADER and outside)
        above = heading is not None and place < heading
        label = line.kind is Kind.LABEL and (above or names_follow)
        names_follow = (furniture and _PLANNED.search(line.text) is not None) or (
            names_follow and label
        )
        repeated = kept and squash(kept[-1].text) == squash(line.text)
        if not (furniture or label or (repeated and len(line.text) >= LEAST_REPEATED)):
            kept.append(line)
    return kept
