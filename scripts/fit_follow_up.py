"""Fits the confidence of follow-ups that a conversation completes, and writes qa/follow_up.json.

    scripts/fit_follow_up.py news_8000.txt.gz --work DIR

Asked over the news articles that tests/golden/follow_ups.jsonl names, each after a question that
its article answers; half of them it does not answer, though they are on its very subject. Error
rates are those of articles left out of the fit.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from embeddings.bundled import BundledEncoder
from embeddings.clean import squash
from qa.answer import Answer
from qa.conversation import Conversation
from qa.filters import Filters
from qa.measuring.conversed import Conversed, articles_of, conversations_in
from qa.measuring.measures import threshold_for
from qa.reader import TrainedReader
from qa.weights import FOLLOW_UP, weights

ROOT = Path(__file__).resolve().parents[1]
FOLLOW_UPS = ROOT / "tests" / "golden" / "follow_ups.jsonl"

ONLY_FOREIGN = weights().confidence.foreign.coefficients.keys() - (
    weights().confidence.native.coefficients.keys()
)
"""Features that only questions have which share few terms with the articles."""

FALSE_ANSWERS = {False: 0.10, True: 0.13}
"""Of follow-ups without an answer, native and foreign, answered, as the thresholds are chosen."""

FOLDS = 10  # articles are left out in turn

Matrix = np.ndarray[Any, np.dtype[np.float64]]


def main(
    news: Annotated[Path, typer.Argument(help="Articles (gzip), one a line.")],
    work: Annotated[Path, typer.Option(help="Folder that keeps the index.")],
    date: Annotated[str, typer.Option(help="The day, YYYY-MM-DD.")] = "",
) -> None:
    """Fit, and write what was fitted."""
    encoder = BundledEncoder(lasting=True)
    conversations = conversations_in(FOLLOW_UPS)
    snapshot = articles_of(FOLLOW_UPS.stem, conversations, news).index(work, encoder)
    rows: dict[bool, list[tuple[int, Answer, bool]]] = {False: [], True: []}
    reader = TrainedReader.load()
    for one in conversations:
        talk = Conversation(snapshot, encoder, reader, top=1, filters=Filters())
        for answer, answerable in _asked(talk, one):
            foreign = any(part.name in ONLY_FOREIGN for part in answer.reasons)
            rows[foreign].append((one.line, answer, answerable))
    content: dict[str, Any] = {
        "fitted_on": [FOLLOW_UPS.stem],
        "date": date or dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "error_rates": {},
    }
    for name, foreign in (("native", False), ("foreign", True)):
        content[name], content["error_rates"][name] = _fitted(rows[foreign], FALSE_ANSWERS[foreign])
    (ROOT / "qa" / FOLLOW_UP).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(content, indent=1))


def _asked(talk: Conversation, one: Conversed) -> Iterator[tuple[Answer, bool]]:
    """Ask the follow-ups of a conversation; leave out those whose answer is not found."""
    talk.ask(one.first)
    for follow_up in one.follow_ups:
        answer = talk.follow_up(follow_up.question)
        if answer is None or not answer.passages:
            continue
        wanted = follow_up.answer
        found = wanted is not None and squash(wanted) in squash(answer.passages[0].passage.text)
        if found or wanted is None:
            yield answer, found


def _fitted(
    rows: list[tuple[int, Answer, bool]], most: float
) -> tuple[dict[str, Any], dict[str, float]]:
    """Return a regression as it is stored, and its error rates on articles left out of the fit."""
    names = [part.name for part in rows[0][1].reasons if part.name != "intercept"]
    features: Matrix = np.array(
        [[part.value for part in answer.reasons if part.name in names] for _, answer, _ in rows]
    )
    articles = [article for article, _, _ in rows]
    answerable = np.array([found for _, _, found in rows])
    probability = cross_val_predict(
        LogisticRegression(),
        features,
        answerable,
        groups=articles,
        cv=GroupKFold(FOLDS),
        method="predict_proba",
    )[:, 1]
    threshold = round(threshold_for(probability[~answerable], most), 4)
    said = probability >= threshold
    model = LogisticRegression().fit(features, answerable)
    regression = {
        "intercept": round(float(model.intercept_[0]), 4),
        "coefficients": dict(zip(names, model.coef_[0].round(4).tolist(), strict=True)),
        "threshold": threshold,
    }
    return regression, {
        "questions": len(rows),
        "false_answers": round(float(said[~answerable].mean()), 4),
        "still_answered": round(float(said[answerable].mean()), 4),
    }


if __name__ == "__main__":
    typer.run(main)
