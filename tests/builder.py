"""Builds in processes of their own, forked from one that has imported everything, to be killed.

Run as a script it reads lines `ARTICLES<tab>INDEX<tab>LOG` and forks a build for each; `Builder`
writes them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from embeddings.build import build
from embeddings.bundled import FINGERPRINT
from embeddings.config import IndexConfig
from embeddings.encode import Advance, EncoderFingerprint, Vectors
from embeddings.errors import IndexBusyError
from tests.fakes import FakeEncoder
from tests.samples import ROOT

BUSY = 3
"""Exit code of a build that found another one writing."""


class StandIn(FakeEncoder):
    """Has the default model's name over an index of it, and a log of what it has handed out."""

    def __init__(self, log: Path | None = None, *, pause: float = 0) -> None:
        super().__init__(dimension=FINGERPRINT.dimension)
        self._log, self._pause = log, pause

    @property
    def fingerprint(self) -> EncoderFingerprint:
        """What the default model's index remembers."""
        return FINGERPRINT

    def encode_passages(self, texts: Sequence[str], advance: Advance | None = None) -> Vectors:
        """Encode slowly; what was handed out before is in the log when this is called."""
        if self._log is not None:
            fresh = self._log.with_suffix(".fresh")
            fresh.write_text(str(self.encoded), encoding="utf-8")
            fresh.replace(self._log)  # a kill leaves the one or the other
        time.sleep(self._pause * len(texts))
        return super().encode_passages(texts, advance)


class Builder:
    """Starts builds, and waits for them."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.builder"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def start(self, articles: Path, index: Path, log: Path) -> int:
        """Start a build and return its process."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{articles}\t{index}\t{log}\n")
        self._process.stdin.flush()
        return int(self._line())

    def wait(self) -> int:
        """Return the exit code of the next build that ends; below 0, the signal that killed it."""
        assert self._process.stdin is not None
        self._process.stdin.write("wait\n")
        self._process.stdin.flush()
        return int(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


def _serve() -> None:
    for line in sys.stdin:
        if line == "wait\n":
            print(os.waitstatus_to_exitcode(os.wait()[1]), flush=True)
            continue
        articles, index, log = map(Path, line.rstrip("\n").split("\t"))
        child = os.fork()
        if child == 0:
            os._exit(_build(articles, index, log))
        print(child, flush=True)


def _build(articles: Path, index: Path, log: Path) -> int:
    try:
        build(articles, index, encoder=StandIn(log, pause=0.0005), config=IndexConfig())
    except IndexBusyError:
        return BUSY
    return 0


if __name__ == "__main__":
    _serve()
