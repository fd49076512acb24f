"""A decoded file → its articles, and what is known of them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.articles import articles_of
from embeddings.clean import clean, squash
from embeddings.decode import decode
from embeddings.headline import STAMP
from embeddings.lines import Kind
from embeddings.original import original
from embeddings.source import Source, Span
from embeddings.stripped import lines_of, without_button
from tests.samples import PROPERTY, SEEDS


def articles(text: str, path: str = "a.txt"):
    return articles_of(decode(path, text.encode()))


def known(source: Source) -> dict[str, str]:
    names = ("title", "subtitle", "date", "outlet", "byline", "url")
    return {name: getattr(source, name) for name in names if getattr(source, name)}


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (
            "000",
            [
                {
                    "title": "新闻发布会 || 内蒙古公安对外发布开展教育整顿试点工作成果",
                    "date": "2020-12-29",
                    "url": "http://gat.nmg.gov.cn/information/nmg_gat47/msg22070236731.html",
                }
            ],
        ),
        ("001", [{"byline": "楊超林"}]),
        (
            "002",
            [
                {
                    "title": "“包头样本”应民意 激发担当新作为",
                    "subtitle": "包头市公安局“坚持政治建警、全面从严治警”活动综述",
                    "date": "2020-08-26",
                    "outlet": "内蒙古法制报",
                    "byline": "王祯、梁彦强",
                }
            ],
        ),
        (
            "003",
            [
                {"title": "打一场祛除积弊自我净化的整风仗", "byline": "陈春艳"},
                {"title": "为官不为者耻!", "byline": "宋爽"},
                {"title": "传承红色基因"},
                {"title": "头雁引领 群雁齐飞", "byline": "陈春艳"},
                {"title": "马扎驿站 响起解读者声"},
                {"title": "画出民族团结最大同心圆", "byline": "郝佳丽"},
                {"title": "联学联创 聚合力 最强党支部 增活力", "byline": "辛凤娟"},
            ],
        ),
        (
            "004",
            [
                {
                    "title": "激浊扬清铸魂砺剑 凝心聚力再谱新篇",
                    "subtitle": "许昌市公安局教育整顿工作综述",
                    "byline": "董全磊、王东方、张喆",
                }
            ],
        ),
    ],
)
def test_what_the_five_files_say_of_themselves(file, expected):
    """The pieces of each file, and of each all that the file says and nothing else."""
    (path,) = SEEDS.glob(f"{file}_*.txt")
    found = articles_of(decode(path.name, path.read_bytes()))
    assert [known(article.source) for article in found] == expected
    lines = path.read_text(encoding="utf-8").splitlines()
    for article in found:
        for name, value in known(article.source).items():
            line = lines[getattr(article.source, f"{name}_line") - 1]
            wanted = value.split("、") if name == "byline" else [value]
            if name != "date":
                assert all(part in line for part in wanted), (name, line)


PROSE = "市公安局今年以来侦破刑事案件五千余起，抓获犯罪嫌疑人两千余人，群众安全感明显上升。"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param(
            "市民讲堂开课\n2023-03-05 10:21 来源：新华网 作者：张三\n",
            {"title": "市民讲堂开课", "date": "2023-03-05", "outlet": "新华网", "byline": "张三"},
            id="one line of labels",
        ),
        pytest.param(
            "新聞標題在這裡\n記者王小明／台北報導\n民國109年8月26日\n",
            {"title": "新聞標題在這裡", "date": "2020-08-26", "byline": "王小明"},
            id="Taiwan",
        ),
        pytest.param(
            "人民日报 二〇二〇年八月二十六日 星期三 第03版\n引题在上面这一行\n真正的标题在这里\n"
            "本报记者 王 祯 张晓明\n",
            {
                "title": "真正的标题在这里",
                "date": "2020-08-26",
                "outlet": "人民日报",
                "byline": "王祯、张晓明",
            },
            id="a lead above the headline",
        ),
        pytest.param(
            "标题一二三四\n来源: 作者: 责任编辑:\n", {"title": "标题一二三四"}, id="empty labels"
        ),
        pytest.param(
            "标题一二三四\n发布时间：2020年8月\n",
            {"title": "标题一二三四", "date": "2020-08"},
            id="no day",
        ),
        pytest.param(
            "标题一二三四\n2020年2月30日\n", {"title": "标题一二三四"}, id="an impossible date"
        ),
        pytest.param(
            "http://www.example.cn\n标题一二三四\n", {"title": "标题一二三四"}, id="a site"
        ),
        pytest.param(
            "---\ntitle: 市民讲堂开课\ndate: 2023-03-05\nsource: 北方日报\n---\n",
            {"title": "市民讲堂开课", "date": "2023-03-05", "outlet": "北方日报"},
            id="front matter",
        ),
        pytest.param("# 市民讲堂开课\n\n", {"title": "市民讲堂开课"}, id="Markdown"),
        *(
            pytest.param(
                f"市民讲堂开课\n{line}\n",
                {
                    "title": "市民讲堂开课",
                    "date": "2024-05-03",
                    "outlet": "北方日报",
                    "byline": "李小梅",
                },
                id=line,
            )
            for line in (
                "2024年5月3日 北方日报 记者 李小梅",
                "北方日报记者 李小梅 2024-05-03",
                "2024/05/03 14:05 北方日报 記者李小梅／即時報導",
                "> 北方日报 · 2024年5月3日 · 李小梅",
                "2024年5月3日，北方日报，李小梅",
                "2024-05-03 14:05\n北方日报 记者李小梅 发自北京",
                "2024年5月3日\n北方日报\n记者 李小梅",
            )
        ),
        pytest.param(
            "市民讲堂开课\n本报讯（记者 李小梅）2024年5月3日\n",
            {"title": "市民讲堂开课", "date": "2024-05-03", "byline": "李小梅"},
            id="本报讯",
        ),
        pytest.param(
            "市民讲堂开课\n記者林美玲/花蓮報導 民國113年4月20日\n",
            {"title": "市民讲堂开课", "date": "2024-04-20", "byline": "林美玲"},
            id="by-line and year of the Republic",
        ),
        pytest.param(
            "北方日报/2024年/5月/3日/第002版\n市民讲堂开课\n本报记者 李小梅\n",
            {
                "title": "市民讲堂开课",
                "date": "2024-05-03",
                "outlet": "北方日报",
                "byline": "李小梅",
            },
            id="a newspaper's page as libraries cite it",
        ),
        pytest.param(
            "市民讲堂开课 全城响应 北方日报 2024年5月3日\n",
            {"title": "市民讲堂开课 全城响应", "date": "2024-05-03", "outlet": "北方日报"},
            id="all in one line",
        ),
        pytest.param(
            "市民讲堂开课（北方日报 2024-05-03）\n",
            {"title": "市民讲堂开课", "date": "2024-05-03", "outlet": "北方日报"},
            id="in a bracket",
        ),
        pytest.param(
            "市民讲堂开课_北方新闻网\n",
            {"title": "市民讲堂开课", "outlet": "北方新闻网"},
            id="the title of a web page",
        ),
        pytest.param(
            "老旧小区停车难，究竟该怎么破解才好？\n2024年5月3日\n",
            {"title": "老旧小区停车难，究竟该怎么破解才好？", "date": "2024-05-03"},
            id="a question for a headline",
        ),
        pytest.param(
            "新桥通车 2024年迎来新变化\n", {"title": "新桥通车 2024年迎来新变化"}, id="a year"
        ),
        pytest.param("北方日报记者获悉\n", {"title": "北方日报记者获悉"}, id="no by-line"),
        pytest.param(
            "王府井大街改造\n2024年5月3日 王府井\n",
            {"title": "王府井大街改造"},
            id="no name without an outlet",
        ),
        pytest.param(
            "民國112年9月5日　星期二　文化版\n古地圖展登場\n",
            {"title": "古地圖展登場", "date": "2023-09-05"},
            id="a page's name",
        ),
        pytest.param(
            "甲队时隔六年夺冠\n2023-11-25 22:41 来源：赛场网 作者：毕胜 评论(238)\n",
            {
                "title": "甲队时隔六年夺冠",
                "date": "2023-11-25",
                "outlet": "赛场网",
                "byline": "毕胜",
            },
            id="comments beside the author",
        ),
        pytest.param(
            "甲队时隔六年夺冠\n发布时间：2023-11-25 来源：赛场网 阅读：1.2万\n",
            {"title": "甲队时隔六年夺冠", "date": "2023-11-25", "outlet": "赛场网"},
            id="readers",
        ),
        pytest.param(
            "甲地利润下降\n财经前线 2024年4月26日 记者 宋佳\n",
            {"title": "甲地利润下降", "date": "2024-04-26", "byline": "宋佳"},
            id="an outlet that is no name",
        ),
        pytest.param(
            "原标题：甲地开通新桥\n2024年5月3日\n",
            {"title": "甲地开通新桥", "date": "2024-05-03"},
            id="an original headline",
        ),
        *(
            pytest.param(
                f"市民講堂開課\n{line}\n", {"title": "市民講堂開課", "date": "2024-05-03"}, id=line
            )
            for line in (
                "2024/5/3 14:05（5/3 16:20 更新）",
                "2024-05-03 HKT 12:18",
                "出版：2024-05-03 07:15　更新：2024-05-04 19:40",
                "最後更新時間：2024-05-03 12:30",
                "建立時間：2024-05-03 12:30",
                "2024.05.03 18:05 臺北時間",
            )
        ),
        pytest.param(
            "市民講堂開課\n2024-05-03 09:20 聯合報／記者李小梅／新竹即時報導\n",
            {"title": "市民講堂開課", "date": "2024-05-03", "outlet": "聯合報", "byline": "李小梅"},
            id="wide slashes",
        ),
        pytest.param(
            "市民講堂開課\n（香港電台記者　李小梅）2024年5月3日\n",
            {
                "title": "市民講堂開課",
                "date": "2024-05-03",
                "outlet": "香港電台",
                "byline": "李小梅",
            },
            id="an outlet within the bracket",
        ),
        pytest.param(
            "【明報專訊】市民講堂開課\n2024年5月3日\n",
            {"title": "市民講堂開課", "date": "2024-05-03", "outlet": "明報"},
            id="an outlet before the headline",
        ),
        pytest.param(
            "市民講堂開課\n【明光報專訊】2024年5月3日\n記者 李小梅\n",
            {
                "title": "市民講堂開課",
                "date": "2024-05-03",
                "outlet": "明光報",
                "byline": "李小梅",
            },
            id="an outlet before the date",
        ),
        pytest.param(
            "市民講堂開課\n作者：李小梅 | 離島通訊 | 2024年5月3日\n",
            {"title": "市民講堂開課", "date": "2024-05-03", "byline": "李小梅"},
            id="something beside the author",
        ),
        pytest.param(
            "市民講堂開課\n［中央社］2024年5月3日\n",
            {"title": "市民講堂開課", "date": "2024-05-03", "outlet": "中央社"},
            id="an agency in brackets before the date",
        ),
        pytest.param(
            "市民講堂開課\n发稿时间：2024/05/03 16:10\n",
            {"title": "市民講堂開課", "date": "2024-05-03"},
            id="when it was sent",
        ),
        pytest.param(
            "市民講堂開課\n公視新聞網　李小梅 張旭／綜合報導\n",
            {"title": "市民講堂開課", "outlet": "公視新聞網", "byline": "李小梅、張旭"},
            id="reporters without an office",
        ),
        pytest.param(
            "信報財經新聞\n2024年5月3日\n市民講堂開課\n",
            {"title": "市民講堂開課", "date": "2024-05-03"},
            id="a page's name above the date",
        ),
        pytest.param(
            "【本報訊】市民講堂開課\n2024年5月3日\n",
            {"title": "市民講堂開課", "date": "2024-05-03"},
            id="an outlet without a name before the headline",
        ),
        pytest.param("", {}, id="nothing"),
    ],
)
def test_header_lines_are_read(header, expected):
    """What stands above the first paragraph, in the ways in which news prints it."""
    (article,) = articles(header + PROSE)
    assert known(article.source) == expected
    assert article.clean.text.endswith(PROSE)


@pytest.mark.parametrize(
    ("lead", "expected", "inferred"),
    [
        (
            "新华社北京2023年3月5日电（记者张三、李四）",
            ("2023-03-05", "新华社", "张三、李四"),
            False,
        ),
        ("新华社北京3月5日电（记者张三）2019年", (None, "新华社", "张三"), False),
        ("2023年第5期\n新华社北京3月5日电（记者张三）", ("2023-03-05", "新华社", "张三"), True),
        ("新华社北京3月5日电（记者张三）", (None, "新华社", "张三"), False),
        ("（中央社記者王小明台北3日電）", (None, "中央社", "王小明"), False),
        ("中新网3月5日电", (None, "中新网", None), False),
        ("本报讯（记者 王祯 通讯员 张三）", (None, None, "王祯、张三"), False),
        ("本报北京8月3日讯", (None, None, None), False),
        ("近日，记者从市公安局获悉，", (None, None, None), False),
        ("中新网3月5日电(中新财经记者 左宇坤)", (None, "中新网", "左宇坤"), False),
        (
            "2023-08-06 11:02，正文：中新网上海8月4日电 (记者 张三)",
            ("2023-08-06", "中新网", "张三"),
            False,
        ),
    ],
)
def test_datelines_are_read(lead, expected, inferred):
    """Agency, reporter and day of a dateline; a year only where the file has one, and marked."""
    (article,) = articles("市民讲堂今天开课\n" + lead + PROSE)
    source = article.source
    assert (source.date, source.outlet, source.byline) == expected
    assert source.date_inferred is inferred


@pytest.mark.parametrize(
    ("before", "paragraphs"),
    [
        ("2023-07-24 09:03，正文：", []),
        ("08-14 23:05，正文：", []),
        ("，正文：", []),
        ("来源：北方日报  |  2023年07月20日 10:16:36，正文：      ", []),
        ("2023年08月11日 07:42:03 来自北京市，正文：", []),
        ("2023-07-24 09:03，正文：原标题：市民讲堂今日开课", ["市民讲堂今日开课"]),
        ("2023-07-24，正文： （原标题：市民讲堂今日开课） ", ["市民讲堂今日开课"]),
        ("2023年8月1日他写了一篇文章，标题：", None),
        ("今天学写作文，正文：", None),
    ],
)
def test_a_crawler_s_stamp_is_no_part_of_the_text(before, paragraphs):
    """What a crawler puts before a text is not quoted; a headline stands alone; the rest stays."""
    raw = before + "近日，" + PROSE
    (article,) = articles(raw)
    text = article.clean.text
    whole = squash(raw if paragraphs is None else "".join([*paragraphs, "近日，", PROSE]))
    assert squash(text) == whole
    assert text.split("\n")[: len(paragraphs or ())] == (paragraphs or [])
    for line in filter(None, text.split("\n")):
        span = article.span(text.index(line), text.index(line) + len(line))
        assert squash(raw.encode()[span.byte_start : span.byte_end].decode()) == squash(line)


@pytest.mark.parametrize(
    ("between", "kept"),
    [
        ('.imgisgif{display:inline-block;text-indent:0;}.imgisgif:after{content:"GIF";}', ""),
        ("body { font-family: 微软雅黑; }\t#main p, .a > img {margin:0 !important}", ""),
        ("广告 秀场直播 >>进入直播间互动 ×", ""),
        ("广告 他一步步平步青云！ × ", ""),
        ("屏幕长 广告 3 × 4 米。", None),
        ("商场的广告 3 米 × 4 米。", None),
        ("他写道{原文如此}。", None),
        ('配置是{"名称": "甲", "数量": 3}。', None),
        ("函数 f(x) {return x;} 很短。", None),
    ],
)
def test_style_rules_and_advertisements_are_no_text(between, kept):
    """What a crawler took for text in the midst of a line is left out; other braces are text."""
    before = "市民讲堂今日开课，两百人到场。"
    raw = f"{before}{between}{PROSE}"
    (article,) = articles(raw)
    text = article.clean.text
    assert squash(text) == squash(before + (between if kept is None else kept) + PROSE)
    start = text.index(PROSE)
    span = article.span(start, start + len(PROSE))
    assert raw.encode()[span.byte_start : span.byte_end].decode() == PROSE


def test_a_crawler_s_file_has_an_article_for_each_stamp():
    """Where stamped texts stand one below the other, each is an article with its own date."""
    raw = (
        f"2023-07-24 09:03，正文：原标题：市民讲堂今日开课近日，{PROSE}\n"
        f"又一段。{PROSE}\n"
        f"来源：北方日报 | 2023年07月25日 10:16:36，正文：{PROSE}\n"
    )
    first, second = articles(raw)
    assert (first.source.title, first.source.date) == ("市民讲堂今日开课", "2023-07-24")
    assert first.clean.text.endswith(f"又一段。{PROSE}")
    assert (second.source.outlet, second.source.date) == ("北方日报", "2023-07-25")
    assert second.clean.text == PROSE
    assert second.span(0, len(PROSE)).line_start == 3


@pytest.mark.parametrize("path", ["2023-03-06_a.txt", "e-2023.txt", "2023/a.txt", "2023年/a.txt"])
def test_the_year_may_come_from_the_name_of_the_file(path):
    """A dateline without a year takes it from a dated file name, and says so."""
    (article,) = articles("市民讲堂今天开课\n新华社北京3月5日电 " + PROSE, path)
    assert (article.source.date, article.source.date_inferred) == ("2023-03-05", True)


@pytest.mark.parametrize("path", ["doc1945.txt", "19451.txt", "a.txt"])
def test_a_number_in_the_name_of_the_file_is_no_year(path):
    """What is not set apart as a year is none."""
    (article,) = articles("市民讲堂今天开课\n新华社北京3月5日电 " + PROSE, path)
    assert article.source.date is None


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        (
            "来源：北方日报 | 2023年07月20日 10:16:36，正文：   本报杭州7月19日讯 （记者 李小梅）",
            {"date": "2023-07-20", "outlet": "北方日报", "byline": "李小梅"},
        ),
        (
            "2023-07-24 09:03，正文：原标题：市民讲堂今日开课中新网北京7月24日电（记者李小梅）",
            {
                "title": "市民讲堂今日开课",
                "date": "2023-07-24",
                "outlet": "中新网",
                "byline": "李小梅",
            },
        ),
        (
            "2023-07-24 09:03，正文：原标题：市民讲堂今日开课【环球网报道 见习记者 李小梅】",
            {
                "title": "市民讲堂今日开课",
                "date": "2023-07-24",
                "outlet": "环球网",
                "byline": "李小梅",
            },
        ),
        (
            "2023年08月11日 07:42:03 来自北京市，正文：〔記者李小梅／花蓮報導〕",
            {"date": "2023-08-11", "byline": "李小梅"},
        ),
        (
            "2023-07-24 09:03，正文：原标题：市民讲堂今日开课据新华社北京7月24日电",
            {"date": "2023-07-24"},
        ),
    ],
)
def test_what_a_crawler_has_put_before_the_text_is_read(stamp, expected):
    """Date, outlet, headline and by-line that stand in one line with the text."""
    (article,) = articles(stamp + PROSE)
    assert known(article.source) == expected


T = "“讲堂”今日开课，市民点赞！"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"原标题：{T}近日，", T),
        (f"原标题：{T} 近年来，", T),
        (f"原标题：{T}7月30日上午，", T),
        (f"原标题：{T}2023年8月2日，", T),
        (f"原标题：{T}当地时间7月4日，", T),
        (
            "原标题：青城股份（600001）7月31日主力资金净买入7万元截至2023年7月31日收盘，",
            "青城股份（600001）7月31日主力资金净买入7万元",
        ),
        (
            "原标题：青城股份(600001)7月31日股东户数1.32万户，较上期减少近日青城股份披露，",
            "青城股份(600001)7月31日股东户数1.32万户，较上期减少",
        ),
        (
            "原标题：青城股份(01001.HK)拟收购北方纸业青城股份(01001.HK)发布公告，",
            "青城股份(01001.HK)拟收购北方纸业",
        ),
        (f"原标题：{T}{T}", T),
        (f"原标题：{T}(经济观察){T}中新社北京7月24日电 ", T),
        (f"原标题：{T} {T} 来源： 原创稿", T),
        ("原标题：市民讲堂 今日开课市民讲堂今日开课", "市民讲堂 今日开课"),
        (f"原标题：{T}    市民", T),
        (f"（原标题：{T}）   市民", T),
        ("（原标题：讲堂（第三期）今日开课）   市民", "讲堂（第三期）今日开课"),
        (f"原标题：{T}近日，讲堂开课    ", T),
        (f"原标题：{T}南都讯 记者李小梅 ", T),
        (f"原标题：{T}极目新闻记者 李小梅通讯员 张旭", T),
        (f"原标题：{T}央广网北京7月30日消息（记者李小梅）", T),
        (f"原标题：{T}IT之家 7 月 26 日消息，", T),
        (f"原标题：{T}智通财经APP获悉，", T),
        (f"原标题：{T}文/羊城晚报全媒体记者 李小梅", T),
        (f"原标题：{T}北方晚报讯（记者 李小梅）", T),
        (f"原标题：{T}每经编辑：李小梅", T),
        (f"原标题：{T}本文转自【北方在线】；", T),
        (f"原标题：{T}来源：人民网－北方频道", T),
        (f"原标题：{T}2023-08-01 11:05:19 作者：李小梅", T),
        (f"原标题：{T}记者 李小梅 通讯员 张旭", T),
        (f"原标题：{T}据《北方邮报》7月24日报道，", T),
        (f"原标题：{T}记者从市教育局获悉，", T),
        (f"原标题：{T}为进一步丰富市民生活，", T),
        (f"原标题：{T}在“八一”建军节来临之际，", T),
        (f"原标题：{T}活动现场（青城区供图）", T),
        (
            "原标题：青城纸业 关于换发营业执照的公告特别提示本公司及董事会",
            "青城纸业 关于换发营业执照的公告",
        ),
        ("原标题：讲堂走进青城社区7月30日，", "讲堂走进青城社区"),
        # What looks like an end and is none:
        (f"原标题：{T}市民走进讲堂。近日，", None),
        (f"原标题：{T}市民走进讲堂。    大家", None),
        ("原标题：讲堂今日开课青城市教育局7月30日，", None),
        ("原标题：讲堂今日开课因为大家喜欢，近日，", None),
        ("原标题：青城讲堂今日开课这几天青城讲堂很热闹近日，", None),
        ("原标题：讲堂今日开课“我也要来……”近日，", None),
        ("原标题：讲堂从今年5月1日到7月30日，", None),
        ("原标题：讲堂今日开课 共赴新风拂面山海日报讯（记者 李小梅）", None),
        ("原标题：前方袭击致一名记者死亡 多方回应此事引发关注", None),
        ("原标题：讲堂今日开课（图片来源：北方网）", None),
        ("原标题：讲堂开课讲师李小梅 张旭 北方晚报讯（记者 王祯）", None),
        ("原标题：讲堂今日开课市民走进讲堂", None),
        (f"原标题：{''.join(map(chr, range(0x4E00, 0x4E46)))}近日，", None),
        ("原标题：近日，", None),
    ],
)
def test_the_headline_ends_where_the_text_surely_begins(text, title):
    """It is said again, spaces follow, or words that only paragraphs begin with; else none."""
    (article,) = articles(f"2023-07-24 09:03，正文：{text}{PROSE}")
    assert article.source.title == title


def test_a_crawlers_long_stamp_names_the_outlet():
    """Buttons between outlet and text are passed over."""
    buttons = f"{' ' * 14}\t青城{' ' * 16}举报{' ' * 12}"
    stamp = f"2023-07-24 22:32:56来源: 北方日报{buttons}，正文："
    (article,) = articles(f"{stamp}           （原标题：{T}）         （本报记者 李小梅）{PROSE}")
    assert known(article.source) == {
        "title": T,
        "date": "2023-07-24",
        "outlet": "北方日报",
        "byline": "李小梅",
    }


@pytest.mark.parametrize(
    "between", [f"{T} 来源： 原创稿", "图为讲堂现场。北方网记者 张旭 摄", "来源：人民网 原创稿"]
)
def test_what_stands_between_headline_and_dateline_hides_no_outlet(between):
    """Who has printed it again, and what a picture shows, is passed over."""
    text = f"原标题：{T}{between}中新网北京7月24日电（记者李小梅）{PROSE}"
    (article,) = articles(f"2023-07-24 09:03，正文：{text}")
    assert known(article.source) == {
        "title": T,
        "date": "2023-07-24",
        "outlet": "中新网",
        "byline": "李小梅",
    }


@pytest.mark.parametrize(
    "filler", ["讲", " ", "原标题：", "记者 ", "“", "据", "“”1月", "甲乙丙丁戊己庚辛"]
)
def test_a_headline_without_end_takes_no_time(filler):
    """However long a line is, its first characters alone are read."""
    begin = time.perf_counter()
    original("原标题：" + filler * (100_000 // len(filler)))
    STAMP.match("2023-07-24" + filler * (100_000 // len(filler)))
    assert time.perf_counter() - begin < 0.5


@pytest.mark.parametrize(
    ("lead", "outlet", "byline"),
    [
        ("央视网消息：10月3日，", "央视网", None),
        ("央视新闻消息：", "央视新闻", None),
        ("人民网北京5月3日电 ", "人民网", None),
        ("新华网消息 ", "新华网", None),
        ("新华社消息：", "新华社", None),
        ("北方新闻网消息（记者 李小梅）", "北方新闻网", "李小梅"),
        ("北方晚报讯（记者 李小梅）昨天，", "北方晚报", "李小梅"),
        ("北方青年报讯(记者李小梅 通讯员张旭)", "北方青年报", "李小梅、张旭"),
        ("北方晚报讯 记者李小梅、通讯员王祯报道：", "北方晚报", "李小梅、王祯"),
        ("北方网/北方新闻客户端讯 全媒体记者李小梅报道：", "北方网/北方新闻客户端", "李小梅"),
        ("北方新闻讯 近日，", "北方新闻", None),
        ("北方晚報訊（記者 李小梅）", "北方晚報", "李小梅"),
        ("【北方网报道 记者 李小梅】", "北方网", "李小梅"),
        ("（北方网讯）", "北方网", None),
        ("自由時報台北8月8日電（記者 李小梅）", "自由時報", "李小梅"),
        ("【北方网综合报道】", "北方网", None),
        ("本报讯（记者 斯琴高娃）", None, "斯琴高娃"),
        ("本报讯（记者 张旭刘真）", None, None),
        ("本报讯（记者 李小梅）", None, "李小梅"),
        ("本报讯 记者李小梅报道 ", None, "李小梅"),
        ("中新网重庆8月8日电(张旭 刘真珍)近日，", "中新网", "张旭、刘真珍"),
        ("中新社重庆8月8日电 (欧阳小梅)", "中新社", "欧阳小梅"),
        ("北方晚报8月8日讯 （张旭 刘真珍 文/摄）", "北方晚报", "张旭、刘真珍"),
        ("中新社北京8月8日电 (记者 张旭)", "中新社", "张旭"),
        ("新华社重庆8月8日电（记者张旭、刘真珍）", "新华社", "张旭、刘真珍"),
        ("参考消息网8月8日报道 ", "参考消息网", None),
        ("財聯社8月8日訊（編輯 張旭）", "財聯社", None),
        ("【明報專訊】", "明報", None),
        ("【大公報訊】記者李小梅報道：", "大公報", "李小梅"),
        ("（香港電台記者　李小梅）", "香港電台", "李小梅"),
        ("［記者李小梅／台北報導］", None, "李小梅"),
        ("記者李小梅／台北報導　", None, "李小梅"),
        # What looks like it and is none:
        ("据新华社报道，", None, None),
        ("据央视网消息：", None, None),
        ("另据北方日报消息：", None, None),
        ("另据北方日报8月8日讯 ", None, None),
        ("央视网消息显示，", None, None),
        ("央视新闻消息，", None, None),
        ("美联社消息：", None, None),
        ("路透社8月8日报道 ", None, None),
        ("教育部官网消息：", None, None),
        ("市气象台网站消息：", None, None),
        ("最新消息：", None, None),
        ("北方日报讯息台", None, None),
        ("近日小张讯（记者站）", None, None),
        ("（北京讯）", None, None),
        ("记者从新华社获悉，", None, None),
        ("本报讯 记者近日获悉，有报道：", None, None),
        ("中新网重庆8月8日电(时评)", "中新网", None),
        ("中新网重庆8月8日电(张旭刘真珍)", "中新网", None),
        ("中新网重庆8月8日电(张旭刘真)", "中新网", None),
        ("中新网重庆8月8日电(东西问)", "中新网", None),
    ],
)
def test_a_lead_names_its_outlet_and_reporters(lead, outlet, byline):
    """The outlet with which a lead begins is read; one that it reports from is another's."""
    (article,) = articles("市民讲堂今天开课\n" + lead + PROSE)
    assert (article.source.outlet, article.source.byline) == (outlet, byline)
    (article,) = articles(lead + PROSE)
    assert (article.source.outlet, article.source.byline) == (outlet, byline)


