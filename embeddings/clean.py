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
from collections.abc import Container, Iterator, Sequence

from embeddings.source import Span

_BYTE_ORDER_MARK = "\ufeff"
_LINE = re.compile(r"[^\r\n]+")
_WORD = re.compile(r"\S+")
_CLOSERS = "”’」』）】》〉〕\"')]"
_TERMINATORS = "。！？!?；;…"
_CLAUSE_END = re.compile(r"[，,。；！？]")
_INNER = re.compile(r"[，、,。；！？]")
_HEADING_MARK = re.compile(
    r"[□■◎○●◆▲△★☆◇※•*#【〖—－–]|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.、．]\D"
)

HEADING_LENGTH = 12
"""Shorter unpunctuated lines are headings or captions; as in the five articles."""

_TAIL = 200  # characters of a paragraph that decide whether it goes on

WRAP_LENGTH = 30
"""An unpunctuated line this long was broken by a page or mail width, in characters."""


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


def clean(
    text: str,
    lines: Sequence[tuple[int, int]] | None = None,
    *,
    alone: Container[int] = frozenset(),
) -> CleanText:
    r"""Clean the text of one file, or some of its lines, given as ranges in order.

    Lines that begin at one of `alone` are no part of a sentence: by-lines, dates, credits.

    >>> clean("他们得到宽待，达到治病救人的目\n的。\n\n\n  下一步  工作\n").text
    '他们得到宽待，达到治病救人的目的。\n下一步 工作'
    """
    pieces: list[str] = []
    origins = array.array("q")
    breaks: list[int] = []

    def put(piece: str, origin: int) -> None:
        pieces.append(piece)
        origins.extend(range(origin, origin + len(piece)))

    previous = ""
    previous_end = 0
    after_alone = False
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
        if previous and joins and _continues(previous, content, gap, text):
            if _needs_space(previous[-1], content[0]):
                put(" ", previous_end)
            content = (previous + content)[-_TAIL:]
        elif previous:
            put("\n", previous_end)
            if left_out:
                breaks.append(len(origins))
        for number, word in enumerate(_WORD.finditer(text, start, end)):
            if number:
                put(" ", word.start() - 1)
            put(word.group(), word.start())
        previous, previous_end = content, end
    return CleanText("".join(pieces), origins, tuple(breaks))


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


def _continues(line: str, following: str, gap: int, text: str) -> bool:
    """Say whether a sentence goes on from one line to the next, `gap` line breaks further.

    `text` is the whole file: words that stand in it whole tell where one was cut in two.
    """
    if gap > 2 or line.rstrip(_CLOSERS)[-1:] in _TERMINATORS or _HEADING_MARK.match(following):
        return False
    if _HEADING_MARK.match(line) and not _CLAUSE_END.search(line):
        return False
    if line.isascii() or following.isascii():
        return gap == 1 and (following[0].islower() or len(line) > 2 * WRAP_LENGTH)
    if not (_is_prose(following) or following.rstrip(_CLOSERS)[-1:] in _TERMINATORS):
        return False
    if _is_prose(line):
        return line[-1] not in "：:"
    return (gap == 1 and len(line) >= WRAP_LENGTH) or _cuts_a_word(line, following, text)


def _cuts_a_word(line: str, following: str, text: str) -> bool:
    """Say whether the end of one line and the begin of the next make a word of the same text."""
    if len(line) < HEADING_LENGTH or not line[-3:].isalpha() or not following[:2].isalpha():
        return False
    return line[-1] + following[:2] in text or line[-2:] + following[0] in text


def _is_prose(line: str) -> bool:
    return len(line) >= HEADING_LENGTH and _INNER.search(line) is not None


def _needs_space(before: str, after: str) -> bool:
    return before.isascii() and after.isascii() and not (before == "-" and after.isalpha())
