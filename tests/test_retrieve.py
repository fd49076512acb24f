"""Retrieval, seen through `Session.ask`: what comes first, how much, and in what order.

The encoder is the fake one: a text's cosine is about the share of characters in common. How well
the real one finds answers is for test_golden.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.answer import Answer
from tests.fakes import FakeEncoder
from tests.libraries import Library

PARAGRAPHS: dict[str, str] = {
    "drones.txt": "许昌市公安局购置无人机三十二架。",
    "flood.txt": "河水漫过堤岸,两千名居民连夜转移。",
    "library.txt": "图书馆每天早上九点开门。",
}


def ask(folder: Path, articles: dict[str, str], question: str, *, top: int = 5) -> Answer:
    encoder = FakeEncoder()
    library = Library.from_articles(folder, articles, encoder=encoder)
    return library.session(encoder, top=top).ask(question)


@pytest.mark.parametrize("path", PARAGRAPHS)
def test_passage_that_holds_the_question_comes_first(tmp_path: Path, path: str) -> None:
    """A question in an article's own words finds that article, and that sentence in it."""
    sentence = PARAGRAPHS[path]
    first = ask(tmp_path, PARAGRAPHS, sentence).passages[0]
    assert first.passage.source.path == path
    assert first.answer_sentence.text == sentence


def test_answer_sentence_is_found_inside_a_long_passage(tmp_path: Path) -> None:
    """Sentences are searched, so that one that answers is found among others that do not."""
    text = "甲乙丙丁戊己庚辛。图书馆九点开门。子丑寅卯辰巳午未。"
    first = ask(tmp_path, {**PARAGRAPHS, "long.txt": text}, "图书馆九点开门").passages[0]
    assert first.passage.text == text
    assert first.answer_sentence.text == "图书馆九点开门。"
    start, end = first.answer_range
    assert first.passage.text[start:end] == first.answer_sentence.text


@pytest.mark.parametrize(("top", "found"), [(1, 1), (2, 2), (3, 3), (1000, 3)])
def test_no_more_passages_than_asked_for(tmp_path: Path, top: int, found: int) -> None:
    """`top` passages come back, or all when the index holds fewer, ranked from 1."""
    passages = ask(tmp_path, PARAGRAPHS, "图书馆", top=top).passages
    assert [cited.rank for cited in passages] == list(range(1, found + 1))


def test_fewer_passages_are_the_first_of_more(tmp_path: Path) -> None:
    """How many are asked for changes neither the order nor how sure the answer is."""
    encoder = FakeEncoder()
    library = Library.from_articles(tmp_path, PARAGRAPHS, encoder=encoder)
    many = library.session(encoder, top=3).ask("图书馆几点开门")
    for top in (1, 2):
        few = library.session(encoder, top=top).ask("图书馆几点开门")
        assert few.passages == many.passages[:top]
        assert few.confidence == many.confidence


def test_ties_follow_the_files(tmp_path: Path) -> None:
    """Of passages that fit equally well, the one in the first file comes first."""
    articles = dict.fromkeys(("c.txt", "a.txt", "d/a.txt", "b.txt"), PARAGRAPHS["library.txt"])
    assert ask(tmp_path, articles, "图书馆").passages[0].passage.source.path == "a.txt"


def test_overlapping_passages_do_not_show_one_sentence_twice(tmp_path: Path) -> None:
    """Where two passages share the sentence that answers, one of them is shown."""
    lines = [f"{head}{'之乎者也' * 3}。" for head in "甲乙丙丁戊己庚辛壬癸子丑寅卯"]
    answer = ask(tmp_path, {"long.txt": "".join(lines)}, lines[3], top=9)
    sentences = [cited.answer_sentence.id for cited in answer.passages]
    assert len(sentences) > 1
    assert len(sentences) == len(set(sentences))


def test_an_answer_is_the_same_every_time(tmp_path: Path) -> None:
    """Asked twice, in two sessions, a question gets the same answer to the last digit."""
    encoder = FakeEncoder()
    library = Library.from_articles(tmp_path, PARAGRAPHS, encoder=encoder)
    answers = [library.session(encoder).ask("图书馆几点开门") for _ in range(2)]
    assert answers[0] == answers[1]


def test_the_parts_of_a_score_are_all_of_it(tmp_path: Path) -> None:
    """What --explain shows adds up to what hits are ranked by."""
    answer = ask(tmp_path, PARAGRAPHS, "图书馆几点开门？")
    for cited in answer.passages:
        parts = cited.hit.parts()
        assert sum(part.gives for part in parts) == pytest.approx(cited.score)
        assert cited.hit.found_by
    assert "terms" in answer.passages[0].hit.found_by
