"""A line of a saved page → what it is: prose, headline, by-line, furniture.

In: a line. Out: its `Kind`, told from the line alone. The patterns with which a page says who, when
and where from are here, for those who read them out.
"""

from __future__ import annotations

import dataclasses
import enum
import re
from collections.abc import Sequence

from embeddings.bylines import CITIES, is_credit, is_surnamed, names_in
from embeddings.dates import FoundDate, dates_in
from embeddings.outlets import (
    AGENCIES,
    LABELLED_OUTLET,
    OUTLET,
    PAPER,
    REPORTERS_OUTLET,
    is_outlet,
    outlets_in,
)

LABELLED_NAMES = re.compile(
    r"(?:作者|[记記]者|撰文|文|author)\s*[:：]\s*(?P<names>[\u4e00-\u9fff·、A-Za-z. ]{0,40}?)"
    r"(?=$|[|｜]|\s{2}|\s+\S{1,5}[:：]|\s+(?:[评評][论論]|分享|打印|列印|收藏|[阅閱][读讀]|[点點][击擊]|[浏瀏][览覽]))"
)
URL = re.compile(r"https?://[^\s，。；、）)》”\"'<>]+")
_TIME = r"\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?:\s*[AP]M)?"
_CLOCK = re.compile(rf"(?<!\d){_TIME}")
_KNOWN = (
    r"(?:date|published|updated)\s*:|(?:[发發][布佈表稿]|最[后後新近]|更新|刊登|[创創]建|建立|出版)*(?:[时時][间間]|日期)\s*[:：]?"
    r"|[发發][布佈表](?:[于於])?\s*[:：]?|(?:出版|上架)\s*[:：]|最[后後]更新|更新(?:[于於])?\s*[:：]?",
    r"(?:星期|周|週|礼拜|禮拜)[一二三四五六日天]",
    rf"(?:\d{{1,2}}[/ ]\d{{1,2}}\s+)?{_TIME}|HKT|CST|GMT|(?:香港|[台臺][北灣湾]|北京)[时時][间間]",
    r"(?:[总總])?第?\s*[(（]?\d+[)）]?\s*期|第?\s*[A-Z]?\d{1,3}\s*[版面](?:\s*[:：]\s*[\u4e00-\u9fff]{1,6})?|第[一二三四五六七八九十]+版",
    rf"(?:{CITIES})?\s*\d{{1,2}}日[专專]?[电電讯訊]|【(?:{AGENCIES}|{PAPER})[专專]?[讯訊]】|[【［〔\[](?:{AGENCIES})[】］〕\]]",
    r"国内统一(?:连续出版物|刊)号|國內統一刊號|CN\s*\d\d-\d{4}|ISSN\s*[\dX-]+|[邮郵][发發]代[号號]\s*[\d—－-]*",
    r"E-?mail\s*[:：]?\s*\S+@\S+|\S+@\S+\.\w+|(?:投稿)?[邮郵]箱\s*[:：]?",
    r"(?:新[闻聞]|[举舉][报報]|[订訂]|[广廣]告|[发發]行|服[务務]|联系|聯繫|[读讀]者)?(?:[热熱][线線]|[电電][话話]|[传傳]真)(?:[号號][码碼])?\s*[:：]?\s*(?=[\d(（])",
    r"(?:[(（]\d{3,4}[)）]|\d{3,4}-)?\s*\d{6,11}",
    r"(?:[责責]任?|本版|[执執]行|值班|[网網][络絡])?\s*(?:[编編][辑輯審审]|[校][对對]|美[编編]|版式|[监監]制|[总總][编編]|[审審]核|主[编編])\s*[:：●/／](?:[^|｜:：]{0,20}?(?=\s[\u4e00-\u9fff]{1,4}\s?[:：])|[^|｜]{0,20})",
    r"本期[策责編编][划劃辑輯任]\s*[:：]?.{0,20}|[\u4e00-\u9fff]{2,14}\s+(?:协办|協辦|主办|主辦|承办|承辦)",
    r"(?:要[闻聞]|[时時]政|[国國][内際际]|[财財][经經]|[经經][济濟]|社[会會]|文化|教育|体育|體育|科技|健康|[综綜]合|本[地埠]|副刊|[评評][论論]|[专專][题題])版(?![\u4e00-\u9fff])",
    r"[上下]一?[版页頁期]|返回(?:目[录錄]|首[页頁])|微信公[众眾][号號]|(?:原[载載刊]|[转轉][载載]|刊[载載登])[自于於]?",
    r"原文(?:[链鏈][接結]|地址|[网網]址)|(?:[链鏈][接結]|[网網]址|URL|Link)(?=\s*[:：])",
    r"[【\[]?(?:字[号號體体]|大|中|小|打印|列印|[关關][闭閉]|收藏|分享|[转轉][发發]|[评評][论論]|[阅閱][读讀](?:量|次?[数數])?|[点點][击擊](?:量|次[数數])?|[浏瀏][览覽](?:量|次[数數])?|[返回]+|上一篇|下一篇|扫一扫|[复複][制製][链鏈]接)[】\]]?\s*[:：]?\s*[(（]?(?:\d[\d.]*[万萬]?)?(?:次|人)?[)）]?",
    r"[|｜:：,，、·/／()（）【】〔〕［］\[\]<>《》\-—_～~+\s]",
)
_KNOWN_PARTS = re.compile("|".join(_KNOWN), re.IGNORECASE)

