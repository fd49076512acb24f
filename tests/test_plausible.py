"""Text → how probable it is as Chinese prose."""

from __future__ import annotations

import math
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.plausible import ASCII, has_rare_run, log_probability, plausibility
from tests.samples import PROPERTY


def test_lists_hold_each_character_once():
    """The resource is two lists of 3 000 different Han characters, the most frequent first."""
    lists = files("embeddings").joinpath("characters.txt").read_text("utf-8").splitlines()
    assert [len(line) for line in lists] == [3000, 3000]
    assert [len(set(line)) for line in lists] == [3000, 3000]
    assert all("\u4e00" <= char <= "\u9fff" for line in lists for char in line)
    assert [line[0] for line in lists] == ["的", "的"]
    assert ("国" in lists[0], "國" in lists[0], "國" in lists[1]) == (True, False, True)


@pytest.mark.parametrize(
    "chars",
    [
        pytest.param("的国饕\ue000\u0378", id="Simplified, down to unassigned"),
        pytest.param("的國饕𠀀\ue000\ufffe", id="Traditional, down to no character"),
        pytest.param("一，の─\ue000\x01", id="Han, punctuation, kana, frame, private, control"),
        pytest.param("。１Я\ufffd\x80", id="full-width, Cyrillic, replaced, C1"),
        pytest.param("、\u200bα한\ud800", id="zero-width, Greek, Korean, surrogate"),
    ],
)
def test_rarer_characters_are_less_probable(chars):
    """Each class is less probable than the one before."""
    found = [log_probability(char) for char in chars]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    "char", "，。、“”：；？！《》（）—…·「」『』０Ａ【】％～•\u3000\xa0\u200b\u202e\ufeff①℃"
)
def test_what_articles_hold_is_not_rare(char):
    """Punctuation, full-width forms and invisible characters are no sign of misreading."""
    assert log_probability(char) >= -9


def test_model_is_nearly_a_distribution():
    """The listed characters together have about all the probability, and not several times it."""
    lists = files("embeddings").joinpath("characters.txt").read_text("utf-8").splitlines()
    for line in lists:
        assert 0.5 < sum(math.exp(log_probability(char)) for char in line) < 2


def test_nothing_is_certain():
    """Empty text has probability 1, and no mean; ASCII has no part in the mean."""
    found = plausibility("")
    assert (found.total, found.mean, found.beyond_ascii) == (0, 0, 0)
    found = plausibility("GDP 新\r\n")
    assert (found.mean, found.beyond_ascii) == (log_probability("新"), 1)
    assert found.total == pytest.approx(6 * ASCII + found.mean)


@PROPERTY
@given(st.text(max_size=50), st.text(max_size=50))
def test_total_is_a_sum_over_characters(first, second):
    """Text has the probability of its parts, apart where they are parted, and never more than 1."""
    total = plausibility(f"{first} {second}").total
    apart = plausibility(first).total + ASCII + plausibility(second).total
    assert total == pytest.approx(apart)
    assert total <= 0


@pytest.mark.parametrize(
    ("text", "encoding", "misread"),
    [
        ("国务院总理主持召开会议", "gbk", "big5hkscs"),
        ("國務院總理主持召開會議", "big5", "gb18030"),
        ("国务院总理主持召开会议", "utf-8", "gb18030"),
        ("国务院总理主持召开会议", "utf-16-le", "utf-16-be"),
    ],
)
def test_misread_prose_is_implausible(text, encoding, misread):
    """Prose has a mean of -8 or more; read in a wrong encoding it has less than -9.5."""
    assert plausibility(text).mean > -8
    assert plausibility(text.encode(encoding).decode(misread, "replace")).mean < -9.5


def test_what_was_asked_before_changes_nothing():
    """Cyrillic and kana are rare, even when their probability has been asked already."""
    plausibility("АБВのこと")
    assert has_rare_run("国АБ家", 2)
    assert has_rare_run("国のこ家", 2)


def test_words_in_another_script_are_plausible():
    """Four letters of a script together are words, and cost less than as many that stand alone."""
    assert plausibility("Путин").mean > -7 > plausibility("П国у国т国и国н").mean
    assert plausibility("ハロウィーン").mean > -7
    assert not has_rare_run("国Путин家ㄅㄆㄇㄈ", 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("国务院總理主持，（2023年）召开ABC会议“……”", False),
        ("龘饕", False),
        ("龘饕餮", True),
        ("国鏂饕椈", True),
        ("国焕衅逍铅", True),  # in the lists, near their end
        ("", False),
    ],
)
def test_rare_characters_together_are_told(text, expected):
    """A run is as many rare characters as are asked for, in prose of either script."""
    assert has_rare_run(text, 3) is expected
