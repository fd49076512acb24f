"""Bytes and the encoding they are in → text, the bytes that cannot be read replaced.

In: bytes and a codec. Out: a `Reading`: the text, with U+FFFD for every bad byte (in UTF-16 for
every bad unit of two), and where the bad bytes are. It does not judge the encoding, and refuses
bytes of which too many are bad.

Where characters are pairs of bytes, a wrong or lost byte may leave half a character behind, after
which all pairs are read across two characters, often without an error. Such a stretch is read in
the most plausible way (`embeddings/align.py`); UTF-16, and what can be read as it stands, only when
that gives prose in place of rare characters.
"""

from __future__ import annotations

import collections
import dataclasses
import re
from collections.abc import Iterator, Sequence

from embeddings.align import MAX_CHARACTER, PAIRED, UTF_16, Range, most_plausible
from embeddings.plausible import has_rare_run, plausibility

REPLACEMENT = "\ufffd"

PROSE = -8.0  # the mean of what a repair must win; of prose it is -6.5, of misread bytes -10

BAD_SHARE = 0.01  # of the bytes, as places: beyond it a file is not damaged, but something else

_ESCAPED = re.compile("[\ud800-\udfff]")
_ALL = re.compile(rb"(?s).*")
_STRETCH = re.compile(rb"[^\x00-\x2f]+")  # these bytes are never part of a longer character


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """Bytes as read in one encoding."""

    encoding: str  # a Python codec name
    text: str
    bad: tuple[Range, ...] = ()  # where unreadable bytes are: start and end, from 0

    @property
    def places(self) -> int:
        """How many characters must have been spoilt for all the bad bytes, at the least."""
        return _places(self.bad)


def read(raw: bytes, encoding: str) -> Reading | None:
    r"""Read bytes in one encoding, or return None when more than one byte in 100 is bad.

    One place, of up to four bad bytes, is allowed in files of any length.

    >>> read(b"\xd0\xc2\xff\n", "gbk")
    Reading(encoding='gbk', text='新\ufffd\n', bad=((2, 3),))
    """
    allowed = max(1, int(BAD_SHARE * len(raw)))
    try:
        clean = Reading(encoding, raw.decode(encoding))
    except UnicodeError:
        clean = None
    if clean and not (_is_of_pairs(encoding) and has_rare_run(clean.text, _rare_run(encoding))):
        return clean
    try:
        escaped = _decode_escaping(raw, encoding)
        if len(_ESCAPED.findall(escaped)) > 2 * MAX_CHARACTER * allowed:
            return clean
        if _is_of_pairs(encoding):
            bad = tuple(_bad_in_pairs(raw, encoding))
        else:
            bad = tuple(_bad_as_escaped(escaped, encoding))
        if _places(bad) <= allowed:
            return Reading(encoding, "".join(_parts(raw, encoding, bad)), bad)
    except UnicodeError:  # not even one byte for another: a codec with states, or of other units
        pass
    return clean


def _is_of_pairs(encoding: str) -> bool:
    return encoding in PAIRED or encoding in UTF_16


def _rare_run(encoding: str) -> int:
    """Return how many rare characters make a stretch suspect."""
    return 3 if encoding in UTF_16 else 2  # a shift in UTF-16 lasts to the end of the file


def _places(bad: Sequence[Range]) -> int:
    runs: list[int] = []
    last = -1
    for start, end in bad:
        if start == last:
            runs[-1] += end - start
        else:
            runs.append(end - start)
        last = end
    return sum(-(-run // MAX_CHARACTER) for run in runs)


def _parts(raw: bytes, encoding: str, bad: Sequence[Range]) -> list[str]:
    parts = []
    good = 0
    for start, end in bad:
        parts += [raw[good:start].decode(encoding), REPLACEMENT]
        good = end
    return [*parts, raw[good:].decode(encoding)]


def _decode_escaping(raw: bytes, encoding: str) -> str:
    """Decode with a lone surrogate for each bad byte; in UTF-16, for each that is one."""
    if encoding in UTF_16:
        return raw[: len(raw) // 2 * 2].decode(encoding, "surrogatepass")
    return raw.decode(encoding, "surrogateescape")


def _bad_as_escaped(escaped: str, encoding: str) -> Iterator[Range]:
    char = byte = 0
    for match in _ESCAPED.finditer(escaped):
        byte += len(escaped[char : match.start()].encode(encoding))
        yield byte, byte + 1
        char, byte = match.end(), byte + 1


def _bad_in_pairs(raw: bytes, encoding: str) -> Iterator[Range]:
    """Yield the bad bytes of the most plausible reading of each stretch that reads badly."""
    for stretch in [_ALL.match(raw)] if encoding in UTF_16 else _STRETCH.finditer(raw):
        start, end = stretch.span() if stretch else (0, 0)
        for first, last in _bad_in_stretch(raw[start:end], encoding):
            yield start + first, start + last


def _bad_in_stretch(stretch: bytes, encoding: str) -> Sequence[Range]:
    bad: Sequence[Range] = ()
    try:
        text = stretch.decode(encoding)
        if not has_rare_run(text, _rare_run(encoding)):
            return bad
    except UnicodeDecodeError:
        if encoding in PAIRED:
            return most_plausible(stretch, encoding)
        bad = tuple(_lone_units(stretch, encoding))
        text = "".join(_parts(stretch, encoding, bad))
    mended = most_plausible(stretch, encoding)
    return mended if _is_repair(text, "".join(_parts(stretch, encoding, mended))) else bad


def _is_repair(text: str, mended: str) -> bool:
    """Tell whether what is read in place of rare characters is prose.

    Rows of one character count once: misread or not, they are as plausible.
    """
    before, after = collections.Counter(text), collections.Counter(mended)
    lost = [char for char in before - after if not char.isascii()]
    won = [char for char in (after - before).elements() if "\u4e00" <= char <= "\u9fff"]
    return 0 < len(lost) <= 4 * len(set(won)) and plausibility("".join(won)).mean >= PROSE


def _lone_units(raw: bytes, encoding: str) -> Iterator[Range]:
    """Yield the units of UTF-16 that are no character, and a last byte that is no unit."""
    byte = char = 0
    text = _decode_escaping(raw, encoding)
    for match in _ESCAPED.finditer(text):
        byte += len(text[char : match.start()].encode(encoding))
        yield byte, byte + 2
        char, byte = match.end(), byte + 2
    if len(raw) % 2:
        yield len(raw) - 1, len(raw)
