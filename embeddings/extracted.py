"""What comes out of a file that is no plain text, and the error when nothing does.

Positions in an `Extracted`'s text are not bytes of its file: they count paragraphs or pages, and
characters of the text.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Sequence

MAX_TEXT = 10_000_000
"""Characters out of one file: a library's worth, a hundred times a newspaper's day."""

_SPACE = re.compile(r"[^\S\n]+")

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


@dataclasses.dataclass(frozen=True, slots=True)
class Extracted:
    """The text of a file that is not plain text. A field that the file does not state is None."""

    text: str  # paragraphs, or the printed lines of pages, each ended by "\n"
    starts: tuple[int, ...]  # the character at which each paragraph or page begins; first is 0
    kind: str  # "html", "pdf" or "docx"
    title: str | None = None
    author: str | None = None
    date: str | None = None  # YYYY-MM-DD
    site: str | None = None
    named: str | None = None  # the outlet behind its title, for want of another
    url: str | None = None


class Refused(Exception):  # noqa: N818  # never leaves the modules that extract
    """A file cannot be used: why, and what to do about it."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


def joined(parts: Sequence[str], kind: str, **stated: str | None) -> Extracted:
    """Put paragraphs or pages together; one that is empty keeps its place in `starts`."""
    parts = [CONTROL.sub("", part) + "\n" for part in parts]
    starts = itertools.accumulate((len(part) for part in parts[:-1]), initial=0)
    fields = {name: _SPACE.sub(" ", value).strip() for name, value in stated.items() if value}
    return Extracted("".join(parts), tuple(starts), kind, **fields)


def if_in(text: str, stated: str | None) -> str | None:
    """Return what a document's properties state if its text says it too.

    Programs fill them in: with the name of the file, of the template or of whose computer it was.
    """
    wanted = "".join((stated or "").split())
    return stated if len(wanted) > 1 and wanted in "".join(text.split()) else None
