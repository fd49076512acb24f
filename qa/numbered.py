"""A question and a sentence → whether that tells of another number than was asked about.

In: a question, an answer sentence and what stands about it, all folded. Out: yes or no. The last
stop of 第二季 is none of 第一季, though every other word fits; so with dates and trains, and with
局长 and 副局长.
"""

from __future__ import annotations

import re
from collections import defaultdict

_NUMBERED = re.compile(
    r"第(?P<ordinal>\d{1,9}|[一二三四五六七八九十百]+)个?(?P<what>[\u3400-\u9fff])"
    r"|(?P<name>[\u3400-\u9fff](?![月第])[\u3400-\u9fff])(?P<nth>\d{1,3}|[一二三四五六七八九十]{1,3})号"
    r"(?P<line>线?)(?![楼院机室馆门间内来])"
    r"|(?<!\d)(?P<date>\d{4}(?=年)|\d{1,2}(?=[月日号]))(?P<unit>.)(?![线楼院机室馆门间内来])"
    r"|(?<![a-z])(?P<letters>[a-z]+-?)(?P<digits>\d{1,9})"
    r"|(?P<deputy>副?)(?P<office>(?:董事|秘书|[局市县区镇乡村州省厅处科所院校队站馆台])长(?![期远达])"
    r"|书记|主任|主席|总裁|总经理|总理|总统)"
)

_BESIDE = re.compile("比|[之以][前后]|继|接替|下一")
"""What a question has that asks for another than it names: 嫦娥五号之后是哪个探测器？"""


def tells_another(question: str, sentence: str, about: str) -> bool:
    """Say whether a sentence has 第二季 where a question has 第一季, which stands nowhere about it.

    A sentence that names 月船三号 tells nothing of 月船二号, though the article does. Not where its
    numbers lie on both sides: between 3月1日 and 3月9日 may be what is asked for. Of 3 216
    questions over news six were answered so, and none of them rightly; of 1 704 of CMRC and DRCD
    none.

    >>> tells_another("第一季终点在哪里？", "第二季的终点是坎布拉。", "第二季的终点是坎布拉。")
    True
    >>> tells_another("第1季终点在哪里？", "第二季的终点是坎布拉。", "第一季和第二季")
    False
    """
    if _NUMBERED.search(question) is None:
        return False
    asked, told = _numbers(question), _numbers(sentence)
    named = [what for what in asked.keys() & told.keys() if what.endswith("号")]
    if any(asked[what].isdisjoint(told[what]) for what in named):
        return _BESIDE.search(question) is None
    known = _numbers(about)
    return any(
        asked[what].isdisjoint(known[what] | told[what]) and not _between(asked[what], told[what])
        for what in asked.keys() & told.keys()
    )


def _numbers(folded: str) -> defaultdict[str, set[int]]:
    """Return what has numbers in a text, and which: 第季 → 2, 日 → 29, d → 6158, 局长 → 1."""
    numbers = defaultdict[str, set[int]](set)
    for found in _NUMBERED.finditer(folded):
        if nth := found["ordinal"] or found["nth"]:
            from embeddings.dates import number_of  # its patterns take 25 ms

            number = number_of(nth)
            numbers[f"{found['name']}号" if found["name"] else f"第{found['what']}"].add(number)
            if found["name"] and nth.isascii() and not found["line"]:  # 将于8号
                numbers["日"].add(number)
        elif found["date"]:
            numbers[found["unit"].replace("号", "日")].add(int(found["date"]))
        elif found["office"]:
            numbers[found["office"]].add(len(found["deputy"]))
        else:
            numbers[found["letters"]].add(int(found["digits"]))
    return numbers


def _between(asked: set[int], told: set[int]) -> bool:
    """Say whether a number that is asked about lies between two that are told."""
    return any(min(told) < number < max(told) for number in asked)