@pytest.mark.parametrize(
    ("lead", "expected"),
    [
        ("本报讯（记者 李小梅）", {"byline": "李小梅"}),
        ("北方晚报讯（记者 李小梅）", {"outlet": "北方晚报", "byline": "李小梅"}),
        ("中新网重庆8月8日电(张旭 刘真珍)", {"outlet": "中新网", "byline": "张旭、刘真珍"}),
    ],
)
def test_a_lead_on_a_line_of_its_own_is_no_headline(lead, expected):
    """Outlet and reporters are read from it; the headline is what stands above, if anything."""
    (article,) = articles(f"{lead}\n{PROSE}")
    assert known(article.source) == expected
    (article,) = articles(f"市民讲堂今天开课\n{lead}\n{PROSE}")
    assert known(article.source) == {"title": "市民讲堂今天开课"} | expected


@pytest.mark.parametrize(
    ("end", "outlet", "byline"),
    [
        ("【来源：北方新闻网】", "北方新闻网", None),
        ("（来源：北方日报客户端）", "北方日报客户端", None),
        ("（來源：北方日報）", "北方日報", None),
        ("来源：北方日报 作者：李小梅", "北方日报", "李小梅"),
        ("【来源：北方日报】 【作者：李小梅】", "北方日报", "李小梅"),
        ("【来源：北方日报 作者：李小梅】", "北方日报", "李小梅"),
        ("（来源：北方网作者：李小梅 张旭）【责任编辑：王祯】", "北方网", "李小梅、张旭"),
        ("【作者：季小梅】【来源：北方日报】", "北方日报", "季小梅"),
        ("来源：北方网作者：李小梅 张旭 编辑：王祯", "北方网", "李小梅、张旭"),
        ("记者：李小梅来源：北方日报", "北方日报", "李小梅"),
        ("来源 | 北方日报编辑 | 王祯责编 | 刘真", "北方日报", None),
        ("来源：平安北方返回搜狐，查看更多责任编辑：", "平安北方", None),
        ("（来源：北方日报）(责任编辑：王祯 CN001)", "北方日报", None),
        ("来源：北方日报版权归原作者所有，如有侵权请联系我们", "北方日报", None),
        ("（李小梅）【责任编辑：张旭】", None, "李小梅"),
        ("（北方日报记者 李小梅）点击进入专题：防汛救灾", None, "李小梅"),
        ("文/北方日报记者 李小梅 编辑/张旭", None, "李小梅"),
        ("北方日报记者 李小梅校对 张旭", None, "李小梅"),
        ("记者：李小梅 通讯员：张旭 责任编辑：王祯", None, "李小梅、张旭"),
        # What looks like it and is none:
        ("【来源：综合北方日报 作者：李小梅】", None, "李小梅"),
        ("（图片来源：北方日报 作者：李小梅）", None, None),
        ("责任编辑：张旭", None, None),
        ("编辑：张旭", None, None),
        ("【责任编辑：张旭】", None, None),
        ("编辑 张旭 校对 王祯", None, None),
        ("点击进入专题：防汛救灾", None, None),
        ("更多精彩内容请关注北方日报公众号", None, None),
        ("更多精彩内容请关注公众号（来源：北方日报）", None, None),
        ("图片来源：北方日报", None, None),
        ("（北方网发 图片来源：北方日报）", None, None),
        ("资料图（来源：北方日报）", None, None),
        ("北方日报记者 李小梅 摄", None, None),
        ("数据来源：北方网", None, None),
        ("收入的主要来源：北方网", None, None),
        ("来源：网络", None, None),
        ("来源：综合北方日报", None, None),
        ("来源：北方日报、北方晚报", None, None),
        ("来源：北方日报【来源：北方晚报】", None, None),
        ("【来源：北方日报综合市气象台、北方晚报】【来源：北方网】", None, None),
        ("来源：北方网张旭", None, None),
        ("（北方网 张旭）", None, "张旭"),
        ("（记者 张旭等）", None, None),
        ("（新北方·北方日报记者 张旭）", None, None),
        ("（记者 斯琴高娃）", None, "斯琴高娃"),
        ("（本报记者李小梅整理）", None, "李小梅"),
        ("（阿布·阿力木）", None, None),
        ("（记者张旭）记者：张旭", None, "张旭"),
        ("采写：南都记者 张旭", None, "张旭"),
        ("采写：南都·湾区社见习记者 张旭", None, "张旭"),
        ("（北方导报记者 李小梅 整理报道）", None, "李小梅"),
        ("北方日报记者 詹小梅 常旭", None, "詹小梅、常旭"),
        ("北方日报记者 李小梅 摄影记者 张旭", None, "李小梅"),
        ("来源：北方网、北方晚报（记者：张旭）", None, None),
        ("（北方新闻中心/李小梅 通讯员/张旭 编辑/王祯）", None, None),
        ("来源：视觉中国", None, None),
        ("来源：记者 李小梅", None, None),
        ("作者：上海静安", None, None),
        ("摄影记者：李小梅", None, None),
        ("（海峡导报）", None, None),
        ("（来源：北方日报）市民说，这里变了。", None, None),
        ("“这里变了。”（来源：北方日报）他说，还要再来。", None, None),
    ],
)
def test_the_end_of_the_last_paragraph_names_outlet_and_author(end, outlet, byline):
    """What is put behind the last sentence is read; an editor wrote nothing."""
    for text in (PROSE + end, f"市民讲堂今天开课\n{PROSE}\n{PROSE}{end}"):
        (article,) = articles(text)
        assert (article.source.outlet, article.source.byline) == (outlet, byline)
        assert article.clean.text == text.removesuffix("返回搜狐，查看更多责任编辑：")


