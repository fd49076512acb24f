"""Bytes → text, and the way back to lines, characters and bytes."""

from __future__ import annotations

import codecs
import collections
import gzip
import hashlib
import json
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.decode import DecodedFile, codec_name, decode
from embeddings.errors import SourceFileError
from embeddings.source import Span
from tests.samples import PROPERTY, ROOT

DATA = ROOT.parent / "shared" / "data"

UNTOLD = "its encoding cannot be told"

SIMPLIFIED = (
    "本报北京7月27日电（记者王小明）国务院总理27日主持召开会议，研究部署进一步促进消费的措施。\n"
    "会议指出，今年以来国民经济持续恢复，GDP同比增长5.5%，但外部环境仍然复杂。\n"
    "“我们要把恢复和扩大消费摆在优先位置。”发言人说。\n"
)
TRADITIONAL = (
    "【記者林美華臺北報導】行政院昨日舉行記者會，宣布明年起調整基本工資，每月增加800元。\n"
    "勞動部表示，這項決定是經過三次會議討論後作成，預計有兩百多萬名勞工受惠。\n"
    "「我們希望企業與員工一起分享經濟成長的果實。」部長說。\n"
)
ENCODINGS = {  # how text is encoded → the recorded name
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16-le",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "big5": "big5",
    "cp950": "big5",
    "big5hkscs": "big5",
}
NEWS = [
    pytest.param(text, encoding, id=f"{name} {encoding}")
    for name, text in (("simplified", SIMPLIFIED), ("traditional", TRADITIONAL))
    for encoding in (*ENCODINGS, "gb2312")
    if text is TRADITIONAL or "5" not in encoding
    if text is SIMPLIFIED or encoding != "gb2312"
]
SAME_BYTES = str.maketrans("•､‾∼♁☉／＼¥¢£", "‧﹑¯～⊕⊙∕﹨￥￠￡")
"""What Python's big5 and cp950 read from the same bytes: no reader can tell them apart."""

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
        pytest.param(
            "目录".encode("gbk"), f"{UNTOLD}: gb18030 or utf-8", id="GBK that is UTF-8 as well"
        ),
        pytest.param(
            "文章の言葉です".encode("euc_jp"), f"{UNTOLD}: big5 or gb18030", id="Japanese"
        ),
        pytest.param(
            "한국어 뉴스 기사입니다".encode("utf-16-le"),
            f"{UNTOLD}: utf-16-le or utf-16-be",
            id="Korean, which as UTF-16 holds NUL",
        ),
        pytest.param(
            codecs.BOM_UTF8 + "新闻".encode("gbk") * 3, f"{UNTOLD}: utf-8", id="a mark that lies"
        ),
        pytest.param(b"PK\x03\x04" + b"\0" * 20, "binary, not text", id="zip"),
        pytest.param(b"\x01" * 6 + b"a" * 94, "binary, not text", id="more than one in twenty"),
        pytest.param(b"\0", "binary, not text", id="nothing but NUL"),
    ],
)
def test_unusable_file_is_an_error_with_path_and_hint(raw, reason):
    """A file that is empty, binary or in an unknown encoding is refused, with path and hint."""
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


@pytest.mark.parametrize(("text", "encoding"), NEWS)
@pytest.mark.parametrize("size", [12, 40, None])
def test_news_is_read_in_the_encoding_it_is_in(text, encoding, size):
    """A whole article, a few lines and a few words are read right, and their encoding recorded."""
    raw = text[:size].encode(encoding)
    file = decode("a.txt", raw)
    assert file.text.removeprefix("\ufeff") == text[:size]
    assert file.encoding == ENCODINGS.get(encoding, "gb18030")
    assert file.damage == ()
    assert raw.decode(file.encoding) == file.text


