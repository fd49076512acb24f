"""The real model over `seeds/`: questions whose answers and places are known.

tests/golden/questions.jsonl holds, one a line: the question, its acceptable answers as they stand
in the article, the file, and the line on which the answer begins.
"""

from __future__ import annotations

import dataclasses
import json

import pytest

from embeddings.bundled import BundledEncoder
from qa import cite
from qa.answer import Answer, CitedPassage
from tests.libraries import Library
from tests.samples import GOLDEN, SEEDS

MUST = 10
"""So many questions, the first ones, must each be answered by the first passage."""

FIRST_BOUND, FIVE_BOUND = 0.86, 0.9
"""Shares of all questions below which the answer may not fall, in the first passage and in five."""


@dataclasses.dataclass(frozen=True, slots=True)
class GoldenQuestion:
    """A question whose answer is known."""

    id: str
    question: str
    answers: tuple[str, ...]  # any of them will do
    path: str
    line: int  # from 1
    language: str

    def answered_by(self, cited: CitedPassage) -> bool:
        """Say whether the passage is of the right file and holds an answer, white space apart."""
        text = squashed(cited.passage.text)
        return cited.passage.source.path == self.path and any(
            squashed(answer) in text for answer in self.answers
        )


def squashed(text: str) -> str:
    return "".join(text.split())


def golden_questions() -> tuple[GoldenQuestion, ...]:
    rows = (GOLDEN / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(
        GoldenQuestion(**{**row, "answers": tuple(row["answers"])}) for row in map(json.loads, rows)
    )


QUESTIONS = golden_questions()


@pytest.fixture(scope="module")
def answers(seeds: Library, encoder: BundledEncoder) -> dict[str, Answer]:
    """The answer of five passages to each question, by its id."""
    session = seeds.session(encoder, top=5)
    return {golden.id: session.ask(golden.question) for golden in QUESTIONS}


def test_golden_answers_stand_where_they_are_said_to() -> None:
    """Each golden answer begins on its line of its file."""
    for golden in QUESTIONS:
        lines = (SEEDS / golden.path).read_text(encoding="utf-8").splitlines()
        line, rest = lines[golden.line - 1], lines[golden.line : golden.line + 3]
        text = squashed("".join([line, *rest]))
        places = [text.find(squashed(answer)) for answer in golden.answers]
        assert any(0 <= place < len(squashed(line)) for place in places), golden


@pytest.mark.parametrize("golden", QUESTIONS[:MUST], ids=lambda golden: golden.id)
def test_these_are_answered_by_the_first_passage(
    golden: GoldenQuestion, answers: dict[str, Answer]
) -> None:
    """The first passage of the right file holds the answer, whatever the question's language."""
    answer = answers[golden.id]
    assert golden.answered_by(answer.passages[0]), described(golden, answer)


PAGE = "003_7cae5b507974ae63.txt"
PIECES = {
    5: "打一场祛除积弊自我净化的整风仗",
    71: "为官不为者耻!",
    91: "传承红色基因",
    99: "头雁引领 群雁齐飞",
    113: "马扎驿站 响起解读者声",
    119: "画出民族团结最大同心圆",
    131: "联学联创 聚合力 最强党支部 增活力",
}
"""Where the articles of the newspaper page begin."""


def test_citations_name_the_right_piece_and_line(answers: dict[str, Answer]) -> None:
    """What an answer cites is the article of the page that the answer's line is in."""
    checked = 0
    for golden in QUESTIONS:
        for cited in answers[golden.id].passages:
            if golden.answered_by(cited) and cited.passage.source.path == PAGE:
                start = max(line for line in PIECES if line <= cited.passage.span.line_start)
                assert cited.passage.source.title == PIECES[start], golden
                assert cited.passage.span.line_start <= golden.line <= cited.passage.span.line_end
                shown = cite.plain(cited.passage.source, cited.passage.span, "…")
                assert shown.startswith(PIECES[start])
                checked += 1
                break
    assert checked >= 8


def test_share_of_golden_questions_answered(
    answers: dict[str, Answer], capsys: pytest.CaptureFixture[str]
) -> None:
    """No smaller share of golden questions is answered than the bounds say; measured: 94, 94 %."""
    missed = [
        [
            golden
            for golden in QUESTIONS
            if not any(golden.answered_by(cited) for cited in answers[golden.id].passages[:most])
        ]
        for most in (1, 5)
    ]
    first, five = (1 - len(failed) / len(QUESTIONS) for failed in missed)
    with capsys.disabled():
        print(f"\ngolden questions over seeds/: {len(QUESTIONS)}; ", end="")
        print(f"answered by the first passage {first:.0%}, by the first five {five:.0%}")
    told = "\n".join(described(golden, answers[golden.id]) for golden in missed[0])
    assert first >= FIRST_BOUND, told
    assert five >= FIVE_BOUND, told


def described(golden: GoldenQuestion, answer: Answer) -> str:
    found = next((cited.rank for cited in answer.passages if golden.answered_by(cited)), None)
    return (
        f"{golden.id} {golden.question} wants {' or '.join(golden.answers)} "
        f"({golden.path}:{golden.line}), found at rank {found}; "
        f"first is {answer.passages[0].answer_sentence.text}"
    )
