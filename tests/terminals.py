"""A real pseudo-terminal with `qa` in it, and the screen that a person would see."""

from __future__ import annotations

import contextlib
import re
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pexpect
import pyte

from tests.running import COMMAND, process_environment

PATIENCE = 60
"""Seconds until a screen must be there: the machine may be busy."""

QUIET = 0.15
"""Seconds without output after which a screen counts as whole."""

PROMPT = re.compile(r"(?:^|\n|\] )\?$|\[y/N\]$")
"""The end of a screen on which the chat waits for a line."""

SCORE = re.compile(r"\d\.\d{3}\b")

TOOK = re.compile(r"\d+\.\d\d\s(s|秒)")


class Terminal:
    """One program in a terminal of so many columns and lines."""

    def __init__(self, *command: str, columns: int = 80, lines: int = 24, **variables: str) -> None:
        environment = process_environment(TERM="xterm-256color", **variables)
        del environment["COLUMNS"]
        self._screen = pyte.Screen(columns, lines)
        self._screen.write_process_input = self._reply  # type: ignore[method-assign, assignment]
        self._stream = pyte.ByteStream(self._screen)
        self.sent = b""  # all that the program has sent to the terminal
        self.child = pexpect.spawn(
            command[0],
            list(command[1:]),
            env=environment,
            dimensions=(lines, columns),
            timeout=PATIENCE,
        )

    def text(self) -> str:
        """Return what is on the screen, but for times, and for scores' third decimals: these
        differ between runs, and between processors."""
        lines = [line.rstrip() for line in self._screen.display]
        return SCORE.sub("0.000", TOOK.sub(r"0.00 \1", "\n".join(lines).rstrip()))

    @property
    def cursor(self) -> int:
        """The column of the cursor, from 0."""
        column: int = self._screen.cursor.x
        return column

    def type(self, keys: str) -> None:
        """Press keys."""
        self.child.send(keys.encode())

    def resize(self, columns: int, lines: int) -> None:
        """Drag the window."""
        self._screen.resize(lines, columns)
        self.child.setwinsize(lines, columns)
        self.child.kill(signal.SIGWINCH)

    def wait(self, there: Callable[[str], object] | str) -> str:
        """Wait until the screen has a text, or is as wanted, and rests; return it."""
        wanted = (lambda text: there in text) if isinstance(there, str) else there
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if not self._take(QUIET) and wanted(self.text()):
                return self.text()
        raise AssertionError(f"not there: {there}\n{self.text()}")

    def wait_for_prompt(self) -> str:
        """Wait until the chat waits for a line, on the last line of the screen."""
        return self.wait(PROMPT.search)

    def left(self) -> int | None:
        """Wait until the program has ended; return its exit code."""
        while self.child.isalive() or self._take(0.05):
            self._take(0.05)
        self.child.close()
        code: int | None = self.child.exitstatus
        return code

    def _take(self, seconds: float) -> bool:
        """Show what the program sends within some time; return whether it sent anything."""
        try:
            sent = self.child.read_nonblocking(100_000, seconds)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return False
        self.sent += sent
        self._stream.feed(sent)
        return True

    def _reply(self, report: str) -> None:
        """Answer what the program asks the terminal, as where the cursor is."""
        self.child.send(report.encode())


@contextlib.contextmanager
def terminal(
    *arguments: str,
    home: Path,
    columns: int = 80,
    lines: int = 24,
    command: Sequence[str] = COMMAND,
    **variables: str,
) -> Iterator[Terminal]:
    """Start `qa` in a terminal; `home` is where it keeps its history. It is ended in the end."""
    started = Terminal(
        *command,
        *arguments,
        columns=columns,
        lines=lines,
        **{"XDG_STATE_HOME": str(home), "LANG": "C.UTF-8", "LC_ALL": "", **variables},
    )
    try:
        yield started
    finally:
        started.child.close(force=True)
