"""Every text of ours that reaches a screen, read from the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from embeddings import errors
from tests.samples import ROOT

RAISED = {
    name
    for name, value in vars(errors).items()
    if isinstance(value, type) and issubclass(value, errors.ArticleBotError)
}
"""The errors whose messages and hints are shown."""

SAID = {"say": (0,), "counted": (1, 2), "_labelled": (0,), "Finding": (0, 2, 3)}
"""The calls that take templates, and which of their arguments are."""

MADE = {"Problem", "Refused", "Shown"}
"""The calls that take finished texts, which are translated when they are shown."""


NAMED = {"hint", "note", "reason", "rebuild", "told", "template"}
"""Variables that hold such texts before they are used."""


def sources() -> list[Path]:
    """Return the modules of both packages."""
    return [
        path for package in ("embeddings", "qa") for path in sorted((ROOT / package).glob("*.py"))
    ]


def templates() -> Iterator[tuple[str, str]]:
    """Yield where each text stands, and its template: what is put into it is {}."""
    for path in sources():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = _named(tree)
        for node in ast.walk(tree):
            if isinstance(node, (ast.Call, ast.Assign)):
                for text in _texts(node):
                    for template in _constants(text, constants):
                        if re.search("[A-Za-z]{2}", template.replace("{}", "")):
                            yield f"{path.name}:{node.lineno}", template


def _texts(call: ast.Call | ast.Assign) -> Iterator[ast.expr]:
    if isinstance(call, ast.Assign):
        if {getattr(target, "id", "") for target in call.targets} & NAMED:
            yield call.value
        return
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if name in SAID:
        yield from (call.args[place] for place in SAID[name] if place < len(call.args))
    if name in RAISED | MADE or ast.unparse(call.func) == "super().__init__":
        yield from call.args
        yield from (one.value for one in call.keywords if one.arg in {"hint", "reason", "note"})


def _named(tree: ast.Module) -> dict[str, ast.expr]:
    """Return the constants of a module, by name."""
    return {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _constants(text: ast.expr, named: Mapping[str, ast.expr]) -> Iterator[str]:
    """Yield the template of a string, or of both branches of a choice."""
    if isinstance(text, ast.Name) and text.id in named:
        yield from _constants(named[text.id], named)
    elif isinstance(text, ast.Constant) and isinstance(text.value, str):
        yield normal(text.value)
    elif isinstance(text, ast.JoinedStr):
        yield "".join(
            str(part.value) if isinstance(part, ast.Constant) else "{}" for part in text.values
        )
    elif isinstance(text, ast.IfExp):
        yield from _constants(text.body, named)
        yield from _constants(text.orelse, named)
    elif isinstance(text, ast.BinOp):
        for left in list(_constants(text.left, named)) or ["{}"]:
            for right in list(_constants(text.right, named)) or ["{}"]:
                yield left + right


def normal(template: str) -> str:
    """Return a template without the names of what is put into it."""
    return re.sub(r"\{\w+\}", "{}", template)
