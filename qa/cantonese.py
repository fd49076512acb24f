"""A question in written Cantonese → the same in the written Chinese of the articles.

In: 邊個係隊長？ Out: 誰是隊長？ Only the words that make a question, and those between its names,
are put in others: Hong Kong's news is not written in Cantonese, but asked about in it.
"""

from __future__ import annotations

import re

from embeddings.terms import simplified

_WHICH = "(?<![周身旁海路河湖江水岸沿东東西南北上下左右前后後里裡外天無无靠手单單双雙兩两])[邊边]"
"""Not of 周邊."""

_WORDS = {
    f"{_WHICH}[個个位]": "誰",
    f"{_WHICH}[度處处道]": "哪裡",
    f"{_WHICH}(?=[間间隻只條条日年月班位])": "哪",
    "乜嘢|乜野|咩嘢|咩野|乜|(?<!咩)咩(?!咩)": "什麼",
    "(?<![幾几])[點点]解(?![除決决散凍冻答釋释放雇聘脫脱])": "為什麼",
    "[點点][樣样]": "怎樣",
    "[幾几][時时](?!候)": "什麼時候",
    "[幾几]多": "多少",
    "[幾几]耐": "多久",
    "[係系]咪": "是不是",
    "唔[係系]": "不是",
    "[話话講讲]咗": "說了",
    "佢[哋地]": "他們",
    "佢": "他",
    "喺": "在",
    "嘅": "的",
    "咗": "了",
    "冇": "沒有",
    "唔": "不",
    "啲": "些",
    "嗰": "那",
    "嚟": "來",
    "而家": "現在",
}
_CANTONESE = re.compile("|".join(f"({words})" for words in _WORDS))
_IS = re.compile("(?<=誰)系|(?<![關关聯联體体干])係(?![數数列統统])")
"""是, where the rest is Cantonese."""


def written_chinese(question: str) -> str:
    """Return a question without the words of Cantonese; any other as it is.

    >>> written_chinese("邊個係消防處發言人？"), written_chinese("佢幾時喺邊度出世？")
    ('誰是消防處發言人？', '他什麼時候在哪裡出世？')
    >>> written_chinese("暴雨预警几时解除，点解？"), written_chinese("几点解除？")
    ('暴雨预警什么时候解除，为什么？', '几点解除？')
    >>> written_chinese("他們是什麼關係？")
    '他們是什麼關係？'
    """
    found = _CANTONESE.search(question)
    if found is None:
        return question
    words = tuple(_WORDS.values())
    told = _CANTONESE.sub(lambda match: words[(match.lastindex or 1) - 1], question)
    told = _IS.sub("是", told)
    return simplified(told) if simplified(question) == question else told
