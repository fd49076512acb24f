"""An article ↔ the bytes that a snapshot keeps of it.

In: an article's source, its clean text and its sentences. Out: two strings of bytes, each with a
checksum, so that a changed byte is an error and never another quotation. A passage needs no bytes
of its own: it is its sentences, from the first to the last.
"""

from __future__ import annotations

import dataclasses
import json
import struct
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from embeddings.source import Source, Span

if TYPE_CHECKING:
    from embeddings.split import Sentence

MAX_UNPACKED = 1 << 28
"""Bytes of an article: a file of 200 MB holds no more text, and zlib can grow 1 000 times."""

_HEAD = struct.Struct("<BII")  # whether the text is GB18030, its bytes, sentences
_COLUMNS = 8  # start and end in the clean text, in lines, in characters and in bytes

_CHECKSUM = struct.Struct("<I")


@dataclasses.dataclass(frozen=True, slots=True)
class Body:
    """An article's clean text and where its sentences stand."""

    text: str
    places: list[list[int]]  # of each sentence: start and end in the text, then a `Span`

    def part(self, first: int, last: int) -> tuple[str, int, Span]:
        """Return the text from one sentence to another, where it starts, and its span."""
        start, _, line, _, char, _, byte, _ = self.places[first]
        _, end, _, last_line, _, last_char, _, last_byte = self.places[last]
        span = Span(line, last_line, char, last_char, byte, last_byte)
        return self.text[start:end], start, span


def pack_source(source: Source) -> bytes:
    """Return a source as bytes."""
    raw = json.dumps(dataclasses.astuple(source), ensure_ascii=False, separators=(",", ":"))
    content = raw.encode("utf-8", "surrogatepass")
    return _CHECKSUM.pack(zlib.crc32(content)) + content


def unpack_source(raw: bytes) -> Source:
    """Return what `pack_source` was given; ValueError for anything else."""
    content = raw[_CHECKSUM.size :]
    if len(raw) <= _CHECKSUM.size or _CHECKSUM.unpack_from(raw)[0] != zlib.crc32(content):
        raise ValueError("a source is not what was written")
    values = json.loads(content.decode("utf-8", "surrogatepass"))
    if not isinstance(values, list) or len(values) != len(dataclasses.fields(Source)):
        raise ValueError("not a source")
    return Source(*values)


def pack_body(text: str, sentences: Sequence[Sentence]) -> bytes:
    """Return a text and its sentences as bytes, half as many as the text has."""
    rows = [
        (sentence.start, sentence.end, *dataclasses.astuple(sentence.span))
        for sentence in sentences
    ]
    places = np.array(rows, np.int32).reshape(-1, _COLUMNS)
    starts = places[:, ::2]
    steps = np.diff(starts, axis=0, prepend=np.zeros((1, _COLUMNS // 2), np.int32))
    lengths = places[:, 1::2] - starts
    national, raw = _encoded(text)
    numbers = np.concatenate([steps, lengths], axis=1).astype("<i4").tobytes(order="F")
    return zlib.compress(_HEAD.pack(national, len(raw), len(rows)) + raw + numbers)


def unpack_body(raw: bytes) -> Body:
    """Return what `pack_body` was given; ValueError for anything else."""
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(raw, MAX_UNPACKED)
    except zlib.error as error:
        raise ValueError("a text is not what was written") from error
    if not unpacking.eof or unpacking.unused_data or len(content) < _HEAD.size:
        raise ValueError("not a text")
    national, size, count = _HEAD.unpack_from(content)
    end = _HEAD.size + size
    if len(content) != end + 4 * _COLUMNS * count:
        raise ValueError("not a text and its sentences")
    columns = np.frombuffer(content, "<i4", offset=end).reshape(_COLUMNS, count)
    places = np.empty((count, _COLUMNS), np.int32)
    places[:, ::2] = np.cumsum(columns[: _COLUMNS // 2], axis=1).T
    places[:, 1::2] = places[:, ::2] + columns[_COLUMNS // 2 :].T
    written = content[_HEAD.size : end]
    text = written.decode("gb18030") if national else written.decode("utf-8", "surrogatepass")
    return Body(text, places.tolist())


def _encoded(text: str) -> tuple[bool, bytes]:
    """Return the text as GB18030, of which zlib leaves 46 % of UTF-8's bytes rather than 56 %.

    It has a place for every character, but none for half of a surrogate pair: then UTF-8.
    """
    try:
        return True, text.encode("gb18030")
    except UnicodeEncodeError:
        return False, text.encode("utf-8", "surrogatepass")
