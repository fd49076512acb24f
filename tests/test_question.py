"""A question's text → terms, weights and the kind of answer that is wanted."""

from __future__ import annotations

from pathlib import Path

import pytest

from embeddings.lexical import LexicalIndex
from qa.question import Question, without_asking

TEXTS = [
    "许昌市公安局购置无人机32架,组建警用无人机战队。",
    "乌兰察布市公安局对244个党组织进行政治体检。",
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    folder: Path = tmp_path_factory.mktemp("lexical")
    LexicalIndex.write(folder, TEXTS)
    return LexicalIndex.from_folder(folder)


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ("购置了多少架？", "购置了 架？"),
        ("購置了甚麼？", "購置了 ？"),
        ("局长是谁？", "局长是 ？"),
        ("How many drones did the police buy?", "drones police buy?"),
    ],
)
def test_words_that_ask_are_left_out(asked: str, left: str) -> None:
    """What makes a question one is no term of it, in either script and in English."""
    assert " ".join(without_asking(asked).split()) == left


@pytest.mark.parametrize(
    ("asked", "sentence", "shown", "counted"),
    [
        ("购置了多少架无人机？", "购置无人机32架", True, True),
        ("购置了多少架无人机？", "抽调47名警力", True, False),
        ("2020年购置了多少架无人机？", "2020年的无人机", False, False),
        ("何时举行？", "6月27日上午举行", True, False),
        ("何时举行？", "在许昌举行", False, False),
        ("铲除罂粟多少株？", "铲除罂粟1.8万余株", True, True),
        ("谁举行？", "6月27日举行", False, False),
    ],
)
def test_a_sentence_shows_the_kind_of_answer(
    index: LexicalIndex, asked: str, sentence: str, *, shown: bool, counted: bool
) -> None:
    """A number or date shows that a sentence may answer, unless it stands in the question too."""
    question = Question.from_text(asked, index)
    assert (question.is_shown_by(sentence), question.is_counted_by(sentence)) == (shown, counted)


def test_shares_add_up(index: LexicalIndex) -> None:
    """The share of all terms is 1, of none 0, and a rare term weighs more than a common one."""
    question = Question.from_text("许昌市公安局的无人机", index)
    assert question.share(question.idf) == pytest.approx(1)
    assert question.share([]) == 0
    assert question.share(["许昌"]) > question.share(["公安"])


@pytest.mark.parametrize(
    ("asked", "foreign"),
    [("How many drones?", True), ("许昌购置了多少架？", False), ("火星上有水吗？", False)],
)
def test_foreign_questions_are_known(index: LexicalIndex, asked: str, *, foreign: bool) -> None:
    """A question in another language than the articles is told apart; an off-topic one is not."""
    assert Question.from_text(asked, index).is_foreign is foreign


def test_a_question_may_have_no_term(index: LexicalIndex) -> None:
    """A question of asking words alone has no terms, and shares nothing."""
    question = Question.from_text("什么？", index)
    assert (question.idf, question.weight, question.share([])) == ({}, 0, 0)
