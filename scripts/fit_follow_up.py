"""Fits the confidence of follow-ups that were completed, and writes qa/follow_up.json.

    scripts/fit_follow_up.py news_8000.txt.gz

Asked over `seeds/` and news articles: the follow-ups of tests/golden/conversations.jsonl, which
have an answer; and those of tests/golden/unanswered_follow_ups.jsonl where the article has none of
the words that an answer would need. Error rates are those of articles left out of the fit.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import gzip
import itertools
import json
import math
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict

from embeddings.build import build
from embeddings.bundled import BundledEncoder
from embeddings.clean import squash
from embeddings.config import IndexConfig
from embeddings.snapshot import Snapshot
from qa.answer import Answer
from qa.reader import LazyReader
from qa.session import Session
from qa.weights import FOLLOW_UP, FollowUp, weights

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "golden"
FIRST, LAST = 60, 400
"""Of the news: the first lines are all indexed, the others where a conversation names them."""

LEAST_ANSWERED = 20
"""With fewer follow-ups that have an answer nothing is fitted: of English ones there are five."""


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """A follow-up that was completed."""

    foreign: bool
    article: str
    answerable: bool  # and the first passage has the answer
    completed_odds: float
    asked_odds: float


def main(news: Annotated[Path, typer.Argument(help="Articles (gzip), one a line.")]) -> None:
    """Fit, and write what was fitted."""
    rows = [*_rows("seeds", _seeds()), *_rows("news", _news(news))]
    content: dict[str, Any] = {
        "fitted_on": ["conversations", "unanswered_follow_ups"],
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "error_rates": {},
    }
    for name, foreign in (("native", False), ("foreign", True)):
        of_kind = [row for row in rows if row.foreign is foreign]
        model = getattr(weights().follow_up, name)
        if sum(row.answerable for row in of_kind) >= LEAST_ANSWERED:
            model = _fitted(of_kind)
        content[name] = dataclasses.asdict(model)
        content["error_rates"][name] = _rates(of_kind, model, name)
    (ROOT / "qa" / FOLLOW_UP).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(content, indent=1))


def _fitted(rows: list[Row]) -> FollowUp:
    model = _regression().fit(_features(rows), [row.answerable for row in rows])
    completed, asked = model.coef_[0].round(4).tolist()
    return FollowUp(round(float(model.intercept_[0]), 4), completed, asked)


def _rates(rows: list[Row], model: FollowUp, name: str) -> dict[str, float]:
    """Return the error rates at the threshold; of a fit, on articles that it has not seen."""
    features, answerable = _features(rows), np.array([row.answerable for row in rows])
    if answerable.sum() >= LEAST_ANSWERED:
        groups = [row.article for row in rows]
        odds = cross_val_predict(
            _regression(),
            features,
            answerable,
            groups=groups,
            cv=LeaveOneGroupOut(),
            method="decision_function",
        )
    else:
        odds = features @ [model.completed_odds, model.asked_odds] + model.intercept
    threshold = getattr(weights().confidence, name).threshold
    said = odds >= math.log(threshold / (1 - threshold))
    return {
        "questions": len(rows),
        "false_answers": round(float(said[~answerable].mean()), 4),
        "still_answered": round(float(said[answerable].mean()), 4),
    }


def _regression() -> LogisticRegression:
    return LogisticRegression(class_weight="balanced")


def _features(rows: list[Row]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([(row.completed_odds, row.asked_odds) for row in rows])


def _rows(source: str, articles: Mapping[str, str]) -> Iterator[Row]:
    """Ask every follow-up of a source's conversations."""
    encoder, reader = BundledEncoder(lasting=True), LazyReader()
    with tempfile.TemporaryDirectory() as scratch:
        folder, index = Path(scratch, "articles"), Path(scratch, "index")
        folder.mkdir()
        for path, text in articles.items():
            (folder / path).write_text(text, encoding="utf-8", newline="")
        build(folder, index, encoder=encoder, config=IndexConfig())
        snapshot = Snapshot.from_index(index, encoder=encoder.fingerprint, config=IndexConfig())
        for one in _lines("conversations.jsonl"):
            if one["source"] == source:
                yield from _of_conversation(
                    one, articles, Session(snapshot, encoder, reader, top=1)
                )


def _of_conversation(
    one: Mapping[str, Any], articles: Mapping[str, str], session: Session
) -> Iterator[Row]:
    foreign, first = one["language"] == "en", one["turns"][0]
    path = _path(first["path"])
    for turn in one["turns"]:
        answer = session.ask(turn["question"])
        told = squash(answer.passages[0].passage.text)
        right = any(squash(text) in told for text in turn["answers"])
        if turn["kind"] == "follow_up" and right:
            yield from _row(answer, path, foreign=foreign, answerable=True)
    for other in _lines("unanswered_follow_ups.jsonl"):
        if other["question"].isascii() is foreign and not re.search(other["needs"], articles[path]):
            session.turn("/new")
            session.ask(first["question"])
            answer = session.ask(other["question"])
            yield from _row(answer, path, foreign=foreign, answerable=False)


def _row(answer: Answer, article: str, *, foreign: bool, answerable: bool) -> Iterator[Row]:
    """Yield what is known of a follow-up; nothing of one that was searched as it is."""
    gives = {part.name: part for part in answer.reasons}
    if "asked_odds" not in gives:
        return
    model = weights().follow_up.foreign if foreign else weights().follow_up.native
    whole = sum(part.gives for part in answer.reasons) - gives["asked_odds"].gives
    completed = (whole - model.intercept) / model.completed_odds
    yield Row(foreign, article, answerable, completed, gives["asked_odds"].value)


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (GOLDEN / name).read_text(encoding="utf-8").splitlines()]


def _path(named: str) -> str:
    """Return a file's name; news:21 is the article on line 21."""
    return f"{named.removeprefix('news:')}.txt" if named.startswith("news:") else named


def _seeds() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "seeds").iterdir()}


def _news(file: Path) -> dict[str, str]:
    turns = [turn for one in _lines("conversations.jsonl") for turn in one["turns"]]
    named = {_path(turn["path"]) for turn in turns}
    with gzip.open(file, "rt", encoding="utf-8", newline="\n") as lines:
        articles = {f"{n}.txt": line for n, line in enumerate(itertools.islice(lines, LAST), 1)}
    return {
        path: text
        for number, (path, text) in enumerate(articles.items())
        if number < FIRST or path in named
    }


if __name__ == "__main__":
    typer.run(main)
