"""A text that begins with its headline, unparted from what follows → where the headline ends.

In: a text with 原标题：. Out: the headline and the text behind it, or nothing. A headline is never
told by its length: it ends where it is said again, at a row of spaces, or where a text begins as
only paragraphs do: 近日，, 青城晚报讯（记者 …, 据…报道，. Where in doubt there is none.
"""

from __future__ import annotations

import re

from embeddings.bylines import SURNAMES
from embeddings.outlets import AGENCIES

_LEAST, _MOST = 6, 60
"""Characters of a headline that is told by what follows it."""

_LEAST_TWICE = 8
"""Shorter words may stand twice in a row: 加油加油."""

_REACH = 2 * _MOST + 20
"""A headline and its repetition, or what tells that it has ended."""

_OUTLET = (
    r"(?:(?:楚天都市[报報])?极目新闻|智通财经(?:APP)?|[参參]考消息网|(?:中国)?央广网|红网(?:时刻(?:新闻)?)?|中国山东网(?:-感知山东)?"
    r"|三秦都市报(?:[-—]三秦网)?|海外网|环球时报|新京报|南都|京报体育|中新经纬|中证网|观察者网|华声在线|观点网|黄河新闻网|宿迁网|半岛(?:都市报|网)?|鲁网|大众网"
    r"|(?:封面|上游|红星|大皖|潮|九派|大风|界面|上观|顶端|正观)新闻网?|(?:现代|都市)快报|潇湘晨报|每日经济新闻|每经|IT之家|金融界|第一财经|光明网"
    r"|中国(?:青年报|日报|网|新闻周刊|证券报|经营报|经济网|教育新闻网|天气网|企业报)|中青[报网]|经济日报|科技日报|科创板日报"
    r"|证券(?:时报|日报|之星)|中工网|国际在线|法治日报|北青报|工人日报|解放军报|时代周报|中国教育报[-—]中国教育新闻网|乐居财经|(?:大众|解放|长江|新华)日报|本[報报網网刊社台]"
    r"|(?:北京|河南|河北|湖北|湖南|南方|广州|羊城|扬子|齐鲁|钱江|武汉|新民|成都|重庆|四川|长沙|南京|深圳|宁波|合肥)(?:青年|特区|[日晚早商时晨])[报報]网?"
    rf"|{AGENCIES})(?:客[户戶]端|评论)*"
)
"""Outlets that crawled news begins with. Where a name that is not known begins cannot be told:
新风拂面青城日报讯."""

_SHORT = rf"(?<=[\s！!？?”》）)%…])(?!{_OUTLET})[\u4e00-\u9fff]{{2}}(?:[日晚早晨商时][报報]|融媒)"
"""An outlet that is not known, behind a mark; too short for a clause of the headline before it."""

_OFFICE = (
    r"(?:全媒体?|融媒体?|首席|特[约約]|[见見][习習]|[实實][习習]|高[级級]|[资資]深|本[报報])*"
    r"(?:[记記]者|通[讯訊][员員]|[评評][论論][员員]|作者)"
)
_NAMED = (
    rf"{_OFFICE}(?:(?=\s*[：:])|(?=[\s/／|｜]+[{SURNAMES}])"
    rf"|(?=[{SURNAMES}][\u4e00-\u9fff]{{1,2}}[\s、）)】通]))"
)
"""记者 李小梅, 作者：讲堂; not 记者受伤 …."""
_DAY = (
    r"(?<![\d.])(?:(?:20\d\d ?年 ?)?\d{1,2} ?月 ?\d{1,2}|\d{1,2}) ?日"
    r"(?:凌晨|清晨|早[上晨间]?|[上中下]午|傍晚|晚[上间間]?|深夜|夜[间間]|收[盘盤]"
    r"|\d{1,2}(?:[时時点點]|[:：]\d\d)(?:\d{1,2}分)?[许許左右]*)*"
)
_LEAD = (
    rf"[（(【]?(?:文[/／])?(?:{_OUTLET}|{_SHORT})\s*(?:[·/／|｜丨]\s*)?"
    rf"(?:[\u4e00-\u9fff]{{0,4}}[讯訊](?![息飞])|消息(?=[\s，：:（(])|{_NAMED}|[编編][辑輯][:：]|[获獲]悉"
    rf"|[综綜]合(?![体體])|[\u4e00-\u9fff]{{0,8}}?\s*{_DAY}\s*(?:[专專]?[电電讯訊]|消息|[报報][导導道]))"
    r"|【[^【】]{0,12}(?:[记記]者|[报報][导導道]|特稿)|【文[/／]"
)
"""青城晚报讯, 青城新闻记者 李小梅, 文/青城日报记者 李小梅, 青城网5月3日电, 【青城网报道."""

