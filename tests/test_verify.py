"""Quotes and the files as they are now → which cited ranges still give what was quoted."""

from __future__ import annotations

import copy
import dataclasses
import hashlib
import json
import time
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from embeddings import folder
from embeddings.clean import clean, squash
from embeddings.decode import DecodedFile, decode
from embeddings.errors import ArticlesError, SavedAnswerError, SourceFileError
from embeddings.snapshot import StoredPassage, StoredSentence
from embeddings.source import Source, Span
from qa.answer import Answer, CitedPassage
from qa.contract import answer_object, error_object
from qa.lists import checked_view
from qa.retrieve import Hit
from qa.saved import quotes_of_answer, quotes_of_saved
from qa.verify import Checked, Quote, State, quotations, verify_quotes
from tests.samples import PROPERTY, write_files

PAGE = (
    "内蒙古法制报\n\n许昌市公安局购置无人机三十二架。\n无人机起了大作用。\n\n"
    "图书馆每天早上九点开门,晚上\n八点关门。\n周一闭馆。\n"
)
DRONES, USE, OPENING, CLOSED = (
    "许昌市公安局购置无人机三十二架。",
    "无人机起了大作用。",
    "图书馆每天早上九点开门,晚上八点关门。",
    "周一闭馆。",
)
UNCHANGED, MOVED, GONE = State.UNCHANGED, State.MOVED, State.GONE


@dataclasses.dataclass(frozen=True)
class Counted:
    """A file in any encoding, each of whose places is counted from its beginning."""

    path: str
    text: str
    encoding: str
    sha256: str

    def span(self, start: int, end: int) -> Span:
        as_utf_8 = decode(self.path, self.text.encode()).span(start, end)
        return dataclasses.replace(
            as_utf_8,
            byte_start=len(self.text[:start].encode(self.encoding)),
            byte_end=len(self.text[:end].encode(self.encoding)),
        )


def file_of(text: str, encoding: str = "utf-8") -> DecodedFile:
    """Return a file as it was or is."""
    raw = text.encode(encoding)
    if encoding == "utf-8":
        return decode("a.txt", raw)
    digest = hashlib.sha256(raw).hexdigest()
    return cast("DecodedFile", Counted("a.txt", text, encoding, digest))


def refuse(path: str, raw: bytes, encoding: str) -> DecodedFile:
    """Find that no file is text."""
    raise SourceFileError(path, f"{len(raw)} bytes that are not {encoding}")


def quote_of(file: DecodedFile, sentence: str, *, nth: int = 0, ours: bool = True) -> Quote:
    """Return the nth place of a sentence in a file, as an index would have it."""
    cleaned = clean(file.text)
    start = -1
    for _ in range(nth + 1):
        start = cleaned.text.index(sentence, start + 1)
    span = file.span(*cleaned.source_range(start, start + len(sentence)))
    return Quote(file.path, file.encoding, file.sha256, span, sentence, ours)


def check(before: str, after: str | bytes, sentence: str, *, nth: int = 0) -> Checked:
    """Quote a sentence of a text, and check it against another."""
    raw = after if isinstance(after, bytes) else after.encode()
    (checked,) = verify_quotes([quote_of(file_of(before), sentence, nth=nth)], lambda _: raw)
    return checked


def lines_of(checked: Checked) -> tuple[int, int]:
    """Return the lines in which a quote stands now."""
    now = checked.now or checked.span
    return now.line_start, now.line_end


def edit(old: str, new: str) -> str:
    """Return the page with a part replaced."""
    assert old in PAGE
    return PAGE.replace(old, new)


