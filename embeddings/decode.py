"""Bytes of a source file → text, with a map from characters to lines and bytes.

In: the bytes of one file. Out: a `DecodedFile`, whose `span` says where a range of its
characters lies on disk. It does not clean: the text is the file's, character for character, a
byte order mark and every line end included. Bytes that cannot be read become U+FFFD.
"""

from __future__ import annotations

import bisect
import codecs
import dataclasses
import hashlib
import re
from collections.abc import Sequence

from embeddings.bytemap import ByteMap
from embeddings.errors import SourceFileError
from embeddings.mend import Reading, read
from embeddings.recognise import Undecided, recognise
from embeddings.source import Span

_LINE_END = re.compile(r"\r\n|\r|\n")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")

MAX_CONTROL_SHARE = 0.05
"""Text with more control characters than this is binary: prose has none, a damaged page a few."""

_WIDER = {"big5": "big5hkscs", "gb2312": "gb18030", "gbk": "gb18030"}
"""What a text is tried as that is none of the encoding that it is said to be."""

_WITHOUT_MARK = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
"""Codecs that eat a byte order mark → those that keep it; little-endian where there is none."""


@dataclasses.dataclass(frozen=True, slots=True)
class DecodedFile:
    """A source file as text, and the way back to its bytes."""

    path: str  # relative to the articles folder, with "/"
    text: str  # every character of the file
    encoding: str  # a Python codec name: `raw.decode(encoding)` is `text`, but for damage
    sha256: str  # of the bytes
    line_starts: tuple[int, ...]  # the character at which each line begins
    bytemap: ByteMap
    damage: tuple[int, ...] = ()  # the lines, from 1, that hold bytes which cannot be read

    @classmethod
    def from_extracted(
        cls, path: str, raw: bytes, text: str, *, kind: str, starts: Sequence[int]
    ) -> DecodedFile:
        """Make one of text that was extracted from another format ("html", "pdf", "docx").

        `starts` has the character at which each paragraph or page begins, the first of them 0:
        these are its lines. Bytes are counted in the UTF-8 of the extracted text.
        """
        return cls(
            path=path,
            text=text,
            encoding=kind,
            sha256=hashlib.sha256(raw).hexdigest(),
            line_starts=tuple(starts),
            bytemap=ByteMap.from_text(text),
        )

    def span(self, char_start: int, char_end: int) -> Span:
        """Return the place of `text[char_start:char_end]`; the range must not be empty.

        Where two characters have one code (in Big5-HKSCS), the bytes of a half are those of both.
        """
        if not 0 <= char_start < char_end <= len(self.text):
            raise ValueError(f"no such range: [{char_start}, {char_end}) of {len(self.text)}")
        return Span(
            line_start=bisect.bisect_right(self.line_starts, char_start),
            line_end=bisect.bisect_right(self.line_starts, char_end - 1),
            char_start=char_start,
            char_end=char_end,
            byte_start=self.bytemap.start(char_start),
            byte_end=self.bytemap.end(char_end),
        )


def decode(path: str, raw: bytes, *, encoding: str | None = None) -> DecodedFile:
    r"""Decode one file: in the encoding that is named, or else in the one it is most probably in.

    Raises SourceFileError when the file is empty or binary, or when its encoding cannot be told or
    is not the one that is named; ValueError when no codec has that name.

    >>> decode("a.txt", "甲\r\n乙".encode()).span(3, 4)
    Span(line_start=2, line_end=2, char_start=3, char_end=4, byte_start=5, byte_end=8)
    >>> decode("a.txt", "新聞".encode("big5")).encoding
    'big5'
    """
    reading = _recognised(path, raw) if encoding is None else _named(path, raw, encoding)
    text = reading.text
    if not text.lstrip("\ufeff").strip():
        raise SourceFileError(path, "empty", hint="put text into it, or take it away")
    if _is_binary(text) or not text.strip("\ufffd\ufeff \t\r\n"):
        raise _binary(path)
    line_starts = (0, *(end.end() for end in _LINE_END.finditer(text)))
    bytemap = ByteMap.from_reading(raw, reading)
    bad = (bytemap.char_at(start) for start, _ in reading.bad)
    return DecodedFile(
        path=path,
        text=text,
        encoding=reading.encoding,
        sha256=hashlib.sha256(raw).hexdigest(),
        line_starts=line_starts,
        bytemap=bytemap,
        damage=tuple(sorted({bisect.bisect_right(line_starts, char) for char in bad})),
    )


def codec_name(encoding: str, raw: bytes = b"") -> str:
    """Return Python's name of a text encoding, one that keeps a byte order mark.

    Raises ValueError when there is no such encoding.
    """
    try:
        name = codecs.lookup(encoding).name
        bytes(4).decode(name)  # refuses codecs that do not make text, as base64
    except (LookupError, UnicodeError, ValueError) as error:
        raise ValueError(f"no such encoding: {encoding}") from error
    if name in {"utf-16", "utf-32"} and raw.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)):
        return f"{name}-be"
    return _WITHOUT_MARK.get(name, name)


def _named(path: str, raw: bytes, encoding: str) -> Reading:
    name = codec_name(encoding, raw)
    reading = read(raw, name)
    if name in _WIDER and (reading is None or reading.bad):
        wider = read(raw, _WIDER[name])
        reading = wider if wider is not None and not wider.bad else reading
    if reading is None:
        raise SourceFileError(
            path, f"not {name} text", hint="name another: qa index --encoding NAME"
        )
    return reading


def _recognised(path: str, raw: bytes) -> Reading:
    reading = recognise(raw)
    if not isinstance(reading, Undecided):
        return reading
    best = reading.candidates[0] if reading.candidates else "latin-1"
    if _is_binary(raw.decode(best, "replace")):
        raise _binary(path)
    names = " or ".join(reading.candidates)
    raise SourceFileError(
        path,
        "its encoding cannot be told" + (f": {names}" if names else ""),
        hint="name it: qa index --encoding NAME",
    )


def _is_binary(text: str) -> bool:
    return len(_CONTROL.findall(text)) > MAX_CONTROL_SHARE * len(text)


def _binary(path: str) -> SourceFileError:
    return SourceFileError(path, "binary, not text", hint="only text files are indexed")
