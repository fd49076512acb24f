"""One turn of a conversation: a line the user typed → what to show.

In: a line. Out: a `Reply`. A session holds the open index and the encoder; it touches no terminal
and reads no file beside the index.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from embeddings.encode import Encoder
from embeddings.errors import QuestionError
from embeddings.snapshot import ArticleEntry, Problem, Snapshot
from qa.answer import Answer, answer_from_hits
from qa.follow_up import Lack, Turn, completed, lack, subject_of
from qa.question import Question
from qa.retrieve import retrieve
from qa.weights import weights

_SURROGATE = re.compile(r"[\ud800-\udfff]")

COMMANDS = {
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


@dataclasses.dataclass(frozen=True, slots=True)
class Fresh:
    """A new conversation has begun."""


@dataclasses.dataclass(frozen=True, slots=True)
class Quit:
    """The user leaves."""


Reply = Answer | Help | Sources | Fresh | Quit


class Session:
    """A conversation over one open index."""

    def __init__(self, snapshot: Snapshot, encoder: Encoder, *, top: int) -> None:
        self._snapshot = snapshot
        self._encoder = encoder
        self._top = top
        self._before: Turn | None = None

    def turn(self, line: str) -> Reply:
        """Answer a question or obey a command; raise QuestionError for a line that is neither."""
        if not line.startswith("/"):
            return self.ask(line)
        command = line.split(maxsplit=1)[0]
        if command == "/sources":
            return self.sources()
        if command == "/new":
            self._before = None
            return Fresh()
        if command == "/quit":
            return Quit()
        return Help(unknown="" if command == "/help" else command)

    def sources(self) -> Sources:
        """Return the list of articles."""
        return Sources(self._snapshot.articles(), self._snapshot.problems())

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
        vector = self._encoder.encode_question(searched)
        hits = retrieve(
            self._snapshot, parsed, vector, weights().ranking, least=self._top, prefer=prefer
        )
        return answer_from_hits(asked, parsed, hits, weights(), top=self._top)
