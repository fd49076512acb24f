"""Bytes → how they read in the encoding that they are most probably in.

In: the bytes of a text file. Out: a `Reading`, or `Undecided`. A byte order mark decides. Without
one, every candidate reads all the bytes, and the most plausible text wins, when it is plausible
and clearly more so than the next: that an encoding can read the bytes says little, since GB18030
and Big5 read nearly everything.
"""

from __future__ import annotations

import codecs
import dataclasses
import math
import re
from collections.abc import Callable, Sequence

from embeddings.align import BAD
from embeddings.mend import REPLACEMENT, Reading, read
from embeddings.plausible import plausibility

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

FAMILIES = (
    ("utf-8",),
    ("gb18030",),
    ("big5", "cp950", "big5hkscs"),  # one encoding but for symbols and additions; most usual first
    ("utf-16-le",),
    ("utf-16-be",),
)

UTF_8_BONUS = 6.0  # nats: chance hardly ever makes UTF-8, and most files are

PROOF = 16
"""Characters beyond ASCII that prove UTF-8 when every byte fits it: of the characters of GB 2312,
one in eight looks like one of UTF-8, and fewer of those in Big5 and UTF-16."""

MARGIN = 5.0  # nats, a likelihood ratio of 150, by which the best must lead

SAMPLE = 1 << 16
"""Bytes that are weighed when none of the candidates reads them all: that takes 5 µs a byte."""

_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")

LEAST_MEAN, LEAST_MEAN_SLACK = -9.3, 5.0
"""The mean log probability that prose of n characters beyond ASCII has at the least: LEAST_MEAN -
SLACK / √n. Of 8 000 news articles the lowest is -8.4; misread ones have -10 to -12; one character
of prose deviates by 2.2."""


@dataclasses.dataclass(frozen=True, slots=True)
class Undecided:
    """The encoding cannot be told."""

    candidates: tuple[str, ...]  # the nearest two, the best first; one or none when no other reads


@dataclasses.dataclass(frozen=True, slots=True)
class _Judged:
    reading: Reading
    total: float  # log probability of the bytes in this encoding
    plausible: bool  # as prose, for itself; UTF-8 needs not be, since chance does not make it

    @classmethod
    def from_reading(cls, reading: Reading) -> _Judged:
        text = reading.text.replace(REPLACEMENT, "") if reading.bad else reading.text
        found = plausibility(text)
        bonus = UTF_8_BONUS if reading.encoding == "utf-8" else 0.0
        least = LEAST_MEAN - LEAST_MEAN_SLACK / math.sqrt(max(found.beyond_ascii, 1))
        return cls(
            reading,
            total=found.total + BAD * reading.places + bonus,
            plausible=found.mean >= least or (bonus > 0 and not reading.bad),
        )


def recognise(raw: bytes) -> Reading | Undecided:
    """Read bytes in the encoding that they are most probably in.

    >>> recognise("新聞".encode("big5")).encoding
    'big5'
    """
    for mark, encoding in MARKS:
        if raw.startswith(mark):
            return read(raw, encoding) or Undecided((encoding,))
    if raw.isascii() and b"\0" not in raw:
        return Reading("utf-8", raw.decode("ascii"))
    utf_8 = _read_clean(raw, "utf-8")
    if utf_8 is not None and len(utf_8.text.encode("ascii", "ignore")) + PROOF <= len(utf_8.text):
        return utf_8
    clean = _judge(raw, _read_clean)
    if _is_decided(clean):
        return read(raw, clean[0].reading.encoding) or clean[0].reading
    judged = _judge(_sample(raw), read)
    if _is_decided(judged):
        found = read(raw, judged[0].reading.encoding)
        if found is not None:
            return found
    return Undecided(tuple(one.reading.encoding for one in judged[:2]))


def _sample(raw: bytes) -> bytes:
    """Return so much, from the first byte beyond ASCII on, that the encoding shows."""
    found = _BEYOND_ASCII.search(raw)
    start = found.start() // 2 * 2 if found and len(raw) > SAMPLE else 0  # UTF-16 has units of two
    return raw[start : start + SAMPLE]


def _read_clean(raw: bytes, encoding: str) -> Reading | None:
    try:
        return Reading(encoding, raw.decode(encoding))
    except UnicodeDecodeError:
        return None


def _judge(raw: bytes, read: Callable[[bytes, str], Reading | None]) -> list[_Judged]:
    """Return the best reading of each family, the best first, each text once."""
    best: dict[str, _Judged] = {}
    for family in FAMILIES:
        members: dict[str, _Judged] = {}
        for encoding in family:
            found = read(raw, encoding)
            if found is not None and found.text not in best | members:
                members[found.text] = _Judged.from_reading(found)
        if members:
            text = max(members, key=lambda text: members[text].total)  # of equals, the first
            best[text] = members[text]
    return sorted(best.values(), key=lambda judged: -judged.total)


def _is_decided(judged: Sequence[_Judged]) -> bool:
    if not judged or not judged[0].plausible:
        return False
    return len(judged) == 1 or judged[0].total - judged[1].total >= MARGIN
