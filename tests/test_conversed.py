"""Files of conversations with known answers: what the confidence and the reader learn from."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from embeddings.bundled import BundledEncoder
from embeddings.clean import squash
from qa.measuring.conversed import (
    AskedOn,
    Conversed,
    FollowUp,
    articles_of,
    ask_on,
    conversations_in,
    is_english,
    summed_up,
)
from qa.measuring.evaluation import EvaluationSet
from tests.libraries import READER
from tests.samples import GOLDEN, NEWS

NAMES = ("follow_ups.jsonl", "follow_ups_more.jsonl")


@pytest.mark.parametrize("name", NAMES)
def test_half_of_what_is_asked_on_has_an_answer(name: str) -> None:
    """Each article has one conversation in English, most one in Chinese; half has an answer."""
    conversations = conversations_in(GOLDEN / name)
    chinese = [one.line for one in conversations if not is_english(one.first)]
    english = [one.line for one in conversations if is_english(one.first)]
    assert len(set(english)) == len(english)
    assert len(set(chinese)) == len(chinese)
    assert set(chinese) < set(english)  # others were written in English alone
    answers = [asked.answer for one in conversations for asked in one.follow_ups]
    assert all(answer is None or answer.strip() for answer in answers)
    assert 0.45 < sum(answer is None for answer in answers) / len(answers) < 0.55


def test_the_reader_learns_from_other_articles_than_the_confidence() -> None:
    """What is fitted is fitted on articles that the reader has not seen."""
    fitted, learnt = (conversations_in(GOLDEN / name) for name in NAMES)
    assert {one.line for one in fitted}.isdisjoint(one.line for one in learnt)


@pytest.mark.data
@pytest.mark.skipif(not NEWS.is_file(), reason="the news articles are not here")
def test_no_article_is_learnt_from_that_others_are_measured_on() -> None:
    """The reader's conversations are about none of the articles that written questions keep."""
    held_out = EvaluationSet.from_written(GOLDEN / "written.jsonl", NEWS).parted(held_out=True)
    kept = {asked.about for asked in held_out.questions}
    learnt = conversations_in(GOLDEN / "follow_ups_more.jsonl")
    assert kept.isdisjoint(f"w{one.line:05}" for one in learnt)


@pytest.mark.data
@pytest.mark.skipif(not NEWS.is_file(), reason="the news articles are not here")
@pytest.mark.parametrize("name", NAMES)
def test_answers_stand_in_their_articles(name: str) -> None:
    """An answer is the article's own words."""
    conversations = conversations_in(GOLDEN / name)
    texts = articles_of(name, conversations, NEWS).articles
    for one in conversations:
        told = squash(texts[str(one.line)])
        for asked in one.follow_ups:
            assert asked.answer is None or squash(asked.answer) in told, asked.question


def test_what_follows_a_question_is_asked_by_itself(tmp_path: Path) -> None:
    """Each follow-up goes on from the first question, whichever were asked before it."""
    text = (
        "许昌市公安局购置无人机32架，组建警用无人机战队。战队由罗刚担任队长，成立于2020年8月。"
        "该局今年侦破各类刑事案件5256起。\n"
    )
    with gzip.open(tmp_path / "news.txt.gz", "wt", encoding="utf-8") as stream:
        stream.write(text)
    asked = (FollowUp("队长是谁？", "罗刚"), FollowUp("花了多少钱？", None))
    first = "许昌市公安局购置了多少架无人机？"
    conversations = [Conversed(0, first, asked), Conversed(0, first, asked[::-1])]
    evaluation = articles_of("drones", conversations, tmp_path / "news.txt.gz")
    encoder = BundledEncoder(lasting=True)
    snapshot = evaluation.index(tmp_path, encoder)
    captain, price, *again = ask_on(conversations, snapshot, encoder, READER)
    assert again == [price, captain]
    assert captain == AskedOn(
        english=False, answerable=True, passage_right=True, sentence_right=True, answered=True
    )
    assert not price.answerable
    assert not price.answered


def test_shares_are_of_those_that_can_be_right() -> None:
    """Found is of what has an answer, answered of what was found, false of what has none."""
    told = AskedOn(
        english=False, answerable=True, passage_right=True, sentence_right=False, answered=True
    )
    another = AskedOn(
        english=False, answerable=True, passage_right=False, sentence_right=False, answered=True
    )
    refused = AskedOn(
        english=False, answerable=False, passage_right=False, sentence_right=False, answered=False
    )
    assert summed_up([told, another, another, another, refused]) == {
        "questions": 5,
        "answerable": 4,
        "answer_passage@1": 25,
        "answer_sentence@1": 0,
        "found_and_answered": 100,
        "answered_by_another": 75,
        "false_answers": 0,
    }
    assert summed_up([refused])["answer_passage@1"] is None
