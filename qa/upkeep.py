"""Findings and changes of an index → Rich renderables and JSON. Nothing here prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from embeddings.build import BuildReport
from embeddings.doctor import Finding, State
from qa.layout import Wrapped, visible

_STYLES = {State.RIGHT: "quiet", State.NOTE: "hint", State.BROKEN: "error"}


def findings_view(findings: Sequence[Finding]) -> RenderableType:
    """Return each finding, and below it the command that mends it."""
    lines: list[RenderableType] = []
    for finding in findings:
        told = visible(f"{finding.state.value}: {finding.subject}: {finding.told}")
        lines.append(Wrapped(Text(told, _STYLES[finding.state])))
        if finding.repair and finding.state is not State.RIGHT:
            lines.append(Wrapped(Text(visible(finding.repair), "hint"), "    "))
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


def changes_view(report: BuildReport) -> RenderableType:
    """Return how many files were new, changed and so on, and why the index was made anew."""
    counts = {
        name: getattr(report, name) for name in ("new", "changed", "unchanged", "removed", "failed")
    }
    told = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    lines = [Wrapped(Text(visible(f"files: {told}"), "quiet"))]
    if report.remade:
        lines.insert(0, Wrapped(Text(visible(f"made anew: {report.remade}"), "hint")))
    return Group(*lines)
