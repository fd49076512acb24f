"""Answers, lists and errors → Rich renderables. Nothing here prints.

Article and user text goes into `Text`, never into markup, and through `visible` first: what
stands in an article can neither style nor steer the terminal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

from embeddings.build import BuildReport
from embeddings.decode import Span
from embeddings.errors import ArticleBotError
from embeddings.snapshot import ArticleEntry, Problem, StoredPassage
from qa.answer import Answer, CitedPassage
from qa.session import COMMANDS, Fresh, Help, Reply, Sources
from qa.weights import weights
from qa.wrap import wrap

THEME = Theme(
    {
        "answer": "bold green",
        "refusal": "bold yellow",
        "mark": "bold",
        "place": "cyan",
        "quiet": "dim",
        "error": "bold red",
        "hint": "yellow",
    }
)

MARK_START, MARK_END = "»", "«"
"""Around the answer sentence, so that it is marked without colour too."""

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

_CONTROL_PICTURES = {code: 0x2400 + code for code in range(0x20) if code not in (0x09, 0x0A)}
_CONTROL_PICTURES |= {0x7F: 0x2421, 0x09: 0x20}
_CLOAKED = re.compile(
    r"[\x80-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    r"\ufff9-\ufffb\U000e0000-\U000e0fff\ud800-\udfff]"
)


def visible(text: str) -> str:
    r"""Return text in which nothing steers the terminal: controls are shown, not sent.

    >>> visible("a\x1b[31m\u202eb")
    'a␛[31m<U+202E>b'
    """
    shown = text.translate(_CONTROL_PICTURES)
    return _CLOAKED.sub(lambda match: f"<U+{ord(match.group()):04X}>", shown)


class Wrapped:
    """Lines of text, each broken at the console's width, behind an indent.

    `most` cuts what is over; `window` does so on a terminal only, where an answer must not scroll
    its own beginning away, and keeps the marked sentence in sight.
    """

    def __init__(
        self, text: Text, indent: str = "", *, most: int | None = None, window: int | None = None
    ) -> None:
        self._text = text
        self._indent = indent
        self._most = most
        self._window = window

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(2, options.max_width - len(self._indent))
        lines = [line for part in self._text.split("\n") for line in wrap(part, width)]
        if self._window is not None and console.is_terminal and len(lines) > self._window:
            marked = next((n for n, line in enumerate(lines) if MARK_START in line.plain), 0)
            start = max(0, min(marked - 1, len(lines) - self._window))
            lines = lines[start:]
            if start:
                lines[0] = Text.assemble("…", _cropped(lines[0], width))
            lines = _shortened(lines, self._window, width)
        elif self._most is not None:
            lines = _shortened(lines, self._most, width)
        for line in lines:
            yield Text.assemble((self._indent, "quiet"), line, no_wrap=True, overflow="ignore")


def answer_view(answer: Answer, *, explain: bool = False) -> RenderableType:
    """Return an answer: the sentence and its source, then the passages as numbered cards.

    `explain` adds to each card the parts of its score.
    """
    parts: list[RenderableType] = []
    if answer.searched_as != answer.question:
        parts.append(Wrapped(Text(f"searched as: {visible(answer.searched_as)}", style="quiet")))
    confidence = f"confidence {answer.confidence:.2f}"
    if answer.answered:
        first = answer.passages[0]
        parts += [
            Wrapped(Text(visible(first.answer_sentence.text), style="answer")),
            Wrapped(
                Text.assemble(
                    (_place(first.passage, first.answer_sentence.span), "place"),
                    (f" · {confidence}", "quiet"),
                )
            ),
        ]
    else:
        confidence += f"; an answer needs {answer.threshold:.2f}"
        parts.append(
            Wrapped(Text(f"The articles do not answer this question ({confidence}).", "refusal"))
        )
        if answer.passages:
            parts.append(Wrapped(Text("The nearest passages:", "quiet")))
    for cited in answer.passages:
        if cited.rank <= 2:
            parts.append(Text(""))
        parts += _card(cited, whole=answer.answered and cited.rank == 1)
        parts += _explanation(cited) if explain else []
    return Group(*parts)


def sources_view(articles: Sequence[ArticleEntry], problems: Sequence[Problem]) -> RenderableType:
    """Return the table of articles, and the files that were left out."""
    table = Table(box=None, pad_edge=False, header_style="quiet")
    for name in ("#", "file", "headline", "outlet", "date", "passages"):
        table.add_column(
            name, overflow="fold", justify="right" if name in ("#", "passages") else "left"
        )
    for entry in articles:
        source = entry.source
        row = (source.path, source.title, source.outlet, source.date)
        cells = [Text(visible(cell or "–")) for cell in row]
        table.add_row(str(entry.id + 1), *cells, str(entry.passages))
    return Group(table, *problem_lines(problems))


def problem_lines(problems: Iterable[Problem]) -> Iterator[RenderableType]:
    """Yield a line for each file that was left out."""
    for problem in problems:
        yield Wrapped(Text(visible(f"left out: {problem.path}: {problem.reason}"), "hint"))


def reply_view(reply: Reply, *, explain: bool = False) -> RenderableType:
    """Return what the chat shows for a reply."""
    if isinstance(reply, Answer):
        return answer_view(reply, explain=explain)
    if isinstance(reply, Sources):
        return sources_view(reply.articles, reply.problems)
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


def report_view(report: BuildReport, folder: str) -> RenderableType:
    """Return what a build did."""
    state = "up to date" if report.up_to_date else f"{report.encoded} texts encoded"
    head = f"{report.articles} articles, {report.passages} passages, {report.sentences} sentences"
    problems = (Problem(error.path, error.reason, error.hint) for error in report.problems)
    return Group(Wrapped(Text(visible(f"{folder}: {head} · {state}"))), *problem_lines(problems))


def error_view(error: ArticleBotError) -> RenderableType:
    """Return an error and its hint."""
    parts = [Wrapped(Text.assemble(("error: ", "error"), visible(str(error))))]
    if error.hint:
        parts.append(Wrapped(Text.assemble(("hint: ", "hint"), visible(error.hint))))
    return Group(*parts)


def note_view(note: str) -> RenderableType:
    """Return a note that is no error."""
    return Wrapped(Text(visible(f"note: {note}"), "hint"))


def _card(cited: CitedPassage, *, whole: bool) -> list[RenderableType]:
    head = Text.assemble(
        (f"[{cited.rank}] ", "mark"),
        (_place(cited.passage, cited.passage.span), "place"),
        (f" · cosine {cited.cosine:.3f}", "quiet"),
    )
    if whole:
        body = Wrapped(_marked(cited), "  ", window=WINDOW_LINES)
    else:
        body = Wrapped(_excerpt(cited), "  ", most=EXCERPT_LINES)
    card: list[RenderableType] = [Wrapped(head), body]
    if cited.also_in:
        places = ", ".join(_place(other, other.span) for other in cited.also_in)
        card.append(Wrapped(Text(f"also in {places}", "quiet"), "  "))
    return card


def _explanation(cited: CitedPassage) -> list[RenderableType]:
    """Return the parts of a passage's score: what was measured → what it gives."""
    told = [
        f"{_PART_NAMES[part.name]} {part.value:.3f} → {part.gives:+.3f}"
        for part in cited.hit.parts(weights().ranking)
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


def _place(passage: StoredPassage, span: Span) -> str:
    start, end = span.line_start, span.line_end
    lines = f"{start}" if start == end else f"{start}–{end}"
    return visible(f"{passage.source.path}:{lines}")


def _help_view(reply: Help) -> RenderableType:
    parts: list[RenderableType] = []
    if reply.unknown:
        parts.append(Wrapped(Text(f"There is no command {visible(reply.unknown)}.", "error")))
    parts += [Text.assemble((f"{name:<10}", "mark"), what) for name, what in COMMANDS.items()]
    parts.append(Text("Anything else is a question.", "quiet"))
    return Group(*parts)


def _shortened(lines: list[Text], most: int, width: int) -> list[Text]:
    """Return at most that many lines, the last with an ellipsis when any are left out."""
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], Text.assemble(_cropped(lines[most - 1], width), "…")]


def _cropped(line: Text, width: int) -> Text:
    """Return the line, shortened by what an ellipsis needs."""
    while line.cell_len > width - 1:
        line.right_crop(1)
    return line
