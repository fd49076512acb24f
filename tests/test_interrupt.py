"""Ctrl-C while a library computes."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

from tests.samples import ROOT

_WORK = """
import hashlib, time
from qa.interrupt import ending_soon
def say():
    print("said", flush=True)
with ending_soon(say):
    print("begun", flush=True)
    {work}
"""


@pytest.mark.parametrize(
    ("work", "code", "said"),
    [
        ("hashlib.pbkdf2_hmac('sha256', b'a', b'b', 10**9)", 130, "said"),
        ("time.sleep(30)", -signal.SIGINT, ""),
    ],
    ids=["a library that does not hear", "Python"],
)
def test_ctrl_c_ends_within_a_second(work, code, said):
    """Ctrl-C ends the process in a second, two on a busy machine, whatever it is doing."""
    process = subprocess.Popen(
        [sys.executable, "-c", _WORK.format(work=work)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        time.sleep(0.2)
        started = time.perf_counter()
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=20)
        assert time.perf_counter() - started < 2
    finally:
        process.kill()
        process.wait()
    assert (process.returncode, out.strip()) == (code, said)
