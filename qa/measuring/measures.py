"""Questions with known answers → how often the bot is right.

In: an `EvaluationSet` and its index. Out: an `Outcome` a question, and `Measures` over them. The
questions are answered by the code that users run, each in a conversation of its own. What it does
not take for a question (an empty one, one of a thousand words) counts as refused, and is told of.
"""

from __future__ import annotations

import dataclasses
import functools
import statistics
import time
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from embeddings.clean import squash
from embeddings.encode import Encoder
from embeddings.errors import QuestionError
from embeddings.snapshot import Snapshot
from qa.answer import Answer
from qa.measuring.asked import Asked
from qa.measuring.evaluation import EvaluationSet
from qa.reader import Reader, Reading
from qa.session import Session

DEPTH = 10  # articles looked at for MRR@10

TOP = 5  # passages that users see unless they ask for more

TIMED = 500
"""Questions that are asked a second time, for as many passages as users see, to take the time."""

ROUNDING = 5e-5  # thresholds are kept with four decimals

NEW = "/new"  # what begins a conversation

PASSAGES = 20
"""Passages asked for, so that they are of ten articles: one article may have several."""


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What the bot said to one question, judged; as refused where it did not take it for one."""

    rank: int | None  # among articles, of the first right one, from 1
    sentence_right: bool  # the first passage's answer sentence holds an answer
    passage_right: bool  # the first passage does
    answerable: bool  # a right article is in the index
    answered: bool
    confidence: float
    seconds: float | None  # of the question asked as users ask it; None where it was not
    error: str = ""  # why it was not asked at all

    @classmethod
    def not_asked(cls, error: str, *, answerable: bool) -> Outcome:
        """Return the outcome of what is no question: nothing is found, and nothing answered."""
        return cls(
            rank=None,
            sentence_right=False,
            passage_right=False,
            answerable=answerable,
            answered=False,
            confidence=0.0,
            seconds=None,
            error=error,
        )


_KEYS = {
    "hit_1": "hit@1",
    "hit_5": "hit@5",
    "mrr_10": "MRR@10",
    "answer_sentence_1": "answer_sentence@1",
    "answer_passage_1": "answer_passage@1",
}
"""The names of measures under which they are published, where they are no Python names."""


@dataclasses.dataclass(frozen=True, slots=True)
class Measures:
    """Shares in per cent; AUROC and calibration error in [0, 1]."""

    questions: int
    hit_1: float | None  # of the answerable, as all of ranking; None where there are none
    hit_5: float | None
    mrr_10: float | None
    answer_sentence_1: float | None
    answer_passage_1: float | None
    refusal_auroc: float | None  # confidence, answerable against not
    refusal_precision: float | None  # of the refused, unanswerable
    refusal_recall: float | None  # of the unanswerable, refused
    false_answers: float | None  # of the unanswerable, answered
    still_answered: float | None  # of the answerable questions
    expected_calibration_error: float  # ten groups of equal width
    p50_ms: float | None
    p95_ms: float | None

    def as_object(self) -> dict[str, float | None]:
        """Return the measures by the names under which they are published."""
        return {
            _KEYS.get(field.name, field.name): getattr(self, field.name)
            for field in dataclasses.fields(self)
        }


class _Remembering:
    """A reader that reads nothing twice: each question is asked a second time."""

    def __init__(self, reader: Reader) -> None:
        self._read = functools.lru_cache(maxsize=16)(reader.read)

    def read(self, question: str, sentences: Sequence[str], heading: str = "") -> Reading:
        """Say whether sentences answer the question."""
        return self._read(question, tuple(sentences), heading)


def ask_all(
    evaluation: EvaluationSet, snapshot: Snapshot, encoder: Encoder, reader: Reader
) -> list[Outcome]:
    """Ask every question, each in a conversation of its own, in a session that is warm."""
    outcomes = []
    reader = _Remembering(reader)
    as_users_ask = Session(snapshot, encoder, reader, top=TOP)
    for_ranks = Session(snapshot, encoder, reader, top=PASSAGES)
    as_users_ask.warm_up()
    for number, asked in enumerate(evaluation.questions):
        answerable = any(article in evaluation.articles for article in asked.articles)
        seconds = None
        try:
            if number < TIMED:
                as_users_ask.turn(NEW)
                started = time.perf_counter()
                as_users_ask.ask(asked.text)
                seconds = time.perf_counter() - started
            for_ranks.turn(NEW)
            answer = for_ranks.ask(asked.text)
        except QuestionError as error:
            outcomes.append(Outcome.not_asked(str(error), answerable=answerable))
        else:
            outcomes.append(judged(asked, answer, seconds, answerable=answerable))
    return outcomes


def judged(asked: Asked, answer: Answer, seconds: float | None, *, answerable: bool) -> Outcome:
    """Judge the answer to one question; an article ranks by its best passage."""
    ids = [cited.passage.source.path.removesuffix(".txt") for cited in answer.passages]
    first = answer.passages[0] if answer.passages else None
    return Outcome(
        rank=rank_of(asked, ids),
        sentence_right=first is not None and _holds(first.answer_sentence.text, asked),
        passage_right=first is not None and _holds(first.passage.text, asked),
        answerable=answerable,
        answered=answer.answered,
        confidence=answer.confidence,
        seconds=seconds,
    )


def rank_of(asked: Asked, ids: Iterable[str]) -> int | None:
    """Return the rank of the first right article among the first ten that differ."""
    differing = list(dict.fromkeys(ids))[:DEPTH]
    return next((rank for rank, key in enumerate(differing, 1) if key in asked.articles), None)


def hit_share(ranks: Sequence[int | None], most: int) -> float | None:
    """Return the share of questions, in per cent, with a right article among the first `most`."""
    return share(rank is not None and rank <= most for rank in ranks)


def mean_reciprocal_rank(ranks: Sequence[int | None]) -> float | None:
    """Return the mean of 1 / rank, in per cent; 0 for what was not found."""
    return 100 * statistics.fmean(1 / rank if rank else 0.0 for rank in ranks) if ranks else None


def measure(outcomes: Sequence[Outcome]) -> Measures:
    """Sum up outcomes, of which there is one at least."""
    answerable = [outcome for outcome in outcomes if outcome.answerable]
    ranks = [outcome.rank for outcome in answerable]
    times = [1000 * outcome.seconds for outcome in outcomes if outcome.seconds is not None]
    auroc, precision, recall = _refusal(outcomes)
    return Measures(
        questions=len(outcomes),
        hit_1=hit_share(ranks, 1),
        hit_5=hit_share(ranks, 5),
        mrr_10=mean_reciprocal_rank(ranks),
        answer_sentence_1=share(outcome.sentence_right for outcome in answerable),
        answer_passage_1=share(outcome.passage_right for outcome in answerable),
        refusal_auroc=auroc,
        refusal_precision=precision,
        refusal_recall=recall,
        false_answers=None if recall is None else 100 - recall,
        still_answered=share(outcome.answered for outcome in answerable),
        expected_calibration_error=_calibration_error(outcomes),
        p50_ms=float(np.percentile(times, 50)) if times else None,
        p95_ms=float(np.percentile(times, 95)) if times else None,
    )


def _holds(text: str, asked: Asked) -> bool:
    squashed = squash(text)
    return any(squash(answer) in squashed for answer in asked.answers)


def share(values: Iterable[bool]) -> float | None:
    """Return the share that is true, in per cent; None of no values."""
    told = list(values)
    return 100 * statistics.fmean(told) if told else None


def threshold_for(unanswerable: np.ndarray[Any, np.dtype[np.float64]], most: float) -> float:
    """Return the lowest threshold, of confidences, that lets no greater share of them pass."""
    falling = np.sort(unanswerable)[::-1]
    return float(np.nextafter(falling[int(most * len(falling))], 1) + ROUNDING)


def _refusal(outcomes: Sequence[Outcome]) -> tuple[float | None, float | None, float | None]:
    """Return AUROC of the confidence, and precision and recall of refusing, in per cent."""
    answerable = [outcome.answerable for outcome in outcomes]
    if all(answerable):
        return None, None, None
    from sklearn.metrics import precision_score, recall_score, roc_auc_score

    confidences = [outcome.confidence for outcome in outcomes]

    unanswerable = [not one for one in answerable]
    refused = [not outcome.answered for outcome in outcomes]
    return (
        float(roc_auc_score(answerable, confidences)) if any(answerable) else None,
        100 * float(precision_score(unanswerable, refused, zero_division=0)),
        100 * float(recall_score(unanswerable, refused)),
    )


def _calibration_error(outcomes: Sequence[Outcome]) -> float:
    """Return the mean gap between confidence and share right (Guo et al., 2017)."""
    groups: dict[int, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(min(int(10 * outcome.confidence), 9), []).append(outcome)
    gaps = [
        len(group)
        * abs(
            statistics.fmean(outcome.confidence for outcome in group)
            - statistics.fmean(outcome.rank == 1 for outcome in group)
        )
        for group in groups.values()
    ]
    return sum(gaps) / len(outcomes)
