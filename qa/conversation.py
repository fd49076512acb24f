"""A conversation: a question, and what was said before it → an answer.

In: questions, one after the other. Out: `Answer`s. A follow-up is completed from the question
before it; which articles are searched is chosen by filters. Nothing here touches a terminal.
"""

from __future__ import annotations

import dataclasses
import re

import numpy as np

from embeddings.encode import Encoder
from embeddings.errors import QuestionError
from embeddings.snapshot import Scope, Snapshot
from qa import relevance
from qa.answer import Answer, CitedPassage, answer_from_hits
from qa.ellipsis import exchanged, instead_of, substituted, without_ellipsis
from qa.filters import NOTHING, Filters
from qa.follow_up import Lack, Turn, completed, lack, subject_of
from qa.foreign import searched_vector
from qa.question import Question
from qa.reader import Reader
from qa.retrieve import Hit, retrieve
from qa.script import Scripts
from qa.weights import weights

_SURROGATE = re.compile(r"[\ud800-\udfff]")


class Conversation:
    """Questions and answers over one open index."""

    def __init__(
        self, snapshot: Snapshot, encoder: Encoder, reader: Reader, *, top: int, filters: Filters
    ) -> None:
        self._encoder = encoder
        self._reader = reader
        self._top = top
        self._before: Turn | None = None
        self.snapshot = snapshot
        self.answers: list[Answer] = []  # in order, with the passages that were added to each
        self.search_in(filters)

    def search_in(self, filters: Filters) -> None:
        """Search only the articles that pass from now on."""
        self.filters = filters
        self._scope: Scope | None = None
        self._scripts: Scripts | None = None  # of what is searched, when a question needs them
        self._undated, self._instead = 0, NOTHING
        if filters:
            articles = self.snapshot.articles()
            ids, self._undated = filters.passing(articles)
            self._scope = self.snapshot.scope(ids)
            self._instead = filters.instead(articles)

    def go_on_with(self, snapshot: Snapshot) -> None:
        """Search another snapshot, of the same articles brought up to date, from now on."""
        self.snapshot = snapshot
        if self._before is not None:
            self._before = dataclasses.replace(self._before, article=None)  # ids have changed
        self.search_in(self.filters)

    def forget(self) -> None:
        """Begin anew: the next question is the first."""
        self._before = None
        self.answers.clear()

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
        self.answers.append(answer)
        self._before = self._turn(question, answer)
        return answer

    def warm_up(self) -> None:
        """Search once for nothing, so that what a question needs is loaded before the first.

        The reader is on its way by itself; it is not waited for.
        """
        self._hits(Question.from_text("文", self.snapshot.lexical), least=1, prefer=None)

    def leave(self, number: int) -> Answer:
        """Take all but so many passages away from the last answer; /more brings them."""
        last = self.last()
        if number < len(last.passages):
            self.answers[-1] = dataclasses.replace(last, passages=last.passages[:number], more=True)
        return self.last()

    def more(self) -> tuple[CitedPassage, ...]:
        """Return the passages after those of the last answer, as many as an answer has.

        They become part of that answer. Raises QuestionError when there is none.
        """
        last = self.last()
        prefer = self._before.article if self._before and last.completed else None
        shown = len(last.passages)
        longer = self._search(last.question, last.searched_as, prefer=prefer, top=shown + self._top)
        known = {one.passage.id for one in last.passages}
        fresh = [one for one in longer.passages if one.passage.id not in known][: self._top]
        added = tuple(
            dataclasses.replace(one, rank=rank) for rank, one in enumerate(fresh, shown + 1)
        )
        self.answers[-1] = dataclasses.replace(last, passages=(*last.passages, *added))
        return added

    def last(self) -> Answer:
        """Return the last answer; raise QuestionError when there is none."""
        if not self.answers:
            raise QuestionError("there is no answer yet", hint="ask a question first")
        return self.answers[-1]

    def _turn(self, question: str, answer: Answer) -> Turn:
        """Return what is kept of a question for the next."""
        before, searched = self._before, answer.searched_as
        passing = instead_of(question) or (lack(question) is not Lack.NOTHING)
        if before is not None and passing and not answer.answered and not answer.completed:
            return before  # thanks; or something else that has no answer
        subject, complete = subject_of(searched), searched
        if before is not None and searched == completed(question, before):
            subject, complete = before.subject, before.complete
        first = answer.passages[0] if answer.passages else None
        article = first.passage.article if first else None
        sentence = first.answer_sentence.id if first and answer.answered else None
        return Turn(question, subject, article, complete, sentence)

    def _answer_in_conversation(self, question: str) -> Answer:
        """Answer a question, completed by the turn before it where it lacks something."""
        before = self._before
        lacks = lack(question) if before is not None else Lack.NOTHING
        alone = self._search(question, question) if lacks is not Lack.SUBJECT else None
        if before is None or (
            alone is not None
            and (lacks is Lack.NOTHING or alone.answered or question == before.asked)
        ):
            return alone or self._search(question, question)
        whole = self._completed(question, before)
        if whole is None:
            return alone or self._search(question, question)
        lexical = self.snapshot.lexical
        if alone is None or (
            relevance.goes_on(whole, question, lexical)
            and relevance.stays_on(whole, before.subject, lexical)
        ):
            return whole
        return alone

    def _completed(self, question: str, before: Turn) -> Answer | None:
        """Answer a question completed by the turn before it; None where that does not help."""
        lexical = self.snapshot.lexical
        text = completed(question, before)
        if self._encoder.count_tokens(text) > self._encoder.token_limit:
            return None
        exchange = exchanged(question, before.complete)
        if exchange is not None:
            answer = self._search(question, exchange.question)
            return relevance.sure_of_the_new(answer, exchange)
        whole = self._search(question, text, prefer=before.article)
        whole = relevance.sure_of_more(whole, question, before, lexical)
        if not instead_of(question):
            return whole
        asked = substituted(
            question, before.complete, lambda pair: lexical.document_frequency(pair) > 0
        )
        others = [self._search(question, one) for one in asked]
        told = [one for one in others if relevance.goes_on(one, question, lexical)]
        best = max(told, key=lambda one: one.confidence, default=whole)
        if best is whole and not relevance.goes_on(whole, question, lexical):
            return None
        return relevance.of_the_new(best, question, lexical)

    def _search(
        self, asked: str, searched: str, *, prefer: int | None = None, top: int | None = None
    ) -> Answer:
        """Search; `asked` may be completed by what stands in front of it in `searched`."""
        top = top or self._top
        parsed = Question.from_text(searched, self.snapshot.lexical)
        hits = self._hits(parsed, least=top, prefer=prefer)
        is_completed = searched != asked and searched.endswith(without_ellipsis(asked))
        answer = answer_from_hits(
            asked, parsed, hits, weights(), self._reader, top=top, completed=is_completed
        )
        return dataclasses.replace(
            answer, filters=self.filters.told(), undated=self._undated, instead=self._instead
        )

    def _hits(self, question: Question, *, least: int, prefer: int | None) -> list[Hit]:
        if self._scripts is None:
            self._scripts = Scripts.from_snapshot(self.snapshot, self._scope)
        vectors = [
            searched_vector(question, self._encoder.encode_question(text), self._encoder)
            for text in self._scripts.written(question.text)
        ]
        return retrieve(
            self.snapshot,
            question,
            np.stack(vectors),
            weights().ranking,
            least=least,
            prefer=prefer,
            scope=self._scope,
        )
