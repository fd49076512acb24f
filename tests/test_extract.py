"""Web pages, PDFs and Word files → text, what they state, and refusals of hostile ones."""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings import extract as module
from embeddings.errors import SourceFileError
from embeddings.extract import extract
from embeddings.extracted import Extracted
from tests.samples import PROPERTY, ROOT

HEADLINE = "一季度我国外贸进出口同比增长29.2%"
PROSE = (
    "新华社北京4月13日电（记者张三）国务院新闻办公室13日举行新闻发布会，介绍进出口情况。",
    "海关总署新闻发言人李魁文表示，一季度进出口总值8.47万亿元，增长29.2%。",
    "短句。",
    "“民营企业进出口增速最快，外贸市场主体活力进一步激发。”他说。",
)
MENU = "".join(
    f"<li><a href='/{name}'>{name}</a></li>" for name in ("首页", "时政", "国际", "军事")
)
DEBRIS = (
    f"<div class=nav><ul>{MENU}</ul></div><script>var a='脚本，变量。'</script>",
    "<div><h3>相关阅读</h3><ul><li><a href=/1>相关新闻一，外贸增长</a></li>"
    "<li><a href=/2>相关新闻二，外贸增长</a></li></ul></div>"
    "<div id=comments><p>用户甲：这个增长太厉害了，点赞！</p><p>用户乙：再说吧，还早。</p></div>"
    "<div class=footer>关于我们 | 版权所有，京ICP备010042号。</div>",
)
TITLE = f"<title>{HEADLINE}-新华网</title>"


def page(body: str, head: str = TITLE) -> str:
    """Return a page with a menu before the body; related headlines and comments after it."""
    return f"<html><head>{head}</head><body>{DEBRIS[0]}{body}{DEBRIS[1]}</body></html>"


def refusal(path: str, raw: bytes) -> str:
    """Return the reason and the hint with which a file is refused."""
    with pytest.raises(SourceFileError) as caught:
        extract(path, raw)
    assert caught.value.path == path
    assert caught.value.hint.endswith(", then run: qa index")
    return caught.value.reason


def paragraphs(found: Extracted) -> tuple[str, ...]:
    """Return the text cut at its starts."""
    ends = (*found.starts[1:], len(found.text))
    return tuple(found.text[a:b].rstrip("\n") for a, b in zip(found.starts, ends, strict=True))


LAYOUTS = {
    "paragraphs": f"<h1>{HEADLINE}</h1><div>"
    + "".join(f"<p>　　{p}</p>" for p in PROSE)
    + "</div>",
    "tables of 2005": f"<table><tr><td><font size=5><b>{HEADLINE}</b></font></td></tr><tr><td>"
    + "<br>\n".join("　　" + p for p in PROSE)
    + "</td></tr></table>",
    "line breaks": f"<h1>{HEADLINE}</h1><div>" + "<br><br>".join(PROSE) + "</div>",
    "div for a paragraph": f"<div><h1>{HEADLINE}</h1>"
    + "".join(f"<div>{p}</div>" for p in PROSE)
    + "</div>",
    "sections and spans": f"<div id=js_content><h2>{HEADLINE}</h2>"
    + "".join(f"<section><span>{p}</span></section>" for p in PROSE)
    + "</div>",
    "pre": f"<h1>{HEADLINE}</h1><pre>" + "\n".join(PROSE) + "</pre>",
    "unclosed tags": f"<h1>{HEADLINE}</h1><div>" + "<p>".join(PROSE),
    "article": f"<article><h1>{HEADLINE}</h1>"
    + "".join(f"<p>{p}</p>" for p in PROSE)
    + "</article>",
    "300 deep": "<div>" * 300 + f"<h1>{HEADLINE}</h1>" + "".join(f"<p>{p}</p>" for p in PROSE),
}


@pytest.mark.parametrize("body", LAYOUTS.values(), ids=LAYOUTS)
def test_article_of_a_page_is_its_headline_and_its_paragraphs(body):
    """Menu, scripts, related headlines, comments and the footer are no part of an article."""
    found = extract("a.html", page(body).encode())
    assert paragraphs(found) == (HEADLINE, *PROSE)
    assert (found.kind, found.title) == ("html", HEADLINE)


def test_article_of_one_sentence_is_not_taken_for_a_failure():
    """A brief is found, though the related headlines are longer than it."""
    body = f"<div><h1>{HEADLINE}</h1><p>{PROSE[1]}</p></div>"
    assert paragraphs(extract("a.htm", page(body).encode())) == (HEADLINE, PROSE[1])


