"""A question → whether it is an ellipsis (那警车呢？), and what that names.

In: a question. Out: the thing that stands alone in it, without the words about it.
"""

from __future__ import annotations

import calendar
import re

from qa.question import asks

LONGEST = 12  # Chinese characters of a thing that is named in place of another

MEASURE = (
    r"(?:[个個些里裡儿兒件份艘辆輛架]|位(?!置)|次(?![数數要])|[项項](?!目)|名(?![单單称稱字额額])"
    r"|[种種](?![植子类類田])|年(?![轻輕龄齡度底初终終])|天(?![然气氣津空])|[时時](?![间間代])"
    r"|[场場](?![地馆館])|起(?![诉訴因点點])|家(?![长長庭具属屬乡鄉])|[条條](?![件例])|座(?![谈談])"
    r"|[处處](?![罚罰理分长長])|人(?![员員数數口民均们們]))"
)
"""What stands between 那 and what it points to: 那位老人, 那场火灾, and not 那位置."""

CONNECTOR = re.compile(
    rf"^(?:那[么麼]|那(?!{MEASURE})|[还還]有|另外|此外|以及|接[着著]"
    r"|(?:and|also|then|so|what about|how about)\b)[,，、\s]*",
    re.IGNORECASE,
)
NAME = re.compile(r"(?<!^)\b(?P<it>[A-Z]\w+)")
_WHAT_ABOUT = re.compile(
    r"(?:(?:and|so)\s+)?(?:what|how)\s+about\s+(?:in\s+)?(?:the\s+)?(?P<it>\w+(?:\s\w+){0,2})\W*$"
    r"|and\s+(?:in\s+|of\s+|at\s+|for\s+|from\s+)?(?:the\s+)?"
    r"(?P<other>(?!wh|how|(?:in|of|at|for|from)\b)\w+(?:\s\w+)?)\W*$",
    re.IGNORECASE,
)
_MONTHS = "|".join(month.lower() for month in calendar.month_name[1:])
_NO_THING = re.compile(
    rf"(?:then|now|today|it|that|this|him|her|them|those|these|{_MONTHS}"
    r"|(?:last|this|next) (?:year|month|week|time))",
    re.IGNORECASE,
)
"""What an English ellipsis names in place of no thing; a year is put in place of a year."""

COUNTED = re.compile(
    r"(?:多少|[几幾])[百千万萬亿億]*+[架名个個位次起条條家所辆輛件项項场場只支批份种種台座艘枚棵株套栋棟张張本]?+"
)
ELLIPSIS = re.compile(r"呢\W*$")
_HAN = re.compile(r"[\u3400-\u9fff]")


def instead_of(question: str) -> str:
    """Return what an ellipsis names in place of something: 警车 in 那警车呢？, "" if it is none."""
    if _HAN.search(question) is None:
        about = _WHAT_ABOUT.match(question.strip())
        thing = (about["it"] or about["other"]) if about else ""
        return "" if _NO_THING.fullmatch(thing) else thing
    if ELLIPSIS.search(question) is None:
        return ""
    own = without_ellipsis(question).removesuffix("的")
    return own if len(own) <= LONGEST and not asks(own) else ""


def without_ellipsis(question: str) -> str:
    """Return a question without the 呢 at its end, and then without the 那 before it.

    >>> without_ellipsis("那许文雄呢？"), without_ellipsis("那是谁？")
    ('许文雄', '那是谁？')
    """
    rest, ellipses = ELLIPSIS.subn("", question.strip())
    return CONNECTOR.sub("", rest) if ellipses else rest
