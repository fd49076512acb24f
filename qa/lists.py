"""Articles, cited places, checked quotes and builds → Rich renderables. Nothing here prints."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from embeddings.build import BuildReport
from embeddings.snapshot import ArticleEntry, Problem
from embeddings.source import Source
from qa.language import ENGLISH, Language
from qa.layout import (
    MARK_END,
    MARK_START,
    PLAIN,
    Look,
    Wrapped,
    advice,
    path_text,
    visible,
)
from qa.replies import Sources
from qa.show import Shown
from qa.source_view import date_text, left_out_texts, link
from qa.verify import Checked, State, quotations

LEAST_TABLE = 100
"""Columns from which on the list of articles is a table."""

BEGINNING = 30
"""Columns of an article's first sentence that stand for a headline which it does not have."""

COLUMNS = ("#", "headline", "outlet", "date", "file", "encoding", "passages")


class ArticleTable:
    """The articles in columns; on a narrow screen two lines each."""

    def __init__(self, reply: Sources, language: Language = ENGLISH) -> None:
        self._articles = reply.articles
        self._beginnings = reply.beginnings
        self._language = language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if options.max_width < LEAST_TABLE:
            for entry in self._articles:
                known = filter(None, (entry.source.outlet, date_text(entry.source)))
                told = "".join(f" · {visible(part)}" for part in known)
                number = (f"{entry.id + 1}  ", "mark")
                yield Wrapped(Text.assemble(number, self._headline(entry), told))
                counted = passages_text(entry.passages, self._language)
                place = f"{_file(entry.source)} · {entry.source.encoding} · {counted}"
                yield Wrapped(Text(visible(place), "quiet"), "   ")
            return
        table = Table(box=None, pad_edge=False, header_style="quiet")
        for name in COLUMNS:
            justify: Literal["left", "right"] = "right" if name in ("#", "passages") else "left"
            table.add_column(self._language.say(name), overflow="fold", justify=justify)
        for entry in self._articles:
            source = entry.source
            row = (source.outlet, date_text(source), _file(source), source.encoding)
            cells = [Text(visible(cell or "–")) for cell in row]
            table.add_row(str(entry.id + 1), self._headline(entry), *cells, str(entry.passages))
        yield table

    def _headline(self, entry: ArticleEntry) -> Text:
        """Return the headline; where there is none the article's beginning, with an ellipsis."""
        beginning = self._beginnings.get(entry.id, "")
        if entry.source.title or not beginning:
            return Text(visible(entry.source.title or "–"))
        text = Text(visible(" ".join(beginning.split())), "quiet")
        text.truncate(BEGINNING)
        text.rstrip()
        return text.append("…")


def sources_view(reply: Sources, language: Language = ENGLISH) -> RenderableType:
    """Return the table of articles, and what is wrong with which files."""
    parts: list[RenderableType] = [ArticleTable(reply, language)]
    if not reply.articles:
        none = language.say("No article.")
        if reply.words:
            none = language.say("No article has {words}.", words=visible(reply.words))
        parts = [Wrapped(Text(none, "quiet"))]
    parts += [Wrapped(Text(told, "hint")) for told in left_out_texts(reply.left_out, language)]
    return Group(*parts, *problem_lines(reply.problems, language))


def problem_lines(
    problems: Iterable[Problem], language: Language = ENGLISH
) -> Iterator[RenderableType]:
    """Yield a line for each file with which something is wrong, and how to mend it."""
    for problem in problems:
        hint = f" ({language.translated(problem.hint)})" if problem.hint else ""
        reason = f"{language.translated(problem.reason)}{hint}"
        template = "left out: {what}" if problem.left_out else "read, but: {what}"
        what = f"{path_text(problem.path)}: {reason}"
        yield Wrapped(advice(language.say(template, what=what), language, "hint"))


def citations_view(citations: Mapping[str, str], style: str | None = None) -> RenderableType:
    """Return citations, each under its style's name; or one alone.

    To be printed with `soft_wrap`: a citation is copied, so no line break is put into it.
    """
    if style is not None:
        return Text(visible(citations[style]))
    told = Text()
    for name, citation in citations.items():
        told.append(f"{name}:\n", "quiet").append(f"{visible(citation)}\n")
    told.rstrip()
    return told


