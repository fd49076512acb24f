"""README.md: what it shows is what the program does."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.libraries import Library
from tests.running import process_environment, run
from tests.samples import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^\$ scripts/qa (.*)\n((?:(?!\$ |```).*\n)*)", README, re.MULTILINE)


COMMANDS = ("ask", "index", "chat", "sources", "show", "verify")


@pytest.mark.parametrize(("command", "output"), SHOWN, ids=[command for command, _ in SHOWN])
def test_a_shown_command_prints_what_is_shown(seeds: Library, command: str, output: str) -> None:
    """Each command of the session, run over `seeds/`, prints the lines that stand under it."""
    result = run(*shlex.split(command), *seeds.options, COLUMNS="80")
    assert result.out.strip() == output.strip()


def test_a_session_is_shown() -> None:
    """The README shows an answer and a refusal."""
    assert len(SHOWN) >= 2
    assert any("do not answer" in output for _, output in SHOWN)


def test_every_command_and_option_is_told() -> None:
    """What `--help` lists stands in the README."""
    for arguments in ((), *((name,) for name in COMMANDS)):
        told = run(*arguments, "--help").out
        for option in re.findall(r"--[a-z-]+", told):
            assert option in README, option
    for command in re.findall(r"^  ([a-z]+)  ", run("--help").out, re.MULTILINE):
        assert f"`qa {command}" in README, command


def test_every_module_is_listed() -> None:
    """The list of modules names each file of both packages, and no other."""
    listed = set(re.findall(r"\b([a-z_]+\.py)\b", README.split("## Modules")[1].split("\n## ")[0]))
    there = {
        path.name for package in ("embeddings", "qa") for path in (ROOT / package).rglob("*.py")
    }
    assert listed == {name for name in there if not name.startswith("__")}


def test_every_picture_is_there() -> None:
    """What the README shows lies in the repository."""
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", README)
    assert {"answer.svg", "refusal.svg", "open.svg"} <= {Path(one).name for one in pictures}
    assert all((ROOT / one).is_file() for one in pictures)


def test_the_pictures_of_the_chat_are_up_to_date(seeds: Library) -> None:
    """Drawn anew from real answers, they are what lies there: scripts/draw_chat.py makes them."""
    done = subprocess.run(
        [sys.executable, "scripts/draw_chat.py", "--check", "--index", str(seeds.index)],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env=process_environment(),
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, "out of date: none\n"), done.stderr
