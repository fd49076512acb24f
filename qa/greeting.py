"""What the chat begins with: quick to import, for it is there before the index is open."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from qa.language import ENGLISH, Language
from qa.layout import Wrapped, visible


def greeting_view(folder: str, language: Language = ENGLISH) -> RenderableType:
    """Return the two lines with which the chat begins."""
    told = language.say("Ask the articles in {folder}; answers are quotations.", folder=folder)
    help_ = language.say("/help lists the commands; /quit or Ctrl-D leaves.")
    return Group(Wrapped(Text(visible(told))), Wrapped(Text(help_, "quiet")))
