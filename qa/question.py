"""A question's text → what is searched: terms, their weights, and the kind of answer wanted.

In: a question and the lexical index, which knows how rare each term is. Out: a `Question`. The
words that make it a question (什么, 多少, how many) are left out of its terms: they stand in the
articles too, and say nothing of what is asked.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable

from embeddings.lexical import LexicalIndex
from embeddings.terms import fold, terms
from qa.rendering import Rendering, renderings

_ASKING = re.compile(
    r"[什甚][么麼](?:[时時][候间間])?|[为為](?:[什甚][么麼]|啥|何)|啥(?:[时時]候)?|咋样|咋(?!舌)|哪些"
    r"|哪[一几幾]?[个個种種位名家所条條座支部款项項类類样樣张張首本间間处處场場架辆輛艘份届屆次只隻]"
    r"|哪[里裡儿兒一几幾]?|多[少久长長]|[谁誰]|怎[么麼]?[样樣]|怎[么麼]|如何|何[时時地人种種]|是否"
    r"|[请請][问問]|[吗嗎呢]|幾(?=[個名位])"
    r"|\b(?:what|which|who|whom|whose|when|where|why|how|many|much|the|an?|of|is|are|was|were|did|do"
    r"|does|has|have|had|in|on|at|to|for|by|and|or|with|from|that|this|it|its|there)\b",
    re.IGNORECASE,
)

_SHORT_OFFICE = re.compile(
    r"(?<=[\u3400-\u9fff])(?<![副正代原任新老名位个個前的局厅廳])[局厅廳](?=[长長])"
)
"""局长 behind what the bureau is for, not behind what kind of director it is."""

FOREIGN = 0.65
"""English questions share less than this with Chinese articles: names and numbers, 0.22 of their
weight at the median, 0.63 at the 99th percentile of a hundred."""

SAYS_NOTHING = frozenset("的了是在有和与及被把为于由到从也都而以对")
"""Characters that are no terms alone: in few articles their idf would pass for a meaning."""

_ALSO_ASKS = re.compile(
    r"几(?!乎|何|率)|多[大高深远宽重快厚]|没有?\W*$|有没有|有无|[能可曾]否|([\u3400-\u9fff])[不没]\1"
)

_NUMBER = r"(?:\d+(?:[.,]\d+)*|[〇零一二三四五六七八九十百千万亿两]+)"
_ABOUT = r"\s?[多余个几]?"

_HAN = re.compile(r"[\u3400-\u9fff]")
_PAIR = re.compile(r"[\u3400-\u9fff]{2}")
_HOW_MANY = r"(?<![哪这近前十好])几(?![乎率何])"
_UNIT_ASKED = re.compile(rf"(?:多少|{_HOW_MANY})(?:[百千万亿]*)([^\W\d_a-z是有了的])")
_UNIT_BETWEEN = r"[百千万亿]*[余多来]?\s?"

_KINDS = {
    "author": (
        r"(?:报道|文章|稿|新闻|综述).{0,10}(?:作者|谁写|谁.{0,2}撰写)|撰稿人|记者(?:是谁|[叫姓]什么)"
        r"|哪[位个名]?(?:记者|作者)(?:写|报道)|^谁写的\W*$|谁写[了的]*[这那该].{0,3}(?:报道|文章|稿|新闻)"
        r"|\bbyline\b|who (?:wrote|reported) (?:this|that|the) (?:article|story|report|news|piece)",
        r"记者|作者|通讯员|撰文|文[/:]|[(][^()]{2,12}[)]$",
    ),
    "photographer": (
        r"(?:照片|图片|相片).{0,4}谁(?:的|提供)|谁.{0,2}(?:拍(?![板卖得了桌])|摄)"
        r"|(?:摄影师|拍摄者)(?:是谁|[叫姓]什么)|谁是.{0,8}(?:摄影师|拍摄者)"
        r"|who took the p|(?:who|what).{0,16} photographer",
        r"摄影|摄像|摄$|图[/:]|供图",
    ),
    "money": (
        r"多少[万亿]*[^,?]{0,2}[元钱币]|多少资金|(?:值|费用|价格|票价).{0,4}多少",
        rf"{_NUMBER}{_ABOUT}(?:[美欧日港]?元|英镑|卢布|法郎|马克|块)",
    ),
    "percent": (
        r"百分之[几多]|多大比例|比例.{0,3}(?:多少|几)|占(?!地).{0,6}(?:几成|多少)|百分比",
        r"%|百分之|[一二三四五六七八九]成|分之",
    ),
    "age": (
        r"多大(?:年纪|岁数)|今年多大|几岁|多少岁|年龄|年纪",
        rf"{_NUMBER}岁|生于|出生",
    ),
    "duration": (
        rf"多久|多长时间|{_HOW_MANY}(?:年|个月|天|小时)|多少(?:年|天|时间)|花了?多长|多少个?(?:小时|月)",
        rf"{_NUMBER}{_ABOUT}(?:年|月|天|日|小时|分钟|周|星期|载)",
    ),
    "year": (
        r"哪一?年|何年|年份|什么年|what year",
        rf"{_NUMBER}年(?!级|度)|[去今前]年",
    ),
    "day": (
        r"哪一?天|哪一?日|几月几?[日号]|几号(?![线楼馆院])|日期|何日",
        r"\d+[日号]|昨|[今明当]天|星期|周[一二三四五六日]",
    ),
    "when": (
        r"什么时候|什么时间|何时|哪个?月|几月|哪个年代|哪个世纪|时间|\bwhen\b|what date",
        rf"{_NUMBER}(?:年|月|日|世纪|点|时|号)|星期|周[一二三四五六日]|昨|今|明天|年代",
    ),
    "number": (
        rf"多少|{_HOW_MANY}|多大|多高|多长|多远|多重|多久|百分之|数量|人数"
        r"|how (?:many|much|old|long|far|tall|large|big)",
        _NUMBER,
    ),
}
"""Kind of answer → how a question asks for it, and what a sentence that has it holds; the first
that is asked for counts. No kind is here that is as good as always shown (where, who)."""

WHEN = frozenset({"year", "day", "when"})
"""The kinds that a date answers."""

CREDITS = frozenset({"author", "photographer"})
"""The kinds that a by-line answers."""

KINDS = {name: (re.compile(asked), re.compile(shown)) for name, (asked, shown) in _KINDS.items()}


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """A question, ready to be compared with sentences."""

    text: str
    folded: str
    idf: dict[str, float]  # each term's weight: its inverse document frequency over passages
    kind: str  # a key of KINDS, or "" when it asks for something else
    counted: re.Pattern[str] | None  # a number of what "how many" asks for: 多少架 → 32架
    subject: str  # the first pair of Chinese characters, what it begins with; "" for none
    weight: float  # the sum of all terms' weights; 0 for a question without a term
    known: float  # the share of it that terms carry which stand in some article
    renderings: dict[str, re.Pattern[str]]  # English terms, and how Chinese text has each
    short: tuple[str, ...]  # its terms that are one or two Chinese characters
    whole: tuple[str, ...]  # the others: words and numbers

    @classmethod
    def from_text(cls, text: str, index: LexicalIndex) -> Question:
        """Take a question apart.

        A term that no passage holds weighs as one that a single passage holds. Over one article it
        would weigh five times as much as what that says, and 买了什么？ be refused beside 购置了…:
        in folders of five news articles 69 of a hundred questions with an answer are answered so,
        and 66 without it; of those without one 11, and 10. Over 400 articles 68 and 67, 12 and 12.
        """
        folded = fold(text)
        kind = next((name for name, (asked, _) in KINDS.items() if asked.search(folded)), "")
        # What a by-line is asked of is the article: the other words are not in it.
        says = without_asking(KINDS[kind][0].sub(" ", folded) if kind in CREDITS else folded)
        wanted = dict.fromkeys(term for term in terms(says) if term not in SAYS_NOTHING)
        begins = _PAIR.search(says)
        frequency = {term: index.document_frequency(term) for term in wanted}
        idf = {term: index.idf(max(1, often)) for term, often in frequency.items()}
        unit = _UNIT_ASKED.search(folded)
        counted = re.compile(_NUMBER + _UNIT_BETWEEN + unit[1]) if unit else None
        weight = sum(idf.values())
        met = {term: idf[term] for term in idf if frequency[term]}
        known = sum(met.values()) / weight if weight else 0.0
        rendered: dict[str, Rendering] = {}
        if _is_foreign(text, known):
            rendered = renderings(text, says, index)
            idf = met | {term: one.idf for term, one in rendered.items()}
            weight = sum(idf.values())
        return cls(
            text=text,
            folded=folded,
            idf=idf,
            kind=kind,
            counted=counted,
            subject=begins[0] if begins else "",
            weight=weight,
            known=known,
            renderings={term: one.pattern for term, one in rendered.items()},
            short=tuple(term for term in idf if _is_short(term)),
            whole=tuple(term for term in idf if not _is_short(term)),
        )

    @property
    def is_foreign(self) -> bool:
        """Whether it shares too few terms with the articles for them to say anything: English."""
        return _is_foreign(self.text, self.known)

    def share(self, found: Iterable[str]) -> float:
        """Return the share, in [0, 1], of the question's weight that some of its terms carry."""
        return sum(self.idf[term] for term in found) / self.weight if self.weight else 0.0

    def found_in(self, folded: str) -> frozenset[str]:
        """Return its terms that a folded sentence holds.

        For a character or a pair, being a substring is the same; words and numbers are then held
        against the sentence's own terms, and English ones found as rendered.
        """
        found = [term for term in self.short if term in folded]
        if whole := [term for term in self.whole if term in folded]:
            own = set(terms(folded))
            found += (term for term in whole if term in own)
        found += (term for term, how in self.renderings.items() if how.search(folded))
        return frozenset(found)

    def is_counted_by(self, folded: str) -> bool:
        """Say whether a folded sentence has a number of what the question wants counted."""
        return self.counted is not None and any(
            match.group() not in self.folded for match in self.counted.finditer(folded)
        )

    def is_shown_by(self, folded: str) -> bool:
        """Say whether a folded sentence holds the kind of answer that is asked for.

        A number or date that stands in the question too does not count.
        """
        if not self.kind:
            return False
        shown = KINDS[self.kind][1].finditer(folded)
        return any(match.group() not in self.folded for match in shown)


def _is_short(term: str) -> bool:
    return term[0] >= "\u3400" and len(term) <= 2


def _is_foreign(text: str, known: float) -> bool:
    return known < FOREIGN and _HAN.search(text) is None


def spelled_out(text: str, index: LexicalIndex) -> str:
    """Return a question with 公安局局长 for 公安局长, where the articles have 局 twice in a row."""
    return _SHORT_OFFICE.sub(
        lambda short: short[0] * (1 + (index.document_frequency(fold(short[0] * 2)) > 0)), text
    )


def without_asking(text: str) -> str:
    """Return a question without the words that make it one; either script, any case."""
    return _ASKING.sub(" ", text)


def asks(question: str) -> bool:
    """Say whether a text has a word that asks.

    >>> asks("来了几家单位？"), asks("水有多深"), asks("还下不下？"), asks("谢谢")
    (True, True, True, False)
    """
    folded = fold(question)
    return without_asking(folded) != folded or _ALSO_ASKS.search(folded) is not None
