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

from embeddings.lexical import fold
from qa.question import KINDS, WHEN, without_asking

SHORT = 6
"""A question with no more Chinese characters of its own than this may be incomplete. Some new
questions are as short, so that length alone completes none: it must also go unanswered alone."""

SHORT_WORDS = 2  # likewise, English words

OF_A_KIND = 2
"""Characters at the end of two things that make them of one kind: 通辽市公安局, 包头市公安局."""

_CONNECTOR = re.compile(
    r"^(?:那么|那|还有|另外|此外|以及|接着|(?:and|also|then|so|what about|how about)\b)[,，、\s]*"
)
_POINTER = re.compile(
    r"(?<!其)[他她它]们?(?!山|日)|^其(?!他|它|实|余)|(?<!其)(?<!如)(?<!因)[这該该此](?!外)"
)
_POINTER_WORD = re.compile(
    r"\b(?:he|she|it|they|him|them|his|her|hers|its|their|theirs|that|this|those|these|there)\b"
)
_HAPPENED = re.compile(
    r"[这這那][件次个個]?|发生|happen(?:ed)?\b|\bbe\b|\boccur(?:red)?\b|\btakes?\b|\btook\b|\bplace\b"
)
_NAME = re.compile(r"(?<!^)\b(?P<it>[A-Z]\w+)")
_WHAT_ABOUT = re.compile(
    r"(?:(?:and|so)\s+)?(?:what|how)\s+about\s+(?:in\s+)?(?:the\s+)?(?P<it>\w+(?:\s\w+){0,2})\W*$"
    r"|and\s+(?:in\s+|of\s+|at\s+|for\s+|from\s+)?(?:the\s+)?"
    r"(?P<other>(?!wh|how)[a-z]\w*(?:\s\w+)?)\W*$",
    re.IGNORECASE,
)
_SAYS_NOTHING = re.compile(
    r"的事情?(?=\W|$)|[的了是在有被把和与及都些个名给]|[^\w\s]|\b(?:of|the|and|had|did)\b"
)
_COUNTED = re.compile(
    r"(?:多少|[几幾])[百千万萬亿億]*+[架名个個位次起条條家所辆輛件项項场場只支批份种種台座艘枚棵株套栋棟张張本]?+"
)
_WHAT_TIME = re.compile(r"[几幾](?:[点點][钟鐘]?|[时時])")
_DANGLING = re.compile(
    r"(?<=[\u3400-\u9fff])[是有了的在被由](?=\s|$)|(?<=\s)[是有了的在被由](?=\s|$)"
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[a-z0-9]+")
_HOW_MANY_THINGS = re.compile(r"\b(?:how many|which|what) (?P<it>[a-z]+)\b", re.IGNORECASE)
_TIME = re.compile(
    r"(?P<it>[去今前明]年|上(?:一|个)?[次年月周季]|\d{4}年(?:\d{1,2}月)?|\d{1,2}月(?:\d{1,2}日)?|[昨今前]天)"
)
_COUNTED_THING = re.compile(
    rf"{_COUNTED.pattern}(?P<it>(?![点點时時分日号號])[\u3400-\u9fff]{{2,8}})(?=\W*$)"
)
_PART = r"(?![了的是在和与及次个個名条條])[\u3400-\u9fffA-Z0-9]"
_PLACE = re.compile(r"(?P<it>[\u3400-\u9fff]{2,3}?)(?=[市县縣省区區旗州盟])")
_HOW_MANY = re.compile(r"几(?!乎|何|率)")
_ELLIPSIS = re.compile(r"呢\W*$")


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


def lack(question: str) -> Lack:
    """Say whether a question lacks what the conversation could give.

    >>> [lack(asked).name for asked in ("他还说了什么？", "多少人？", "罗刚说他们嘎查有几套民宿？")]
    ['SUBJECT', 'MAYBE', 'NOTHING']
    """
    whole = fold(question.strip())
    if re.search(r"\w", whole) is None:
        return Lack.NOTHING  # marks alone ask for nothing
    folded = _CONNECTOR.sub("", whole)
    if _points_back(folded, question) or instead_of(question):
        return Lack.SUBJECT
    if _ELLIPSIS.search(folded) and len(folded) <= 2 * SHORT:
        return Lack.SUBJECT
    asks = without_asking(folded) != folded or _HOW_MANY.search(folded) is not None
    characters, words = _own(folded)
    if characters == 0 and words == 0:
        return Lack.SUBJECT
    if words and not characters:
        goes_on = folded != whole  # "And in Tongliao?", not "Who is Luo Gang?"
        return Lack.MAYBE if (words <= SHORT_WORDS and goes_on) or words == 1 else Lack.NOTHING
    return Lack.MAYBE if characters + 2 * words <= SHORT or not asks else Lack.NOTHING


def asks_when_it_was(question: str) -> bool:
    """Say whether a question asks when something was, and nothing tells what but the turn before.

    >>> [asks_when_it_was(asked) for asked in ("那是何时的事？", "When was that?", "何时建成？")]
    [True, True, False]
    """
    folded = _CONNECTOR.sub("", fold(question.strip()))
    when = any(KINDS[kind][0].search(folded) for kind in WHEN)
    return when and _own(_HAPPENED.sub(" ", _POINTER_WORD.sub(" ", folded))) == (0, 0)


def _own(folded: str) -> tuple[int, int]:
    """Return how many Chinese characters, and how many other words, say what is asked of."""
    own = _SAYS_NOTHING.sub(" ", without_asking(folded))
    return len(_HAN.findall(own)), len(_WORD.findall(own))


def completed(question: str, before: Turn) -> str:
    """Return the question with the subject of the turn before in front of it."""
    parts = [before.subject]
    own = subject_of(before.asked)
    if own and own not in before.subject:
        parts.append(own)
    return " ".join([*parts, without_ellipsis(question)])


def without_ellipsis(question: str) -> str:
    """Return a question without the 呢 at its end."""
    return _ELLIPSIS.sub("", question.strip())


def substituted(question: str, before: Turn) -> list[str]:
    """Return what an ellipsis may ask: the complete question before it, one thing in it another.

    Which of its parts is meant is told by the words alone, and not for certain; so there may be
    several, and none for a question that is no ellipsis. Where one is of its kind, see `exchanged`.

    >>> substituted("警车呢？", Turn("", "", None, "许昌市公安局购置了多少架无人机？"))
    ['许昌市公安局购置了多少架警车？', '警车市公安局购置了多少架无人机？']
    """
    other = instead_of(question)
    if not other:
        return []
    whole = before.complete
    places = [_TIME.search(whole)] if _TIME.fullmatch(other) else []
    if other.isascii():
        places = [_NAME.search(whole) if other != other.lower() else _HOW_MANY_THINGS.search(whole)]
    elif not places:
        places = [_alike(other, whole), _COUNTED_THING.search(whole), _PLACE.match(whole)]
    spans = {(place.start("it"), place.end("it")): None for place in places if place}
    return [whole[:start] + other + whole[end:] for start, end in spans]


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


def exchanged(question: str, before: Turn) -> Exchange | None:
    """Return what an ellipsis asks where the question before has a thing of the same kind.

    >>> exchanged("包头市公安局呢？", Turn("", "", None, "许昌市公安局购置了多少架无人机？")).old
    '许昌市公安局'
    """
    new, whole = instead_of(question), before.complete
    if not new or new.isascii() or _TIME.fullmatch(new):
        return None
    found = _alike(new, whole, OF_A_KIND)
    if found is None:
        return None
    return Exchange(whole[: found.start()] + new + whole[found.end() :], new, found["it"])


def _tells_of(text: str, one: str, rather_than: str) -> bool:
    """Say whether a text has most of what sets one name apart from another; either script."""
    folded, own, other = fold(text), fold(one), fold(rather_than)
    apart = {own[at : at + 2] for at in range(len(own) - 1)}
    apart -= {other[at : at + 2] for at in range(len(other) - 1)}
    return 2 * sum(pair in folded for pair in apart) >= len(apart)


def instead_of(question: str) -> str:
    """Return what an ellipsis names in place of something: 警车 in 那警车呢？, "" if it is none."""
    if _HAN.search(question) is None:
        about = _WHAT_ABOUT.match(question.strip())
        return (about["it"] or about["other"]) if about else ""
    if _ELLIPSIS.search(question) is None:
        return ""
    own = _CONNECTOR.sub("", without_ellipsis(question)).removesuffix("的")
    return own if len(own) <= 2 * SHORT and without_asking(own) == own else ""


def _alike(other: str, whole: str, least: int = 1) -> re.Match[str] | None:
    """Return the part of a question that ends as the other thing does: 民警 for 辅警.

    `least` is in how many characters at least.
    """
    for length in range(len(other) - 1, least - 1, -1):
        ending = re.escape(other[-length:])
        found = re.search(rf"(?P<it>(?:{_PART}){{1,{len(other) - length}}}{ending})", whole)
        if found:
            return found
    return None


def subject_of(question: str) -> str:
    """Return a question without the words that ask, point or connect."""
    text = _WHAT_TIME.sub(" ", _CONNECTOR.sub("", question.strip()))
    text = _COUNTED.sub(" ", text)
    text = _POINTER.sub(" ", without_asking(text))
    return " ".join(_DANGLING.sub(" ", re.sub(r"[？?。！!，,]", " ", text)).split())


def _points_back(folded: str, question: str) -> bool:
    """Say whether a pronoun or demonstrative has nothing before it that it could point to."""
    pointer = _POINTER.search(folded)
    if pointer is not None:
        before = _SAYS_NOTHING.sub("", without_asking(folded[: pointer.start()]))
        return len(_HAN.findall(before)) < 2
    word = _POINTER_WORD.search(folded)
    return word is not None and _NAME.search(question[: word.start()]) is None