def test_the_lead_is_believed_before_the_end():
    """Who has written an article stands in its lead; its end may tell who has printed it again."""
    (article,) = articles(f"中新社重庆8月8日电 {PROSE}来源：北方日报")
    assert article.source.outlet == "中新社"


def test_a_short_last_paragraph_is_no_headline():
    """A sentence is one too where a label is put behind it."""
    (article,) = articles("市民昨天走进讲堂。（来源：北方日报）")
    assert known(article.source) == {"outlet": "北方日报"}


def test_clippings_are_cut_where_the_next_one_is_dated():
    """Headline, date and outlet begin an article of a file, with and without a by-line."""
    text = (
        f"市图书馆扩建竣工\n2024-05-03 10:21 来源：北方日报\n{PROSE}\n\n"
        f"地铁七号线通车\n2024年5月6日 北方晚报\n{PROSE}\n"
        f"景区迎客流高峰\n2024-05-07 北方日报 记者 李小梅\n{PROSE}"
    )
    assert [known(article.source) for article in articles(text)] == [
        {"title": "市图书馆扩建竣工", "date": "2024-05-03", "outlet": "北方日报"},
        {"title": "地铁七号线通车", "date": "2024-05-06", "outlet": "北方晚报"},
        {
            "title": "景区迎客流高峰",
            "date": "2024-05-07",
            "outlet": "北方日报",
            "byline": "李小梅",
        },
    ]