@pytest.mark.parametrize(
    ("after", "sentence", "state", "lines"),
    [
        pytest.param(PAGE, OPENING, UNCHANGED, (6, 7), id="nothing"),
        pytest.param(PAGE + "新的一段。\n", OPENING, UNCHANGED, (6, 7), id="a line below"),
        pytest.param("新的一段。\n" + PAGE, OPENING, MOVED, (7, 8), id="a line above"),
        pytest.param("\n\n\n" + PAGE, DRONES, MOVED, (6, 6), id="empty lines above"),
        pytest.param(edit("内蒙古法制报\n\n", ""), DRONES, MOVED, (1, 1), id="lines cut above"),
        pytest.param(edit("二架", "三架"), DRONES, GONE, (3, 3), id="a character of it"),
        pytest.param(edit("二架", "三架"), USE, UNCHANGED, (4, 4), id="one of another, as long"),
        pytest.param(edit("二架", "三百架"), USE, MOVED, (4, 4), id="one of another, longer"),
        pytest.param(edit("二架", "三百架"), OPENING, MOVED, (6, 7), id="and further below"),
        pytest.param(edit("九点", "9点"), OPENING, GONE, (6, 7), id="a digit for a character"),
        pytest.param(edit("闭馆。", "闭馆"), CLOSED, GONE, (8, 8), id="its full stop"),
        pytest.param(edit(USE + "\n", ""), USE, GONE, (4, 4), id="cut out"),
        pytest.param(
            edit(DRONES + "\n", "").rstrip() + f"\n\n{DRONES}\n",
            DRONES,
            MOVED,
            (9, 9),
            id="moved to the end",
        ),
        pytest.param(
            edit("晚上\n八点", "晚上八点"), OPENING, MOVED, (6, 6), id="its line break taken out"
        ),
        pytest.param(edit("晚上\n八点", "晚上 八点"), OPENING, MOVED, (6, 6), id="a space for it"),
        pytest.param(
            edit("晚上\n八点", "晚\n上八点"), OPENING, UNCHANGED, (6, 7), id="broken elsewhere"
        ),
        pytest.param(edit("机三", "机 三"), DRONES, MOVED, (3, 3), id="a space in it"),
        pytest.param(PAGE.replace("\n", "\r\n"), OPENING, MOVED, (6, 7), id="CRLF"),
        pytest.param(PAGE.replace("\n", "\r"), OPENING, UNCHANGED, (6, 7), id="CR"),
        pytest.param(PAGE.replace("\n", " \n"), CLOSED, MOVED, (8, 8), id="spaces at line ends"),
        pytest.param(PAGE.rstrip(), CLOSED, UNCHANGED, (8, 8), id="the last line end"),
        pytest.param("\ufeff" + PAGE, DRONES, MOVED, (3, 3), id="a byte order mark"),
        pytest.param(
            edit("内蒙古法制报", "\n" * 18), DRONES, MOVED, (21, 21), id="as many bytes, more lines"
        ),
        pytest.param(
            edit("内蒙古", "abcdefghi"), DRONES, UNCHANGED, (3, 3), id="as many bytes and lines"
        ),
        pytest.param("另一篇文章。\n", DRONES, GONE, (3, 3), id="another article"),
        pytest.param(CLOSED, CLOSED, MOVED, (1, 1), id="nothing else is left"),
    ],
)
def test_what_has_become_of_a_sentence(after, sentence, state, lines):
    """A sentence is unchanged where it was cited, moved with its lines now, or gone."""
    checked = check(PAGE, after, sentence)
    assert (checked.state, lines_of(checked)) == (state, lines)
    assert (checked.now is not None) == (state is MOVED)
    assert (checked.path, checked.sentence) == ("a.txt", sentence)
    assert checked.span == quote_of(file_of(PAGE), sentence).span
    assert checked.file == ("unchanged" if after == PAGE else "changed")
    if checked.now:
        raw = after.encode()[checked.now.byte_start : checked.now.byte_end]
        assert squash(raw.decode()) == squash(sentence)


