"""The chat: read a line, give it to the session, print the reply.

An error costs one turn. Ctrl-C drops the line being typed or, at an empty prompt, leaves with
130; Ctrl-D leaves with 0. Without a terminal, standard input is read line by line.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import IO

from rich.console import Console

from embeddings.errors import ArticleBotError, QuestionError
from qa import contract, present
from qa.config import EXIT_DONE, EXIT_ERROR, EXIT_INTERRUPTED
from qa.session import Cited, Quit, Session

PROMPT = "? "


def chat(session: Session, screen: Console, errors: Console, *, explain: bool = False) -> int:
    """Talk until the user leaves; return the exit code."""
    read = _line_editor() if sys.stdin and sys.stdin.isatty() else _piped_line
    while True:
        try:
            line = read()
        except KeyboardInterrupt as interrupt:
            if interrupt.args:  # a line was being typed: only that is dropped
                continue
            return EXIT_INTERRUPTED
        except EOFError:
            return EXIT_DONE
        if not line.strip():
            continue
        try:
            reply = session.turn(line)
        except ArticleBotError as error:
            errors.print(present.error_view(error))
            continue
        if isinstance(reply, Quit):
            return EXIT_DONE
        view = present.reply_view(reply, explain=explain, folder=session.folder)
        screen.print(view, soft_wrap=isinstance(reply, Cited))
        screen.print()


def chat_json(
    session: Session, source: IO[bytes], write: Callable[[str], None], *, explain: bool = False
) -> int:
    """Answer one question a line with one JSON object a line; `/new` prints nothing.

    A question that fails gives an object with `error` and `hint`, and 1 in the end.
    """
    code = EXIT_DONE
    for raw in source:
        line = raw.rstrip(b"\r\n")
        question = line.decode("utf-8", errors="replace")
        if question.strip() == "/new":
            session.turn("/new")
            continue
        try:
            _check_utf8(line)
            result = contract.answer_object(session.ask(question), explain=explain)
        except ArticleBotError as error:
            result = contract.error_object(question, error)
            code = EXIT_ERROR
        write(json.dumps(result, ensure_ascii=False))
    return code


def _check_utf8(line: bytes) -> None:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise QuestionError(
            f"the question is not UTF-8 (byte {error.start})", hint="send the questions as UTF-8"
        ) from error


def _piped_line() -> str:
    line = sys.stdin.buffer.readline() if sys.stdin else b""
    if not line:
        raise EOFError
    return line.decode("utf-8", errors="replace").rstrip("\r\n")


def _line_editor() -> Callable[[], str]:
    from prompt_toolkit import PromptSession

    prompt: PromptSession[str] = PromptSession(PROMPT)

    def read() -> str:
        try:
            return prompt.prompt()
        except KeyboardInterrupt:
            if prompt.default_buffer.text:
                raise KeyboardInterrupt("line") from None
            raise

    return read
