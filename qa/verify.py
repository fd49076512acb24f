"""Quotes and the files as they are now → which cited ranges still give what was quoted.

In: quotes, out of a snapshot or a saved answer (saved.py), and the bytes of the files. Out: a
`Checked` for each. It reads nothing itself and never asks the index: a hash that is the same, the
bytes at the cited range or, where these are others, the sentence found elsewhere in the file.
White space does not count, as everywhere. Of the text around a quote it says nothing.
"""

from __future__ import annotations

import bisect
import dataclasses
import enum
import hashlib
import itertools
import re
from collections.abc import Callable, Sequence

from embeddings.clean import fits_file, squash
from embeddings.decode import DecodedFile, decode
from embeddings.errors import SourceFileError
from embeddings.source import Span
from qa.cite import EXTRACTED_UNITS

_WORD = re.compile(r"\S+")


class State(enum.Enum):
    """What has become of a quote."""

    UNCHANGED = "unchanged"  # the cited range gives it
    MOVED = "moved"  # it stands elsewhere in the same file
    GONE = "gone"  # it is not in the file, or the file cannot be read


@dataclasses.dataclass(frozen=True, slots=True)
class Quote:
    """What was quoted, and from where."""

    path: str  # relative to the articles folder, with "/"
    encoding: str  # a Python codec name; "html", "pdf" or "docx" when text was extracted
    sha256: str  # of the file's bytes when it was quoted
    span: Span
    text: str  # more than white space
    ours: bool = True  # out of our own index: the same hash means the same text


@dataclasses.dataclass(frozen=True, slots=True)
class Checked:
    """What has become of a quote and of its file."""

    path: str
    sentence: str
    span: Span  # as cited
    state: State
    now: Span | None  # where it stands now, when it has moved
    file: str  # "unchanged", "changed", "deleted" or "unreadable"


Read = Callable[[str], bytes]  # path → bytes; raises SourceFileError
TextOf = Callable[[str, bytes, str], DecodedFile]  # path, bytes, encoding; raises SourceFileError


def decoded(path: str, raw: bytes, encoding: str) -> DecodedFile:
    """Return a text file as it is now, in whatever encoding; raise SourceFileError for others."""
    if encoding in EXTRACTED_UNITS:
        raise SourceFileError(path, f"{encoding} is not read again", hint="run: qa index")
    return decode(path, raw)


def verify_quotes(
    quotes: Sequence[Quote], read: Read, *, text_of: TextOf = decoded
) -> tuple[Checked, ...]:
    """Check every quote, in the order given; each file is read, hashed and decoded once."""
    places: dict[str, list[int]] = {}
    for number, quote in enumerate(quotes):
        places.setdefault(quote.path, []).append(number)
    checked: dict[int, Checked] = {}
    for path, numbers in places.items():
        file = _FileNow(path, read, text_of)
        checked.update((number, file.check(quotes[number])) for number in numbers)
    return tuple(checked[number] for number in range(len(quotes)))


def quotations(checked: Sequence[Checked]) -> tuple[tuple[Checked, ...], ...]:
    """Return what a reader takes for one quotation each: a passage and the sentences cited in it.

    In the order of the passages, as given; a sentence that lies in no passage stands for itself.
    """
    by_place = sorted(
        range(len(checked)),
        key=lambda n: (checked[n].path, checked[n].span.char_start, -checked[n].span.char_end),
    )
    groups: list[list[int]] = []
    for number in by_place:
        one, whole = checked[number], checked[groups[-1][0]] if groups else None
        if whole and whole.path == one.path and one.span.char_end <= whole.span.char_end:
            groups[-1].append(number)
        else:
            groups.append([number])
    return tuple(tuple(checked[number] for number in group) for group in sorted(groups))


