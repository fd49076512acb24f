"""The loop of the chat: whole conversations through a pipe."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console

from qa import repl
from qa.language import ENGLISH
from qa.opening import Opening
from qa.piped import PipedKeyboard
from qa.session import Session
from qa.theme import THEME
from tests.fakes import FakeEncoder
from tests.libraries import SMALL, Library

OPTIONS = repl.Options(ENGLISH, explain=False, refresh=lambda: pytest.fail("not asked for"))


def no_pager(_text: str, _line: int) -> bool:
    """Show nothing: there is no pager."""
    return False


Talk = Callable[[bytes], tuple[int, str, str]]
TRANSCRIPT = """\
/new
  forget the conversation: the next question is the first

There is no command /exit. Did you mean /quit? /help lists the commands.

There is no command /quti. Did you mean /quit? /help lists the commands.

A new conversation.

"""


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """A conversation over the three small articles, with the fake encoder."""
    encoder = FakeEncoder()
    return Library.from_articles(tmp_path, SMALL, encoder=encoder).session(encoder)


@pytest.fixture
def talk(session: Session, monkeypatch: pytest.MonkeyPatch) -> Talk:
    """Talk through a pipe; gives the exit code, and what both screens show."""

    def talk(sent: bytes) -> tuple[int, str, str]:
        stdin = SimpleNamespace(buffer=io.BytesIO(sent), isatty=lambda: False)
        monkeypatch.setattr(sys, "stdin", stdin)
        screen, errors = (
            Console(theme=THEME, file=io.StringIO(), width=80, highlight=False, _environ={})
            for _ in range(2)
        )
        with screen.capture() as shown, errors.capture() as told:
            terminal = repl.Terminal(PipedKeyboard(), screen, errors, no_pager)
            code = repl.chat(Opening(lambda _: session), terminal, OPTIONS)
        return code, shown.get(), told.get()

    return talk


def test_a_whole_conversation(talk: Talk) -> None:
    """Commands are obeyed one after the other, blank lines pass, and /quit leaves with 0."""
    code, shown, told = talk(b"/help new\n\n   \n/exit\r\n/quti\n/new\n/quit\n/help\n")
    assert (code, shown, told) == (0, TRANSCRIPT, "")


@pytest.mark.parametrize("sent", [b"", b"\n", b"/new", b"/new\n", b"/quit", b"/quit now\n"])
def test_the_end_of_input_leaves_with_0(talk: Talk, sent: bytes) -> None:
    """At the end of standard input, or at /quit, the chat ends as if all were well."""
    code, _, told = talk(sent)
    assert (code, told) == (0, "")


def test_an_error_costs_one_turn(talk: Talk) -> None:
    """A question that fails is told on the other screen, and the next one is answered."""
    code, shown, told = talk(f"{'字' * 100}\n图书馆\n".encode())
    assert code == 0
    assert told == (
        "error: the question is too long: 102 tokens, and the model reads 64\n"
        "hint: ask it in fewer words\n"
    )
    assert "[1] library.txt:1–4" in shown


def test_a_file_that_is_not_what_was_quoted_is_named(talk: Talk, tmp_path: Path) -> None:
    """One that was changed or deleted while the chat was open, at each answer that quotes it."""
    articles = tmp_path / "articles"
    (articles / "library.txt").write_text("图书馆已经关门。", encoding="utf-8")
    for name in SMALL:
        if name != "library.txt":
            (articles / name).unlink()
    _, shown, told = talk("图书馆\n/cite 1\n/help new\n".encode())
    assert "九点开门" in shown
    note = "note: changed or gone since this was indexed:"
    assert told.count(note) == 2
    of_answer, of_citation = told.split(note)[1:]
    assert of_answer == of_citation
    assert all(path in of_answer for path in SMALL)
    assert of_answer.split()[-1] == "/index"


def test_a_line_that_is_not_utf_8_does_not_end_the_chat(talk: Talk) -> None:
    """A line in another encoding costs at most its turn."""
    code, shown, _ = talk("图书馆\n".encode("gb18030") + "图书馆\n".encode())
    assert code == 0
    assert "[1] library.txt:1–4" in shown


def test_what_is_typed_is_shown_as_text(talk: Talk) -> None:
    """Markup and escapes in a command that there is not are shown, not obeyed."""
    _, shown, _ = talk(b"/[red][/b]\x1b[31m\n")
    assert "There is no command /[red][/b]␛[31m." in shown


@pytest.mark.parametrize(("height", "paged"), [(5, True), (60, False)])
@pytest.mark.parametrize("command", ["/open 1", "/sources", "/explain"])
def test_what_is_longer_than_the_screen_is_paged(
    session: Session, monkeypatch: pytest.MonkeyPatch, command: str, height: int, paged: bool
) -> None:
    """Articles, lists of them and explanations go to the pager, and only where they need it."""
    sent = f"图书馆几点开门？\n{command}\n".encode()
    stdin = SimpleNamespace(buffer=io.BytesIO(sent), isatty=lambda: False)
    monkeypatch.setattr(sys, "stdin", stdin)
    pages: list[str] = []
    shown = io.StringIO()
    screen, errors = (
        Console(theme=THEME, file=file, width=60, height=height, force_terminal=True, no_color=True)
        for file in (shown, io.StringIO())
    )

    def page(text: str, _line: int) -> bool:
        pages.append(text)
        return True

    repl.chat(
        Opening(lambda _: session), repl.Terminal(PipedKeyboard(), screen, errors, page), OPTIONS
    )
    assert ["library.txt" in text for text in pages] == [True] * paged
    assert "library.txt" in shown.getvalue()
