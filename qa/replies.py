"""What a line in the chat may give, beside an answer: one kind of reply for each screen."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from embeddings.snapshot import ArticleEntry, Problem
from qa.answer import Answer, CitedPassage
from qa.commands import Command
from qa.filters import NOTHING, Filters, Instead, LeftOut

if TYPE_CHECKING:
    from qa.show import Shown


@dataclasses.dataclass(frozen=True, slots=True)
class Help:
    """The list of commands, or more about one, is to be shown."""

    command: Command | None = None  # the one that was asked about
    unknown: str = ""  # the command that is none
    meant: str | None = None  # the one that was probably meant


@dataclasses.dataclass(frozen=True, slots=True)
class Slashless:
    """A command was probably meant; nothing was asked."""

    meant: str  # with its slash, and what stood behind it


@dataclasses.dataclass(frozen=True, slots=True)
class SmallTalk:
    """Nothing was asked that an article could tell."""


@dataclasses.dataclass(frozen=True, slots=True)
class Sources:
    """The list of articles is to be shown."""

    articles: Sequence[ArticleEntry]
    problems: Sequence[Problem]
    left_out: LeftOut  # by filters of what they do not tell
    beginnings: Mapping[int, str] = dataclasses.field(default_factory=dict)
    """The first sentences of articles without a headline, by the articles' ids."""
    words: str = ""  # those that all of them have


@dataclasses.dataclass(frozen=True, slots=True)
class Cited:
    """A passage is to be cited."""

    citations: Mapping[str, str]  # by style
    style: str | None  # the one that is wanted, None for all


@dataclasses.dataclass(frozen=True, slots=True)
class Opened:
    """A passage is to be shown within its whole article."""

    shown: Shown


@dataclasses.dataclass(frozen=True, slots=True)
class More:
    """Further passages for the last question are to be shown."""

    question: str  # as it was searched
    passages: Sequence[CitedPassage]  # empty when there are no more


@dataclasses.dataclass(frozen=True, slots=True)
class Explained:
    """The parts of the last answer's scores are to be shown."""

    answer: Answer


@dataclasses.dataclass(frozen=True, slots=True)
class Filtered:
    """Other articles are searched from now on; or what is set is to be shown."""

    filters: Filters
    passing: int  # articles that are searched
    articles: int
    left_out: LeftOut  # by filters of what they do not tell
    instead: Instead = NOTHING  # what could be searched, where no article passes


@dataclasses.dataclass(frozen=True, slots=True)
class Exported:
    """A text is to be written into a file; the session writes none."""

    path: str
    text: str
    questions: int


@dataclasses.dataclass(frozen=True, slots=True)
class Refresh:
    """The index is to be brought up to date, and the session given the new one."""


@dataclasses.dataclass(frozen=True, slots=True)
class Fresh:
    """A new conversation has begun."""


@dataclasses.dataclass(frozen=True, slots=True)
class Quit:
    """The user leaves."""


Reply = (
    Answer
    | Help
    | Slashless
    | SmallTalk
    | Sources
    | Cited
    | Opened
    | More
    | Explained
    | Filtered
    | Exported
    | Refresh
    | Fresh
    | Quit
)