def test_paragraphs_that_are_divisions_are_found_beside_a_long_one():
    """A first paragraph that holds most of the article does not stand for all of it."""
    body = f"<div class=h><h1>{HEADLINE}</h1></div><div id=a><div>{PROSE[1] * 9}</div>"
    found = extract("a.html", page(body + f"<div>{PROSE[2]}</div></div>").encode())
    assert paragraphs(found) == (HEADLINE, PROSE[1] * 9, PROSE[2])


@pytest.mark.parametrize("named", ["article", "div itemprop=articleBody"])
def test_article_that_the_page_names_is_told_from_a_long_notice(named):
    """What the page marks as its article counts, when it holds most of the page's sentences."""
    body = f"<{named}><p>{'<p>'.join(PROSE)}</{named.split()[0]}>"
    notice = f"<div><p>声明：{'本网站转载的文章，版权归原作者。' * 4}</div>"
    found = extract("a.html", page(body + notice, "").encode())
    assert paragraphs(found) == PROSE


def test_headline_is_the_line_that_the_title_begins_with():
    """The name of the site, however it is written, is not part of the headline."""
    head = f"<title>{HEADLINE}：某某资讯平台</title>"
    found = extract("a.html", page(LAYOUTS["paragraphs"], head).encode())
    assert (found.title, found.text.split("\n")[0]) == (HEADLINE, HEADLINE)


def test_line_of_date_and_source_is_kept_for_who_reads_it():
    """What stands between headline and article is kept when it names a date or a source."""
    info = "2021-04-13 12:01:05 来源：新华网"
    body = f"<div class=h><h1>{HEADLINE}</h1><div>{info}</div><div>分享</div></div>"
    found = extract("a.html", page(body + f"<div><p>{'<p>'.join(PROSE)}</div>").encode())
    assert paragraphs(found) == (HEADLINE, info, *PROSE)
    assert found.date is None  # the text's date is read elsewhere


def test_text_with_links_tables_and_lists_is_whole():
    """A link within a sentence, the cells of a table, lists and sentences said twice all stay."""
    lines = ("问：怎么看？", "答：很好。", "问：怎么看？", "答：再好，也要看二季度。")
    body = (
        f"<article><p>{'</p><p>'.join(lines)}</p><table><tr><td>出口</td><td>4.61万亿元</td></tr>"
        "</table><ul><li>第二条，<a href=x>链接文字</a>在\n其中。</li></ul></article>"
    )
    found = extract("a.html", page(body, "").encode())
    assert paragraphs(found) == (*lines, "出口", "4.61万亿元", "第二条，链接文字在其中。")
    assert found.title is None


@pytest.mark.parametrize("declared", ["gb2312", "big5", "utf-8", "iso-8859-1", "no-such", None])
@pytest.mark.parametrize(
    ("encoding", "prose"),
    [
        ("gbk", "海关总署新闻发言人表示，朱镕基时期的进出口总值，是一个开始。"),
        ("big5", "總統府發言人表示，將繼續推動臺灣產業發展，並與國際社會合作。"),
        ("utf-8", "海关总署新闻发言人表示，一季度进出口增长。"),
        ("utf-8-sig", "總統府發言人表示，將繼續推動產業發展。"),
        ("utf-16", "海关总署新闻发言人表示，一季度进出口增长。"),
    ],
)
def test_page_in_any_encoding_is_read_whatever_it_declares(encoding, prose, declared):
    """GBK, Big5 and UTF-8 are told apart by how they read, not only by what the page declares."""
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">'
    raw = f"<html>{meta if declared else ''}<body><p>{prose}</p></body></html>".encode(encoding)
    assert extract("a.html", raw).text == prose + "\n"


def test_text_that_the_caller_decoded_counts():
    """A caller who knows the encoding is believed."""
    assert extract("a.html", b"\xff", text="<p>甲，乙。").text == "甲，乙。\n"


