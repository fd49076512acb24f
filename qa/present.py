"""Answers → Rich renderables. Nothing here prints."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.text import Text

from qa.answer import Answer, CitedPassage
from qa.explained import confidence_lines, score_lines
from qa.follow_up import Lack, lack
from qa.highlight import Range, term_ranges
from qa.layout import (
    MARK_END,
    MARK_START,
    NOT_ANSWERED,
    PERHAPS_ANSWERED,
    PLAIN,
    SEARCHED_ONLY,
    Head,
    Look,
    Wrapped,
    advice,
    visible,
)
from qa.source_view import instead_texts, left_out_texts, link, place_text, source_line

SURENESS = ((0.95, "very high"), (0.85, "high"), (0.0, "fair"))
"""From which confidence on it has which word, where a question counts as answered."""

EXCERPT_LINES = 2

WINDOW_LINES = 4
"""Lines of every passage after the first, and of the first on a terminal: with five passages an
answer fits a screen of 24 lines."""


def answer_view(
    answer: Answer, look: Look = PLAIN, *, seconds: float | None = None
) -> RenderableType:
    """Return an answer: the sentence and its source, then the passages as numbered cards.

    `seconds` is how long it took.
    """
    say = look.language.say
    left_out = left_out_texts(answer.left_out, look.language)
    parts: list[RenderableType] = [Wrapped(Text(told, style="quiet")) for told in left_out]
    if answer.filters and not answer.answered:
        only = say(SEARCHED_ONLY, filters=visible(answer.filters))
        parts.append(Wrapped(Text(only, style="quiet")))
    if answer.completed:
        searched = say("searched as: {text}", text=visible(answer.searched_as))
        parts.append(Wrapped(Text(searched, style="quiet")))
    if answer.as_new:
        parts.append(Wrapped(Text(say("asked as a new question, of all articles"), "quiet")))
    parts += _told(answer, look, seconds)
    if look.explain:
        parts += confidence_lines(answer, look)
    for cited in answer.passages:
        if cited.rank <= 2:
            parts.append(Text(""))
        parts += _card(cited, answer.searched_as, look, whole=answer.answered and cited.rank == 1)
    if answer.more:
        parts.append(Text(say("/more shows further passages."), "quiet"))
    return Group(*parts)


def room_for(answer: Answer, console: Console, look: Look, *, lines: int) -> int:
    """Return how many passages of an answer, at least one, the console shows on so many lines."""
    for number in range(len(answer.passages), 1, -1):
        more = number < len(answer.passages)
        shorter = dataclasses.replace(answer, passages=answer.passages[:number], more=more)
        if len(console.render_lines(answer_view(shorter, look))) <= lines:
            return number
    return min(1, len(answer.passages))


def passages_view(
    passages: Sequence[CitedPassage], question: str, look: Look = PLAIN
) -> RenderableType:
    """Return further passages as cards."""
    if not passages:
        return Text(look.language.say("There are no more passages."), "quiet")
    return Group(*(part for cited in passages for part in _card(cited, question, look)))


def _told(answer: Answer, look: Look, seconds: float | None) -> list[RenderableType]:
    """Return what the bot says: the answer sentence and its source, or that there is none."""
    say = look.language.say
    confidence = answer.confidence_told
    if answer.answered:
        first = answer.passages[0]
        word = next(word for least, word in SURENESS if float(confidence) >= least)
        sure = say("confidence {confidence}", confidence=confidence) + f" ({say(word)})"
        source = source_line(first.passage.source, first.answer_sentence.span, look.folder)
        sentence = _marked_terms(first.answer_sentence.text, answer.searched_as, "answer")
        took = _took(seconds, look)
        return [
            Wrapped(sentence),
            Wrapped(Text.assemble(source, (f" · {sure}{took}", "quiet"))),
        ]
    if not answer.passages:
        none = Wrapped(Text(say("No article passes the filters."), "refusal"))
        instead = instead_texts(answer.instead, look.language)
        return [none, *(Wrapped(Text(text, "hint")) for text in instead)]
    told = say(
        PERHAPS_ANSWERED if answer.perhaps else NOT_ANSWERED,
        confidence=confidence,
        threshold=f"{answer.threshold:.2f}",
    )
    refusal = Text.assemble((told, "refusal"), (_took(seconds, look), "quiet"))
    parts: list[RenderableType] = [Wrapped(refusal)]
    if answer.if_new is not None:
        parts += _anew(answer.if_new, look)
    elif answer.completed and lack(answer.question) is Lack.MAYBE:  # 那是谁？ is surely none
        anew = say("Was it a new question? /new, and ask it again.")
        parts.append(Wrapped(advice(anew, look.language, "hint")))
    return [*parts, Wrapped(Text(say("The nearest passages:"), "quiet"))]


def _anew(answer: Answer, look: Look) -> list[RenderableType]:
    """Return what would answer a refused question if it were a new one."""
    first = answer.passages[0]
    told = look.language.say(
        "As a new question (/new) it is answered (confidence {confidence}):",
        confidence=answer.confidence_told,
    )
    return [
        Wrapped(advice(told, look.language, "hint")),
        Wrapped(_marked_terms(first.answer_sentence.text, answer.question), "  "),
        Wrapped(source_line(first.passage.source, first.answer_sentence.span, look.folder), "  "),
    ]


def _took(seconds: float | None, look: Look) -> str:
    if seconds is None:
        return ""
    took = look.language.say("{seconds} s", seconds=f"{seconds:.2f}")
    return " · " + took.replace(" ", "\u00a0")


def _card(
    cited: CitedPassage, question: str, look: Look, *, whole: bool = False
) -> list[RenderableType]:
    head = Text.assemble((f"[{cited.rank}] ", "mark"))
    source, span = cited.passage.source, cited.passage.span
    if whole:
        head.append_text(link(source, span, look.folder))
        body = Wrapped(_passage(cited, question), "  ", window=WINDOW_LINES)
        card: list[RenderableType] = [Wrapped(head), body]
    else:
        body = Wrapped(_excerpt(cited, question), "  ", most=EXCERPT_LINES)
        card = [Head(head, source_line(source, span, look.folder)), body]
    if cited.also_in:
        places = ", ".join(place_text(other.source, other.span) for other in cited.also_in)
        also_in = look.language.say("also in {places}", places=places)
        card.append(Wrapped(Text(also_in, "quiet"), "  "))
    return card + (score_lines(cited, look) if look.explain else [])


def _passage(cited: CitedPassage, question: str) -> Text:
    """Return the passage with its answer sentence marked."""
    start, end = cited.answer_range
    text = cited.passage.text
    before, after = (_marked_terms(part, question) for part in (text[:start], text[end:]))
    return Text.assemble(before, *_marked_sentence(cited, question), after)


def _excerpt(cited: CitedPassage, question: str) -> Text:
    """Return the passage from its answer sentence on, on one line."""
    start, end = cited.answer_range
    after = cited.passage.text[end:].replace("\n", " ")
    return Text.assemble(
        "…" if start else "",
        *_marked_sentence(cited, question),
        _marked_terms(after, question),
    )


def _marked_sentence(cited: CitedPassage, question: str) -> tuple[Text, Text, Text]:
    start, end = cited.answer_range
    sentence = _marked_terms(cited.passage.text[start:end], question, "mark")
    return Text(MARK_START, "mark"), sentence, Text(MARK_END, "mark")


def _marked_terms(text: str, question: str, style: str = "") -> Text:
    """Return a text, made visible, with the words of the question marked in it."""
    shown = Text(style=style)
    for part, marked in _parts(text, term_ranges(question, text)):
        shown.append(visible(part), "term" if marked else None)
    return shown


def _parts(text: str, ranges: Sequence[Range]) -> list[tuple[str, bool]]:
    """Return the text in parts: what lies in a range, and what lies between."""
    bounds = [0, *itertools.chain.from_iterable(ranges), len(text)]
    return [
        (text[start:end], bool(number % 2))
        for number, (start, end) in enumerate(itertools.pairwise(bounds))
    ]
