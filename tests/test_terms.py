"""Text → folded text → terms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.terms import fold, terms
from tests.samples import PROPERTY


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param("許昌購置無人機", "许昌购置无人机", id="Traditional"),
        pytest.param("ＡＢＣ１２％", "abc12%", id="full width"),
        pytest.param("Ab\u3000C", "ab c", id="case and ideographic space"),
        pytest.param("许\u200b昌\ufeff购\u00ad置", "许昌购置", id="zero-width"),
        pytest.param("e\u0301té ﬁ ①", "été fi 1", id="composed"),
        pytest.param("治病，救人。“目”", "治病,救人。“目”", id="marks"),
        pytest.param("许\ud800昌", "许\ufffd昌", id="lone surrogate"),
    ],
)
def test_fold(text, folded):
    """Both scripts, both widths, both cases and hidden characters are one."""
    assert fold(text) == folded


@PROPERTY
@given(st.text())
def test_folding_is_total_and_settles(text):
    """Any text is folded, into text that can be encoded and has nothing hidden."""
    folded = fold(text)
    folded.encode()
    assert not set(folded) & set("\u00ad\u200b\u200f\u2060\ufeff")
    assert all(term and term == term.strip() and " " not in term for term in terms(folded))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("。，！ \n", []),
        ("许昌", ["许", "昌", "许昌"]),
        ("购置32架", ["购", "置", "购置", "32", "32架", "架"]),
        ("2020年8月26日",
         ["2020", "2020年", "年", "8", "8月", "月", "26", "26日", "日", "2020年8月26日"]),
        ("1.8万余株", ["1.8", "1.8万", "1.8万株", "万", "余", "株", "万余", "余株"]),
        ("1,000", ["1,000"]),
        ("上升58.2%", ["上", "升", "上升", "58.2"]),
        ("AMD's e-mail", ["amd's", "e-mail"]),
        ("COVID-19疫情", ["covid-19", "疫", "情", "疫情"]),
        ("русский 한국어", ["русский", "한국어"]),
    ],
)  # fmt: skip
def test_terms(text, expected):
    """Chinese gives characters and pairs; words and numbers are whole, numbers with their unit."""
    assert terms(fold(text)) == expected


ONCE_MORE = "薴"
"""The one character that folding changes twice: OpenCC has 薴 → 苧 and 苧 → 苎."""


@PROPERTY
@given(st.text().filter(lambda text: ONCE_MORE not in text))
def test_folding_twice_is_folding_once(text):
    """Folded text is left as it is by folding."""
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("term", ["57.3亿元", "57.3亿", "2020年8月26日", "1.8万株", "covid-19"])
def test_numbers_with_units_are_whole(term):
    """A sum, a date, a count and a name with a number can each be searched as a whole."""
    text = "2020年8月26日，投入57.3亿元，种下1.8万余株，COVID-19。"
    assert term in terms(fold(text))
