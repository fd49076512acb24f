"""What the user has chosen: one frozen `AskConfig`, merged once and passed down."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from embeddings.config import DEFAULT_MODEL

EXIT_DONE, EXIT_ERROR, EXIT_INTERRUPTED = 0, 1, 130
"""Exit codes of every command; 2, for wrong usage, is Typer's."""


@dataclasses.dataclass(frozen=True, slots=True)
class AskConfig:
    """The common options of every command."""

    articles: Path = Path("seeds")
    index: Path = Path(".qa-index")
    model: str = DEFAULT_MODEL  # a sentence-transformers name or folder, or the default's name
    top: int = 5  # passages shown, at least 1
    json: bool = False
    color: bool = True
    explain: bool = False  # show the parts of each score
    since: str | None = None  # YYYY-MM-DD, as `until`
    until: str | None = None
    outlet: tuple[str, ...] = ()
    file: tuple[str, ...] = ()

    @classmethod
    def from_layers(cls, environment: Mapping[str, str], *flags: Mapping[str, Any]) -> AskConfig:
        """Merge defaults < environment < flags; of several flag layers the last one wins.

        A flag that is None was not given; `no_color` takes `color` away. The environment gives
        QA_ARTICLES and QA_INDEX.
        """
        chosen: dict[str, Any] = {}
        for name in ("articles", "index"):
            value = environment.get(f"QA_{name.upper()}")
            if value:
                chosen[name] = Path(value)
        for layer in flags:
            chosen.update({name: value for name, value in layer.items() if value not in (None, [])})
        for name in ("outlet", "file"):
            chosen[name] = tuple(chosen.get(name) or ())
        if chosen.pop("no_color", False):
            chosen["color"] = False
        return cls(**chosen)
