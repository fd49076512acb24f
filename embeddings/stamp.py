"""What a crawler puts before an article's text.

In: a text. Out: where the stamp ends: 2023-07-24 09:03，正文：原标题：市民讲堂今日开课 …
"""

from __future__ import annotations

import re

STAMP = re.compile(
    r"^(?P<says>20\d\d-[^。！？!?]{0,110}?|[^。！？!?]{0,60}?)[\s,，]{0,300}(?:正文|[标標][题題])\s*[:：]\s*"
)
"""`says` is a date, and perhaps the outlet; a long one begins with the date."""

_LABEL = re.compile(r"^原?[标標][题題]\s*[:：]\s*")


def without_stamp(text: str) -> str:
    """Return a text from its headline or first word on.

    >>> without_stamp("2023-07-24 09:03，正文：原标题：市民讲堂今日开课")
    '市民讲堂今日开课'
    """
    stamp = STAMP.match(text)
    rest = text[stamp.end() :] if stamp else text
    return _LABEL.sub("", rest)
