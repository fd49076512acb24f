"""Names of reporters out of the lines and brackets in which news prints them.

In: a line or the text of a bracket. Out: names, or nothing when it is no by-line. 本报记者●王祯
通讯员●梁彦强, □本报记者 陈春艳, ◎宋爽, 記者王小明／台北報導, （楊超林）. A name is never
guessed: a line with anything left over that is no name is no by-line.
"""

from __future__ import annotations

import re

_ORGANISATION = (
    r"(?:本[报報网網刊社台臺]|南都|[\u4e00-\u9fff]{1,8}?"
    r"(?:[日晚早晨时時][报報]|[商青法]?[报報]|通[讯訊]社|[网網社台臺]))"
)
RANK = (
    r"(?:全媒[体體]|融媒[体體]|首席|特[约約]|[见見][习習]|[实實][习習]|高[级級]|[资資]深|特派"
    r"|[驻駐][\u4e00-\u9fff]{1,4})"
)
_OFFICE = (
    r"(?:[记記]者|通[讯訊][员員]|特派[员員]|[实實][习習]生|[评評][论論][员員]|特[约約]撰稿人?|撰稿人?"
    r"|[编編][译譯]|作者|撰文)"
)
_ROLE = re.compile(
    rf"(?:{_ORGANISATION}(?:[报報][导導道])?)?\s*{RANK}*{_OFFICE}\s*[:：]?|(?:撰文|文字?|采[写寫])\s*[:：/／＝=●]"
    rf"|{_ORGANISATION}(?={RANK}*{_OFFICE})"
)
_OTHER_ROLE = re.compile(
    r"(?:(?:[摄攝]影|[图圖]片)[记記]者\s*[:：]?|(?:[图圖](?:片|文)?|[摄攝]影?(?:[报報][导導道])?|[摄攝]像|漫[画畫]|制[图圖]|[视視][频頻]|剪[辑輯])\s*[:：/／＝=])\s*"
    r"[\u4e00-\u9fff·、 ]{2,20}"
)
CITIES = (
    "台北|臺北|新北|桃園|新竹|苗栗|台中|臺中|彰化|南投|雲林|嘉義|台南|臺南|高雄|屏東|宜蘭|花蓮|台東|臺東|澎湖|金門|馬祖|基隆"
    "|北京|天津|上海|重[庆慶]|石家庄|太原|呼和浩特|沈阳|大连|长春|哈尔滨|南京|苏州|杭州|宁波|合肥|福州|厦门|南昌|济南|青岛"
    "|郑州|武汉|长沙|[广廣]州|深圳|南宁|海口|成都|贵阳|昆明|拉萨|西安|兰州|西宁|银川|乌鲁木齐|香港|澳[门門]|三亚|雄安"
    "|[东東]京|首[尔爾]|平壤|河内|曼谷|新加坡|雅加[达達]|新德里|伊斯[兰蘭]堡|德黑[兰蘭]|巴格[达達]|莫斯科|基[辅輔]|柏林|巴黎|[伦倫]敦"
    "|布[鲁魯]塞[尔爾]|日[内內]瓦|[罗羅]马|羅馬|[维維]也[纳納]|华盛顿|華盛頓|[纽紐]约|紐約|洛杉[矶磯]|[联聯]合[国國]|悉尼|雪梨|堪培拉|坎培拉|开罗|開羅|内罗毕"
)
"""Where news is dated from; told from names only where a name and a city stand together."""

_TAIL = re.compile(
    rf"\s*(?:[/／]\s*[\u4e00-\u9fff]{{0,8}}|(?:{CITIES})?[市县縣]?)\s*(?:[综綜]合|[连連][线線]|即[时時]|整理|[专專]?)?"
    rf"(?:[报報][导導道]|[专專]?[电電讯訊])$|整理$|\s*[发發]自(?:{CITIES})[市县縣]?$"
)
_HOUSE = re.compile(
    r"(?<![\u4e00-\u9fff])(?:南都|[总總]台(?:央[视視])?|[\u4e00-\u9fff]{2,6}[报報网網社台刊])·?(?![\u4e00-\u9fff])"
)
_BOTH = re.compile(r"\s*文?[/／]?[图圖][/／]?文?$|\s*文[/／、]?[摄攝图圖]$")
"""Of text and pictures: （李小梅 文/摄）."""

