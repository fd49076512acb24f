"""Articles and their index → how long a user waits, and how much memory it takes.

In: folders. Out: rows of medians. Commands run in processes of their own, as users start them; the
chat runs in a terminal; warm questions run in this process, through the session that the chat has.
"""

from __future__ import annotations

import dataclasses
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from rich.console import Console

from embeddings.bundled import FINGERPRINT
from embeddings.config import IndexConfig
from embeddings.folder import scan
from embeddings.snapshot import Snapshot
from qa.config import AskConfig
from qa.library import open_session
from qa.measuring.throughput import Row

KEY_SECONDS = 0.08
"""Between two keys: 150 words a minute in English, faster than Chinese is typed."""

ANSWERED = "confidence|可信度"
READING = r"\x1b\[\?2004h"
"""What the chat sends when its prompt is there: pasted text is to be marked from now on."""

QUESTION = "许昌市公安局购置了多少架无人机？"

_ASKED = 30  # characters of a sentence that is asked as a question
_QUESTIONS = 100  # asked of a warm session
_ADDED = "\n本市图书馆昨日宣布,周一起延长开放时间。\n"
_TIMED = """
import os, subprocess, sys, time
begun = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status) != 0)
"""
"""Started by a small process of its own: a process's peak is at least that of its parent."""

_QA = (sys.executable, "-P", "-m", "qa")


@dataclasses.dataclass(frozen=True, slots=True)
class Run:
    """What one process took."""

    seconds: float
    cpu_seconds: float  # of all cores
    peak_mb: float


def run(command: str, *arguments: str, config: AskConfig) -> Run:
    """Run a command of `qa`; raise CalledProcessError when it fails."""
    line = [*_QA, command, *arguments, *_options(config)]
    done = subprocess.run(  # noqa: S603 - this program
        [sys.executable, "-S", "-c", _TIMED, *line], check=True, capture_output=True, text=True
    )
    seconds, cpu_seconds, peak = (float(part) for part in done.stdout.split())
    unit = 1e6 if sys.platform == "darwin" else 1e3  # bytes there, kB elsewhere
    return Run(seconds, cpu_seconds, peak / unit)


def ask(config: AskConfig, runs: int, questions: Sequence[str] = ()) -> Row:
    """Measure `qa ask` in new processes, and warm questions; builds the index where there is none.

    Without questions, beginnings of the articles' own sentences are asked.
    """
    session = open_session(config, Console(stderr=True))
    asked = list(questions) or list(_own_questions(config))
    session.ask(asked[0])  # loads what a question needs
    taken = []
    for question in asked:
        session.turn("/new")
        begun = time.perf_counter()
        session.ask(question)
        taken.append(time.perf_counter() - begun)
    cold = [run("ask", asked[number % len(asked)], config=config) for number in range(runs)]
    p50, p95 = (float(np.percentile(taken, part)) for part in (50, 95))
    return {
        "runs": runs,
        "ask_seconds": statistics.median(one.seconds for one in cold),
        "ask_cpu_seconds": statistics.median(one.cpu_seconds for one in cold),
        "ask_peak_mb": statistics.median(one.peak_mb for one in cold),
        "questions": len(asked),
        "warm_p50_ms": 1000 * p50,
        "warm_p95_ms": 1000 * p95,
    }


def chat(config: AskConfig, runs: int, question: str = QUESTION) -> Row:
    """Measure a chat in a terminal: from its start to the prompt, from Enter to the next prompt.

    The question is typed as a quick typist does; and, in runs of its own, pasted with its Enter as
    soon as there is a prompt, when the index is not open yet.
    """
    import pexpect

    open_session(config, Console(stderr=True))  # the index is there, and its files are in memory
    until_prompt: list[float] = []
    until_answer: dict[float, list[float]] = {KEY_SECONDS: [], 0.0: []}
    for pause in (seconds for _ in range(runs) for seconds in until_answer):
        begun = time.perf_counter()
        child = pexpect.spawn(
            _QA[0],
            [*_QA[1:], "chat", "--no-history", *_options(config)],
            env={**os.environ, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"},
            dimensions=(24, 80),
            encoding="utf-8",
            timeout=60,
        )
        try:
            child.delaybeforesend = None
            child.expect(READING)
            until_prompt.append(time.perf_counter() - begun)
            for key in question:
                child.send(key)
                time.sleep(pause)
            child.expect_exact(question[-1])  # echoed: all that is left is Enter
            begun = time.perf_counter()
            child.send("\r")
            child.expect(ANSWERED)  # a prompt that was drawn again before is none after an answer
            child.expect(READING)
            until_answer[pause].append(time.perf_counter() - begun)
        finally:
            child.close(force=True)
    return {
        "runs": runs,
        "start_to_prompt_seconds": statistics.median(until_prompt),
        "enter_to_answer_seconds": statistics.median(until_answer[KEY_SECONDS]),
        "enter_at_once_to_answer_seconds": statistics.median(until_answer[0.0]),
    }


def scale(folder: Path, sizes: Sequence[int], work: Path, runs: int) -> Iterator[Row]:
    """Yield a row for each number of the folder's first articles, each index grown out of the last.

    `index_seconds` is the sum of the steps up to that size. Copies and index are kept in `work`.
    """
    config = AskConfig(articles=work / "articles", index=work / "index")
    paths = [state.path for state in scan(folder)]
    config.articles.mkdir(parents=True)
    seconds = cpu_seconds = peak = 0.0
    there = 0
    for size in sorted(min(size, len(paths)) for size in sizes):
        for path in paths[there:size]:
            (config.articles / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(folder / path, config.articles / path)
        there = size
        grown = run("index", config=config)
        seconds, cpu_seconds = seconds + grown.seconds, cpu_seconds + grown.cpu_seconds
        peak = max(peak, grown.peak_mb)
        unchanged = [run("index", config=config) for _ in range(3)]
        last = config.articles / paths[size - 1]
        with last.open("a", encoding="utf-8") as stream:
            stream.write(_ADDED)
        changed = run("index", config=config)
        shutil.copy2(folder / paths[size - 1], last)
        run("index", config=config)
        files = [path.stat().st_size for path in config.index.rglob("*") if path.is_file()]
        yield {
            "articles": size,
            "index_seconds": seconds,
            "index_cpu_seconds": cpu_seconds,
            "index_peak_mb": peak,
            "index_mb": sum(files) / 1e6,
            "nothing_changed_seconds": statistics.median(one.seconds for one in unchanged),
            "one_changed_seconds": changed.seconds,
            "one_changed_cpu_seconds": changed.cpu_seconds,
            **ask(config, runs),
        }


def _options(config: AskConfig) -> tuple[str, ...]:
    return "--articles", str(config.articles), "--index", str(config.index)


def _own_questions(config: AskConfig) -> Iterator[str]:
    """Yield beginnings of sentences, spread over the articles."""
    snapshot = Snapshot.from_index(config.index, encoder=FINGERPRINT, config=IndexConfig())
    texts = [sentence.text for _, sentence in snapshot.all_sentences()]
    for text in texts[:: max(1, len(texts) // _QUESTIONS)][:_QUESTIONS]:
        yield text[:_ASKED]
