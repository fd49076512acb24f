"""Lines of an article → headline, outlet, date, by-line and address, each with its line.

In: the lines of one article, and those at the top of the page that it stands on. Out: `Metadata`.
Everything is read, nothing is guessed: what the lines do not say is None.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterator, Sequence

from embeddings.bylines import names_in
from embeddings.closing import closing_of
from embeddings.dates import FoundDate, dates_in
from embeddings.headline import behind_copied, headline
from embeddings.lines import DATELINE, LABELLED_NAMES, SUBTITLE, URL, Kind, Line, reporters_in
from embeddings.opening import Opening, opening_of
from embeddings.outlets import LABELLED_OUTLET, REPORTERS_OUTLET, outlets_in

_BARE_SITE = re.compile(r"https?://[^/]+/?$")

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:\s*年|-\d\d-\d\d)")
_NAMED_YEAR = re.compile(r"(?<!\d)(20\d\d|19\d\d)[-_.年]?(?:0[1-9]|1[0-2])(?!\d{4})")
_BARE_YEAR = re.compile(r"(?:^|[-_./ ])(20\d\d|19\d\d)(?=[-_./ 年])")

_SAYS_WHEN = frozenset({Kind.HEADER, Kind.BYLINE})
_LABELLED = frozenset({Kind.HEADER, Kind.FURNITURE})


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
    title, beside = headline(header)
    first = next((line for line in body if line.kind is Kind.PROSE), None)
    first = next((line for line in header if DATELINE.match(line.text)), first)
    opening = opening_of(behind_copied(first.text).lstrip("*_")) if first else None
    outer = [*header, *beside, *page, *_footer(body)]
    date, inferred = _date(outer, first, opening, year)
    return Metadata(
        title=Found(title.text, title.number) if title else None,
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
        outlet=_outlet(outer, body, first, opening),
        byline=_byline(outer, body, first, opening),
        url=next(_urls([*header, *_footer(body), *page]), None),
    )


def year_of(lines: Sequence[Line], path: str) -> int | None:
    """Return the year of a file: its name's, an address's, or the only one outside its prose.

    A year that prose tells of is not the file's: of 1 339 news articles of 2023 that name one year
    alone, it was another for every second.
    """
    named = _NAMED_YEAR.search(path) or _BARE_YEAR.search(path)
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
    outside = [line.text for line in lines if line.kind is not Kind.PROSE]
    years = {match[1] for text in outside for match in _YEAR.finditer(text)}
    return int(years.pop()) if len(years) == 1 else None


def _footer(body: Sequence[Line]) -> list[Line]:
    """Return the lines after the last paragraph."""
    last = max((place for place, line in enumerate(body) if line.kind is Kind.PROSE), default=-1)
    return list(body[last + 1 :])


def _date(
    outer: Sequence[Line], first: Line | None, opening: Opening | None, year: int | None
) -> tuple[Found | None, bool]:
    """Return the date, and whether its year was taken from elsewhere."""
    dated = [line for line in outer if line.kind in _SAYS_WHEN]
    for line in dated:
        full = [date for date in dates_in(line.text) if date.year]
        if full:
            return _found(full, line, None)
    if first and opening and opening.date:
        return _found(dates_in(opening.date), first, year)  # 台北3日電 alone says too little
    for line in dated:
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
    outer: Sequence[Line], body: Sequence[Line], first: Line | None, opening: Opening | None
) -> Found | None:
    for line in outer:
        labelled = LABELLED_OUTLET.search(line.text) if line.kind in _LABELLED else None
        if labelled and labelled["outlet"]:
            return Found(labelled["outlet"], line.number)
    named = (
        Found(outlet, line.number)
        for line in outer
        if line.kind in _SAYS_WHEN
        for outlet in outlets_in(line.text)
    )
    whose = (
        Found(outlet, line.number)
        for line in outer
        if line.kind in _SAYS_WHEN
        and (outlet := _employer(line.text) or opening_of(line.text).outlet)
    )
    if found := next(itertools.chain(named, whose), None):
        return found
    if first and opening and opening.outlet:
        return Found(opening.outlet, first.number)
    ends = [line for line in body if line.kind is Kind.PROSE]
    outlet = closing_of(ends[-1].text).outlet if ends else None
    return Found(outlet, ends[-1].number) if outlet else None


def _employer(byline: str) -> str | None:
    match = REPORTERS_OUTLET.match(byline)
    return match["outlet"] if match else None


def _byline(
    outer: Sequence[Line], body: Sequence[Line], first: Line | None, opening: Opening | None
) -> Found | None:
    ends = [line for line in body if line.kind in (Kind.PROSE, Kind.BYLINE)]
    above = [line for line in outer if line not in ends]
    for line in above:
        if line.kind is Kind.BYLINE:
            return Found("、".join(reporters_in(line.text)), line.number)
    for line in above:
        labelled = LABELLED_NAMES.search(line.text) if line.kind is not Kind.PROSE else None
        names = names_in(f"作者:{labelled['names']}") if labelled else ()
        if names:
            return Found("、".join(names), line.number)
    if first and opening and opening.names:
        return Found("、".join(opening.names), first.number)
    if ends:
        last = ends[-1]
        names = closing_of(last.text).names or (
            reporters_in(last.text) if last.kind is Kind.BYLINE else ()
        )
        if names:
            return Found("、".join(names), last.number)
    return None


def _urls(lines: Sequence[Line]) -> Iterator[Found]:
    """Yield the addresses of pages, not of whole sites, outside prose."""
    for line in lines:
        if line.kind is not Kind.PROSE:
            for match in URL.finditer(line.text):
                if not _BARE_SITE.match(match.group()):
                    yield Found(match.group(), line.number)
