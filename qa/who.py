"""A question → whether it asks who somebody is, and whether a sentence tells that by his office."""

from __future__ import annotations

import re

from embeddings.terms import fold
from qa.dictionary import is_word
from qa.question import Question

_WHO_IS = re.compile(
    r"(?:请问|請問)?(?:那[么麼]?)?(?:(?P<name>[\u4e00-\u9fff]{2,4}?)(?:到底|究竟|又)?"
    r"是(?:[谁誰]|什[么麼]人|何人|[干做幹](?:什[么麼]|[嘛啥])的)"
    r"|[谁誰]是(?P<other>[\u4e00-\u9fff]{2,4}?))[呢啊呀]?[？?。\s]*"
)
_WHO_IS_ENGLISH = re.compile(r"[Ww]ho(?:\s+is|['’]s)\s+(?:[A-Z][\w'-]*\s?){1,3}[?\s]*")
_OFFICE = re.compile(r"[管者人员員长長席会會記记任犯凶]$")
_MAY_BE_OFFICE = re.compile(r"[东東星主手家師师友方机機]$")
"""What no name ends with, and few do, but who is asked by an office: 局长是谁？ 房东是谁？"""

_OF_OFFICE = re.compile(
    r"(?P<office>[\u4e00-\u9fff]{2})(?:[是为]?(?:谁|哪位|什么人)|[叫姓]什么(?:名字)?|是?什么名字)"
    r"(?:[^\u4e00-\u9fff]|$)"
)

_BY_OFFICE = (
    "[长员师事官]|书记|主任|教授|博士|院士|发言人|负责人|创始人|经理|主席|总裁|总监|民警|律师|专家"
    "|医生|学者|学生|店主|村民|居民|委员|代表|记者|主播|导演|歌手"
)
_INTRODUCED = rf"(?:{_BY_OFFICE})[ 、:：]?{{name}}(?![\u3400-\u9fff]?[长员])"

BARE_NAME = 3  # characters of a name that is asked for alone


def names_somebody(question: Question) -> bool:
    """Say whether it is nothing but somebody's name, or asks who that is: 胡振球."""
    bare = question.text.strip()
    return asks_who_is(question) or (len(bare) == BARE_NAME and is_name(bare))


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
    return name if name and is_name(name) else ""


def office_asked(question: Question) -> str:
    """Return what somebody is asked for by, its last two characters: 院长 in 该院院长是谁？.

    In the script of the folded question; "" where nobody is asked for so.
    """
    found = _OF_OFFICE.search(question.folded)
    return found["office"] if found and not question.is_foreign else ""


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
        and is_name(name)
        and re.search(_INTRODUCED.format(name=re.escape(name)), folded) is not None
        for name in names
    )


def is_name(text: str) -> bool:
    """Say whether a Chinese text may be somebody's name: 穆磊, and not 局长."""
    from embeddings.bylines import is_surnamed  # its patterns take 30 ms

    if not is_surnamed(text) or _OFFICE.search(text) is not None:
        return False
    return _MAY_BE_OFFICE.search(text) is None or not is_word(fold(text))