def shown_view(shown: Shown, look: Look = PLAIN) -> RenderableType:
    """Return a cited place within its article, with line numbers."""
    source = shown.source
    known = (source.title, source.subtitle, source.outlet, date_text(source), source.byline)
    head = Text(visible(" · ".join(filter(None, known))), "mark")
    parts: list[RenderableType] = [Wrapped(head)] if head else []
    parts.append(Wrapped(link(source, shown.span, look.folder)))
    if shown.note:
        note = look.language.say("note: {note}", note=look.language.translated(shown.note))
        parts.append(Wrapped(Text(note, "hint")))
    width = len(str(max(line.number for line in shown.lines)))
    for line in shown.lines:
        text, end = Text(), 0
        for start, stop in line.marks:
            text.append(visible(line.text[end:start]))
            text.append(f"{MARK_START}{visible(line.text[start:stop])}{MARK_END}", "mark")
            end = stop
        text.append(visible(line.text[end:]))
        number = f"{line.number:>{width}}  "
        parts.append(Wrapped(text, " " * len(number), first=number))
    return Group(*parts, Text(""))


def checked_view(
    checked: Sequence[Checked], language: Language = ENGLISH, *, folder: str = ""
) -> RenderableType:
    """Return what has become of cited ranges: the moved, then the gone, then the counts.

    A passage and the sentences cited in it count as one quote, which is gone when any of it is.
    Where `folder` has none of the files, it may be the wrong one: an answer does not name its own.
    """
    say = language.say
    told_of: dict[State, list[RenderableType]] = {state: [] for state in State}
    counts: Counter[State] = Counter()
    for quotation in quotations(checked):
        worst = max((one.state for one in quotation), key=list(State).index)
        counts[worst] += 1
        told_of[worst] += _fates(quotation, language)
    parts = [*itertools.chain.from_iterable(told_of.values())]
    quotes = language.counted(counts.total(), "{number} quote", "{number} quotes")
    told = say(", ").join(f"{counts[state]} {say(state.value)}" for state in State)
    by_file = {one.path: one.file for one in checked}
    files = language.counted(len(by_file), "{number} file", "{number} files")
    changed = Counter(state for state in by_file.values() if state != "unchanged")
    of_files = "".join(f", {count} {say(state)}" for state, count in sorted(changed.items()))
    parts.append(Wrapped(Text(f"{quotes}: {told} · {files}{of_files}")))
    if folder and changed["deleted"] == len(by_file) > 0:
        wrong = say("None of the files is in {folder}; name theirs: --articles DIR", folder=folder)
        parts.append(Wrapped(Text(visible(wrong), "hint")))
    return Group(*parts)


def _fates(quotation: Sequence[Checked], language: Language) -> list[RenderableType]:
    """Return what has become of a passage, and of its sentences where that is something else.

    Of a passage that is gone with a sentence, the sentence is enough.
    """
    whole, *within = quotation
    with_it = any(one.state is State.GONE for one in within)
    lines: list[RenderableType] = []
    if whole.state is not State.UNCHANGED and not (with_it and whole.state is State.GONE):
        lines += _fate(whole, language)
    for one in within:
        if one.state is State.GONE or one.state is not whole.state:
            lines += _fate(one, language)
    return lines


def _fate(one: Checked, language: Language) -> list[RenderableType]:
    """Return what has become of a cited range, and the beginning of its text."""
    place = f"{path_text(one.path)}:{one.span.line_start}"
    if one.now is not None:
        told = language.say("moved  {place} → line {line}", place=place, line=one.now.line_start)
    elif one.state is State.GONE:
        state = language.say(one.file)
        told = language.say("gone   {place} (file {state})", place=place, state=state)
    else:
        told = language.say("stands {place}", place=place)
    style = "hint" if one.state is State.GONE else "quiet"
    text = Text(visible(one.sentence.replace("\n", " ")))
    return [Wrapped(Text(visible(told), style)), Wrapped(text, "  ", most=1)]


def report_view(report: BuildReport, folder: str, language: Language = ENGLISH) -> RenderableType:
    """Return what a build did."""
    counted = language.counted
    head = language.say(", ").join(
        (
            counted(report.articles, "{number} article", "{number} articles"),
            passages_text(report.passages, language),
            counted(report.sentences, "{number} sentence", "{number} sentences"),
        )
    )
    state = (
        language.say("up to date")
        if report.up_to_date
        else counted(report.encoded, "{number} text encoded", "{number} texts encoded")
    )
    lines = problem_lines(report.problems, language)
    return Group(Wrapped(Text(f"{visible(folder)}: {head} · {state}")), *lines)


def passages_text(number: int, language: Language) -> str:
    """Return how many passages."""
    return language.counted(number, "{number} passage", "{number} passages")


def _file(source: Source) -> str:
    """Return the file, and the line of the headline: a page holds several articles."""
    path = path_text(source.path)
    return path if source.title_line is None else f"{path}:{source.title_line}"
