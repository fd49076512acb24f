"""A quoted sentence and its source → a citation."""

from __future__ import annotations

import dataclasses
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from embeddings.source import Source, Span
from qa.cite import STYLES, escaped, gbt7714, markdown, place, plain
from tests.samples import PROPERTY

SPAN = Span(12, 12, 300, 320, 900, 960)
LINES = Span(12, 14, 300, 340, 900, 1020)
SENTENCE = "人民有所呼，改革有所应。"
BARE = Source("press/002.txt", "utf-8", "0" * 64)
FULL = dataclasses.replace(
    BARE,
    title="“包头样本”应民意 激发担当新作为",
    subtitle="——包头市公安局活动综述",
    date="2020-08-26",
    outlet="内蒙古法制报",
    byline="王祯、梁彦强",
)
URL = "http://www.nmgzf.gov.cn/a_b/1*2.html"

replace = dataclasses.replace


@pytest.mark.parametrize(
    ("encoding", "span", "expected"),
    [
        pytest.param("utf-8", SPAN, "press/002.txt:12", id="one line"),
        pytest.param("gb18030", LINES, "press/002.txt:12–14", id="several"),
        pytest.param("html", SPAN, "press/002.txt:¶12", id="a paragraph"),
        pytest.param("docx", LINES, "press/002.txt:¶12–14", id="paragraphs"),
        pytest.param("pdf", SPAN, "press/002.txt:p12", id="a page"),
        pytest.param("pdf", LINES, "press/002.txt:p12–14", id="pages"),
    ],
)
def test_place(encoding, span, expected):
    """A place is a file and its lines; paragraphs or pages where the text was extracted."""
    assert place(replace(BARE, encoding=encoding), span) == expected


def test_place_keeps_white_space_but_stays_on_a_line():
    """A file's name is given exactly, but a line break in it cannot begin a line of its own."""
    assert place(replace(BARE, path="a  b\n1.\u2028txt"), SPAN) == "a  b\\n1.\\u2028txt:12"


@pytest.mark.parametrize(
    ("source", "line"),
    [
        pytest.param(
            FULL,
            "“包头样本”应民意 激发担当新作为 — 包头市公安局活动综述, 内蒙古法制报, 2020-08-26,"
            " 王祯、梁彦强, press/002.txt:12",
            id="all",
        ),
        pytest.param(BARE, "press/002.txt:12", id="nothing known"),
        pytest.param(replace(BARE, title="标题"), "标题, press/002.txt:12", id="a headline"),
        pytest.param(replace(BARE, subtitle="副题"), "副题, press/002.txt:12", id="a subtitle"),
        pytest.param(
            replace(BARE, date="2020-12-14", date_inferred=True),
            "2020-12-14 (inferred), press/002.txt:12",
            id="an inferred date",
        ),
        pytest.param(replace(BARE, date="2020-08"), "2020-08, press/002.txt:12", id="a month"),
        pytest.param(replace(BARE, date_inferred=True), "press/002.txt:12", id="no date"),
        pytest.param(replace(BARE, url=URL), f"{URL}, press/002.txt:12", id="a page"),
        pytest.param(replace(BARE, title=" \n", outlet=""), "press/002.txt:12", id="blank"),
        pytest.param(replace(BARE, title="上\n下\r\nfrom A\nto B"), None, id="line breaks"),
    ],
)
def test_plain(source, line):
    """The plain style prints what is known on one line, and the quotation below it."""
    line = line or "上下 from A to B, press/002.txt:12"
    assert plain(source, SPAN, SENTENCE, accessed="2021-02-03") == f"{line}\n“{SENTENCE}”"


@pytest.mark.parametrize(
    ("sentence", "quoted"),
    [
        pytest.param("治病救人的目\n的。", "治病救人的目的。", id="two CJK characters"),
        pytest.param("目\r\n \u3000\n的", "目的", id="blank lines"),
        pytest.param("他说：\n“好”", "他说：“好”", id="a CJK quotation mark"),
        pytest.param("the lazy\ndog", "the lazy dog", id="English"),
        pytest.param("he said…\n“Yes”", "he said… “Yes”", id="marks of English"),
        pytest.param("共有\n24小时", "共有 24小时", id="CJK and a number"),
        pytest.param("应民意 激发", "应民意 激发", id="a space is kept"),
        pytest.param("甲\x0b乙\u2028丙\x85丁\x1c戊", "甲乙丙丁戊", id="rare line breaks"),
        pytest.param("甲\t乙", "甲 乙", id="a tab"),
    ],
)
def test_quotation_is_on_one_line(sentence, quoted):
    """A line break in a quotation is a space, and nothing between two CJK characters."""
    assert plain(BARE, SPAN, sentence).endswith(f"\n“{quoted}”")
    assert f"“{quoted}”" in markdown(BARE, SPAN, sentence)


