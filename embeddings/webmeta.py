"""A web page's markup → what it states of itself: headline, author, date, site, address.

Only JSON-LD, meta tags, the canonical link and the comment of a browser that saved the page count;
nothing is read out of prose.
"""

from __future__ import annotations

import calendar
import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml import html

_DAY = re.compile(r"\s*((?:19|20)\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})(?!\d)")

DECLARED_WITHIN = 4096  # bytes; browsers look at 1024, some pages begin with a long comment

_DATE_METAS = (
    "article:published_time",
    "datepublished",
    "publishdate",
    "publish_date",
    "publish-date",
    "pubdate",
    "firstpublishedtime",
    "dcterms.issued",
    "dc.date.issued",
)

_LABEL = re.compile(r"^\s*(?:来源|來源|稿源)\s*[:：]\s*|\s+.*$", re.DOTALL)

_SAVED_FROM = re.compile(
    r"<!--\s*(?:saved from url=\(\d+\)|Page saved with SingleFile\s+url:\s*)(\S+)"
)


def stated_by_page(root: html.HtmlElement, source: str) -> dict[str, str | None]:
    """Return what the page's markup says of its article; a guess is not what it says."""
    metas: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        if content := " ".join(meta.get("content", "").split()):
            metas.setdefault(name.lower(), content)
    data = _linked_data(root)
    times = root.xpath(".//time[@itemprop='datePublished']/@datetime")
    links = root.xpath(".//link[@rel='canonical']/@href")
    saved = [found[1] for found in _SAVED_FROM.finditer(source[:DECLARED_WITHIN])]
    dates = [_name(data.get("datePublished")), *map(metas.get, _DATE_METAS), *times]
    authors = [_name(data.get("author")), metas.get("author"), metas.get("article:author")]
    sites = [_name(data.get("publisher")), *map(metas.get, ("og:site_name", "sitename"))]
    credited = [_LABEL.sub("", metas.get(name, "")) for name in ("source", "contentsource")]
    return {
        "headline": _name(data.get("headline")) or metas.get("og:title"),
        "date": next(filter(None, map(_day, dates)), None),
        "author": next(
            (a for a in authors if a and re.search(r"[^\W\d_]", a) and "://" not in a), None
        ),
        "site": next(filter(None, [*sites, *credited]), None),
        "url": next((url for url in [*links, metas.get("og:url"), *saved] if _is_url(url)), None),
    }


def _linked_data(root: html.HtmlElement) -> dict[str, object]:
    """Return the first article that a script of JSON-LD describes."""
    for script in root.xpath(".//script[@type='application/ld+json']"):
        try:
            found = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):
            continue
        found = found.get("@graph", found) if isinstance(found, dict) else found
        for thing in found if isinstance(found, list) else [found]:
            kinds = thing.get("@type") if isinstance(thing, dict) else None
            if re.search(r"Article|Posting|Report", str(kinds)[:200]):
                return {str(name): value for name, value in thing.items()}
    return {}


def _name(value: object) -> str | None:
    """Return a name in JSON-LD: a word, a thing with a name, or several, joined by "、"."""
    if isinstance(value, list):
        return "、".join(filter(None, map(_name, value[:20]))) or None
    if isinstance(value, dict):
        value = value.get("name")
    return value.strip() or None if isinstance(value, str) else None


def _day(stated: str | None) -> str | None:
    found = _DAY.match(stated or "")
    if not found:
        return None
    year, month, day = map(int, found.groups())
    if not (1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]):
        return None
    return f"{year}-{month:02}-{day:02}"


def _is_url(value: str | None) -> bool:
    return bool(re.fullmatch(r"https?://[^\s<>\"]{4,2000}", value or ""))