_COPIED = (
    r"(?:本文)?[转轉]自[：:【]|(?:本文)?[来來]源\s*[：:]|原[创創]稿|20\d\d-\d\d-\d\d \d\d:\d\d"
    r"|[点點][击擊][蓝藍]字|[证證]券代[码碼][：:]|(?:特别提示|重要内容提示)?[：:\s]*本公司(?:及)?(?:董事会|监事会)"
)
"""What stands above the first paragraph where others print it, or a company announces."""

_SCENE = (
    r"(?:活[动動]|[会會][议議]|比[赛賽]|[仪儀]式|演出|培[训訓]|[发發]布[会會])[现現][场場](?:[图圖]片?)?[。（(]"
    r"|[图圖][为為]|[▲△▼↑↓◎□■]"
)
"""What a picture shows."""

_WHEN = (
    r"(?:截[至止]|[当當]地[时時][间間]|北京[时時][间間]|早在|就?在)?"
    rf"(?:{_DAY}|近日|日前|近期|近[来來]|近年[来來]|[连連]日[来來]|最近|前不久"
    r"|本[周週][一二三四五六日]|[昨今][日天晨晚]|今年(?:以[来來]|[暑寒]假|[春夏秋冬][天季]))，"
    rf"|(?:截[至止]|[当當]地[时時][间間]){_DAY}|近日\S{{2,8}}披露，"
)
"""A time and a comma; a headline's own has none: 青城股份5月3日股东户数1.3万户."""

_TOLD = (
    r"[据據](?:[^，。！？；：:\s“”据據]{0,4}[《“]?[\u4e00-\u9fffA-Za-z·]{1,14}[》”]?[\u4e00-\u9fff]{0,6}"
    rf"(?:{_DAY})?(?:[报報][导導道]|消息)|悉|了解|介[绍紹])[，：,:]"
    r"|[记記]者从[\u4e00-\u9fff]{2,16}(?:[获獲]悉|了解到)|(?:天眼查|企查查)(?:App|APP)?[\u4e00-\u9fff]{0,4}[显顯]示"
)
_AIM = (
    r"(?<![成作认認以视視称稱转轉因])[为為](?:[进進]一步|深入|切[实實]|[积積][极極]|全面|[认認]真|[贯貫][彻徹]|落[实實]|扎[实實]"
    r"|有效|做好|[丰豐]富|推[动動]|加强|提[高升]|增强|弘[扬揚]|[庆慶]祝|[发發][挥揮]|[营營]造|助力|普及|引[导導]|充分)(?=[^。！？]{4,60}，)"
    r"|在[^，。！？]{2,20}[来來](?:[临臨])?之[际際]，|[随隨]着[^，。！？]{3,40}，"
)
_BEGINNING = re.compile(
    rf"(?P<marked>{_LEAD}|{_COPIED})|(?P<named>(?:文[/／])?{_NAMED})|(?P<sentence>{_SCENE}|{_WHEN}|{_TOLD}|{_AIM})"
)

_ORIGINAL = re.compile(r"[（(]?\s*原[标標][题題]\s*[:：]\s*[\u200b\ufeff]*")
_BRACKETED = re.compile(rf"(?P<title>[^（）()]{{{_LEAST},{_MOST}}})[)）](?=\s)\s*")
_GAP = re.compile(r"\s{3,}")
_TWICE = re.compile(
    rf"(?P<title>\S.{{{_LEAST_TWICE - 1},{_MOST}}}?)(?:[(（]\S{{2,8}}[)）])?\s*(?P=title)"
    rf"|(?P<spaced>(?P<head>\S{{4,{_MOST}}}) (?P<tail>\S{{4,{_MOST}}}))\s*(?P=head)(?P=tail)"
)
_STOCK = re.compile(r"\w{2,8}[(（][\dA-Z.]{5,9}[)）]|\d{1,2}月\d{1,2}日[\u4e00-\u9fff]{4}")
"""青城股份(600000.SH), 5月3日青城股份: a headline and its first sentence both begin with it."""

_UNENDED = re.compile(
    r"[，,、：:；;“‘《（(\[【】—~～/\-.至到自从從于於在截是和与與及对對将將把被让讓向由经經据據称稱｜|丨]$|\d月$"
    r"|(?:[摄攝]|供[图圖]|[资資]料[图圖]|[图圖]片|特[约約])$"
)
"""The last word of no headline."""