@pytest.mark.parametrize(
    ("before", "nth", "after", "line"),
    [
        pytest.param("甲。\n乙。\n甲。", 0, "\n甲。\n乙。\n甲。", 2, id="the first of two"),
        pytest.param("甲。\n乙。\n甲。", 1, "\n甲。\n乙。\n甲。", 4, id="the second of two"),
        pytest.param("丙丙丙丙。\n甲。", 0, "甲。\n丙丙丙。\n甲。", 3, id="the nearest is after"),
        pytest.param("丙丙丙丙丙。\n甲。", 0, "丙。\n甲。\n乙乙乙乙乙。\n甲。", 2, id="before"),
        pytest.param("丙丙丙丙丙。\n甲。", 0, "丙\n甲。\n甲。\n甲。\n甲。", 4, id="one of many"),
        pytest.param(
            "丙丙丙丙丙丙丙丙。\n甲。", 0, "丙" + "\n" * 30 + "甲。\n甲。", 31, id="a gap"
        ),
    ],
)
def test_of_several_places_the_nearest_counts(before, nth, after, line):
    """A sentence that stands several times has moved to the place nearest to the cited one."""
    checked = check(before, after, "甲。", nth=nth)
    assert (checked.state, lines_of(checked)) == (MOVED, (line, line))


def test_the_cited_place_counts_though_another_is_nearer_in_characters():
    """While the cited bytes give the sentence it has not moved, whatever else stands around."""
    after = "abc甲。abcdefghi\n甲。\n"
    assert check("丙" * 6 + "\n甲。\n", after, "甲。").state is UNCHANGED


@pytest.mark.parametrize(
    ("content", "state"),
    [
        pytest.param(b"", GONE, id="emptied"),
        pytest.param(b"\xff\xfe\0\0", GONE, id="binary"),
        pytest.param(PAGE.encode()[:40], GONE, id="cut inside a character"),
        pytest.param(PAGE.encode() + b"\xff", UNCHANGED, id="damaged elsewhere"),
    ],
)
def test_file_that_is_no_text_any_more(content, state):
    """Of a file that cannot be decoded only the cited bytes still tell something."""
    quote = quote_of(file_of(PAGE), DRONES)
    (checked,) = verify_quotes([quote], lambda _: content, text_of=refuse)
    assert (checked.file, checked.state, checked.now) == ("unreadable", state, None)


def test_files_that_are_gone_or_closed(tmp_path: Path) -> None:
    """A deleted file is told from one that cannot be read; other files are checked all the same."""
    articles = write_files(tmp_path, {"kept.txt": PAGE, "turned/a.txt": PAGE, "cut/a.txt/b": PAGE})
    (articles / "turned/a.txt").unlink()
    (articles / "turned").rmdir()
    (articles / "turned").write_text("a file now", encoding="utf-8")
    quote = quote_of(file_of(PAGE), DRONES)
    paths = ("none.txt", "turned/a.txt", "cut/a.txt", "kept.txt", "n" * 300 + ".txt")
    checked = verify_quotes(
        [dataclasses.replace(quote, path=path) for path in paths],
        lambda path: folder.read(articles, path),
    )
    assert [(one.path, one.file, one.state) for one in checked] == [
        ("none.txt", "deleted", GONE),
        ("turned/a.txt", "deleted", GONE),
        ("cut/a.txt", "unreadable", GONE),
        ("kept.txt", "unchanged", UNCHANGED),
        ("n" * 300 + ".txt", "unreadable", GONE),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "gbk", "big5", "utf-16-le"])
@pytest.mark.parametrize(
    ("above", "state", "line"), [("丙", UNCHANGED, 2), ("丙\n丁", MOVED, 3), ("丙丁", MOVED, 2)]
)
def test_other_encodings(encoding, above, state, line):
    """Bytes are counted in the file's own encoding, and compared in it."""
    text = "甲\n市公安局,\n乙。\n"
    quote = quote_of(file_of(text, encoding), "市公安局,")
    raw = text.replace("甲", above).encode(encoding)
    (checked,) = verify_quotes(
        [quote],
        lambda _: raw,
        text_of=lambda _, content, __: file_of(content.decode(encoding), encoding),
    )
    assert (checked.state, lines_of(checked)[0]) == (state, line)
    if checked.now:
        cut = raw[checked.now.byte_start : checked.now.byte_end].decode(encoding)
        assert cut == "市公安局,"


