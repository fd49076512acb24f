"""Questions with known answers → how often the bot is right.

In: an evaluation file: SQuAD form, or `{articles: [{id, text}], questions: [{question, answers,
articles}]}`. Out: `Measures`. Each article becomes a source file; index and answers are made by
the same code that users run.
"""

from __future__ import annotations

import dataclasses
import json
import random
import re
import shutil
import statistics
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.build import build
from embeddings.clean import squash
from embeddings.config import IndexConfig
from embeddings.encode import Encoder
from embeddings.snapshot import Snapshot
from qa.answer import Answer
from qa.session import Session

DROP_SEED = 20201229
"""Which articles `drop` takes away is the same in every run."""

DEPTH = 10  # passages looked at for MRR@10


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """A question with known answers."""

    text: str
    answers: tuple[str, ...]  # any of them, found in a sentence, answers
    articles: frozenset[str]  # ids of the articles that answer


@dataclasses.dataclass(frozen=True, slots=True)
class EvaluationSet:
    """Articles by id, and questions about them."""

    name: str
    articles: dict[str, str]
    questions: tuple[Asked, ...]
    taken_from: str = ""  # the folder of the set that this one is part of, if it is

    @property
    def folder(self) -> str:
        """The name of the folder that holds its index."""
        return re.sub(r"\W+", "_", f"{self.name}_{len(self.articles)}")

    @classmethod
    def from_file(cls, path: Path) -> EvaluationSet:
        """Read an evaluation file of either form."""
        content = json.loads(path.read_text(encoding="utf-8"))
        if "articles" in content:
            articles = {entry["id"]: entry["text"] for entry in content["articles"]}
            questions = [
                Asked(entry["question"], tuple(entry["answers"]), frozenset(entry["articles"]))
                for entry in content["questions"]
            ]
        else:
            articles, questions = _squad(content)
        return cls(path.stem, articles, tuple(questions))

    def first(self, count: int) -> EvaluationSet:
        """Return the first `count` articles, and the questions that they answer."""
        articles = dict(list(self.articles.items())[:count])
        kept = tuple(asked for asked in self.questions if asked.articles & articles.keys())
        return EvaluationSet(self.name, articles, kept)

    @property
    def answers_are_articles(self) -> bool:
        """Whether answers are spread over an article, not written in one sentence of it."""
        return self.name.startswith("news")

    def sample(self, count: int) -> EvaluationSet:
        """Return the set with at most `count` of its questions, drawn alike in every run."""
        asked = list(self.questions)
        random.Random(DROP_SEED).shuffle(asked)  # noqa: S311
        return dataclasses.replace(self, questions=tuple(asked[:count]))

    def with_questions(self, path: Path) -> EvaluationSet:
        """Return the set with other questions: a line each, naming the paragraph that answers."""
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        asked = [
            Asked(line["question"], tuple(line["answers"]), frozenset({line["paragraph"]}))
            for line in lines
        ]
        folder = self.taken_from or self.folder
        return dataclasses.replace(self, name=path.stem, questions=tuple(asked), taken_from=folder)

    def without(self, share: float) -> EvaluationSet:
        """Return the set without the articles that answer that share of what is asked.

        Questions with the same right articles lose them together, so that none is half answered;
        where every question has one article, this is that share of the articles.
        """
        groups = sorted({tuple(sorted(asked.articles)) for asked in self.questions})
        chosen = random.Random(DROP_SEED).sample(groups, round(share * len(groups)))  # noqa: S311
        gone = {key for group in chosen for key in group}
        articles = {key: text for key, text in self.articles.items() if key not in gone}
        name = f"{self.name} -{share:.0%}"
        return EvaluationSet(
            name, articles, self.questions, taken_from=self.taken_from or self.folder
        )

    def index(self, work: Path, encoder: Encoder) -> Snapshot:
        """Write the articles as files below `work`, build their index there, and open it.

        A second run, or a set with articles taken away, encodes nothing anew: vectors are cached.
        """
        folder = work / self.folder
        articles = folder / "articles"
        articles.mkdir(parents=True, exist_ok=True)
        known = work / self.taken_from / "index" / "vectors.sqlite"
        if self.taken_from and known.exists() and not (folder / "index").exists():
            (folder / "index").mkdir()
            shutil.copy(known, folder / "index")
        for key, text in self.articles.items():
            (articles / f"{key}.txt").write_text(text, encoding="utf-8", newline="")
        build(articles, folder / "index", encoder=encoder, config=IndexConfig())
        return Snapshot.from_index(
            folder / "index", encoder=encoder.fingerprint, config=IndexConfig()
        )


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What the bot said to one question, judged."""

    rank: int | None  # of the first passage of a right article, from 1
    sentence_right: bool  # the first passage's answer sentence holds an answer
    answerable: bool  # a right article is in the index
    answered: bool
    confidence: float
    seconds: float

    @property
    def first_is_right(self) -> bool:
        """Whether the first passage is of a right article."""
        return self.rank == 1


@dataclasses.dataclass(frozen=True, slots=True)
class Measures:
    """Shares in per cent, unless said otherwise."""

    questions: int
    hit_1: float
    hit_5: float
    mrr_10: float
    answer_sentence_1: float
    auroc: float | None  # of the confidence, answerable against unanswerable; None without those
    calibration_error: float  # mean gap between confidence and share right, ten equal groups
    false_answers: float | None  # of the unanswerable questions, answered all the same
    still_answered: float  # of the answerable questions
    median_ms: float
    p95_ms: float


def ask_all(evaluation: EvaluationSet, snapshot: Snapshot, encoder: Encoder) -> list[Outcome]:
    """Ask every question, each in a conversation of its own."""
    outcomes = []
    for asked in evaluation.questions:
        session = Session(snapshot, encoder, top=DEPTH)
        started = time.perf_counter()
        answer = session.ask(asked.text)
        seconds = time.perf_counter() - started
        outcomes.append(_judged(asked, answer, seconds, evaluation.articles.keys()))
    return outcomes


def measure(outcomes: Sequence[Outcome]) -> Measures:
    """Sum up outcomes; ranking measures are over the answerable questions."""
    answerable = [outcome for outcome in outcomes if outcome.answerable]
    unanswerable = [outcome for outcome in outcomes if not outcome.answerable]
    ranks = [outcome.rank for outcome in answerable]
    times = sorted(1000 * outcome.seconds for outcome in outcomes)
    return Measures(
        questions=len(outcomes),
        hit_1=_share(rank == 1 for rank in ranks),
        hit_5=_share(rank is not None and rank <= 5 for rank in ranks),
        mrr_10=100 * statistics.fmean(1 / rank if rank else 0.0 for rank in ranks),
        answer_sentence_1=_share(outcome.sentence_right for outcome in answerable),
        auroc=_auroc(answerable, unanswerable) if unanswerable else None,
        calibration_error=_calibration_error(outcomes),
        false_answers=_share(o.answered for o in unanswerable) if unanswerable else None,
        still_answered=_share(outcome.answered for outcome in answerable),
        median_ms=statistics.median(times),
        p95_ms=times[int(0.95 * (len(times) - 1))],
    )


def _squad(content: dict[str, Any]) -> tuple[dict[str, str], list[Asked]]:
    articles, questions = {}, []
    for entry in content["data"]:
        for paragraph in entry["paragraphs"]:
            key = paragraph["id"]
            articles[key] = paragraph["context"]
            for asked in paragraph["qas"]:
                answers = tuple(dict.fromkeys(answer["text"] for answer in asked["answers"]))
                questions.append(Asked(asked["question"], answers, frozenset({key})))
    return articles, questions


def _judged(asked: Asked, answer: Answer, seconds: float, present: Iterable[str]) -> Outcome:
    ids = [cited.passage.source.path.removesuffix(".txt") for cited in answer.passages]
    rank = next((place for place, key in enumerate(ids, 1) if key in asked.articles), None)
    said = squash(answer.passages[0].answer_sentence.text) if answer.passages else ""
    return Outcome(
        rank=rank,
        sentence_right=any(squash(text) in said for text in asked.answers),
        answerable=bool(asked.articles & set(present)),
        answered=answer.answered,
        confidence=answer.confidence,
        seconds=seconds,
    )


def _share(values: Iterable[bool]) -> float:
    return 100 * statistics.fmean(values)


def _auroc(answerable: Sequence[Outcome], unanswerable: Sequence[Outcome]) -> float:
    """Return the probability that an answerable question gets the higher confidence."""
    low = np.sort([outcome.confidence for outcome in unanswerable])
    high = np.array([outcome.confidence for outcome in answerable])
    below = np.searchsorted(low, high, side="left") + np.searchsorted(low, high, side="right")
    return float(below.mean() / (2 * len(low)))


def _calibration_error(outcomes: Sequence[Outcome]) -> float:
    """Return the expected calibration error over ten groups of equal width."""
    groups: dict[int, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(min(int(10 * outcome.confidence), 9), []).append(outcome)
    gaps = [
        len(group)
        * abs(
            statistics.fmean(outcome.confidence for outcome in group)
            - statistics.fmean(outcome.first_is_right for outcome in group)
        )
        for group in groups.values()
    ]
    return sum(gaps) / len(outcomes)
