"""The tree of errors."""

from __future__ import annotations

import inspect
import re

import pytest

from embeddings import errors
from embeddings.errors import (
    ArticleBotError,
    ArticlesError,
    IndexBusyError,
    IndexDamagedError,
    IndexMismatchError,
    IndexMissingError,
    IndexWriteError,
    ModelError,
    QuestionError,
    SavedAnswerError,
    SourceFileError,
)


def _drawn_tree() -> dict[str, str]:
    """Return each error's parent, as the module's docstring draws them."""
    parents: dict[str, str] = {}
    path: list[tuple[int, str]] = []  # column and name, from the root down
    for match in re.finditer(r"^(\s*[│├└─ ]*)(\w+Error) +\S", errors.__doc__ or "", re.MULTILINE):
        column, name = len(match.group(1)), match.group(2)
        path = [(c, n) for c, n in path if c < column]
        parents[name] = path[-1][1] if path else "Exception"
        path.append((column, name))
    return parents


def test_tree_in_the_docstring_is_the_tree_of_classes():
    """Every error is drawn in the module's docstring, below the class that it inherits from."""
    classes = {
        name: cls.__bases__[0].__name__
        for name, cls in inspect.getmembers(errors, inspect.isclass)
        if cls.__module__ == errors.__name__
    }
    assert _drawn_tree() == classes
    assert classes["ArticleBotError"] == "Exception"


REBUILD = "run: qa index --force   (articles are not touched)"


@pytest.mark.parametrize(
    ("error", "message", "hint", "data"),
    [
        (ArticlesError("no articles", hint="put some"), "no articles", "put some", {}),
        (
            SourceFileError("甲/a.txt", "empty", hint="put text into it"),
            "甲/a.txt: empty",
            "put text into it",
            {"path": "甲/a.txt", "reason": "empty"},
        ),
        (ModelError("no model", hint="install it"), "no model", "install it", {}),
        (IndexMissingError(".qa-index"), "no index in .qa-index", "run: qa index", {}),
        (
            IndexDamagedError("bounds.npy", "missing"),
            "the index is damaged: bounds.npy: missing",
            REBUILD,
            {"file": "bounds.npy"},
        ),
        (
            IndexMismatchError("dimension", 8, 384, hint="run: qa index"),
            "the index does not fit: dimension is 8 in the index, but 384 is asked for",
            "run: qa index",
            {"field": "dimension", "indexed": 8, "wanted": 384},
        ),
        (IndexBusyError("busy", hint="wait"), "busy", "wait", {}),
        (IndexWriteError("full", hint="make room"), "full", "make room", {}),
        (SavedAnswerError("none", hint="name one"), "none", "name one", {}),
        (QuestionError("empty question"), "empty question", "", {}),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_error_says_what_and_how_to_mend_it(error, message, hint, data):
    """An error carries its message, its hint and its data, and is shown to the user."""
    assert isinstance(error, ArticleBotError)
    assert (str(error), error.hint) == (message, hint)
    assert {name: getattr(error, name) for name in data} == data