def test_file_saved_in_another_encoding():
    """A file that was saved anew as UTF-8 has its sentences on the same lines, at other bytes."""
    quote = quote_of(file_of(PAGE, "gb18030"), OPENING)
    (checked,) = verify_quotes([quote], lambda _: PAGE.encode())
    assert (checked.state, lines_of(checked), checked.file) == (MOVED, (6, 7), "changed")


def test_file_now_taken_for_another_encoding():
    """Bytes that still give the sentence in the encoding of then are not doubted."""
    quote = quote_of(file_of(PAGE, "gb18030"), DRONES)
    raw = (PAGE + "新。").encode("gb18030")
    (checked,) = verify_quotes(
        [quote], lambda _: raw, text_of=lambda _, __, ___: file_of("not what it says")
    )
    assert checked.state is UNCHANGED


@pytest.mark.parametrize(
    ("after", "state", "line"),
    [
        ("版权\n市公安局。\n页脚", UNCHANGED, 2),
        ("广告\n版权\n市公安局。\n", MOVED, 3),
        ("版权\n县公安局。\n", GONE, 2),
    ],
)
def test_extracted_text_is_extracted_again(after, state, line):
    """Of a page or a PDF the text counts, not the bytes; it is extracted by what is passed in."""
    was = file_of("版权\n市公安局。\n")
    quote = dataclasses.replace(quote_of(was, "市公安局。"), path="a.html", encoding="html")
    asked = []

    def text_of(path: str, raw: bytes, encoding: str) -> DecodedFile:
        asked.append((path, raw, encoding))
        return file_of(after)

    (checked,) = verify_quotes([quote], lambda _: b"<p>" * 99, text_of=text_of)
    assert (checked.state, lines_of(checked)[0], checked.file) == (state, line, "changed")
    assert asked == [("a.html", b"<p>" * 99, "html")]


def test_extracted_text_without_an_extractor():
    """Of a page that has changed nothing can be said without extracting it again."""
    quote = dataclasses.replace(quote_of(file_of(PAGE), DRONES), encoding="pdf")
    (same,) = verify_quotes([quote], lambda _: PAGE.encode())
    (other,) = verify_quotes([quote], lambda _: b"%PDF" * 99)
    assert (same.state, same.file) == (UNCHANGED, "unchanged")
    assert (other.state, other.file) == (GONE, "unreadable")


def test_each_file_is_read_and_decoded_once_and_quotes_keep_their_order():
    """However many quotes a file has, and in whatever order: the answers come in that order."""
    files = {"a.txt": "\n" + PAGE, "b.txt": PAGE}
    reads: list[str] = []
    decodes: list[str] = []

    def read(path: str) -> bytes:
        reads.append(path)
        return files[path].encode()

    def text_of(path: str, raw: bytes, _: str) -> DecodedFile:
        decodes.append(path)
        return decode(path, raw)

    quotes = [
        dataclasses.replace(quote_of(file_of(PAGE), sentence), path=path)
        for sentence in (DRONES, USE, CLOSED)
        for path in files
    ]
    checked = verify_quotes(quotes, read, text_of=text_of)
    assert [(one.path, one.sentence) for one in checked] == [(q.path, q.text) for q in quotes]
    assert [one.state for one in checked] == [MOVED, UNCHANGED] * 3
    assert (reads, decodes) == (["a.txt", "b.txt"], ["a.txt"])
    assert verify_quotes([], read) == ()


