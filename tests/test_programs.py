"""The user's pager and editor."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from embeddings.errors import ProgramError
from qa.programs import edit, page
from tests.libraries import Library
from tests.running import run


@pytest.fixture
def recorder(tmp_path: Path) -> tuple[Path, Path]:
    """A program that writes down its arguments, and what it reads, into a file."""
    program, written = tmp_path / "vi", tmp_path / "written"
    told = shlex.quote(str(written))
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {told}\n[ -t 0 ] || cat >> {told}\n')
    program.chmod(0o755)
    return program, written


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("vi", ["+12", "a b.txt"]),
        ("nano", ["+12", "a b.txt"]),
        ("code", ["--goto", "a b.txt:12"]),
        ("hx", ["a b.txt:12"]),
        ("kate", ["--line", "12", "a b.txt"]),
    ],
)
def test_an_editor_is_told_the_line_in_its_way(
    recorder: tuple[Path, Path], name: str, arguments: list[str]
) -> None:
    """Most take +LINE, some FILE:LINE, some an option; the user's own arguments stay."""
    program, written = recorder
    program = program.rename(program.with_name(name))
    edit(Path("a b.txt"), line=12, environment={"EDITOR": f"{program} -x"})
    assert written.read_text(encoding="utf-8").splitlines() == ["-x", *arguments]


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({}, "no editor"),
        ({"EDITOR": "/no/such"}, "start"),
        ({"EDITOR": " "}, "no editor"),
        ({"EDITOR": "vi '"}, "no command"),
    ],
)
def test_without_an_editor(environment: dict[str, str], told: str) -> None:
    """An editor that is not set, or not there, is an error with a hint."""
    with pytest.raises(ProgramError, match=told) as error:
        edit(Path("a.txt"), line=1, environment=environment)
    assert "EDITOR" in error.value.hint


def test_the_pager_is_told_that_it_reads_utf_8(tmp_path: Path) -> None:
    """Where the locale is not installed, less would show bytes; what the user has set stays."""
    program, written = tmp_path / "pager", tmp_path / "written"
    program.write_text(f'#!/bin/sh\nprintf "$LESSCHARSET" > {shlex.quote(str(written))}\n')
    program.chmod(0o755)
    for given, told in (({}, "utf-8"), ({"LESSCHARSET": "latin1"}, "latin1")):
        assert page("许昌\n", line=1, environment={"PAGER": str(program), **given})
        assert written.read_text(encoding="utf-8") == told


def test_the_pager_gets_the_text(recorder: tuple[Path, Path]) -> None:
    """A pager reads the text; less is told the line, and to show colours."""
    program, written = recorder
    assert page("许昌\n", line=3, environment={"PAGER": str(program)})
    assert written.read_text(encoding="utf-8").split() == ["许昌"]
    less = program.rename(program.with_name("less"))
    assert page("许昌\n", line=3, environment={"PAGER": str(less)})
    assert written.read_text(encoding="utf-8").split() == ["-R", "+3", "许昌"]


def test_a_pager_whose_quotes_are_not_closed_is_an_error() -> None:
    """And no traceback."""
    with pytest.raises(ProgramError, match="PAGER is no command"):
        page("text", line=1, environment={"PAGER": "less '-R"})


def test_a_pager_that_is_not_there_is_done_without() -> None:
    """Then the chat prints the text itself."""
    assert not page("text", line=1, environment={"PAGER": "/no/such"})


def test_ask_opens_the_first_citation(small: Library, recorder: tuple[Path, Path]) -> None:
    """`qa ask --open` starts the editor with the file of the first passage, at the line."""
    program, written = recorder
    result = run("ask", "无人机有几架？", "--open", *small.options, EDITOR=str(program), VISUAL="")
    assert result.code == 0
    place = small.articles / "drones.txt"
    assert written.read_text(encoding="utf-8").splitlines() == ["+1", str(place)]
