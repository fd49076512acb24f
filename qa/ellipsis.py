"""An ellipsis (那警车呢？) → what it may ask, from the question before it.

In: a question, the complete one that was asked before, and how often two characters stand side by
side in the articles. Out: that question with one thing in it another. Which of its parts is meant
is told by the words alone; where a part begins, by how rarely its first character follows what
stands before it.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable

from embeddings.lexical import fold
from qa.question import without_asking

LONGEST = 12  # Chinese characters of a thing that is named in place of another

OF_A_KIND = 2
"""Characters at the end of two things that make them of one kind: 通辽市公安局, 包头市公安局."""

CONNECTOR = re.compile(
    r"^(?:那么|那|还有|另外|此外|以及|接着|(?:and|also|then|so|what about|how about)\b)[,，、\s]*"
)
NAME = re.compile(r"(?<!^)\b(?P<it>[A-Z]\w+)")
_WHAT_ABOUT = re.compile(
    r"(?:(?:and|so)\s+)?(?:what|how)\s+about\s+(?:in\s+)?(?:the\s+)?(?P<it>\w+(?:\s\w+){0,2})\W*$"
    r"|and\s+(?:in\s+|of\s+|at\s+|for\s+|from\s+)?(?:the\s+)?"
    r"(?P<other>(?!wh|how)[a-z]\w*(?:\s\w+)?)\W*$",
    re.IGNORECASE,
)
COUNTED = re.compile(
    r"(?:多少|[几幾])[百千万萬亿億]*+[架名个個位次起条條家所辆輛件项項场場只支批份种種台座艘枚棵株套栋棟张張本]?+"
)
_HOW_MANY_THINGS = re.compile(r"\b(?:how many|which|what) (?P<it>[a-z]+)\b", re.IGNORECASE)
_TIME = re.compile(
    r"(?P<it>[去今前明]年|上(?:一|个)?[次年月周季]|\d{4}年(?:\d{1,2}月)?|\d{1,2}月(?:\d{1,2}日)?|[昨今前]天)"
)
_COUNTED_THING = re.compile(
    rf"{COUNTED.pattern}(?P<it>(?![点點时時分日号號])[\u3400-\u9fff]{{2,8}})(?=\W*$)"
)
_PART = r"(?![了的是在和与及次个個名条條])[\u3400-\u9fffA-Z0-9]"
_PLACE = re.compile(r"(?P<it>[\u3400-\u9fff]{2,3}?)(?=[市县縣省区區旗州盟])")
ELLIPSIS = re.compile(r"呢\W*$")
_HAN = re.compile(r"[\u3400-\u9fff]")

_Range = tuple[int, int]
"""Where something stands in a question, half open."""

Frequency = Callable[[str], int]
"""Two folded characters → in how many passages they stand side by side: 辽市 in some, 车市 not."""


def instead_of(question: str) -> str:
    """Return what an ellipsis names in place of something: 警车 in 那警车呢？, "" if it is none."""
    if _HAN.search(question) is None:
        about = _WHAT_ABOUT.match(question.strip())
        return (about["it"] or about["other"]) if about else ""
    if ELLIPSIS.search(question) is None:
        return ""
    own = CONNECTOR.sub("", without_ellipsis(question)).removesuffix("的")
    return own if len(own) <= LONGEST and without_asking(own) == own else ""


def without_ellipsis(question: str) -> str:
    """Return a question without the 呢 at its end."""
    return ELLIPSIS.sub("", question.strip())


def substituted(question: str, whole: str, frequency: Frequency) -> list[str]:
    """Return what an ellipsis may ask: `whole`, the question before it, with one thing another.

    Which of its parts is meant is told by the words alone, and not for certain; so there may be
    several, and none for a question that is no ellipsis. Where one is of its kind, see `exchanged`.

    >>> asked = "许昌市公安局购置了多少架无人机？"
    >>> substituted("警车呢？", asked, "通辽市".count)
    ['许昌市公安局购置了多少架警车？']
    >>> substituted("通辽呢？", asked, "通辽市".count)
    ['许昌市公安局购置了多少架通辽？', '通辽市公安局购置了多少架无人机？']
    """
    other = instead_of(question)
    if not other:
        return []
    spans: list[_Range | None] = []
    if other.isascii():
        thing = NAME if other != other.lower() else _HOW_MANY_THINGS
        spans.append(_span(thing.search(whole)))
    elif _TIME.fullmatch(other):
        spans.append(_span(_TIME.search(whole)))
    else:
        spans.append(_alike(other, whole, frequency))
        spans.append(_span(_COUNTED_THING.search(whole)))
        place = _PLACE.match(whole)
        if place and frequency(fold(other[-1] + whole[place.end()])) > 0:
            spans.append(_span(place))
    each = dict.fromkeys(span for span in spans if span)
    return [whole[:start] + other + whole[end:] for start, end in each]


def _span(found: re.Match[str] | None) -> _Range | None:
    return found.span("it") if found else None


@dataclasses.dataclass(frozen=True, slots=True)
class Exchange:
    """One thing of a kind in the place of another, in the same question."""

    question: str
    new: str
    old: str

    def is_answered_by(self, passage: str, sentence: str) -> bool:
        """Say whether an answer tells of the new thing, not of the old one, as far as it names any.

        >>> exchange = Exchange("包头市有几所学校？", "包头市", "通辽市")
        >>> exchange.is_answered_by("包头市较大。", "通辽市有四十所学校。")
        False
        """
        return _tells_of(passage, self.new, self.old) and (
            _tells_of(sentence, self.new, self.old) or not _tells_of(sentence, self.old, self.new)
        )


def exchanged(question: str, whole: str, frequency: Frequency) -> Exchange | None:
    """Return what an ellipsis asks where the question before has a thing of the same kind.

    >>> exchanged("包头市公安局呢？", "许昌市公安局购置了多少架无人机？", "许昌市".count).old
    '许昌市公安局'
    """
    new = instead_of(question)
    if not new or new.isascii() or _TIME.fullmatch(new):
        return None
    found = _alike(new, whole, frequency, OF_A_KIND)
    if found is None:
        return None
    start, end = found
    return Exchange(whole[:start] + new + whole[end:], new, whole[start:end])


def _alike(other: str, whole: str, frequency: Frequency, least: int = 1) -> _Range | None:
    """Return the part of a question that ends as the other thing does: 民警 for 辅警.

    `least` is in how many characters at least. It is no longer than the other thing, and begins
    where that tears the least apart: 收盘价 in 福耀玻璃收盘价, for 目标均价.
    """
    for length in range(len(other) - 1, least - 1, -1):
        ending = re.escape(other[-length:])
        found = re.search(rf"(?:{_PART}){{1,{len(other) - length}}}{ending}", whole)
        if found:
            time = _TIME.match(whole, found.start(), found.end() - length - 1)  # 去年通辽市公安局
            starts = range(time.end() if time else found.start(), found.end() - length)
            return min(starts, key=lambda at: _joined(whole, at, frequency)), found.end()
    return None


def _joined(text: str, at: int, frequency: Frequency) -> int:
    """Return how often what stands before and behind a place stand together; -1 between parts."""
    if at == 0 or re.match(_PART, text[at - 1]) is None:
        return -1
    return frequency(fold(text[at - 1 : at + 1]))


def _tells_of(text: str, one: str, rather_than: str) -> bool:
    """Say whether a text has most of what sets one name apart from another; either script."""
    folded, own, other = fold(text), fold(one), fold(rather_than)
    apart = {own[at : at + 2] for at in range(len(own) - 1)}
    apart -= {other[at : at + 2] for at in range(len(other) - 1)}
    return 2 * sum(pair in folded for pair in apart) >= len(apart)
