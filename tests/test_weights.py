"""The weights that come with the program."""

from __future__ import annotations

import dataclasses
import json
import tomllib

import pytest

from embeddings.bundled import BundledEncoder
from embeddings.config import IndexConfig
from embeddings.snapshot import Snapshot
from qa.choice import chooser, first_of
from qa.confidence import features
from qa.question import Question
from qa.reader import Reading
from qa.retrieve import retrieve
from qa.weights import weights
from tests.libraries import Library
from tests.samples import GOLDEN, ROOT

LEAST_REFUSED, LEAST_ANSWERED = 0.85, 0.65
"""Of forty questions that the five articles do not answer, and of the golden questions in Chinese.
The threshold trades one for the other: measured 0.90 and 0.70; the aim is 0.9 for both."""


def test_weights_say_where_they_come_from() -> None:
    """The file names the sets, the date and the error rates that go with its figures."""
    content = json.loads((ROOT / "qa" / "weights.json").read_text(encoding="utf-8"))
    assert {"cmrc2018_dev", "drcd_dev"} <= set(content["fitted_on"])
    assert content["date"]
    assert content["error_rates"]["native"]


@pytest.mark.parametrize(
    ("asked", "foreign"), [("许昌市公安局购置了多少架无人机？", False), ("How many drones?", True)]
)
def test_every_coefficient_has_its_feature(
    seeds: Library, encoder: BundledEncoder, asked: str, *, foreign: bool
) -> None:
    """Each regression uses just the features that its questions have."""
    snapshot = Snapshot.from_index(seeds.index, encoder=encoder.fingerprint, config=IndexConfig())
    question = Question.from_text(asked, snapshot.lexical)
    hits = retrieve(snapshot, question, encoder.encode_question(asked), weights().ranking)
    best = first_of(hits, chooser(question, hits, weights().choice))
    assert question.is_foreign is foreign
    reading = Reading(0.0, (0.0,) * len(best.hit.sentences))
    for model in (weights().confidence, weights().follow_up):
        used = (model.foreign if foreign else model.native).coefficients
        assert features(question, best.hit, best.sentence, reading).keys() == used.keys()
    for ranking in (weights().ranking.native, weights().ranking.foreign):
        assert any(dataclasses.asdict(ranking).values())


def test_unanswerable_questions_are_refused(
    seeds: Library, encoder: BundledEncoder, capsys: pytest.CaptureFixture[str]
) -> None:
    """Questions that the articles do not answer are refused, also those on their own subject."""
    lines = (GOLDEN / "unanswerable.jsonl").read_text(encoding="utf-8").splitlines()
    refused: dict[str, list[bool]] = {"near": [], "far": []}
    for line in map(json.loads, lines):
        answer = seeds.session(encoder, top=5).ask(line["question"])
        refused[line["subject"]].append(not answer.answered)
    shares = {subject: sum(said) / len(said) for subject, said in refused.items()}
    with capsys.disabled():
        print(f"\nunanswerable questions refused: {shares}")
    assert sum(shares.values()) / 2 >= LEAST_REFUSED


def test_data_files_are_packaged() -> None:
    """Every file of data is named among the data of its package, so that a wheel has it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for package in ("qa", "embeddings"):
        data = {path.name for path in (ROOT / package).iterdir() if path.is_file()}
        data = {name for name in data if not name.endswith((".py", ".pyi"))}
        assert data == set(project["tool"]["setuptools"]["package-data"][package])


def test_error_rates_are_shares() -> None:
    """Each regression tells how many questions it was tried on, and its two error rates."""
    fitted, follow_up = (
        json.loads((ROOT / "qa" / name).read_text(encoding="utf-8"))["error_rates"]
        for name in ("weights.json", "follow_up.json")
    )
    for rates in (*fitted.values(), follow_up):
        for rate in rates.values():
            assert rate["questions"] > 0
            assert 0 <= rate["false_answers"] <= 1
            assert 0 <= rate["still_answered"] <= 1


def test_golden_questions_are_not_refused(
    seeds: Library, encoder: BundledEncoder, capsys: pytest.CaptureFixture[str]
) -> None:
    """Questions in Chinese that the articles answer are answered: refusing all would be easy."""
    lines = (GOLDEN / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [one["question"] for one in map(json.loads, lines) if one["language"] != "en"]
    share = sum(seeds.session(encoder, top=1).ask(one).answered for one in asked) / len(asked)
    with capsys.disabled():
        print(f"\ngolden questions in Chinese answered: {share:.0%}")
    assert share >= LEAST_ANSWERED
