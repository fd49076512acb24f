"""An answer → the JSON contract of `--json`, which other programs rely on.

In: an `Answer`, or the list of articles. Out: plain values for `json.dumps`. README.md describes
every field; tests/test_contract.py holds it as a JSON Schema.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

from embeddings.errors import ArticleBotError
from embeddings.source import Source, Span
from qa.answer import Answer, CitedPassage
from qa.replies import Sources
from qa.retrieve import Part

if TYPE_CHECKING:
    from qa.verify import Checked

Json = dict[str, object]

_ARTICLE_FIELDS = ("path", "title", "date", "outlet", "byline", "url", "encoding", "sha256")


def answer_object(answer: Answer, *, explain: bool = False) -> Json:
    """Return the object that `qa ask --json` prints; with the parts of scores when explained."""
    first = answer.passages[0] if answer.answered else None
    return {
        "question": answer.question,
        "searched_as": answer.searched_as,
        "answered": answer.answered,
        "confidence": round(answer.confidence, 4),
        "answer": first and {"text": first.answer_sentence.text, "rank": first.rank},
        **({"explanation": {"parts": _gives(answer.reasons)}} if explain else {}),
        "passages": [
            _passage(cited) | (_explanation(cited) if explain else {}) for cited in answer.passages
        ],
    }


def error_object(question: str, error: ArticleBotError) -> Json:
    """Return the object that `qa chat --json` prints for a question that failed."""
    return {"question": question, "error": str(error), "hint": error.hint}


def sources_object(reply: Sources) -> Json:
    """Return the object that `qa sources --json` prints."""
    return {
        "articles": [
            {**_article(entry.source), "passages": entry.passages} for entry in reply.articles
        ],
        **dataclasses.asdict(reply.left_out),
        "problems": [dataclasses.asdict(problem) for problem in reply.problems],
    }


def checked_object(checked: Sequence[Checked]) -> Json:
    """Return the object that `qa verify --json` prints."""
    return {
        "quotes": [
            {
                "path": one.path,
                "text": one.sentence,
                "state": one.state.value,
                "file": one.file,
                "span": _span(one.span),
                "now": None if one.now is None else _span(one.now),
            }
            for one in checked
        ]
    }


def _passage(cited: CitedPassage) -> Json:
    return {
        "rank": cited.rank,
        "score": round(cited.score, 4),
        "text": cited.passage.text,
        "article": _article(cited.passage.source),
        "span": _span(cited.passage.span),
        "answer_sentence": {
            "text": cited.answer_sentence.text,
            "span": _span(cited.answer_sentence.span),
        },
    }


def _explanation(cited: CitedPassage) -> Json:
    return {"explanation": {"found_by": cited.hit.found_by, "parts": _gives(cited.hit.parts())}}


def _gives(parts: Sequence[Part]) -> dict[str, float]:
    return {part.name: round(part.gives, 4) for part in parts}


def _article(source: Source) -> Json:
    known = {name: getattr(source, name) for name in _ARTICLE_FIELDS}
    if source.date is not None and len(source.date) < len("2020-08-26"):
        known["date"] = None  # the contract has whole dates only, and no day is made up
    return known


def _span(span: Span) -> Json:
    return dataclasses.asdict(span)
