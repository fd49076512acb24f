"""Questions with known answers → the regression that gives a confidence.

In: first hits of questions over indexes that have lost half of their articles, and of questions
that only look as if an article answered them. Out: a `Regression`, with its threshold, and the
error rates that it has on each.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from embeddings.bundled import BundledEncoder
from qa import choice as choosing
from qa.confidence import features
from qa.first_read import first_read
from qa.foreign import searched_vector
from qa.measuring.evaluation import EvaluationSet
from qa.measuring.measures import threshold_for
from qa.question import Question
from qa.reader import TrainedReader
from qa.retrieve import retrieve
from qa.script import Scripts
from qa.weights import Choices, Rankings, Regression

FALSE_ANSWERS = 0.045  # of the unanswerable questions, answered; 0.05 is what may not be passed
NEAR_ANSWERS = {False: 0.13, True: 0.15}
"""Of near misses, native and foreign, answered: nothing tells them apart as well as what is about
something else. With 0.115, and 0.042 of the others, 84.9 in a hundred of DRCD's questions were
still answered, and 60 of those written beside near misses; with these 85.7 and 64."""


@dataclasses.dataclass(frozen=True)
class Row:
    """The first hit of a question in an index that has lost half of the articles."""

    features: dict[str, float]
    right: bool
    answerable: bool
    foreign: bool


def first_hits(
    half: EvaluationSet, work: Path, encoder: BundledEncoder, ranking: Rankings, choice: Choices
) -> list[Row]:
    """Return the first hit of each question of a set; its index is kept below `work`."""
    snapshot = half.index(work, encoder)
    scripts = Scripts.from_snapshot(snapshot)
    vectors = encoder.encode_questions([scripts.written(one.text)[0] for one in half.questions])
    reader = TrainedReader.load()
    rows = []
    for one, vector in zip(half.questions, vectors, strict=True):
        question = Question.from_text(one.text, snapshot.lexical)
        searched = searched_vector(question, vector, encoder)
        hits = retrieve(snapshot, question, searched, ranking)
        choose = choosing.chooser(question, hits, choice)
        best = first_read(question, hits, choose, reader, choice)
        rows.append(
            Row(
                features=features(question, best.hit, best.sentence, best.reading),
                right=best.hit.passage.source.path.removesuffix(".txt") in one.articles,
                answerable=bool(one.articles & half.articles.keys()),
                foreign=question.is_foreign,
            )
        )
    return rows


def fit_regression(
    halves: Sequence[tuple[str, list[Row]]], near: list[Row], *, foreign: bool
) -> tuple[Regression, dict[str, dict[str, float]]]:
    """Fit one of the two regressions; every set counts the same.

    Beside sets that have lost half of their articles stand questions that look as if an article
    answered them (`near`), of which more may be answered.
    """
    chosen = {
        name: [row for row in rows if row.foreign == foreign]
        for name, rows in (*halves, ("near misses", near))
    }
    rows = [row for kept in chosen.values() for row in kept]
    names = list(rows[0].features)
    values = np.array([[row.features[name] for name in names] for row in rows])
    right = np.array([row.right for row in rows])
    answerable = np.array([row.answerable for row in rows])
    group = np.repeat(np.arange(len(chosen)), [len(kept) for kept in chosen.values()])
    spread = values.std(0) + 1e-6
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(max_iter=5000)
    model.fit(values / spread, right, sample_weight=(1 / np.bincount(group))[group] * len(right))
    probability = model.predict_proba(values / spread)[:, 1]
    threshold = max(
        threshold_for(
            probability[(group == number) & ~answerable],
            FALSE_ANSWERS if number < len(halves) else NEAR_ANSWERS[foreign],
        )
        for number in range(len(chosen))
    )
    said = probability >= threshold
    rates = {
        name: {
            "questions": float((group == number).sum()),
            "false_answers": float(said[(group == number) & ~answerable].mean()),
            "still_answered": float(said[(group == number) & answerable].mean()),
        }
        for number, name in enumerate(chosen)
    }
    coefficients = dict(zip(names, (model.coef_[0] / spread).tolist(), strict=True))
    return Regression(float(model.intercept_[0]), coefficients, threshold), rates