class _FileNow:
    """A file as it is now, decoded when it must be."""

    def __init__(self, path: str, read: Read, text_of: TextOf) -> None:
        self._path = path
        self._text_of = text_of
        self._texts: dict[str, _Text | None] = {}
        try:
            self._raw = read(path)
        except SourceFileError as error:
            gone = isinstance(error.__cause__, FileNotFoundError | NotADirectoryError)
            self._missing = "deleted" if gone else "unreadable"
            self._sha256 = ""
        else:
            self._missing = ""
            self._sha256 = hashlib.sha256(self._raw).hexdigest()

    def check(self, quote: Quote) -> Checked:
        if self._missing:
            return _checked(quote, State.GONE, self._missing)
        same = self._sha256 == quote.sha256
        if same and quote.ours:
            return _checked(quote, State.UNCHANGED, "unchanged")
        text = self._text(quote.encoding)
        if text is None:
            fits = quote.encoding not in EXTRACTED_UNITS and _fits(self._raw, quote)
            return _checked(quote, State.UNCHANGED if fits else State.GONE, "unreadable")
        file = "unchanged" if same else "changed"
        now = text.cited(quote, self._raw) or text.find(quote)
        if now is None:
            return _checked(quote, State.GONE, file)
        if now == quote.span:
            return _checked(quote, State.UNCHANGED, file)
        return _checked(quote, State.MOVED, file, now)

    def _text(self, encoding: str) -> _Text | None:
        """Return the file's text; `encoding` says how it was read when it was quoted."""
        if encoding not in self._texts:
            try:
                self._texts[encoding] = _Text(self._text_of(self._path, self._raw, encoding))
            except SourceFileError:
                self._texts[encoding] = None
        return self._texts[encoding]


class _Text:
    """A decoded file that is searched without regard to white space."""

    def __init__(self, file: DecodedFile) -> None:
        words = list(_WORD.finditer(file.text))
        self._file = file
        self._squashed = squash(file.text)
        self._words = [word.start() for word in words]  # in the text, and in the squashed text
        sizes = (len(word.group()) for word in words)
        self._squashed_words = list(itertools.accumulate(sizes, initial=0))

    def cited(self, quote: Quote, raw: bytes) -> Span | None:
        """Return the cited range, if it gives the quote; with its lines, if these are others."""
        span, text = quote.span, self._file.text
        if quote.encoding in EXTRACTED_UNITS:
            start, end = span.char_start, min(span.char_end, len(text))
            if squash(text[start:end]) != squash(quote.text):
                return None
        else:
            if not _fits(raw, quote):
                return None
            start, end = self._char(span.byte_start), self._char(span.byte_end)
            if squash(text[start:end]) != squash(quote.text):
                return span  # the file is taken for another encoding now, but its bytes tell
        now = self._file.span(start, end)
        same = (now.line_start, now.line_end) == (span.line_start, span.line_end)
        return span if same else now

    def find(self, quote: Quote) -> Span | None:
        """Return the place of the quote nearest to the cited one, of two as near the first."""
        sought = squash(quote.text)
        cited = quote.span.char_start
        near = self._squashed_place(cited)
        after = self._squashed.find(sought, near)
        before = self._squashed.rfind(sought, 0, near + len(sought))
        starts = [start for start in (before, after) if start >= 0]
        if not starts:
            return None
        best = min(starts, key=lambda start: abs(self._place(start) - cited))
        return self._file.span(self._place(best), self._place(best + len(sought) - 1) + 1)

    def _char(self, byte: int) -> int:
        """Return the first character that begins at the byte or after it."""
        text = self._file.text
        return bisect.bisect_left(
            range(len(text)), byte, key=lambda at: self._file.span(at, at + 1).byte_start
        )

    def _place(self, squashed: int) -> int:
        """Return the character of the text that is this one of the squashed text."""
        word = bisect.bisect_right(self._squashed_words, squashed) - 1
        return self._words[word] + squashed - self._squashed_words[word]

    def _squashed_place(self, char: int) -> int:
        """Return the first character of the squashed text that stands at `char` or after it."""
        word = bisect.bisect_right(self._words, char) - 1
        if word < 0:
            return 0
        inside = self._squashed_words[word] + char - self._words[word]
        return min(inside, self._squashed_words[word + 1])


def _fits(raw: bytes, quote: Quote) -> bool:
    return fits_file(raw, quote.encoding, quote.span, quote.text)


def _checked(quote: Quote, state: State, file: str, now: Span | None = None) -> Checked:
    return Checked(quote.path, quote.text, quote.span, state, now, file)
