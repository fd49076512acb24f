"""The scripts of the articles, and a question written in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from opencc import OpenCC

from embeddings.bundled import BundledEncoder
from embeddings.config import IndexConfig
from embeddings.snapshot import Snapshot
from qa.script import SAMPLE, Scripts
from tests.fakes import FakeEncoder
from tests.libraries import SMALL, Library

SIMPLIFIED = "许昌市公安局购置无人机三十二架，组建警用无人机战队。"
TRADITIONAL = "許昌市公安局購置無人機三十二架，組建警用無人機戰隊。"
QUOTING = f"{SIMPLIFIED}牌匾上写着“為國爭光”四个大字，吸引了许多路过的市民在此停留合影留念。"
MANY = [SIMPLIFIED] * 150


@pytest.mark.parametrize(
    ("articles", "simplified", "traditional"),
    [
        ([SIMPLIFIED], True, False),
        ([TRADITIONAL], False, True),
        ([SIMPLIFIED, TRADITIONAL], True, True),
        ([QUOTING], True, False),
        (["Xuchang police bought 32 drones.", TRADITIONAL], False, True),
        (["Xuchang police bought 32 drones."], False, False),
        ([*MANY, *[TRADITIONAL] * (len(MANY) // SAMPLE * 3), *MANY], True, True),
    ],
)
def test_the_scripts_of_articles_are_found(
    tmp_path: Path, articles: list[str], *, simplified: bool, traditional: bool
) -> None:
    """Text without Chinese has none; a name in the other script changes nothing."""
    encoder = FakeEncoder()
    files = {f"{number:03}.txt": text for number, text in enumerate(articles)}
    library = Library.from_articles(tmp_path, files, encoder=encoder)
    snapshot = Snapshot.from_index(library.index, encoder=encoder.fingerprint, config=IndexConfig())
    assert Scripts.from_snapshot(snapshot) == Scripts(simplified, traditional)
    only_first = snapshot.scope([0])
    assert Scripts.from_snapshot(snapshot, only_first).has_traditional == (
        articles[0] == TRADITIONAL
    )


@pytest.mark.parametrize(
    ("scripts", "question", "written"),
    [
        (Scripts(True, False), "許昌在哪？", ["许昌在哪？"]),
        (Scripts(False, True), "许昌在哪？", ["許昌在哪？"]),
        (Scripts(False, True), "許昌在哪？", ["許昌在哪？"]),
        (Scripts(True, True), "許昌在哪？", ["許昌在哪？", "许昌在哪？"]),
        (Scripts(True, True), "Where is Xuchang?", ["Where is Xuchang?"]),
        (Scripts(True, True), "山在哪？", ["山在哪？"]),
        (Scripts(False, False), "許昌在哪？", ["許昌在哪？"]),
    ],
)
def test_a_question_is_written_as_the_articles_are(
    scripts: Scripts, question: str, written: list[str]
) -> None:
    """In the script of the articles; in both, its own first, where they have both."""
    assert list(scripts.written(question)) == written


@pytest.mark.parametrize("script", ["t2s", "s2t"])
def test_either_script_gives_the_same_answer(
    tmp_path: Path, encoder: BundledEncoder, script: str
) -> None:
    """Over articles in one script a question is answered alike in both, to the last digit."""
    convert = OpenCC(script).convert
    articles = {name: convert(text) for name, text in SMALL.items()}
    session = Library.from_articles(tmp_path, articles, encoder=encoder).session(encoder)
    for question in ("许昌市购置了多少架无人机？", "图书馆几点开门？", "河水什么时候退去？"):
        one, other = session.ask(question), session.ask(OpenCC("s2t").convert(question))
        assert one.confidence == other.confidence
        assert [p.cosine for p in one.passages] == [p.cosine for p in other.passages]
        assert [p.passage.id for p in one.passages] == [p.passage.id for p in other.passages]
