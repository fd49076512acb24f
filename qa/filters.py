"""What the user wants to search in: dates, outlets, files → the articles that pass.

In: `--since`, `--until`, `--outlet`, `--file`, or the words after /filter. Out: which articles
pass, how many were left out because they have no date or no outlet, and what there is where none
passes. A date may be a year or a month; an article of which only the month is known passes when any
day of it would.
"""

from __future__ import annotations

import calendar
import dataclasses
import fnmatch
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from embeddings.errors import QuestionError
from embeddings.snapshot import ArticleEntry
from embeddings.source import Source
from embeddings.terms import fold

_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?月?)?年?$")

_DAYS = ("since", "until")
KEYS = (*_DAYS, "outlet", "file")
_KEY_AND_VALUE = re.compile(rf"((?:^|\s)(?:--)?(?:{'|'.join(KEYS)}))=", re.IGNORECASE)
_HINT = "write: /filter since 2020-08 until 2021 outlet NAME file NAME; /filter off takes all away"

FIRST, LAST = "-01-01", "-12-31"
"""What a year, as text, is completed with: dates are compared as text, so 31 fits every month."""


def whole_date(text: str, *, last: bool) -> str:
    """Return a date as YYYY-MM-DD; a year or month becomes its first or last day.

    Raises ValueError for anything else.

    >>> whole_date("2020-8", last=False), whole_date("2020年", last=True)
    ('2020-08-01', '2020-12-31')
    >>> whole_date("2024-02-30", last=True)
    Traceback (most recent call last):
        ...
    ValueError: no such date: 2024-02-30
    """
    match = _DATE.match(unicodedata.normalize("NFKC", text.strip()))
    if match is None:
        raise ValueError(f"not a date: {text} (write 2020, 2020-08 or 2020-08-26)")
    year, month, day = match.groups()
    if month is None:
        return year + (LAST if last else FIRST)
    days = calendar.monthrange(int(year), int(month))[1] if 1 <= int(month) <= 12 else 0
    if not 1 <= int(day or 1) <= days:
        raise ValueError(f"no such date: {text}")
    return f"{year}-{int(month):02}-" + (f"{int(day):02}" if day else ("31" if last else "01"))


@dataclasses.dataclass(frozen=True, slots=True)
class Instead:
    """What there is of what a filter asks for, where no article passes it."""

    outlets: tuple[str, ...] = ()  # those with the most articles first
    dates: tuple[str, ...] = ()  # the first and the last one, as the articles have them


NOTHING = Instead()


@dataclasses.dataclass(frozen=True, slots=True)
class LeftOut:
    """How many articles are left out for want of what a filter asks for; each counts once."""

    undated: int = 0  # they have no date
    without_outlet: int = 0


NONE_LEFT_OUT = LeftOut()


@dataclasses.dataclass(frozen=True, slots=True)
class Filters:
    """Which articles are searched; an empty one lets all pass."""

    since: str | None = None  # YYYY-MM-DD, as `until`; both days are included
    until: str | None = None
    outlets: tuple[str, ...] = ()  # any of them, in either script
    files: tuple[str, ...] = ()  # any of them: a path, a folder, a pattern (*.txt), part of a name

    def __bool__(self) -> bool:
        return any(dataclasses.astuple(self))

    def changed_by(self, words: str) -> Filters:
        """Return these filters with others set: `since 2020-08 outlet 法制报`; or none, by `off`.

        A value goes on to the next key, so that an outlet's name may have spaces. Raises
        QuestionError for a key that there is not, and for a date that is none.
        """
        if words.strip() == "off":
            return Filters()
        given: list[tuple[str, list[str]]] = []
        for word in _KEY_AND_VALUE.sub(r"\g<1> ", words).split():
            key = word.lower().removeprefix("--")
            if key in KEYS:
                given.append((key, []))
            elif given:
                given[-1][1].append(word)
            else:
                raise QuestionError(f"no filter is called {word}", hint=_HINT)
        changes: dict[str, str | tuple[str, ...]] = {}
        for key, value in given:
            if not value:
                raise QuestionError(f"the filter {key} has no value", hint=_HINT)
            if key in _DAYS:
                changes[key] = _day(" ".join(value), last=key == "until")
            else:  # two outlets in one line: either
                changes[f"{key}s"] = (*changes.get(f"{key}s", ()), " ".join(value))
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]

    @property
    def by_date(self) -> bool:
        """Whether articles without a date are left out."""
        return self.since is not None or self.until is not None

    def passing(self, articles: Iterable[ArticleEntry]) -> tuple[list[int], LeftOut]:
        """Return the ids of the articles that pass, and how many others may be meant."""
        outlets = {fold(outlet) for outlet in self.outlets}
        ids, undated, without_outlet = [], 0, 0
        for entry in articles:
            source = entry.source
            dated = source.date is not None or not self.by_date
            if not self._names_file(source) or (dated and not self._in_time(source.date or "")):
                continue
            if outlets and source.outlet is None:
                without_outlet += 1
            elif not self._names_outlet(source, outlets):
                continue
            elif not dated:
                undated += 1
            else:
                ids.append(entry.id)
        return ids, LeftOut(undated, without_outlet)

    def instead(self, articles: Sequence[ArticleEntry]) -> Instead:
        """Return what there is of each kind of filter that no article passes.

        The time is that of the articles which pass the other filters; of all, if none does.
        """
        outlets, dates = [], []
        if not Filters(outlets=self.outlets).passing(articles)[0]:
            known = Counter(entry.source.outlet for entry in articles if entry.source.outlet)
            outlets = [outlet for outlet, _ in known.most_common()]
        others = set(dataclasses.replace(self, since=None, until=None).passing(articles)[0])
        near = [entry for entry in articles if entry.id in others or not others]
        if not Filters(self.since, self.until).passing(near)[0]:
            dates = sorted({entry.source.date for entry in near if entry.source.date})
        return Instead(tuple(outlets), (*dates[:1], *dates[1:][-1:]))

    def told(self) -> str:
        """Return the filters as text: since 2020-01-01, 内蒙古法制报."""
        parts = [f"since {self.since}"] if self.since else []
        parts += [f"until {self.until}"] if self.until else []
        return ", ".join([*parts, *self.outlets, *self.files])

    def _in_time(self, date: str) -> bool:
        if not self.by_date:
            return True
        first, last = (date, date) if len(date) > 7 else (f"{date}-01", f"{date}-31")
        return (self.since or "") <= last and first <= (self.until or "9999")

    def _names_outlet(self, source: Source, outlets: set[str]) -> bool:
        if not outlets:
            return True
        own = fold(source.outlet or "")
        return any(outlet in own for outlet in outlets)

    def _names_file(self, source: Source) -> bool:
        return not self.files or any(
            wanted in source.path or fnmatch.fnmatchcase(source.path, wanted)
            for wanted in self.files
        )


def _day(text: str, *, last: bool) -> str:
    try:
        return whole_date(text, last=last)
    except ValueError as error:
        raise QuestionError(str(error), hint=_HINT) from error