_MARK = re.compile(r"^\s*[□■◎○●◆▲△★☆◇※•⊙]\s*")
_SEPARATOR = re.compile(r"[\s、，,●·/／＆&|]+")
_GLUED = re.compile(rf"{_OFFICE}(?=[\u4e00-\u9fff])")
_LATIN = re.compile(r"[A-Z][A-Za-z.\-]+(?: [A-Z][A-Za-z.\-]*)+")
_HAN_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}$")
_FOREIGN_NAME = re.compile(r"[\u4e00-\u9fffA-Z][\u4e00-\u9fffA-Za-z.\-]*$")
_CREDIT = re.compile(
    r"(?:[摄攝]|[摄攝]影|[图圖]片?|供[图圖]|提供|翻[摄攝]|[资資]料[图圖照]片?|新[华華]社[发發])\s*[)）]?$"
)

_COMMON = (
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林高罗羅郑鄭梁谢謝宋唐许許韩韓邓鄧冯馮曹彭曾肖萧蕭田"
    "董潘袁蔡蒋蔣余于杜叶葉程魏苏蘇吕呂丁任卢盧姚沈钟鍾鐘姜崔谭譚陆陸范汪廖石金韦韋贾賈夏付傅方邹鄒熊白孟秦邱江"
)
"""Of the family names those that most people bear."""

_SURNAMES = frozenset(_COMMON) | frozenset(
    "尹薛闫閻雷侯龙龍史陶黎贺賀顾顧毛郝龚龔邵万萬覃武钱錢戴严嚴莫孔向汤湯温溫康施文牛樊葛邢安齐齊易乔喬伍庞龐颜"
    "顏倪庄莊聂聶章鲁魯岳翟申欧歐耿关關兰蘭焦俞左柳甘祝包宁寧尚符舒阮柯纪紀梅童凌毕畢单單裴霍涂成苗谷曲盛冉骆駱"
    "蓝藍路游辛靳管柴蒙鲍鮑华華喻祁蒲房滕屈饶饒解牟艾尤阳陽时時穆农農司卓古吉缪繆车車项項连連芦蘆麦麥褚娄婁窦竇"
    "戚岑景党党黨宫宮费費卜冷晏席卫衛米柏宗瞿桂全佟应應臧闵閔苟邬鄔边邊卞姬师師和仇栾欒隋商刁沙荣榮巫寇桑郎甄"
    "丛叢仲虞敖巩鞏明佘池查麻苑迟遲邝鄺官封谈談匡鞠惠荆荊乐樂冀郁胥南班储儲原栗燕楚鄢劳勞谌諶奚皮粟冼蔺藺楼樓盘"
    "盤满滿闻聞位厉厲伊仝区區郜海阚闞花权權强強帅帥屠豆朴盖蓋练練廉禹井祖漆巴丰豐支卿国國狄平计計索宣晋晉相初门"
    "門雲云容敬来來扈晁芮都普阙闕浦戈伏鹿薄邸雍辜羊阿乌烏母裘亓修邰赫杭况況那宿鲜鮮印逯隆茹诺諾战戰慕危玉银銀亢"
    "嵇公哈湛宾賓戎勾茅利于呼居揭干但尉冶斯元束檀衣信展阎閻段翁洪赖賴詹殷丘濮常简簡季阴陰昝智幸奉植衡富尧堯闭閉由"
)
"""Family names: names in a lone last bracket, or glued to an office, must begin with one."""

SURNAMES = "".join(sorted(_SURNAMES))
"""The same for a pattern's brackets."""

_DOUBLE = re.compile(
    "(?:欧阳|歐陽|司马|司馬|上官|诸葛|諸葛|皇甫|尉迟|尉遲|公孙|公孫|慕容|令狐|司徒|夏侯|端木|呼延|张简|張簡|范姜)"
    "[\u4e00-\u9fff]{1,2}$"
)
_TWO_NAMES = re.compile(rf"[{_COMMON}][\u4e00-\u9fff][{_COMMON}][\u4e00-\u9fff]$")
"""张旭刘真, but for names with a family name of two characters; 斯琴高娃 is one name."""

_EMPLOYER = re.compile(
    rf"(?<![\u4e00-\u9fffA-Za-z])(?![{SURNAMES}])[\u4e00-\u9fffA-Za-z]{{2,6}}"
    rf"(?={RANK}*[记記]者\s+\S)"
)
"""Whoever else a reporter works for: 中新财经记者 左宇坤."""


