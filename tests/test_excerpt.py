"""What of a hit is read, and the question as it is read beside that."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from embeddings.bundled import BundledEncoder
from embeddings.config import IndexConfig
from embeddings.snapshot import Snapshot
from qa.excerpt import Excerpt, glossed
from qa.question import Question
from qa.reader import Reading
from qa.session import Session
from tests.fakes import FakeEncoder, FakeReader
from tests.libraries import Library, lexical_index

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
    assert glossed(question, excerpt) == asked + words


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
    assert glossed(question, Excerpt((0,), TOLD[:1], "")) == read
    other = glossed(question, Excerpt((0,), TOLD[2:], ""))
    assert other.startswith("許昌")


def test_a_heading_has_words_too(tmp_path: Path) -> None:
    """What the headline names is what the sentences below it tell of."""
    question = Question.from_text("Did Xuchang hold a meeting?", lexical_index(tmp_path, [*TOLD]))
    assert "许昌" in glossed(question, Excerpt((0,), ("该局召开会议。",), "许昌警方整改"))


class Heard(FakeReader):
    """A reader that keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.headings: list[str] = []

    def read(self, question: str, sentences: Sequence[str], heading: str = "") -> Reading:
        self.asked.append(question)
        self.headings.append(heading)
        return super().read(question, sentences, heading)


def test_the_reader_gets_them(tmp_path: Path, encoder: BundledEncoder) -> None:
    """An English question in a conversation reaches the reader with its Chinese words."""
    library = Library.from_articles(tmp_path, {"a.txt": TOLD[0]}, encoder=encoder)
    snapshot = Snapshot.from_index(library.index, encoder=encoder.fingerprint, config=IndexConfig())
    reader = Heard()
    Session(snapshot, encoder, reader, top=5).ask("How many drones did Xuchang buy?")
    assert reader.asked[0].endswith("? 许昌 无人机 购")


def test_the_heading_has_no_crawler_s_stamp(tmp_path: Path) -> None:
    """Of an article without a headline the reader sees the first words, not when it was saved."""
    encoder, reader = FakeEncoder(), Heard()
    text = (
        "2023-07-28 15:18，正文：北河水库昨夜开闸泄洪。" + "天气晴朗，微风。" * 60 + "疏散两千人。"
    )
    library = Library.from_articles(tmp_path, {"a.txt": text}, encoder=encoder)
    snapshot = Snapshot.from_index(library.index, encoder=encoder.fingerprint, config=IndexConfig())
    Session(snapshot, encoder, reader, top=5).ask("疏散多少人？")
    assert reader.headings[0] == "北河水库昨夜开闸泄洪。"