@pytest.mark.parametrize(
    "rest",
    [
        f"第一阶段的工程\n2022年5月3日\n{PROSE}\n第二阶段的工程\n2023年5月3日\n{PROSE}",
        "相关新闻的标题一\n2024-05-06 08:00 来源：北方晚报\n相关新闻的标题二\n2024-05-06 08:00",
    ],
    ids=["a chronicle", "a list of links"],
)
def test_dates_within_an_article_do_not_cut_it(rest):
    """A date heads a part of an article; a list of headlines with dates has no text."""
    (article,) = articles(f"市图书馆扩建竣工\n2024-05-03 10:21 来源：北方日报\n{PROSE}\n{rest}")
    assert article.source.date == "2024-05-03"


@pytest.mark.parametrize(
    ("end", "byline"),
    [
        ("（楊超林）", "楊超林"),
        ("(记者 王祯 通讯员 张三)", "王祯、张三"),
        ("（完）", None),
        ("（试行）", None),
        ("（摄影/张艳杰 摄像/张学俭）", None),
        ("（责任编辑：王五）", None),
    ],
)
def test_a_bracket_may_end_an_article_with_its_byline(end, byline):
    """Names in the last bracket are the by-line; other brackets are not."""
    (article,) = articles(f"{PROSE}\n{PROSE}{end}")
    assert article.source.byline == byline


