"""Findings and changes of an index → Rich renderables and JSON. Nothing here prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from embeddings.build import BuildReport
from embeddings.doctor import Finding, State
from embeddings.folder import Changes
from qa.language import ENGLISH, Language
from qa.layout import Wrapped, advice, path_text, visible

KINDS_NAMED = 6
"""Of the files that are passed over, the most frequent first."""

_STYLES = {State.RIGHT: "quiet", State.NOTE: "hint", State.BROKEN: "error"}


def findings_view(findings: Sequence[Finding], language: Language = ENGLISH) -> RenderableType:
    """Return each finding, and below it the command that mends it."""
    lines: list[RenderableType] = []
    for finding in findings:
        parts = (finding.state.value, finding.subject, finding.told)
        told = visible(": ".join(language.translated(part) for part in parts))
        lines.append(Wrapped(Text(told, _STYLES[finding.state])))
        if finding.repair and finding.state is not State.RIGHT:
            repair = advice(language.translated(finding.repair), language, "hint")
            lines.append(Wrapped(repair, "    "))
    return Group(*lines)


def findings_object(findings: Sequence[Finding]) -> dict[str, Any]:
    """Return the object that `qa doctor --json` prints."""
    return {
        "whole": not any(finding.state is State.BROKEN for finding in findings),
        "findings": [
            {
                "subject": finding.subject,
                "state": finding.state.value,
                "told": finding.told,
                "repair": finding.repair or None,
            }
            for finding in findings
        ],
    }


def changes_text(changes: Changes, language: Language) -> str:
    """Return how many files are new, changed and removed, as far as there are such."""
    counts = {name: len(getattr(changes, name)) for name in ("new", "changed", "removed")}
    return _counted(counts, language)


def changes_view(
    report: BuildReport, passed_over: Sequence[str] = (), language: Language = ENGLISH
) -> RenderableType:
    """Return how many files were new, changed and so on, and why the index was made anew.

    `passed_over` are files of other kinds in the folder.
    """
    counts = {
        name: getattr(report, name) for name in ("new", "changed", "unchanged", "removed", "failed")
    }
    told = language.say("files: {counts}", counts=_counted(counts, language))
    lines = [Wrapped(Text(told, "quiet"))]
    if report.remade:
        reason = visible(language.translated(report.remade))
        made_anew = language.say("made anew: {reason}", reason=reason)
        lines.insert(0, Wrapped(Text(made_anew, "hint")))
    if passed_over:
        kinds = Counter(map(_kind, passed_over)).most_common()
        first = (f"{number} {path_text(kind)}" for kind, number in kinds[:KINDS_NAMED])
        named = language.say(", ").join(first)
        more = "…" if len(kinds) > KINDS_NAMED else ""
        one, many = (
            "passed over: {number} file of another kind",
            "passed over: {number} files of other kinds",
        )
        counted = language.counted(len(passed_over), one, many)
        lines.append(Wrapped(Text(f"{counted} ({named}{more})", "hint")))
    return Group(*lines)


def _kind(path: str) -> str:
    """Return how a file's name ends, in small letters; all of it where it has no ending."""
    name = PurePosixPath(path)
    return name.suffix.lower() or name.name


def _counted(counts: Mapping[str, int], language: Language) -> str:
    told = (f"{count} {language.say(name)}" for name, count in counts.items() if count)
    return language.say(", ").join(told)
