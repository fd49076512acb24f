"""Outcomes of questions → measures, and what each part of retrieval gives."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from embeddings.bundled import BundledEncoder
from qa.measuring.ablation import VARIANTS, ablate
from qa.measuring.asked import Asked
from qa.measuring.evaluation import EvaluationSet
from qa.measuring.measures import Outcome, measure, rank_of
from tests.fakes import FakeReader
from tests.samples import GOLDEN, ROOT

DATA = ROOT.parent / "shared" / "data" / "eval"

HIT_1, ANSWER_SENTENCE_1, REFUSAL_AUROC, MARGIN = 98.7, 93.0, 99.2, 2.0
"""Of the first hundred paragraphs of DRCD dev, in per cent, and how much each may fall."""


def _outcome(
    rank: int | None, confidence: float, *, right: bool = False, answerable: bool = True
) -> Outcome:
    return Outcome(rank, right, right, answerable, confidence >= 0.5, confidence, 0.01)


def test_measures_are_what_they_are_called() -> None:
    """Every measure, over outcomes for which it can be worked out by hand."""
    outcomes = [
        _outcome(1, 0.9, right=True),
        _outcome(2, 0.7),
        _outcome(None, 0.3),
        _outcome(7, 0.3),
        _outcome(None, 0.7, answerable=False),
        _outcome(None, 0.1, answerable=False),
    ]
    found = measure(outcomes)
    assert (found.hit_1, found.hit_5, found.answer_sentence_1) == (25, 50, 25)
    assert found.mrr_10 == pytest.approx(100 * (1 + 1 / 2 + 1 / 7) / 4)
    # pairs (answerable, not): 0.9 wins 2, 0.7 wins 1 and ties 1, 0.3 wins 1, twice: 5.5 of 8
    assert found.refusal_auroc == pytest.approx(5.5 / 8)
    assert (found.false_answers, found.still_answered) == (50, 50)
    # groups 0.9: |0.9-1|; 0.7 twice: |0.7-0|; 0.3 twice: 0.3; 0.1: 0.1
    assert found.expected_calibration_error == pytest.approx((0.1 + 2 * 0.7 + 2 * 0.3 + 0.1) / 6)


def test_without_unanswerable_questions_there_is_nothing_to_refuse() -> None:
    """Where every question can be answered, AUROC and false answers do not exist."""
    found = measure([_outcome(1, 0.9, right=True)] * 2)
    assert (found.refusal_auroc, found.false_answers, found.still_answered) == (None, None, 100)
    assert (found.hit_1, found.mrr_10) == (100, 100)


def test_without_answerable_questions_there_is_nothing_to_find() -> None:
    """Where no question can be answered, only false answers and calibration exist."""
    found = measure([_outcome(None, 0.7, answerable=False), _outcome(None, 0.1, answerable=False)])
    assert (found.hit_1, found.mrr_10, found.still_answered, found.refusal_auroc) == (None,) * 4
    assert (found.false_answers, found.refusal_recall) == (50, 50)


def test_equal_confidence_tells_nothing_apart() -> None:
    """Where all confidences are the same, AUROC is a half."""
    outcomes = [_outcome(1, 0.4), _outcome(1, 0.4), _outcome(None, 0.4, answerable=False)]
    assert measure(outcomes).refusal_auroc == pytest.approx(0.5)


def test_refusing_has_precision_and_recall() -> None:
    """Of three refusals two are right, and of three unanswerable questions two are refused."""
    outcomes = [
        _outcome(1, 0.9, right=True),
        _outcome(1, 0.2, right=True),
        _outcome(None, 0.2, answerable=False),
        _outcome(None, 0.1, answerable=False),
        _outcome(None, 0.8, answerable=False),
    ]
    found = measure(outcomes)
    assert found.refusal_precision == pytest.approx(100 * 2 / 3)
    assert found.refusal_recall == pytest.approx(100 * 2 / 3)
    assert found.false_answers == pytest.approx(100 / 3)


def test_an_article_ranks_by_its_best_passage() -> None:
    """Several passages of one article take one rank."""
    asked = Asked("?", ("x",), frozenset({"c"}))
    assert rank_of(asked, ["a", "a", "b", "a", "c"]) == 3
    assert rank_of(asked, ["a", "b"]) is None
    assert rank_of(asked, [str(number) for number in range(10)] + ["c"]) is None


def test_every_part_of_retrieval_is_measured(tmp_path: Path, encoder: BundledEncoder) -> None:
    """Each variant ranks every question, and the program is not worse than any part of it."""
    lines = (GOLDEN / "questions.jsonl").read_text(encoding="utf-8").splitlines()[:20]
    short = tmp_path / "questions.jsonl"
    short.write_text("\n".join(lines), encoding="utf-8")
    evaluation = EvaluationSet.from_golden(short, ROOT / "seeds")
    index = evaluation.index(tmp_path / "work", encoder)
    ranks = ablate(evaluation, index, encoder, FakeReader())
    assert list(ranks) == list(VARIANTS)
    assert {len(of_variant) for of_variant in ranks.values()} == {20}
    right = {name: sum(rank == 1 for rank in found) for name, found in ranks.items()}
    assert right[VARIANTS[-1]] == max(right.values()), right


RANKING = ("hit@1", "hit@5", "MRR@10", "answer_sentence@1", "answer_passage@1")
REFUSING = ("refusal_auroc", "refusal_precision", "refusal_recall", "false_answers")
REST = ("still_answered", "expected_calibration_error", "p50_ms", "p95_ms")


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "scripts" / "evaluate.py", *arguments, "--json"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )


def _evaluate(*arguments: str) -> dict[str, Any]:
    """Return the one object that the script prints."""
    (line,) = _run(*arguments).stdout.splitlines()
    row: dict[str, Any] = json.loads(line)
    return row


def test_the_script_prints_every_measure(tmp_path: Path) -> None:
    """`evaluate.py golden --json` prints one object with the published names."""
    lines = (GOLDEN / "questions.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    few = tmp_path / "few.jsonl"
    few.write_text("".join(lines[:10]), encoding="utf-8")
    row = _evaluate("golden", str(few), "--articles", "seeds", "--work", str(tmp_path / "work"))
    assert tuple(row) == ("set", "questions", *RANKING, *REFUSING, *REST)
    assert (row["questions"], row["refusal_auroc"]) == (10, None)
    assert row["hit@1"] >= 90


def test_what_is_no_question_is_not_found(tmp_path: Path) -> None:
    """An empty question, which some files have, counts as refused, and the script says so."""
    asked = [
        {"question": "公安局买了什么？", "answers": [{"text": "32架无人机"}]},
        {"question": " ", "answers": [{"text": "32架无人机"}]},
        {"question": "许昌的" * 1000, "answers": [{"text": "32架无人机"}]},
    ]
    file = tmp_path / "squad.json"
    text = "许昌市公安局购置了32架无人机。"
    content = {"data": [{"paragraphs": [{"context": text, "qas": asked}]}]}
    file.write_text(json.dumps(content), encoding="utf-8-sig")
    done = _run("squad", str(file), "--work", str(tmp_path / "work"))
    row = json.loads(done.stdout)
    assert row["questions"] == 3
    assert row["hit@1"] == pytest.approx(100 / 3)
    assert "squad: 1 of 3 counted as not found: the question is empty" in done.stderr
    assert done.stderr.count("counted as not found") == 2
    ablated = _run("squad", str(file), "--work", str(tmp_path / "work"), "--ablate")
    shares = [json.loads(line)["hit@5"] for line in ablated.stdout.splitlines()]
    assert shares == [pytest.approx(100 / 3)] * len(VARIANTS)


@pytest.mark.data
@pytest.mark.skipif(not DATA.is_dir(), reason="the evaluation data is not here")
def test_a_hundred_paragraphs_are_searched_as_well_as_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Over the first hundred paragraphs of DRCD dev no figure falls by more than two points."""
    limited = ("squad", str(DATA / "drcd_dev.json"), "--limit", "100")
    with ThreadPoolExecutor() as both:  # side by side they take two thirds of the time
        asked = both.submit(_evaluate, *limited, "--work", str(tmp_path / "all"))
        half = _evaluate(*limited, "--work", str(tmp_path / "half"), "--drop", "0.5")
        found = asked.result()
    with capsys.disabled():
        print(f"\nDRCD dev, 100 paragraphs: {found}\nwithout half: {half}")
    assert found["hit@1"] >= HIT_1 - MARGIN
    assert found["answer_sentence@1"] >= ANSWER_SENTENCE_1 - MARGIN
    assert 100 * half["refusal_auroc"] >= REFUSAL_AUROC - MARGIN