def test_page_furniture_is_of_no_article():
    """Issue, telephone and editors are no sentences; the text around them stays in order."""
    text = (
        f"第4012期\n市民讲堂开课\n{PROSE}\n新闻热线:(0471)4687274\n本期策划:马献成\n席宏禹\n"
        f"{PROSE[::-1]}。\n责任编辑：王五"
    )
    (article,) = articles(text)
    assert article.clean.text == f"市民讲堂开课\n{PROSE}\n{PROSE[::-1]}。"


def test_a_paragraph_printed_twice_in_a_row_counts_once():
    """A page that prints a paragraph twice has said it once; a short refrain stays."""
    (article,) = articles(f"{PROSE}\n\n{PROSE}\n是的。\n是的。\n{PROSE}")
    assert article.clean.text == f"{PROSE}\n是的。\n是的。\n{PROSE}"
    assert article.clean.breaks == (len(PROSE) + 1,)


def test_a_page_is_cut_at_its_bylines():
    """Every piece has its own headline and by-line; date and outlet of the page are of all."""
    text = (
        f"北方日报\n2021年5月4日\n要闻\n甲地开通新桥\n□本报记者 张三\n{PROSE}\n小标题\n{PROSE}\n"
        f"乙地建成图书馆\n◎李四\n{PROSE}\n丙地喜获丰收\n近日，{PROSE}"
    )
    found = [known(article.source) for article in articles(text)]
    page = {"date": "2021-05-04", "outlet": "北方日报"}
    assert found == [
        {"title": "甲地开通新桥", "byline": "张三", **page},
        {"title": "乙地建成图书馆", "byline": "李四", **page},
        {"title": "丙地喜获丰收", **page},
    ]