@pytest.mark.parametrize(
    ("raw", "encoding", "text"),
    [
        pytest.param("联通".encode("gbk"), "gb18030", "联通", id="overlong UTF-8"),
        pytest.param("Beyoncé".encode(), "utf-8", "Beyoncé", id="one accent"),
        pytest.param("한국어".encode(), "utf-8", "한국어", id="UTF-8 of another language"),
        pytest.param("الاقتصاد سوف ينمو".encode(), "utf-8", "الاقتصاد سوف ينمو", id="Arabic"),
        pytest.param(
            "א ב ג ד ה ו ז ח ט י כ ל מ נ ס ע".encode(), "utf-8", None, id="Hebrew letters"
        ),
        pytest.param("Президент России".encode("gbk"), "gb18030", None, id="Russian in GBK"),
        pytest.param("ハロウィーンのイベント".encode("utf-16-le"), "utf-16-le", None, id="kana"),
        pytest.param(b"NBA 3-2", "utf-8", "NBA 3-2", id="ASCII"),
        pytest.param("US 3-2".encode("utf-16-be"), "utf-16-be", "US 3-2", id="ASCII as UTF-16"),
        pytest.param("新聞\u200b\u202e報導".encode("gb18030"), "gb18030", None, id="bidi"),
        pytest.param("價格為50€，新聞".encode("cp950"), "cp950", None, id="euro in cp950"),
        pytest.param("裏面的墻，恒生".encode("cp950"), "cp950", None, id="Chinese of ETEN"),
        pytest.param("佢哋喺香港返工".encode("big5hkscs"), "big5hkscs", None, id="Cantonese"),
        pytest.param("第①屆：香港新聞".encode("big5hkscs"), "big5hkscs", None, id="circled"),
        pytest.param("動漫の新聞報導".encode("big5"), "big5", None, id="one kana"),
        pytest.param("約翰•史密斯說".encode("big5"), "big5", None, id="name dot"),
        pytest.param("三月～五月的新聞".encode("cp950"), "cp950", None, id="wave"),
        pytest.param("\ue5e5\ue5e5新华社电".encode("gb18030"), "gb18030", None, id="A3A0"),
    ],
)
def test_what_tells_near_encodings_apart(raw, encoding, text):
    """Members of a family, and texts that other encodings can read, are told apart."""
    file = decode("a.txt", raw)
    assert (file.encoding, file.text) == (encoding, text or raw.decode(encoding))


@pytest.mark.parametrize(
    ("name", "raw", "encoding", "text"),
    [
        pytest.param("GBK", "目录".encode("gbk"), "gbk", "目录", id="alias"),
        pytest.param("UTF8", codecs.BOM_UTF8 + b"a", "utf-8", "\ufeffa", id="mark kept"),
        pytest.param("utf-8-sig", codecs.BOM_UTF8 + b"a", "utf-8", "\ufeffa", id="sig"),
        pytest.param("utf-16", "a".encode("utf-16"), "utf-16-le", "\ufeffa", id="UTF-16"),
        pytest.param(
            "utf-16", codecs.BOM_UTF16_BE + b"\0a", "utf-16-be", "\ufeffa", id="big-endian mark"
        ),
        pytest.param("sjis", "の章".encode("sjis"), "shift_jis", "の章", id="another"),
        pytest.param("latin-1", b"caf\xe9", "iso8859-1", "café", id="one byte"),
        pytest.param("big5", b"\xa4\xa4\xff", "big5", "中\ufffd", id="damaged"),
    ],
)
def test_named_encoding_is_used(name, raw, encoding, text):
    """An encoding that is named is not questioned."""
    file = decode("a.txt", raw, encoding=name)
    assert (file.encoding, file.text) == (encoding, text)
    assert file.span(0, len(text)).byte_end == len(raw)


@pytest.mark.parametrize(
    ("named", "used", "text"),
    [
        ("big5", "big5hkscs", "港鐵將軍澳綫喺調景嶺"),
        ("gb2312", "gb18030", "总理朱镕基"),
        ("big5", "big5", "公安局"),
    ],
)
def test_a_text_beyond_the_named_encoding_is_read_in_the_wider_one(named, used, text):
    """Hong Kong's characters are no damage where a user says Big5; a text that fits is of it."""
    file = decode("a.txt", text.encode(used), encoding=named)
    assert (file.text, file.encoding, file.damage) == (text, used, ())


