"""Text of a file → clean text, with a map back."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.clean import clean, fits_file, squash
from embeddings.source import Span
from tests.samples import PROPERTY, SEEDS

PAGE = "在公安部驻包头指导组的认真、严格、细致的指导下，教育整顿工作扎实前行，达到治病救人的目"


@pytest.mark.parametrize(
    ("file", "joined"),
    [
        ("002", "治病救人的目的。包头市公安局根据核查情况"),
        ("002", "您反映的青松小区流浪狗聚集吵闹的现象"),
        ("003", "孙正直接说道。"),
        ("003", "圆满完成了规定动作和自选动作"),
        ("003", "通辽市公安局以问题检视为关键,梳理出"),
    ],
)
def test_sentence_cut_by_the_page_is_joined(file, joined):
    """A sentence that the newspaper page broke over two lines is one sentence again."""
    (path,) = SEEDS.glob(f"{file}_*.txt")
    text = path.read_text(encoding="utf-8")
    assert joined not in text
    assert joined in clean(text).text


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("000", "新闻发布会 || 内蒙古公安对外发布开展教育整顿试点工作成果"),
        ("001", "【】突出工作“實” 層層分解具體任務"),
        ("002", "内蒙古法制报"),
        ("002", "“包头样本”应民意 激发担当新作为"),
        ("002", "上下联动整体推进"),
        ("002", "着力打牢政治建警思想根基"),
        ("003", "□本报记者 陈春艳"),
        ("003", "为官不为者耻!"),
        ("003", "头雁引领 群雁齐飞"),
        ("004", "激浊扬清铸魂砺剑 凝心聚力再谱新篇"),
    ],
)
def test_heading_stands_alone(file, line):
    """A heading or by-line is not glued to the paragraph before or after it."""
    (path,) = SEEDS.glob(f"{file}_*.txt")
    assert line in clean(path.read_text(encoding="utf-8")).text.split("\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param(" \r\n\t\u3000\n", "", id="white space"),
        pytest.param("\ufeff", "", id="byte order mark"),
        pytest.param("\ufeff甲", "甲", id="mark at the start"),
        pytest.param("甲\ufeff乙", "甲\ufeff乙", id="mark elsewhere is kept"),
        pytest.param("\u3000\u3000甲  \t乙\xa0\u3000丙 ", "甲 乙 丙", id="runs of white space"),
        pytest.param("甲\x0b乙\u2028丙", "甲 乙 丙", id="no line ends, but white space"),
        pytest.param("甲\u200b乙\0丙", "甲\u200b乙\0丙", id="zero-width and NUL are kept"),
        pytest.param("甲\n\n\n\n乙", "甲\n乙", id="empty lines"),
        pytest.param("甲\r\n\r乙\r丙", "甲\n乙\n丙", id="other line ends"),
        pytest.param(PAGE + "\n的。", PAGE + "的。", id="broken, next line"),
        pytest.param(PAGE + "\n\n的。", PAGE + "的。", id="broken, one empty line"),
        pytest.param(PAGE + "\r\n\r\n的。", PAGE + "的。", id="broken, CRLF"),
        pytest.param(PAGE + "\n \u3000\n的。", PAGE + "的。", id="broken, a blank line"),
        pytest.param(PAGE + "\n\n\n的。", PAGE + "\n的。", id="two empty lines part"),
        pytest.param(PAGE + "。\n的。", PAGE + "。\n的。", id="a full stop parts"),
        pytest.param(PAGE + "！”\n的。", PAGE + "！”\n的。", id="a closing quote too"),
        pytest.param(PAGE + "：\n的。", PAGE + "：\n的。", id="a colon parts"),
        pytest.param(PAGE + "\n一、甲。", PAGE + "\n一、甲。", id="a numbered heading"),
        pytest.param(PAGE + "\n□本报记者", PAGE + "\n□本报记者", id="a mark"),
        pytest.param(PAGE + "\n我想解释一下", PAGE + "\n我想解释一下", id="no stop at the end"),
        pytest.param("上下联动\n" + PAGE, "上下联动\n" + PAGE, id="a heading before"),
        pytest.param(
            "The quick brown fox jumps over\nthe lazy dog.",
            "The quick brown fox jumps over the lazy dog.",
            id="English gets a space",
        ),
        pytest.param(
            "The quick brown fox jumps over\nthe lazy dog of a man from\nBeijing on Monday.",
            "The quick brown fox jumps over the lazy dog of a man from\nBeijing on Monday.",
            id="a short line may be a heading's",
        ),
        pytest.param(
            "The quick brown fox jumps over the\nlazy dog of a man who is from\nBeijing now.",
            "The quick brown fox jumps over the lazy dog of a man who is from Beijing now.",
            id="a long one goes on, even with a capital",
        ),
        pytest.param("It is well-\nknown.", "It is well-known.", id="but not after a hyphen"),
        pytest.param("A Heading\nThe text.", "A Heading\nThe text.", id="English heading"),
    ],
)
def test_clean(text, expected):
    """Line breaks inside a sentence and runs of white space go; paragraphs stay apart."""
    assert clean(text).text == expected


def test_source_range_is_the_file_s_characters():
    """A range of clean text is mapped back to the file's characters, line breaks included."""
    text = "\ufeff  甲\u3000\u3000乙\r\n" + PAGE + "\n\n的。"
    cleaned = clean(text)
    assert cleaned.text == "甲 乙\n" + PAGE + "的。"
    assert cleaned.source_range(0, 1) == (3, 4)
    assert cleaned.source_range(0, 3) == (3, 7)
    start = cleaned.text.index("目的。")
    low, high = cleaned.source_range(start, start + 3)
    assert text[low:high] == "目\n\n的。"


