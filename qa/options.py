"""The options that commands share, and how a command takes them.

A command written as `f(context, config, …)` under `@takes("index", "json")` has these options, and
is called with the configuration that they make with the environment.
"""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from qa import completion
from qa.config import AskConfig
from qa.language import LANGUAGES, language_named


def _first_day(text: str | None) -> str | None:
    return _day(text, last=False)


def _last_day(text: str | None) -> str | None:
    return _day(text, last=True)


def _day(text: str | None, *, last: bool) -> str | None:
    if not text:
        return None
    from qa.filters import whole_date

    try:
        return whole_date(text, last=last)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _known_language(name: str | None) -> str | None:
    known = language_named(name) if name is not None else None
    if name is not None and known is None:
        raise typer.BadParameter(f"{name} is none of {', '.join(LANGUAGES)}")
    return known


def known_encoding(name: str | None) -> str | None:
    """Return Python's name for an encoding; wrong usage when it knows none of that name."""
    if name is None:
        return None
    from embeddings.decode import codec_name

    try:
        return codec_name(name)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


OPTIONS: dict[str, Any] = {
    "articles": Annotated[
        Path | None,
        typer.Option(
            "--articles", metavar="DIR", help="Folder of articles [seeds, or QA_ARTICLES]."
        ),
    ],
    "index": Annotated[
        Path | None,
        typer.Option(
            "--index", metavar="DIR", help="Folder of the index [.qa-index, or QA_INDEX]."
        ),
    ],
    "model": Annotated[
        str | None,
        typer.Option("--model", metavar="NAME", help="A sentence-transformers model or folder."),
    ],
    "top": Annotated[
        int | None, typer.Option("-k", min=1, max=1000, metavar="N", help="Passages to show [5].")
    ],
    "since": Annotated[
        str | None,
        typer.Option(metavar="DATE", callback=_first_day, help="Only articles from this date on."),
    ],
    "until": Annotated[
        str | None,
        typer.Option(metavar="DATE", callback=_last_day, help="Only articles up to this date."),
    ],
    "outlet": Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            autocompletion=completion.outlets,
            help="Only articles of this outlet; may be repeated.",
        ),
    ],
    "file": Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH",
            autocompletion=completion.files,
            help="Only this file, folder or pattern; may be repeated.",
        ),
    ],
    "explain": Annotated[
        bool | None, typer.Option("--explain", help="Show what confidence and scores are made of.")
    ],
    "json": Annotated[bool | None, typer.Option("--json", help="Print JSON.")],
    "no_color": Annotated[bool | None, typer.Option("--no-color", help="Print without colour.")],
    "lang": Annotated[
        str | None,
        typer.Option(
            metavar="zh|zh-Hant|en",
            callback=_known_language,
            help="Language of the screens [by LANG].",
        ),
    ],
    "no_history": Annotated[
        bool | None,
        typer.Option("--no-history", help="Do not keep the lines of the chat between runs."),
    ],
}
"""The common options; each command names those that it takes."""

PLACE = ("articles", "index", "model")
FILTERS = ("since", "until", "outlet", "file")
SCREEN = ("no_color", "lang")
ANSWERING = (*PLACE, "top", *FILTERS, "explain", "json", *SCREEN)


def takes(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command some of the common options: it is called with the configuration they make.

    Typer reads a command's options from its signature, so that one is written here.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def run(context: typer.Context, **values: Any) -> None:  # noqa: ANN401 - Typer's values
            flags = {name: values.pop(name) for name in names}
            command(context, AskConfig.from_layers(os.environ, context.obj or {}, flags), **values)

        signature = inspect.signature(command, eval_str=True)
        context, _, *own = signature.parameters.values()
        option = inspect.Parameter.KEYWORD_ONLY
        context = context.replace(name="context")  # as `run` calls it
        common = [
            inspect.Parameter(name, option, default=None, annotation=OPTIONS[name])
            for name in names
        ]
        parameters = [context, *(one.replace(kind=option) for one in own), *common]
        run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {one.name: one.annotation for one in parameters}
        return run

    return decorate
