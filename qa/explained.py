"""Why an answer is sure, and a passage where it is → Rich renderables, for /explain."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from qa.answer import Answer, CitedPassage
from qa.layout import PLAIN, Head, Look, Wrapped
from qa.retrieve import Part
from qa.source_view import source_line

PART_NAMES = {
    "passage_cosine": "passage's cosine",
    "sentence_cosine": "best sentence's cosine",
    "sentence_share": "question's terms in that sentence",
    "sentence_shows_kind": "kind of answer asked for",
    "sentence_counts": "number of what is counted",
    "sentence_asks": "itself a question",
    "article_share": "question's terms in the article",
    "preferred": "article cited before",
    "intercept": "constant",
    "reader_odds": "reader's log odds",
    "passage_share": "question's terms in the passage",
    "lacks_subject": "the subject is not named",
    "given_before": "the sentence given before has it",
    "of_another": "tells of something else than was asked",
    "best_cosine": "nearest sentence's cosine",
    "answer_cosine": "answer sentence's cosine",
}
SEARCHES = ("sentences", "passages", "terms")


def explained_view(answer: Answer, look: Look = PLAIN) -> RenderableType:
    """Return, for each passage of an answer, where it stands and the parts of its score."""
    parts: list[RenderableType] = confidence_lines(answer, look)
    for cited in answer.passages:
        head = Text.assemble((f"[{cited.rank}] ", "mark"))
        parts.append(Head(head, source_line(cited.passage.source, cited.passage.span, look.folder)))
        parts += score_lines(cited, look)
    if not answer.passages:
        return Text(look.language.say("No article passes the filters."), "quiet")
    return Group(*parts)


def confidence_lines(answer: Answer, look: Look) -> list[RenderableType]:
    """Return what the confidence is made of."""
    say = look.language.say
    total = say("confidence {confidence}", confidence=answer.confidence_told)
    odds = say("{total}, of log odds:", total=total)
    return _quiet([odds, *_parts_told(answer.reasons, look)], "") if answer.reasons else []


def score_lines(cited: CitedPassage, look: Look) -> list[RenderableType]:
    """Return the parts of a passage's score."""
    say = look.language.say
    told = _parts_told(cited.hit.parts(), look)
    searches = say(", ").join(map(say, cited.hit.found_by))
    total = say(
        "score {score} · found by {searches}", score=f"{cited.score:.3f}", searches=searches
    )
    return _quiet([*told, total], "    ")


def _parts_told(parts: Sequence[Part], look: Look) -> list[str]:
    """Tell parts, those that are nothing left out: what was measured → what it gives."""
    return [
        f"{look.language.say(PART_NAMES[part.name])} {part.value:.3f} → {part.gives:+.3f}"
        for part in parts
        if part.value
    ]


def _quiet(lines: Sequence[str], indent: str) -> list[RenderableType]:
    return [Wrapped(Text(line, "quiet"), indent) for line in lines]
