"""One question → its answer, printed.

In: a configuration and a question. Out: the answer on the screen, in the form that is wanted; on
standard error, which of the files that it quotes are not as they were.
"""

from __future__ import annotations

import enum
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from qa.config import AskConfig
from qa.screen import errors, print_json, screen

if TYPE_CHECKING:
    from qa.answer import Answer


class Form(enum.StrEnum):
    """The forms of an answer."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


def run_ask(config: AskConfig, question: str, form: Form, *, edited: bool) -> None:
    """Answer a question; if `edited`, open the first passage's file in the user's editor then."""
    from qa.reader import LazyReader

    reader = LazyReader(once=True).begun()  # it loads beside all that is imported here
    from qa.library import open_session

    session = open_session(config, errors(config), reader=reader)
    begun = time.perf_counter()
    answer = session.ask(question)
    _print(config, session.folder, answer, form, seconds=time.perf_counter() - begun)
    _tell_changed(config, session.folder, answer)
    if edited and answer.passages:
        from qa.programs import edit

        first = answer.passages[0]
        file = Path(session.folder, first.passage.source.path)
        edit(file, line=first.answer_sentence.span.line_start, environment=os.environ)


def _print(config: AskConfig, folder: str, answer: Answer, form: Form, *, seconds: float) -> None:
    if form is Form.JSON:
        from qa.contract import answer_object

        print_json(answer_object(answer, explain=config.explain))
        return
    out = screen(config)
    if form is Form.MARKDOWN:
        from qa.configured import today
        from qa.export import markdown_of

        text = markdown_of([answer], language=config.language, accessed=today())
        out.print(text, end="", markup=False, soft_wrap=True)
    else:
        from qa.layout import Look
        from qa.present import answer_view

        look = Look(config.language, folder, config.explain)
        took = seconds if out.is_terminal else None  # what is piped is the same every time
        out.print(answer_view(answer, look, seconds=took))


def _tell_changed(config: AskConfig, folder: str, answer: Answer) -> None:
    """Say which files are not as they were when what is quoted from them was indexed."""
    from embeddings.folder import differing

    paths = differing(Path(folder), (cited.passage.source for cited in answer.passages))
    if paths:
        from qa.configured import index_command
        from qa.notices import changed_view

        command = config.language.translated(index_command(config))
        errors(config).print(changed_view(paths, command, config.language))