def test_the_same_hash_is_enough_for_our_own_quotes_only():
    """A saved answer may have been written by anyone: its quotes are held against the file even
    when the hash is right."""
    ours = quote_of(file_of(PAGE), DRONES)
    forged = dataclasses.replace(ours, text=DRONES.replace("三十", "九十"), ours=False)
    shifted = dataclasses.replace(
        ours, span=dataclasses.replace(ours.span, line_start=99, line_end=99), ours=False
    )
    honest = dataclasses.replace(ours, ours=False)
    checked = verify_quotes([ours, forged, shifted, honest], lambda _: PAGE.encode())
    assert [one.state for one in checked] == [UNCHANGED, GONE, MOVED, UNCHANGED]
    assert {one.file for one in checked} == {"unchanged"}
    assert lines_of(checked[2]) == (3, 3)


@pytest.mark.parametrize(
    "span",
    [
        Span(1, 1, 10**15, 10**15 + 1, 10**15, 10**15 + 1),
        Span(2**63 - 1, 2**63 - 1, 0, 2**63 - 1, 0, 2**63 - 1),
    ],
)
def test_wild_numbers_find_the_sentence_all_the_same(span):
    """A span that lies outside the file, or is longer than it, is a place like another."""
    quote = dataclasses.replace(quote_of(file_of(PAGE), CLOSED), span=span, ours=False)
    (checked,) = verify_quotes([quote], lambda _: PAGE.encode())
    assert (checked.state, lines_of(checked)) == (MOVED, (8, 8))
    (checked,) = verify_quotes([dataclasses.replace(quote, text="无。")], lambda _: PAGE.encode())
    assert checked.state is GONE


@pytest.mark.parametrize("encoding", ["utf-8", "html"])
def test_range_that_ends_beyond_the_file(encoding):
    """A range that goes on after the end of the file is the rest of the file."""
    quote = quote_of(file_of(PAGE), CLOSED)
    span = dataclasses.replace(quote.span, char_end=2**63 - 1, byte_end=2**63 - 1)
    (checked,) = verify_quotes(
        [dataclasses.replace(quote, span=span, encoding=encoding, ours=False)],
        lambda _: PAGE.encode(),
        text_of=lambda path, raw, _: decode(path, raw),
    )
    assert checked.state is UNCHANGED


_SENTENCES = st.text("甲乙丙丁 a1", min_size=1, max_size=8).filter(str.strip)
_GAPS = st.sampled_from(["\n", "\r\n", "\n\n", "\n \u3000\n", " "])


@st.composite
def _articles(draw: st.DrawFn) -> tuple[list[str], str]:
    sentences = [f"{one.strip()}。" for one in draw(st.lists(_SENTENCES, min_size=1, max_size=8))]
    return sentences, "".join(one + draw(_GAPS) for one in sentences)


@PROPERTY
@given(_articles(), st.data())
def test_what_is_said_is_true_of_the_file(drawn, data):
    """UNCHANGED: the cited bytes and lines give it. MOVED: the new ones do, and no other place is
    nearer. GONE: it is not in the file, white space apart."""
    sentences, before = drawn
    kept = data.draw(st.permutations(sentences))[: data.draw(st.integers(1, len(sentences)))]
    after = "".join(one + data.draw(_GAPS) for one in kept)
    file, now = file_of(before), file_of(after)
    for sentence in sentences:
        quote = quote_of(file, clean(sentence).text)
        (checked,) = verify_quotes([quote], lambda _: now.text.encode())
        cut = now.text.encode()[quote.span.byte_start : quote.span.byte_end]
        places = [
            start
            for start in range(len(after))
            if not after[start].isspace() and squash(after[start:]).startswith(squash(sentence))
        ]
        assert (checked.state is GONE) == (not places)
        if checked.state is UNCHANGED:
            assert squash(cut.decode(errors="replace")) == squash(sentence)
        if checked.now is not None:
            found = after[checked.now.char_start : checked.now.char_end]
            assert squash(found) == squash(sentence)
            assert found == found.strip()
            assert checked.now == now.span(checked.now.char_start, checked.now.char_end)
            nearest = min(abs(start - quote.span.char_start) for start in places)
            cited_fits = squash(cut.decode(errors="replace")) == squash(sentence)
            assert cited_fits or abs(checked.now.char_start - quote.span.char_start) == nearest


