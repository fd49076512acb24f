"""A question's words → the times that it names: 2023年第二季度, 去年, 现在.

In: a question, or what an ellipsis names. Out: whether that is a time, and which time of another
question it stands for. It does not know which day it is, nor what 去年 is to an article.
"""

from __future__ import annotations

import re

Range = tuple[int, int]
"""Where something stands in a question, half open."""

YEAR = re.compile(r"\b(?P<it>(?:19|20)\d\d)\b")
_MORE_OR_LESS_TIME = "现在|現在|目前|如今|以前|从前|從前|过去|過去|后来|後來"
_A_TIME = (
    rf"[去今前明]年|{_MORE_OR_LESS_TIME}|上(?:一|个)?[次年月周季]|[上下]半年|本[年月周季]"
    r"|第[一二三四1-4]季度?|[一二三四]季度|(?:\d{4}|[〇零一二三四五六七八九]{4})年"
    r"|(?:\d{1,2}|[一二三四五六七八九十]+)月(?:\d{1,2}日|份)?|[昨今前]天"
)
TIME = re.compile(rf"(?P<it>{_A_TIME})")
_WHOLE_TIME = re.compile(
    rf"(?:{_A_TIME}|同期|[全整]年)(?:{_A_TIME}|的|同期|[全整]年|一整年|[单單全]月|时候|時候)*"
)


def is_time(text: str) -> bool:
    """Say whether a text is a time and nothing else.

    >>> is_time("2022年"), is_time("去年上半年"), is_time("去年的营收")
    (True, True, False)
    """
    return _WHOLE_TIME.fullmatch(text) is not None or YEAR.fullmatch(text) is not None


def is_loose_time(text: str) -> bool:
    """Say whether a text is a time that articles tell in many ways: 现在."""
    return re.fullmatch(_MORE_OR_LESS_TIME, text) is not None


def time_for(other: str, whole: str) -> Range | None:
    """Return the time in a question that another stands for.

    Of 2023年第二季度 that is 第二季度 for 上半年, 2023年 for 2022年, and both for 去年上半年;
    none for 去年同期, which is that day or quarter a year before.
    """
    if "同期" in other:
        return None
    units = [_unit(time) for time in TIME.findall(other)]
    times = [time.span("it") for time in TIME.finditer(whole)]
    alike = [span for span in times if _unit(whole[slice(*span)]) in units[:1]]
    if not times:
        return None
    start, end = (alike or times)[0]
    for begins, ends in times:
        if begins == end and _unit(whole[begins:ends]) in units[1:]:
            end = ends
    return start, end


def _unit(time: str) -> str:
    """Return whether a time is a year, a part of one, a month or a day."""
    return "半" if time.endswith(("半年", "季度", "季")) else time.removesuffix("份")[-1]
