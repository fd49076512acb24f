"""A quoted sentence and its source → a citation, in one of three styles.

In: a `Source`, the `Span` of what is quoted and the quoted sentence; the day on which it is cited
is a parameter, for nothing here knows the clock. Out: strings. What is not known of an article is
left out with its punctuation, never filled in. Articles' text is put on one line and, for Markdown,
escaped; what steers a terminal is made visible where it is shown, not here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Protocol

from embeddings.source import Source, Span

EXTRACTED_UNITS: Mapping[str, str] = {"html": "¶", "docx": "¶", "pdf": "p"}
"""What the lines of a span count where text was extracted: paragraphs, or pages."""

MOST_AUTHORS = 3
"""Of more, the first three are named: GB/T 7714-2015, 8.1.2."""

_LINE_BREAKS = "\n\r\v\f\x1c-\x1e\x85\u2028\u2029"  # where str.splitlines() breaks
_LINE_BREAK = re.compile(f"[{_LINE_BREAKS}]")
_GAP = re.compile(r"\s+")
_MARKDOWN = re.compile(r"[\\`*_{}\[\]~|$^]")
_BLOCK = re.compile(r"^(\d{1,9}(?=[.)](?:\s|$))|(?=(?:#{1,6}|[+-])(?:\s|$)|--))")
"""What begins a list, a heading or a rule, where it begins a line."""

_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_LINKABLE = re.compile(r"https?://[^\s<>\\\x00-\x1f\x7f]+", re.IGNORECASE)


class Style(Protocol):
    """One way to write a citation.

    `accessed` is the day on which a web page is cited. GB/T 7714 wants it (引用日期); the others do
    not say that a page was visited when its copy in a file was read. `number` is a footnote's.
    """

    def __call__(
        self,
        source: Source,
        span: Span,
        sentence: str,
        *,
        accessed: str | None = None,
        number: int = 1,
    ) -> str:
        """Return the citation."""


def place(source: Source, span: Span) -> str:
    """Return the file and the lines in it; paragraphs or pages where text was extracted.

    >>> place(Source("a.txt", "utf-8", ""), Span(12, 14, 0, 1, 0, 1))
    'a.txt:12–14'
    """
    lines = f"{span.line_start}"
    if span.line_end != span.line_start:
        lines += f"–{span.line_end}"
    path = _LINE_BREAK.sub(lambda match: ascii(match.group())[1:-1], source.path)
    return f"{path}:{EXTRACTED_UNITS.get(source.encoding, '')}{lines}"


def plain(
    source: Source,
    span: Span,
    sentence: str,
    *,
    accessed: str | None = None,  # noqa: ARG001 -- every style is called alike
    number: int = 1,  # noqa: ARG001
) -> str:
    """Return the source on a line, in the words of its article, and the quotation on the next.

    A date whose year the file does not state is marked as inferred.
    """
    parts = [
        _title(source, " — "),
        _one_line(source.outlet),
        _date(source),
        _one_line(source.byline),
        _one_line(source.url),
        place(source, span),
    ]
    return f"{_listed(parts)}\n“{_one_line(sentence)}”"


def gbt7714(
    source: Source,
    span: Span,
    sentence: str = "",  # noqa: ARG001 -- every style is called alike; this one names sources only
    *,
    accessed: str | None = None,
    number: int = 1,  # noqa: ARG001
) -> str:
    """Return an entry of a list of references after GB/T 7714-2015, numeric system.

    A web page is [EB/OL], an article of which only the outlet is known [N]: an outlet without a
    page to visit was printed. An article of which neither is known is [Z], the code for everything
    else (annex B): without a newspaper's name nothing says that it was one. An estimated date
    stands in brackets (8.4.3.3). The numeric system leaves out an author who is not named (8.1.3).
    Where neither headline nor page is known the file stands first: an entry must name something.

    >>> article = Source("a.txt", "utf-8", "", title="标题", byline="王祯、梁彦强", outlet="晚报")
    >>> gbt7714(article, Span(1, 1, 0, 1, 0, 1))
    '王祯, 梁彦强. 标题[N]. 晚报.'
    """
    date = _one_line(source.date)
    if date and source.date_inferred:
        date = f"[{date}]"
    outlet, url = _one_line(source.outlet), _one_line(source.url)
    kind = "EB/OL" if url else "N" if outlet else "Z"
    title = _title(source, "：" if any(map(_is_wide, source.title or "")) else ": ")  # 8.2.3
    if url:
        issue = (f"({date})" if date else "") + (f"[{accessed}]" if accessed else "")
    else:
        issue = _listed((outlet, date))
    named = title or ("" if url else place(source, span))
    return _sentences((_authors(source.byline), f"{named}[{kind}]", issue, url))


def markdown(
    source: Source,
    span: Span,
    sentence: str,
    *,
    accessed: str | None = None,  # noqa: ARG001 -- every style is called alike
    number: int = 1,
) -> str:
    """Return a footnote in Markdown: the quotation, then its source; nothing in it is markup."""
    url = _one_line(source.url)
    link = f"<{url}>" if _LINKABLE.fullmatch(url) else escaped(url)
    parts = [
        escaped(_title(source, " — ")),
        escaped(_one_line(source.outlet)),
        escaped(_date(source)),
        link,
        escaped(place(source, span)),
    ]
    return f"[^{number}]: “{escaped(_one_line(sentence))}” — {_listed(parts)}"


STYLES: Mapping[str, Style] = {"plain": plain, "gbt": gbt7714, "markdown": markdown}


def _title(source: Source, separator: str) -> str:
    """Return headline and subtitle, whose own dashes give way to the style's separator."""
    parts = (_one_line(source.title), _one_line(source.bare_subtitle))
    return separator.join(filter(None, parts))