def test_many_files_are_checked_in_time():
    """The time grows with the number of quotes, not faster, also when every file has changed, and
    when many are sought in one long file."""
    page = "".join(f"第{number}架无人机在城区上空巡逻了一整天。\n" for number in range(200))
    was = file_of(page)
    quotes = [quote_of(was, f"第{number}架无人机在城区上空巡逻了一整天。") for number in range(5)]

    def changed(files: int) -> float:
        """Check the quotes of so many files, each of which has a line more than it had."""
        paths = [f"{number}.txt" for number in range(files)]
        asked = [dataclasses.replace(quote, path=path) for path in paths for quote in quotes]
        started = time.process_time()
        checked = verify_quotes(asked, lambda path: f"{path}\n{page}".encode())
        took = time.process_time() - started
        assert {one.state for one in checked} == {MOVED}
        return took

    def gone(number: int) -> float:
        """Seek so many quotes that are nowhere in a long file."""
        asked = [dataclasses.replace(quotes[0], text="无。")] * number
        started = time.process_time()
        assert len(verify_quotes(asked, lambda _: (page * 20).encode())) == number
        return time.process_time() - started

    # seconds for a twentieth of 8 000 files and 40 000 quotes, and for 40 000 that are gone
    for check, few, limit in ((changed, 50, 1.5), (gone, 5_000, 5)):
        check(few)  # once for nothing: what is loaded at first use
        took = check(8 * few)
        if took >= limit:  # the machine may be busy
            took = min(took, check(8 * few))
        assert took < limit
        assert took < 16 * check(few)  # 64 times, if it grew with the square


def stored(text: str, span: Span) -> StoredSentence:
    return StoredSentence(id=0, text=text, start=0, span=span)


def saved() -> dict[str, Any]:
    """Return what `qa ask --json` prints: two passages, the second of which is one sentence."""
    file = file_of(PAGE)
    source = Source("river/a.txt", "utf-8", file.sha256)
    cited = []
    for rank, (passage, sentence) in enumerate(((f"{DRONES}\n{USE}", USE), (CLOSED, CLOSED)), 1):
        one = StoredPassage(0, 0, passage, 0, 0, 0, quote_of(file, passage).span, source)
        answer = stored(sentence, quote_of(file, sentence).span)
        hit = object.__new__(Hit)  # the contract does not look into it
        cited.append(CitedPassage(rank, one, answer, cosine=0.9, score=0.9, hit=hit))
    answer_of = Answer("问？", "问？", confidence=0.9, threshold=0.5, passages=tuple(cited))
    loaded: dict[str, Any] = json.loads(json.dumps(answer_object(answer_of)))
    return loaded


def test_quotes_of_a_saved_answer():
    """Every passage and every answer sentence is a quote; one that is both is checked once."""
    quotes = quotes_of_answer(saved())
    assert [quote.text for quote in quotes] == [f"{DRONES}\n{USE}", USE, CLOSED]
    file = file_of(PAGE)
    for quote in quotes:
        expected = quote_of(file, quote.text, ours=False)
        assert quote == dataclasses.replace(expected, path="river/a.txt")
    checked = verify_quotes(quotes, lambda _: PAGE.encode())
    assert [one.state for one in checked] == [UNCHANGED] * 3


