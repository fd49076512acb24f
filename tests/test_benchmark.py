"""The benchmark: what it prints is what it measured, and the pictures are of what it saved."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from qa.measuring.plots import draw
from qa.measuring.results import cell
from qa.measuring.throughput import BUDGETS, PLAIN
from tests.libraries import Library
from tests.running import process_environment
from tests.samples import ROOT

SCRIPT = ROOT / "scripts" / "benchmark.py"


def benchmark(*arguments: str | Path) -> str:
    """Run the script; give what it prints."""
    done = subprocess.run(
        [sys.executable, SCRIPT, *map(str, arguments)],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env=process_environment(),
        encoding="utf-8",
        timeout=300,
    )
    return done.stdout


def saved(file: Path) -> dict[str, Any]:
    """Read what `--save` wrote."""
    result = json.loads(file.read_text(encoding="utf-8"))
    assert isinstance(result, dict)
    return result


def test_build_compares_every_engine_in_one_run(tmp_path: Path) -> None:
    """The table shows what is saved; each engine encodes all texts, nearly as float32 does."""
    file = tmp_path / "build.json"
    out = benchmark("build", "--texts", "6", "--repeats", "1", "--save", file)
    result = saved(file)
    rows = {row["engine"]: row for row in result["rows"]}
    plain = rows[PLAIN]
    assert plain["ratio"] == 1
    assert {PLAIN, "OpenVINO float32"} <= rows.keys()  # others where the processor has bfloat16
    for row in rows.values():
        assert row["texts"] == 6
        assert row["least_cosine"] >= 0.999
        assert row["ratio"] == pytest.approx(plain["seconds"] / row["seconds"])
        assert row["texts_a_second"] * row["seconds"] == pytest.approx(6)
        assert row["share_of_limit"] == pytest.approx(row["gflops_at_best"] / row["limit_gflops"])
        line = next(line for line in out.splitlines() if f" {row['engine']} " in line)
        shown = [part.strip() for part in line.strip("│").split("│")]
        assert shown == [cell(key, value) for key, value in row.items()]
    assert result["machine"] in out
    assert result["versions"] in out


def test_ask_measures_a_question(tmp_path: Path, small: Library) -> None:
    """A process's memory is its own, a warm question is quicker than a cold one, JSON is saved."""
    file = tmp_path / "ask.json"
    printed = benchmark("ask", *small.options, "--runs", "1", "--json", "--save", file)
    assert json.loads(printed) == saved(file)
    (row,) = saved(file)["rows"]
    assert row["questions"] == 5  # the sentences of the three articles
    assert 0 < row["warm_p50_ms"] <= row["warm_p95_ms"] < 1000 * row["ask_seconds"]
    assert 50 < row["ask_peak_mb"] < 400  # not its parent's, nor torch's


def test_chat_measures_a_conversation(tmp_path: Path, small: Library) -> None:
    """The chat is timed in a terminal, from its start to the prompt and to an answer."""
    file = tmp_path / "chat.json"
    out = benchmark("chat", *small.options, "--runs", "1", "--save", file)
    (row,) = saved(file)["rows"]
    assert 0.05 < row["start_to_prompt_seconds"] < 30
    assert 0.005 < row["enter_to_answer_seconds"] < 30
    for key, value in row.items():
        assert cell(key, value) in out


def test_scale_grows_an_index_and_is_drawn(tmp_path: Path, small: Library) -> None:
    """Sizes beyond the folder end with it; the pictures show each size, and are always the same."""
    file = tmp_path / "scale.json"
    benchmark("scale", small.articles, "--sizes", "2,9", "--runs", "1", "--save", file)
    two, three = saved(file)["rows"]
    assert (two["articles"], three["articles"]) == (2, 3)
    assert 0 < two["index_seconds"] < three["index_seconds"]
    assert 0 < two["index_cpu_seconds"] < three["index_cpu_seconds"]
    assert two["index_mb"] > 0
    paths = benchmark("draw", file, "--pictures", tmp_path / "one").split()
    again = draw("scale", [two, three], saved(file)["machine"], tmp_path / "other")
    assert [Path(path).name for path in paths] == ["index.svg", "question.svg"]
    for path, other in zip(paths, again, strict=True):
        assert "articles" in Path(path).read_text(encoding="utf-8")
        assert Path(path).read_bytes() == other.read_bytes()


def test_throughput_is_drawn_as_it_was_measured(tmp_path: Path) -> None:
    """The picture names each engine, its ratio and the machine."""
    rows = [
        {"engine": PLAIN, "texts": 7, "texts_a_second": 10.0, "ratio": 1.0},
        {"engine": f"OpenVINO {BUDGETS[0]}", "texts": 7, "texts_a_second": 31.4, "ratio": 3.14},
    ]
    (picture,) = draw("build", rows, "a machine & its cores", tmp_path)
    svg = picture.read_text(encoding="utf-8")
    for text in (PLAIN, f"OpenVINO {BUDGETS[0]}", "3.1 ×", "a machine &amp; its cores", "(7 "):
        assert text in svg
