"""The keyboard: one line from the terminal, with history and completion.

In: keys. Out: a line, or KeyboardInterrupt and EOFError for Ctrl-C and Ctrl-D. prompt_toolkit does
the editing, and knows how wide Chinese is; here are its settings. Lines are kept between runs in a
file that only the user may read.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app, run_in_terminal
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.styles import Style
from rich.text import Text

from qa.candidates import Candidate
from qa.commands import SLASHES
from qa.layout import CLOAKED

MOST_LINES = 1000
"""Of the history; about 100 KB."""

MENU_LINES = 6
"""Kept free for the completion menu, while a command is being typed only."""

MOST_FILTERS = 30
"""Columns of the prompt in which the filters are named."""

_STYLE = Style.from_dict({"prompt": "bold", "filters": "ansimagenta"})
_BREAKS = re.compile(r"[ \t]*[\r\n]+[ \t]*")
_HAN = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")

Complete = Callable[[str], Iterable[Candidate]]


def one_line(pasted: str) -> str:
    r"""Return pasted text as one line: a line break is a space, or nothing beside Chinese.

    What is hidden, or would steer the terminal, is left out.

    >>> one_line("许昌市\n公安局"), one_line("How many\ndrones?\u202e")
    ('许昌市公安局', 'How many drones?')
    """

    def joint(gap: re.Match[str]) -> str:
        around = pasted[gap.start() - 1 : gap.start()] + pasted[gap.end() : gap.end() + 1]
        return "" if len(around) < 2 or _HAN.search(around) else " "

    return CLOAKED.sub("", _BREAKS.sub(joint, pasted))


class PrivateHistory(FileHistory):
    """Lines kept in a file for its owner alone; one that cannot be written is done without."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        with contextlib.suppress(OSError):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
            path.chmod(0o600)
            self._shorten(path)

    def load_history_strings(self) -> Iterable[str]:
        """Return the lines, newest first; none when the file cannot be read."""
        try:
            return list(super().load_history_strings())
        except OSError:
            return []

    def store_string(self, string: str) -> None:
        """Keep a line; on a full disk it is lost, and the chat goes on."""
        with contextlib.suppress(OSError):
            super().store_string(string)

    def _shorten(self, path: Path) -> None:
        """Leave the newest lines, when there are twice as many as are kept."""
        lines = list(self.load_history_strings())
        if len(lines) <= 2 * MOST_LINES:
            return
        shorter = path.with_suffix(".new")
        with contextlib.suppress(FileNotFoundError):
            shorter.unlink()
        os.close(os.open(shorter, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        kept = FileHistory(shorter)
        for line in reversed(lines[:MOST_LINES]):
            kept.store_string(line)
        shorter.replace(path)


class _Menu(Completer):
    def __init__(self, complete: Complete) -> None:
        self._complete = complete

    def get_completions(self, document: Document, _event: CompleteEvent) -> Iterator[Completion]:
        for one in self._complete(document.text_before_cursor):
            yield Completion(one.text, -one.length, display_meta=one.told)


class LineEditor:
    """Reads lines from the terminal. `complete` gives the menu for a line up to the cursor."""

    def __init__(self, *, history: Path | None, complete: Complete) -> None:
        self._shown: Callable[[], None] = lambda: None
        keys = KeyBindings()
        keys.add(Keys.BracketedPaste)(_paste)
        kept: History = InMemoryHistory() if history is None else PrivateHistory(history)
        self._prompt: PromptSession[str] = PromptSession(
            history=kept,
            completer=_Menu(complete),
            complete_while_typing=Condition(_is_command),
            reserve_space_for_menu=MENU_LINES,
            key_bindings=keys,
            style=_STYLE,
        )
        self._prompt.app.after_render += lambda _: self._shown()

    def read(self, filters: str, shown: Callable[[], None]) -> str:
        """Read a line behind a prompt that names the filters; `shown` is called when it is there.

        Raises KeyboardInterrupt, with an argument when it dropped a line that was not empty, and
        EOFError.
        """
        self._shown = shown
        prompt: StyleAndTextTuples = [("class:prompt", "? ")]
        if filters:
            told = Text(filters)
            told.truncate(MOST_FILTERS, overflow="ellipsis")
            prompt.insert(0, ("class:filters", f"[{told.plain}] "))
        try:
            return self._prompt.prompt(prompt)
        except KeyboardInterrupt:
            if self._prompt.default_buffer.text:
                raise KeyboardInterrupt("line") from None
            raise

    def answer(self) -> str:
        """Read the answer to a question, which the history does not keep."""
        answer: str = PromptSession[str]().prompt()
        return answer

    def break_in(self, action: Callable[[], None]) -> None:
        """Do something above the prompt while it waits; from any thread. An error ends the prompt.

        A command that is being typed is completed anew: more may be known by now. Does nothing when
        no prompt waits.
        """
        app = self._prompt.app

        def act() -> None:
            try:
                action()
            except Exception as error:  # noqa: BLE001 -- it is raised again by `read`
                app.exit(exception=error)
            if _is_command():
                app.current_buffer.start_completion()

        loop = app.loop
        if app.is_running and loop is not None:
            with contextlib.suppress(RuntimeError):  # the prompt has ended meanwhile
                loop.call_soon_threadsafe(lambda: run_in_terminal(act))


def _is_command() -> bool:
    return get_app().current_buffer.text.startswith(SLASHES)


def _paste(event: KeyPressEvent) -> None:
    event.current_buffer.insert_text(one_line(event.data))