@pytest.mark.parametrize(
    ("after", "counts", "told"),
    [
        pytest.param(PAGE, "2 unchanged, 0 moved, 0 gone", [], id="nothing"),
        pytest.param(
            "\n" + PAGE,
            "0 unchanged, 2 moved, 0 gone",
            ["moved  river/a.txt:3 → line 4", "moved  river/a.txt:8 → line 9"],
            id="a line above",
        ),
        pytest.param(
            edit("二架", "三架"),
            "1 unchanged, 0 moved, 1 gone",
            ["gone   river/a.txt:3 (file changed)", "stands river/a.txt:4"],
            id="the sentence before the answer",
        ),
        pytest.param(
            edit("二架", "三百架"),
            "0 unchanged, 1 moved, 1 gone",
            [
                "moved  river/a.txt:8 → line 8",
                "gone   river/a.txt:3 (file changed)",
                "moved  river/a.txt:4 → line 4",
            ],
            id="that sentence, longer",
        ),
        pytest.param(
            edit("大作用", "作用"),
            "0 unchanged, 1 moved, 1 gone",
            ["moved  river/a.txt:8 → line 8", "gone   river/a.txt:4 (file changed)"],
            id="the answer sentence",
        ),
    ],
)
def test_a_passage_and_its_answer_sentence_are_one_quote(after, counts, told):
    """Both are checked, and counted once: as the worse; what has become of the sentence is told
    where it is not what has become of the passage, or both are gone. What is gone comes last."""
    checked = verify_quotes(quotes_of_answer(saved()), lambda _: after.encode())
    console = Console(width=200)
    with console.capture() as shown:
        console.print(checked_view(checked))
    *fates, summary = shown.get().splitlines()
    assert summary.startswith(f"2 quotes: {counts} · 1 file")
    assert fates[::2] == told


def test_quotations_are_in_the_order_of_the_passages():
    """A sentence is told with the passage around it, wherever it comes; one in none by itself."""

    def at(path: str, start: int, end: int) -> Checked:
        return Checked(path, "", Span(1, 1, start, end, start, end), UNCHANGED, None, "unchanged")

    late, inner, first, other = at("b", 50, 90), at("b", 60, 70), at("b", 0, 50), at("c", 60, 70)
    assert quotations([late, first, inner, other]) == ((late, inner), (first,), (other,))
    assert quotations([inner, late]) == ((late, inner),)
    assert quotations([]) == ()


def test_quotes_of_many_saved_answers():
    """A file may hold one object, however it is laid out, or one a line; errors hold no quotes."""
    one = saved()
    other = copy.deepcopy(one)
    other["passages"][1]["article"]["path"] = "b.txt"
    failed = error_object("", ArticlesError("没有\u2028", hint="h"))
    lines = [json.dumps(each, ensure_ascii=False) for each in (one, failed, other, one)]
    assert quotes_of_saved(lines[0]) == quotes_of_answer(one)
    assert quotes_of_saved("\ufeff" + json.dumps(one, indent=2)) == quotes_of_answer(one)
    many = quotes_of_saved("\r\n".join(lines) + "\n\n")
    assert [(quote.path, quote.text) for quote in many] == [
        *((quote.path, quote.text) for quote in quotes_of_answer(one)),
        ("b.txt", CLOSED),
    ]
    assert quotes_of_saved("\n") == ()
    assert quotes_of_answer({"passages": []}) == ()


ARTICLE = ("passages", 0, "article")
SPAN = ("passages", 1, "answer_sentence", "span")


