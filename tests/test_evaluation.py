"""Questions with known answers → measures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from embeddings.bundled import BundledEncoder
from qa.evaluation import EvaluationSet, Outcome, ask_all, measure
from tests.samples import ROOT

DATA = ROOT.parent / "shared" / "data" / "eval"

ARTICLES = {
    "articles": [
        {"id": "a", "text": "甲。"},
        {"id": "b", "text": "乙。"},
        {"id": "c", "text": "丙。"},
    ],
    "questions": [
        {"question": "甲？", "answers": ["甲"], "articles": ["a"]},
        {"question": "乙？", "answers": ["乙"], "articles": ["b", "c"]},
    ],
}
ASKED = {"question": "甲？", "answers": [{"text": "甲"}]}
SQUAD = {"data": [{"paragraphs": [{"id": "a", "context": "甲。", "qas": [ASKED]}]}]}


def _set(folder: Path, content: object) -> EvaluationSet:
    path = folder / "set.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return EvaluationSet.from_file(path)


@pytest.mark.parametrize(("content", "questions"), [(ARTICLES, 2), (SQUAD, 1)])
def test_both_forms_are_read(tmp_path: Path, content: object, questions: int) -> None:
    """Articles with questions, and the SQuAD form, give the same kind of set."""
    evaluation = _set(tmp_path, content)
    assert evaluation.articles["a"] == "甲。"
    assert len(evaluation.questions) == questions
    assert evaluation.questions[0].articles == {"a"}


def test_questions_lose_all_their_articles_together(tmp_path: Path) -> None:
    """Half of what is asked loses its articles whole, the same in every run."""
    evaluation = _set(tmp_path, ARTICLES)
    half = evaluation.without(0.5)
    assert half == evaluation.without(0.5)
    assert set(half.articles) in ({"a"}, {"b", "c"})
    assert half.questions == evaluation.questions


def _outcome(
    rank: int | None, confidence: float, *, right: bool = False, answerable: bool = True
) -> Outcome:
    return Outcome(rank, right, answerable, confidence >= 0.5, confidence, 0.01)


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
    assert found.auroc == pytest.approx(5.5 / 8)
    assert (found.false_answers, found.still_answered) == (50, 50)
    # groups 0.9: |0.9-1|; 0.7 twice: |0.7-0|; 0.3 twice: 0.3; 0.1: 0.1
    assert found.calibration_error == pytest.approx((0.1 + 2 * 0.7 + 2 * 0.3 + 0.1) / 6)


@pytest.mark.data
@pytest.mark.skipif(not DATA.is_dir(), reason="the evaluation data is not here")
def test_a_hundred_paragraphs_are_searched_as_well_as_before(
    tmp_path: Path, encoder: BundledEncoder, capsys: pytest.CaptureFixture[str]
) -> None:
    """Over the first hundred paragraphs of DRCD dev no figure falls by more than two points."""
    evaluation = EvaluationSet.from_file(DATA / "drcd_dev.json").first(100)
    found = measure(ask_all(evaluation, evaluation.index(tmp_path, encoder), encoder))
    with capsys.disabled():
        print(f"\nDRCD dev, 100 paragraphs: {found}")
    assert found.hit_1 >= HIT_1 - MARGIN
    assert found.answer_sentence_1 >= ANSWER_SENTENCE_1 - MARGIN


HIT_1, ANSWER_SENTENCE_1, MARGIN = 96.7, 83.3, 2.0


def test_the_first_articles_keep_their_questions(tmp_path: Path) -> None:
    """A smaller set has the first articles, and the questions that any of them answers."""
    first = _set(tmp_path, ARTICLES).first(2)
    assert list(first.articles) == ["a", "b"]
    assert [asked.text for asked in first.questions] == ["甲？", "乙？"]
    assert [asked.text for asked in _set(tmp_path, ARTICLES).first(1).questions] == ["甲？"]


def test_answers_of_one_question_count_once(tmp_path: Path) -> None:
    """An answer that the SQuAD form lists twice is one answer."""
    asked = {"question": "甲？", "answers": [{"text": "甲"}, {"text": "甲"}, {"text": "乙"}]}
    content = {"data": [{"paragraphs": [{"id": "a", "context": "甲乙。", "qas": [asked]}]}]}
    assert _set(tmp_path, content).questions[0].answers == ("甲", "乙")


@pytest.mark.parametrize("share", [0, 0.25, 0.5, 1])
def test_groups_of_questions_lose_their_articles_whole(tmp_path: Path, share: float) -> None:
    """That share of the groups loses every article, the others none, whatever the share."""
    questions = [
        {
            "question": f"{number}？",
            "answers": [str(number)],
            "articles": [f"{number}x", f"{number}y"],
        }
        for number in range(8)
    ]
    articles = [{"id": f"{number}{half}", "text": "文。"} for number in range(8) for half in "xy"]
    evaluation = _set(tmp_path, {"articles": articles, "questions": questions})
    rest = evaluation.without(share)
    assert rest == evaluation.without(share)
    left = [asked.articles & rest.articles.keys() for asked in rest.questions]
    assert all(not one or len(one) == 2 for one in left)
    assert sum(not one for one in left) == round(8 * share)


def test_a_sample_is_the_same_twice(tmp_path: Path) -> None:
    """A sample holds that many of the set's questions, drawn alike every time."""
    evaluation = _set(tmp_path, ARTICLES)
    assert evaluation.sample(1) == evaluation.sample(1)
    assert len(evaluation.sample(1).questions) == 1
    assert len(evaluation.sample(9).questions) == 2


def test_without_unanswerable_questions_there_is_nothing_to_refuse() -> None:
    """Where every question can be answered, AUROC and false answers do not exist."""
    found = measure([_outcome(1, 0.9, right=True)] * 2)
    assert (found.auroc, found.false_answers, found.still_answered) == (None, None, 100)
    assert (found.hit_1, found.mrr_10) == (100, 100)


def test_equal_confidence_tells_nothing_apart() -> None:
    """Where all confidences are the same, AUROC is a half."""
    outcomes = [_outcome(1, 0.4), _outcome(1, 0.4), _outcome(None, 0.4, answerable=False)]
    assert measure(outcomes).auroc == pytest.approx(0.5)
