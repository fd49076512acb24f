"""A saved answer → what it quotes.

In: what `qa ask --json` or `qa chat --json` printed, or /export wrote, out of a file that may be
damaged, or made to harm. Out: `Quote`s to verify. Types, numbers, paths and encodings are checked
before anything is read by them.
"""

from __future__ import annotations

import codecs
import dataclasses
import json
import re
from collections.abc import Callable
from pathlib import PureWindowsPath
from typing import TypeVar

from embeddings.clean import squash
from embeddings.errors import SavedAnswerError
from embeddings.source import Span
from qa.cite import EXTRACTED_UNITS
from qa.verify import Quote

_SURROGATE = re.compile(r"[\ud800-\udfff]")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SPAN_FIELDS = tuple(field.name for field in dataclasses.fields(Span))
_T = TypeVar("_T")

LARGEST = 2**63 - 1
"""No file is longer, in bytes, characters or lines."""

_NO_FILE_ENCODINGS = {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"}
"""Codecs of Python's that give text, but of which no file is; some take quadratic time."""


def quotes_of_saved(text: str) -> tuple[Quote, ...]:
    """Return the quotes of a saved answer, or of many: one JSON object, or one a line.

    What `qa chat --json` printed for a question that failed holds none. Raises SavedAnswerError.
    """
    try:
        objects: list[object] = [json.loads(text.removeprefix("\ufeff"))]
    except (ValueError, RecursionError):
        lines = text.removeprefix("\ufeff").split("\n")
        objects = [_parsed(line, number) for number, line in enumerate(lines, 1) if line.strip()]
    if len(objects) == 1 and isinstance(objects[0], dict) and "answers" in objects[0]:
        objects = _field(objects[0], "answers", list, "")  # an export of the chat
    quotes = (quote for each in objects for quote in quotes_of_answer(each))
    return tuple(dict.fromkeys(quotes))


def quotes_of_answer(answer: object) -> tuple[Quote, ...]:
    """Return the passages and answer sentences of what `qa ask --json` printed, each once.

    Raises SavedAnswerError, which names the first field that no answer of ours has: the file may be
    damaged or made to harm. Fields that are not needed are not looked at.
    """
    if isinstance(answer, dict) and "error" in answer and "passages" not in answer:
        return ()
    quotes = []
    for number, passage in enumerate(_field(answer, "passages", list, "")):
        at = f"passages[{number}]."
        article = _field(passage, "article", dict, at)
        sentence = _field(passage, "answer_sentence", dict, at)
        path = _string(article, "path", f"{at}article.", _is_path)
        encoding = _string(article, "encoding", f"{at}article.", _is_encoding)
        sha256 = _string(article, "sha256", f"{at}article.", _SHA256.fullmatch)
        for part, place in ((passage, at), (sentence, f"{at}answer_sentence.")):
            span = _span(_field(part, "span", dict, place), f"{place}span.")
            text = _string(part, "text", place, squash)
            quotes.append(Quote(path, encoding, sha256, span, text, ours=False))
    return tuple(dict.fromkeys(quotes))


def _parsed(line: str, number: int) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _refused(f"line {number}", "is not JSON") from error


def _field(holder: object, name: str, kind: type[_T], at: str) -> _T:
    value = holder.get(name) if isinstance(holder, dict) else None
    if type(value) is not kind:  # True is an int, but not a number
        raise _refused(f"{at}{name}", "is missing" if value is None else f"is no {kind.__name__}")
    return value


def _string(holder: object, name: str, at: str, is_right: Callable[[str], object]) -> str:
    value = _field(holder, name, str, at)
    if not is_right(value) or _SURROGATE.search(value):
        raise _refused(f"{at}{name}", f"cannot be {value[:60]!r}")
    return value


def _is_path(path: str) -> bool:
    """Say whether `scan` could have found the path: below the folder, nothing of it hidden."""
    windows = PureWindowsPath(path)
    parts = (*path.split("/"), *windows.parts)
    return (
        not windows.anchor and "\0" not in path and all(part[:1] not in ("", ".") for part in parts)
    )


def _is_encoding(name: str) -> bool:
    try:
        codec = codecs.lookup(name)
        b"a".decode(name, errors="replace")  # fails for those that do not give text
    except (LookupError, ValueError):
        return name in EXTRACTED_UNITS
    return codec.name not in _NO_FILE_ENCODINGS


def _span(holder: object, at: str) -> Span:
    numbers = {name: _field(holder, name, int, at) for name in _SPAN_FIELDS}
    span = Span(**numbers)
    for name, least, number in (
        ("line_start", 1, span.line_start),
        ("line_end", span.line_start, span.line_end),
        ("char_start", 0, span.char_start),
        ("char_end", span.char_start + 1, span.char_end),
        ("byte_start", 0, span.byte_start),
        ("byte_end", span.byte_start + 1, span.byte_end),
    ):
        if not least <= number <= LARGEST:
            raise _refused(f"{at}{name}", f"is not between {least} and {LARGEST}")
    return span


def _refused(field: str, problem: str) -> SavedAnswerError:
    return SavedAnswerError(
        f"not an answer that qa has saved: {field} {problem}",
        hint="give what qa ask --json printed, or what the chat exports: /export FILE.json",
    )