LINKED_DATA = (
    '<script type="application/ld+json">{"@graph": [{"@type": "WebSite", "name": "站"}, {"@type": '
    '["NewsArticle"], "headline": "标题，甲", "datePublished": "2021-04-13T09:00:00+08:00", '
    '"author": [{"name": "张三"}, "李四"], "publisher": {"name": "新华网"}}]}</script>'
)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (LINKED_DATA, ("标题，甲", "张三、李四", "2021-04-13", "新华网", None)),
        (
            '<meta property="article:published_time" content="2021年4月3日"><meta name="author" '
            'content="王五"><meta property="og:site_name" content="某网">'
            '<link rel="canonical" href="https://a.cn/1.htm">',
            (None, "王五", "2021-04-03", "某网", "https://a.cn/1.htm"),
        ),
        (
            "<!-- saved from url=(0021)http://people.cn/n1.html -->"
            '<meta name="publishdate" content="2019-06-15"><meta name="author" content="104363">'
            '<meta name="source" content="来源：人民网-文化频道 原创稿">',
            (None, None, "2019-06-15", "人民网-文化频道", "http://people.cn/n1.html"),
        ),
        ('<meta name="publishdate" content="2021-02-30">', (None,) * 5),
        ('<meta name="date" content="2026-01-01"><meta name="generator" content="X">', (None,) * 5),
        ('<script type="application/ld+json">{"@type": </script>', (None,) * 5),
        ('<link rel="canonical" href="javascript:x()"><title> </title>', (None,) * 5),
        ("<title>标题甲乙_某某频道_某某网</title>", ("标题甲乙", None, None, None, None)),
    ],
)
def test_page_is_taken_at_its_word_and_nothing_is_guessed(head, expected):
    """Metadata is what the markup states; the text's date and the generator's are not it."""
    found = extract("a.html", page("<p>2020年1月2日，某事发生了。</p>", head).encode())
    assert (found.title, found.author, found.date, found.site, found.url) == expected


# PDF


def objects(*contents: bytes, trailer: bytes = b"") -> bytes:
    """Return a PDF of these objects; the first is the catalog."""
    out, places = b"%PDF-1.7\n", []
    for number, content in enumerate(contents, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(contents) + 1)
    tail = b"trailer<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF\n"
    return out + head + table + tail % (len(contents) + 1, trailer, len(out))


def stream(data: bytes, entries: bytes = b"") -> bytes:
    packed = zlib.compress(data, 9)
    head = b"<<%b/Filter/FlateDecode/Length %d>>stream\n" % (entries, len(packed))
    return head + packed + b"\nendstream"


CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
BLANK = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"


def tree(kids: bytes, count: int) -> bytes:
    return b"<</Type/Pages/Count %d/Kids[%b]>>" % (count, kids)


def pdf(
    pages: Sequence[Sequence[str]],
    *,
    cmap: str = "",
    codec: str = "",
    ordering: str = "GB1",
    info: bytes = b"",
) -> bytes:
    """Return a PDF in Chinese: with a named character map, or with its own ToUnicode map."""
    glyphs = {c: n for n, c in enumerate(sorted({*"".join(map("".join, pages))}), 1)}
    pairs = "".join(f"<{n:04X}><{c.encode('utf-16-be').hex()}>\n" for c, n in glyphs.items())
    to_unicode = (
        "/CIDInit /ProcSet findresource begin begincmap /CMapName /X def 1 begincodespacerange"
        f" <0000><FFFF> endcodespacerange {len(glyphs)} beginbfchar\n{pairs}endbfchar endcmap end"
    )
    system = f"<</Registry(Adobe)/Ordering({ordering if cmap else 'Identity'})/Supplement 4>>"
    font = f"/BaseFont/STSong-Light/Encoding/{cmap or 'Identity-H'}/DescendantFonts[4 0 R]"
    contents = [
        CATALOG,
        tree(b" ".join(b"%d 0 R" % (8 + 2 * n) for n in range(len(pages))), len(pages)),
        f"<</Type/Font/Subtype/Type0{font}{'' if cmap else '/ToUnicode 6 0 R'}>>".encode(),
        f"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo{system}/DW 1000"
        "/FontDescriptor 5 0 R>>".encode(),
        b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/ItalicAngle 0/Ascent 880"
        b"/Descent -120/CapHeight 700/StemV 80/FontBBox[0 -120 1000 880]>>",
        stream(to_unicode.encode()),
    ]
    for lines in pages:
        shown = [
            line.encode(codec).hex() if cmap else "".join(f"{glyphs[c]:04X}" for c in line)
            for line in lines
        ]
        drawn = "BT /F1 12 Tf 50 780 Td 16 TL " + "".join(f"<{s}> Tj T* " for s in shown) + "ET"
        contents.append(stream(drawn.encode()))
        number = len(contents)
        contents.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R"
            b"/Resources<</Font<</F1 3 0 R>>>>>>" % number
        )
    contents.append(b"<<%b>>" % info)
    return objects(*contents, trailer=b"/Info %d 0 R" % len(contents))