def names_in(text: str) -> tuple[str, ...]:
    """Return the names in a by-line, or () when the text is none.

    >>> names_in("本报记者●王祯 通讯员●梁彦强")
    ('王祯', '梁彦强')
    >>> names_in("记者从会上获悉")
    ()
    """
    marked = _MARK.match(text) is not None
    rest = _MARK.sub("", text.strip().strip("()（）【】〔〕［］[]"))
    rest = _OTHER_ROLE.sub(" ", rest)
    rest = _TAIL.sub("", rest) if _ROLE.search(rest) else rest
    glued = _GLUED.search(rest) is not None
    without, roles = _ROLE.subn(" ", _EMPLOYER.sub(" ", rest))
    without = _LATIN.sub(lambda match: match.group().replace(" ", "\1"), without)
    if not (marked or roles) or len(without) > _LONGEST:
        return ()
    without = _HOUSE.sub(" ", without)
    tokens = [token for token in _SEPARATOR.split(without.replace("·", "\0")) if token]
    names = tuple(name.replace("\0", "·").replace("\1", " ") for name in _joined(tokens))
    plain = all(_is_name(name) and (not glued or name[0] in _SURNAMES) for name in names)
    return names if names and plain else ()


ENDED = re.compile("[。！？!?；;…”’」』）】》〉〕］\"')\\]]\\s*$")
"""A sentence, or what is put behind one, ends here."""

_LONGEST = 40
"""Names alone fill no more characters than this."""


def names_at_end(paragraph: str) -> tuple[str, ...]:
    """Return the names in the bracket that ends an article: （楊超林）, (记者 王祯)."""
    bracket = re.search(r"[(（]([^()（）]{2,40})[)）]\s*$", paragraph)
    if bracket is None:
        return ()
    found = names_in(bracket[1])
    if found:
        return found
    return names_alone(bracket[1]) if ENDED.search(paragraph[: bracket.start()]) else ()


def names_alone(text: str) -> tuple[str, ...]:
    """Return the names in a text that is nothing but names, and does not say whose they are.

    >>> names_alone("张旭 刘真珍"), names_alone("张 旭、欧阳小梅"), names_alone("张旭刘真")
    (('张旭', '刘真珍'), ('张旭', '欧阳小梅'), ())
    """
    text = _HOUSE.sub(" ", _BOTH.sub("", text)).replace("·", "\0")
    names = tuple(_joined([token for token in _SEPARATOR.split(text) if token]))
    return names if all(map(is_surnamed, names)) else ()


_NO_NAMES = frozenset(
    {
        "全文完",
        "完",
        "待续",
        "待續",
        "未完待续",
        "应邀",
        "摄影",
        "攝影",
        "文中",
        "时间",
        "明日",
        "万元",
        "佚名",
        "时评",
        "時評",
        "时政",
        "時政",
        "关注",
        "连线",
        "常识",
        "常委",
    }
)


_LEAD_BRACKET = re.compile(
    r"(?:^.{0,30}?[(（]|(?:[电電讯訊]|消息)\s*[(（]|[【〔［])([^()（）【】〔〕［］]{2,60})[)）】〕］]"
)
_LEAD_LENGTH = 150
"""A lead's by-line stands within so many characters; a headline may go before it."""


def names_in_lead(paragraph: str) -> tuple[str, ...]:
    """Return the names in the bracket near a paragraph's begin: 本报讯（记者 王祯）.

    >>> names_in_lead("花蓮觀光復甦〔記者林美玲／花蓮報導〕縣政府昨天宣布")
    ('林美玲',)
    """
    brackets = _LEAD_BRACKET.finditer(paragraph[:_LEAD_LENGTH])
    return next(filter(None, (names_in(bracket[1]) for bracket in brackets)), ())


def is_surnamed(name: str) -> bool:
    """Say whether a word looks like a Chinese name: 王祯, 欧阳小梅; not 要闻, 张旭刘真."""
    single = len(name) in (2, 3) and name[0] in _SURNAMES
    return "·" not in name and (single or _DOUBLE.match(name) is not None) and _is_name(name)


def is_credit(line: str) -> bool:
    """Say whether a short line credits a picture: 见习记者 郝佳丽 摄."""
    return len(line) <= _LONGEST and _CREDIT.search(line) is not None


def _joined(tokens: list[str]) -> list[str]:
    """Join names that were set apart to look even: 王 祯 → 王祯."""
    joined: list[str] = []
    waiting = ""
    for token in tokens:
        if len(token) == 1 and "\u4e00" <= token <= "\u9fff":
            waiting += token
            if len(waiting) == 2:
                joined.append(waiting)
                waiting = ""
            continue
        if waiting:
            joined.append(waiting)
            waiting = ""
        joined.append(token)
    return [*joined, waiting] if waiting else joined


def _is_name(name: str) -> bool:
    if _HAN_NAME.match(name):
        two = _TWO_NAMES.match(name) and not _DOUBLE.match(name)
        return not two and name not in _NO_NAMES and name[-1] not in "等网網报報社刊"
    parted = "·" in name and all(name.split("·")) and name[-1] != "端"
    return (parted or name.isascii()) and _FOREIGN_NAME.match(
        name.replace("·", "").replace(" ", "")
    ) is not None
