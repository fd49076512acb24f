"""Lines above an article → its headline; and what stands in one line with it, or with the text.

In: the lines from an article's headline to its first paragraph, or that paragraph. Out: lines, cut
in parts, so that each says one thing.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from embeddings.dates import dates_in
from embeddings.lines import DATED_FROM, Kind, Line, is_outlet, kind_of
from embeddings.original import original
from embeddings.stamp import STAMP

_LABELLED_TITLE = re.compile(
    r"^(?:标题|標題|[题題]目|title)\s*[:：]\s*[\"“]?(?P<title>.+?)[\"”]?$", re.IGNORECASE
)
_BETWEEN = re.compile(
    rf"(?:本文|[来來]源\s*[:：]|作者\s*[:：]|原[创創]稿|[图圖][为為]).{{0,40}}?(?={DATED_FROM})"
)
"""What others have put between a headline and the dateline."""

_SITE = re.compile(r"\s*[_|｜]\s*(?P<site>[^_|｜]{2,12})$|\s+[-–—]\s+(?P<named>[^_|｜-]{2,12})$")
_GAP = re.compile(r"\s+|(?<=\S)(?=[(（])")


def headline(header: Sequence[Line]) -> tuple[Line | None, list[Line]]:
    """Return the headline, and what else its line says: site, outlet, date."""
    for line in header:
        labelled = _LABELLED_TITLE.match(line.text)
        if labelled:
            return dataclasses.replace(line, text=labelled["title"]), []
    byline = next((place for place, line in enumerate(header) if line.kind is Kind.BYLINE), None)
    headings = [line for line in header[:byline] if line.kind is Kind.HEADING]
    if not headings:
        return None, []
    # Above a by-line the last one is the headline, and the others lead to it; without one, the
    # first is, and the others are headings within the article.
    line = headings[-1] if byline is not None else headings[0]
    title, tail = _parted(re.sub(r"^#+\s*", "", line.text))
    says = [dataclasses.replace(line, text=tail, kind=Kind.HEADER)] if tail else []
    return dataclasses.replace(line, text=title), says


def _parted(heading: str) -> tuple[str, str]:
    """Part a headline from the site or the date that a saved page has added to it.

    >>> _parted("市民讲堂开课_青城新闻网"), _parted("市民讲堂开课（青城日报 2024年5月3日）")
    (('市民讲堂开课', '青城新闻网'), ('市民讲堂开课', '青城日报 2024年5月3日'))
    """
    site = _SITE.search(heading)
    if site and is_outlet(site["site"] or site["named"]):
        return heading[: site.start()], site["site"] or site["named"]
    for gap in _GAP.finditer(heading) if dates_in(heading) else ():
        says = heading[gap.end() :].strip("()（）")
        if kind_of(says) is Kind.HEADER and any(date.year for date in dates_in(says)):
            return heading[: gap.start()], says
    return heading, ""


def unstamped(first: Line) -> tuple[list[Line], Line | None, Line]:
    """Part a first paragraph from what a crawler has put before it.

    Return the lines that say date and outlet, the headline if it is told, and the paragraph itself:
    2023-07-24 09:03，正文：原标题：市民讲堂开课中新网北京7月24日电 …
    """
    stamps, title = [], None
    if stamp := STAMP.match(first.text):
        stamps.append(dataclasses.replace(first, text=stamp["says"], kind=Kind.HEADER))
        first = dataclasses.replace(first, text=first.text[stamp.end() :])
    if parted := original(first.text):
        between = _BETWEEN.match(parted[1])
        title = dataclasses.replace(first, text=parted[0])
        first = dataclasses.replace(first, text=parted[1][between.end() if between else 0 :])
    return stamps, title, first