SIMPLIFIED = (
    ("海关总署新闻发言人李魁文表示，一季度", "进出口总值8.47万亿元。"),
    ("第二页，一行。",),
)
TRADITIONAL = (("總統府發言人表示，將繼續推動臺灣", "產業發展。"), ("第二頁，一行。",))


@pytest.mark.parametrize(
    ("pages", "cmap", "codec", "ordering"),
    [
        pytest.param(SIMPLIFIED, "", "", "", id="its own map"),
        pytest.param(SIMPLIFIED, "GBK-EUC-H", "gbk", "GB1", id="GBK"),
        pytest.param(SIMPLIFIED, "UniGB-UCS2-H", "utf-16-be", "GB1", id="UniGB"),
        pytest.param(TRADITIONAL, "ETen-B5-H", "big5", "CNS1", id="Big5"),
        pytest.param(TRADITIONAL, "UniCNS-UTF16-H", "utf-16-be", "CNS1", id="UniCNS"),
    ],
)
def test_text_layer_of_a_pdf_comes_out_line_by_line(pages, cmap, codec, ordering):
    """Every printed line is a line and `starts` are the pages, whatever the Chinese font."""
    found = extract("报.PDF", pdf(pages, cmap=cmap, codec=codec, ordering=ordering))
    assert paragraphs(found) == tuple("\n".join(lines) for lines in pages)
    assert found.kind == "pdf"


@pytest.mark.parametrize(
    ("title", "author", "expected"),
    [
        ("一季度进出口", "李魁文", ("一季度进出口", "李魁文")),
        ("Microsoft Word - 1.doc", "Administrator", (None, None)),
        ("", "李", (None, None)),
    ],
)
def test_properties_count_only_if_the_text_says_so_too(title, author, expected):
    """The name of a template or of whose computer it was is neither headline nor by-line."""
    stated = {"Title": title, "Author": author, "CreationDate": "D:20260101"}
    info = "".join(f"/{k}<FEFF{v.encode('utf-16-be').hex()}>" for k, v in stated.items()).encode()
    found = extract("a.pdf", pdf(((*SIMPLIFIED[0], "一季度进出口"),), info=info))
    assert (found.title, found.author, found.date) == (*expected, None)


def one_page(drawn: bytes) -> bytes:
    return objects(CATALOG, tree(b"3 0 R", 1), BLANK[:-2] + b"/Contents 4 0 R>>", stream(drawn))


SCAN = "has no text layer; it may be a scan"
DAMAGED = "damaged, or no PDF"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (objects(CATALOG, tree(b"3 0 R", 1), BLANK), SCAN),
        (objects(CATALOG, tree(b"2 0 R 2 0 R", 9)), SCAN),
        (objects(CATALOG, tree(b"3 0 R", 2_000_000_000), BLANK), SCAN),
        (
            objects(CATALOG, tree(b"3 0 R " * 100_000, 100_000), BLANK),
            "has 100000 pages, more than 5000",
        ),
        (
            pdf(SIMPLIFIED).replace(b"/ToUnicode", b"/NoUnicode"),
            "its text layer cannot be read: its fonts do not say which characters they draw",
        ),
        (
            objects(
                CATALOG,
                tree(b"3 0 R", 1),
                BLANK,
                b"<</Filter/Standard/V 1/R 2/P -4/O<%b>/U<%b>>>" % (b"11" * 32, b"22" * 32),
                trailer=b"/Encrypt 4 0 R/ID[<11><11>]",
            ),
            "encrypted",
        ),
        (pdf(SIMPLIFIED)[:900], DAMAGED),
        (b"\0" * 99, DAMAGED),
        (b"", "empty"),
    ],
    ids=[
        "scan",
        "page loop",
        "lying count",
        "many pages",
        "no map",
        "encrypted",
        "cut",
        "NUL",
        "0",
    ],
)
def test_pdf_without_readable_text_is_refused(raw, reason):
    """A scan, a damaged, an encrypted and a hostile PDF are refused, each with what to do."""
    assert refusal("a.pdf", raw) == reason


