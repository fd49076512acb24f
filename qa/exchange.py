"""An ellipsis (那警车呢？) and the question before it → what it may ask.

In: both, and how often two characters stand side by side in the articles. Out: the question before
with one thing in it another. Which of its parts is meant is told by the words alone; where a part
begins, by how rarely its first character follows what stands before it.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable

from embeddings.terms import fold
from qa.ellipsis import COUNTED, NAME, instead_of
from qa.question import asks
from qa.times import TIME, YEAR, Range, is_time, time_for

OFTEN = 0.1
"""The share of a place's mentions that have 市 or the like behind it; 空调市场 is no city."""

MOST_NAME = 3  # Chinese characters of a person's name, or of a place's without 市
OF_A_KIND = 2
"""Characters at the end of two things that make them of one kind: 通辽市公安局, 包头市公安局."""

_HOW_MANY_THINGS = re.compile(r"\b(?:how many|which|what) (?P<it>[a-z]+)\b", re.IGNORECASE)
_COUNTED_THING = re.compile(
    rf"{COUNTED.pattern}(?P<it>(?![点點时時分日号號])[\u3400-\u9fff]{{2,8}})(?=\W*$)"
)
_PART = r"(?![了的是在和与及次个個名条條])[\u3400-\u9fffA-Z0-9]"
_OF_PLACES = "市县縣省区區旗州盟镇鎮村"
_OF_BODIES = _OF_PLACES + "乡鄉街道场場站局司团團校院厅廳部厂廠馆館园園社"
_PLACE = re.compile(rf"(?P<it>[\u3400-\u9fff]{{2,3}}?)(?=[{_OF_PLACES}])")
Frequency = Callable[[str], int]
"""Two folded characters → in how many passages they stand side by side: 辽市 in some, 车市 not."""


def substituted(question: str, whole: str, frequency: Frequency) -> list[Exchange]:
    """Return what an ellipsis may ask: `whole`, the question before it, with one thing another.

    Which of its parts is meant is told by the words alone, and not for certain; so there may be
    several, and none for a question that is no ellipsis. Where one is of its kind, see `exchanged`.

    >>> asked = "许昌市公安局购置了多少架无人机？"
    >>> [one.question for one in substituted("警车呢？", asked, "通辽市".count)]
    ['许昌市公安局购置了多少架警车？']
    >>> [one.question for one in substituted("通辽呢？", asked, "通辽市".count)]
    ['许昌市公安局购置了多少架通辽？', '通辽市公安局购置了多少架无人机？']
    """
    other = instead_of(question)
    if not other:
        return []
    spans: list[Range | None] = []
    if other.isascii():
        named = NAME if other != other.lower() else _HOW_MANY_THINGS
        thing = YEAR if YEAR.fullmatch(other) else named
        spans.append(_span(thing.search(whole)))
    elif is_time(other):
        spans.append(time_for(other, whole))
    else:
        spans.append(_alike(other, whole, frequency))
        spans.append(_counted(other, whole))
        spans.append(_place(other, whole, frequency) or _person(other, whole, frequency))
    each = dict.fromkeys(span for span in spans if span)
    return [_exchange(other, whole, span) for span in each]


def _span(found: re.Match[str] | None) -> Range | None:
    return found.span("it") if found else None


def _counted(other: str, whole: str) -> Range | None:
    """Return what a question counts; None where it is no body, and the other is one or a person."""
    from embeddings.bylines import is_surnamed  # 30 ms of patterns, which a first question spares

    counted = _COUNTED_THING.search(whole)
    is_body = other[-1] in _OF_BODIES or (len(other) == MOST_NAME and is_surnamed(other))
    if counted and is_body and counted["it"][-1] not in _OF_BODIES:
        return None
    return _span(counted)


def _place(other: str, whole: str, frequency: Frequency) -> Range | None:
    """Return the place that a question begins with, where the other thing is one in the articles.

    Both stand before 市 or the like: in the question, or, as 包头有多少民警？ has none, elsewhere.
    """
    place = _PLACE.match(whole)
    if place and asks(place["it"]):  # 哪个城市
        return None
    if place:
        return _span(place) if frequency(fold(other[-1] + whole[place.end()])) > 0 else None
    for end in (2, MOST_NAME):
        kinds = _kinds_of_place(fold(whole[:end]), frequency)
        if len(other) <= MOST_NAME and kinds & _kinds_of_place(fold(other), frequency):
            return 0, end
    return None


