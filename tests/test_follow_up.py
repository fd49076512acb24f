"""A follow-up question is completed from the conversation; a new one is left alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from embeddings.bundled import BundledEncoder
from embeddings.clean import squash
from qa.follow_up import Lack, Turn, completed, lack, subject_of
from qa.session import Session
from tests.libraries import Library
from tests.samples import GOLDEN

LEAST_RIGHT = 0.7  # share of follow-ups answered by the first passage; measured 0.75


@pytest.mark.parametrize(
    ("question", "lacks"),
    [
        ("他还说了什么？", Lack.SUBJECT),
        ("这项工作由谁负责？", Lack.SUBJECT),
        ("該局辦了幾期？", Lack.SUBJECT),
        ("女职工呢？", Lack.SUBJECT),
        ("为什么？", Lack.SUBJECT),
        ("When did that happen?", Lack.SUBJECT),
        ("多少老师？", Lack.MAYBE),
        ("And in Tongliao?", Lack.MAYBE),
        ("罗刚是谁？", Lack.MAYBE),
        ("罗刚说他们嘎查有多少套民宿？", Lack.NOTHING),
        ("那么包头民警的廉政档案有多少页？", Lack.NOTHING),
        ("其他试点地区还有哪些城市参加？", Lack.NOTHING),
        ("許昌公安今年以來偵破多少起刑事案件？", Lack.NOTHING),
        ("Who wrote the commentary about Baotou officials who fail to act?", Lack.NOTHING),
    ],
)
def test_what_a_question_lacks(question: str, lacks: Lack) -> None:
    """Pointers and ellipses lack a subject, short questions may, complete ones lack nothing."""
    assert lack(question) is lacks


def test_a_question_is_completed_in_front() -> None:
    """The subject of the conversation comes first, the user's own words stay as they are."""
    before = Turn("许昌市公安局局长是谁？", subject_of("许昌市公安局局长是谁？"), 0)
    assert completed("他还说了什么？", before) == "许昌市公安局局长是 他还说了什么？"


def _conversations(source: str) -> list[dict[str, Any]]:
    lines = (GOLDEN / "conversations.jsonl").read_text(encoding="utf-8").splitlines()
    return [one for one in map(json.loads, lines) if one["source"] == source]


def _right(session: Session, turn: dict[str, Any]) -> tuple[bool, bool]:
    """Ask; say whether the first passage answers, and whether the question was completed."""
    answer = session.ask(turn["question"])
    first = answer.passages[0].passage
    told = any(squash(text) in squash(first.text) for text in turn["answers"])
    return told and first.source.path == turn["path"], answer.searched_as != answer.question


def test_conversations_over_the_seeds(
    seeds: Library, encoder: BundledEncoder, capsys: pytest.CaptureFixture[str]
) -> None:
    """Follow-ups find what they are about, far more often than alone; a change of topic is kept."""
    together: list[bool] = []
    alone: list[bool] = []
    for conversation in _conversations("seeds"):
        session = seeds.session(encoder, top=5)
        for turn in conversation["turns"]:
            right, was_completed = _right(session, turn)
            if turn["kind"] == "follow_up":
                together.append(right)
                alone.append(_right(seeds.session(encoder, top=5), turn)[0])
            else:
                assert not was_completed, turn["question"]
    share = sum(together) / len(together)
    with capsys.disabled():
        print(f"\nfollow-ups right: {share:.0%}, alone {sum(alone) / len(alone):.0%}")
    assert share >= LEAST_RIGHT
    assert sum(together) > sum(alone)
