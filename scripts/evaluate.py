"""Measures retrieval, answer sentences and confidence on evaluation files.

    scripts/evaluate.py FILE... [--drop SHARE] [--articles N] [--work DIR] [--json]

`--drop 0.5` takes half of the articles away, so that their questions have no answer; `--articles`
takes the first N only; `--work` keeps indexes and vectors for the next run.
"""

from __future__ import annotations

import dataclasses
import json
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from embeddings.bundled import BundledEncoder
from qa.evaluation import EvaluationSet, Measures, ask_all, measure


def main(
    files: Annotated[list[Path], typer.Argument(help="Evaluation files.")],
    drop: Annotated[float, typer.Option(help="Share of the articles taken away.")] = 0.0,
    articles: Annotated[int, typer.Option(help="Only the first N articles; 0 for all.")] = 0,
    work: Annotated[Path | None, typer.Option(help="Folder that keeps the indexes.")] = None,
    *,
    json_lines: Annotated[bool, typer.Option("--json", help="One JSON object a file.")] = False,
) -> None:
    """Print a table, or JSON, with a line for each file."""
    encoder = BundledEncoder()
    rows: dict[str, Measures] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for file in files:
            evaluation = EvaluationSet.from_file(file)
            evaluation = evaluation.first(articles) if articles else evaluation
            evaluation = evaluation.without(drop) if drop else evaluation
            snapshot = evaluation.index(work or Path(scratch), encoder)
            rows[evaluation.name] = measure(ask_all(evaluation, snapshot, encoder))
            if json_lines:
                print(
                    json.dumps(
                        {"set": evaluation.name, **dataclasses.asdict(rows[evaluation.name])}
                    )
                )
    if not json_lines:
        _print_table(rows)


def _print_table(rows: dict[str, Measures]) -> None:
    table = Table()
    table.add_column("")
    for name in rows:
        table.add_column(name, justify="right")
    for field in dataclasses.fields(Measures):
        values = [getattr(measures, field.name) for measures in rows.values()]
        digits = 3 if field.name in {"auroc", "calibration_error"} else 1
        table.add_row(
            field.name.replace("_", " "),
            *("–" if value is None else f"{value:.{digits}f}" for value in values),
        )
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
