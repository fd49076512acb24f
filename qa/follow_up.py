"""A follow-up question → a complete one, from the conversation, without a language model.

In: a question and the turn before it. Out: what the question lacks. A question that points back
(他, 这项工作, "that") or is too short to be searched alone (女职工呢？ 多少人？) gets the subject
of the turn before; one that is complete is left alone. Whether a short question is complete is
not to be seen in its words: `Lack.MAYBE` leaves that to whether it is answered alone.
"""

from __future__ import annotations

import dataclasses
import enum
import re

from embeddings.terms import fold
from qa.ellipsis import CONNECTOR, COUNTED, MEASURE, NAME, instead_of, without_ellipsis
from qa.question import KINDS, WHEN, asks, without_asking

SHORT = 6
"""A question with no more Chinese characters of its own than this may be incomplete. Some new
questions are as short, so that length alone completes none: it must also go unanswered alone."""

SHORT_WORDS = 4  # likewise, English words, where none is a name, or behind "and"

_POINTER = re.compile(
    r"(?<![其吉利排维維])[他她它][们們]?(?![山日汀命])|^其(?!他|它|实|余)"
    r"|(?:(?<!其)[这這](?![么麼])|(?<![其应應不本活总總])[该該]|(?<![其如因彼])此)"
    rf"{MEASURE}?(?!外)|那{MEASURE}"
)
_POINTER_WORD = re.compile(
    r"\b(?!(?-i:IT)\b)(?:he|she|it|they|him|them|his|her|hers|its|their|theirs|that|this|those|these"
    r"|(?<!is )(?<!are )(?<!was )(?<!were )there)\b",
    re.IGNORECASE,
)
_HAPPENED = re.compile(
    r"[这那](?:[件次个]|里|年|天|时)?(?:事情?)?|发生|happen(?:ed)?\b|\bbe\b|\boccur(?:red)?\b|\btakes?\b|\btook\b|\bplace\b"
)
_SAYS_NOTHING = re.compile(
    r"的事情?(?=\W|$)|[的了是在有被把和与及都些个名给]|[^\w\s]|\b(?:of|the|and|had|did)\b"
)
_WHAT_TIME = re.compile(r"[几幾](?:[点點][钟鐘]?|[时時])")
_WHICH_TIME = re.compile(r"哪一?[年天日次届屆]|多[大高深远遠宽寬长長](?=\W*$)")
_TIME_OF_DAY = re.compile(r"\d[点點时時:：]|[一二两兩三四五六七八九十][点點时時]")
_WHO_SAID = re.compile(
    r"(?:[这那]句?话?)?是?谁(?:说|讲|介绍|透露|表示)的话?\W*$|who said (?:so|that|this|it)\W*$"
)
_WHY = re.compile(r"为什么|为何|为啥|怎么会|\bwhy\b")
_REASON = re.compile(r"因|由于|为|致|鉴于|考虑|旨在|目的|出于|以便|未(?!来)|违反|违规|涉嫌")
_DANGLING = re.compile(
    r"(?<=[\u3400-\u9fff])[是有了的在被由](?=\s|$)|(?<=\s)[是有了的在被由](?=\s|$)"
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[a-z0-9]+")


class Lack(enum.Enum):
    """Whether a question lacks something."""

    NOTHING = enum.auto()
    MAYBE = enum.auto()
    SUBJECT = enum.auto()


@dataclasses.dataclass(frozen=True, slots=True)
class Turn:
    """What a conversation keeps of its last question."""

    asked: str  # as the user typed it
    subject: str  # of the last complete question, without the words that ask
    article: int | None  # the article cited first
    complete: str = ""  # the last complete question, in which a word may be put for another
    sentence: int | None = None  # the answer sentence's id, where there was an answer
    searched: str = (
        ""  # the last question as it was searched, in which a time may be put for another
    )


def lack(question: str) -> Lack:
    """Say whether a question lacks what the conversation could give.

    >>> [lack(asked).name for asked in ("他还说了什么？", "多少人？", "罗刚说他们嘎查有几套民宿？")]
    ['SUBJECT', 'MAYBE', 'NOTHING']
    """
    whole = fold(question.strip())
    if re.search(r"\w", whole) is None:
        return Lack.NOTHING  # marks alone ask for nothing
    folded = CONNECTOR.sub("", whole)
    if _points_back(folded, question) or instead_of(question) or asks_when_it_was(question):
        return Lack.SUBJECT
    characters, words = _own(folded)
    if characters == 0 and words == 0:
        return Lack.SUBJECT
    if words and not characters:
        names = NAME.search(question) is not None
        goes_on = folded != whole or not names  # "And what did Kyiv say?", not "Who is Luo Gang?"
        may = words == 1 or (words <= SHORT_WORDS and goes_on) or _is_ahead(question)
        return Lack.MAYBE if may else Lack.NOTHING
    return Lack.MAYBE if is_short(question) or not asks(question) else Lack.NOTHING


def is_short(question: str) -> bool:
    """Say whether a question has so few words of its own that it may be incomplete.

    >>> is_short("用了几天破案？"), is_short("许昌市公安局购置了多少架无人机？")
    (True, False)
    """
    characters, words = _own(CONNECTOR.sub("", fold(question.strip())))
    return characters + 2 * words <= SHORT


def asks_when_it_was(question: str) -> bool:
    """Say whether a question asks when something was, and nothing tells what but the turn before.

    >>> [asks_when_it_was(asked) for asked in ("那是哪天？", "When was that?", "何时建成？")]
    [True, True, False]
    """
    folded = CONNECTOR.sub("", fold(question.strip()))
    when = any(asks.search(folded) for asks in (_WHAT_TIME, *(KINDS[kind][0] for kind in WHEN)))
    left = _HAPPENED.sub(" ", _POINTER_WORD.sub(" ", _WHAT_TIME.sub(" ", folded)))
    left = re.sub(r"[年天日月号几]|\b(?:year|month|date|day)\b", " ", left)  # 哪天, 几月
    return when and _own(left) == (0, 0)


def asks_who_said(question: str) -> bool:
    """Say whether a question asks who said what the turn before told.

    >>> [asks_who_said(asked) for asked in ("这话是谁说的？", "Who said so?", "谁说要去？")]
    [True, True, False]
    """
    return _WHO_SAID.match(fold(question.strip())) is not None


def tells_time(question: str, sentence: str) -> bool:
    """Say whether a sentence has the time of day, where a question asks for that (几点).

    >>> tells_time("那是几点？", "4月23日,观摩活动举行。"), tells_time("何时？", "4月23日举行。")
    (False, True)
    """
    return _WHAT_TIME.search(fold(question)) is None or _TIME_OF_DAY.search(sentence) is not None


def tells_reason(question: str, sentence: str) -> bool:
    """Say whether a sentence may have a reason, where a question asks for nothing else (为什么？).

    >>> tells_reason("为什么？", "该局购置无人机32架。"), tells_reason("何时？", "该局购置无人机。")
    (False, True)
    """
    return not asks_why(question) or _REASON.search(fold(sentence)) is not None


def asks_why(question: str) -> bool:
    """Say whether a question asks why, and nothing else.

    >>> asks_why("那是为什么？"), asks_why("为什么购置无人机？")
    (True, False)
    """
    return only_asks(question) and _WHY.search(fold(question)) is not None


def only_asks(question: str) -> bool:
    """Say whether a question says next to nothing but how it asks.

    >>> [only_asks(asked) for asked in ("多少钱？", "那是几点？", "谢谢", "多少无人机？")]
    [True, True, False, False]
    """
    folded = CONNECTOR.sub("", fold(question.strip()))
    asking = without_asking(_WHAT_TIME.sub(" ", folded)) != folded
    characters, words = _own(_WHAT_TIME.sub(" ", folded))
    return asking and characters <= 1 and not words


def is_bare(question: str) -> bool:
    """Say whether a question says nothing at all but how it asks.

    >>> [is_bare(asked) for asked in ("谁？", "那是为什么？", "谁买的？", "Why?")]
    [True, True, False, True]
    """
    return only_asks(question) and _own(CONNECTOR.sub("", fold(question.strip()))) == (0, 0)


def _own(folded: str) -> tuple[int, int]:
    """Return how many Chinese characters, and how many other words, say what is asked of."""
    own = _SAYS_NOTHING.sub(" ", without_asking(folded))
    return len(_HAN.findall(own)), len(_WORD.findall(own))


def completed(question: str, before: Turn) -> str:
    """Return the question with what the turn before was about in front of it."""
    return f"{about(before)} {without_ellipsis(question)}".strip()


def about(before: Turn) -> str:
    """Return what a turn was about: its subject, and what its own words added to that."""
    own = subject_of(before.asked)
    return before.subject if own in before.subject else f"{before.subject} {own}".strip()


def subject_of(question: str) -> str:
    """Return a question without the words that ask, point or connect.

    >>> [subject_of(asked) for asked in ("Who is Luo Gang?", "What did he say?", "他还说了什么？")]
    ['Luo Gang', 'say', '还说']
    >>> subject_of("他哪天去视察？"), subject_of("这项工作由谁负责？")
    ('去视察', '工作 负责')
    """
    text = _WHAT_TIME.sub(" ", CONNECTOR.sub("", question.strip()))
    text = COUNTED.sub(" ", _WHICH_TIME.sub(" ", text))
    text = _POINTER_WORD.sub(" ", _POINTER.sub(" ", without_asking(text)))
    return " ".join(_DANGLING.sub(" ", re.sub(r"[？?。！!，,]", " ", text)).split())


def _points_back(folded: str, question: str) -> bool:
    """Say whether a pronoun or demonstrative has nothing before it that it could point to."""
    pointer = _POINTER.search(folded)
    if pointer is not None:
        before = _SAYS_NOTHING.sub("", without_asking(folded[: pointer.start()]))
        return len(_HAN.findall(before)) < 2
    return _is_ahead(question) and NAME.search(question) is None


def _is_ahead(question: str) -> bool:
    """Say whether an English pronoun stands before any name (Is it true that Baotou …?)."""
    word = _POINTER_WORD.search(question)
    return word is not None and NAME.search(question[: word.start()]) is None
