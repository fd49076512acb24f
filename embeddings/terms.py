"""Text → folded text → terms; the only module that knows OpenCC.

In: texts of either script. Out: text in which both scripts, both widths and both cases are one,
and the terms of it. Both are for comparing alone, never for what is shown.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import opencc

_ZERO_WIDTH = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_MAY_NORMALISE = re.compile(r".?[^\x00-\x7f\u2014-\u2026\u3001-\u3003\u3008-\u3011\u4e00-\u9fff]+")
"""Stretches that NFKC may change, with the letter before, which may take a combining mark."""

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TERM = re.compile(
    rf"(?P<han>[{_HAN}]+)"
    r"|(?P<number>\d+(?:[.,:]\d+)*)"
    r"|(?P<word>[a-z0-9]+(?:[-'.&][a-z0-9]+)*)"
    rf"|(?P<other>[^\W\d_{_HAN}]+)"
)
_UNIT = re.compile(rf"(?P<magnitude>[百千万亿兆]*)[多余来]?(?P<unit>[{_HAN}]?)")
_DATE = re.compile(r"\d+年(?:\d+月(?:\d+日)?)?|\d+月\d+日")


def fold(text: str) -> str:
    """Return the text as terms are taken from it: NFKC, lower case, Simplified, nothing hidden.

    >>> fold("ＡＢＣ１２ 許昌")
    'abc12 许昌'
    """
    text = _MAY_NORMALISE.sub(
        lambda match: unicodedata.normalize("NFKC", match.group()), _ZERO_WIDTH.sub("", text)
    )
    return simplified(text.lower())


def simplified(text: str) -> str:
    """Return the text in Simplified characters; surrogates become U+FFFD.

    >>> simplified("許昌市 Xuchang")
    '许昌市 Xuchang'
    """
    converted: str = _simplifier().convert(_SURROGATE.sub("\ufffd", text))
    return converted


def traditional(text: str) -> str:
    """Return the text in Traditional characters; one that has any already is left alone.

    Its dictionary takes 45 ms to load.

    >>> traditional("许昌市"), traditional("許昌的台灣人")
    ('許昌市', '許昌的台灣人')
    """
    if simplified(text) != text:
        return text
    converted: str = _to_traditional().convert(text)
    return converted


def terms(folded: str) -> list[str]:
    """Return the terms of folded text, in reading order and with repetitions.

    Chinese: every character and every pair of neighbours. Latin words and numbers: whole. A
    number counts also with its unit, and a date also whole.

    >>> terms("购置32架")
    ['购', '置', '购置', '32', '32架', '架']
    """
    found: list[str] = []
    for match in _TERM.finditer(folded):
        kind, term = match.lastgroup, match.group()
        if kind == "han":
            found.extend(term)
            found.extend(term[at : at + 2] for at in range(len(term) - 1))
            continue
        found.append(term)
        if kind == "number":
            found.extend(_with_unit(term, folded, match.end()))
    found.extend(match.group() for match in _DATE.finditer(folded))
    return found


def _with_unit(number: str, folded: str, end: int) -> list[str]:
    """Return the number with its magnitude, and with its unit: 1.8万余株 → 1.8万, 1.8万株."""
    follows = _UNIT.match(folded, end)
    if follows is None:
        return []
    size = number + follows["magnitude"]
    return list(dict.fromkeys(whole for whole in (size, size + follows["unit"]) if whole != number))


@functools.cache
def _simplifier() -> opencc.OpenCC:
    import opencc

    return opencc.OpenCC("t2s")


@functools.cache
def _to_traditional() -> opencc.OpenCC:
    import opencc

    return opencc.OpenCC("s2t")
