#!/usr/bin/env python3
"""Draw the README's pictures of the chat, from real answers over `seeds/`.

Writes scripts/pictures/answer.svg, refusal.svg and open.svg; with --check writes nothing, and says
with exit code 1 which of them are out of date.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console, Group
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

from qa.config import AskConfig
from qa.greeting import greeting_view
from qa.language import Language
from qa.layout import Look
from qa.library import open_session
from qa.reply_view import reply_view
from qa.screen import errors
from qa.session import Session
from qa.theme import THEME

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "scripts" / "pictures"
COLUMNS = 88
LINES = 24
"""Of an article that is opened, those around the marked sentence are drawn."""

PROCESSORS_DIFFER = 0.02
"""A confidence of 0.245 is 0.24 on one processor, and 0.25 on another."""

_CONFIDENCE = re.compile(r"\b0\.\d\d\b")

PLAYS: Mapping[str, tuple[str, ...]] = {
    "answer": ("许昌市公安局购置了多少架无人机？", "那是哪一年的事？"),
    "refusal": ("許昌市公安局的食堂每天供應幾餐？",),
    "open": ("包头市公安局召开了多少次会议？", "/open 1"),
}
"""Picture → what is typed; of an opened article only its screen is drawn."""


def drawn(session: Session, name: str, lines: tuple[str, ...]) -> str:
    """Return the SVG of a conversation."""
    console = Console(
        record=True,
        file=io.StringIO(),
        theme=THEME,
        width=COLUMNS,
        height=LINES,
        force_terminal=True,
        color_system="truecolor",
        highlight=False,
        emoji=False,
        _environ={},
    )
    session.turn("/new")
    if name != "open":
        console.print(greeting_view("seeds", Language("en")))
    for line in lines:
        view = reply_view(session.turn(line), Look(Language("en")))
        if name == "open" and line is not lines[-1]:
            continue
        prompt = Text.assemble(("? ", "mark"), line)
        if name == "open":
            console.print(prompt)
            console.print(_around_the_mark(console, view), end="")
        else:
            console.print(Group(prompt, view, Text("")))
    svg = console.export_svg(title="qa", theme=DIMMED_MONOKAI, unique_id=f"qa-{name}")
    return svg.replace("\xa0", "&#160;") + "\n"


def _around_the_mark(console: Console, view: object) -> Text:
    """Return the lines of an opened article that fit a screen, the marked sentence among them."""
    rendered = [
        Text.assemble(*((part.text, part.style or "") for part in line))
        for line in console.render_lines(view, pad=False)  # type: ignore[arg-type]
    ]
    marked = next(number for number, line in enumerate(rendered) if "«" in line.plain)
    first = max(0, marked - LINES // 2)
    return Text("\n").join([*rendered[first : first + LINES], Text("")])


def same(picture: str, other: str) -> bool:
    """Say whether two pictures show the same, up to what processors differ in."""
    ours, theirs = (map(float, _CONFIDENCE.findall(svg)) for svg in (picture, other))
    near = all(abs(one - two) <= PROCESSORS_DIFFER for one, two in zip(ours, theirs, strict=False))
    return near and _CONFIDENCE.sub("", picture) == _CONFIDENCE.sub("", other)


def main(
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 when a picture is out of date.")
    ] = False,
    index: Annotated[Path, typer.Option(help="An index of seeds/.")] = ROOT / ".qa-index",
) -> None:
    """Draw the pictures anew."""
    flags = {"articles": ROOT / "seeds", "index": index, "top": 3}
    config = AskConfig.from_layers(os.environ, flags)
    session = open_session(config, errors(config))
    old = []
    for name, lines in PLAYS.items():
        file, svg = PICTURES / f"{name}.svg", drawn(session, name, lines)
        if not file.exists() or not same(file.read_text(encoding="utf-8"), svg):
            old.append(file.name)
            if not check:
                PICTURES.mkdir(exist_ok=True)
                file.write_text(svg, encoding="utf-8")
    print(f"{'out of date' if check else 'drawn'}: {', '.join(old) or 'none'}")
    sys.exit(1 if check and old else 0)


if __name__ == "__main__":
    typer.run(main)