def test_named_encoding_must_fit():
    """Bytes that are not in the encoding that is named are refused, and so is an unknown name."""
    with pytest.raises(SourceFileError, match="not utf-8 text") as caught:
        decode("a.txt", SIMPLIFIED.encode("gbk"), encoding="utf8")
    assert caught.value.hint == "name another: qa index --encoding NAME"
    for name in ("klingon", "base64", "rot13", ""):
        with pytest.raises(ValueError, match=f"no such encoding: {name}"):
            codec_name(name)


def _damaged(text: str, encoding: str, at: str, byte: bytes) -> tuple[bytes, int]:
    """Return the text's bytes with the first one of a character replaced, and where it is."""
    before = len((text[: text.index(at)]).encode(encoding))
    raw = text.encode(encoding)
    return raw[:before] + byte + raw[before + 1 :], before


@pytest.mark.parametrize(("text", "encoding"), NEWS)
def test_wrong_byte_loses_its_character_only(text, encoding):
    """One wrong byte spoils one character; its line is told, and all others are as they were."""
    wrong = b"\xd8" if "16" in encoding else b"\xff"
    place = "持" if text is SIMPLIFIED else "會"
    raw, at = _damaged(text * 4, encoding, place, wrong)
    if encoding in {"utf-16", "utf-16-le"}:  # its first byte is the lower one
        raw = raw[:at] + (text * 4).encode(encoding)[at : at + 1] + wrong + raw[at + 2 :]
    file = decode("a.txt", raw)
    char = text.index(place)
    good = file.text.removeprefix("\ufeff")
    assert file.encoding == ENCODINGS.get(encoding, "gb18030")
    assert good[:char] == text[:char]
    assert good[char] == "\ufffd"
    assert good.endswith((text * 4)[char + 1 :])
    assert len(good) <= 4 * len(text) + 2
    assert file.damage == (1,)
    start = len(file.text) - 10
    span = file.span(start, len(file.text))
    assert raw[span.byte_start :].decode(file.encoding) == file.text[start:]
    assert file.span(file.text.index("\ufffd"), start).byte_start == at


@pytest.mark.parametrize(("text", "encoding"), NEWS)
def test_lost_byte_does_not_shift_what_follows(text, encoding):
    """Where a byte is lost, the characters after it are read as they were."""
    raw = (text * 4).encode(encoding)
    at = len((text * 2 + text[:9]).encode(encoding))
    file = decode("a.txt", raw[:at] + raw[at + 1 :])
    assert file.text.removeprefix("\ufeff").startswith(text * 2 + text[:8])
    assert file.text.endswith(text[16:] + text)
    assert file.damage in {(7,), ()}  # two halves may make a character


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        ("ㄅㄆㄇㄈㄉㄊㄋㄌㄍㄎㄏㄐㄑㄒㄓㄔㄕㄖㄗㄘㄙ", "gb18030"),
        ("นายกรัฐมนตรีกล่าวว่าเศรษฐกิจของประเทศจะฟื้นตัว", "utf-16"),
        ("饕餮魑魅魍魉耄耋囹圄龃龉", "gb18030"),
        ("饕餮魑魅魍魉耄耋囹圄龃龉", "utf-16"),
        ("─" * 80, "utf-16"),
        ("龘靐齉" + "\u3000" * 80, "utf-16"),
        ("".join(bytes([0xE0, low]).decode("gbk") for low in range(0xA1, 0xFF)), "gb18030"),
    ],
)
def test_rare_words_are_no_damage(words, encoding):
    """Words in another script, and rare characters, are not taken for bytes out of step."""
    text = SIMPLIFIED * 9 + words * 3
    file = decode("a.txt", text.encode(encoding))
    assert (file.text.removeprefix("\ufeff"), file.damage) == (text, ())


@pytest.mark.parametrize("line", ["─" * 80, "\u3000" * 80, "%" * 80, "0" * 80])
def test_lines_of_one_character_are_no_damage(line):
    """Rows that are others with their bytes swapped stay what they are in a file that is mended."""
    text = f"{SIMPLIFIED}{line}\n{SIMPLIFIED}"
    raw = text.encode("utf-16")
    file = decode("a.txt", raw[:80] + raw[81:])
    assert file.text.endswith(text[45:])
    assert file.damage == (1,)


