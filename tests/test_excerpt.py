"""What of a hit is read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from embeddings.bundled import BundledEncoder
from embeddings.config import IndexConfig
from embeddings.snapshot import Snapshot
from qa.excerpt import told_often, worth_reading
from qa.question import Question
from qa.reader import Reading
from qa.retrieve import retrieve
from qa.session import Session
from qa.weights import weights
from tests.fakes import FakeEncoder, FakeReader
from tests.libraries import Library, lexical_index

TOLD = (
    "许昌市公安局购置无人机32架,组建警用无人机战队。",
    "许昌市公安局召开会议。",
    "許昌市公安局購置警車5輛。",
)


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


OFTEN = (
    "许昌市公安局召开会议。",
    "许昌市公安局购置无人机。",
    "局长董留民到场。",
    "许昌公安走访群众。",
)


@pytest.mark.parametrize(
    ("asked", "read", "names"),
    [
        ("许昌市公安局局长是谁？", "局长董留民到场。", ["许昌市公安局"]),
        ("許昌市公安局局長是誰？", "局长董留民到场。", ["许昌市公安局"]),
        ("许昌市公安局局长是谁？", "许昌市公安局召开会议。", []),
        ("眉山市公安局局长是谁？", "局长董留民到场。", ["市公安局"]),
        ("购置了什么？", "局长董留民到场。", []),
        ("Who heads Xuchang's police?", "局长董留民到场。", []),
    ],
    ids=["named", "other script", "read anyway", "another", "named once", "English"],
)
def test_what_an_article_is_about(tmp_path: Path, asked: str, read: str, names: list[str]) -> None:
    """What of the question several other sentences name, and not what one of them does."""
    question = Question.from_text(asked, lexical_index(tmp_path, [*OFTEN]))
    assert told_often(question, OFTEN, read) == names


@pytest.mark.parametrize("asked", ["许昌市公安局局长是谁？", "許昌市公安局局長是誰？"])
def test_what_an_article_is_about_is_read_in_front(
    tmp_path: Path, encoder: BundledEncoder, asked: str
) -> None:
    """Where the sentence lacks it, in the script of the sentence; whatever is asked in."""
    told = "".join(("今日多云。", *OFTEN[:2], "天气晴朗，微风。" * 40, *OFTEN[2:]))
    library = Library.from_articles(tmp_path, {"a.txt": told}, encoder=encoder)
    snapshot = Snapshot.from_index(library.index, encoder=encoder.fingerprint, config=IndexConfig())
    question = Question.from_text(asked, snapshot.lexical)
    vector = encoder.encode_question(asked)
    hits = retrieve(snapshot, question, vector, weights().ranking, least=5)
    of_director = next(hit for hit in hits if OFTEN[2] in hit.passage.text)
    scores = [float(scored.sentence.text == OFTEN[2]) for scored in of_director.sentences]
    excerpt = worth_reading(question, of_director, scores, hits)
    assert OFTEN[2] in excerpt.sentences
    assert excerpt.heading.startswith("(许昌市公安局)")


HOSPITAL = """台大醫院新竹分院達文西手術破千例 院長：排程縮至三週

台大醫院新竹分院昨天宣布，達文西機械手臂手術累計突破1000例，為桃竹苗首家。\
院長余忠仁表示，該院2019年6月引進首台機器，去年再添購第二台，斥資九千八百萬元，手術排程由六週縮短至三週。
泌尿部主任張宏江說，一千例中以攝護腺癌手術最多，占四成二，其次為婦科腫瘤。病人平均住院4.2天，較傳統開腹手術少3天。
62歲的林姓病患去年底接受攝護腺切除，術後第二天便能下床，他說：「我原本以為要躺一個禮拜，沒想到三天就回家了。」
健保目前給付部分達文西術式，其餘每次自費約15萬至20萬元。
"""


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("台大醫院新竹分院的院長是誰？", True),
        ("台大新竹分院院長叫什麼名字？", True),
        ("新竹分院院长是哪位", True),
        ("達文西手術做了多少例？", False),
    ],
)
def test_the_sentence_with_the_office_of_who_is_asked_for_is_read(
    tmp_path: Path, encoder: BundledEncoder, asked: str, read: bool
) -> None:
    """An article names its hospital in many sentences, and who leads it in one."""
    library = Library.from_articles(tmp_path, {"hospital.txt": HOSPITAL}, encoder=encoder)
    snapshot = library.snapshot(encoder)
    question = Question.from_text(asked, snapshot.lexical)
    vector = encoder.encode_question(asked)
    hit = retrieve(snapshot, question, vector, weights().ranking, least=5)[0]
    scores = [1.0 - 0.2 * ("余忠仁" in one.sentence.text) for one in hit.sentences]
    excerpt = worth_reading(question, hit, scores, [hit])
    assert any("余忠仁" in sentence for sentence in excerpt.sentences) is read
