"""Measures retrieval, answer sentences and confidence on questions with known answers.

    scripts/evaluate.py squad FILE...       SQuAD form (1.1, 2.0); a paragraph is an article
    scripts/evaluate.py collection FILE...  {articles: [{id, text}], questions: [...]}
    scripts/evaluate.py golden FILE         golden questions, a line each, over --articles
    scripts/evaluate.py written FILE        questions, a line each, over a packed file, --articles
    scripts/evaluate.py conversations FILE  questions that go on from another, likewise

`--drop 0.5` takes that share of the paragraphs away (a collection: all right articles of that
share of the questions), so that questions have no answer; `--limit N` takes the first N articles;
`--judged FILE` counts articles as right that were read and found to answer, though the set does not
list them; `--held-out` asks only what the reader was not trained on: of files that it was trained
on, about one article in four, of collections one question in two; `--ablate` prints what each part
of retrieval gives; `--folders-of 5` asks each written question of five articles, as if they were
all; `--json` prints one object a file; `--work DIR` keeps indexes and vectors for the next run.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from embeddings.bundled import BundledEncoder
from qa.measuring.ablation import ablate
from qa.measuring.conversed import articles_of, ask_on, conversations_in, summed_up
from qa.measuring.evaluation import EvaluationSet
from qa.measuring.measures import Outcome, ask_all, hit_share, mean_reciprocal_rank, measure
from qa.reader import LazyReader

app = typer.Typer(help=__doc__, rich_markup_mode=None, add_completion=False)

Files = Annotated[list[Path], typer.Argument(help="Evaluation files.")]
Drop = Annotated[float, typer.Option(min=0, max=1, help="Share of the articles taken away.")]
Limit = Annotated[int, typer.Option(min=0, help="Only the first N articles; 0 for all.")]
Work = Annotated[Path | None, typer.Option(help="Folder that keeps the indexes.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a file.")]
Ablate = Annotated[bool, typer.Option("--ablate", help="What each part of retrieval gives.")]

Judged = Annotated[Path | None, typer.Option(help="More right articles, a question a line.")]
HeldOut = Annotated[
    bool, typer.Option("--held-out", help="Only questions that the reader was not trained on.")
]

Row = Mapping[str, float | None]


@app.command()
@app.command("collection")
def squad(
    files: Files,
    drop: Drop = 0.0,
    limit: Limit = 0,
    work: Work = None,
    *,
    held_out: HeldOut = False,
    judged: Judged = None,
    json_lines: Json = False,
    ablation: Ablate = False,
) -> None:
    """Measure on files in SQuAD form, or on collections; each file by itself."""
    sets = []
    for file in files:
        evaluation = EvaluationSet.from_file(file)
        evaluation = evaluation.first(limit) if limit else evaluation
        evaluation = evaluation.without(drop) if drop else evaluation
        evaluation = evaluation.with_judged(judged) if judged else evaluation
        sets.append(evaluation.parted(held_out=True) if held_out else evaluation)
    _run(sets, work, json_lines=json_lines, ablation=ablation)


@app.command()
def golden(
    file: Annotated[Path, typer.Argument(help="Golden questions, a JSON object a line.")],
    articles: Annotated[Path, typer.Option(help="Folder of the articles.")] = Path("seeds"),
    work: Work = None,
    *,
    json_lines: Json = False,
    ablation: Ablate = False,
) -> None:
    """Measure on golden questions over a folder of articles."""
    sets = [EvaluationSet.from_golden(file, articles)]
    _run(sets, work, json_lines=json_lines, ablation=ablation)


@app.command()
def written(
    file: Annotated[Path, typer.Argument(help="Questions, a JSON object a line.")],
    articles: Annotated[Path, typer.Option(help="Packed file (gzip), an article a line.")],
    work: Work = None,
    *,
    english: Annotated[bool, typer.Option("--english", help="Ask in English.")] = False,
    folders_of: Annotated[int, typer.Option(min=0, help="Articles to a folder; 0: all.")] = 0,
    held_out: HeldOut = False,
    json_lines: Json = False,
    ablation: Ablate = False,
) -> None:
    """Measure on questions that were written over articles; two of five have no answer."""
    evaluation = EvaluationSet.from_written(file, articles, english=english)
    evaluation = evaluation.parted(held_out=True) if held_out else evaluation
    sets = evaluation.in_folders_of(folders_of) if folders_of else [evaluation]
    _run(sets, work, json_lines=json_lines, ablation=ablation, together=evaluation.name)


@app.command()
def conversations(
    file: Annotated[Path, typer.Argument(help="Conversations, a JSON object a line.")],
    articles: Annotated[Path, typer.Option(help="Packed file (gzip), an article a line.")],
    work: Work = None,
    *,
    every: Annotated[int, typer.Option(min=1, help="Only each N-th conversation.")] = 1,
    json_lines: Json = False,
) -> None:
    """Measure on questions that go on from another; half of them have no answer."""
    encoder = BundledEncoder(lasting=True)
    told = conversations_in(file)
    evaluation = articles_of(file.stem, told, articles)
    with tempfile.TemporaryDirectory() as scratch:
        snapshot = evaluation.index(work or Path(scratch), encoder)
        asked = list(ask_on(told[::every], snapshot, encoder, LazyReader()))
    rows = {
        f"{file.stem} {language}": summed_up([one for one in asked if one.english == english])
        for language, english in (("Chinese", False), ("English", True))
    }
    _print(rows, json_lines=json_lines)


def _run(
    sets: Sequence[EvaluationSet],
    work: Path | None,
    *,
    json_lines: bool,
    ablation: bool,
    together: str = "",
) -> None:
    """Print the measures of each set, or of all of them `together`, under that name."""
    encoder, reader = BundledEncoder(lasting=True), LazyReader()
    outcomes: dict[str, list[Outcome]] = {}
    ranks: dict[str, list[int | None]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for evaluation in sets:
            snapshot, name = evaluation.index(work or Path(scratch), encoder), evaluation.name
            if ablation:
                for variant, found in ablate(evaluation, snapshot, encoder, reader).items():
                    ranks.setdefault(f"{together or name} {variant}", []).extend(found)
            else:
                asked = ask_all(evaluation, snapshot, encoder, reader)
                outcomes.setdefault(together or name, []).extend(asked)
    for name, told in outcomes.items():
        _tell_not_asked(name, told)
    rows: dict[str, Row] = {name: measure(told).as_object() for name, told in outcomes.items()}
    for variant, found in ranks.items():
        rows[variant] = {
            "hit@1": hit_share(found, 1),
            "hit@5": hit_share(found, 5),
            "MRR@10": mean_reciprocal_rank(found),
        }
    _print(rows, json_lines=json_lines, by_row=ablation)


def _tell_not_asked(name: str, outcomes: Sequence[Outcome]) -> None:
    """Say of how many questions nothing was asked, and why, on standard error."""
    for error, count in Counter(one.error for one in outcomes if one.error).items():
        print(f"{name}: {count} of {len(outcomes)} counted as not found: {error}", file=sys.stderr)


def _print(rows: Mapping[str, Row], *, json_lines: bool, by_row: bool = False) -> None:
    if json_lines:
        for name, row in rows.items():
            print(json.dumps({"set": name, **row}, ensure_ascii=False))
    else:
        Console().print(_table(rows, by_row=by_row))


def _table(rows: Mapping[str, Row], *, by_row: bool) -> Table:
    """Return a table with a line for each variant, or with a column for each set."""
    keys = list(next(iter(rows.values())))
    cells = {name: [_cell(key, row[key]) for key in keys] for name, row in rows.items()}
    table = Table()
    table.add_column("")
    for name in keys if by_row else rows:
        table.add_column(name, justify="right")
    if by_row:
        for name, row in cells.items():
            table.add_row(name, *row)
    else:
        for place, key in enumerate(keys):
            table.add_row(key, *(row[place] for row in cells.values()))
    return table


def _cell(key: str, value: float | None) -> str:
    if value is None:
        return "–"
    if key in {"questions", "answerable"}:
        return f"{value:.0f}"
    return (
        f"{value:.3f}" if key in {"refusal_auroc", "expected_calibration_error"} else f"{value:.1f}"
    )


if __name__ == "__main__":
    app()
