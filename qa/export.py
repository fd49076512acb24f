"""Answers and their citations → a file's text: Markdown to read, JSON to verify later.

In: the answers of a conversation. Out: text, all of it inert: what steers a terminal or is markup
is shown, not sent. Nothing is written here.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from embeddings.errors import QuestionError
from qa.answer import Answer, CitedPassage
from qa.cite import escaped, markdown
from qa.contract import Json, answer_object
from qa.language import Language
from qa.layout import CLOAKED, NOT_ANSWERED, PERHAPS_ANSWERED, SEARCHED_ONLY, visible

_HIDDEN = re.compile(rf"\x7f|{CLOAKED.pattern}")

_WITHIN_MARKS = re.compile(r"[^\W_](?:.*[^\W_])?", re.DOTALL)

Citations = Callable[[CitedPassage], Mapping[str, str]]
"""A passage → its citation in every style."""


def exported(
    path: str,
    answers: Sequence[Answer],
    citations: Citations,
    *,
    language: Language,
    accessed: str | None,
) -> str:
    """Return the text of an export; the file's name says which: .md or .json.

    Raises QuestionError for any other name.
    """
    if path.endswith(".md"):
        return markdown_of(answers, language=language, accessed=accessed)
    if path.endswith(".json"):
        objects = [answer_with_citations(answer, citations) for answer in answers]
        return json_text({"exported": accessed, "answers": objects}, indent=2) + "\n"
    raise QuestionError(
        f"an export is .md or .json, not {path}" if path else "the export has no name",
        hint="write: /export FILE.md or /export FILE.json",
    )


def answer_with_citations(answer: Answer, citations: Citations) -> Json:
    """Return the object of `qa ask --json`, with the filters and each passage's citations."""
    plain = answer_object(answer) | {"filters": answer.filters or None}
    return plain | {"citations": [dict(citations(cited)) for cited in answer.passages]}


def json_text(value: object, *, indent: int | None = None) -> str:
    r"""Return JSON that says the same and steers no terminal: what is hidden is escaped.

    >>> json_text("許昌\u202e")
    '"許昌\\u202e"'
    """
    return _HIDDEN.sub(_escape, json.dumps(value, ensure_ascii=False, indent=indent))


def _escape(hidden: re.Match[str]) -> str:
    character = hidden.group()
    return "\\u007f" if character == "\x7f" else json.dumps(character)[1:-1]


def markdown_of(answers: Iterable[Answer], *, language: Language, accessed: str | None) -> str:
    """Return questions, answers and footnotes in Markdown."""
    numbers = itertools.count(1)
    parts = (_section(answer, numbers, language, accessed) for answer in answers)
    return "\n\n".join(line for part in parts for line in part) + "\n"


def _section(
    answer: Answer, numbers: Iterator[int], language: Language, accessed: str | None
) -> Iterator[str]:
    """Yield the paragraphs of one question: its answer, its passages, where they stand."""
    yield f"## {_inert(answer.question)}"
    if answer.completed:
        yield "*" + language.say("searched as: {text}", text=_inert(answer.searched_as)) + "*"
    if answer.filters:
        yield "*" + language.say(SEARCHED_ONLY, filters=_inert(answer.filters)) + "*"
    notes = [(next(numbers), cited) for cited in answer.passages]
    confidence = answer.confidence_told
    if answer.answered:
        number, first = notes[0]
        yield f"> {_inert(first.answer_sentence.text)}[^{number}]"
        yield language.say("confidence {confidence}", confidence=confidence)
    else:
        yield language.say(
            PERHAPS_ANSWERED if answer.perhaps else NOT_ANSWERED,
            confidence=confidence,
            threshold=f"{answer.threshold:.2f}",
        )
    for number, cited in notes:
        start, end = cited.answer_range
        text = cited.passage.text
        before, after = (_inert_part(part) for part in (text[:start], text[end:]))
        quoted = f"{before}{_strong(text[start:end])}[^{number}]{after}"
        yield f"{cited.rank}. {quoted.strip()}"
    for number, cited in notes:
        source, sentence = cited.passage.source, cited.answer_sentence
        note = markdown(source, sentence.span, sentence.text, accessed=accessed, number=number)
        yield visible(note).replace("<U+", "&lt;U+")  # which HTML would take for a tag


def _strong(text: str) -> str:
    """Return text marked, but for the marks at its ends.

    Between a mark and a Chinese character ** neither opens nor closes (CommonMark, 6.2).
    """
    within = _WITHIN_MARKS.search(text)
    if within is None:
        return _inert_part(text)
    start, end = within.span()
    return f"{_inert_part(text[:start])}**{_inert_part(text[start:end])}**{_inert_part(text[end:])}"


def _inert(text: str) -> str:
    """Return text on one line, none of it markup, none of it hidden."""
    return _inert_part(text.strip())


def _inert_part(text: str) -> str:
    """Return a part of a text as `_inert` does, with a space where one stands at its ends."""
    return escaped(visible(re.sub(r"\s+", " ", text)))
