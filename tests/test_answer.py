"""Hits → answer: the sentence, the list, the confidence."""

from __future__ import annotations

from pathlib import Path

from embeddings.bundled import BundledEncoder
from qa.answer import Answer
from tests.libraries import Library

FISH = {
    "fish.txt": "白尾雀鲷又称金尾雀鲷，俗名厚壳仔。白尾雀鲷分布于印度太平洋区的海域。"
    "白尾雀鲷体呈椭圆形，全身黄褐色。白尾雀鲷生活在水深0.5至3公尺。",
}
FIRE = "8月5日下午，固阳县一家仓库失火，消防队出动六辆车，两小时后扑灭，无人受伤。"


def ask(
    folder: Path, encoder: BundledEncoder, articles: dict[str, str], question: str, top: int = 5
) -> Answer:
    return (
        Library.from_articles(folder, articles, encoder=encoder)
        .session(encoder, top=top)
        .ask(question)
    )


def test_the_subject_of_an_article_tells_no_sentence_apart(
    tmp_path: Path, encoder: BundledEncoder
) -> None:
    """Asked where a fish lives, the sentence on that is chosen, not the one that names the fish."""
    answer = ask(tmp_path, encoder, FISH, "白尾雀鲷一般分布在什么海域？")
    assert "印度太平洋" in answer.passages[0].answer_sentence.text


def test_the_same_story_counts_once(tmp_path: Path, encoder: BundledEncoder) -> None:
    """A story that two files tell is shown once, and the other file is named with it."""
    articles = {"a.txt": FIRE, "b.txt": f"本报讯 {FIRE}", **FISH}
    answer = ask(tmp_path, encoder, articles, "固阳县的仓库何时失火？")
    first = answer.passages[0]
    assert [passage.source.path for passage in first.also_in] == (
        ["b.txt"] if first.passage.source.path == "a.txt" else ["a.txt"]
    )
    assert sum("失火" in cited.passage.text for cited in answer.passages) == 1


def test_confidence_tells_answers_from_guesses(tmp_path: Path, encoder: BundledEncoder) -> None:
    """A question that the articles answer gets a higher confidence than one that they do not."""
    right = ask(tmp_path / "a", encoder, {"a.txt": FIRE, **FISH}, "固阳县的仓库何时失火？")
    wrong = ask(tmp_path / "b", encoder, {"a.txt": FIRE, **FISH}, "谁赢了昨天的足球赛？")
    assert right.answered
    assert not wrong.answered
    assert 0 <= wrong.confidence < right.confidence <= 1
