"""Articles, cited places, checked quotes and builds → Rich renderables. Nothing here prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from embeddings.articles import Source
from embeddings.build import BuildReport
from embeddings.snapshot import ArticleEntry, Problem
from qa.layout import MARK_END, MARK_START, Wrapped, date_text, link, path_text, visible
from qa.session import Sources
from qa.show import Shown
from qa.verify import Checked, State

LEAST_TABLE = 100
"""Columns from which on the list of articles is a table."""


class ArticleTable:
    """The articles in columns; on a narrow screen two lines each."""

    def __init__(self, articles: Sequence[ArticleEntry]) -> None:
        self._articles = articles

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if options.max_width < LEAST_TABLE:
            for entry in self._articles:
                known = [entry.source.title or "–", entry.source.outlet, date_text(entry.source)]
                yield Wrapped(
                    Text.assemble(
                        (f"{entry.id + 1}  ", "mark"), visible(" · ".join(filter(None, known)))
                    )
                )
                counted = "1 passage" if entry.passages == 1 else f"{entry.passages} passages"
                place = f"{_file(entry.source)} · {entry.source.encoding} · {counted}"
                yield Wrapped(Text(visible(place), "quiet"), "   ")
            return
        table = Table(box=None, pad_edge=False, header_style="quiet")
        for name in ("#", "headline", "outlet", "date", "file", "encoding", "passages"):
            justify: Literal["left", "right"] = "right" if name in ("#", "passages") else "left"
            table.add_column(name, overflow="fold", justify=justify)
        for entry in self._articles:
            source = entry.source
            row = (source.title, source.outlet, date_text(source), _file(source), source.encoding)
            cells = [Text(visible(cell or "–")) for cell in row]
            table.add_row(str(entry.id + 1), *cells, str(entry.passages))
        yield table


def sources_view(reply: Sources) -> RenderableType:
    """Return the table of articles, and what is wrong with which files."""
    parts: list[RenderableType] = [ArticleTable(reply.articles)]
    if reply.undated:
        parts.append(Wrapped(Text(f"left out: {undated_text(reply.undated)}", "hint")))
    return Group(*parts, *problem_lines(reply.problems))


def problem_lines(problems: Iterable[Problem]) -> Iterator[RenderableType]:
    """Yield a line for each file with which something is wrong, and how to mend it."""
    for problem in problems:
        what = "left out" if problem.left_out else "read, but"
        hint = f" ({problem.hint})" if problem.hint else ""
        told = f"{what}: {path_text(problem.path)}: {visible(problem.reason + hint)}"
        yield Wrapped(Text(told, "hint"))


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


def shown_view(shown: Shown, *, folder: str | None = None) -> RenderableType:
    """Return a cited place within its article, with line numbers."""
    source = shown.source
    known = (source.title, source.subtitle, source.outlet, date_text(source), source.byline)
    head = Text(visible(" · ".join(filter(None, known))), "mark")
    parts: list[RenderableType] = [Wrapped(head)] if head else []
    parts.append(Wrapped(link(source, shown.span, folder)))
    if shown.note:
        parts.append(Wrapped(Text(f"note: {shown.note}", "hint")))
    width = len(str(max(line.number for line in shown.lines)))
    for line in shown.lines:
        text, end = Text(f"{line.number:>{width}}  ", "quiet"), 0
        for start, stop in line.marks:
            text.append(visible(line.text[end:start]), "")
            text.append(f"{MARK_START}{visible(line.text[start:stop])}{MARK_END}", "mark")
            end = stop
        parts.append(Wrapped(text.append(visible(line.text[end:]), "")))
    return Group(*parts, Text(""))


def checked_view(checked: Sequence[Checked]) -> RenderableType:
    """Return what has become of cited ranges: the moved and the gone, then the counts."""
    parts: list[RenderableType] = []
    for one in checked:
        if one.state is State.UNCHANGED:
            continue
        place = f"{path_text(one.path)}:{one.span.line_start}"
        if one.now is not None:
            told, style = f"moved  {place} → line {one.now.line_start}", "quiet"
        else:
            told, style = f"gone   {place} (file {one.file})", "hint"
        parts.append(Wrapped(Text(visible(told), style)))
        parts.append(Wrapped(Text(visible(one.sentence.replace("\n", " "))), "  ", most=1))
    counts = Counter(one.state for one in checked)
    files = {one.path: one.file for one in checked}
    told = ", ".join(f"{counts[state]} {state.value}" for state in State)
    changed = Counter(state for state in files.values() if state != "unchanged")
    of_files = "".join(f", {count} {state}" for state, count in sorted(changed.items()))
    parts.append(Wrapped(Text(f"{len(checked)} quotes: {told} · {len(files)} files{of_files}")))
    return Group(*parts)


def report_view(report: BuildReport, folder: str) -> RenderableType:
    """Return what a build did."""
    state = "up to date" if report.up_to_date else f"{report.encoded} texts encoded"
    head = f"{report.articles} articles, {report.passages} passages, {report.sentences} sentences"
    lines = problem_lines(report.problems)
    return Group(Wrapped(Text(visible(f"{folder}: {head} · {state}"))), *lines)


def _file(source: Source) -> str:
    """Return the file, and the line of the headline: a page holds several articles."""
    path = path_text(source.path)
    return path if source.title_line is None else f"{path}:{source.title_line}"


def undated_text(count: int) -> str:
    """Return how many articles have no date."""
    return f"{count} {'article' if count == 1 else 'articles'} without a date"
