"""Text of a file → clean text, with a map back.

In: the characters of a file. Out: a `CleanText`: paragraphs separated by one line feed, no line
break inside a sentence, no runs of white space. It only ever removes or replaces white space;
no other character is added, changed or lost, so that text and file differ in white space alone,
and in the lines that the caller leaves out.
"""

from __future__ import annotations

import array
import dataclasses
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from typing import Self

from embeddings.source import Span

_BYTE_ORDER_MARK = "\ufeff"
_LINE = re.compile(r"[^\r\n]+")
_WORD = re.compile(r"\S+")
_CLOSERS = "”’」』）】》〉〕\"')]"
_TERMINATORS = "。！？!?；;…"
_CLAUSE_END = re.compile(r"[，,。；！？]")
_INNER = re.compile(r"[，、,。；！？]")
_TOLD = re.compile(r"[，、,。；！？）)]")  # a bracket is the reporter's: 本报讯（记者 李小梅）
_HEADING_MARK = re.compile(
    r"[□■◎○●◆▲△★☆◇※•*#【〖—－–]|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.、．]\D"
)

HEADING_LENGTH = 12
"""Shorter unpunctuated lines are headings or captions; as in the five articles."""

_TAIL = 200  # characters of a paragraph that decide whether it goes on

WRAP_LENGTH = 30
"""An unpunctuated line this long was broken by a page or mail width, in characters."""

NARROWEST, SLACK = 12, 2
"""Full-width characters of the narrowest column that text is set in, and how many of them a full
line may lack: a mark may not begin a line, and takes what is before it along."""

INDENT = 2  # characters, where a paragraph begins

DEEPEST = 8  # characters of an indent that are measured

_BLANK = " \t\u3000\xa0"

WIDEST = 200  # characters of a line that are measured; no column is as wide

LEAST_FULL = 4
"""So many lines make a column, if most of those that end in mid-sentence are as wide."""


@dataclasses.dataclass(frozen=True, slots=True)
class CleanText:
    """Clean text whose every character knows the character of the file that it came from."""

    text: str
    origins: array.array[int]  # for each character of `text`, its place in the file's text
    breaks: tuple[int, ...] = ()  # places in `text` before which lines of the file were left out

    def source_range(self, start: int, end: int) -> tuple[int, int]:
        """Return the file's characters, half open, that `text[start:end]` came from."""
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"no such range: [{start}, {end}) of {len(self.text)}")
        return self.origins[start], self.origins[end - 1] + 1


