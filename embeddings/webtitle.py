"""The titles of a web page → its headline, and the outlet behind it.

In: what `<title>`, `<h1>` and the markup call the page, and the page's lines. Out: text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_SITE_OF_TITLE = re.compile(
    r"\s*(?:[|_｜]|--+|\s[-–—]\s).*$|\s*[-–—][^-–—]{1,8}[网網报報]\s*$", re.DOTALL
)

_OUTLET_OF_TITLE = re.compile(
    r"(?:[|_｜]|--+|\s[-–—]\s|[-–—](?=[^-–—]{1,8}[网網报報]\s*$))\s*"
    r"(?P<site>[^|_｜–—-]{2,14}?(?:[网網报報社台臺]|新[闻聞])(?:\s[A-Za-z]+)?|[A-Z]{3,5})(?:\([\w.]+\))?\s*$"
)
"""The site behind a page's title that is an outlet: … | 公視新聞網 PNN."""


def headline_in(lines: Sequence[str], titles: Sequence[str]) -> str | None:
    """Return the line that one of the titles begins with, else the first title without the site.

    >>> headline_in(["首頁", "市民講堂開課"], ["市民講堂開課 | 生活 | 青城網"])
    '市民講堂開課'
    >>> headline_in(["首頁"], ["市民講堂開課 | 生活 | 青城網"])
    '市民講堂開課'
    """
    whole = {_bare(line): line for line in lines}
    for title in titles:
        begins = [line for line in whole if len(line) >= 4 and _bare(title).startswith(line)]
        if begins:
            return whole[max(begins, key=len)]
    return _SITE_OF_TITLE.sub("", titles[0]) or None if titles else None


def _bare(text: str) -> str:
    return "".join(text.split())


def outlet_of_title(title: str) -> str | None:
    """Return the outlet that a title ends with.

    >>> outlet_of_title("市民講堂開課 ｜ 公視新聞網 PNN"), outlet_of_title("市民講堂開課 - 生活")
    ('公視新聞網 PNN', None)
    >>> outlet_of_title("市民講堂開課 - RTHK"), outlet_of_title("標題_频道_某某网")
    ('RTHK', '某某网')
    """
    found = _OUTLET_OF_TITLE.search(title)
    return found["site"] if found else None
