"""Results of the benchmark → pictures.

In: what `scripts/benchmark.py --save` has written. Out: SVG files. matplotlib comes with the
development dependencies.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Rows = Sequence[Mapping[str, Any]]  # as JSON gives them

Part = Callable[["Axes"], None]

INDEX = {
    "index_seconds": "qa index from nothing, s",
    "index_mb": "index on disk, MB",
    "one_changed_seconds": "qa index, one article changed, s",
}
QUESTION = {
    "ask_seconds": "qa ask in a new process, s",
    "ask_peak_mb": "its memory at most, MB",
}


def draw(command: str, rows: Rows, machine: str, folder: Path) -> list[Path]:
    """Draw what there is to draw of a command's rows; return the files."""
    if command == "build":
        return [_draw(folder / "throughput.svg", machine, [functools.partial(_engines, rows=rows)])]
    if command == "scale":
        index, question = (
            [
                functools.partial(_growth, rows=rows, key=key, title=title)
                for key, title in part.items()
            ]
            for part in (INDEX, QUESTION)
        )
        return [
            _draw(folder / "index.svg", machine, index),
            _draw(
                folder / "question.svg", machine, [*question, functools.partial(_warm, rows=rows)]
            ),
        ]
    return []


def _draw(path: Path, machine: str, parts: Sequence[Part]) -> Path:
    """Write one picture of parts side by side, the same bytes for the same rows."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context({"svg.hashsalt": "article-qa", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(max(7.0, 3.6 * len(parts)), 3.4), layout="constrained")
        for place, part in enumerate(parts, 1):
            axes = figure.add_subplot(1, len(parts), place)
            part(axes)
            axes.spines[["top", "right"]].set_visible(False)
        figure.supxlabel(machine, fontsize=7, color="gray")
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, metadata={"Date": None})
    return path


def _engines(axes: Axes, rows: Rows) -> None:
    names = [row["engine"] for row in rows]
    bars = axes.barh(names, [row["texts_a_second"] for row in rows], color="#4477aa")
    axes.bar_label(bars, [f"{row['ratio']:.1f} ×" for row in rows], padding=3)
    axes.invert_yaxis()
    axes.set_xlabel(f"texts a second ({rows[0]['texts']} sentences and passages)")


def _growth(axes: Axes, rows: Rows, key: str, title: str) -> None:
    """Draw a measure against articles and, where it is a time, the processor's time beside it."""
    articles = [row["articles"] for row in rows]
    axes.plot(articles, [row[key] for row in rows], "o-", color="#4477aa", label="elapsed")
    cpu = key.replace("seconds", "cpu_seconds")
    if cpu != key:
        values = [row[cpu] for row in rows]
        axes.plot(articles, values, "s--", color="#ee6677", label="of the processor's cores")
        axes.legend(frameon=False)
    axes.set_xlabel("articles")
    axes.set_title(title, fontsize=9)
    axes.set_ylim(bottom=0)


def _warm(axes: Axes, rows: Rows) -> None:
    articles = [row["articles"] for row in rows]
    for key, label, style in (("warm_p50_ms", "half", "o-"), ("warm_p95_ms", "95 %", "s--")):
        axes.plot(articles, [row[key] for row in rows], style, color="#4477aa", label=label)
    axes.set_xlabel("articles")
    axes.set_title("a question in the chat is answered within, ms", fontsize=9)
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False)
