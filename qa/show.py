"""A place, as citations print it → the lines there, in their article, and how to cite them.

In: `file:line` or `file:line–line`, and the file as it is now. Out: a `Shown`: the lines with some
around them, and a citation in every style. A `--quote` picks one sentence of a long line.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Mapping, Sequence

from embeddings.clean import squash
from embeddings.decode import DecodedFile
from embeddings.errors import ArticlesError
from embeddings.snapshot import Snapshot, StoredSentence
from embeddings.source import Source, Span
from qa.cite import STYLES

_PLACE = re.compile(r"(?P<path>.+?):[¶p]?(?P<first>\d{1,9})(?:[–—-](?P<last>\d{1,9}))?$")

AROUND = 2
"""Lines shown before and after the cited ones, blank lines not counted."""


@dataclasses.dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of a file, for the screen."""

    number: int  # from 1
    text: str
    marks: tuple[tuple[int, int], ...]  # what is cited of it, half open


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """A cited place within its article."""

    source: Source
    span: Span  # from the first cited sentence to the last
    lines: tuple[ShownLine, ...]
    citations: Mapping[str, str]  # by style
    note: str = ""  # what is not as it was when the article was indexed


def place_named(text: str) -> tuple[str, int, int]:
    """Return path, first and last line of a place.

    Raises ArticlesError when the text names none.

    >>> place_named("警界/a.txt:12–14")
    ('警界/a.txt', 12, 14)
    """
    match = _PLACE.match(text.strip())
    if match is None:
        raise ArticlesError(
            f"not a place: {text}", hint="write it as answers print it: qa show FILE:LINE"
        )
    first = int(match["first"])
    return match["path"], first, int(match["last"] or first)


def show(
    snapshot: Snapshot,
    file: DecodedFile | None,
    place: str,
    *,
    quote: str = "",
    accessed: str | None,
) -> Shown:
    """Show a place; `file` is its file as it is now, None when it cannot be read.

    Raises ArticlesError when nothing indexed stands there, or the quote does not.
    """
    path, first, last = place_named(place)
    found = snapshot.sentences_at(path, first, last)
    if not found:
        raise ArticlesError(
            f"no article has text at {place}",
            hint="to list the articles and their files: qa sources",
        )
    chosen = [(source, one) for source, one in found if squash(quote) in squash(one.text)]
    if not chosen:
        raise ArticlesError(
            f"no sentence at {place} has “{quote}”", hint="leave --quote out to see what is there"
        )
    source = chosen[0][0]
    return cited([one for of, one in chosen if of == source], source, file, accessed=accessed)


def opened(
    snapshot: Snapshot,
    source: Source,
    sentence: StoredSentence,
    file: DecodedFile | None,
    *,
    accessed: str | None,
) -> Shown:
    """Show a sentence within its whole article."""
    shown = cited([sentence], source, file, accessed=accessed)
    article = [one for of, one in snapshot.sentences_at(source.path, 0, 2**62) if of == source]
    if not article:  # the index has been brought up to date since the answer
        return shown
    if file is None:
        lines = tuple(
            ShownLine(one.span.line_start, one.text, ((0, len(one.text)),) * (one == sentence))
            for one in article
        )
        return dataclasses.replace(shown, lines=lines)
    spans = [one.span for one in article]
    whole = dataclasses.replace(
        sentence.span,
        line_start=min(source.title_line or spans[0].line_start, spans[0].line_start),
        line_end=max(span.line_end for span in spans),
    )
    same = file.sha256 == source.sha256
    lines = _lines(file, [sentence.span] if same else [], whole, around=0)
    return dataclasses.replace(shown, lines=lines)


def cited(
    sentences: Sequence[StoredSentence],
    source: Source,
    file: DecodedFile | None,
    *,
    accessed: str | None,
) -> Shown:
    """Show some sentences of one article, in order, within it, and cite them."""
    first, last = sentences[0].span, sentences[-1].span
    span = dataclasses.replace(
        first, line_end=last.line_end, char_end=last.char_end, byte_end=last.byte_end
    )
    text = _joined(sentences)
    citations = {
        name: style(source, span, text, accessed=accessed) for name, style in STYLES.items()
    }
    if file is None:
        lines = tuple(
            ShownLine(one.span.line_start, one.text, ((0, len(one.text)),)) for one in sentences
        )
        return Shown(source, span, lines, citations, "the file cannot be read any more")
    same = file.sha256 == source.sha256
    note = "" if same else "the file has changed since it was indexed; its lines are shown as now"
    lines = _lines(file, [one.span for one in sentences] if same else [], span)
    return Shown(source, span, lines, citations, note)


def _joined(sentences: Sequence[StoredSentence]) -> str:
    """Return sentences as they are quoted: …… where others stand between."""
    text = sentences[0].text
    for before, one in itertools.pairwise(sentences):
        text += one.text if one.id == before.id + 1 else f"……{one.text}"
    return text


def _lines(
    file: DecodedFile, spans: Sequence[Span], extent: Span, *, around: int = AROUND
) -> tuple[ShownLine, ...]:
    """Return the lines of the extent, with some that are not blank before and after."""
    bounds = [*file.line_starts, len(file.text)]
    bounds[0] += file.text.startswith("\ufeff")  # a mark that is no text
    texts = {
        number: (start, file.text[start:end].rstrip("\r\n"))
        for number, (start, end) in enumerate(itertools.pairwise(bounds), 1)
    }
    filled = [number for number, (_, text) in texts.items() if text.strip(" \t\u3000\xa0")]
    inside = [n for n in filled if extent.line_start <= n <= extent.line_end]
    before = [n for n in filled if n < extent.line_start]
    before = before[max(0, len(before) - around) :]
    after = [n for n in filled if n > extent.line_end][:around]
    shown = []
    for number in (*before, *inside, *after):
        start, text = texts[number]
        ranges = (
            (max(span.char_start - start, 0), min(span.char_end - start, len(text)))
            for span in spans
        )
        marks: list[tuple[int, int]] = []
        for low, high in ranges:
            if low < high:  # and sentences in a row are one quote
                follows = marks and not text[marks[-1][1] : low].strip()
                marks.append((marks.pop()[0] if follows else low, high))
        shown.append(ShownLine(number, text, tuple(marks)))
    return tuple(shown)
