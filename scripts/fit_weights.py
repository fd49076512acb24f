"""Fits the weights of ranking, choice and confidence, and writes qa/weights.json.

    scripts/fit_weights.py FILE... --work DIR --english FILE.jsonl --written FILE --articles FILE
        [--order all|foreign|none] [--most N] [--date YYYY-MM-DD]

Ranking and choice: softmax over candidates, every set counting the same, whatever its size; those
of English questions on the English ones over the first file and on written ones. Sets whose answers
are whole articles take no part in the choice of sentences. Confidence: logistic regression on the
first two files and the English questions, with half of the articles taken away, asked only what the
reader was not trained on; in sets of many articles on one event, those that are left may answer
though none lists them. All features come from the code that answers users.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from embeddings.bundled import BundledEncoder
from qa import choice as choosing
from qa.foreign import STORED, computed_mean
from qa.measuring.calibration import Row, first_hits, fit_regression
from qa.measuring.evaluation import EvaluationSet
from qa.measuring.ordering import candidates_of, fit_choice, fit_ranking
from qa.weights import Confidence, Regression, weights

NEAR_MOST = 1000  # questions of them, so that the fit takes four minutes
SEED = 7


class Order(enum.StrEnum):
    """Which weights of ranking and choice are fitted anew; the others stay."""

    ALL = "all"
    FOREIGN = "foreign"
    NONE = "none"  # for a new reader


def main(
    files: Annotated[list[Path], typer.Argument()],
    work: Annotated[Path, typer.Option(help="Folder that keeps the indexes.")],
    english: Annotated[Path, typer.Option(help="English questions over the first file.")],
    written: Annotated[Path, typer.Option(help="Questions over a packed file of articles.")],
    articles: Annotated[Path, typer.Option(help="That file.")],
    most: Annotated[int, typer.Option(help="Questions a file at most.")] = 1200,
    date: Annotated[str, typer.Option(help="The date to record.")] = "",
    order: Annotated[Order, typer.Option(help="Fit ranking and choice anew.")] = Order.ALL,
) -> None:
    """Fit everything and write it."""
    import torch

    torch.manual_seed(SEED)
    encoder = BundledEncoder()
    folder = Path(choosing.__file__).parent
    _write_mean_question(folder / STORED, encoder)
    full = [EvaluationSet.from_file(file) for file in files]
    in_english = full[0].with_questions(english)
    near = [EvaluationSet.from_written(written, articles, english=flag) for flag in (False, True)]
    ranking, choice = weights().ranking, weights().choice
    if order != Order.NONE:
        own = near[True].parted(held_out=False).answered().sample(most)
        whole = [candidates_of(one, work, encoder) for one in (in_english, own)]
        ranking = dataclasses.replace(ranking, foreign=fit_ranking(whole))
        choice = dataclasses.replace(choice, foreign=fit_choice(whole))
    if order == Order.ALL:
        whole = [candidates_of(one.sample(most), work, encoder) for one in full]
        ranking = dataclasses.replace(ranking, native=fit_ranking(whole))
        told = [rows for rows, one in zip(whole, full, strict=True) if not one.answers_are_articles]
        choice = dataclasses.replace(choice, native=fit_choice(told))
    rows_of = functools.partial(
        first_hits, work=work, encoder=encoder, ranking=ranking, choice=choice
    )
    halves = [one.without(0.5).parted(held_out=True) for one in full[:2]]
    native, native_rates = _calibrated(halves, near[False], rows_of, foreign=False)
    foreign, foreign_rates = _calibrated(
        [in_english.without(0.5)], near[True], rows_of, foreign=True
    )
    content = {
        "date": date,
        "error_rates": {"native": native_rates, "foreign": foreign_rates},
        "ranking": dataclasses.asdict(ranking),
        "choice": dataclasses.asdict(choice),
        "confidence": dataclasses.asdict(Confidence(native, foreign)),
    }
    names = [file.stem for file in (*files, english, written)]
    _write(folder / "weights.json", content, names, afresh=order == Order.ALL)


def _calibrated(
    halves: Sequence[EvaluationSet],
    near: EvaluationSet,
    rows_of: Callable[[EvaluationSet], list[Row]],
    *,
    foreign: bool,
) -> tuple[Regression, dict[str, dict[str, float]]]:
    """Fit the regression of one kind of question, and say how often it errs on which set."""
    rows = [(half.name, rows_of(half)) for half in halves]
    missed = rows_of(near.parted(held_out=True).sample(NEAR_MOST))
    return fit_regression(rows, missed, foreign=foreign)


def _write(path: Path, content: dict[str, Any], names: Sequence[str], *, afresh: bool) -> None:
    """Write the weights and what they were fitted on: also before, for what has stayed."""
    before = () if afresh else json.loads(path.read_text("utf-8"))["fitted_on"]
    content = {"fitted_on": list(dict.fromkeys([*before, *names])), **content}
    path.write_text(json.dumps(_rounded(content), indent=1) + "\n", encoding="utf-8")
    print(path.read_text(encoding="utf-8"))


def _write_mean_question(path: Path, encoder: BundledEncoder) -> None:
    mean = [round(float(value), 5) for value in computed_mean(encoder)]
    content = {"model": encoder.fingerprint.model, "mean": mean}
    path.write_text(json.dumps(content) + "\n", encoding="utf-8")


def _rounded(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return round(value, 4) if isinstance(value, float) else value


if __name__ == "__main__":
    typer.run(main)
