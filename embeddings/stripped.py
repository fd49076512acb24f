"""A decoded file → its lines, stripped of what is no text of an article.

In: a `DecodedFile`. Out: a `Line` for each that says anything, without Markdown's marks and links,
style rules and advertisements that a crawler took for text, and what a page asks of its readers;
and, where it is asked, without a button.
"""

from __future__ import annotations

import bisect
import dataclasses
import re
from collections.abc import Sequence

from embeddings.bylines import ENDED
from embeddings.closing import BUTTON
from embeddings.decode import DecodedFile
from embeddings.lines import Kind, Line, kind_of

_LINE = re.compile(r"[^\r\n]+")
_DEBRIS = re.compile(
    r"(?<![\u3400-\u9fff])广告 [^×。\r\n]{2,80} ×"
    r"|(?:(?:[.#@*]|\b(?:body|div|p|img|a|span|table|t[dhr]|ul|li|h\d)\b)[^{}\u3400-\u9fff]{0,120}"
    r"\{\s{0,9}[a-z-]{1,40}\s{0,9}:[^{}]{1,600}\}\s{0,9}){1,99}"
)
"""An advertisement with its button, and a page's style rules, which a crawler took for text."""

_BLOCK_MARK = re.compile(
    r"(?:#{1,6}\s+|>\s*|[-*+]\s+)+|(?:title|标题|標題)\s*:\s*|!\[[^\]]*\]\([^)]*\)$|[-=*_]{3,}$"
)
_EMPHASISED = re.compile(r"(\*\*|__|\*)((?:(?!\1).)+)\1")
_EMPHASIS = re.compile(r"\*{1,2}|__")
_LINKS = re.compile(r"[^\[\]。]{0,16}(?:\[[^\]]*\]\([^)]*\)[\s、|｜/·•]*)+")
"""Links and what they are: 相关阅读：[…](…)."""

_CALL = re.compile(
    r"(?:立即|[马馬]上|免[费費]|更多(?:精彩)?(?:[内內]容)?[请請]?|[长長]按|[扫掃][码碼描]|[点點][击擊][^。，]{0,6}?)*"
    r"(?:下[载載]|加入|追[踪蹤]|[订訂][阅閱]|[关關]注)[^。？?]{0,20}"
    r"(?:App\b|LINE|Telegram|[频頻]道|粉[丝絲]|公[众眾][号號]|我[们們]$)"
    r"(?:\W{0,3}|[^。？?]*(?:https?://|[领領]取|[优優]惠)[^。]*)"
    r"|[^。]*[点點]我(?:下[载載]|加入|追[踪蹤]|[订訂][阅閱]|[关關]注)[^。]{0,24}"
    r"|(?:[点點][击擊]|按此)(?:下[载載]|加入|追[踪蹤]|[订訂][阅閱]|[关關]注)[^。，]{0,6}"
    r"|[【\[（(]?[广廣]告(?:[】\]）)]|\s*[:：]).*"
    r"|(?:版[权權]|免[责責]|[转轉][载載])[声聲]明\s*[:：].*"
    r"|(?:相[关關](?:新[闻聞]|[阅閱][读讀]|[链鏈][接結]|[报報][导導道])|(?:延伸|推[荐薦]|[热熱][门門])[阅閱][读讀])\s*[:：]\s*\S.*"
    r"|[上下]一[篇則则]\s*[:：].*|(?:本[週周日])?[热熱][门門]\s*[:：].*|\[?[贊赞]助[內内]容\]?"
    r"|分享(?:工具|[到至]\s*[:：]?\s*(?:Facebook|LINE|WhatsApp|微[信博]|朋友圈))[^。，]{0,40}"
    r"|\W*[点點][击擊](?:放大|看?大?[图圖])\W*"
    r"|(?:(?:[点點][赞贊讚]|在看|[转轉][发發]|分享|收藏|[评評][论論]|喜[欢歡])[\s、|·]*){2,}",
    re.IGNORECASE,
)
"""What a page asks of its readers, or names beside the article: 點我下載APP, 【广告】…."""

_BESIDE = re.compile(
    r"[【〔［\[]?(?:延伸|推[荐薦]|相[关關])(?:[阅閱][读讀]|新[闻聞]|[报報][导導道])[】〕］\]]?\s*[:：]?"
)
"""Above the headlines of other articles."""

