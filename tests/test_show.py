"""A place, as citations print it → the lines there, and how to cite them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from embeddings.bundled import BundledEncoder
from embeddings.errors import ArticlesError
from qa.show import place_named
from tests.libraries import Library
from tests.running import run
from tests.samples import SEEDS, write_files

NEWS: dict[str, str | bytes] = {
    "bridge.txt": (
        "北方日报\n2021年5月4日\n\n甲地开通新桥\n□本报记者 张三\n\n"
        "甲地新桥昨日通车，全长三千二百米。通车仪式由市长李四主持。\n\n新桥连接两岸，行车只要五分钟。\n"
    ),
    "gbk.txt": "乙地建成图书馆\n记者 王五\n\n乙地图书馆藏书十万册，每天早上九点开门。\n".encode(
        "gb18030"
    ),
    "big5.txt": "丙地舉行燈會\n記者陳六／台北報導\n\n丙地燈會昨晚揭幕，共有五百盞花燈。\n".encode(
        "big5"
    ),
}


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory, encoder: BundledEncoder) -> Library:
    return Library.from_articles(tmp_path_factory.mktemp("news"), NEWS, encoder=encoder)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a.txt:12", ("a.txt", 12, 12)),
        ("报纸/a b:c.txt:75–79", ("报纸/a b:c.txt", 75, 79)),
        (" a.txt:75-79 ", ("a.txt", 75, 79)),
        ("a.html:¶3", ("a.html", 3, 3)),
        ("a.pdf:p2–4", ("a.pdf", 2, 4)),
    ],
)
def test_places_are_read_as_they_are_printed(text: str, place: tuple[str, int, int]) -> None:
    """File and lines, paragraphs or pages, with any dash."""
    assert place_named(text) == place


@pytest.mark.parametrize("text", ["", "a.txt", "a.txt:", ":5", "a.txt:x", "a.txt:" + "9" * 30])
def test_what_is_no_place_is_refused(text: str) -> None:
    """What is no place is told with how to write one."""
    with pytest.raises(ArticlesError, match="not a place") as caught:
        place_named(text)
    assert "FILE:LINE" in caught.value.hint


def test_a_place_is_shown_within_its_article(news: Library) -> None:
    """The cited lines are marked, numbered as in the file, with lines around and citations."""
    result = run("show", "bridge.txt:7", *news.options, "--quote", "三千二百米", COLUMNS="80")
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0] == "甲地开通新桥 · 北方日报 · 2021-05-04 · 张三"
    assert lines[1] == "bridge.txt:7"
    assert "7  «甲地新桥昨日通车，全长三千二百米。»通车仪式由市长李四主持。" in lines
    assert "5  □本报记者 张三" in lines
    assert "9  新桥连接两岸，行车只要五分钟。" in lines
    assert "张三. 甲地开通新桥[N]. 北方日报, 2021-05-04." in lines
    assert any(line.startswith("[^1]: “甲地新桥昨日通车，全长三千二百米。” — ") for line in lines)


def test_what_stands_between_two_quoted_sentences_is_not_passed_over(news: Library) -> None:
    """Sentences that do not follow one another are not joined into one quotation."""
    words = ("--quote", "新桥", "--style", "plain")
    apart = run("show", "bridge.txt:7-9", *news.options, *words)
    assert apart.out.splitlines()[-1] == (
        "“甲地新桥昨日通车，全长三千二百米。……新桥连接两岸，行车只要五分钟。”"
    )
    together = run("show", "bridge.txt:7", *news.options, "--style", "plain")
    assert "三千二百米。通车仪式" in together.out


def test_sentences_in_a_row_are_marked_as_one(news: Library) -> None:
    """A line that is shown whole has one pair of marks, not one for each of its sentences."""
    shown = run("show", "bridge.txt:7", *news.options, COLUMNS="80").out
    assert "7  «甲地新桥昨日通车，全长三千二百米。通车仪式由市长李四主持。»" in shown


@pytest.mark.parametrize("path", ["gbk.txt", "big5.txt"])
def test_files_in_other_encodings_are_shown(news: Library, path: str) -> None:
    """The lines of a file in GB18030 or Big5 are shown as they read."""
    shown = run("show", f"{path}:4", *news.options).out
    text = NEWS[path]
    assert isinstance(text, bytes)
    last = text.decode(path.removesuffix(".txt")).splitlines()[-1]
    assert f"4  «{last}»" in shown


def test_a_byte_order_mark_is_no_text(tmp_path: Path, encoder: BundledEncoder) -> None:
    """The first line of a UTF-16 file is shown without its mark, and marked where it is quoted."""
    text = "電車成人車費七月起收三元三角。"
    library = Library.from_articles(tmp_path, {"a.txt": text.encode("utf-16")}, encoder=encoder)
    assert f"1  «{text}»" in run("show", "a.txt:1", *library.options).out


def test_one_style_is_printed_alone_on_one_line(news: Library) -> None:
    """A citation that is to be copied has no line break of ours in it, however narrow."""
    result = run("show", "bridge.txt:7", *news.options, "--style", "plain", COLUMNS="30")
    assert len(result.out.splitlines()) == 2
    assert result.out.startswith("甲地开通新桥, 北方日报, 2021-05-04, 张三, bridge.txt:7\n“")


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("nowhere.txt:1", "no article has text at nowhere.txt:1"),
        ("bridge.txt:99", "no article has text at"),
        ("bridge.txt", "not a place"),
    ],
)
def test_what_is_not_there_is_told(news: Library, place: str, told: str) -> None:
    """A place where nothing stands is an error with a hint."""
    result = run("show", place, *news.options)
    assert result.code == 1
    assert told in result.err
    assert "hint:" in result.err


def test_a_file_that_has_changed_is_shown_as_it_is(tmp_path: Path, encoder: BundledEncoder) -> None:
    """A changed file is shown as it is now, a deleted one as it was indexed; both are told."""
    library = Library.from_articles(tmp_path, NEWS, encoder=encoder)
    file = library.articles / "bridge.txt"
    file.write_text(str(NEWS["bridge.txt"]).replace("三千", "五千"), encoding="utf-8")
    changed = run("show", "bridge.txt:7", *library.options).out
    assert "7  甲地新桥昨日通车，全长五千二百米。" in changed
    assert "has changed since it was indexed" in changed
    file.unlink()
    deleted = run("show", "bridge.txt:7", *library.options).out
    assert "«甲地新桥昨日通车，全长三千二百米。»" in deleted
    assert "cannot be read any more" in deleted


def test_verify_finds_what_has_become_of_quotes(tmp_path: Path, encoder: BundledEncoder) -> None:
    """A changed character is gone, a moved paragraph moved, a deleted file gone; the rest stays."""
    library = Library.from_articles(tmp_path, NEWS, encoder=encoder)
    fine = run("verify", *library.options)
    assert fine.code == 0
    assert "0 moved, 0 gone" in fine.out
    saved = tmp_path / "answer.json"
    saved.write_text(
        run("ask", "--json", "-k", "1", "新桥全长多少米？", *library.options).out, encoding="utf-8"
    )
    assert run("verify", str(saved), *library.options).code == 0

    bridge = library.articles / "bridge.txt"
    text = str(NEWS["bridge.txt"])
    bridge.write_text("新加的一行。\n" + text.replace("三千", "五千"), encoding="utf-8")
    (library.articles / "gbk.txt").unlink()
    result = run("verify", "--json", *library.options)
    assert result.code == 1
    quotes = json.loads(result.out)["quotes"]
    states = {
        quote["text"]: (quote["state"], quote["file"], quote["now"] and quote["now"]["line_start"])
        for quote in quotes
    }
    assert states["甲地新桥昨日通车，全长三千二百米。"] == ("gone", "changed", None)
    assert states["新桥连接两岸，行车只要五分钟。"] == ("moved", "changed", 10)
    assert states["乙地图书馆藏书十万册，每天早上九点开门。"] == ("gone", "deleted", None)
    assert states["丙地燈會昨晚揭幕，共有五百盞花燈。"] == ("unchanged", "unchanged", None)
    shown = run("verify", *library.options)
    assert "gone   bridge.txt:7 (file changed)" in shown.out
    assert "moved  bridge.txt:9 → line 10" in shown.out
    assert run("verify", str(saved), *library.options).code == 1


def test_verify_in_another_folder_says_so(news: Library, small: Library, tmp_path: Path) -> None:
    """An answer over other articles is not said to have lost them without a word on the folder."""
    saved = tmp_path / "answer.json"
    asked = run("ask", "--json", "新桥全长多少米？", *news.options)
    saved.write_text(asked.out, encoding="utf-8")
    told = f"None of the files is in {small.articles}; name theirs: --articles DIR"
    assert told in run("verify", str(saved), *small.options).out
    assert "None of the files" not in run("verify", str(saved), *news.options).out


@pytest.mark.parametrize(
    ("content", "english", "chinese"),
    [
        (None, "answer.json: there is no such file", "answer.json：没有这个文件"),
        ("folder", "answer.json: it is a folder", "answer.json：是文件夹"),
        (b"\xff\xfe", "answer.json: it is not UTF-8", "answer.json：不是 UTF-8"),
        (b"{}", "not an answer that qa has saved: passages is missing", "passages 缺失"),
        (b'{"passages": [{"article": 5}]}', "passages[0].article is no dict", "不是 dict"),
    ],
)
def test_what_is_no_saved_answer_is_told(
    news: Library, tmp_path: Path, content: bytes | str | None, english: str, chinese: str
) -> None:
    """A file that holds no answer of ours is an error with a hint, in the user's language."""
    file = tmp_path / "answer.json"
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif content:
        file.mkdir()
    for language, told, hint in (("en", english, "hint: "), ("zh", chinese, "办法：")):
        result = run("verify", "--lang", language, str(file), *news.options)
        assert (result.code, result.out) == (1, "")
        assert told in result.err
        assert hint in result.err
        assert "Errno" not in result.err


def test_a_saved_answer_is_looked_for_before_an_index_is_built(tmp_path: Path) -> None:
    """Whoever mistypes its name need not wait for an index that there is not yet."""
    articles = write_files(tmp_path / "articles", NEWS)
    result = run("verify", "none.json", "--articles", articles, "--index", tmp_path / "index")
    assert result.code == 1
    assert not (tmp_path / "index").exists()


def test_the_five_files_are_as_they_were_indexed(seeds: Library) -> None:
    """Every indexed sentence of `seeds/` stands where its citation says."""
    result = run("verify", "--json", "--articles", str(SEEDS), "--index", str(seeds.index))
    assert result.code == 0
    assert {quote["state"] for quote in json.loads(result.out)["quotes"]} == {"unchanged"}