def _date(source: Source) -> str:
    date = _one_line(source.date)
    return f"{date} (inferred)" if date and source.date_inferred else date


def _authors(byline: str | None) -> str:
    """Return up to three authors, as they are named; a fourth and further ones are 等 or et al."""
    names = [name for name in map(_one_line, (byline or "").split("、")) if name]
    if len(names) > MOST_AUTHORS:
        names = names[:MOST_AUTHORS]
        names.append("等" if any(map(_is_wide, "".join(names))) else "et al")
    return ", ".join(names)


def _listed(parts: Iterable[str]) -> str:
    return ", ".join(filter(None, parts))


def _sentences(parts: Iterable[str]) -> str:
    """Join parts, each closed by one full stop: an abbreviation at an end has its own."""
    return " ".join(part if part.endswith(".") else f"{part}." for part in parts if part)


def _one_line(text: str | None) -> str:
    r"""Return text on one line: a line break is a space, or nothing between two CJK characters.

    >>> _one_line(" 开展工\n作 成果\tof the\nday ")
    '开展工作 成果 of the day'
    """
    return _GAP.sub(_joint, (text or "").strip())


def _joint(gap: re.Match[str]) -> str:
    before, after = gap.string[gap.start() - 1], gap.string[gap.end()]
    wide = _is_wide(before) or _is_wide(after)
    cjk = wide and all(_is_wide(mark) or _is_ambiguous(mark) for mark in (before, after))
    return "" if cjk and _LINE_BREAK.search(gap.group()) else " "


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _is_ambiguous(character: str) -> bool:
    """Say whether a character is as wide as its neighbours: “ ” … — are CJK beside CJK."""
    return unicodedata.east_asian_width(character) == "A"


def escaped(text: str) -> str:
    """Return text that reads as itself in Markdown, in every dialect and with HTML switched on."""
    return _BLOCK.sub(r"\1\\", _MARKDOWN.sub(r"\\\g<0>", text)).translate(_HTML)
