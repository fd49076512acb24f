"""A folder of hostile files: each is told, none stops the rest, nothing steers the terminal."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from embeddings.bundled import BundledEncoder
from tests.libraries import Library
from tests.running import run

GOOD = "市民讲堂开课\n\n市民讲堂周一开课，讲的是无人机。\n"
STEERING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

HOSTILE: dict[str, tuple[bytes, str]] = {
    "binary.txt": (b"\x7fELF\x01\x02\x03" * 9999, "left out: binary.txt: binary"),
    "one_line.txt": ("字".encode() * 17_000_000, "left out: one_line.txt: 51 MB"),
    "blank.txt": (b"\n" * 100_000, "left out: blank.txt: empty"),
    "empty.txt": (b"", "left out: empty.txt: empty"),
    "mixed.txt": (
        "前一半是国标码写的，讲无人机。\n".encode("gb18030") * 20
        + "後一半是大五碼寫的，講無人機。\n".encode("big5") * 20,
        "mixed.txt: ",
    ),
    "bidi.txt": (
        "\u202e这一行倒着写。\u202c无人机也倒着飞。\n".encode(),
        "read, but: bidi.txt: holds",
    ),
    "escape.txt": (
        b"\x1b]0;owned\x07" + "无人机\x1b[2J飞走了。\n".encode() + "空行。\n".encode() * 40,
        "read, but: escape.txt: holds",
    ),
    "two\nlines.txt": (b"", "left out: two␊lines.txt: empty"),
    "named\x1b[31m\u202e.txt": (b"", "left out: named␛[31m<U+202E>.txt: empty"),
    "damaged.txt": (
        ("图书馆周二闭馆，还书的人很多。\n" * 50).encode("gb18030").replace(b"\n", b"\xff\n", 1),
        "read, but: damaged.txt: not all of it is gb18030; shown as \ufffd on line 1",
    ),
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, encoder: BundledEncoder) -> Library:
    files = {"good.txt": GOOD} | {name: content for name, (content, _) in HOSTILE.items()}
    return Library.from_articles(tmp_path_factory.mktemp("hostile"), files, encoder=encoder)


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_each_hostile_file_is_told(hostile: Library, name: str) -> None:
    """What is wrong with a file is said at the end of the list of articles."""
    told = run("sources", *hostile.options).out
    assert HOSTILE[name][1] in told
    assert not STEERING.search(told.replace("\n", ""))


def test_hostile_files_do_not_stop_the_rest(hostile: Library) -> None:
    """The one good article is found among them, and the problems are in the JSON too."""
    answer = json.loads(run("ask", "--json", "市民讲堂周几开课？", *hostile.options).out)
    assert answer["passages"][0]["article"]["path"] == "good.txt"
    listed = json.loads(run("sources", "--json", *hostile.options).out)
    assert {problem["path"] for problem in listed["problems"]} == set(HOSTILE)


def test_no_screen_is_steered(hostile: Library) -> None:
    """Whatever stands in an article or a name, only text comes out."""
    for question in ("无人机飞走了？", "谁倒着飞？"):
        shown = run("ask", question, *hostile.options).out
        assert not STEERING.search(shown.replace("\n", ""))
    shown = run("show", "escape.txt:1", *hostile.options).out
    assert "␛[2J" in shown
    assert not STEERING.search(shown.replace("\n", ""))


def test_links_and_hidden_files_are_passed_over(tmp_path: Path, encoder: BundledEncoder) -> None:
    """A link out of the folder is not followed; hidden files and folders are not read."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("秘密文件。\n", encoding="utf-8")
    files = {"good.txt": GOOD, ".hidden.txt": "隐藏。\n", ".git/a.txt": "隐藏。\n"}
    library = Library.from_articles(tmp_path / "library", files, encoder=encoder)
    (library.articles / "link.txt").symlink_to(outside / "secret.txt")
    (library.articles / "folder").symlink_to(outside)
    assert run("index", *library.options).code == 0
    listed = json.loads(run("sources", "--json", *library.options).out)
    assert [article["path"] for article in listed["articles"]] == ["good.txt"]
    assert listed["problems"] == []
