"""Line breaking: the rules of Chinese typesetting, and no cell lost or too many."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from qa.layout import visible
from qa.wrap import COMMAND, wrap
from tests.samples import PROPERTY

CLOSING = "。，、；：？！”’」』》）】»"
OPENING = "“‘『「《（【«"


def lines_of(text: str, width: int) -> list[str]:
    return [line.plain for line in wrap(Text(text), width)]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("甲乙丙丁", 8, ["甲乙丙丁"]),
        ("甲乙丙丁", 7, ["甲乙丙", "丁"]),
        ("甲乙丙丁", 2, ["甲", "乙", "丙", "丁"]),
        ("警用无人机战队。", 6, ["警用无", "人机战", "队。"]),
        ("甲乙。", 4, ["甲", "乙。"]),
        ("甲乙？！”", 7, ["甲", "乙？！”"]),
        ("甲乙“丙”", 5, ["甲乙", "“丙”"]),
        ("甲«乙丙»丁", 7, ["甲«乙", "丙»丁"]),
        ("甲乙«丙»", 5, ["甲乙", "«丙»"]),
        ("他说:“你好”", 6, ["他说:", "“你好”"]),
        ("甲乙丙,丁", 6, ["甲乙", "丙,丁"]),
        ("第3012期abc123", 6, ["第3012", "期", "abc123"]),
        ("共1335人", 5, ["共", "1335", "人"]),
        ("增长58.2%以上", 8, ["增长", "58.2%以", "上"]),
        ("abc def ghi", 5, ["abc", "def", "ghi"]),
        ("abc def ghi", 7, ["abc def", "ghi"]),
        ("甲 乙", 2, ["甲", "乙"]),
        ("甲乙 0.10\u00a0秒", 9, ["甲乙", "0.10\u00a0秒"]),
        ("supercalifragilistic", 8, ["supercal", "ifragili", "stic"]),
        ("。。。", 2, ["。", "。", "。"]),
        ("“‘『「《", 4, ["“‘『", "「《"]),
        ("e\u0301e\u0301e\u0301", 2, ["e\u0301e\u0301", "e\u0301"]),
    ],
)
def test_a_text_is_broken_by_the_rules(text: str, width: int, lines: list[str]) -> None:
    """A line breaks between characters or words, and marks stay with what they belong to."""
    assert lines_of(text, width) == lines


@PROPERTY
@given(st.text(), st.integers(2, 40))
def test_no_line_is_too_wide_and_nothing_is_lost(text: str, width: int) -> None:
    """Whatever the text, each line fits, and the lines hold every character but white space."""
    shown = visible(text).replace("\n", " ")
    lines = wrap(Text(shown), width)
    assert lines
    assert all(line.cell_len <= width for line in lines)
    assert "".join(shown.split()) == "".join("".join(line.plain for line in lines).split())


@PROPERTY
@given(
    st.text(st.sampled_from("甲乙丙丁戊己" + CLOSING + OPENING), max_size=60), st.integers(2, 12)
)
def test_marks_are_never_torn_from_their_words(text: str, width: int) -> None:
    """A closing mark begins a line, and an opening one ends it, only where a row of marks is
    wider than the line itself."""
    lines = lines_of(text, width)
    for before, after in itertools.pairwise(lines):
        places = [may_break(before + after, place) for place in range(1, len(before) + 1)]
        assert places[-1] or not any(places)


@PROPERTY
@given(st.lists(st.text("abc123", min_size=1, max_size=9), max_size=12))
def test_words_that_fit_stay_whole(words: list[str]) -> None:
    """A Latin word or number no wider than the line is not broken."""
    lines = lines_of(" ".join(words), 9)
    assert [word for line in lines for word in line.split()] == words


def test_styles_survive_breaking() -> None:
    """A styled stretch keeps its style on every line that it runs over."""
    text = Text.assemble("甲乙", ("丙丁戊己", "bold"), "庚")
    lines = wrap(text, 6)
    assert [line.plain for line in lines] == ["甲乙丙", "丁戊己", "庚"]
    assert [[(span.start, span.end) for span in line.spans] for line in lines] == [
        [(2, 3)],
        [(0, 3)],
        [],
    ]


def may_break(text: str, place: int) -> bool:
    return text[place] not in CLOSING and text[place - 1] not in OPENING


@pytest.mark.parametrize(
    ("before", "command", "after", "lines"),
    [
        ("run: ", "qa index --articles 'my news'", "", ["run:", "qa index --articles 'my news'"]),
        ("", "qa index --articles 'my news'", " again", ["qa index --articles 'my news'", "again"]),
        ("运行：", "qa index '新闻 二'", "。", ["运行：", "qa index '新闻 二'。"]),
        ("run: ", "qa index", "", ["run: qa index"]),
    ],
)
def test_a_command_is_never_broken(before: str, command: str, after: str, lines: list[str]) -> None:
    """What is to be copied stands on one line, be it wider than the screen."""
    text = Text.assemble(before, (command, COMMAND), after)
    assert [line.plain for line in wrap(text, 14)] == lines
