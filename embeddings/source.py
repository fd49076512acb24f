"""Where a text stands, and what is known of its article: what a citation prints."""

from __future__ import annotations

import dataclasses

_DASHES = "—–―－- \u3000"


@dataclasses.dataclass(frozen=True, slots=True)
class Span:
    """A place in a file as it lies on disk."""

    line_start: int  # from 1
    line_end: int  # from 1, included
    char_start: int  # from 0
    char_end: int  # half open
    byte_start: int  # from 0
    byte_end: int  # half open


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """Where an article stands and what is known of it: what a citation prints.

    What the file does not say is None, never guessed. Each field has the line it was read from.
    """

    path: str  # relative to the articles folder, with "/"
    encoding: str  # a Python codec name; "html", "pdf" or "docx" when text was extracted
    sha256: str  # of the file's bytes
    title: str | None = None  # the headline
    subtitle: str | None = None
    date: str | None = None  # YYYY-MM-DD, or YYYY-MM where the file says no day
    date_inferred: bool = False  # the year was taken from elsewhere in the file
    outlet: str | None = None
    byline: str | None = None  # names, with 、 between them
    url: str | None = None
    title_line: int | None = None  # from 1, as all of these
    subtitle_line: int | None = None
    date_line: int | None = None
    outlet_line: int | None = None
    byline_line: int | None = None
    url_line: int | None = None

    @property
    def bare_subtitle(self) -> str:
        """The subtitle without the dashes that introduce it in print; "" for none."""
        return (self.subtitle or "").lstrip(_DASHES)
