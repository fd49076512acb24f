"""One turn of a conversation: a line the user typed → what to show.

In: a line. Out: a `Reply`. A session holds the open index and the encoder; it touches no terminal
and reads no file beside the index.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence

from embeddings.encode import Encoder
from embeddings.errors import QuestionError
from embeddings.snapshot import ArticleEntry, Problem, Scope, Snapshot
from qa.answer import Answer, answer_from_hits
from qa.cite import STYLES
from qa.filters import Filters
from qa.follow_up import Lack, Turn, completed, lack, subject_of
from qa.foreign import searched_vector
from qa.question import Question
from qa.retrieve import retrieve
from qa.weights import weights

_SURROGATE = re.compile(r"[\ud800-\udfff]")

EVERYTHING = Filters()

_STYLES_NAMED = f" [{'|'.join(STYLES)}]"

COMMANDS = {
    "/cite": "cite passage N: /cite 2, /cite 1 gbt",
    "/sources": "list the articles",
    "/new": "begin a new conversation",
    "/help": "show this list",
    "/quit": "leave (so does Ctrl-D)",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Help:
    """The list of commands is to be shown."""

    unknown: str = ""  # the command that is none


@dataclasses.dataclass(frozen=True, slots=True)
class Sources:
    """The list of articles is to be shown."""

    articles: Sequence[ArticleEntry]
    problems: Sequence[Problem]
    undated: int  # left out by a date filter because they have no date


@dataclasses.dataclass(frozen=True, slots=True)
class Cited:
    """A passage is to be cited."""

    citations: Mapping[str, str]  # by style
    style: str | None  # the one that is wanted, None for all


@dataclasses.dataclass(frozen=True, slots=True)
class Fresh:
    """A new conversation has begun."""


@dataclasses.dataclass(frozen=True, slots=True)
class Quit:
    """The user leaves."""


Reply = Answer | Help | Sources | Cited | Fresh | Quit


class Session:
    """A conversation over one open index."""

    def __init__(
        self,
        snapshot: Snapshot,
        encoder: Encoder,
        *,
        top: int,
        filters: Filters = EVERYTHING,
        accessed: str | None = None,
    ) -> None:
        self._snapshot = snapshot
        self._encoder = encoder
        self._top = top
        self._filters = filters
        self._accessed = accessed  # YYYY-MM-DD, for citations of web pages
        self._last: Answer | None = None
        self._scope: Scope | None = None
        self._undated = 0
        if filters:
            ids, self._undated = filters.passing(snapshot.articles())
            self._scope = snapshot.scope(ids)
        self._before: Turn | None = None

    def turn(self, line: str) -> Reply:
        """Answer a question or obey a command; raise QuestionError for a line that is neither."""
        if not line.startswith("/"):
            return self.ask(line)
        command = line.split(maxsplit=1)[0]
        if command == "/sources":
            return self.sources()
        if command == "/new":
            self._before = self._last = None
            return Fresh()
        if command == "/cite":
            return self.cite(line.split()[1:])
        if command == "/quit":
            return Quit()
        return Help(unknown="" if command == "/help" else command)

    def cite(self, wanted: Sequence[str]) -> Cited:
        """Return citations of passage N of the last answer, the first by default, in any style.

        Raises QuestionError when there is no such passage or style.
        """
        passages = self._last.passages if self._last else ()
        numbers = [int(word) for word in wanted if word.isdecimal()]
        styles = [word for word in wanted if not word.isdecimal()]
        number = numbers[0] if numbers else 1
        if not 1 <= number <= len(passages):
            there = f"passages 1 to {len(passages)}" if passages else "no answer yet"
            raise QuestionError(
                f"no passage {number} to cite: there is {there}",
                hint="ask first, then: /cite N" + _STYLES_NAMED,
            )
        unknown = [style for style in styles if style not in STYLES]
        if unknown:
            raise QuestionError(
                f"no style of citation is called {unknown[0]}", hint="/cite N" + _STYLES_NAMED
            )
        cited = passages[number - 1]
        sentence = cited.answer_sentence
        source = cited.passage.source
        citations = {
            name: style(source, sentence.span, sentence.text, accessed=self._accessed)
            for name, style in STYLES.items()
        }
        return Cited(citations, styles[0] if styles else None)

    def sources(self) -> Sources:
        """Return the list of the articles that pass the filters."""
        articles = self._snapshot.articles()
        passing = set(self._filters.passing(articles)[0])
        kept = [entry for entry in articles if entry.id in passing]
        return Sources(kept, self._snapshot.problems(), self._undated)

    @property
    def folder(self) -> str:
        """The articles folder, absolute."""
        return self._snapshot.manifest.articles_folder

    def size(self) -> tuple[int, int]:
        """Return the numbers of articles and passages."""
        counts = self._snapshot.manifest.counts
        return counts["articles"], counts["passages"]

    def ask(self, question: str) -> Answer:
        """Answer a question.

        Raises QuestionError when it is blank or longer than the model reads: a question is never
        cut silently.
        """
        question = _SURROGATE.sub("\ufffd", question).strip()
        if not question.strip("\x00 \u3000"):
            raise QuestionError("the question is empty", hint="ask something about the articles")
        tokens, limit = self._encoder.count_tokens(question), self._encoder.token_limit
        if tokens > limit:
            raise QuestionError(
                f"the question is too long: {tokens} tokens, and the model reads {limit}",
                hint="ask it in fewer words",
            )
        answer = self._answer_in_conversation(question)
        self._last = answer
        before = self._before
        follows = before is not None and answer.searched_as != question
        self._before = Turn(
            asked=question,
            subject=before.subject if before is not None and follows else subject_of(question),
            article=answer.passages[0].passage.article if answer.passages else None,
        )
        return answer

    def _answer_in_conversation(self, question: str) -> Answer:
        """Answer a question, completed by the turn before it where it lacks something."""
        lacks = lack(question) if self._before is not None else Lack.NOTHING
        alone = self._search(question, question) if lacks is not Lack.SUBJECT else None
        if self._before is None or (
            alone is not None and (lacks is Lack.NOTHING or alone.answered)
        ):
            return alone or self._search(question, question)
        text = completed(question, self._before)
        if self._encoder.count_tokens(text) > self._encoder.token_limit:
            return alone or self._search(question, question)
        whole = self._search(question, text, prefer=self._before.article)
        return whole if alone is None or whole.confidence > alone.confidence else alone

    def _search(self, asked: str, searched: str, *, prefer: int | None = None) -> Answer:
        parsed = Question.from_text(searched, self._snapshot.lexical)
        vector = searched_vector(parsed, self._encoder.encode_question(searched), self._encoder)
        hits = retrieve(
            self._snapshot,
            parsed,
            vector,
            weights().ranking,
            least=self._top,
            prefer=prefer,
            scope=self._scope,
        )
        answer = answer_from_hits(asked, parsed, hits, weights(), top=self._top)
        return dataclasses.replace(answer, undated=self._undated)
