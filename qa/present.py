"""Answers, replies and errors → Rich renderables. Nothing here prints."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from embeddings.errors import ArticleBotError
from qa.answer import Answer, CitedPassage
from qa.layout import (
    MARK_END,
    MARK_START,
    Head,
    Wrapped,
    link,
    place_text,
    source_line,
    visible,
)
from qa.lists import citations_view, sources_view, undated_text
from qa.session import COMMANDS, Cited, Fresh, Help, Reply, Sources

_PART_NAMES = {
    "passage_cosine": "passage's cosine",
    "sentence_cosine": "best sentence's cosine",
    "sentence_share": "question's terms in that sentence",
    "sentence_shows_kind": "kind of answer asked for",
    "sentence_counts": "number of what is counted",
    "sentence_asks": "itself a question",
    "article_share": "question's terms in the article",
    "preferred": "article cited before",
}

EXCERPT_LINES = 2

WINDOW_LINES = 4
"""Lines of every passage after the first, and of the first on a terminal: with five passages an
answer fits a screen of 24 lines."""


def answer_view(
    answer: Answer, *, explain: bool = False, folder: str | None = None
) -> RenderableType:
    """Return an answer: the sentence and its source, then the passages as numbered cards.

    `explain` adds to each card the parts of its score; places link to the files in `folder`.
    """
    parts: list[RenderableType] = []
    if answer.undated:
        parts.append(Wrapped(Text(f"left out: {undated_text(answer.undated)}", style="quiet")))
    if answer.searched_as != answer.question:
        parts.append(Wrapped(Text(f"searched as: {visible(answer.searched_as)}", style="quiet")))
    confidence = f"confidence {answer.confidence:.2f}"
    if answer.answered:
        first = answer.passages[0]
        parts += [
            Wrapped(Text(visible(first.answer_sentence.text), style="answer")),
            Wrapped(
                Text.assemble(
                    source_line(first.passage.source, first.answer_sentence.span, folder),
                    (f" · {confidence}", "quiet"),
                )
            ),
        ]
    else:
        confidence += f"; an answer needs {answer.threshold:.2f}"
        told = f"The articles do not answer this question ({confidence})."
        if answer.passages:
            parts.append(Wrapped(Text(told, "refusal")))
            parts.append(Wrapped(Text("The nearest passages:", "quiet")))
        else:
            parts.append(Wrapped(Text("No article passes the filters.", "refusal")))
    for cited in answer.passages:
        if cited.rank <= 2:
            parts.append(Text(""))
        parts += _card(cited, folder, whole=answer.answered and cited.rank == 1)
        parts += _explanation(cited) if explain else []
    return Group(*parts)


def reply_view(reply: Reply, *, explain: bool = False, folder: str | None = None) -> RenderableType:
    """Return what the chat shows for a reply."""
    if isinstance(reply, Answer):
        return answer_view(reply, explain=explain, folder=folder)
    if isinstance(reply, Sources):
        return sources_view(reply)
    if isinstance(reply, Cited):
        return citations_view(reply.citations, reply.style)
    if isinstance(reply, Help):
        return _help_view(reply)
    if isinstance(reply, Fresh):
        return Text("A new conversation.", "quiet")
    return Text("")


def greeting_view(articles: int, passages: int) -> RenderableType:
    """Return the two lines with which the chat begins."""
    return Group(
        Wrapped(Text(f"Ask {articles} articles ({passages} passages); answers are quotations.")),
        Wrapped(Text("/help lists the commands; /quit or Ctrl-D leaves.", "quiet")),
    )


def error_view(error: ArticleBotError) -> RenderableType:
    """Return an error and its hint."""
    parts = [Wrapped(Text.assemble(("error: ", "error"), visible(str(error))))]
    if error.hint:
        parts.append(Wrapped(Text.assemble(("hint: ", "hint"), visible(error.hint))))
    return Group(*parts)


def note_view(note: str) -> RenderableType:
    """Return a note that is no error."""
    return Wrapped(Text(visible(f"note: {note}"), "hint"))


def _card(cited: CitedPassage, folder: str | None, *, whole: bool) -> list[RenderableType]:
    head = Text.assemble((f"[{cited.rank}] ", "mark"))
    source = cited.passage.source
    if whole:
        head.append_text(link(source, cited.passage.span, folder))
        body = Wrapped(_marked(cited), "  ", window=WINDOW_LINES)
        card: list[RenderableType] = [Wrapped(head), body]
    else:
        body = Wrapped(_excerpt(cited), "  ", most=EXCERPT_LINES)
        card = [Head(head, source_line(source, cited.passage.span, folder)), body]
    if cited.also_in:
        places = ", ".join(place_text(other.source, other.span) for other in cited.also_in)
        card.append(Wrapped(Text(f"also in {places}", "quiet"), "  "))
    return card


def _explanation(cited: CitedPassage) -> list[RenderableType]:
    """Return the parts of a passage's score: what was measured → what it gives."""
    told = [
        f"{_PART_NAMES[part.name]} {part.value:.3f} → {part.gives:+.3f}"
        for part in cited.hit.parts()
        if part.value
    ]
    total = f"score {cited.score:.3f} · found by {', '.join(cited.hit.found_by)}"
    return [Wrapped(Text(line, "quiet"), "    ") for line in (*told, total)]


def _marked(cited: CitedPassage) -> Text:
    """Return the passage with its answer sentence marked."""
    start, end = cited.answer_range
    text = cited.passage.text
    return Text.assemble(
        visible(text[:start]),
        (f"{MARK_START}{visible(text[start:end])}{MARK_END}", "mark"),
        visible(text[end:]),
    )


def _excerpt(cited: CitedPassage) -> Text:
    """Return the passage from its answer sentence on, on one line."""
    start, end = cited.answer_range
    text = cited.passage.text
    return Text.assemble(
        "…" if start else "",
        (f"{MARK_START}{visible(text[start:end])}{MARK_END}", "mark"),
        visible(text[end:].replace("\n", " ")),
    )


def _help_view(reply: Help) -> RenderableType:
    parts: list[RenderableType] = []
    if reply.unknown:
        parts.append(Wrapped(Text(f"There is no command {visible(reply.unknown)}.", "error")))
    parts += [Text.assemble((f"{name:<10}", "mark"), what) for name, what in COMMANDS.items()]
    parts.append(Text("Anything else is a question.", "quiet"))
    return Group(*parts)
