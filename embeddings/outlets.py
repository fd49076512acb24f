"""The names of outlets, as news prints them: agencies, and what ends like a paper or a station.

In: a word or a line. Out: whether it is an outlet, or which ones it names apart from all else.
"""

from __future__ import annotations

import re

OWN_AGENCIES = (
    r"新[华華]社|新[华華][财財][经經]|[财財][联聯]社|新[华華][网網]|中新社|中新[网網]|中[国國]新[闻聞][网網]|中央社|中通社|中[评評]社|央[视視][网網新]*[闻聞]?"
    r"|人民[网網]|[环環]球[网網]|澎湃新[闻聞]|[联聯]合早[报報]"
)
"""Those that write Chinese; what others have reported is retold."""

AGENCIES = OWN_AGENCIES + "|法新社|路透社|美[联聯]社|共同社|塔斯社|[韩韓]联社|俄新社"
PAPER_ENDS = (
    r"(?:日[报報]|晚[报報]|早[报報]|晨[报報]|[时時][报報]|商[报報]|法[制治][报報]"
    r"|青年[报報]|[导導][报報]|快[报報]|都市[报報]|[参參]考消息|周[报報刊]|週[报報刊]|[电電][视視台臺]+|通[讯訊]社|新[闻聞][网網周]刊?"
    r"|在[线線]|客[户戶]端|[报報]|[网網]|[时時]空)"
)
PAPER = rf"[\u4e00-\u9fffA-Za-z0-9·]{{1,12}}?{PAPER_ENDS}"
OUTLET = re.compile(rf"(?:{AGENCIES}|{PAPER})$")

REPORTERS_OUTLET = re.compile(
    rf"[（(]?[^\w(（]*(?P<outlet>(?!本){AGENCIES}|(?!本){PAPER})(?:全媒[体體]|首席|特[约約]|[见見][习習])?[记記]者"
)
"""The outlet that a by-line's reporter works for: 青城日报记者 李小梅."""

LABELLED_OUTLET = re.compile(
    r"(?:(?:文章|信息|稿件|新[闻聞])?[来來]源|稿源|出[处處]|source)(?:[于於])?\s*[:：]\s*"
    r"(?P<outlet>(?>[^\s|｜:：,，;；()（）\[\]【】<>]{2,20}))?(?![:：])"
)

SHORTEST = 3
"""Characters of an outlet that stands by itself: 明報 may be part of anything."""


def is_outlet(word: str) -> bool:
    """Say whether a word is the name of an outlet: 青城日报, 新华网; 本报 is none."""
    return len(word) >= SHORTEST and OUTLET.fullmatch(word) is not None


def outlets_in(text: str) -> list[str]:
    """Return the outlets that a line names apart from all else, in order."""
    words = re.split(r"[\s|｜/／·•,，()（）《》【】〔〕［］\[\]]+", text)
    return [word for word in words if is_outlet(word)]