@pytest.mark.parametrize("filling", [b" ", b"q Q 0 0 m 9 9 l S\n"], ids=["spaces", "drawing"])
def test_pdf_bomb_is_stopped(filling):
    """A small PDF that inflates to 900 MB costs neither the memory nor the time to read it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024  # of other tests
    began = time.monotonic()
    refusal("a.pdf", one_page(filling * (900_000_000 // len(filling))))
    assert time.monotonic() - began < 60  # making it takes most of this
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    assert used < max(before, module.MAX_MEMORY) * 1.2  # 1.0 to 1.1 measured


def test_file_that_takes_too_long_is_given_up(monkeypatch):
    """A file that is not read in time is refused, and its process is ended."""
    monkeypatch.setattr(module, "MAX_SECONDS", 0.01)
    assert refusal("a.pdf", pdf(SIMPLIFIED)) == "takes longer than 0.01 s to read"


# DOCX

WORD = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def docx(
    body: str,
    *,
    before: str = "",
    core: str | None = None,
    encoding: str = "utf-8",
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """Return a Word file with this body."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        source = f"{before}{WORD}<w:body>{body}</w:body></w:document>"
        archive.writestr("word/document.xml", source.encode(encoding))
        if core:
            archive.writestr("docProps/core.xml", core)
    return file.getvalue()


def test_word_file_is_its_paragraphs():
    """Tables and text boxes are in their place, deleted and moved text is out, `starts` fit."""
    body = (
        paragraph("标题一")
        + "<w:p><w:r><w:t>正</w:t></w:r><w:del><w:r><w:delText>误</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>移</w:t></w:r></w:moveFrom><w:r><w:t>文</w:t><w:tab/><w:br/>"
        "<w:t>二行。</w:t></w:r></w:p>"
        f"<w:tbl><w:tr><w:tc>{paragraph('格一')}</w:tc><w:tc>{paragraph('格二')}</w:tc></w:tr></w:tbl>"
        f"<w:p><w:r><w:Choice>{paragraph('框')}</w:Choice><w:Fallback>{paragraph('框')}</w:Fallback>"
        "<w:t>外</w:t></w:r></w:p><w:p/>"
    )
    found = extract("a.docx", docx(body))
    assert paragraphs(found) == ("标题一", "正文\t\n二行。", "格一", "格二", "框", "外")
    assert (found.kind, found.starts[:2]) == ("docx", (0, 4))


def test_properties_of_a_word_file_count_only_if_the_text_says_so_too():
    """Title and creator are taken when the text has them; the day of the last change never is."""
    core = (
        '<c xmlns:dc="x"><dc:title>标题一</dc:title><dc:creator>python-docx</dc:creator>'
        "<dc:modified>2026-01-01</dc:modified></c>"
    )
    found = extract("a.docx", docx(paragraph("标题一") + paragraph("正文。"), core=core))
    assert (found.title, found.author, found.date) == ("标题一", None, None)


LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9)
)
ENTITIES = "defines entities, as no Word file does"
TOO_MUCH = "inflates to too much"
NO_WORD = "damaged, or no Word file"
UTF_16 = '<?xml version="1.0" encoding="utf-16"?>'
HOSTILE = "laughs file network bomb repeated stored lzma parts nozip cut broken deep ole blank"
GOOD = docx(paragraph("正文，一句。"))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (docx(paragraph("&j;"), before=LAUGHS + "]>"), ENTITIES),
        (docx(paragraph("&a;"), before="<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"),
         ENTITIES),
        (docx(paragraph("&a;x"), before=UTF_16 + "<!DOCTYPE x [<!ENTITY a SYSTEM "
              "'http://127.0.0.1:9/'>]>", encoding="utf-16"), ENTITIES),
        (docx(paragraph("0" * 300_000_000)), TOO_MUCH),
        (docx(paragraph("正文，一句。" * 300_000)), TOO_MUCH),
        (docx(paragraph("0" * 40_000_000), method=zipfile.ZIP_STORED), TOO_MUCH),
        (docx("甲", method=zipfile.ZIP_LZMA), "packed in a way Word does not"),
        (GOOD + b"PK\x01\x02" * 10_001, "has more than 10000 parts"),
        (b"PK\x03\x04 no zip", NO_WORD),
        (GOOD[: len(GOOD) // 2], NO_WORD),
        (docx("<w:p>"), NO_WORD),
        (docx("<w:p>" * 100_000), NO_WORD),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 99, "encrypted, or an old .doc"),
        (docx(paragraph(" ")), "no text in this document"),
    ],
    ids=HOSTILE.split(),
)  # fmt: skip
def test_hostile_word_file_is_refused(raw, reason):
    """Bombs, entities and what is no Word file are refused, each with what to do."""
    assert refusal("a.docx", raw) == reason


