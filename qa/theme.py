"""The styles of all screens, by name."""

from __future__ import annotations

from rich.theme import Theme

from qa.wrap import COMMAND

THEME = Theme(
    {
        "answer": "bold color(28)",
        "refusal": "bold color(130)",
        "mark": "bold",
        "term": "underline",
        "place": "color(30)",
        "quiet": "dim",
        "error": "bold color(161)",
        "hint": "color(130)",
        COMMAND: "none",
    }
)
"""Colours that can be read on black and on white; the first sixteen differ between terminals."""