@pytest.mark.parametrize(("start", "end"), [(0, 0), (1, 1), (2, 1), (-1, 1), (0, 3)])
def test_source_range_of_nothing_is_a_mistake(start, end):
    """An empty range, or one outside the text, has no source range."""
    with pytest.raises(ValueError, match=rf"no such range: \[{start}, {end}\) of 2"):
        clean("甲乙").source_range(start, end)


_TEXTS = st.lists(
    st.one_of(
        st.sampled_from([" ", "\n", "\r\n", "\r", "\n\n", "\u3000", "\ufeff", "\x1c", "\x85"]),
        st.sampled_from([PAGE, "甲，", "的。", "一、", "：", "abc ", "Word-", "”", "\0", "👩‍👩‍👧"]),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    ),
    max_size=12,
).map("".join)


@PROPERTY
@given(_TEXTS)
def test_clean_changes_white_space_alone(text):
    """Nothing but white space and a leading byte order mark is added, changed, moved or lost."""
    assert squash(clean(text).text) == squash(text.removeprefix("\ufeff"))


@PROPERTY
@given(_TEXTS)
def test_every_clean_character_knows_its_origin(text):
    """Origins ascend; each is the character itself or, for white space, white space."""
    cleaned = clean(text)
    origins = list(cleaned.origins)
    assert len(origins) == len(cleaned.text)
    assert all(before < after for before, after in itertools.pairwise(origins))
    for character, origin in zip(cleaned.text, origins, strict=True):
        assert character == text[origin] or (character in " \n" and text[origin].isspace())


@PROPERTY
@given(_TEXTS)
def test_white_space_is_single(text):
    """Clean text has no white space but single spaces and line feeds, each inside the text."""
    lines = clean(text).text.split("\n")
    assert lines == [""] or all(line and line == " ".join(line.split()) for line in lines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        (" \u3000\n", ""),
        (" 甲 \r\n乙\xa0c d", "甲乙cd"),
        ("甲\u200b\ufeff", "甲\u200b\ufeff"),
    ],
)
def test_squash_takes_white_space_out(text, expected):
    """Squashing removes white space and nothing else."""
    assert squash(text) == expected


@pytest.mark.parametrize(
    ("raw", "span", "text", "fits"),
    [
        pytest.param("甲\n\n乙".encode(), (0, 8), "甲乙", True, id="line breaks apart"),
        pytest.param("甲\n\n乙".encode(), (0, 8), "甲 乙", True, id="a space for them"),
        pytest.param("甲乙".encode(), (3, 6), "乙", True, id="a part"),
        pytest.param("甲乙".encode(), (0, 6), "甲丙", False, id="another character"),
        pytest.param("甲乙".encode(), (0, 6), "甲", False, id="a character more"),
        pytest.param("甲".encode(), (0, 6), "甲乙", False, id="the file has become shorter"),
        pytest.param("甲乙".encode(), (1, 4), "乙", False, id="inside a character"),
        pytest.param(b"\xff\xfe", (0, 2), "甲", False, id="not text any more"),
        pytest.param("甲".encode("gbk"), (0, 2), "甲", False, id="another encoding"),
        pytest.param(b"", (0, 3), "甲", False, id="empty file"),
    ],
)
def test_fits_file(raw, span, text, fits):
    """A file fits while the bytes at a span, decoded, are the text, white space apart."""
    place = Span(1, 1, 0, 1, *span)
    assert fits_file(raw, "utf-8", place, text) is fits


def test_long_wrapped_text_is_cleaned_in_time():
    """The time for a long text without a full stop grows with its length, not with its square."""
    line = "警民“鱼水情”，曾经是公安民警和人民群众水乳交融关系的写照，然而进入新时期，做群众工作"
    started = time.process_time()
    assert clean(f"{line}\n" * 20_000).text == line * 20_000
    assert time.process_time() - started < 2  # seconds; less than half when it is linear
