"""Questions with known answers → examples for the reader."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from embeddings.bundled import BundledEncoder
from embeddings.clean import squash
from embeddings.model_folder import unpacked_folder
from embeddings.pieces import Pieces
from qa.excerpt import Excerpt
from qa.measuring.asked import Asked
from qa.measuring.conversed import Conversed, FollowUp
from qa.measuring.evaluation import EvaluationSet
from qa.measuring.training import (
    Example,
    Renamed,
    examples_of,
    examples_of_follow_ups,
    target_of,
    withheld,
)
from qa.reader import Pairs
from tests.libraries import lexical_index

DRONES = (
    "许昌市公安局购置无人机32架，组建警用无人机战队。战队由罗刚担任队长，成立于2020年8月。\n"
    "该局今年侦破各类刑事案件5256起。"
)
POPPIES = "固阳县公安局铲除罂粟1200株。民警在山沟里走了三天。"
ASKED = (
    Asked("许昌市公安局购置了多少架无人机？", ("32架",), frozenset({"0"}), "0"),
    Asked("固阳县公安局铲除了多少株罂粟？", ("1200株",), frozenset({"1"}), "1"),
    Asked("许昌市公安局购置了多少辆摩托车？", (), frozenset(), "0"),
)
CONVERSED = Conversed(
    0,
    "许昌市公安局购置了多少架无人机？",
    (FollowUp("队长是谁？", "罗刚"), FollowUp("花了多少钱？", None)),
)


def _plain(text: str) -> str:
    return text


@pytest.fixture(scope="module")
def two() -> EvaluationSet:
    return EvaluationSet("two", {"0": DRONES, "1": POPPIES}, ASKED)


@pytest.fixture(scope="module")
def encoder() -> BundledEncoder:
    return BundledEncoder(lasting=True)


@pytest.fixture
def drones(tmp_path: Path) -> Example:
    lexical = lexical_index(tmp_path, [DRONES])
    sentences = ("许昌市公安局购置无人机32架，", "组建警用无人机战队。")
    return Example(ASKED[0].text, Excerpt((0, 1), sentences, "警情"), ("32架",), lexical)


def test_a_question_is_read_beside_the_right_passage_and_wrong_ones(
    tmp_path: Path, two: EvaluationSet, encoder: BundledEncoder
) -> None:
    """Only the right article's passage has the answer; what has none is read beside its article."""
    examples = list(examples_of(two, tmp_path, encoder))
    for asked in ASKED:
        own = [one for one in examples if one.question == asked.text]
        right = [one for one in own if one.answers]
        assert [one.answers for one in right] == [asked.answers] * bool(asked.answers)
        assert all(asked.answers[0] in "".join(one.excerpt.sentences) for one in right)
        wrong = ["".join(one.excerpt.sentences) for one in own if not one.answers]
        assert wrong
        assert all(answer not in text for answer in asked.answers for text in wrong)
    unanswered = [one for one in examples if one.question == ASKED[2].text]
    assert all("许昌" in "".join(one.excerpt.sentences) for one in unanswered)


def test_a_follow_up_is_read_as_the_chat_reads_it(
    tmp_path: Path, two: EvaluationSet, encoder: BundledEncoder
) -> None:
    """In its own words, below what the conversation is about; without an answer, where none is."""
    examples = list(examples_of_follow_ups(two, [CONVERSED], tmp_path, encoder))
    answered = [one for one in examples if one.answers]
    assert [(one.question, one.answers) for one in answered] == [("队长是谁？", ("罗刚",))]
    assert "罗刚" in "".join(answered[0].excerpt.sentences)
    unanswered = [one for one in examples if one.question == "花了多少钱？"]
    assert [one.answers for one in unanswered] == [()]
    assert all(one.excerpt.heading.startswith("(许昌市公安局购置") for one in examples)


def test_the_answer_is_where_the_tokens_are(drones: Example) -> None:
    """The tokens that are right begin and end the answer; without one, it is the first of all."""
    pairs = Pairs(Pieces.from_folder(unpacked_folder()))
    renamed = Renamed([])
    read = squash("".join(drones.excerpt.sentences))
    answers = set()
    for seed in range(40):
        random.seed(seed)
        target = target_of(drones, pairs, renamed, (_plain, _plain))
        assert target is not None
        if target.first == (0,) == target.last:
            answers.add("")
            continue
        (first,), (last,) = target.first, target.last
        start, end = (target.pair.spans[at - target.pair.passage] for at in (first, last))
        answers.add(read[start[0] : end[1]])
    assert answers == {"", "32架"}


def test_a_question_of_another_place_is_not_answered() -> None:
    """A place becomes one of another question that the passage does not name."""
    renamed = Renamed([asked.text for asked in ASKED])
    random.seed(0)
    asked = {renamed.ask(ASKED[0].text, DRONES) for _ in range(20)}
    assert asked == {"固阳市公安局购置了多少架无人机？", None}  # None where it drew its own
    assert renamed.ask("谁是队长？", DRONES) is None


def test_an_answer_is_taken_out_of_its_passage(drones: Example) -> None:
    """With its sentence, with its clause, or as a figure; the rest stays as it is."""
    seen = set()
    for seed in range(20):
        random.seed(seed)
        left = withheld(drones.excerpt, drones.answers)
        assert left is not None
        assert "32架" not in "".join(left.sentences)
        assert left.sentences[1] == drones.excerpt.sentences[1]
        seen.add(left.sentences[0])
    assert seen == {"", "许昌市公安局购置无人机多架，"}


def test_nothing_is_taken_out_where_nothing_would_be_left() -> None:
    """A passage that is its answer, in one sentence, gives a near miss only as a figure."""
    alone = Excerpt((0,), ("32架",), "")
    random.seed(0)
    left = {withheld(alone, ("32架",)) for _ in range(20)}
    assert left == {None, Excerpt((0,), ("多架",), "")}