COLUMN = """临江晚报
2022年10月8日　星期六　　03版：民生
上一版  下一版
编辑：许梅  美编：丁丁  电话：0731-82225566

老旧小区加装电梯
每台最高补贴二十二万
　　本报讯（记者 谭晓）昨日，市住房和城
乡建设局发布《临江市既有住宅增设电梯补贴
办法》，七层以上每台补贴二十二万元。202
2年全市计划加装400台。
　　新办法将业主同意比例由“四分之三”降
为“三分之二”，最多协商三次。

湖心岛来了三只黑脸琵鹭
　　本报讯（记者 柳依依 实习生 方圆）国庆
假期，临江湿地公园来了三只黑脸琵鹭，这是
首次记录。10月3日早上7时许，他用单筒望
远镜看到它们在浅滩觅食。
"""


def test_a_page_is_cut_above_its_leads():
    """本报讯（记者 …） below a headline begins an article; buttons and editors are of none."""
    first, second = articles(COLUMN)
    page = {"date": "2022-10-08", "outlet": "临江晚报"}
    assert known(first.source) == {"title": "老旧小区加装电梯", "byline": "谭晓", **page}
    assert known(second.source) == {
        "title": "湖心岛来了三只黑脸琵鹭",
        "byline": "柳依依、方圆",
        **page,
    }