# HTML that is hostile


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"<div>" * 100_000 + "深，文。".encode(), "its elements are nested too deep"),
        (b"a" * 50_000_000, "larger than 20 MB"),
        (b"", "empty"),
        (b" \n", "empty"),
        (b"<!-- a -->", "empty"),
        (b"<p>", "no text in this page"),
        (b"<script>a, b.</script>", "no text in this page"),
    ],
    ids=["deep", "50 MB", "0", "blank", "comment", "no text", "only a script"],
)
def test_page_without_text_is_refused(raw, reason):
    """A page that is too large, too deep or empty is refused, with what to do."""
    assert refusal("a.html", raw) == reason


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("<p>甲\0乙，\x1b[31m丙。".encode(), "甲乙，[31m丙。\n"),
        ("<p>甲&#27;乙，丙。".encode(), "甲乙，丙。\n"),
        ("<body class=menu><p>甲乙</p>".encode(), "甲乙\n"),
        ("<body hidden class=nav style='display:none'><p>甲，乙。".encode(), "甲，乙。\n"),
        (b"<script type='application/ld+json'>" + b"[" * 99_000 + b"</script><p>a, b.", "a, b.\n"),
        (b"<?xml version='1.0' encoding='gbk'?><!DOCTYPE x [<!ENTITY a 'ha'>]><p>a, b.", None),
        ("<p>甲，乙。<p>丙，".encode()[:-1], None),
        (("<p " + " ".join(f"a{n}=1" for n in range(20_000)) + ">甲，乙。").encode(), "甲，乙。\n"),
        (("<p>" + "字，" * 400_000).encode(), "字，" * 400_000 + "\n"),
    ],
    ids=[
        "NUL",
        "reference",
        "body named menu",
        "all hidden",
        "nested JSON",
        "entities",
        "cut",
        "attributes",
        "one long line",
    ],
)
def test_odd_page_is_read(raw, text):
    """Control characters, hidden bodies and broken markup do not hide the text."""
    found = extract("a.html", raw)
    assert text is None or found.text == text


_MARKUP = (
    "<p> </p> <div class=nav> </div> <a href=x> </a> <br> <table><tr><td> <!-- --> <article> <pre> "
    "<script> </script> <head> <title> </title> <h1> <base> <frameset> <svg> <html> <? ]]> <li> & "
    "<body hidden> 甲，乙。 \x00 \ufffe <font> <form> a, &#0; &lt; <section> "
    "<p itemprop=articleBody>"
)
_PIECES = st.sampled_from(_MARKUP.split(" "))


@PROPERTY
@given(st.lists(_PIECES, max_size=30).map(" ".join), st.sampled_from(["utf-8", "gbk", "utf-16"]))
def test_no_page_raises_anything_but_a_source_file_error(source, encoding):
    """Whatever the markup, there is a text whose starts fit it, or a refusal."""
    try:
        found = extract("a.html", source.encode(encoding, "replace"))
    except SourceFileError:
        return
    assert all(part and "\n" not in part for part in paragraphs(found))


def test_kind_that_is_not_extracted_is_a_mistake():
    """Only the names in EXTRACTED are asked for."""
    with pytest.raises(ValueError, match=r"not a kind of file that is extracted: a\.txt"):
        extract("a.txt", b"a")


@pytest.mark.parametrize(
    ("path", "library", "name"),
    [("a.html", "lxml", "HTML"), ("a.docx", "lxml", "DOCX"), ("a.pdf", "pypdfium2", "PDF")],
)
def test_missing_extra_is_named(monkeypatch, path, library, name):
    """Without the library the error says which extra to install."""
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(SourceFileError) as caught:
        extract(path, b"a")
    assert caught.value.reason == f"{name} needs an extra that is not installed"
    assert caught.value.hint == "install it: pip install 'article-qa[formats]', then run: qa index"


def test_libraries_wait_until_they_are_needed_and_are_silent(capfd):
    """Importing the module loads no library, and a damaged file prints nothing."""
    code = "import sys, embeddings.extract; print({'lxml', 'pypdfium2'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True
    )
    assert (done.stdout, done.stderr) == ("set()\n", "")
    refusal("a.pdf", pdf(SIMPLIFIED)[:900])
    refusal("a.docx", docx("<w:p>"))
    assert capfd.readouterr() == ("", "")