_TOLD_BY = re.compile(r"(?<=[\u4e00-\u9fff]{2})[/／][\u4e00-\u9fff]{2,4}[报報][导導]$")
"""Behind a reporter's name: 陳立峰／綜合報導."""

_FIELDS = re.compile(
    rf"{URL.pattern}|{LABELLED_OUTLET.pattern}|{_KNOWN[1]}|{_KNOWN[2]}|{_KNOWN[3]}"
    r"|本[报報网網刊社台臺][讯訊]|[()（）【】〔〕［］\[\]<>·•]",
    re.IGNORECASE,
)
"""What stands beside names in a line; Known parts but for those that part names."""

_TERMINATED = re.compile(
    r"[。！？!?；;…][”’」』）】》〉〕\"')\]]*$"
    r"|。[”’」』\"']?\s*[（(【]?(?:[来來]源|(?:[责責]任)?[编編][辑輯]|[校][对對]|[记記]者|作者)\s*[:：|丨/]"
)
_INNER = re.compile(r"[，,。；！？：]")
SUBTITLE = re.compile(r"^[—―─–-]{1,3}\s*(?=\S)")
_SERIES = re.compile(r"[①-⑳㊀-㊉]|[(（][一二三四五六七八九十上中下\d]{1,3}[)）]$")
_NEWS_PAGE = re.compile(r"[\u4e00-\u9fff]{2,6}新[闻聞]")
"""信報財經新聞, 国际新闻: whose page it is, or of what."""

_DIVIDER = re.compile(r"\W+$")
_PARTED = re.compile(r"[\s|｜/,，《》]+")

LONGEST_BYLINE = 60
"""With outlet, date and time beside the names; names alone fill no more than a headline."""

HEADING_LENGTH = 45
"""A line longer than this is no headline; the longest of the five articles has 27 characters."""

LONGEST_HEADER = 150
"""A longer line is a paragraph, whatever it begins with; most lines are, so it is asked first."""

LABEL_LENGTH = 4
"""Columns are named in two to four characters: 视点, 观潮, 红船初心."""

PARAGRAPH_LENGTH = 15
"""Shorter lines with a full stop may still be headlines: 为官不为者耻!"""

DATELINE = re.compile(
    rf"^[（(【]?\s*(?:据|據)?\s*(?P<outlet>{AGENCIES}|本[报報网網刊社台臺]|{PAPER})?\s*[/／]?\s*"
    r"(?:[\u4e00-\u9fff]{0,4}?[记記]者\s*(?P<names>[\u4e00-\u9fff、\s·]{2,20}?)\s*"
    rf"(?:{CITIES})?[市县縣]?|[\u4e00-\u9fff]{{2,8}}?)?\s*"
    r"(?P<date>(?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}日)\s*"
    r"(?:(?:[综綜]合|外)?[专專]?[电電讯訊]|消息(?=\s*[(（]))"
)
_NEWS = re.compile(rf"^(?:本[报報网網刊社台臺]|{AGENCIES}|{PAPER})[讯訊]\s*(?=[(（])")
"""本报讯, before the bracket with a by-line."""

_BRACKET = re.compile(r"^\s*[(（][^()（）]{2,40}[)）]\s*$")
DATED_FROM = (
    rf"(?<![据據])[（(【]?(?:{AGENCIES})(?:客[户戶]端)?[\u4e00-\u9fff]{{0,8}}?\d{{1,2}}(?:月\d{{1,2}})?日(?:[电電讯訊]|消息)"
    r"|【[^【】]{0,12}(?:[记記]者|[报報][导導]?道)"
)
"""Where a dateline begins, in text that it is not parted from."""

_LEAD = re.compile(
    rf"^(?:近日|近来|日前|近期|[连連]日[来來]|昨[日天晚]|今[日天晨早]|前不久|\d{{1,2}}月\d{{1,2}}日|本[报報网網][讯訊]|{AGENCIES})"
)


class Kind(enum.Enum):
    """What a line of a saved page is."""

    PROSE = "prose"
    HEADING = "heading"
    SUBTITLE = "subtitle"
    LABEL = "label"  # the name of a column or series above a headline
    BYLINE = "byline"
    CREDIT = "credit"  # of a picture
    HEADER = "header"  # date, outlet, address: read into the metadata
    FURNITURE = "furniture"  # issue, telephone, buttons: of no article


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """A line of a file that is not blank."""

    number: int  # in the file, from 1
    start: int  # in the file's text
    end: int  # half open
    text: str  # without white space at its ends
    kind: Kind