def _kinds_of_place(name: str, frequency: Frequency) -> set[str]:
    """Return what kinds of place a name is often followed by in the articles: 市 behind 包头."""
    told = frequency(name[-2:]) if _is_told(name, frequency) else 0
    return {kind for kind in _OF_PLACES if told and frequency(name[-1] + kind) >= OFTEN * told}


def _person(other: str, whole: str, frequency: Frequency) -> Range | None:
    """Return the name that a question begins with, where the other thing is one: 韩志平, 许文雄.

    It ends where the characters on either side are the least often together.
    """
    from embeddings.bylines import is_surnamed  # 30 ms of patterns, which a first question spares

    ends = [
        end
        for end in (MOST_NAME, 2)
        if is_surnamed(whole[:end]) and re.match(rf"(?:{_PART}){{{end}}}", whole)
    ]
    if not (ends and is_surnamed(other)):
        return None
    end = min(ends, key=lambda at: _joined(whole, at, frequency))
    name = fold(whole[:end])
    ends_there = 2 * _joined(whole, end, frequency) <= frequency(name[-2:])  # not in 万安科技
    return (0, end) if ends_there and _is_told(name, frequency) else None


def _is_told(name: str, frequency: Frequency) -> bool:
    return all(frequency(name[at : at + 2]) > 0 for at in range(len(name) - 1))


@dataclasses.dataclass(frozen=True, slots=True)
class Exchange:
    """One thing in the place of another, in the same question."""

    question: str
    new: str
    old: str

    def is_answered_by(self, passage: str, sentence: str) -> bool:
        """Say whether an answer tells of the new thing, not of the old one, as far as it names any.

        >>> exchange = Exchange("包头市有几所学校？", "包头市", "通辽市")
        >>> exchange.is_answered_by("包头市较大。", "通辽市有四十所学校。")
        False
        """
        return _tells_of(passage, self.new, self.old) and not self.is_passed_by(sentence)

    def is_passed_by(self, sentence: str) -> bool:
        """Say whether a sentence tells of the old thing instead.

        >>> Exchange("购置了多少辆警车？", "警车", "无人机").is_passed_by("购置无人机32架。")
        True
        """
        told, instead = (self.new, self.old), (self.old, self.new)
        return _tells_of(sentence, *instead) and not _tells_of(sentence, *told)


def exchanged(question: str, whole: str, frequency: Frequency) -> Exchange | None:
    """Return what an ellipsis asks where the question before has a thing of the same kind.

    >>> exchanged("包头市公安局呢？", "许昌市公安局购置了多少架无人机？", "许昌市".count).old
    '许昌市公安局'
    """
    new = instead_of(question)
    if not new or new.isascii() or is_time(new):
        return None
    found = _alike(new, whole, frequency, OF_A_KIND)
    if found is None:
        return None
    return _exchange(new, whole, found)


def _exchange(new: str, whole: str, span: Range) -> Exchange:
    start, end = span
    return Exchange(whole[:start] + new + whole[end:], new, whole[start:end])


def _alike(other: str, whole: str, frequency: Frequency, least: int = 1) -> Range | None:
    """Return the part of a question that ends as the other thing does: 民警 for 辅警.

    `least` is in how many characters at least. It is no longer than the other thing, and begins
    where that tears the least apart: 收盘价 in 福耀玻璃收盘价, for 目标均价.
    """
    for length in range(len(other) - 1, least - 1, -1):
        ending = re.escape(other[-length:])
        found = re.search(rf"(?:{_PART}){{1,{len(other) - length}}}{ending}", whole)
        if found:
            time = TIME.match(whole, found.start(), found.end() - length - 1)  # 去年通辽市公安局
            starts = range(time.end() if time else found.start(), found.end() - length)
            return min(starts, key=lambda at: _joined(whole, at, frequency)), found.end()
    return None


def _joined(text: str, at: int, frequency: Frequency) -> int:
    """Return how often what stands before and behind a place stand together; -1 between parts."""
    if at in {0, len(text)} or re.match(_PART, text[at - 1]) is None:
        return -1
    return frequency(fold(text[at - 1 : at + 1]))


def _tells_of(text: str, one: str, rather_than: str) -> bool:
    """Say whether a text has most of what sets one name apart from another; either script."""
    folded, own, other = fold(text), fold(one), fold(rather_than)
    apart = {own[at : at + 2] for at in range(len(own) - 1)}
    apart -= {other[at : at + 2] for at in range(len(other) - 1)}
    return 2 * sum(pair in folded for pair in apart) >= len(apart)
