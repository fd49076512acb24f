"""Text → Rich renderables at any width; what all screens are made of.

Article and user text goes into `Text`, never into markup, and through `visible` first: what stands
in an article can neither style nor steer the terminal.
"""

from __future__ import annotations

import dataclasses
import re

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from qa.language import ENGLISH, Language
from qa.wrap import COMMAND, wrap


@dataclasses.dataclass(frozen=True, slots=True)
class Look:
    """How things are shown."""

    language: Language = ENGLISH
    folder: str | None = None  # places link to the files in it
    explain: bool = False  # show the parts of each passage's score


PLAIN = Look()

MARK_START, MARK_END = "«", "»"
"""Around the answer sentence, so that it is marked without colour too."""

SEARCHED_ONLY = "searched only: {filters}"
"""What is said of an answer where a filter was set."""

NOT_ANSWERED = (
    "The articles do not answer this question (confidence {confidence}; an answer needs"
    " {threshold})."
)
PERHAPS_ANSWERED = (
    "The articles may not answer this question (confidence {confidence}; an answer needs"
    " {threshold})."
)
"""For a question that counts as not answered, though not surely so."""

LEAST_HEADLINE = 8
"""Columns of a headline that still tell which it is."""

_CONTROL_PICTURES = {code: 0x2400 + code for code in range(0x20) if code not in (0x09, 0x0A)}
_CONTROL_PICTURES |= {0x7F: 0x2421, 0x09: 0x20}

CLOAKED = re.compile(
    r"[\x80-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    r"\ufff9-\ufffb\U000e0000-\U000e0fff\ud800-\udfff]"
)


def visible(text: str) -> str:
    r"""Return text in which nothing steers the terminal: controls are shown, not sent.

    >>> visible("a\x1b[31m\u202eb")
    'a␛[31m<U+202E>b'
    """
    shown = text.translate(_CONTROL_PICTURES)
    return CLOAKED.sub(lambda match: f"<U+{ord(match.group()):04X}>", shown)


def path_text(path: str) -> str:
    """Return a path on one line, whatever its name holds."""
    return visible(path).replace("\n", "␊")


def advice(text: str, language: Language, style: str = "") -> Text:
    """Return a translated text in which no command is broken, so that it can be copied."""
    told = Text(visible(text), style)
    for start, end in language.commands_in(told.plain):
        told.stylize(COMMAND, start, end)
    return told


class Wrapped:
    """Lines of text, each broken at the console's width, behind an indent; `first` stands in it.

    `most` cuts what is over; `window` does so on a terminal only, where an answer must not scroll
    its own beginning away, and keeps the marked sentence in sight.
    """

    def __init__(
        self,
        text: Text,
        indent: str = "",
        *,
        first: str | None = None,
        most: int | None = None,
        window: int | None = None,
    ) -> None:
        self._text = text
        self._indent = indent
        self._first = indent if first is None else first  # as wide as the indent
        self._most = most
        self._window = window

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(2, options.max_width - len(self._indent))
        lines = [line for part in self._text.split("\n") for line in wrap(part, width)]
        if self._window is not None and console.is_terminal and len(lines) > self._window:
            marked = next((n for n, line in enumerate(lines) if MARK_START in line.plain), 0)
            start = max(0, min(marked - 1, len(lines) - self._window))
            lines = lines[start:]
            if start:
                lines[0] = Text.assemble("…", _cropped(lines[0], width, at_start=True))
            lines = _shortened(lines, self._window, width)
        elif self._most is not None:
            lines = _shortened(lines, self._most, width)
        for number, line in enumerate(lines):
            indent = self._indent if number else self._first
            yield Text.assemble((indent, "quiet"), line, no_wrap=True, overflow="ignore")


class Head:
    """One line: a mark, what is known of a source, its place; long headlines are shortened."""

    def __init__(self, mark: Text, source: Text) -> None:
        self._mark = mark
        self._source = source

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        spare = options.max_width - self._mark.cell_len - self._source.cell_len
        told, dot, _ = self._source.plain.partition(" · ")
        width = cell_len(told) + spare
        if spare < 0 and dot and width >= LEAST_HEADLINE:
            short = _cropped(Text(told), width)
            short.rstrip()
            yield Text.assemble(self._mark, short, "…", self._source[len(told) :], no_wrap=True)
        else:
            yield Wrapped(Text.assemble(self._mark, self._source))


def _shortened(lines: list[Text], most: int, width: int) -> list[Text]:
    """Return at most that many lines, the last with an ellipsis when any are left out."""
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], Text.assemble(_cropped(lines[most - 1], width), "…")]


def _cropped(line: Text, width: int, *, at_start: bool = False) -> Text:
    """Return the line, shortened by what an ellipsis needs."""
    while line.cell_len > width - 1:
        line = line[1:] if at_start else line[:-1]
    return line
