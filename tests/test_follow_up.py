"""A follow-up question is completed from the conversation; a new one is left alone."""

from __future__ import annotations

import copy
import gzip
import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest

from embeddings.bundled import BundledEncoder
from embeddings.clean import squash
from qa.answer import Answer
from qa.conversation import Conversation
from qa.filters import Filters
from qa.follow_up import Lack, Turn, completed, lack, subject_of
from qa.measuring.conversed import is_english
from qa.session import Session
from tests.libraries import READER, Library
from tests.samples import GOLDEN, NEWS

NEWS_FIRST, NEWS_LAST = 60, 400  # the first lines are all taken, the others where named

LEAST_GAIN = 0.2  # share of follow-ups that the conversation adds to those right alone
TRIED = 4  # follow-ups without an answer to each conversation
MOST_FALSE = 0.1  # share of them that count as answered; measured 0.03
LEAST_ANSWERED = 0.55  # share of follow-ups found that also count as answered
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
        ("And in Tongliao?", Lack.SUBJECT),
        ("罗刚是谁？", Lack.MAYBE),
        ("罗刚说他们嘎查有多少套民宿？", Lack.NOTHING),
        ("那么包头民警的廉政档案有多少页？", Lack.NOTHING),
        ("其他试点地区还有哪些城市参加？", Lack.NOTHING),
        ("許昌公安今年以來偵破多少起刑事案件？", Lack.NOTHING),
        ("Who is the mayor of Paris?", Lack.NOTHING),
        ("Who wrote the commentary about Baotou officials who fail to act?", Lack.NOTHING),
    ],
)
def test_what_a_question_lacks(question: str, lacks: Lack) -> None:
    """Pointers and ellipses lack a subject, short questions may, complete ones lack nothing."""
    assert lack(question) is lacks


def test_a_question_is_completed_in_front() -> None:
    """The subject of the conversation comes first, the user's own words stay as they are."""
    before = Turn("许昌市公安局局长是谁？", subject_of("许昌市公安局局长是谁？"), 0)
    assert completed("他还说了什么？", before) == "许昌市公安局局长 他还说了什么？"


def _conversations(source: str) -> list[dict[str, Any]]:
    lines = (GOLDEN / "conversations.jsonl").read_text(encoding="utf-8").splitlines()
    found = [one for one in map(json.loads, lines) if one["source"] == source]
    for turn in (turn for one in found for turn in one["turns"]):
        if source == "news":  # news:21 is the article on line 21
            turn["path"] = turn["path"].removeprefix("news:") + ".txt"
    return found


def _right(session: Session, turn: dict[str, Any]) -> tuple[bool, Answer]:
    """Ask; say whether the first passage answers."""
    answer = session.ask(turn["question"])
    first = answer.passages[0].passage
    told = any(squash(text) in squash(first.text) for text in turn["answers"])
    return told and first.source.path == turn["path"], answer


def _hold(library: Library, encoder: BundledEncoder, source: str) -> str:
    """Hold a source's conversations, check them, and return what was measured."""
    together: list[bool] = []
    alone: list[bool] = []
    answered: list[bool] = []
    for conversation in _conversations(source):
        session = library.session(encoder, top=5)
        for turn in conversation["turns"]:
            right, answer = _right(session, turn)
            if turn["kind"] == "follow_up":
                together.append(right)
                answered.append(right and answer.answered)
                alone.append(_right(library.session(encoder, top=5), turn)[0])
            else:
                assert not answer.completed, turn["question"]
    share, by_itself = sum(together) / len(together), sum(alone) / len(alone)
    told = (
        f"{source}: of {len(together)} follow-ups {share:.0%} right, {sum(answered)} of them"
        f" counted as answered; alone {by_itself:.0%}"
    )
    assert sum(answered) >= LEAST_ANSWERED * sum(together), told
    assert share >= LEAST_RIGHT, told
    assert share >= by_itself + LEAST_GAIN, told
    return told


def test_conversations_over_the_seeds(
    seeds: Library, encoder: BundledEncoder, capsys: pytest.CaptureFixture[str]
) -> None:
    """Follow-ups find what they are about, far more often than alone; a change of topic is kept."""
    told = _hold(seeds, encoder, "seeds")
    with capsys.disabled():
        print(f"\n{told}")