def test_a_column_s_full_lines_go_on_in_the_next():
    """What a narrow column breaks is joined, a number too, in columns or characters as wide."""
    first, second = (article.clean.text.splitlines() for article in articles(COLUMN))
    assert first == [
        "老旧小区加装电梯",
        "每台最高补贴二十二万",
        "本报讯（记者 谭晓）昨日，市住房和城乡建设局发布《临江市既有住宅增设电梯补贴办法》，"
        "七层以上每台补贴二十二万元。2022年全市计划加装400台。",
        "新办法将业主同意比例由“四分之三”降为“三分之二”，最多协商三次。",
    ]
    assert second[1] == (
        "本报讯（记者 柳依依 实习生 方圆）国庆假期，临江湿地公园来了三只黑脸琵鹭，这是首次记录。"
        "10月3日早上7时许，他用单筒望远镜看到它们在浅滩觅食。"
    )


@pytest.mark.parametrize("ending", ["\r", "\r\n"])
def test_a_column_may_end_its_lines_in_any_way(ending):
    """The articles of a page are the same, whatever system has saved it."""
    found = articles(COLUMN.replace("\n", ending))
    assert [one.clean.text for one in found] == [one.clean.text for one in articles(COLUMN)]


def test_a_column_of_many_lines_takes_no_time():
    """Two hundred thousand lines, which no line feed parts, are read in seconds."""
    started = time.monotonic()
    clean("\r".join(["甲乙丙丁，戊己庚辛壬癸子丑寅卯"] * 200_000))
    assert time.monotonic() - started < 20


def test_a_copied_page_has_lost_its_indents():
    """The first line of a paragraph may be two characters shorter than the column."""
    copied = [article.clean.text for article in articles(COLUMN.replace("　", ""))]
    assert copied == [article.clean.text for article in articles(COLUMN)]


def test_a_headline_as_long_as_the_column_is_none_of_its_lines():
    """It stands right above the text, ends in no mark, and is no part of the first sentence."""
    headline = "老旧小区加装电梯七层以上每台补贴二十二万"
    first = articles(COLUMN.replace("每台最高补贴二十二万\n", f"{headline}\n"))[0]
    assert first.clean.text.splitlines()[1] == headline


def test_a_list_is_no_column():
    """Lines of one length without a mark within are left apart, though none ends in one."""
    names = "\n".join(f"第{n}名 临江市第{n}中学代表队队员{n}号" for n in "一二三四五六")
    (article,) = articles(f"比赛成绩\n\n{PROSE}\n{names}\n\n{PROSE}")
    assert article.clean.text.splitlines()[-7:-1] == names.splitlines()


def test_markdown_is_read_without_its_marks():
    """Marks at the ends of a line, pictures and the name of a title are no text, in .md alone."""
    text = (
        f"---\ntitle: 甲地开通新桥\n---\n## 为什么重要\n![新桥](1.jpg)\n> 图：新桥\n\n**{PROSE}**\n"
    )
    (article,) = articles(text, "a.md")
    assert known(article.source) == {"title": "甲地开通新桥"}
    assert article.clean.text.splitlines() == ["甲地开通新桥", "为什么重要", "图：新桥", PROSE]
    assert f"**{PROSE}**" in articles(text)[0].clean.text


@pytest.mark.parametrize(
    "headline",
    [
        "女子点击下载链接 三万元被转走",
        "收到短信点击下载App，老人被骗",
        "下载国家反诈中心App的市民已有三万人",
        "下载App就能领补贴？警方提醒",
        "关注农村频道背后的年轻人",
        "分享至上的社区",
    ],
)
def test_a_headline_with_the_words_of_a_call_stays(headline):
    """What tells of a call is none."""
    (article,) = articles(f"{headline}\n\n{PROSE}\n")
    assert article.source.title == headline


@pytest.mark.parametrize("label", ["延伸閱讀", "【推荐阅读】", "相關新聞："])
def test_headlines_of_other_articles_below_the_text_are_no_text(label):
    """What stands there under their label is left out; within a page it may head an article."""
    (article,) = articles(f"市民講堂開課\n{PROSE}\n{label}\n新橋下月通車\n夏日書展登場\n")
    assert article.clean.text.splitlines() == ["市民講堂開課", PROSE]
    (article,) = articles(f"市民講堂開課\n{PROSE}\n{label}\n新橋下月通車\n{PROSE[:20]}。\n")
    assert "新橋下月通車" in article.clean.text


def test_labels_and_links_of_markdown_are_no_text():
    """A label may be emphasised; a line of links, or one that asks to load something, is none."""
    text = (
        f"# 市民講堂開課\n**撰文：**李小梅　張旭\n**出版：**2024-05-03 07:15\n\n{PROSE}\n\n"
        f"> **相關閱讀：** [講堂](https://a.hk/2)\n\n"
        f"[分享](https://a.hk/s) ｜ [收藏]()\n\n{PROSE[:20]}，**講堂**開課。\n\n"
        "*下載「甲乙」App 即睇：https://a.hk/app*\n"
    )
    (article,) = articles(text, "a.md")
    expected = {"title": "市民講堂開課", "date": "2024-05-03", "byline": "李小梅、張旭"}
    assert known(article.source) == expected
    last = f"{PROSE[:20]}，**講堂**開課。"
    assert article.clean.text.splitlines()[3:] == [PROSE, last]


