"""The chat: whole conversations through pipes, and in a terminal."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pexpect
import pytest
from rich.console import Console

from qa import repl
from qa.layout import THEME
from qa.session import Session
from tests.fakes import FakeEncoder
from tests.libraries import SMALL, Library
from tests.running import COMMAND, process_environment, started

GREETING = "Ask 3 articles (3 passages)"
STEERED = re.compile(r"\x1b(\[[0-9;?]*[A-Za-z]|\][^\x07\x1b]*(\x07|\x1b\\)|[=>])")
"""What the line editor sends to the terminal beside text."""

READING = r"\x1b\[\?2004h"
"""The line editor asks for pasted text to be marked: it has begun to read a line."""

Talk = Callable[[bytes], tuple[int, str, str]]
TRANSCRIPT = """\
/cite     cite passage N: /cite 2, /cite 1 gbt
/sources  list the articles
/new      begin a new conversation
/help     show this list
/quit     leave (so does Ctrl-D)
Anything else is a question.

There is no command /exit.
/cite     cite passage N: /cite 2, /cite 1 gbt
/sources  list the articles
/new      begin a new conversation
/help     show this list
/quit     leave (so does Ctrl-D)
Anything else is a question.

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
            code = repl.chat(session, screen, errors)
        return code, shown.get(), told.get()

    return talk


def test_a_whole_conversation(talk: Talk) -> None:
    """Commands are obeyed one after the other, blank lines pass, and /quit leaves with 0."""
    code, shown, told = talk(b"/help\n\n   \n/exit\r\n/new\n/quit\n/help\n")
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


def test_a_line_that_is_not_utf_8_does_not_end_the_chat(talk: Talk) -> None:
    """A line in another encoding costs at most its turn."""
    code, shown, _ = talk("图书馆\n".encode("gb18030") + "图书馆\n".encode())
    assert code == 0
    assert "[1] library.txt:1–4" in shown


def test_what_is_typed_is_shown_as_text(talk: Talk) -> None:
    """Markup and escapes in a command that there is not are shown, not obeyed."""
    _, shown, _ = talk(b"/[red][/b]\x1b[31m\n")
    assert "There is no command /[red][/b]␛[31m." in shown


def test_json_lines_one_by_one(session: Session) -> None:
    """`chat_json` writes one object for each line but /new, and says 1 when one of them failed."""
    lines: list[str] = []
    sent = "图书馆\n /new \n\n".encode() + b"\xff\n" + "/help\r\n河水".encode()
    assert repl.chat_json(session, io.BytesIO(sent), lines.append) == 1
    objects = [json.loads(line) for line in lines]
    assert [value["question"] for value in objects] == ["图书馆", "", "\ufffd", "/help", "河水"]
    assert ["error" in value for value in objects] == [False, True, True, False, False]
    lines.clear()
    assert repl.chat_json(session, io.BytesIO("图书馆\n/new\n".encode()), lines.append) == 0
    assert len(lines) == 1


@pytest.mark.parametrize("json_flag", [(), ("--json",)])
def test_a_pipe_is_answered_line_by_line(small: Library, json_flag: tuple[str, ...]) -> None:
    """Another program gets each answer before it sends the next question; /quit ends with 0."""
    with started("chat", *json_flag, *small.options) as process:
        assert process.stdin
        assert process.stdout
        for question, path in (("图书馆几点开门", "library.txt"), ("河水", "flood.txt")):
            process.stdin.write(f"{question}\n".encode())
            process.stdin.flush()
            for line in process.stdout:  # a hang here is the failure
                if path in line.decode():
                    break
            else:
                pytest.fail(f"no answer to {question}")
        process.stdin.write(b"" if json_flag else b"/quit\n")
        process.stdin.close()
        assert process.wait(timeout=60) == 0


@pytest.mark.parametrize("json_flag", [(), ("--json",)])
def test_standard_input_may_be_closed(small: Library, json_flag: tuple[str, ...]) -> None:
    """A chat without any standard input, as under a service, ends at once with 0."""
    done = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" <&-', "sh", *COMMAND, "chat", *json_flag, *small.options],
        capture_output=True,
        check=False,
        env=process_environment(),
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.fixture
def terminal(small: Library) -> Iterator[pexpect.spawn]:
    """A chat in a terminal of 80 columns and 24 lines, greeted and waiting."""
    variables = process_environment(TERM="xterm", PROMPT_TOOLKIT_NO_CPR="1")
    del variables["COLUMNS"]
    child = pexpect.spawn(
        COMMAND[0],
        [*COMMAND[1:], "chat", "-k", "1", *small.options],
        env=variables,
        dimensions=(24, 80),
        encoding="utf-8",
        timeout=30,
    )
    try:
        child.expect_exact(GREETING)
        child.expect_exact("/help")
        child.expect(READING)
        yield child
    finally:
        child.close(force=True)


def leave(terminal: pexpect.spawn) -> int | None:
    """Wait until the chat has ended, and return its exit code."""
    terminal.expect(pexpect.EOF)
    terminal.close()
    code: int | None = terminal.exitstatus
    return code


def test_terminal_greets_and_answers(terminal: pexpect.spawn) -> None:
    """Two lines greet; a Chinese question, typed, is answered with its source; /quit leaves."""
    greeting = STEERED.sub("", terminal.before)
    assert "quit" in greeting
    terminal.sendline("许昌市公安局购置了多少架无人机？")
    terminal.expect_exact("许昌市公安局购置无人机三十二架,组建警用无人机战队。")
    terminal.expect_exact("drones.txt:1")
    terminal.expect(READING)
    terminal.sendline("/quit")
    assert leave(terminal) == 0


def test_terminal_error_costs_one_turn(terminal: pexpect.spawn) -> None:
    """A question that is too long is told with a hint, and the session goes on."""
    terminal.sendline("字" * 600)
    terminal.expect_exact("error: ")
    terminal.expect_exact("too long")
    terminal.expect_exact("hint: ")
    terminal.expect(READING)
    terminal.sendline("图书馆几点开门？")
    terminal.expect_exact("library.txt:1")
    terminal.expect(READING)
    terminal.sendeof()
    assert leave(terminal) == 0


def test_terminal_interrupt_drops_the_line_being_typed(terminal: pexpect.spawn) -> None:
    """Ctrl-C drops a half-typed line: it is not asked, and the next line is whole by itself."""
    terminal.send("/half")
    terminal.expect_exact("/half")
    terminal.sendintr()
    terminal.expect(READING)
    terminal.sendline("/other")
    terminal.expect_exact("There is no command /other.")
    assert "/half" not in STEERED.sub("", terminal.before)
    terminal.sendline("/quit")
    assert leave(terminal) == 0


def test_terminal_interrupt_at_the_empty_prompt_leaves(terminal: pexpect.spawn) -> None:
    """Ctrl-C at an empty prompt leaves with 130, and shows no traceback."""
    terminal.sendintr()
    assert leave(terminal) == 130
    assert "Traceback" not in terminal.before


def test_terminal_end_of_input_leaves(terminal: pexpect.spawn) -> None:
    """Ctrl-D at an empty prompt leaves with 0."""
    terminal.sendeof()
    assert leave(terminal) == 0
    assert "Traceback" not in terminal.before
