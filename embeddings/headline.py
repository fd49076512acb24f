"""Lines above an article → its headline; and what stands in one line with it, or with the text.

In: the lines from an article's headline to its first paragraph, or that paragraph. Out: lines, cut
in parts, so that each says one thing.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from embeddings.dates import dates_in
from embeddings.lines import DATED_FROM, Kind, Line, kind_of
from embeddings.original import original
from embeddings.outlets import is_outlet

_LABELLED_TITLE = re.compile(
    r"^(?:标题|標題|[题題]目|title)\s*[:：]\s*[\"“]?(?P<title>.+?)[\"”]?$", re.IGNORECASE
)
_BETWEEN = re.compile(
    rf"(?:本文|[来來]源\s*[:：]|作者\s*[:：]|原[创創]稿|[图圖][为為]).{{0,40}}?(?={DATED_FROM})"
)
"""What others have put between a headline and the dateline."""

STAMP = re.compile(
    r"^(?P<says>20\d\d-[^。！？!?]{0,110}?|[^。！？!?]{0,60}?)[\s,，]{0,300}(?:(?P<text>正文)|[标標][题題])\s*[:：]\s*"
)
"""`says` is a date, and perhaps the outlet; a long one begins with the date."""

_LABEL = re.compile(r"^原?[标標][题題]\s*[:：]\s*")
_CLOCK = re.compile(r"\d{1,2}[:：]\d\d")
_SITE = re.compile(r"\s*[_|｜]\s*(?P<site>[^_|｜]{2,12})$|\s+[-–—]\s+(?P<named>[^_|｜-]{2,12})$")
_NEWS_OF = re.compile(r"^【(?P<outlet>[^\s】]{2,12}?)[专專]?[讯訊]】\s*(?=\S)")
"""【明報專訊】, before a headline."""

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
    title, tail = _parted(_LABEL.sub("", re.sub(r"^#+\s*", "", line.text)))
    says = [dataclasses.replace(line, text=tail, kind=Kind.HEADER)] if tail else []
    if news_of := _NEWS_OF.match(title):
        if not news_of["outlet"].startswith("本"):
            label = f"来源：{news_of['outlet']}"
            says.append(dataclasses.replace(line, text=label, kind=Kind.HEADER))
        title = title[news_of.end() :]
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


def is_stamped(line: Line) -> bool:
    """Say whether a paragraph begins with the time at which a crawler says it was published."""
    stamp = STAMP.match(line.text) if line.kind is Kind.PROSE else None
    return stamp is not None and stamp["says"].strip() != "" and _is_stamp(stamp)


def unstamped(line: Line) -> list[Line]:
    """Part a paragraph from what a crawler has put before it: date and outlet, and the headline.

    2023-07-24 09:03，正文：原标题：市民讲堂近日，… becomes a line that says when, a headline, and
    the paragraph from 近日 on. A stamp that says something else than when is none.
    """
    before, at = [], 0
    stamp = STAMP.match(line.text)
    if stamp and _is_stamp(stamp):
        before = [_part(line, *stamp.span("says"), Kind.HEADER)] if stamp["says"] else []
        at = stamp.end()
    text = line.text[at:]
    if parted := original(text):
        title, rest = parted
        start = text.index(title)
        before.append(_part(line, at + start, at + start + len(title), Kind.HEADING))
        at = len(line.text) - len(rest)
    elif label := _LABEL.match(text):
        at += label.end()
    return [*before, _part(line, at, len(line.text), line.kind)]


def _is_stamp(match: re.Match[str]) -> bool:
    """Say whether what stands before a text says when it was published, and nothing else."""
    says = match["says"].strip()
    timed = match["text"] is not None and _CLOCK.search(says) is not None
    return not says or timed or kind_of(says) is Kind.HEADER


def _part(line: Line, start: int, end: int, kind: Kind) -> Line:
    text = line.text[start:end]
    return dataclasses.replace(
        line, start=line.start + start, end=line.start + end, text=text, kind=kind
    )


def behind_copied(first: str) -> str:
    """Return a first paragraph from its dateline on, without what others have put before that."""
    between = _BETWEEN.match(first)
    return first[between.end() :] if between else first
