"""Lines of an article → headline, outlet, date, by-line and address, each with its line.

In: the lines of one article, and those at the top of the page that it stands on. Out: `Metadata`.
Everything is read, nothing is guessed: what the lines do not say is None.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence

from embeddings.bylines import names_at_end, names_in, names_in_lead
from embeddings.dates import FoundDate, dates_in
from embeddings.lines import (
    DATELINE,
    LABEL_LENGTH,
    LABELLED_NAMES,
    LABELLED_OUTLET,
    OUTLET,
    SUBTITLE,
    URL,
    Kind,
    Line,
)

_LABELLED_TITLE = re.compile(
    r"^(?:标题|標題|[题題]目|title)\s*[:：]\s*[\"“]?(?P<title>.+?)[\"”]?$", re.IGNORECASE
)
_BARE_SITE = re.compile(r"https?://[^/]+/?$")

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:\s*年|-\d\d-\d\d)")
_STAMPED = re.compile(
    r"^(?P<date>\d{4}-\d{1,2}-\d{1,2})(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?\s*[,，]?\s*(?:正文|[标標][题題])\s*[:：]"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """A field and the line that says so."""

    value: str
    line: int


@dataclasses.dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of an article."""

    title: Found | None = None
    subtitle: Found | None = None
    date: Found | None = None
    date_inferred: bool = False
    outlet: Found | None = None
    byline: Found | None = None
    url: Found | None = None


def metadata_of(
    header: Sequence[Line], body: Sequence[Line], page: Sequence[Line], year: int | None
) -> Metadata:
    """Read the metadata of one article.

    `header` are the lines from its headline to its first paragraph, `body` the rest, `page` what
    stands above the first headline of the page. `year` is used for a date without one.
    """
    first = next((line for line in body if line.kind is Kind.PROSE), None)
    stamp = _STAMPED.match(first.text) if first else None
    if first and stamp:
        first = dataclasses.replace(first, text=first.text[stamp.end() :])
    first = next((line for line in header if DATELINE.match(line.text)), first)
    dateline = DATELINE.match(first.text) if first else None
    outer = [*header, *page, *_footer(body)]
    date, inferred = _date(outer, stamp, first, dateline, year)
    return Metadata(
        title=_title(header),
        subtitle=next(
            (
                Found(SUBTITLE.sub("", one.text), one.number)
                for one in header
                if one.kind is Kind.SUBTITLE
            ),
            None,
        ),
        date=date,
        date_inferred=inferred,
        outlet=_outlet(outer, first, dateline),
        byline=_byline([*header, *page], body, first, dateline),
        url=next(_urls([*header, *_footer(body), *page]), None),
    )


def year_of(lines: Sequence[Line], path: str) -> int | None:
    """Return the year of a file: its name's, its lines' outside prose, or the only one in all."""
    named = re.search(r"(?<!\d)(20\d\d|19\d\d)[-_.年]?(?:0[1-9]|1[0-2])(?!\d{4})", path)
    if named:
        return int(named[1])
    urls = (
        match[1]
        for one in _urls(lines)
        for match in re.finditer(r"/(20\d\d)[-/]?(?:0[1-9]|1[0-2])", one.value)
    )
    found = next(urls, None)
    if found:
        return int(found)
    years = {match[1] for line in lines for match in _YEAR.finditer(line.text)}
    return int(years.pop()) if len(years) == 1 else None


def _footer(body: Sequence[Line]) -> list[Line]:
    """Return the lines after the last paragraph."""
    last = max((place for place, line in enumerate(body) if line.kind is Kind.PROSE), default=-1)
    return list(body[last + 1 :])


def _title(header: Sequence[Line]) -> Found | None:
    for line in header:
        labelled = _LABELLED_TITLE.match(line.text)
        if labelled:
            return Found(labelled["title"], line.number)
    byline = next((place for place, line in enumerate(header) if line.kind is Kind.BYLINE), None)
    headings = [line for line in header[:byline] if line.kind is Kind.HEADING]
    if not headings:
        return None
    # Above a by-line the last one is the headline, and the others lead to it; without one, the
    # first is, and the others are headings within the article.
    line = headings[-1] if byline is not None else headings[0]
    return Found(re.sub(r"^#+\s*", "", line.text), line.number)


def _date(
    outer: Sequence[Line],
    stamp: re.Match[str] | None,
    first: Line | None,
    dateline: re.Match[str] | None,
    year: int | None,
) -> tuple[Found | None, bool]:
    """Return the date, and whether its year was taken from elsewhere."""
    if first and stamp:
        return _found(dates_in(stamp["date"]), first, None)
    for line in outer:
        if line.kind is Kind.HEADER:
            full = [date for date in dates_in(line.text) if date.year]
            if full:
                return _found(full, line, None)
    if first and dateline:
        return _found(dates_in(dateline["date"]), first, year)  # 台北3日電 alone says too little
    for line in outer:
        if line.kind is Kind.HEADER:
            found = _found(dates_in(line.text), line, year)
            if found[0]:
                return found
    return None, False


def _found(dates: Sequence[FoundDate], line: Line, year: int | None) -> tuple[Found | None, bool]:
    for date in dates:
        iso = date.iso(year)
        if iso:
            return Found(iso, line.number), date.year is None
    return None, False


def _outlet(
    outer: Sequence[Line], first: Line | None, dateline: re.Match[str] | None
) -> Found | None:
    for line in outer:
        if line.kind in (Kind.HEADER, Kind.FURNITURE):
            labelled = LABELLED_OUTLET.search(line.text)
            if labelled and labelled["outlet"]:
                return Found(labelled["outlet"], line.number)
    for line in outer:
        if line.kind is Kind.HEADER:
            for part in re.split(r"[\s|｜]+", line.text):
                if OUTLET.fullmatch(part) and len(part) >= LABEL_LENGTH - 1:
                    return Found(part, line.number)
    if first and dateline and dateline["outlet"] and not dateline["outlet"].startswith("本"):
        return Found(dateline["outlet"], first.number)
    return None


def _byline(
    header: Sequence[Line], body: Sequence[Line], first: Line | None, dateline: re.Match[str] | None
) -> Found | None:
    for line in header:
        if line.kind is Kind.BYLINE:
            return Found("、".join(names_in(line.text)), line.number)
    for line in header:
        labelled = LABELLED_NAMES.search(line.text) if line.kind is not Kind.PROSE else None
        names = names_in(f"作者:{labelled['names']}") if labelled else ()
        if names:
            return Found("、".join(names), line.number)
    if first:
        if dateline and dateline["names"]:
            names = names_in(f"记者 {dateline['names']}")
        else:
            names = names_in_lead(first.text)
        if names:
            return Found("、".join(names), first.number)
    ends = [line for line in body if line.kind in (Kind.PROSE, Kind.BYLINE)]
    if ends:
        names = names_at_end(ends[-1].text) or (
            names_in(ends[-1].text) if ends[-1].kind is Kind.BYLINE else ()
        )
        if names:
            return Found("、".join(names), ends[-1].number)
    return None


def _urls(lines: Sequence[Line]) -> Iterator[Found]:
    """Yield the addresses of pages, not of whole sites, outside prose."""
    for line in lines:
        if line.kind is not Kind.PROSE:
            for match in URL.finditer(line.text):
                if not _BARE_SITE.match(match.group()):
                    yield Found(match.group(), line.number)
