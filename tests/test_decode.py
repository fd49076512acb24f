"""Bytes → text, and the way back to lines, characters and bytes."""

from __future__ import annotations

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.decode import DecodedFile, Span, decode
from embeddings.errors import SourceFileError
from tests.samples import PROPERTY

_LINE_END = re.compile(r"\r\n|\r|\n")


def _expected_span(text: str, start: int, end: int) -> Span:
    """Return the span by counting from the file's beginning."""
    ends = [match.end() for match in _LINE_END.finditer(text)]
    return Span(
        line_start=1 + sum(line_end <= start for line_end in ends),
        line_end=1 + sum(line_end <= end - 1 for line_end in ends),
        char_start=start,
        char_end=end,
        byte_start=len(text[:start].encode()),
        byte_end=len(text[:end].encode()),
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("甲", id="one character"),
        pytest.param("\ufeff甲\n", id="byte order mark"),
        pytest.param("a\r\nb\rc\nd", id="three kinds of line ends"),
        pytest.param("甲\0" + "乙" * 30, id="a single NUL"),
        pytest.param("\x01" * 5 + "a" * 95, id="one control in twenty"),
        pytest.param("\t\v\f\r\n甲", id="white space that is a control"),
        pytest.param("emoji 👩‍👩‍👧 e\u0301 \u200b\u3000", id="joined, combining, zero-width"),
    ],
)
def test_text_is_the_file_character_for_character(text):
    """Decoding UTF-8 keeps every character of the file, marks and line ends included."""
    raw = text.encode()
    file = decode("甲/a.txt", raw)
    assert (file.path, file.text, file.encoding) == ("甲/a.txt", text, "utf-8")
    assert file.sha256 == hashlib.sha256(raw).hexdigest()
    assert raw.decode(file.encoding) == file.text


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        pytest.param(b"", "empty", id="no bytes"),
        pytest.param(b" \t\r\n", "empty", id="ASCII white space"),
        pytest.param("\ufeff\u3000\n\u3000".encode(), "empty", id="ideographic spaces"),
        pytest.param("\xa0\u2003\n".encode(), "empty", id="no-break and em spaces"),
        pytest.param(b"\x0b\x0c\n", "empty", id="vertical tab and form feed"),
        pytest.param("\u2028\u2029\x85".encode(), "empty", id="Unicode line separators"),
        pytest.param("新闻".encode("gbk"), "not UTF-8 text (byte 0, line 1)", id="GBK"),
        pytest.param(b"ab\ncd\xff", "not UTF-8 text (byte 5, line 2)", id="second line"),
        pytest.param(b"a\r\nb\r\n\xff", "not UTF-8 text (byte 6, line 3)", id="after CRLF"),
        pytest.param(b"a\rb\r\xff", "not UTF-8 text (byte 4, line 3)", id="after CR"),
        pytest.param("新闻".encode()[:-1], "not UTF-8 text (byte 3, line 1)", id="cut short"),
        pytest.param("新闻".encode("utf-16"), "not UTF-8 text (byte 0, line 1)", id="UTF-16"),
        pytest.param(b"a\xed\xa0\x80", "not UTF-8 text (byte 1, line 1)", id="surrogate"),
        pytest.param(b"PK\x03\x04" + b"\0" * 20, "binary, not text", id="zip"),
        pytest.param(b"\x01" * 6 + b"a" * 94, "binary, not text", id="more than one in twenty"),
        pytest.param(b"\0", "binary, not text", id="nothing but NUL"),
    ],
)
def test_unusable_file_is_an_error_with_path_and_hint(raw, reason):
    """A file that is empty, binary or not UTF-8 is refused, with its path, the place and a hint."""
    with pytest.raises(SourceFileError) as caught:
        decode("甲/a.txt", raw)
    assert (caught.value.path, caught.value.reason) == ("甲/a.txt", reason)
    assert str(caught.value) == f"甲/a.txt: {reason}"
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "start", "end", "expected"),
    [
        ("甲", 0, 1, Span(1, 1, 0, 1, 0, 3)),
        ("甲\r\n乙", 3, 4, Span(2, 2, 3, 4, 5, 8)),
        ("甲\r\n乙", 0, 4, Span(1, 2, 0, 4, 0, 8)),
        ("甲\r\n乙", 0, 3, Span(1, 1, 0, 3, 0, 5)),  # the line end belongs to its line
        ("a\rb\n\nc", 5, 6, Span(4, 4, 5, 6, 5, 6)),
        ("\ufeff甲", 1, 2, Span(1, 1, 1, 2, 3, 6)),
        ("a😀b", 1, 2, Span(1, 1, 1, 2, 1, 5)),
    ],
)
def test_span_is_the_place_on_disk(text, start, end, expected):
    """A span counts lines from 1, characters and bytes from 0, and its ends are half open."""
    assert decode("a.txt", text.encode()).span(start, end) == expected


@pytest.mark.parametrize(("start", "end"), [(0, 0), (2, 2), (2, 1), (-1, 1), (0, 3), (2, 3)])
def test_span_of_nothing_is_a_mistake(start, end):
    """An empty range, or one outside the file, has no span."""
    with pytest.raises(ValueError, match=rf"no such range: \[{start}, {end}\) of 2"):
        decode("a.txt", "甲乙".encode()).span(start, end)


@pytest.mark.parametrize("around", [4096, 8192, 12288])
def test_bytes_are_right_on_both_sides_of_a_checkpoint(around):
    """Byte offsets do not depend on where the remembered offsets lie."""
    text = "甲a😀\r\né" * 2100
    file = decode("a.txt", text.encode())
    for start in range(around - 3, around + 4):
        for end in (start + 1, start + 2, len(text)):
            assert file.span(start, end) == _expected_span(text, start, end)


def test_bytes_are_right_at_the_end_of_a_file_of_one_checkpoint():
    """A file that ends where a checkpoint lies has spans up to its last character."""
    text = "甲" * 4096
    assert decode("a.txt", text.encode()).span(4095, 4096) == Span(1, 1, 4095, 4096, 12285, 12288)


_CHARACTERS = st.one_of(
    st.sampled_from("甲乙a.。 \t\r\n\u3000\u200b\ufeff😀é"),
    st.sampled_from(["\r\n", "\n\r", "\n\n"]),
    st.characters(exclude_categories=["Cs"]),
)


@st.composite
def _files_and_ranges(draw: st.DrawFn) -> tuple[DecodedFile, int, int]:
    text = "甲乙丙丁" + "".join(draw(st.lists(_CHARACTERS, max_size=40)))
    text *= draw(st.sampled_from([1, 1, 1, 300]))  # some beyond a checkpoint
    try:
        file = decode("a.txt", text.encode())
    except SourceFileError:  # too many controls
        file = decode("a.txt", (text := "甲乙丙丁").encode())
    start = draw(st.integers(0, len(text) - 1))
    return file, start, draw(st.integers(start + 1, len(text)))


@PROPERTY
@given(_files_and_ranges())
def test_span_cuts_the_same_text_out_of_characters_and_bytes(drawn):
    """The bytes of a span, decoded, are its characters, and lines agree with counting them."""
    file, start, end = drawn
    span = file.span(start, end)
    raw = file.text.encode()
    assert raw[span.byte_start : span.byte_end].decode() == file.text[start:end]
    assert span == _expected_span(file.text, start, end)
