"""HTML, PDF and Word files, from the folder to the citation."""

from __future__ import annotations

import json

import pytest

from embeddings.bundled import BundledEncoder
from tests.libraries import Library
from tests.running import run
from tests.test_extract import SIMPLIFIED, docx, paragraph, pdf

PAGE = """<html><head><meta charset="gbk"><title>甲地开通新桥_北方网</title>
<link rel="canonical" href="http://news.example.cn/2021/0504/1.html"></head><body>
<div class="nav"><a href="/">首页</a><a href="/n">新闻</a></div>
<h1>甲地开通新桥</h1><div>2021-05-04 08:00 来源：北方日报 作者：张三</div>
<p>甲地新桥昨日通车，全长三千二百米，两岸居民从此不必绕行。</p>
<p>通车仪式由市长李四主持，数百名市民到场观看，场面十分热闹。</p></body></html>"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, encoder: BundledEncoder) -> Library:
    word = "".join(
        paragraph(text)
        for text in ("乙地建成图书馆", "记者 王五", "乙地图书馆藏书十万册，每天早上九点开门。")
    )
    files = {
        "page.html": PAGE.encode("gb18030"),
        "word.docx": docx(word),
        "print.pdf": pdf(SIMPLIFIED),
    }
    return Library.from_articles(tmp_path_factory.mktemp("formats"), files, encoder=encoder)


def test_a_web_page_is_cited_with_what_it_states(library: Library) -> None:
    """Headline, outlet, date, by-line and address of a page in GBK, and its paragraph."""
    answer = json.loads(run("ask", "--json", "新桥全长多少米？", *library.options).out)
    first = answer["passages"][0]
    assert first["article"]["path"] == "page.html"
    known = {name: first["article"][name] for name in ("title", "date", "outlet", "byline", "url")}
    assert known == {
        "title": "甲地开通新桥",
        "date": "2021-05-04",
        "outlet": "北方日报",
        "byline": "张三",
        "url": "http://news.example.cn/2021/0504/1.html",
    }
    assert (first["article"]["encoding"], answer["answer"]["text"][:6]) == ("html", "甲地新桥昨日")
    line = first["answer_sentence"]["span"]["line_start"]
    shown = run("show", f"page.html:¶{line}", *library.options).out
    assert f"page.html:¶{line}" in shown
    assert "张三. 甲地开通新桥[EB/OL]. (2021-05-04)[" in shown


def test_a_word_file_and_a_pdf_are_read(library: Library) -> None:
    """The paragraphs of a Word file and the pages of a PDF are found and cited."""
    listed = json.loads(run("sources", "--json", *library.options).out)
    kinds = {article["path"]: article["encoding"] for article in listed["articles"]}
    assert kinds == {"page.html": "html", "word.docx": "docx", "print.pdf": "pdf"}
    shown = run("ask", "乙地图书馆几点开门？", "-k", "1", *library.options).out
    assert "乙地建成图书馆 · word.docx:¶3" in shown
    assert run("verify", *library.options).code == 0
    assert "print.pdf:p1" in run("show", "print.pdf:p1", *library.options).out