class Column:
    """How wide a page is set, in columns of a screen and in characters: full lines have either.

    A list is no column of text, though its lines be as long: few have marks within.

    >>> page = Column(["　　昨日，市住房和城乡建设局发布", "法。规定六层及以下的每台补贴十八"] * 2)
    >>> page.is_full("由“四分之三”降为“三分之二”，一"), page.is_full("老旧小区加装电梯")
    (True, False)
    """

    def __init__(self, lines: Iterable[str]) -> None:
        open_ended = [one for one in lines if one.rstrip(_CLOSERS)[-1:] not in _TERMINATORS]
        self._columns = _commonest(open_ended, _columns, NARROWEST * 2, SLACK * 2)
        self._characters = _commonest(open_ended, len, NARROWEST, SLACK - 1)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Look how wide the lines of a file are."""
        return cls(_indented(text, start, end) for start, end in _lines(text))

    def is_full(self, line: str, *, begins: bool = False) -> bool:
        """Say whether a line, with its indent, was broken by the page.

        One that `begins` a paragraph may have lost an indent of two characters.
        """
        lost = INDENT * begins
        columns, characters = _columns(line) + 2 * lost, len(line) + lost
        return (0 < self._columns <= columns) or (0 < self._characters <= characters)


def _columns(line: str) -> int:
    return sum(1 + (unicodedata.east_asian_width(one) in "WFA") for one in line[:WIDEST])


def _commonest(
    lines: Sequence[str], measure: Callable[[str], int], narrowest: int, slack: int
) -> int:
    """Return how long a full line is at least; 0 where most lines are not of one length."""
    lengths = [(length, one) for one in lines if (length := measure(one)) >= narrowest]
    if not lengths:
        return 0
    most = Counter(length for length, _ in lengths).most_common(1)[0][0]
    full = [one for length, one in lengths if abs(length - most) <= slack]
    marked = sum(_INNER.search(one[:-1]) is not None for one in full)
    is_set = len(full) >= LEAST_FULL and 2 * len(full) > len(lengths) and 2 * marked >= len(full)
    return most - slack if is_set else 0


@dataclasses.dataclass(slots=True)
class _Written:
    """Clean text as far as it is written."""

    pieces: list[str] = dataclasses.field(default_factory=list)
    origins: array.array[int] = dataclasses.field(default_factory=lambda: array.array("q"))
    breaks: list[int] = dataclasses.field(default_factory=list)

    def put(self, piece: str, origin: int) -> None:
        self.pieces.append(piece)
        self.origins.extend(range(origin, origin + len(piece)))

    def put_line(self, text: str, start: int, end: int) -> None:
        """Put the words of a line, one space between any two."""
        for number, word in enumerate(_WORD.finditer(text, start, end)):
            if number:
                self.put(" ", word.start() - 1)
            self.put(word.group(), word.start())


def clean(
    text: str,
    lines: Sequence[tuple[int, int]] | None = None,
    *,
    alone: Container[int] = frozenset(),
    column: Column | None = None,
) -> CleanText:
    r"""Clean the text of one file, or some of its lines, given as ranges in order.

    Lines that begin at one of `alone` are no part of a sentence: by-lines, dates, credits. `column`
    is how wide the file is set; it is looked for where none is given.

    >>> clean("他们得到宽待，达到治病救人的目\n的。\n\n\n  下一步  工作\n").text
    '他们得到宽待，达到治病救人的目的。\n下一步 工作'
    """
    written = _Written()
    previous = ""
    previous_end = 0
    after_alone = False
    column = column or Column.from_text(text)
    full = False
    for start, end in lines if lines is not None else _lines(text):
        content = text[start:end].strip()
        if not content:
            continue
        between = text[previous_end:start]
        left_out = bool(previous) and bool(between.strip())
        gap = between.count("\n") + between.count("\r") - between.count("\r\n")
        parted = gap == 0  # of one line: its headline
        joins = not (left_out or parted or after_alone or start in alone)
        after_alone = start in alone
        wrapped = gap == 1 and full
        goes_on = (
            bool(previous) and joins and _continues(previous, content, gap, text, wrapped=wrapped)
        )
        # A headline is as long as a line by chance; behind a sentence another one begins.
        ended = bool(previous) and previous.rstrip(_CLOSERS)[-1:] in _TERMINATORS
        told = goes_on or ended or _TOLD.search(content[:-1]) is not None
        if goes_on:
            digits = previous[-1].isdigit() and content[0].isdigit()
            cut = wrapped and digits and not previous.isascii()
            if _needs_space(previous[-1], content[0]) and not cut:
                written.put(" ", previous_end)
            content = (previous + content)[-_TAIL:]
        elif previous:
            written.put("\n", previous_end)
            if left_out:
                written.breaks.append(len(written.origins))
        written.put_line(text, start, end)
        full = told and column.is_full(_indented(text, start, end), begins=not goes_on)
        previous, previous_end = content, end
    return CleanText("".join(written.pieces), written.origins, tuple(written.breaks))


def _indented(text: str, start: int, end: int) -> str:
    """Return a line with its indent."""
    before = text[max(0, start - DEEPEST) : start]
    return before[len(before.rstrip(_BLANK)) :] + text[start:end].rstrip()


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield the lines of a file's text, without a byte order mark."""
    for line in _LINE.finditer(text, text.startswith(_BYTE_ORDER_MARK)):
        yield line.span()


def squash(text: str) -> str:
    """Return the text without white space: what cleaning never changes."""
    return "".join(text.split())


def fits_file(raw: bytes, encoding: str, span: Span, text: str) -> bool:
    """Say whether the bytes of the span, decoded, are the text, white space apart."""
    cut = raw[span.byte_start : span.byte_end].decode(encoding, errors="replace")
    return squash(cut) == squash(text)


def _continues(line: str, following: str, gap: int, text: str, *, wrapped: bool = False) -> bool:
    """Say whether a sentence goes on from one line to the next, `gap` line breaks further.

    `text` is the whole file: words that stand in it whole tell where one was cut in two. `wrapped`
    says that the line is as wide as the column that the page is set in.
    """
    if gap > 2 or line.rstrip(_CLOSERS)[-1:] in _TERMINATORS or _HEADING_MARK.match(following):
        return False
    if _HEADING_MARK.match(line) and not _CLAUSE_END.search(line):
        return False
    if line.isascii() or following.isascii():
        return gap == 1 and (following[0].islower() or len(line) > 2 * WRAP_LENGTH)
    if not wrapped and not (
        _is_prose(following) or following.rstrip(_CLOSERS)[-1:] in _TERMINATORS
    ):
        return False
    if _is_prose(line):
        return line[-1] not in "：:"
    return wrapped or (gap == 1 and len(line) >= WRAP_LENGTH) or _cuts_a_word(line, following, text)


def _cuts_a_word(line: str, following: str, text: str) -> bool:
    """Say whether the end of one line and the begin of the next make a word of the same text."""
    if len(line) < HEADING_LENGTH or not line[-3:].isalpha() or not following[:2].isalpha():
        return False
    return line[-1] + following[:2] in text or line[-2:] + following[0] in text


def _is_prose(line: str) -> bool:
    return len(line) >= HEADING_LENGTH and _INNER.search(line) is not None


def _needs_space(before: str, after: str) -> bool:
    return before.isascii() and after.isascii() and not (before == "-" and after.isalpha())
