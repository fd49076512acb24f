"""Errors and notes → Rich renderables. Nothing here prints."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from embeddings.errors import ArticleBotError
from qa.language import ENGLISH, Language
from qa.layout import Wrapped, advice, visible


def error_view(error: ArticleBotError, language: Language = ENGLISH) -> RenderableType:
    """Return an error and its hint."""
    parts = [_labelled("error: ", "error", str(error), language)]
    if error.hint:
        parts.append(_labelled("hint: ", "hint", error.hint, language))
    return Group(*parts)


def note_view(note: str, language: Language = ENGLISH) -> RenderableType:
    """Return a note that is no error."""
    return Wrapped(advice(language.say("note: {note}", note=note), language, "hint"))


def changed_view(paths: Sequence[str], repair: str, language: Language = ENGLISH) -> RenderableType:
    """Return a note on the files that no longer are what was quoted from them."""
    files = language.say(", ").join(map(visible, paths))
    told = language.say("changed or gone since this was indexed: {files}", files=files)
    again = language.say("to bring the index up to date: {command}", command=repair)
    return note_view(told + language.say("; ") + again, language)


def _labelled(label: str, style: str, message: str, language: Language) -> Wrapped:
    told = advice(language.translated(message), language)
    return Wrapped(Text.assemble((language.say(label), style), told))