def kind_of(text: str) -> Kind:
    """Say what a line is, by itself.

    >>> [kind_of(line).value for line in ("第4012期", "□辛凤娟", "观潮", "为官不为者耻!")]
    ['furniture', 'byline', 'label', 'heading']
    """
    dateline = DATELINE.match(text)
    behind = _BRACKET.sub("", text[dateline.end() :]) if dateline else text
    if dateline and len(behind) <= 1:  # 中央社記者王小明台北3日電, on a line of its own
        return Kind.HEADER
    if len(text) <= LONGEST_HEADER and _is_known(text):
        says = dates_in(text) or URL.search(text) or OUTLET.fullmatch(text)
        return Kind.HEADER if says or LABELLED_OUTLET.search(text) else Kind.FURNITURE
    if len(text) <= HEADING_LENGTH and is_credit(text):
        return Kind.CREDIT
    if reporters_in(text):
        return Kind.BYLINE
    return Kind.HEADER if _says_who_and_when(text) else _text_kind(text)


def _says_who_and_when(text: str) -> bool:
    """Say whether a line has labelled names, and a whole date: 作者：李小梅 | 2024年5月3日."""
    named = LABELLED_NAMES.search(text) if len(text) <= LONGEST_BYLINE else None
    return named is not None and bool(named["names"]) and any(date.year for date in dates_in(text))


def _text_kind(text: str) -> Kind:
    """Say what a line is that is of the article's own text."""
    if SUBTITLE.match(text) and len(text) <= HEADING_LENGTH:
        return Kind.SUBTITLE
    if len(text) > HEADING_LENGTH or text[-1] in "，,、：:" or _is_sentence(text):
        return Kind.PROSE
    if is_reported(text):  # its sentence goes on in the next line
        return Kind.PROSE
    short = len(text) <= LABEL_LENGTH and re.fullmatch("[\u4e00-\u9fff]+", text)
    return Kind.LABEL if short or _SERIES.search(text) else Kind.HEADING


def reporters_in(text: str) -> tuple[str, ...]:
    """Return the names in a line that says by whom an article is, and perhaps where and when.

    Beside an outlet and a whole date, a name needs no office to be one.

    >>> reporters_in("2024年5月3日 青城日报 记者 李小梅"), reporters_in("青城日报记者获悉")
    (('李小梅',), ())
    """
    if len(text) > LONGEST_BYLINE:
        return ()
    if len(text) <= HEADING_LENGTH and (names := names_in(_NEWS.sub("", text))):
        return names
    dates = dates_in(text)
    rest = _FIELDS.sub(" ", _cut(text, dates))
    words = [word for word in re.split(r"[\s|｜,，]+", rest) if re.search(r"\w", word)]
    own = [word for word in words if not is_outlet(word)]
    if not (dates or len(own) < len(words)):
        return ()
    told = _TOLD_BY.search(own[-1]) if own else None
    own = [*own[:-1], own[-1][: told.start()]] if told else own
    bare = len(own) < len(words) and (told is not None or any(date.year for date in dates))
    alone = tuple(own) if bare and all(map(is_surnamed, own)) else ()
    names = names_in(" ".join(own)) or alone
    # 财经前线 2024年4月26日 记者 宋佳 has an outlet among them.
    return tuple(filter(is_surnamed, names)) or names


def is_published(text: str) -> bool:
    """Say whether a line has a whole date, and an outlet or the time of day beside it."""
    if not any(date.year and date.day for date in dates_in(text)):
        return False
    beside = LABELLED_OUTLET.search(text) or _CLOCK.search(text) or REPORTERS_OUTLET.match(text)
    return beside is not None or bool(outlets_in(text))


def _cut(text: str, dates: Sequence[FoundDate]) -> str:
    """Return a line with a space for each of its dates."""
    for found in reversed(dates):
        text = text[: found.start] + " " + text[found.end :]
    return text


def is_lead(text: str) -> bool:
    """Say whether a paragraph begins as news begins: 近日, 12月1日, 本报讯."""
    return _LEAD.match(text) is not None or DATELINE.match(text) is not None


def is_reported(text: str) -> bool:
    """Say whether a paragraph begins with where it comes from: 本报讯（记者 …）, a dateline."""
    return _NEWS.match(text) is not None or DATELINE.match(text) is not None


def _is_known(text: str) -> bool:
    """Say whether a line is all date, label, address, number, outlet: nothing of an article."""
    if _DIVIDER.match(text) or _NEWS_PAGE.fullmatch(text):
        return True
    if OUTLET.fullmatch(text) and len(text) >= LABEL_LENGTH:
        return True
    text = URL.sub(" ", _cut(text, dates_in(text)))
    text = LABELLED_NAMES.sub(" ", LABELLED_OUTLET.sub(" ", text))
    parts = [part for part in _PARTED.split(text) if not OUTLET.fullmatch(part.strip("()（）"))]
    return len(_KNOWN_PARTS.sub("", " ".join(parts))) <= 1


def _is_sentence(text: str) -> bool:
    return _TERMINATED.search(text) is not None and (
        len(text) >= PARAGRAPH_LENGTH or text[-1] in "。；;" or _INNER.search(text[:-1]) is not None
    )