@pytest.mark.parametrize(
    "line",
    [
        "一手掌握經濟脈動 點我訂閱自由財經Youtube頻道",
        "不用抽 不用搶 現在用APP看新聞 保證天天中獎　點我下載APP",
        "关注北方日报微信公众号",
        "扫码关注公众号，领取100元红包！！！",
        "点击蓝字关注我们",
        "更多精彩內容請下載App",
        "【广告】买房就选云山壹号，总价188万起，电话400-888-6666",
        "版权声明：本文版权归原作者所有",
        "相關新聞：市民講堂開講滿月",
        "点赞 在看 转发",
        "上一篇：市民講堂開講 下一篇：新橋通車",
        "本週熱門：市民講堂",
        "分享到 Facebook WhatsApp 微博",
        "▼▼▼點擊放大▼▼▼",
    ],
)
def test_what_a_page_asks_of_its_readers_is_no_text(line):
    """It stands below the text; a sentence that says as much stays."""
    (article,) = articles(f"{line}\n市民講堂開課\n{PROSE}\n{line}\n{PROSE[:20]}。\n{line}")
    assert article.source.title == "市民講堂開課"
    assert article.clean.text.splitlines() == ["市民講堂開課", PROSE, f"{PROSE[:20]}。"]
    (article,) = articles(f"市民講堂開課\n\n市民还可在网上报名，也可以\n{line}\n，不收费。\n")
    assert line.split()[0] in article.clean.text  # a broken line
    said = f"市民可下载App报名，{line.replace('　', ' ')}。"
    (article,) = articles(f"市民講堂開課\n{PROSE}\n{said}\n")
    assert said in article.clean.text


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("（原载《临江日报》2025年4月9日第3版）", {"date": "2025-04-09", "outlet": "临江日报"}),
        ("（明報，2024年6月12日，A5版）", {"date": "2024-06-12"}),
        ("《北方青年报》2024年1月5日A03版", {"date": "2024-01-05", "outlet": "北方青年报"}),
        ("来源：河口发布 微信公众号", {"outlet": "河口发布"}),
    ],
)
def test_a_line_below_the_text_says_where_it_was_printed(line, expected):
    """Outlet, day and page, as a clipping has them at its foot."""
    (article,) = articles(f"甲地开通新桥\n\n{PROSE}\n\n{line}\n")
    assert known(article.source) == {"title": "甲地开通新桥", **expected}


def test_two_bylines_of_one_article_do_not_cut_it():
    """Reporter and correspondent on lines of their own are of one article."""
    (article,) = articles(f"甲地开通新桥\n本报记者 张三\n通讯员 李四\n{PROSE}\n{PROSE}")
    assert article.source.title == "甲地开通新桥"


LINES = st.one_of(
    st.sampled_from(
        [
            "第4012期",
            "□辛凤娟",
            "甲地开通新桥",
            "观潮",
            "——综述",
            "2020年8月26日",
            "北方日报",
            "返回搜狐，查看更多",
            "點我下載APP",
            PROSE,
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20),
)


def _kind_alone(line: str) -> Kind:
    """Return what a line is by itself; a button or a call is furniture."""
    if not line.strip():
        return Kind.FURNITURE
    alone = lines_of(decode("a.txt", line.encode(), encoding="utf-8"))
    return without_button(alone[0]).kind if alone else Kind.FURNITURE


@PROPERTY
@given(st.lists(LINES, max_size=20).map(lambda lines: "\n".join([*lines, PROSE])))
def test_nothing_is_lost_but_furniture(text):
    """Every line is in some article, unless it is furniture, a label, a header or a repetition."""
    found = articles(text)
    kept = "".join(squash(article.clean.text) for article in found)
    before = ""
    for line in text.removeprefix("\ufeff").splitlines():
        kind = _kind_alone(line)
        if (
            kind in (Kind.PROSE, Kind.HEADING, Kind.BYLINE, Kind.SUBTITLE)
            and line.strip() != before
        ):
            assert squash(line) in kept
        before = line.strip() or before


@pytest.mark.parametrize(
    "behind", ["责任编辑：", "                责任编辑：", "责任编辑：张旭", ""]
)
def test_a_button_behind_a_text_is_no_part_of_it(behind):
    """What a crawler leaves there is not searched and not quoted; the outlet before it is read."""
    text = "2023-07-24，正文：市民走进讲堂。大家很高兴。（来源：青城日报）"
    (article,) = articles(f"{text}返回搜狐，查看更多{behind}\n")
    assert article.clean.text.endswith("大家很高兴。（来源：青城日报）")
    assert article.source.outlet == "青城日报"
    assert articles(f"{text}\n返回搜狐，查看更多{behind}\n")[0].clean.text == article.clean.text


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 2, Span(1, 1, 3, 5, 5, 11)),
        (3, 6, Span(2, 2, 7, 10, 13, 22)),
        (0, 6, Span(1, 2, 3, 10, 5, 22)),
    ],
)
def test_span_leads_from_clean_text_to_the_file(start, end, expected):
    """A range of an article's clean text has its place in the file on disk."""
    (article,) = articles("\ufeff  标题\r\n正文。")
    assert article.span(start, end) == expected


def test_span_of_nothing_is_a_mistake():
    """An empty range has no place."""
    (article,) = articles("甲")
    with pytest.raises(ValueError, match="no such range"):
        article.span(1, 1)


def test_a_date_line_is_no_part_of_a_sentence():
    """A line of date, outlet and author stands alone, however long, and whatever follows it."""
    header = "2021-05-04 08:00 来源：北方日报 作者：张三 责任编辑：李四"
    (article,) = articles(f"甲地开通新桥\n{header}\n{PROSE}")
    assert article.clean.text.split("\n") == ["甲地开通新桥", header, PROSE]


def test_a_column_above_the_head_of_a_page_is_no_article():
    """要闻 above date and outlet begins no article, and the page's date and outlet are of all."""
    text = (
        "要闻\n2023年4月5日 星期三 第02版\n江城日报\n\n"
        f"地铁七号线开通\n□本报记者 周涛\n今日上午，{PROSE}\n"
        f"景区迎客流高峰\n□本报记者 孙丽\n{PROSE}"
    )
    page = {"date": "2023-04-05", "outlet": "江城日报"}
    assert [known(article.source) for article in articles(text)] == [
        {"title": "地铁七号线开通", "byline": "周涛", **page},
        {"title": "景区迎客流高峰", "byline": "孙丽", **page},
    ]


def test_a_dateline_on_a_line_of_its_own_is_no_headline():
    """Agency and reporter are read from it; the headline is what stands above, if anything does."""
    (article,) = articles(f"中央社記者張大千台北3日電\n\n{PROSE}")
    assert known(article.source) == {"outlet": "中央社", "byline": "張大千"}
    (article,) = articles(f"圓寶滿三歲\n中央社記者張大千台北3日電\n\n{PROSE}")
    assert known(article.source) == {"title": "圓寶滿三歲", "outlet": "中央社", "byline": "張大千"}