@pytest.mark.parametrize(
    ("source", "entry"),
    [
        pytest.param(
            FULL,
            "王祯, 梁彦强. “包头样本”应民意 激发担当新作为：包头市公安局活动综述[N]."
            " 内蒙古法制报, 2020-08-26.",
            id="a newspaper's article",
        ),
        pytest.param(
            replace(FULL, url=URL, subtitle=None),
            "王祯, 梁彦强. “包头样本”应民意 激发担当新作为[EB/OL]."
            f" (2020-08-26)[2021-02-03]. {URL}.",
            id="a web page",
        ),
        pytest.param(
            replace(FULL, url=URL, date=None, byline=None, subtitle=None),
            f"“包头样本”应民意 激发担当新作为[EB/OL]. [2021-02-03]. {URL}.",
            id="a web page without a date",
        ),
        pytest.param(
            replace(FULL, outlet=None, subtitle=None),
            "王祯, 梁彦强. “包头样本”应民意 激发担当新作为[Z]. 2020-08-26.",
            id="neither outlet nor page",
        ),
        pytest.param(replace(BARE, title="标题"), "标题[Z].", id="a headline alone"),
        pytest.param(replace(BARE, title="标题", byline="甲"), "甲. 标题[Z].", id="an author"),
        pytest.param(
            replace(BARE, title="标题", outlet="晚报", date="2020-08"),
            "标题[N]. 晚报, 2020-08.",
            id="a month",
        ),
        pytest.param(
            replace(BARE, title="标题", outlet="晚报", date="2020-08-26", date_inferred=True),
            "标题[N]. 晚报, [2020-08-26].",
            id="an estimated date",
        ),
        pytest.param(
            replace(BARE, title="标题", url=URL, date="2020-08-26", date_inferred=True),
            f"标题[EB/OL]. ([2020-08-26])[2021-02-03]. {URL}.",
            id="an estimated date of a page",
        ),
        pytest.param(replace(BARE, outlet="晚报"), "press/002.txt:12[N]. 晚报.", id="no headline"),
        pytest.param(replace(BARE, url=URL), f"[EB/OL]. [2021-02-03]. {URL}.", id="only a page"),
        pytest.param(BARE, "press/002.txt:12[Z].", id="nothing known"),
        pytest.param(
            replace(BARE, title="A Life", subtitle="In News", byline="Martin King Jr."),
            "Martin King Jr. A Life: In News[Z].",
            id="a full stop is not doubled",
        ),
    ],
)
def test_gbt7714(source, entry):
    """An entry after GB/T 7714-2015 has the parts that are known, and the marks between them."""
    assert gbt7714(source, SPAN, SENTENCE, accessed="2021-02-03") == entry


def test_a_page_read_on_an_unknown_day():
    """Without a day of access there is none in the citation."""
    source = replace(BARE, title="标题", url=URL, date="2020-08-26")
    assert gbt7714(source, SPAN) == f"标题[EB/OL]. (2020-08-26). {URL}."
    assert gbt7714(replace(source, date=None), SPAN) == f"标题[EB/OL]. {URL}."
    assert plain(replace(BARE, url=URL), SPAN, SENTENCE).startswith(f"{URL}, press")


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("甲、乙、丙", "甲, 乙, 丙"),
        ("甲、乙、丙、丁", "甲, 乙, 丙, 等"),
        ("甲、Jane Doe、丙、丁、戊", "甲, Jane Doe, 丙, 等"),
        ("Jane Doe、John Roe、Ann Poe", "Jane Doe, John Roe, Ann Poe"),
        ("Jane Doe、John Roe、Ann Poe、Al Moe", "Jane Doe, John Roe, Ann Poe, et al"),
        (" 甲 、、乙\n", "甲, 乙"),
    ],
)
def test_of_more_than_three_authors_three_are_named(byline, authors):
    """Up to three authors are all named; a fourth is 等, or et al after Latin names."""
    assert gbt7714(replace(BARE, title="题", byline=byline), SPAN) == f"{authors}. 题[Z]."


