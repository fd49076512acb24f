"""The chat: read a line, give it to the session, print the reply.

An error costs one turn. Ctrl-C drops the line or the running question; a second one, at an empty
prompt, leaves with 130; Ctrl-D leaves with 0.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rich.console import Console, RenderableType

from embeddings.errors import ArticleBotError, ExportError
from qa.config import EXIT_DONE, EXIT_INTERRUPTED
from qa.language import Language
from qa.opening import Opening

if TYPE_CHECKING:
    from embeddings.snapshot import Snapshot
    from qa.answer import Answer
    from qa.layout import Look
    from qa.replies import Explained, Exported, Opened, Reply, Sources
    from qa.session import Session

PROMPT_LINES = 3
"""Of the screen: the question, a blank line and the next prompt."""

YES = frozenset({"y", "yes", "是", "好", "覆盖"})


class Keyboard(Protocol):
    """Where lines come from."""

    def read(self, filters: str, shown: Callable[[], None]) -> str:
        """Return the next line; `shown` is to be called when the prompt is there."""

    def answer(self) -> str:
        """Return the answer to a question of ours, which no history keeps."""

    def break_in(self, action: Callable[[], None]) -> None:
        """Do something while the prompt waits; nothing when none does."""


@dataclasses.dataclass(frozen=True, slots=True)
class Terminal:
    """What the chat reads from, and prints on."""

    keyboard: Keyboard
    screen: Console
    errors: Console
    page: Callable[[str, int], bool]  # text, line → whether there is a pager


@dataclasses.dataclass(frozen=True, slots=True)
class Options:
    """What the user has chosen for the chat."""

    language: Language
    explain: bool
    refresh: Callable[[], tuple[RenderableType, Snapshot]]  # brings the index up to date


def chat(opening: Opening, terminal: Terminal, options: Options) -> int:
    """Talk until the user leaves; return the exit code."""
    loop = _Loop(opening, terminal, options)
    interrupted = False
    while True:
        try:
            line = loop.read()
        except KeyboardInterrupt as interrupt:
            if interrupted and not interrupt.args:
                return EXIT_INTERRUPTED
            interrupted = True
            if not interrupt.args:  # nothing was being typed
                loop.say("Ctrl-C again leaves.")
            continue
        except EOFError:
            return EXIT_DONE
        interrupted = False
        if not line.strip():
            continue
        try:
            if not loop.turn(line):
                return EXIT_DONE
        except ArticleBotError as error:
            loop.show_error(error)
        except KeyboardInterrupt:
            interrupted = True
            loop.say("Interrupted.")


class _Loop:
    """One turn after the other."""

    def __init__(self, opening: Opening, terminal: Terminal, options: Options) -> None:
        self._opening = opening
        self._terminal = terminal
        self._options = options

    def read(self) -> str:
        """Read a line; errors in opening the index end the chat here."""
        from qa.layout import visible

        session = self._opening.ready()
        filters = visible(session.filters.told()) if session else ""
        return self._terminal.keyboard.read(filters, self._open_behind)

    def turn(self, line: str) -> bool:
        """Obey a line; return whether the chat goes on."""
        from qa.replies import Explained, Exported, Opened, Quit, Refresh, Sources

        session = self._session()
        session.room = self._room if self._terminal.screen.is_terminal else None
        begun = time.perf_counter()
        reply = session.turn(line)
        seconds = time.perf_counter() - begun if self._terminal.screen.is_terminal else None
        match reply:
            case Quit():
                return False
            case Refresh():
                self._refresh(session)
            case Opened() | Sources() | Explained():
                self._page(reply, session)
            case Exported():
                self._export(reply, session)
            case _:
                self._show(reply, session, seconds)
        return True

    def say(self, template: str) -> None:
        """Print a line that is no reply."""
        from rich.text import Text

        self._terminal.errors.print(Text(self._options.language.say(template), "quiet"))
        self._terminal.errors.print()

    def show_error(self, error: ArticleBotError) -> None:
        """Print an error and its hint."""
        from qa.notices import error_view

        self._terminal.errors.print(error_view(error, self._options.language))

    def _open_behind(self) -> None:
        self._opening.start(lambda: self._terminal.keyboard.break_in(self._told))

    def _told(self) -> None:
        self._opening.session(self._terminal.errors.print)

    def _session(self) -> Session:
        return self._opening.session(self._terminal.errors.print)

    def _show(self, reply: Reply, session: Session, seconds: float | None = None) -> None:
        screen = self._terminal.screen
        screen.print(self._view(reply, session, seconds), soft_wrap=_is_copied(reply))
        self._tell_changed(reply, session)
        screen.print()

    def _tell_changed(self, reply: Reply, session: Session) -> None:
        """Say which files are not as they were when the passages just shown were indexed."""
        from embeddings.folder import differing
        from qa.answer import Answer
        from qa.notices import changed_view
        from qa.replies import Cited, More

        if not isinstance(reply, Answer | More | Cited):
            return
        passages = session.passages if isinstance(reply, Cited) else reply.passages
        paths = differing(Path(session.folder), (cited.passage.source for cited in passages))
        if paths:
            view = changed_view(paths, "/index", self._options.language)
            self._terminal.errors.print(view)

    def _room(self, answer: Answer) -> int:
        """Return how many passages fit the screen with the question and the next prompt."""
        from qa.present import room_for

        screen = self._terminal.screen
        return room_for(answer, screen, self._look(None), lines=screen.height - PROMPT_LINES)

    def _view(self, reply: Reply, session: Session, seconds: float | None = None) -> RenderableType:
        from qa.reply_view import reply_view

        return reply_view(reply, self._look(session.folder), seconds=seconds)

    def _look(self, folder: str | None) -> Look:
        from qa.layout import Look

        return Look(self._options.language, folder, self._options.explain)

    def _page(self, reply: Opened | Sources | Explained, session: Session) -> None:
        """Show what may be long in the pager, when it is longer than the screen."""
        screen = self._terminal.screen
        with screen.capture() as capture:
            screen.print(self._view(reply, session))
        text = capture.get()
        lines = text.split("\n")
        marked = next((number for number, line in enumerate(lines, 1) if "«" in line), 1)
        above = max(1, marked - screen.height // 3)
        if not (
            screen.is_terminal and len(lines) > screen.height and self._terminal.page(text, above)
        ):
            self._show(reply, session)

    def _export(self, reply: Exported, session: Session) -> None:
        """Write an export; asks before it writes over a file."""
        path = Path(reply.path).expanduser()
        if path.exists() and not self._confirmed(path):
            self.say("Nothing was written.")
            return
        try:
            path.write_text(reply.text, encoding="utf-8")
        except OSError as error:
            raise ExportError(
                f"cannot write {path}: {error.strerror}", hint="name another file: /export FILE"
            ) from error
        self._show(reply, session)

    def _confirmed(self, path: Path) -> bool:
        from qa.layout import visible

        question = self._options.language.say(
            "{path} exists; write over it? [y/N]", path=visible(str(path))
        )
        self._terminal.screen.print(question, markup=False, highlight=False)
        try:
            return self._terminal.keyboard.answer().strip().lower() in YES
        except (EOFError, KeyboardInterrupt):
            return False

    def _refresh(self, session: Session) -> None:
        """Bring the index up to date, and go on with it."""
        view, snapshot = self._options.refresh()
        session.renew(snapshot)
        self._terminal.screen.print(view)
        self._terminal.screen.print()


def _is_copied(reply: Reply) -> bool:
    """Say whether a reply is there to be copied, so that no line break is put into it."""
    from qa.replies import Cited

    return isinstance(reply, Cited)
