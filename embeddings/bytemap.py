"""Text and the bytes it was read from → at which byte each character begins and ends.

In: bytes, and how they were read. Out: a `ByteMap`. Text that encodes to its own bytes again is
kept in long pieces and encoded when an offset is asked; what does not (bad bytes, characters with
two codes, two characters in one code) is a piece of its own, and cannot be divided.
"""

from __future__ import annotations

import bisect
import codecs
import dataclasses
import re
from collections.abc import Iterator

from embeddings.align import PAIRED
from embeddings.mend import Reading

_PIECE = 4096  # characters, at the most, that are encoded to find an offset

_SECOND = re.compile("[\u02e5\u02e9\u0300\u0301\u0304\u030c\u309a]")
"""What may be the second of two characters in one code, in Big5-HKSCS and JIS X 0213."""


@dataclasses.dataclass(frozen=True, slots=True)
class ByteMap:
    """The way from characters to bytes."""

    text: str
    encoding: str  # a Python codec name
    chars: tuple[int, ...]  # where pieces begin, from 0, and the number of characters
    offsets: tuple[int, ...]  # the bytes where the same pieces begin, and the number of bytes
    indivisible: frozenset[int]  # the first characters of the pieces that have no inside

    @classmethod
    def from_reading(cls, raw: bytes, reading: Reading) -> ByteMap:
        """Map a reading to the bytes that were read."""
        return cls._from_pieces(reading.text, reading.encoding, raw, _pieces(raw, reading))

    @classmethod
    def from_text(cls, text: str) -> ByteMap:
        """Map a text, lone surrogates and all, to its UTF-8."""
        raw = _encode(text, "utf-8")
        return cls._from_pieces(text, "utf-8", raw, _regular(text, "utf-8"))

    @classmethod
    def _from_pieces(
        cls, text: str, encoding: str, raw: bytes, pieces: Iterator[_Piece]
    ) -> ByteMap:
        found = [*pieces, (len(text), len(raw), True)]
        return cls(
            text=text,
            encoding=encoding,
            chars=tuple(char for char, _, _ in found),
            offsets=tuple(byte for _, byte, _ in found),
            indivisible=frozenset(char for char, _, divisible in found if not divisible),
        )

    def start(self, char: int) -> int:
        """Return the byte at which a character begins."""
        piece = bisect.bisect_right(self.chars, char) - 1
        if self.chars[piece] in self.indivisible:
            return self.offsets[piece]
        return self._within(piece, char)

    def end(self, char: int) -> int:
        """Return the byte at which the character before this one ends."""
        piece = bisect.bisect_left(self.chars, char) - 1
        if self.chars[piece] in self.indivisible:
            return self.offsets[piece + 1]
        return self._within(piece, char)

    def char_at(self, byte: int) -> int:
        """Return the character that begins the piece which begins at this byte."""
        return self.chars[bisect.bisect_left(self.offsets, byte)]

    def _within(self, piece: int, char: int) -> int:
        return self.offsets[piece] + len(
            _encode(self.text[self.chars[piece] : char], self.encoding)
        )


_Piece = tuple[int, int, bool]  # first character, first byte, whether it encodes to its bytes


def _encode(text: str, encoding: str) -> bytes:
    return text.encode(encoding, "surrogatepass")  # extracted text may hold lone surrogates


def _pieces(raw: bytes, reading: Reading) -> Iterator[_Piece]:
    char = byte = 0
    for start, end in (*reading.bad, (len(raw), len(raw))):
        text = raw[byte:start].decode(reading.encoding)
        for inside, offset, divisible in _good(text, raw[byte:start], reading.encoding):
            yield char + inside, byte + offset, divisible
        char += len(text)
        if start < end:
            yield char, start, False
        char, byte = char + 1, end


def _good(text: str, raw: bytes, encoding: str) -> Iterator[_Piece]:
    """Yield the pieces of bytes that can all be read."""
    if _is_regular(text, raw, encoding):
        yield from _regular(text, encoding)
        return
    char = byte = 0
    for line in raw.splitlines(keepends=True) if encoding in PAIRED else [raw]:
        text = line.decode(encoding)
        regular = _is_regular(text, line, encoding)
        pieces = _regular(text, encoding) if regular else _irregular(line, encoding)
        for inside, offset, divisible in pieces:
            yield char + inside, byte + offset, divisible
        char, byte = char + len(text), byte + len(line)


def _is_regular(text: str, raw: bytes, encoding: str) -> bool:
    """Tell whether every character has a code of its own, the one that encoding it gives."""
    if encoding.startswith("utf-"):
        return encoding != "utf-7"
    try:
        return text.encode(encoding) == raw and not _SECOND.search(text)
    except UnicodeEncodeError:
        return False


def _regular(text: str, encoding: str) -> Iterator[_Piece]:
    byte = 0
    for char in range(0, len(text), _PIECE):
        yield char, byte, True
        if char + _PIECE < len(text):
            byte += len(_encode(text[char : char + _PIECE], encoding))


def _irregular(raw: bytes, encoding: str) -> Iterator[_Piece]:
    """Yield the pieces of a stretch by reading it byte by byte."""
    decoder = codecs.getincrementaldecoder(encoding)()
    char = byte = 0
    for at in range(len(raw)):
        found = decoder.decode(raw[at : at + 1], at + 1 == len(raw))
        if found:
            yield char, byte, len(found) == 1 and _is_regular(found, raw[byte : at + 1], encoding)
            char, byte = char + len(found), at + 1
