"""A question and an excerpt → the question as it is read beside it.

In: a question and an `Excerpt`. Out: its text in the excerpt's script, or with the Chinese words
that stand there; and who somebody is, in words that the reader has learnt.
"""

from __future__ import annotations

import re

from embeddings.lexical import fold
from qa.dictionary import is_word
from qa.excerpt import Excerpt
from qa.question import Question
from qa.script import as_in

_WHO_IS = re.compile(
    r"(?:请问|請問)?(?:那[么麼]?)?(?:(?P<name>[\u4e00-\u9fff]{2,4}?)(?:到底|究竟|又)?"
    r"是(?:[谁誰]|什[么麼]人|何人|[干做幹](?:什[么麼]|[嘛啥])的)"
    r"|[谁誰]是(?P<other>[\u4e00-\u9fff]{2,4}?))[呢啊呀]?[？?。\s]*"
)
_WHO_IS_ENGLISH = re.compile(r"[Ww]ho(?:\s+is|['’]s)\s+(?:[A-Z][\w'-]*\s?){1,3}[?\s]*")
_OFFICE = re.compile(r"[管者人员員长長席会會記记任犯凶]$")
_MAY_BE_OFFICE = re.compile(r"[东東星主手家師师友方机機]$")
"""What no name ends with, and few do, but who is asked by an office: 局长是谁？ 房东是谁？"""

_BY_OFFICE = (
    "[长员师事官]|书记|主任|教授|博士|院士|发言人|负责人|创始人|经理|主席|总裁|总监|民警|律师|专家"
    "|医生|学者|学生|店主|村民|居民|委员|代表|记者|主播|导演|歌手"
)
_INTRODUCED = rf"(?:{_BY_OFFICE})[ 、:：]?{{name}}(?![\u3400-\u9fff]?[长员])"

BARE_NAME = 3  # characters of a name that is asked for alone

WHAT_OFFICE = "{}担任什么职务？"
"""How 穆磊是谁？ is read a second time: the reader has learnt who did something, hardly ever who
somebody is. Of eight sentences with a name and an office its log odds were 0.4 in the mean, and
-1.3 by the question as it is asked; of one that tells nothing of him -4.4, and -3.9."""


def worded(question: Question, excerpt: Excerpt) -> str:
    """Return a question as it is read beside an excerpt: in its script, or with Chinese words.

    Of an English one's words those that stand there tell what was meant (How many drones were
    bought? 无人机 购置); a word that has none is perhaps not told of. Of 900 questions that were
    written over news, AUROC rose from .784 to .799, and right answer sentences from 89.9 to 92.3 in
    a hundred of those read.
    """
    return " ".join((as_in(question.text, "".join(excerpt.sentences)), *_found(question, excerpt)))


def names_somebody(question: Question) -> bool:
    """Say whether it is nothing but somebody's name, or asks who that is: 胡振球."""
    bare = question.text.strip()
    return asks_who_is(question) or (len(bare) == BARE_NAME and _is_name(bare))


def asks_who_is(question: Question) -> bool:
    """Say whether it is asked who somebody is, by name: 穆磊是谁？ and not 局长是谁？."""
    english = _WHO_IS_ENGLISH.fullmatch(question.text.strip())
    return english is not None or bool(who_is_asked(question.text))


def who_is_asked(text: str) -> str:
    """Return the name of whom a Chinese question asks who that is; "" for any other.

    >>> who_is_asked("穆磊是谁？"), who_is_asked("谁是孙新阳？"), who_is_asked("局长是谁？")
    ('穆磊', '孙新阳', '')
    """
    asks = _WHO_IS.fullmatch(text.strip())
    name = (asks["name"] or asks["other"]) if asks else ""
    return name if name and _is_name(name) else ""


def introduces(question: Question, folded: str) -> bool:
    """Say whether a folded sentence has the name of whom it is asked who he is behind his office.

    局长董留民 tells who 董留民 is, though the sentence is about something else.
    """
    if question.is_foreign:
        found = (how.search(folded) for how in question.renderings.values())
        names = [match.group() for match in found if match]
    else:
        names = [fold(who_is_asked(question.text) or question.text.strip())]
    return any(
        name in folded
        and _is_name(name)
        and re.search(_INTRODUCED.format(name=re.escape(name)), folded) is not None
        for name in names
    )


def worded_as_office(question: Question, excerpt: Excerpt) -> str:
    """Return how it is read who somebody is, where the first way is not sure to be answered."""
    name = who_is_asked(question.text)
    names = [name] if name else _found(question, excerpt)
    if len(names) != 1 or not _is_name(names[0]):
        return worded(question, excerpt)
    return as_in(WHAT_OFFICE.format(names[0]), "".join(excerpt.sentences))


def _found(question: Question, excerpt: Excerpt) -> list[str]:
    """Return the Chinese words for an English question's that stand in an excerpt."""
    if not question.renderings:
        return []
    told = fold("\n".join((excerpt.heading, *excerpt.sentences)))
    found = (how.search(told) for how in question.renderings.values())
    return list(dict.fromkeys(match.group() for match in found if match))


def _is_name(text: str) -> bool:
    from embeddings.bylines import is_surnamed  # its patterns take 30 ms

    if not is_surnamed(text) or _OFFICE.search(text) is not None:
        return False
    return _MAY_BE_OFFICE.search(text) is None or not is_word(fold(text))
