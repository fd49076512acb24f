"""A conversation: a question, and what was said before it → an answer.

In: questions, one after the other. Out: `Answer`s. A follow-up is completed from the question
before it; which articles are searched is chosen by filters. Nothing here touches a terminal.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Container

import numpy as np

from embeddings.encode import Encoder, Vectors
from embeddings.errors import QuestionError
from embeddings.snapshot import Scope, Snapshot
from qa import relevance
from qa.answer import Answer, CitedPassage, answer_from_hits
from qa.ellipsis import exchanged, instead_of, substituted, without_ellipsis
from qa.filters import NOTHING, Filters
from qa.follow_up import Lack, Turn, about, completed, lack, subject_of
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
        self._before: Turn | None = None  # what the next question may be completed by
        self._before_last: Turn | None = None  # what the last one was
        self.snapshot = snapshot
        self.answers: list[Answer] = []  # in order, with the passages that were added to each
        self.search_in(filters)

    def search_in(self, filters: Filters) -> None:
        """Search only the articles that pass from now on."""
        self.filters = filters
        self._scope: Scope | None = None
        self._articles: Container[int] = range(len(self.snapshot.firsts) - 1)
        self._scripts: Scripts | None = None  # of what is searched, when a question needs them
        self._undated, self._instead = 0, NOTHING
        if filters:
            articles = self.snapshot.articles()
            ids, self._undated = filters.passing(articles)
            self._scope, self._articles = self.snapshot.scope(ids), frozenset(ids)
            self._instead = filters.instead(articles)

    def go_on_with(self, snapshot: Snapshot) -> None:
        """Search another snapshot, of the same articles brought up to date, from now on."""
        self.snapshot = snapshot
        self._before_last = None
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
        self._before_last, self._before = self._before, self._turn(question, answer)
        return answer

    def warm_up(self) -> None:
        """Search once for nothing, so that what a question needs is loaded before the first.

        The reader is on its way by itself; it is not waited for.
        """
        question = Question.from_text("文", self.snapshot.lexical)
        self._hits(question, self._vectors(question, question.text), least=1)

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
        shown = len(last.passages)
        longer = self._again(last, shown + self._top)
        known = {one.passage.id for one in last.passages}
        fresh = [one for one in longer.passages if one.passage.id not in known][: self._top]
        added = tuple(
            dataclasses.replace(one, rank=rank) for rank, one in enumerate(fresh, shown + 1)
        )
        self.answers[-1] = dataclasses.replace(last, passages=(*last.passages, *added))
        return added

    def _again(self, last: Answer, top: int) -> Answer:
        """Search once more for what was asked last."""
        before = self._before_last
        if before is not None and last.completed:
            further = self._follow_up(last.question, before, top=top)
            if further is not None and further.searched_as == last.searched_as:
                return further
        return self._search(last.searched_as, asked=last.question, top=top)

    def last(self) -> Answer:
        """Return the last answer; raise QuestionError when there is none."""
        if not self.answers:
            raise QuestionError("there is no answer yet", hint="ask a question first")
        return self.answers[-1]

    def _turn(self, question: str, answer: Answer) -> Turn:
        """Return what is kept of a question for the next."""
        before, searched = self._before, answer.searched_as
        lacks = lack(question) is not Lack.NOTHING
        if before is not None and lacks and not answer.answered:
            lexical = self.snapshot.lexical
            if answer.completed or not relevance.tells_of(answer, question, lexical):
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
        alone = self._search(question) if lacks is not Lack.SUBJECT else None
        if before is None or lacks is Lack.NOTHING or question == before.asked:
            return alone or self._search(question)
        further = self._completed(question, before)
        if further is None:
            return alone or self._search(question)
        if alone is None or relevance.goes_on(alone, further, question, self.snapshot.lexical):
            return further
        return alone

    def _completed(self, question: str, before: Turn) -> Answer | None:
        """Answer a question completed by the turn before it; None where that does not help."""
        lexical = self.snapshot.lexical
        exchange = exchanged(question, before.complete)
        if exchange is not None:
            answer = self._search(exchange.question, asked=question)
            return relevance.sure_of_the_new(answer, exchange)
        further = self._follow_up(question, before)
        if further is None:
            return None
        further = relevance.sure_of_more(further, question, before, lexical)
        instead = instead_of(question)
        if not instead:
            return further
        others = substituted(
            question, before.complete, lambda pair: lexical.document_frequency(pair) > 0
        )
        answers = [self._search(other, asked=question) for other in others]
        told = [one for one in answers if relevance.tells_of(one, instead, lexical)]
        best = max(told, key=lambda one: one.confidence, default=further)
        if best is further and not relevance.tells_of(further, instead, lexical):
            return relevance.not_sure(further)
        return relevance.of_the_new(best, question, lexical)

    def follow_up(self, question: str) -> Answer | None:
        """Answer a question as what the last one completes; it is not remembered."""
        return self._follow_up(question, self._before) if self._before else None

    def _follow_up(self, question: str, before: Turn, *, top: int | None = None) -> Answer | None:
        """Answer what the turn before completes, in the article that was cited first if it can be.

        None where nothing is asked, or there is nothing to complete it by, or that is longer than
        the model reads.
        """
        top = top or self._top
        subject, words = about(before), without_ellipsis(question)
        whole = completed(question, before)
        fits = self._encoder.count_tokens(whole) <= self._encoder.token_limit
        if not (subject and words and fits):
            return None
        own = Question.from_text(words, self.snapshot.lexical)
        vectors = self._mixed(own, whole)
        others = hits = self._hits(own, vectors, least=top)
        if before.article is not None and before.article in self._articles:
            within = self.snapshot.scope([before.article])
            hits = self._hits(own, vectors, least=top, scope=within, prefer=before.article)
        others = [hit for hit in others if hit.passage.article != before.article]
        answer = answer_from_hits(
            own, hits, weights(), self._reader, top=top, about=subject, others=others
        )
        return self._filtered(dataclasses.replace(answer, question=question, searched_as=whole))

    def _search(self, searched: str, *, asked: str = "", top: int | None = None) -> Answer:
        """Search for a question that lacks nothing, whatever was asked."""
        top = top or self._top
        question = Question.from_text(searched, self.snapshot.lexical)
        hits = self._hits(question, self._vectors(question, searched), least=top)
        answer = answer_from_hits(question, hits, weights(), self._reader, top=top)
        return self._filtered(dataclasses.replace(answer, question=asked or searched))

    def _filtered(self, answer: Answer) -> Answer:
        """Return an answer with what is to be said of the filters."""
        return dataclasses.replace(
            answer, filters=self.filters.told(), undated=self._undated, instead=self._instead
        )

    def _hits(
        self,
        question: Question,
        vectors: Vectors,
        *,
        least: int,
        scope: Scope | None = None,
        prefer: int | None = None,
    ) -> list[Hit]:
        return retrieve(
            self.snapshot,
            question,
            vectors,
            weights().ranking,
            least=least,
            prefer=prefer,
            scope=scope or self._scope,
        )

    def _vectors(self, question: Question, text: str) -> Vectors:
        """Return the vectors of a text in the scripts of the articles, shape (scripts, dim)."""
        if self._scripts is None:
            self._scripts = Scripts.from_snapshot(self.snapshot, self._scope)
        encode = self._encoder.encode_question
        ways = self._scripts.written(text)
        return np.stack([searched_vector(question, encode(way), self._encoder) for way in ways])

    def _mixed(self, own: Question, whole: str) -> Vectors:
        """Return the vectors halfway between a follow-up and what completes it."""
        ways, completed_ways = self._vectors(own, own.text), self._vectors(own, whole)
        same = len(ways) == len(completed_ways)
        mixed: Vectors = completed_ways + (ways if same else ways[:1])
        mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)
        return mixed
