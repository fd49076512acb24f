"""Bytes of a source file → text, with a map from characters to lines and bytes.

In: the bytes of one file. Out: a `DecodedFile`, whose `span` says where a range of its
characters lies on disk. It does not clean: the text is the file's, character for character, a
byte order mark and every line end included.
"""

from __future__ import annotations

import bisect
import dataclasses
import hashlib
import re

from embeddings.errors import SourceFileError

_LINE_END = re.compile(r"\r\n|\r|\n")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")

MAX_CONTROL_SHARE = 0.05
"""Text with more control characters than this is binary: prose has none, a damaged page a few."""

_CHECKPOINT = 4096  # characters between two remembered byte offsets


@dataclasses.dataclass(frozen=True, slots=True)
class Span:
    """A place in a file as it lies on disk."""

    line_start: int  # from 1
    line_end: int  # from 1, included
    char_start: int  # from 0
    char_end: int  # half open
    byte_start: int  # from 0
    byte_end: int  # half open


@dataclasses.dataclass(frozen=True, slots=True)
class DecodedFile:
    """A source file as text, and the way back to its bytes."""

    path: str  # relative to the articles folder, with "/"
    text: str  # every character of the file
    encoding: str  # a Python codec name: `raw.decode(encoding)` is `text`
    sha256: str  # of the bytes
    line_starts: tuple[int, ...]  # the character at which each line begins
    checkpoints: tuple[int, ...]  # the byte at which every 4096th character begins

    def span(self, char_start: int, char_end: int) -> Span:
        """Return the place of `text[char_start:char_end]`; the range must not be empty."""
        if not 0 <= char_start < char_end <= len(self.text):
            raise ValueError(f"no such range: [{char_start}, {char_end}) of {len(self.text)}")
        return Span(
            line_start=bisect.bisect_right(self.line_starts, char_start),
            line_end=bisect.bisect_right(self.line_starts, char_end - 1),
            char_start=char_start,
            char_end=char_end,
            byte_start=self._byte_offset(char_start),
            byte_end=self._byte_offset(char_end),
        )

    def _byte_offset(self, char: int) -> int:
        nearest = char // _CHECKPOINT
        rest = self.text[nearest * _CHECKPOINT : char]
        return self.checkpoints[nearest] + len(rest.encode(self.encoding))


def decode(path: str, raw: bytes) -> DecodedFile:
    r"""Decode one file.

    Raises SourceFileError when it is empty, binary or not UTF-8.

    >>> decode("a.txt", "甲\r\n乙".encode()).span(3, 4)
    Span(line_start=2, line_end=2, char_start=3, char_end=4, byte_start=5, byte_end=8)
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = len(_LINE_END.findall(raw[: error.start].decode("utf-8"))) + 1
        raise SourceFileError(
            path,
            f"not UTF-8 text (byte {error.start}, line {line})",
            hint="save the file as UTF-8, then run: qa index",
        ) from error
    if not text.lstrip("\ufeff").strip():
        raise SourceFileError(path, "empty", hint="put text into it, or take it away")
    if len(_CONTROL.findall(text)) > MAX_CONTROL_SHARE * len(text):
        raise SourceFileError(path, "binary, not text", hint="only text files are indexed")
    line_starts = (0, *(end.end() for end in _LINE_END.finditer(text)))
    checkpoints = [0]
    for start in range(0, len(text), _CHECKPOINT):
        checkpoints.append(checkpoints[-1] + len(text[start : start + _CHECKPOINT].encode()))
    return DecodedFile(
        path=path,
        text=text,
        encoding="utf-8",
        sha256=hashlib.sha256(raw).hexdigest(),
        line_starts=line_starts,
        checkpoints=tuple(checkpoints),
    )