_BUTTON = re.compile(rf"{BUTTON}\s*(?:[责責]任[编編][辑輯][：:]\s*[\u4e00-\u9fff]{{0,4}})?$")

_GOING_ON = frozenset({Kind.PROSE, Kind.HEADING, Kind.SUBTITLE, Kind.LABEL})
"""What a line looks like whose sentence may go on in the next."""

LONGEST_CALL = 80
"""Of what a page asks, with an address behind it; a paragraph that begins so is longer."""


def lines_of(file: DecodedFile) -> list[Line]:
    """Return the lines of a file that say anything, each with its place and kind."""
    lines: list[Line] = []
    marked = file.path.lower().endswith(".md")
    for match in _LINE.finditer(file.text, file.text.startswith("\ufeff")):
        number = bisect.bisect_right(file.line_starts, match.start())
        for first, last in _without_debris(match):
            text = file.text[first:last].strip()
            text = unmarked(text) if marked else text
            if text and not (_is_call(text) and _begins(number, lines)):
                start = file.text.index(text, first)
                line = Line(number, start, start + len(text), text, kind_of(text))
                lines += _plain(line) if marked else [line]
    return _without_beside(lines)


def _without_beside(lines: list[Line]) -> list[Line]:
    """Return the lines without the headlines of other articles below the text: 延伸閱讀."""
    labels = [place for place, line in enumerate(lines) if _BESIDE.fullmatch(line.text)]
    prose = [place for place, line in enumerate(lines) if line.kind is Kind.PROSE]
    last = max((place for place in prose if place not in labels), default=len(lines))
    first = next((place for place in labels if place > last), len(lines))
    return [*lines[:first], *(line for line in lines[first:] if line.kind not in _GOING_ON)]


def _begins(number: int, before: Sequence[Line]) -> bool:
    """Say whether a line begins a paragraph, and is no part of a sentence that is broken."""
    last = before[-1] if before else None
    return (
        last is None
        or last.number < number - 1
        or last.kind not in _GOING_ON
        or ENDED.search(last.text) is not None
    )


def _is_call(text: str) -> bool:
    return len(text) <= LONGEST_CALL and _CALL.fullmatch(text) is not None


def _plain(line: Line) -> list[Line]:
    """Return a line of Markdown as what it says: **撰文：**李小梅 is a by-line, links are none."""
    bare = _EMPHASIS.sub("", line.text)
    if not bare or _LINKS.fullmatch(bare):
        return []
    kind = kind_of(bare)
    if kind in (line.kind, Kind.PROSE, Kind.HEADING, Kind.SUBTITLE, Kind.LABEL):
        return [line]
    return [dataclasses.replace(line, text=bare, kind=kind)]


def unmarked(line: str) -> str:
    """Return what a line of Markdown says: without the marks at its ends, of a picture nothing.

    >>> unmarked("## 为什么重要"), unmarked("**新华社云州7月16日电**"), unmarked("![老街](1.jpg)")
    ('为什么重要', '新华社云州7月16日电', '')
    >>> unmarked("title: 月背样品里的火山"), unmarked("**他说**，不会。")
    ('月背样品里的火山', '**他说**，不会。')
    """
    mark = _BLOCK_MARK.match(line)
    bare = line[mark.end() :] if mark else line
    whole = _EMPHASISED.fullmatch(bare)
    return whole[2] if whole else bare


def _without_debris(line: re.Match[str]) -> list[tuple[int, int]]:
    """Return where the parts of a line stand that are neither style rules nor advertisements."""
    text = line.group()
    if "{" not in text and "×" not in text:
        return [line.span()]
    debris = _DEBRIS.finditer(line.string, *line.span())
    cuts = [line.start(), *(place for one in debris for place in one.span()), line.end()]
    return list(zip(cuts[::2], cuts[1::2], strict=True))


def without_button(line: Line) -> Line:
    """Return a line without the button that a crawler has left behind it."""
    button = _BUTTON.search(line.text)
    if button is None:
        return line
    if button.start() == 0:
        return dataclasses.replace(line, kind=Kind.FURNITURE)
    text = line.text[: button.start()]
    return dataclasses.replace(line, text=text, end=line.start + len(text))
