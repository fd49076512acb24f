"""Styled text → lines no wider than the terminal, by the rules of Chinese typesetting.

In: a Rich `Text` without line feeds and a width in terminal cells. Out: its lines. A line breaks
between any two Chinese characters or at a space, never before a closing mark, after an opening one
or at a no-break space, and within a Latin word or number only when it alone is wider than the line.
A command is never broken: one that is wider than the terminal is broken by that, and copied whole.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

_NO_BREAK = "\u00a0"
_NOT_FIRST = frozenset("。，、；：？！…—”’』」》〉）】〕·,.;:?!)]}%»℃" + _NO_BREAK)
_NOT_LAST = frozenset("“‘『「《〈（【〔([{«" + _NO_BREAK)

COMMAND = "command"
"""The style of what is to be copied as it stands."""


def wrap(text: Text, width: int) -> list[Text]:
    """Return the lines of a text; at least one, and each at most `width` cells, which is ≥ 2.

    A line is wider where it is the end of a command.
    """
    commands = [(span.start, span.end) for span in text.spans if span.style == COMMAND]
    lines = list(text.divide(_breaks(text.plain, width, commands)))
    for line in lines:
        line.rstrip()
    return lines


def _breaks(plain: str, width: int, commands: Sequence[tuple[int, int]]) -> list[int]:
    """Return the offsets at which new lines begin."""
    breaks: list[int] = []
    start = used = 0
    for at, character in enumerate(plain):
        size = cell_len(character)
        if used + size > width and not (character == " " and used <= width):
            place = _break_before(plain, start, at)
            place = next((first for first, end in commands if first < place < end), place)
            if place > start:
                start = place
                breaks.append(start)
                used = cell_len(plain[start:at])
        used += size
    return breaks


def _break_before(plain: str, start: int, at: int) -> int:
    """Return the last place in (start, at] where a line may end, or `at` if there is none."""
    for place in range(at, start, -1):
        before, after = plain[place - 1], plain[place]
        if after in _NOT_FIRST or before in _NOT_LAST or after == " ":
            continue
        if before == " " or not (_in_word(before) and _in_word(after)):
            return place
    return at


def _in_word(character: str) -> bool:
    return character.isascii() and not character.isspace()
