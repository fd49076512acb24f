"""An English question's terms → how Chinese text has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from embeddings.lexical import LexicalIndex
from qa.question import Question
from tests.libraries import lexical_index

TEXTS = [
    "许昌市公安局购置无人机32架,组建警用无人机战队。",
    "上海的警察在河边救起一名落水儿童,警车送他去医院。",
    "许昌市公安局召开会议,监督工作。",
    "会议在上海举行,公安局长出席。",
    "眉山市公安局成立5个教育督导组,邀请律师队伍、文艺团队参加。",
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    return lexical_index(tmp_path_factory.mktemp("lexical"), TEXTS)


def test_an_english_question_knows_its_words_in_chinese(index: LexicalIndex) -> None:
    """Terms of an English question are found in Chinese text, the rare ones weighing more."""
    question = Question.from_text("How many drones did the public security bureau buy?", index)
    assert question.is_foreign
    assert question.renderings["drone"].search("购置无人机32架")
    assert not question.renderings["drone"].search("购置警车32架")
    assert question.idf["drone"] > question.idf["public secur bureau"]
    assert question.share(question.idf) == pytest.approx(1)


def test_a_word_that_no_article_has_is_no_term(index: LexicalIndex) -> None:
    """What is asked of cannot be missing from articles that never mention it."""
    assert "typhoon" not in Question.from_text("Which typhoon hit the river?", index).renderings


def test_a_name_counts_once(index: LexicalIndex) -> None:
    """A place in the dictionary that can be read as pinyin is one term, found as either."""
    question = Question.from_text("What did the police in Shanghai do?", index)
    assert [term for term in question.idf if "shanghai" in term] == ["shanghai"]
    assert question.renderings["shanghai"].search("上海的警察")
    assert question.renderings["shanghai"].search("尚海先生")


def test_one_character_counts_where_no_longer_word_stands(index: LexicalIndex) -> None:
    """会 alone stands in too many texts, when 会议 does too."""
    assert not Question.from_text("Who held the meeting?", index).renderings["meet"].search("不会")


def test_chinese_questions_have_no_use_for_it(index: LexicalIndex) -> None:
    """A Chinese question is not translated."""
    assert not Question.from_text("许昌购置了多少架无人机？", index).renderings


@pytest.mark.parametrize(
    ("text", "found"),
    [("督导组", True), ("监察队", True), ("督促他参加队伍", False), ("小组", False)],
)
def test_two_words_may_be_told_by_a_character_each(
    index: LexicalIndex, text: str, *, found: bool
) -> None:
    """督导组 is in no dictionary; 督 and 组 beside each other are a supervision team."""
    question = Question.from_text("How many supervision teams did Meishan form?", index)
    for term in ("supervis", "team"):
        assert bool(question.renderings[term].search(text)) is found


def test_a_rare_character_counts_beside_longer_words(tmp_path: Path) -> None:
    """队 in one passage of forty is a team, though 团队 stands in another."""
    plain = [f"今天是{number}日,天气晴。" for number in range(38)]
    index = lexical_index(tmp_path, [*plain, "文艺团队演出。", "消防队出动。"])
    assert Question.from_text("Which team came?", index).renderings["team"].search("消防队")