def test_follow_ups_without_an_answer_are_refused(
    seeds: Library, encoder: BundledEncoder, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is asked on (她的丈夫是谁？) is refused where the article has no word of an answer.

    Most of these questions stand in the passage all the same: they are what was asked before.
    """
    lines = (GOLDEN / "unanswered_follow_ups.jsonl").read_text(encoding="utf-8").splitlines()
    followed = itertools.cycle(
        one for one in map(json.loads, lines) if not is_english(one["question"])
    )
    said: list[bool] = []
    snapshot = seeds.snapshot(encoder)
    for conversation in _conversations("seeds"):
        first = conversation["turns"][0]
        if is_english(first["question"]):
            continue
        body = (seeds.articles / first["path"]).read_text(encoding="utf-8")
        talk = Conversation(snapshot, encoder, READER, top=1, filters=Filters())
        talk.ask(first["question"])
        said.extend(
            copy.copy(talk).ask(other["question"]).answered
            for other in itertools.islice(followed, TRIED)
            if not re.search(other["needs"], body)
        )
    share = sum(said) / len(said)
    with capsys.disabled():
        print(f"\nof {len(said)} follow-ups without an answer {share:.0%} answered")
    assert len(said) >= 30
    assert share <= MOST_FALSE


@pytest.mark.data
@pytest.mark.skipif(not NEWS.is_file(), reason=f"{NEWS} is absent")
def test_conversations_over_the_news(
    tmp_path: Path, encoder: BundledEncoder, capsys: pytest.CaptureFixture[str]
) -> None:
    """Over a hundred news articles follow-ups are completed as well as over five."""
    named = {turn["path"] for one in _conversations("news") for turn in one["turns"]}
    wanted = {f"{number}.txt" for number in range(1, NEWS_FIRST + 1)} | named
    with gzip.open(NEWS, "rt", encoding="utf-8", newline="\n") as lines:
        articles = {
            f"{number}.txt": line
            for number, line in enumerate(itertools.islice(lines, NEWS_LAST), 1)
            if f"{number}.txt" in wanted
        }
    library = Library.from_articles(tmp_path, articles, encoder=encoder)
    told = _hold(library, encoder, "news")
    with capsys.disabled():
        print(f"\n{told}")


@pytest.mark.parametrize(
    ("question", "lacks"),
    [
        ("她负责什么？", Lack.SUBJECT),
        ("其负责人是谁？", Lack.SUBJECT),
        ("此次行动抓获多少人？", Lack.SUBJECT),
        ("那是什么时候的事？", Lack.SUBJECT),
        ("还有谁？", Lack.SUBJECT),
        ("什么时候？", Lack.SUBJECT),
        ("為什麼？", Lack.SUBJECT),
        ("他們後來怎麼樣了？", Lack.SUBJECT),
        ("那女职工呢？", Lack.SUBJECT),
        ("Why?", Lack.SUBJECT),
        ("What about police cars?", Lack.SUBJECT),
        ("And the patrol cars?", Lack.SUBJECT),
        ("And how many bags?", Lack.MAYBE),
        ("How many ships took part?", Lack.MAYBE),
        ("What did Kyiv say?", Lack.NOTHING),
        ("And what did Kyiv say?", Lack.MAYBE),
        ("And what did he say?", Lack.SUBJECT),
        ("罗刚说他们嘎查有几套民宿？", Lack.NOTHING),
        ("因此许昌市公安局采取了什么措施？", Lack.NOTHING),
        ("如此多的无人机由许昌哪个部门使用？", Lack.NOTHING),
        ("还有许昌市公安局购置了多少架无人机？", Lack.NOTHING),
        ("What did Luo Gang say when he opened the camp in Alxa?", Lack.NOTHING),
        ("How many homestays are there in the gacha?", Lack.MAYBE),
        ("How many people went there?", Lack.SUBJECT),
        ("那是哪天？", Lack.SUBJECT),
        ("那位老人多大岁数？", Lack.SUBJECT),
        ("那場火災造成多少人死亡？", Lack.SUBJECT),
        ("那名嫌疑人最后被判了几年？", Lack.SUBJECT),
        ("那位置在许昌市什么地方？", Lack.NOTHING),
        ("宁城县公安局政委是谁呢？", Lack.NOTHING),
        ("该局一共有多少名民警？", Lack.SUBJECT),
        ("应该怎么申请许昌公租房？", Lack.NOTHING),
        ("吉他是谁在许昌弹的？", Lack.MAYBE),
        ("彼此的关系到底如何呢？", Lack.MAYBE),
        ("许昌泡面为什么这么贵？", Lack.NOTHING),
        ("这件事是什么时候发生的？", Lack.SUBJECT),
        ("那是几号？", Lack.SUBJECT),
        ("What year was that?", Lack.SUBJECT),
        ("Is it true that Baotou bought homes for its police?", Lack.MAYBE),
        ("What did IT workers in the whole country demand?", Lack.NOTHING),
        ("What did it demand?", Lack.SUBJECT),
    ],
)
def test_more_of_what_a_question_lacks(question: str, lacks: Lack) -> None:
    """其他, 因此 and 如此 are no pointers; 那, 还有 and "and" in front change nothing."""
    assert lack(question) is lacks


@pytest.mark.parametrize(
    ("asked", "subject", "question", "whole"),
    [
        ("局长是谁？", "局长是", "他多大？", "局长是 他多大？"),
        ("男职工多少人？", "内蒙古 公安", "女职工呢？", "内蒙古 公安 男职工 人 女职工"),
        ("他说了什么？", "董留民", "什么时候？", "董留民 说 什么时候？"),
        ("为什么？", "", "谁？", "谁？"),
    ],
)
def test_what_was_asked_last_is_kept(asked: str, subject: str, question: str, whole: str) -> None:
    """Subject, then what the last question added to it, then the user's words without 呢."""
    assert completed(question, Turn(asked, subject, 0)) == whole
