"""Measures speed and memory on this machine, and draws what was measured.

    scripts/benchmark.py build           texts a second of every engine, side by side in one run
    scripts/benchmark.py ask             `qa ask` in a new process, and warm questions
    scripts/benchmark.py chat            a chat in a terminal: until its prompt, until an answer
    scripts/benchmark.py scale FOLDER    all of an index's life over a folder's first n articles
    scripts/benchmark.py draw FILE...    pictures (SVG) of what `--save` has written

`--json` prints an object instead of a table; `--save FILE` writes it as well.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from embeddings.bundled import BundledEncoder
from qa.config import AskConfig
from qa.measuring import stopwatch
from qa.measuring.plots import draw as drawn
from qa.measuring.results import result_of, table
from qa.measuring.throughput import Row, texts_of, throughput

app = typer.Typer(help=__doc__, rich_markup_mode=None, add_completion=False)

PICTURES = Path(__file__).with_name("pictures")

Articles = Annotated[Path, typer.Option(help="Folder of the articles.")]
Index = Annotated[Path | None, typer.Option(help="Its index; one for this run when not given.")]
Runs = Annotated[int, typer.Option(min=1, help="Processes that are started.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Save = Annotated[Path | None, typer.Option(help="File that the JSON object is written to.")]


@app.command()
def build(
    articles: Articles = Path("seeds"),
    texts: Annotated[int, typer.Option(min=1, help="Sentences and passages.")] = 500,
    repeats: Annotated[int, typer.Option(min=1, help="Times that each engine runs.")] = 3,
    save: Save = None,
    *,
    as_json: Json = False,
) -> None:
    """Measure how many texts a second each engine encodes."""
    encoder = BundledEncoder()
    rows = throughput(texts_of(articles, texts, encoder), encoder, repeats)
    _report("build", rows, save, as_json=as_json)


@app.command()
def ask(
    articles: Articles = Path("seeds"),
    index: Index = None,
    runs: Runs = 20,
    save: Save = None,
    *,
    as_json: Json = False,
) -> None:
    """Measure a question in a new process, and warm."""
    with tempfile.TemporaryDirectory() as scratch:
        config = AskConfig(articles=articles, index=index or Path(scratch) / "index")
        _report("ask", [stopwatch.ask(config, runs)], save, as_json=as_json)


@app.command()
def chat(
    articles: Articles = Path("seeds"),
    index: Index = None,
    runs: Runs = 20,
    save: Save = None,
    *,
    as_json: Json = False,
) -> None:
    """Measure a chat in a terminal."""
    with tempfile.TemporaryDirectory() as scratch:
        config = AskConfig(articles=articles, index=index or Path(scratch) / "index")
        _report("chat", [stopwatch.chat(config, runs)], save, as_json=as_json)


@app.command()
def scale(
    folder: Annotated[Path, typer.Argument(help="Folder of many articles.")],
    sizes: Annotated[str, typer.Option(help="Numbers of articles.")] = "125,250,500,1000",
    runs: Runs = 5,
    save: Save = None,
    *,
    as_json: Json = False,
) -> None:
    """Measure building, updating and asking, against the number of articles."""
    numbers = [int(size) for size in sizes.split(",")]
    with tempfile.TemporaryDirectory() as scratch:
        rows: list[Row] = []
        for row in stopwatch.scale(folder, numbers, Path(scratch), runs):
            rows.append(row)
            _kept("scale", rows, save)  # what is measured is kept when the next size is not
        _report("scale", rows, save, as_json=as_json)


@app.command()
def draw(
    files: Annotated[list[Path], typer.Argument(help="Files that --save has written.")],
    pictures: Annotated[Path, typer.Option(help="Folder of the pictures.")] = PICTURES,
) -> None:
    """Draw what was measured."""
    for file in files:
        result = json.loads(file.read_text(encoding="utf-8"))
        for path in drawn(result["command"], result["rows"], result["machine"], pictures):
            print(path)


def _report(command: str, rows: Sequence[Row], save: Path | None, *, as_json: bool) -> None:
    result = _kept(command, rows, save)
    if as_json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        Console(width=None if os.isatty(1) else 300).print(table(rows))
        print(result["machine"], result["versions"], sep="\n")


def _kept(command: str, rows: Sequence[Row], save: Path | None) -> Mapping[str, object]:
    result = result_of(command, rows)
    if save is not None:
        save.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return result


if __name__ == "__main__":
    app()
