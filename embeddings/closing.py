"""The end of a last paragraph → the outlet and the authors that are put behind the text.

In: a paragraph. Out: its `Closing`. …（来源：青城日报）(责任编辑：张旭), …来源：青城网作者：李小梅.
It is read from the right, part by part, up to the last sentence. Editors are no authors, what an
advertisement names is no outlet, and where two outlets are named none is read.
"""

from __future__ import annotations

import dataclasses
import re

from embeddings.bylines import ENDED, RANK, is_credit, is_surnamed, names_at_end, names_in

_EDITORS = (
    r"[（(【\[]?\s*(?:[责責]任|值班|流程|[网網][络絡]|本文|[执執]行|新媒体)?"
    r"(?:[编編][辑輯审審]|[责責][编編]|[校][对對]|[审審][核读讀校定]|[一二三四初复終终][审審]|[监監]制|主[编編]|[总總][编編]|[签簽][发發])"
    r"(?:(?!作者|[记記]者|[来來]源|通[讯訊][员員])[^。！？…]){0,20}"
)
BUTTON = "返回搜狐，查看更多"
"""What a crawler leaves behind a text, of 2 197 of 8 000 news articles."""

_NOTICES = (
    rf"{BUTTON}"
    r"|[(（](?:全文)?完[)）]$"
    r"|[（(【]?(?:[声聲]明[:：][此本]文|版[权權][归歸声聲]|免[责責][声聲]明|投稿[、邮郵]|新[闻聞][线線]索|推[荐薦][阅閱][读讀]|往期|猜[你您]喜[欢歡]"
    r"|[关關]注(?:我|更多|公[众眾]|微信)|[点點][击擊][进進]入|更多.{0,10}(?:[关關]注|搜索|下[载載])|更多精彩|本文[链鏈]接|[转轉][载載][请請])"
    r"[^（(]{0,200}"
)
_EDITED = re.compile(rf"(?:{_EDITORS})$")
_NOTICE = re.compile(rf"(?:{_NOTICES})$")

_SOURCE = re.compile(
    r"(?P<open>[（(【\[]\s*)?(?:文章|稿件|本文|新[闻聞]|[内內]容)?(?:[来來]源|稿源)\s*[:：丨|｜]\s*"
    r"(?P<outlet>[\u4e00-\u9fffA-Za-z0-9·•“”\-]{2,20})\s*(?(open)[)）】\]])$"
)
_ONE_BRACKET = re.compile(
    r"[（(【\[]\s*((?:[来來]源|稿源)\s*[:：丨|｜][^（）()【】\[\]]{2,20}?\s*(?:[记記]者|作者)\s*[:：丨|｜]"
    r"[^（）()【】\[\]]{2,40})[)）】\]]$"
)
"""Outlet and authors together: 【来源：青城日报 作者：李小梅】."""

_NO_OUTLET = re.compile(
    r"[综綜]合|[记記]者|作者|通[讯訊][员員]|[编編][辑輯译譯]|[摄攝]|截[图圖]|[图圖]片|[视視][频頻]|[资資]料|[网網]友|受[访訪]者|等$"
    r"|^(?:互[联聯])?[网網][络絡上]?$|^客[户戶]端$|^(?:微博|抖音|微信|官[网網]|原[创創]|本[报報网網刊站])$|[视視][觉覺]中[国國]|[拟擬]$"
)
"""Not whose report it is: several, a person, a picture, or nobody in particular."""

_WITH_NAME = re.compile(r".+(?:[网網报報社]|新[闻聞]|客[户戶]端)(?P<name>[\u4e00-\u9fff]{2,3})$")
"""An outlet, and a name that may be a reporter's: 青城网张旭."""

_SEVERAL = re.compile(r"[来來]源\s*[:：丨|｜][^。]*、[^。]{2,40}$")
"""A list of outlets, in which names are those of single ones: 来源：青城网（记者张旭）、…."""

_ANOTHER = re.compile(r"(?:[来來]源|[转轉]自)\s*[:：丨|｜][^。]{2,80}$")
"""An outlet to the left of the one that was read; it comes first, and cannot be told apart."""

