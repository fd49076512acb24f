"""A web page's bytes → its text.

A page may declare any encoding, and often declares what it is not: what reads best counts.
"""

from __future__ import annotations

import re

from embeddings.webmeta import DECLARED_WITHIN

_DECLARED = re.compile(
    rb"<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE
)

_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs"}

_FREQUENT = re.compile("[的一是不在有人我他这這中大来來上国國和为為了，。、：；？！“”「」]")


_DAMAGED = 0.01  # of the characters beyond ASCII, in a page that is UTF-8 but for some bytes


def decode_html(raw: bytes) -> str:
    """Decode a page: by its byte order mark, as UTF-8 if it is that, else as it reads best.

    What the page declares counts twice, and no more: many declare what they are not.

    >>> decode_html('<meta charset="gb2312"><p>新闻，鎔。'.encode("gbk"))[-5:]
    '新闻，鎔。'
    """
    marks = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    for mark, encoding in marks.items():
        if raw.startswith(mark):
            return raw.decode(encoding, "replace")
    found = _DECLARED.search(raw[:DECLARED_WITHIN])
    declared = found[1].decode("ascii").lower() if found else "gb18030"
    declared = _SUPERSETS.get(declared, declared)
    text = raw.decode("utf-8", "replace")
    if text.count("\ufffd") <= _DAMAGED * _foreign(text):
        return text  # nothing else looks like UTF-8 by accident
    readings = [raw.decode(name, "replace") for name in ("gb18030", "big5hkscs")]
    worths = [_worth(text) for text in readings]
    try:
        readings.append(raw.decode(declared, "replace"))
        worths.append(2 * _worth(readings[-1]))
    except LookupError:  # there is no such encoding
        pass
    return readings[worths.index(max(worths))]


def _foreign(text: str) -> int:
    return sum(not char.isascii() for char in text)


def _worth(text: str) -> float:
    """Return how much a reading looks like Chinese prose: 0.1 to 0.4 when it is, at most 1."""
    return max(0, len(_FREQUENT.findall(text)) - 10 * text.count("\ufffd")) / (_foreign(text) or 1)
