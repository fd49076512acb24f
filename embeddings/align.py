"""Bytes in which characters may begin anywhere → where they most probably begin.

In: a stretch of bytes, and an encoding whose characters are pairs of bytes. Out: the bytes that
belong to no character in the most plausible of all readings. It does not know whether the stretch
is damaged at all, and takes time: 3 µs a byte.
"""

from __future__ import annotations

import functools
import re

from embeddings.plausible import ASCII, OTHER, RARE_RANK, log_probability

BAD = -20.0
"""The log probability of a bad byte, as of an unassigned character: worse than any real one."""

BAD_NEXT = -7.0
"""For each byte more that is bad with it: four cost a little more than two private characters."""

SWAPPED = -5.0
"""ASCII and "─" in UTF-16. "─" is "%" and the ideographic space is "0" with their bytes swapped, so
that a line or a column of them must not weigh less than the other."""

MAX_CHARACTER = 4  # bytes, in UTF-8 and GB18030: what one wrong byte can spoil

PAIRED = frozenset({"gb2312", "gbk", "gb18030", "big5", "cp950", "big5hkscs"})
"""ASCII, or a lead byte from 81 with one byte after it; GB18030 also with three."""

UTF_16 = frozenset({"utf-16-le", "utf-16-be"})

Range = tuple[int, int]  # bytes from 0, half open

_DEAD_END = float("-inf")
_FOUR = re.compile(rb"[\x81-\xfe][0-9][\x81-\xfe][0-9]")


def most_plausible(stretch: bytes, encoding: str) -> list[Range]:
    """Return the bad bytes of the most plausible of all readings, by dynamic programming."""
    steps_at = _steps_in_utf_16 if encoding in UTF_16 else _steps_in_pairs
    best = [0.0] + [_DEAD_END] * len(stretch)
    step_to: list[_Step] = [(0, 0.0, True)] * (len(stretch) + 1)
    for at in range(len(stretch)):
        for step in steps_at(stretch, at, encoding):
            length, found, _ = step
            if at + length <= len(stretch) and best[at] + found > best[at + length]:
                best[at + length] = best[at] + found
                step_to[at + length] = step
    bad = []
    at = len(stretch)
    while at:
        length, _, good = step_to[at]
        if not good:
            width = length if encoding in UTF_16 else 1
            bad += [(end - width, end) for end in range(at, at - length, -width)]
        at -= length
    return bad[::-1]


_Step = tuple[int, float, bool]  # bytes that are read next, their log probability, whether they can


def _steps_in_pairs(stretch: bytes, at: int, encoding: str) -> list[_Step]:
    if stretch[at] < 0x80:
        return [(1, ASCII, True)]
    steps = [(1, BAD, False)]
    for more in range(1, MAX_CHARACTER):
        if stretch[at + more : at + more + 1] < b"\x80":  # ASCII, or the end
            break
        steps.append((1 + more, BAD + more * BAD_NEXT, False))
    for length in (2, 4) if _FOUR.match(stretch, at) else (2,):
        found = _of_code(stretch[at : at + length], encoding)
        if found is not None:
            steps.append((length, found, True))
    return steps


def _steps_in_utf_16(stretch: bytes, at: int, encoding: str) -> list[_Step]:
    """Return a unit, good or lone, two surrogates, or one byte that got between the units."""
    for length in (2, 4):
        found = _of_code(stretch[at : at + length], encoding)
        if found is not None:
            return [(length, found, True), (1, BAD, False)]
    return [(2, BAD, False), (1, BAD, False)]


@functools.lru_cache(maxsize=1 << 16)
def _of_code(code: bytes, encoding: str) -> float | None:
    """Return what the character of these bytes weighs, None when there is none.

    Rare ones, but not those that are no text at all, weigh as the rarest of the usual: else a list
    of rare characters, out of step, would read a little better.
    """
    try:
        chars = code.decode(encoding)
    except UnicodeDecodeError:
        return None
    if encoding in UTF_16 and (chars.isascii() or chars == "─"):
        return SWAPPED
    found = sum(map(log_probability, chars))
    return max(found, RARE_RANK) if found >= OTHER else found