@pytest.mark.parametrize(
    ("source", "footnote"),
    [
        pytest.param(
            FULL,
            f"[^1]: “{SENTENCE}” — “包头样本”应民意 激发担当新作为 — 包头市公安局活动综述,"
            " 内蒙古法制报, 2020-08-26, press/002.txt:12",
            id="all",
        ),
        pytest.param(BARE, f"[^1]: “{SENTENCE}” — press/002.txt:12", id="nothing known"),
        pytest.param(
            replace(BARE, url=URL),
            f"[^1]: “{SENTENCE}” — <{URL}>, press/002.txt:12",
            id="a page is a link",
        ),
        pytest.param(
            replace(BARE, url="javascript:a_b()"),
            f"[^1]: “{SENTENCE}” — javascript:a\\_b(), press/002.txt:12",
            id="what is no page is none",
        ),
        pytest.param(
            replace(BARE, url="http://a>[x](y)"),
            f"[^1]: “{SENTENCE}” — http://a&gt;\\[x\\](y), press/002.txt:12",
            id="nor what breaks out of a link",
        ),
        pytest.param(
            replace(BARE, title="*a* [b](c) _d_ | `e` <b>&amp; \\ ~f~ $g$ ![h]", path="a_b.txt"),
            f"[^1]: “{SENTENCE}” — \\*a\\* \\[b\\](c) \\_d\\_ \\| \\`e\\` &lt;b&gt;&amp;amp;"
            " \\\\ \\~f\\~ \\$g\\$ !\\[h\\], a\\_b.txt:12",
            id="markup is text",
        ),
    ],
)
def test_markdown(source, footnote):
    """A footnote quotes the sentence and names its source; nothing in it is markup."""
    assert markdown(source, SPAN, SENTENCE, accessed="2021-02-03") == footnote


def test_markdown_footnotes_are_numbered():
    """Several footnotes of a text have numbers of their own."""
    assert markdown(BARE, SPAN, SENTENCE, number=12).startswith("[^12]: “")


_TEXT = st.lists(
    st.one_of(
        st.sampled_from(["*", "_", "**", "[a](b)", "|", "`", "<b>", "&lt;", "\n", "\n\n# ", "~~"]),
        st.sampled_from(
            ["甲", "。", "a", "\\", "![", "]", "<!--", "\u2028", "\r\n- ", "http://a.b"]
        ),
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=5),
    ),
    max_size=12,
).map("".join)
_SOURCES = st.builds(
    Source,
    path=_TEXT.filter(bool),
    encoding=st.sampled_from(["utf-8", "html", "pdf", "docx"]),
    sha256=st.just(""),
    title=st.none() | _TEXT,
    subtitle=st.none() | _TEXT,
    date=st.sampled_from([None, "2020-08", "2020-08-26"]),
    date_inferred=st.booleans(),
    outlet=st.none() | _TEXT,
    byline=st.none() | _TEXT,
)


@PROPERTY
@given(_SOURCES, _TEXT)
def test_markdown_reads_as_the_text_it_quotes(source, sentence):
    """A Markdown reader shows every character of articles as itself, in a single paragraph, and
    finds no emphasis, link, code, table or HTML."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    footnote = markdown(source, SPAN, sentence)
    opening, paragraph, closing = parser.parse(footnote.removeprefix("[^1]: "))
    assert (opening.type, closing.type) == ("paragraph_open", "paragraph_close")
    assert {child.type for child in paragraph.children or ()} <= {"text", "text_special"}
    shown = "".join(child.content for child in paragraph.children or ())
    quotation = plain(source, SPAN, sentence).partition("\n")[2]
    assert shown.startswith(f"{quotation} — ")
    assert shown.endswith(place(source, SPAN))


@PROPERTY
@given(_SOURCES, _TEXT)
def test_every_style_stays_on_its_lines(source, sentence):
    """Nothing in an article breaks a line or leaves an empty pair of marks, whatever is missing."""
    for name, style in STYLES.items():
        citation = style(source, SPAN, sentence, accessed="2021-02-03")
        assert len(citation.splitlines()) == (2 if name == "plain" else 1)
    known = replace(source, path="a.txt", title="题", subtitle=None, outlet=None, byline=None)
    for name, style in STYLES.items():
        citation = style(known, SPAN, "句")
        assert not re.search(r", ,|\(\)|None|佚名|不详|s\.l\.|\.\.|^[ ,.]", citation), name


def test_the_standard_s_example_of_a_newspaper():
    """The example that GB/T 7714-2015 gives is made of its parts, but for the unknown page."""
    source = replace(
        BARE, byline="丁文详", title="数字革命与竞争国际化", outlet="中国青年报", date="2000-11-20"
    )
    entry = gbt7714(source, SPAN)
    assert entry == "丁文详. 数字革命与竞争国际化[N]. 中国青年报, 2000-11-20."


@pytest.mark.parametrize(
    "text",
    [
        "# 市民讲堂开课",
        "- 第一条措施",
        "+ 1",
        "1. 加强领导。",
        "12) 其他",
        "--- 完",
        "3.5万元",
        "-5度",
    ],
)
def test_what_begins_a_block_reads_as_text(text):
    """In an export a quotation stands at the beginning of a line: it is no heading, and no list."""
    opening, paragraph, _ = MarkdownIt("commonmark").parse(escaped(text))
    assert opening.type == "paragraph_open"
    assert "".join(child.content for child in paragraph.children or ()) == text
