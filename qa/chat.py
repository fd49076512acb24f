"""A configuration → the chat on this terminal, or on pipes.

In: an `AskConfig`. Out: the exit code. Here the parts are put together: the prompt is there before
the index is open, unless the index has to be built first.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from qa import piped, repl
from qa.config import AskConfig
from qa.opening import Opening, Tell
from qa.screen import errors, print_json, screen

if TYPE_CHECKING:
    from rich.console import RenderableType

    from embeddings.snapshot import Snapshot
    from qa.session import Session


def run_chat(config: AskConfig) -> int:
    """Talk until the user leaves; raises what hinders the index from being opened."""
    notes = errors(config)
    at_terminal = bool(sys.stdin and sys.stdin.isatty() and not config.json)
    repair = "/index" if at_terminal else ""
    opening = Opening(lambda tell: _session(config, tell, repair))
    if not (at_terminal and config.has_index):
        opening.session(notes.print)  # it may have to be built, with a progress bar
    if config.json:
        source = sys.stdin.buffer if sys.stdin else io.BytesIO()
        session = opening.session(notes.print)
        return piped.chat_json(session, source, print_json, explain=config.explain)
    keyboard: repl.Keyboard = piped.PipedKeyboard()
    if at_terminal:
        keyboard = _line_editor(config, opening)
        _greet(config)
    terminal = repl.Terminal(keyboard, screen(config), notes, _page)
    options = repl.Options(config.language, config.explain, lambda: _refresh(config))
    return repl.chat(opening, terminal, options)


def _session(config: AskConfig, tell: Tell, repair: str) -> Session:
    from qa import reply_view  # noqa: F401 -- imported here, behind the prompt
    from qa.library import open_session

    session = open_session(config, errors(config), tell, repair=repair)
    session.warm_up()
    return session


def _refresh(config: AskConfig) -> tuple[RenderableType, Snapshot]:
    from qa.indexing import refresh

    return refresh(config, errors(config))


def _line_editor(config: AskConfig, opening: Opening) -> repl.Keyboard:
    from qa.candidates import candidates
    from qa.line_editor import LineEditor

    language = config.language
    return LineEditor(
        history=_history_file() if config.history else None,
        complete=lambda line: candidates(line, opening.ready(), language),
    )


def _history_file() -> Path:
    from platformdirs import user_state_path

    return user_state_path("article-qa", appauthor=False) / "history"


def _greet(config: AskConfig) -> None:
    from qa.greeting import greeting_view

    screen(config).print(greeting_view(str(config.articles), config.language))


def _page(text: str, line: int) -> bool:
    from qa.programs import page

    return page(text, line=line, environment=os.environ)
