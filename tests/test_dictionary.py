"""English words → the Chinese words that may stand for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.lexical import LexicalIndex
from qa.dictionary import LONGEST, _lines, _looked_up, translations
from qa.question import Question
from tests.libraries import lexical_index

TEXTS = [
    "许昌市公安局购置无人机32架,组建警用无人机战队。",
    "上海的警察在河边救起一名落水儿童,警车送他去医院。",
    "许昌市公安局召开会议。",
    "会议在上海举行,公安局长出席。",
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    return lexical_index(tmp_path_factory.mktemp("lexical"), TEXTS)


@pytest.mark.parametrize(
    ("text", "entry", "word"),
    [
        ("How many drones did it buy?", "drone", "无人机"),
        ("DRONES", "drone", "无人机"),
        ("the Public Security Bureau", "public secur bureau", "公安局"),
        ("Who was arrested?", "arrest", "逮捕"),
        ("Ukraine's president", "ukrain", "乌克兰"),
        ("What did Musk say?", "musk", "马斯克"),
    ],
)
def test_words_and_phrases_are_translated(text: str, entry: str, word: str) -> None:
    """Whatever its ending, a word has its translations; a phrase has its own."""
    assert word in translations(text)[entry]


def test_of_a_phrase_the_words_are_not_translated_again() -> None:
    """What stands in the dictionary as a whole counts once."""
    assert list(translations("the public security bureau")) == ["public secur bureau"]


@pytest.mark.parametrize("text", ["", "the of", "无人机", "qwertyuiop", "\x00", "\t\n"])
def test_other_texts_have_no_translations(text: str) -> None:
    """What the dictionary does not have is passed over."""
    assert translations(text) == {}


@given(st.integers(0, 10**6))
def test_every_entry_is_found(number: int) -> None:
    """The stored entries can be looked up, each with Chinese words, however they are sorted."""
    lines = _lines()
    entry, _, words = lines[number % len(lines)].partition("\t")
    assert words
    assert len(entry.split(" ")) <= LONGEST
    assert _looked_up(entry) == tuple(words.split(" "))
    assert len(set(words.split(" "))) == len(words.split(" "))


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
