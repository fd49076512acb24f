"""What may stand next on the line of a command → the completion menu of the chat.

In: the line up to the cursor and the session, None while it is being opened. Out: `Candidate`s.
Questions have none: their words are the user's own.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from qa.commands import COMMANDS, NAMES, SLASHES, STYLE_NAMES
from qa.language import ENGLISH, Language
from qa.layout import visible

if TYPE_CHECKING:
    from qa.session import Session

_FILTER_KEYS = ("since", "until", "outlet", "file")


@dataclasses.dataclass(frozen=True, slots=True)
class Candidate:
    """One entry of the menu."""

    text: str  # what it puts in the place of the last `length` characters of the line
    length: int
    told: str = ""  # what it is, shown beside it


def candidates(
    line: str, session: Session | None, language: Language = ENGLISH
) -> Iterator[Candidate]:
    """Yield what may stand at the end of a line, best first.

    >>> [one.text for one in candidates("/so", None)]
    ['/sources']
    """
    if not line.startswith(SLASHES):
        return
    name, space, rest = ("/" + line[1:]).partition(" ")
    if not space:
        for command in COMMANDS:
            if command.name.startswith(name):
                yield Candidate(command.name, len(name), language.say(command.summary))
        return
    for text, told, typed in _arguments(name, rest, session):
        if visible(text) != text:  # the line shows what it holds, hidden characters too
            continue
        if text.lower().startswith(typed.lower()) and text != typed:
            yield Candidate(text, len(typed), visible(told))


Argument = tuple[str, str, str]  # what may stand there, what it is, what of it was typed


def _arguments(name: str, rest: str, session: Session | None) -> Iterable[Argument]:
    """Yield the arguments of a command that fit at the end of `rest`."""
    word = rest.rsplit(" ", 1)[-1]
    first = " " not in rest
    if name == "/help" and first:
        return ((other.removeprefix("/"), "", word) for other in NAMES)
    if name in ("/open", "/cite") and first and session is not None:
        return (
            (str(cited.rank), cited.passage.source.title or cited.passage.source.path, word)
            for cited in session.passages
        )
    if name == "/cite" and rest.count(" ") == 1:
        return ((style, "", word) for style in STYLE_NAMES)
    if name == "/sources" and session is not None:
        return ((outlet, told, rest) for outlet, told in _outlets(session))
    if name == "/filter":
        return _filter_arguments(rest, word, session)
    return ()


def _filter_arguments(rest: str, word: str, session: Session | None) -> Iterable[Argument]:
    if " " not in rest:
        return ((key, "", word) for key in (*_FILTER_KEYS, "off"))
    key = next((one for one in reversed(rest.split(" ")[:-1]) if one in _FILTER_KEYS), "")
    value = rest.rpartition(f"{key} ")[2]
    if session is None or not key:
        return ()
    if key == "outlet":
        return [*((name, told, value) for name, told in _outlets(session)), *_next_keys(word)]
    if key == "file":
        paths = dict.fromkeys(entry.source.path for entry in session.articles())
        return [*((path, "", value) for path in paths), *_next_keys(word)]
    years = Counter(entry.source.date[:4] for entry in session.articles() if entry.source.date)
    return [*((year, f"× {years[year]}", value) for year in sorted(years)), *_next_keys(word)]


def _next_keys(word: str) -> list[Argument]:
    return [(key, "", word) for key in _FILTER_KEYS if word]


def _outlets(session: Session) -> list[tuple[str, str]]:
    """Return the outlets, most articles first, each with how many it has."""
    outlets = Counter(entry.source.outlet for entry in session.articles() if entry.source.outlet)
    return [(outlet, f"× {number}") for outlet, number in outlets.most_common()]
