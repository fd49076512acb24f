"""The chat without a terminal: lines of standard input → replies, or JSON objects.

In: bytes, a line a question. Out: lines for the loop of the chat; or an object for each question,
and the exit code. Nothing is printed here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import IO, TYPE_CHECKING

from embeddings.errors import ArticleBotError, QuestionError
from qa.commands import SLASHES
from qa.config import EXIT_DONE, EXIT_ERROR

if TYPE_CHECKING:
    from qa.session import Session


class PipedKeyboard:
    """Lines of standard input, which is no terminal."""

    def read(self, filters: str, shown: Callable[[], None]) -> str:  # noqa: ARG002 -- nothing is shown
        """Return the next line; raise EOFError at the end."""
        line = sys.stdin.buffer.readline() if sys.stdin else b""
        if not line:
            raise EOFError
        return line.decode("utf-8", errors="replace").rstrip("\r\n")

    def answer(self) -> str:
        """Return the next line."""
        return self.read("", lambda: None)

    def break_in(self, action: Callable[[], None]) -> None:
        """Do nothing: no prompt waits."""


def chat_json(
    session: Session, source: IO[bytes], write: Callable[[object], None], *, explain: bool = False
) -> int:
    """Answer one question a line with one JSON object a line; `/new` prints nothing.

    A question that fails, or another command, gives an object with `error` and `hint`, and 1 in the
    end.
    """
    from qa import contract

    code = EXIT_DONE
    for raw in source:
        line = raw.rstrip(b"\r\n")
        question = line.decode("utf-8", errors="replace")
        if question.strip() == "/new":
            session.turn("/new")
            continue
        try:
            _check_utf8(line)
            _check_question(question)
            result = contract.answer_object(session.ask(question), explain=explain)
        except ArticleBotError as error:
            result = contract.error_object(question, error)
            code = EXIT_ERROR
        write(result)
    return code


def _check_question(line: str) -> None:
    if line.startswith(SLASHES):
        raise QuestionError(
            f"of the commands only /new is taken here, not {line.split(maxsplit=1)[0]}",
            hint="a question that begins with a slash: put a space before it",
        )


def _check_utf8(line: bytes) -> None:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise QuestionError(
            f"the question is not UTF-8 (byte {error.start})", hint="send the questions as UTF-8"
        ) from error
