"""Chinese names in English questions, as they are read."""

from __future__ import annotations

import pytest

from qa.pinyin import names_in
from scripts.make_pinyin import OUT, table


@pytest.mark.parametrize(
    ("question", "name", "text"),
    [
        ("What did Sun Xinyang ask for?", "sun xinyang", "纪检监察组组长孙新阳来到包头"),
        ("What did Xinyang Sun ask for?", "xinyang sun", "纪检监察组组长孙新阳来到包头"),
        ("Who is Luo Gang?", "luo gang", "罗书记名叫罗刚"),
        ("Where does Mu Lei's team work?", "mu lei", "中队长穆磊"),
        ("How many homes did the Baotou bureau buy?", "baotou", "包头市公安局"),
        ("What post does Jiao Xiaoguang hold?", "jiao xiaoguang", "焦晓光说"),
        ("Where is Xi'an's station?", "xi'an", "西安车站"),
        ("Which lake is in Lüshun?", "shun", ""),
    ],
)
def test_names_are_found_by_how_they_are_read(question: str, name: str, text: str) -> None:
    """A capitalised word in pinyin finds the characters that are read so."""
    names = names_in(question)
    if text:
        assert names[name].search(text)
        assert not names[name].search("市民讲堂周一开课")
    else:
        assert name not in names


@pytest.mark.parametrize("question", ["what is baotou?", "Who is Mr Smith?", "", "许昌在哪？"])
def test_other_words_are_no_names(question: str) -> None:
    """What is not capitalised, or is no pinyin of two syllables, is no name."""
    assert not names_in(question)


@pytest.mark.parametrize("question", ["Shandong Weifang", "Can Xinyang", "Who in Baotou?"])
def test_two_words_are_one_name_where_one_is_a_family_name(question: str) -> None:
    """A province and its town, or a verb before a name, are not a person's."""
    assert not any(" " in name for name in names_in(question))


def test_the_stored_readings_are_those_of_the_package() -> None:
    """The table is what its script makes."""
    assert OUT.read_text(encoding="utf-8") == table()