_UNREAD = re.compile(r"[/／]\s*[\u4e00-\u9fff]{2,4}\s*$")
"""A name to the left of those that were read: half of the authors are not the authors."""

_AUTHORS = re.compile(
    rf"[【\[]?(?<![摄攝]影)(?<![视視][频頻])(?<![图圖]片)(?:本[报報])?{RANK}*"
    r"(?:[记記]者|通[讯訊][员員]|作者|撰稿人?|撰文)\s*[:：丨|｜/／]\s*"
    r"(?P<names>[\u4e00-\u9fff·、\s]{2,40})[】\]]?$"
)
_ALONE = re.compile(r"(?<=[。！？!?；;…”’」』）)】\]])[^。！？!?；;…”’」』）)】\]]{2,45}$")
_PICTURE = re.compile(r"(?:[图圖]片?|[摄攝]影?)[)）】\]]*\s*$")

_REACH = 400
"""Nothing farther from the end is behind the text: the longest notice, and the labels before it."""

_LABEL_REACH = 80
"""A label with an outlet or with names, from its first character to its end."""

_MOST_PARTS = 12
"""Two outlets, three offices of reporters, six of editors and a notice."""


@dataclasses.dataclass(frozen=True, slots=True)
class Closing:
    """What is put behind a paragraph."""

    outlet: str | None
    names: tuple[str, ...]


def closing_of(paragraph: str) -> Closing:
    """Read the outlet and the authors behind a last paragraph.

    >>> closing_of("活动昨天结束。来源：青城网作者：李小梅 编辑：张旭")
    Closing(outlet='青城网', names=('李小梅',))
    >>> closing_of("活动昨天结束。图片来源：青城网")
    Closing(outlet=None, names=())
    """
    rest = paragraph[-_REACH:].rstrip()
    outlets: list[str] = []
    names: tuple[str, ...] = ()
    for _ in range(_MOST_PARTS):
        rest = _ONE_BRACKET.sub(r"\1", rest)
        near = max(0, len(rest) - _LABEL_REACH)
        if no_word := _EDITED.search(rest, near) or _NOTICE.search(rest):
            rest = rest[: no_word.start()].rstrip()
        elif (source := _SOURCE.search(rest, near)) and _is_behind(rest[: source.start()]):
            outlets.append(source["outlet"])
            rest = rest[: source.start()].rstrip()
        elif found := _authors(rest):
            names = (*found[0], *names)
            rest = rest[: found[1]].rstrip()
        else:
            break
    one = len(set(outlets)) == 1 and not _ANOTHER.search(rest) and _is_outlet(outlets[0])
    if _UNREAD.search(rest):
        names = ()
    return Closing(outlets[0] if one else None, tuple(dict.fromkeys(names)))


def _is_outlet(named: str) -> bool:
    """Say whether what is named as a source is one, and no name of a reporter is glued to it."""
    glued = _WITH_NAME.match(named)
    return not _NO_OUTLET.search(named) and not (glued and is_surnamed(glued["name"]))


def _authors(rest: str) -> tuple[tuple[str, ...], int] | None:
    """Return the names with which a text ends, and where what names them begins."""
    if names := names_at_end(rest):
        begin = max(rest.rfind("("), rest.rfind("（"))
        return None if _SEVERAL.search(rest[:begin]) else (names, begin)
    near = max(0, len(rest) - _LABEL_REACH)
    labelled = _AUTHORS.search(rest, near)
    if labelled:
        names = names_in(f"作者:{labelled['names']}")
        return (names, labelled.start()) if names and all(map(is_surnamed, names)) else None
    alone = _ALONE.search(rest, near)
    if alone and not is_credit(alone[0]):
        names = names_in(alone[0])
        return (names, alone.start()) if names and all(map(is_surnamed, names)) else None
    return None


def _is_behind(text: str) -> bool:
    """Say whether a text has come to an end, and what follows is not about a picture in it."""
    if not text or _authors(text.rstrip()):
        return True
    return ENDED.search(text) is not None and not _PICTURE.search(text)