def test_damage_is_told_by_line():
    """Every line with a byte that cannot be read is told once; U+FFFD in the file is no damage."""
    lines = [SIMPLIFIED.replace("\n", "") + "\r\n"] * 9
    raw = [line.encode() for line in lines]
    raw[2], raw[6] = b"\xff" + raw[2] + b"\xfe", raw[6][:90] + b"\xe4" + raw[6][90:]
    raw[4] = "\ufffd".encode() + raw[4]
    file = decode("a.txt", b"".join(raw))
    assert file.damage == (3, 4, 7)  # the FE stands before the fourth line
    assert len(file.line_starts) == 10


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5"])
def test_too_much_damage_is_no_text_in_this_encoding(encoding):
    """A file of which more than one byte in 100 is wrong is left out."""
    raw = bytearray((TRADITIONAL * 4).encode(encoding))
    raw[::40] = b"\xff" * len(raw[::40])
    with pytest.raises(SourceFileError, match=UNTOLD):
        decode("a.txt", bytes(raw))
    with pytest.raises(SourceFileError, match=f"not {encoding} text"):
        decode("a.txt", bytes(raw), encoding=encoding)


def test_extracted_text_has_its_paragraphs_for_lines():
    """Text out of another format has the lines and the name given, and bytes of its UTF-8."""
    file = DecodedFile.from_extracted(
        "a.pdf", b"%PDF", "第一页。第二页\ud83d。", kind="pdf", starts=[0, 4]
    )
    assert (file.encoding, file.line_starts, file.damage) == ("pdf", (0, 4), ())
    assert file.sha256 == hashlib.sha256(b"%PDF").hexdigest()
    assert file.span(3, 5) == Span(1, 2, 3, 5, 9, 15)
    assert file.span(7, 9) == Span(2, 2, 7, 9, 21, 27)


_CODES = {
    "gb18030": [b"\x81\x35\xf4\x37", b"\x95\x32\x82\x36", b"\xa8\xbc", b"\x81\x30\x84\x32"],
    "big5": [b"\xa1\xfe", b"\xa2\x40", b"\xa2\xcc", b"\xa2\xce"],
    "cp950": [b"\xa2\xcc", b"\xf9\xe9", b"\xf9\xfe", b"\xa3\xe1"],
    "euc_jp": [b"\x8f\xa2\xb7", b"\x8f\xb0\xa1"],
    "big5hkscs": [b"\x88\x62", b"\x88\x64", b"\x88\x66", b"\x88\xa3", b"\xa1\xfe", b"\xa2\xcc"],
}
"""Codes that do not come back when their character is encoded, and long ones."""


@st.composite
def _bytes_in_encodings(draw: st.DrawFn) -> tuple[bytes, str, bool]:
    encoding = draw(st.sampled_from(sorted({*ENCODINGS.values(), *_CODES, "gbk", "shift_jis"})))
    characters = [
        char.encode(encoding) for char in ("一", "七", "a", "1", "\r", "\n", "\r\n", "。")
    ]
    drawn = draw(st.lists(st.sampled_from(characters + _CODES.get(encoding, [])), max_size=40))
    units = [characters[0], *drawn] * draw(st.sampled_from([1, 1, 8, 400]))
    damaged = len(units) > 200 and draw(st.booleans())
    if damaged:
        wrong = b"\xff\xdf" if encoding == "utf-16-be" else b"\xff"
        wrong = b"\xff\xdf" if encoding == "utf-16-le" else wrong
        units.insert(draw(st.integers(1, len(units))), wrong[:: -1 if "be" in encoding else 1])
    return b"".join(units), encoding, damaged


