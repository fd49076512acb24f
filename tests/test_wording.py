"""A question as it is read beside an excerpt."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.excerpt import Excerpt
from qa.question import Question
from qa.who import asks_who_is
from qa.wording import undated, worded, worded_as_office
from tests.libraries import lexical_index

TOLD = (
    "许昌市公安局购置无人机32架,组建警用无人机战队。",
    "许昌市公安局召开会议。",
    "許昌市公安局購置警車5輛。",
)


@pytest.mark.parametrize(
    ("asked", "sentences", "words"),
    [
        ("How many drones did Xuchang buy?", TOLD[:1], " 许昌 无人机 购"),
        ("How many drones did Xuchang buy?", TOLD[1:2], " 许昌"),
        ("How many drones did Xuchang buy?", TOLD[2:], " 许昌 购"),
        ("How many drones did Xuchang buy?", ("天气晴朗。",), ""),
        ("许昌购置了多少架无人机？", TOLD[:1], ""),
    ],
    ids=["all", "no drones", "in the other script", "nothing", "a Chinese question"],
)
def test_an_english_question_is_read_with_the_words_that_stand_there(
    tmp_path: Path, asked: str, sentences: tuple[str, ...], words: str
) -> None:
    """Of its words' translations those follow it that the excerpt has, and no others."""
    question = Question.from_text(asked, lexical_index(tmp_path, list(TOLD)))
    excerpt = Excerpt(tuple(range(len(sentences))), sentences, "")
    assert worded(question, excerpt) == asked + words


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("許昌購置了多少架無人機？", "许昌购置了多少架无人机？"),
        ("许昌购置了多少架无人机？", "许昌购置了多少架无人机？"),
        ("許昌 drones？", "许昌 drones？"),
    ],
)
def test_a_question_is_read_in_the_script_of_the_excerpt(
    tmp_path: Path, asked: str, read: str
) -> None:
    """Over a Simplified sentence in Simplified, over a Traditional one in Traditional."""
    question = Question.from_text(asked, lexical_index(tmp_path, list(TOLD)))
    assert worded(question, Excerpt((0,), TOLD[:1], "")) == read
    other = worded(question, Excerpt((0,), TOLD[2:], ""))
    assert other.startswith("許昌")


def test_a_heading_has_words_too(tmp_path: Path) -> None:
    """What the headline names is what the sentences below it tell of."""
    question = Question.from_text("Did Xuchang hold a meeting?", lexical_index(tmp_path, [*TOLD]))
    assert "许昌" in worded(question, Excerpt((0,), ("该局召开会议。",), "许昌警方整改"))


@pytest.mark.parametrize(
    ("asked", "who_is"),
    [
        ("穆磊是谁？", True),
        ("請問穆磊是誰", True),
        ("谁是孙新阳？", True),
        ("Who is Mu Lei?", True),
        ("who's Sun Xinyang", True),
        ("穆磊是谁呢？", True),
        ("那穆磊到底是谁啊？", True),
        ("那麼穆磊究竟是誰？", True),
        ("王振东是谁？", True),
        ("股东是谁？", False),
        ("局长是谁？", False),
        ("房东是谁？", False),
        ("许昌市公安局局长是谁？", False),
        ("谁是凶手？", False),
        ("Who is the director?", False),
        ("Who is paid?", False),
    ],
)
def test_who_is_asked_by_name(tmp_path: Path, asked: str, *, who_is: bool) -> None:
    """A name, in Chinese or in English, and no office: who holds that is asked for by name."""
    assert asks_who_is(Question.from_text(asked, lexical_index(tmp_path, [*TOLD]))) is who_is


@pytest.mark.parametrize(
    ("asked", "told", "read"),
    [
        ("穆磊是谁？", "中队中队长穆磊破获案件。", "穆磊担任什么职务？"),
        ("孙新阳是谁？", "組長孫新陽來到包頭。", "孫新陽擔任什麼職務？"),
        ("who's Sun Xinyang", "组长孙新阳来到包头。", "孙新阳担任什么职务？"),
        ("Who is Sun Xinyang?", "天气晴朗。", "Who is Sun Xinyang?"),
    ],
    ids=["by name", "in the other script", "in English", "in English, not named"],
)
def test_who_somebody_is_can_be_read_as_what_office(
    tmp_path: Path, asked: str, told: str, read: str
) -> None:
    """In Chinese and in the script of the sentence, where the name stands in it."""
    question = Question.from_text(asked, lexical_index(tmp_path, [told, *TOLD]))
    assert worded_as_office(question, Excerpt((0,), (told,), "")) == read


@pytest.mark.parametrize(
    ("asked", "date", "told", "read"),
    [
        ("2023年9月那场黑雨维持多久？", "2023-09-08", "黑雨维持16小时。", "那场黑雨维持多久？"),
        ("2023年書展有多少人入場？", "2023-07-26", "書展98萬人次入場。", "書展有多少人入場？"),
        ("书展在2023年有多少人？", "2023-07", "书展98万人次。", "书展有多少人？"),
        ("2022年书展有多少人？", "2023-07-26", "书展98万人次。", "2022年书展有多少人？"),
        ("2023年8月书展有多少人？", "2023-07-26", "书展98万人次。", "2023年8月书展有多少人？"),
        ("2023年9月8日维持多久？", "2023-09-08", "维持16小时。", "2023年9月8日维持多久？"),
        ("2023年书展有多少人？", "2023-07-26", "2023年书展98万人次。", "2023年书展有多少人？"),
        ("2023年书展有多少人？", "", "书展98万人次。", "2023年书展有多少人？"),
        ("2023年书展", "2023-07-26", "书展98万人次。", "2023年书展"),
    ],
)
def test_the_year_of_the_article_is_not_read(asked: str, date: str, told: str, read: str) -> None:
    """Where the sentences do not say it: another year, or a day, is what the question turns on."""
    assert undated(asked, Excerpt((0,), (told,), "", date)) == read
