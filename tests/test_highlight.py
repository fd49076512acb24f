"""Where a text has the question's words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.highlight import term_ranges
from tests.samples import PROPERTY


@pytest.mark.parametrize(
    ("question", "text", "marked"),
    [
        ("許昌在哪裡？", "许昌市在河南。", ["许昌"]),
        ("许昌在哪里？", "許昌市在河南。", ["許昌"]),
        ("狗为什么叫？", "那只狗叫了。", ["狗叫"]),
        ("民主生活会开了几次？", "专题民主生活会2.6万次", ["民主生活会"]),
        ("多少？", "多少都有", []),
        ("的是什么", "的是的是", []),
        ("NATO是什么", "北约（ＮＡＴＯ）、natoship", ["ＮＡＴＯ"]),
        ("2020年谁来了", "2020年,12020年", ["2020年", "年"]),
        ("57.3亿元", "冻结57.3亿元", ["57.3亿元"]),
        ("what is COVID-19", "COVID-19疫情", ["COVID-19"]),
        ("什么是㍿", "㍿", ["㍿"]),
        ("", "许昌", []),
        ("许昌", "", []),
    ],
)
def test_words_of_any_length_are_marked(question: str, text: str, marked: list[str]) -> None:
    """Words are found whole, in either script and width; what only asks is not marked."""
    assert [text[start:end] for start, end in term_ranges(question, text)] == marked


@PROPERTY
@given(st.text(), st.text())
def test_ranges_are_parts_of_the_text(question: str, text: str) -> None:
    """Whatever is asked, ranges lie in the text, ascending, apart and not empty."""
    bounds = [place for part in term_ranges(question, text) for place in part]
    assert bounds == sorted(set(bounds))
    assert all(0 <= place <= len(text) for place in bounds)
