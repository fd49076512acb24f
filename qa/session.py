"""One line in the chat → what to show.

In: a line: a question or a command. Out: a `Reply`. A session touches no terminal, writes no file,
and reads a source file only through the function that it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from embeddings.encode import Encoder
from embeddings.errors import QuestionError
from embeddings.snapshot import ArticleEntry, Snapshot
from embeddings.source import Source
from embeddings.terms import fold
from qa.answer import Answer, CitedPassage
from qa.cite import STYLES
from qa.commands import SLASHES, command_named, nearest, parsed, without_slash
from qa.conversation import Conversation
from qa.export import exported
from qa.filters import Filters
from qa.language import ENGLISH, Language
from qa.reader import Reader
from qa.replies import (
    Cited,
    Explained,
    Exported,
    Filtered,
    Fresh,
    Help,
    More,
    Opened,
    Quit,
    Refresh,
    Reply,
    Slashless,
    SmallTalk,
    Sources,
)
from qa.small_talk import is_small_talk

if TYPE_CHECKING:
    from embeddings.decode import DecodedFile

EVERYTHING = Filters()

ReadFile = Callable[[Source], "DecodedFile | None"]
"""A source → its file as it is now; None when it cannot be read."""


def read_nothing(_source: Source) -> None:
    """Read no file: passages are shown as they were indexed."""


class Session:
    """A conversation over one open index, and the commands of the chat."""

    def __init__(
        self,
        snapshot: Snapshot,
        encoder: Encoder,
        reader: Reader,
        *,
        top: int,
        filters: Filters = EVERYTHING,
        accessed: str | None = None,
        read: ReadFile = read_nothing,
        language: Language = ENGLISH,
    ) -> None:
        self._talk = Conversation(snapshot, encoder, reader, top=top, filters=filters)
        self._accessed = accessed  # YYYY-MM-DD, for citations of web pages
        self._read = read
        self._language = language  # of what is exported
        self.room: Callable[[Answer], int] | None = None  # how many passages the screen can show

    def turn(self, line: str) -> Reply:
        """Answer a question or obey a command; raise QuestionError for a line that is neither."""
        if not line.startswith(SLASHES):
            meant = without_slash(line)
            if meant == "/quit" and line.strip() not in "qQ":  # which the pager may have missed
                return Quit()
            if meant:
                return Slashless(meant)
            return SmallTalk() if is_small_talk(line) else self.ask(line)
        name, rest = parsed(line)
        obey: dict[str, Callable[[str], Reply]] = {
            "/help": self._help,
            "/sources": self.sources,
            "/open": self._open,
            "/more": self._more,
            "/cite": self._cite,
            "/filter": self._filter,
            "/explain": self._explain,
            "/export": self._export,
            "/index": lambda _: Refresh(),
            "/new": self._new,
            "/quit": lambda _: Quit(),
        }
        if name not in obey:
            return Help(unknown=name, meant=nearest(name))
        command = command_named(name)
        if rest and command and not command.arguments and name != "/quit":
            raise QuestionError(f"{name} takes nothing behind it: {rest}", hint=f"write: {name}")
        return obey[name](rest)

    def ask(self, question: str) -> Answer:
        """Answer a question; raises QuestionError when it is blank or longer than is read."""
        answer = self._talk.ask(question)
        return self._talk.leave(self.room(answer)) if self.room else answer

    def warm_up(self) -> None:
        """Load what the first question needs, while the user is typing it."""
        self._talk.warm_up()

    def renew(self, snapshot: Snapshot) -> None:
        """Go on with another snapshot, of the same articles brought up to date."""
        self._talk.go_on_with(snapshot)

    @property
    def filters(self) -> Filters:
        """What is searched."""
        return self._talk.filters

    @property
    def folder(self) -> str:
        """The articles folder, absolute."""
        return self._talk.snapshot.manifest.articles_folder

    @property
    def passages(self) -> Sequence[CitedPassage]:
        """The passages of the last answer, /more included; empty before the first question."""
        return self._talk.answers[-1].passages if self._talk.answers else ()

    def articles(self) -> list[ArticleEntry]:
        """Return all articles, filtered or not."""
        return self._talk.snapshot.articles()

    def sources(self, words: str = "") -> Sources:
        """Return the articles that pass the filters and have all words in what is known of them.

        Of those without a headline that is also how they begin.
        """
        articles = self.articles()
        ids, left_out = self.filters.passing(articles)
        passing, wanted = set(ids), fold(words).split()
        beginnings: dict[int, str] = {}
        kept = []
        for entry in articles:
            if entry.id not in passing:
                continue
            if not entry.source.title:
                beginnings[entry.id] = self._talk.snapshot.beginning(entry.id)
            known = _known_of(entry.source, beginnings.get(entry.id, ""))
            if all(word in known for word in wanted):
                kept.append(entry)
        problems = () if wanted else self._talk.snapshot.problems()
        return Sources(kept, problems, left_out, beginnings, words.strip())

    def _help(self, about: str) -> Help:
        if not about:
            return Help()
        command = command_named(about)
        return Help(command) if command else Help(unknown=about, meant=nearest(f"/{about}"))

    def _open(self, wanted: str) -> Opened:
        from qa.show import opened

        cited = self._passage(wanted, "/open N")
        source = cited.passage.source
        file, sentence = self._read(source), cited.answer_sentence
        return Opened(opened(self._talk.snapshot, source, sentence, file, accessed=self._accessed))

    def _more(self, _: str) -> More:
        return More(self._talk.last().searched_as, self._talk.more())

    def _cite(self, wanted: str) -> Cited:
        """Return citations of passage N of the last answer, the first by default."""
        usage = f"/cite N [{'|'.join(STYLES)}]"
        words = wanted.split()
        styles = [word.lower() for word in words if not word.isdecimal()]
        passage = self._passage(" ".join(word for word in words if word.isdecimal()), usage)
        unknown = [style for style in styles if style not in STYLES]
        if unknown:
            raise QuestionError(f"no style of citation is called {unknown[0]}", hint=usage)
        return Cited(self._citations(passage), styles[0] if styles else None)

    def _filter(self, words: str) -> Filtered:
        if words:
            self._talk.search_in(self.filters.changed_by(words))
        articles = self.articles()
        passing, left_out = self.filters.passing(articles)
        instead = self.filters.instead(articles)
        return Filtered(self.filters, len(passing), len(articles), left_out, instead)

    def _explain(self, _: str) -> Explained:
        return Explained(self._talk.last())

    def _export(self, path: str) -> Exported:
        self._talk.last()
        text = exported(
            path,
            self._talk.answers,
            self._citations,
            language=self._language,
            accessed=self._accessed,
        )
        return Exported(path, text, len(self._talk.answers))

    def _new(self, _: str) -> Fresh:
        self._talk.forget()
        return Fresh()

    def _citations(self, cited: CitedPassage) -> dict[str, str]:
        """Return citations in every style; footnotes have the numbers of /export."""
        source, sentence = cited.passage.source, cited.answer_sentence
        passages = (one for answer in self._talk.answers for one in answer.passages)
        number = next(number for number, one in enumerate(passages, 1) if one is cited)
        return {
            name: style(
                source, sentence.span, sentence.text, accessed=self._accessed, number=number
            )
            for name, style in STYLES.items()
        }

    def _passage(self, wanted: str, usage: str) -> CitedPassage:
        """Return passage N of the last answer, the first by default."""
        passages = self._talk.last().passages
        if wanted and not wanted.isdecimal():
            raise QuestionError(f"{wanted} is no number of a passage", hint=f"write: {usage}")
        number = int(wanted or 1)
        if not 1 <= number <= len(passages):
            raise QuestionError(
                f"there is no passage {wanted or 1}: the last answer has {len(passages)}",
                hint=f"write: {usage}",
            )
        return passages[number - 1]


def _known_of(source: Source, beginning: str) -> str:
    known = (source.title, source.subtitle, source.outlet, source.date, source.byline, source.path)
    return fold("\n".join(filter(None, (*known, beginning))))
