"""English words → the Chinese words that may stand for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.dictionary import LONGEST, _lines, _looked_up, translations


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