@pytest.mark.parametrize(
    ("where", "value", "told"),
    [
        pytest.param(("passages",), None, "passages is missing", id="no passages"),
        pytest.param(("passages",), {}, "passages is no list", id="passages of another kind"),
        pytest.param(("passages", 1), "x", "passages[1].article is missing", id="no passage"),
        pytest.param(ARTICLE, [], "passages[0].article is no dict", id="no article"),
        pytest.param((*ARTICLE, "path"), 3, "passages[0].article.path is no str", id="no path"),
        *(
            pytest.param((*ARTICLE, "path"), path, "passages[0].article.path cannot be", id=path)
            for path in (
                *("", "/etc/passwd", "../a.txt", "a/../../b.txt", "a//b.txt", "a/", "./a.txt"),
                *(".git/config", "a/.b.txt", "..\\a.txt", "a\\..\\b.txt", "\\a.txt", "C:\\a.txt"),
                *("C:a.txt", "\\\\host\\a.txt", "a\0.txt", "\ud800.txt", "../" * 200),
            )
        ),
        *(
            pytest.param(
                (*ARTICLE, "encoding"), name, "passages[0].article.encoding cannot be", id=name
            )
            for name in (
                *("", "nonsense", "rot13", "zlib", "hex", "idna", "punycode", "undefined"),
                *("unicode_escape", "raw-unicode-escape", "HTML", "utf-8\0", "\ud800"),
            )
        ),
        *(
            pytest.param((*ARTICLE, "sha256"), digest, "sha256 cannot be", id=f"hash {digest:.4}")
            for digest in ("", "A" * 64, "a" * 63, "a" * 65, "a" * 64 + "\n")
        ),
        pytest.param(("passages", 0, "text"), " \n", "passages[0].text cannot be", id="no text"),
        pytest.param(("passages", 0, "text"), "\udfff", "[0].text cannot be", id="a surrogate"),
        pytest.param(("passages", 0, "text"), ["甲"], "passages[0].text is no str", id="a list"),
        pytest.param(SPAN, None, "answer_sentence.span is missing", id="no span"),
        *(
            pytest.param((*SPAN, name), value, f"answer_sentence.span.{name} {told}", id=case)
            for name, value, told, case in (
                ("line_start", 0, "is not between 1 and", "line 0"),
                ("line_end", 1, "is not between 8 and", "lines backwards"),
                ("char_start", -1, "is not between 0 and", "before the file"),
                ("char_start", True, "is no int", "true"),
                ("char_end", 5.5, "is no int", "half a character"),
                ("char_end", "70", "is no int", "a string"),
                ("char_end", 3, "is not between", "nothing"),
                ("byte_start", 10**30, "is not between 0 and", "a huge number"),
                ("byte_end", float("nan"), "is no int", "no number"),
                ("byte_end", 10**4000, "is not between", "a very huge number"),
                ("byte_end", None, "is missing", "null"),
            )
        ),
    ],
)
def test_what_is_no_answer_of_ours_is_refused(where, value, told):
    """A wrong type, a wild number, a path out of the folder: an error that names the field."""
    answer = saved()
    holder: Any = answer
    for step in where[:-1]:
        holder = holder[step]
    holder[where[-1]] = value
    with pytest.raises(SavedAnswerError) as caught:
        quotes_of_answer(answer)
    assert told in str(caught.value)
    assert str(caught.value).startswith("not an answer that qa has saved: ")
    assert len(str(caught.value)) < 250
    assert "\n" not in str(caught.value)
    assert caught.value.hint.endswith("or what the chat exports: /export FILE.json")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nonsense", "line 1 is not JSON"),
        ('{"passages": []}\n\n{"passages": [', "line 3 is not JSON"),
        ("[" * 100_000, "line 1 is not JSON"),
        ('{"passages": [' + "9" * 5000 + "]}", "line 1 is not JSON"),
        ("[]", "passages is missing"),
        ("null", "passages is missing"),
        ('"passages"', "passages is missing"),
        ('{"passages": []}\n{"question": "?"}', "passages is missing"),
    ],
)
def test_file_that_holds_no_answers_is_refused(text, told):
    """What is no JSON, or JSON of something else, is an error that says where."""
    with pytest.raises(SavedAnswerError, match=told):
        quotes_of_saved(text)


def test_encodings_in_which_text_files_are_saved_are_taken():
    """Whatever Python decodes, and what was extracted, can be an article's encoding."""
    for name in ("utf-8", "UTF-8", "gb18030", "gbk", "big5", "utf-16", "cp936", "html", "pdf"):
        answer = saved()
        answer["passages"][0]["article"]["encoding"] = name
        assert quotes_of_answer(answer)[0].encoding == name


def test_unreadable_is_what_reading_says_it_is():
    """An error of reading that is not about a missing file leaves the quote unverified."""

    def read(path: str) -> bytes:
        raise SourceFileError(path, "no permission")

    (checked,) = verify_quotes([quote_of(file_of(PAGE), DRONES)], read)
    assert (checked.state, checked.file) == (GONE, "unreadable")
