"""What the user has chosen: one frozen `AskConfig`, merged once and passed down."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from embeddings.config import CURRENT, DEFAULT_MODEL
from qa.language import Language, language_of

EXIT_DONE, EXIT_ERROR, EXIT_USAGE, EXIT_INTERRUPTED = 0, 1, 2, 130
"""Exit codes of every command."""


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
    lang: str = "en"  # of the screens: one of qa.language.LANGUAGES
    history: bool = True  # keep the lines of the chat between runs
    since: str | None = None  # YYYY-MM-DD, as `until`
    until: str | None = None
    outlet: tuple[str, ...] = ()
    file: tuple[str, ...] = ()
    program: str = "qa"  # as the user calls it; scripts/qa says so by QA_PROGRAM
    usual: tuple[Path, Path] = dataclasses.field(
        default=(Path("seeds"), Path(".qa-index")), compare=False
    )
    """Articles and index where no option names them: by default or environment."""

    @classmethod
    def from_layers(cls, environment: Mapping[str, str], *flags: Mapping[str, Any]) -> AskConfig:
        """Merge defaults < environment < flags; of several flag layers the last one wins.

        A flag that is None was not given; `no_color` takes `color` away, `no_history` `history`.
        The environment gives QA_ARTICLES and QA_INDEX, and the language by LANG and its like.
        """
        chosen: dict[str, Any] = {"lang": language_of(environment)}
        for name in ("articles", "index"):
            value = environment.get(f"QA_{name.upper()}")
            if value:
                chosen[name] = Path(value)
        usual = cls(**chosen)
        chosen["usual"] = usual.articles, usual.index
        chosen["program"] = shlex.quote(environment.get("QA_PROGRAM") or "qa")
        for layer in flags:
            chosen.update({name: value for name, value in layer.items() if value not in (None, [])})
        for name in ("outlet", "file"):
            chosen[name] = tuple(chosen.get(name) or ())
        for name in ("color", "history"):
            if chosen.pop(f"no_{name}", False):
                chosen[name] = False
        return cls(**chosen)

    @property
    def language(self) -> Language:
        """The language of the screens; commands in it are as the user has to type them."""
        named = {"articles": self.articles, "index": self.index}
        options = (
            f" --{name} {shlex.quote(str(folder))}"
            for (name, folder), usual in zip(named.items(), self.usual, strict=True)
            if folder != usual
        )
        model = f" --model {shlex.quote(self.model)}" if self.model != DEFAULT_MODEL else ""
        return Language(self.lang, program=self.program, place="".join(options), model=model)

    @property
    def has_index(self) -> bool:
        """Whether the index folder names a snapshot; it may be damaged yet."""
        return (self.index / CURRENT).exists()
