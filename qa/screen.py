"""Standard output and standard error: consoles on them, JSON, and a reader that has left."""

from __future__ import annotations

import functools
import io
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from qa.config import EXIT_DONE, AskConfig
from qa.language import Language

if TYPE_CHECKING:
    from rich.console import Console


def screen(config: AskConfig) -> Console:
    """Return the console for results."""
    return _console(config, stderr=False)


def errors(config: AskConfig) -> Console:
    """Return the console for everything else."""
    return _console(config, stderr=True)


def print_json(value: object) -> None:
    """Print JSON on one line; it is UTF-8 wherever it goes."""
    from qa.export import json_text

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        print(json_text(value), flush=True)  # noqa: T201 -- the one line that prints
    except BrokenPipeError:
        leave_quietly()


def replace_what_cannot_be_shown() -> None:
    """Let no character that the terminal's encoding lacks end the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def warn_of_encoding(language: Language) -> None:
    """Say once when standard output lacks characters that answers have."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        "许許«…".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        told = "This terminal is {encoding}, not UTF-8: what it lacks is shown as ?"
        note = language.say(told, encoding=encoding)
        print(language.say("note: {note}", note=note), file=sys.stderr)  # noqa: T201


def leave_quietly() -> NoReturn:
    """End: the reader of standard output has closed it, as `head` does."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(EXIT_DONE)


def _console(config: AskConfig, *, stderr: bool) -> Console:
    from rich.console import Console

    from qa.theme import THEME

    class OwnConsole(Console):
        # What is wider than the screen is a command, which the terminal breaks when it shows it.
        print = functools.partialmethod(Console.print, crop=False)

        def on_broken_pipe(self) -> None:
            leave_quietly()

    return OwnConsole(
        theme=THEME, stderr=stderr, no_color=not config.color or None, highlight=False, emoji=False
    )