_NO_TITLE = re.compile(
    r"。|”“|[报報网網台][\u4e00-\u9fff]{0,4}[讯訊]|\d日[电電讯訊]|[记記]者\s|通[讯訊][员員]\s|[图圖][为為]"
    r"|[来來]源[:：]|[编編][辑輯][:：]|投稿|[点點][击擊]|[关關]注我|公[众眾][号號]|[转轉][载載]|[资資]料[图圖]|截[图圖]|©"
    rf"|20\d\d-\d\d-\d\d|\s[{SURNAMES}][\u4e00-\u9fff]{{1,2}}$|(.{{6}}).*\1"
)
"""Paragraphs, what stands above them, and what is said twice: a headline has begun anew."""

_NO_LONE_TITLE = re.compile(
    r"^(.{4}).*\1|(.{4}).*\2$|[！!？?，…。][”’]$|…$|(?:[！!？?].*){3}.|[，！？!?：][^，！？!?：]{17,}[！？!?]$"
)
"""The same, where nothing but the text's own words tells that it has begun: its first sentences."""

_BODY = re.compile(
    r"(?:公司|集[团團]|派出所|[法医醫学學]院|[检檢]察院|大[学學]|[学學]校|[小中][学學]|街道|社[区區]|[支大][队隊]|警方|民警"
    r"|[协協委商金合][员員]?[会會]|[区區局厅廳市县縣镇鎮乡鄉村])$"
)
"""Who may be the subject of the text's first sentence: 青城市公安局近日，."""

_INTO = re.compile(r"[进進在到入赴][^，。！？ ]{1,14}$")
"""Where a headline ends in a place: 讲堂走进青城社区."""

_PAIRS = (("“", "”"), ("《", "》"), ("（", "）"), ("【", "】"))


def original(text: str) -> tuple[str, str] | None:
    """Return the headline behind 原标题： and the text behind it.

    >>> original("原标题：市民讲堂今日开课近日，市民走进讲堂。")
    ('市民讲堂今日开课', '近日，市民走进讲堂。')
    >>> original("原标题：市民讲堂今日开课市民走进讲堂。")
    """
    label = _ORIGINAL.match(text)
    if label is None:
        return None
    near = text[label.end() : label.end() + _REACH]
    found = _parted(near) or _before_beginning(near)
    if found is None:
        return None
    title, end = found
    return title.strip(), text[label.end() + end :].lstrip()


def _parted(near: str) -> tuple[str, int] | None:
    """Return a headline that is parted from the text, or said twice, and where the text begins."""
    if twice := _TWICE.match(near):
        return twice["title"] or twice["spaced"], twice.end()
    bracketed = _BRACKETED.match(near)
    if bracketed:
        return bracketed["title"], bracketed.end()
    gap = _GAP.search(near, _LEAST, _MOST + 3)
    if gap is None or "。" in near[: gap.start()] or _BEGINNING.search(near, _LEAST, gap.start()):
        return None
    title = near[: gap.start()]
    return title.removesuffix("）" if title.count("）") > title.count("（") else ""), gap.end()


def _before_beginning(near: str) -> tuple[str, int] | None:
    """Return a headline that ends where the text begins as paragraphs do, and that place."""
    begin = _BEGINNING.search(near, _LEAST)
    stock = _STOCK.match(near)
    again = near.find(stock[0], stock.end()) if stock else -1
    if again > 0 and not (begin and begin.start() < again):
        return (near[:again], again) if _LEAST <= again <= _MOST else None
    if begin is None or begin.start() > _MOST:
        return None
    title = near[: begin.start()]
    return (title, begin.start()) if _is_whole(title, begin.lastgroup or "") else None


def _is_whole(raw: str, signal: str) -> bool:
    """Say whether what stands before a beginning is a headline, without words of the text."""
    title = raw.strip()
    if len(title) < _LEAST or _UNENDED.search(title) or _NO_TITLE.search(title):
        return False
    if any(title.count(one) != title.count(other) for one, other in _PAIRS):
        return False
    if signal == "marked":
        return True
    if _NO_LONE_TITLE.search(title):
        return False
    if signal == "named":
        return title[-1] not in "报報网網社刊台闻聞端"
    glued = raw == title and _BODY.search(title) is not None
    return not glued or _INTO.search(title) is not None