@PROPERTY
@given(_bytes_in_encodings(), st.data())
def test_bytes_of_a_span_are_its_characters_in_every_encoding(drawn, data):
    """Bytes cut at a span decode to its characters, but for damage and halves of one code."""
    raw, encoding, damaged = drawn
    file = decode("a.txt", raw, encoding=encoding)
    assert bool(file.damage) == damaged
    if not damaged:
        assert file.text == raw.decode(encoding)
    start = data.draw(st.integers(0, len(file.text) - 1))
    end = data.draw(st.integers(start + 1, min(len(file.text), start + 5000)))
    while start and file.text[start] in "\u0304\u030c":  # the second of two in one code
        start -= 1
    while end < len(file.text) and file.text[end] in "\u0304\u030c":
        end += 1
    span = file.span(start, end)
    cut = raw[span.byte_start : span.byte_end].decode(encoding, "replace")
    if "\ufffd" not in file.text[start:end]:
        assert cut == file.text[start:end]
    assert file.span(0, end).byte_end == span.byte_end
    assert file.span(start, len(file.text)).byte_end == len(raw)
    assert span.line_start == 1 + len(_LINE_END.findall(file.text[: start + 1])) - (
        bool(_LINE_END.match(file.text[start]))
    )


def test_half_of_two_characters_in_one_code_has_the_bytes_of_both():
    """A code of Big5-HKSCS that is two characters is not cut."""
    raw = "甲".encode("big5") + b"\x88\x62" + "乙".encode("big5")
    file = decode("a.txt", raw, encoding="big5hkscs")
    assert file.text == "甲\u00ca\u0304乙"
    places = [file.span(at, at + 1) for at in range(4)]
    assert [(p.byte_start, p.byte_end) for p in places] == [(0, 2), (2, 4), (2, 4), (4, 6)]


def _outcome(text: str, raw: bytes) -> str:
    try:
        found = decode("a.txt", raw).text.removeprefix("\ufeff")
    except SourceFileError:
        return "reported"
    if found == text:
        return "right"
    return "same bytes" if found.translate(SAME_BYTES) == text.translate(SAME_BYTES) else "wrong"


def _outcomes(texts: list[str]) -> dict[str, collections.Counter[str]]:
    """Return, for each encoding, what becomes of the texts that it can hold."""
    counts: dict[str, collections.Counter[str]] = {}
    for encoding in ENCODINGS:
        found = counts[encoding] = collections.Counter()
        for text in texts:
            try:
                raw = text.encode(encoding)
            except UnicodeEncodeError:
                continue
            outcome = _outcome(text, raw)
            found[outcome] += 1
            found["long and wrong"] += outcome == "wrong" and len(text) >= 60
    return counts


def _articles() -> tuple[list[str], list[str]]:
    with gzip.open(DATA / "news" / "news_8000.txt.gz", "rt", encoding="utf-8") as lines:
        simplified = [line.rstrip("\n") for line in lines]
    drcd = json.loads((DATA / "eval" / "drcd_dev.json").read_text(encoding="utf-8"))["data"]
    return simplified, [part["context"] for article in drcd for part in article["paragraphs"]]


def _clipping(text: str, chance: random.Random) -> str:
    size = chance.randint(20, 400)
    start = chance.randrange(max(1, len(text) - size + 1))
    return text[start : start + size]


@pytest.mark.data
@pytest.mark.skipif(not DATA.is_dir(), reason="the evaluation data is not here")
@pytest.mark.parametrize("whole", [False, True], ids=["clippings", "whole articles"])
def test_encodings_of_news_are_told(whole, capsys):
    """Of 1 000 clippings at most one in 200 is wrong, of long ones and whole articles none."""
    simplified, traditional = _articles()
    chance = random.Random(27)  # noqa: S311 -- a sample
    if whole:
        texts = chance.sample(simplified, 500) + traditional
    else:
        texts = [
            _clipping(chance.choice(chance.choice([simplified, traditional])), chance)
            for _ in range(1000)
        ]
    counts = _outcomes([text for text in texts if len(text) >= 20])
    with capsys.disabled():
        print(f"\n{len(texts)} {'whole articles' if whole else 'clippings'}")
        for encoding, found in counts.items():
            print(f"  {encoding:10}", dict(+found))
    for found in counts.values():
        texts_held = found.total() - found["long and wrong"]
        assert found["long and wrong"] == 0
        assert found["wrong"] <= (0 if whole else 0.005 * texts_held)
        assert found["reported"] <= (0 if whole else 0.005 * texts_held)
