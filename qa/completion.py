"""What the shell may complete after `qa`: outlets, files and places of the articles.

In: the command line so far, as Typer gives it. Out: words. The list of articles is read out of the
index's texts; no vectors are opened, and nothing is said when there is no index.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from embeddings.errors import ArticleBotError
from qa.config import AskConfig

if TYPE_CHECKING:
    from embeddings.source import Source


def outlets(context: typer.Context, incomplete: str) -> list[str]:
    """Return the outlets that begin so."""
    return _beginning(incomplete, (source.outlet for source in _sources(context)))


def files(context: typer.Context, incomplete: str) -> list[str]:
    """Return the source files that begin so."""
    return _beginning(incomplete, (source.path for source in _sources(context)))


def places(context: typer.Context, incomplete: str) -> list[str]:
    """Return, for each article, the place of its headline, or its file, that begins so."""
    named = (
        source.path if source.title_line is None else f"{source.path}:{source.title_line}"
        for source in _sources(context)
    )
    return _beginning(incomplete, named)


def _beginning(incomplete: str, words: Iterator[str | None]) -> list[str]:
    """Return the words that begin so, each once; none that would hide something in the line."""
    fits = (word for word in words if word and word.startswith(incomplete) and word.isprintable())
    return list(dict.fromkeys(fits))


def _sources(context: typer.Context) -> Iterator[Source]:
    """Yield the sources of the articles in the index that the command line names."""
    from embeddings.manifest import TEXTS, current_name, snapshot_folder
    from embeddings.texts import Texts

    flags: dict[str, Any] = {}
    step: Any = context
    while step is not None:  # options may stand before the command and after it
        flags = {"index": step.params.get("index"), **{k: v for k, v in flags.items() if v}}
        step = step.parent
    index = Path(AskConfig.from_layers(os.environ, flags).index)
    try:
        folder = snapshot_folder(index, current_name(index))
        yield from Texts.from_file(folder / TEXTS).sources()
    except ArticleBotError:
        return
