"""Sources and places → text for the screen."""

from __future__ import annotations

from pathlib import Path

from rich.style import Style
from rich.text import Text

from embeddings.source import Source, Span
from qa.cite import place
from qa.filters import Instead, LeftOut
from qa.language import Language
from qa.layout import visible

OUTLETS_NAMED = 8
"""Of those that there are, where a filter names none of them."""


def source_line(source: Source, span: Span, folder: str | None) -> Text:
    """Return what is known of an article, and its place: headline · outlet · date · file:lines."""
    known = [source.title, source.outlet, date_text(source)]
    told = "".join(f"{visible(part)} · " for part in known if part)
    return Text.assemble(told, link(source, span, folder))


def link(source: Source, span: Span, folder: str | None) -> Text:
    """Return a place that opens its file, in terminals that can (OSC 8)."""
    text = Text(place_text(source, span), "place")
    if folder is not None:
        text.stylize(Style(link=Path(folder, source.path).as_uri()))
    return text


def place_text(source: Source, span: Span) -> str:
    """Return a place as text: file:lines."""
    return visible(place(source, span))


def date_text(source: Source) -> str | None:
    """Return the date, with a mark when its year was inferred."""
    return f"{source.date}?" if source.date and source.date_inferred else source.date


def instead_texts(instead: Instead, language: Language) -> list[str]:
    """Return what there is, where no article passes the filters: outlets, and from when to when."""
    told = []
    if instead.outlets:
        named = language.say(", ").join(map(visible, instead.outlets[:OUTLETS_NAMED]))
        more = "…" if len(instead.outlets) > OUTLETS_NAMED else ""
        told.append(language.say("outlets in the articles: {outlets}", outlets=named + more))
    if instead.dates:
        dates = " – ".join(instead.dates)
        told.append(language.say("dates of the articles: {dates}", dates=dates))
    return told


def left_out_texts(left_out: LeftOut, language: Language) -> list[str]:
    """Return how many articles are left out, and what each lacks."""
    counted = [
        (
            left_out.undated,
            "{number} article without a date",
            "{number} articles without a date",
        ),
        (
            left_out.without_outlet,
            "{number} article without an outlet",
            "{number} articles without an outlet",
        ),
    ]
    return [
        language.say("left out: {what}", what=language.counted(number, one, many))
        for number, one, many in counted
        if number
    ]
