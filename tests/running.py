"""Runs the command line: in this process, which is quick, or in one of its own, which is real."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from typer.testing import CliRunner

from qa.cli import app
from tests.samples import ROOT

COMMAND = [sys.executable, "-P", "-m", "qa"]
WIDE = "400"  # columns: no message is broken into lines

_UNSET = (
    *("QA_ARTICLES", "QA_INDEX"),
    *("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "TTY_COMPATIBLE"),
    *("PYTHONUNBUFFERED", "PYTHONIOENCODING", "PYTHONWARNINGS"),
)


@dataclasses.dataclass(frozen=True, slots=True)
class Run:
    """What a command left behind."""

    code: int
    out: str
    err: str


def run(*arguments: str | Path, stdin: str | bytes = b"", **variables: str) -> Run:
    """Run `qa` in this process; whatever it raises beside SystemExit is raised."""
    environment = {**dict.fromkeys(_UNSET), "COLUMNS": WIDE, **variables}
    result = CliRunner().invoke(
        app, [str(argument) for argument in arguments], input=stdin, env=environment, prog_name="qa"
    )
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Run(result.exit_code, result.stdout, result.stderr)


def run_process(*arguments: str | Path, stdin: bytes = b"", **variables: str) -> Run:
    """Run `qa` in a process of its own."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        check=False,
        env=process_environment(**variables),
        timeout=120,
    )
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())


@contextlib.contextmanager
def started(*arguments: str | Path, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start `qa` with pipes at its three ends; it is killed in the end, or after a minute."""
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=process_environment(**variables),
    )
    alarm = threading.Timer(60, process.kill)
    alarm.start()
    try:
        yield process
    finally:
        alarm.cancel()
        process.kill()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
        process.wait()


def process_environment(**variables: str) -> dict[str, str]:
    """Return this process's environment without the user's own choices, as a child gets it."""
    kept = {name: value for name, value in os.environ.items() if name not in _UNSET}
    return {**kept, "PYTHONPATH": str(ROOT), "COLUMNS": WIDE, "PYTHONUTF8": "1", **variables}
