"""A question → its answer, over one open index and under filters.

In: a question that lacks nothing, or a follow-up and the turn before it. Out: an `Answer`. Nothing
is remembered here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Container

import numpy as np

from embeddings.encode import Encoder, Vectors
from embeddings.snapshot import Scope, Snapshot
from qa.answer import Answer, answer_from_hits
from qa.ellipsis import without_ellipsis
from qa.filters import NONE_LEFT_OUT, NOTHING, Filters
from qa.follow_up import Turn, about, completed
from qa.foreign import searched_vector
from qa.question import Question, spelled_out
from qa.reader import Reader
from qa.retrieve import Hit, retrieve
from qa.script import Scripts
from qa.weights import weights


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """What is found for a follow-up, before anything is read."""

    own: Question  # in the user's own words, without an ellipsis
    subject: str  # what the conversation is about
    searched_as: str
    hits: list[Hit]  # of the article that was cited, where there is one
    others: list[Hit]  # of other articles, which are listed but do not answer


class Search:
    """What questions are asked of: the articles of an index that pass the filters."""

    def __init__(
        self, snapshot: Snapshot, encoder: Encoder, reader: Reader, filters: Filters
    ) -> None:
        self.snapshot = snapshot
        self.filters = filters
        self._encoder = encoder
        self._reader = reader
        self._scope: Scope | None = None
        self._scripts: Scripts | None = None  # of what is searched, when a question needs them
        self._articles: Container[int] = range(len(snapshot.firsts) - 1)
        self._left_out, self._instead = NONE_LEFT_OUT, NOTHING
        if filters:
            articles = snapshot.articles()
            ids, self._left_out = filters.passing(articles)
            self._scope, self._articles = snapshot.scope(ids), frozenset(ids)
            self._instead = filters.instead(articles)

    def warm_up(self) -> None:
        """Search once for nothing, so that what a question needs is loaded before the first.

        The reader is on its way by itself; it is not waited for.
        """
        question = Question.from_text("文", self.snapshot.lexical)
        self._hits(question, self._vectors(question, question.text), least=1)

    def answer(self, searched: str, *, asked: str = "", top: int) -> Answer:
        """Answer a question that lacks nothing, whatever was asked, in `top` passages."""
        text = spelled_out(searched, self.snapshot.lexical)
        question = Question.from_text(text, self.snapshot.lexical)
        hits = self._hits(question, self._vectors(question, text), least=top)
        answer = answer_from_hits(question, hits, weights(), self._reader, top=top)
        return self._filtered(
            dataclasses.replace(answer, question=asked or searched, searched_as=searched)
        )

    def found(self, question: str, before: Turn, *, top: int) -> Found | None:
        """Return what is found for a question that the turn before completes, `top` hits at least.

        None where nothing is asked, or there is nothing to complete it by, or that is longer than
        the model reads.
        """
        subject, words = about(before), without_ellipsis(question)
        whole = completed(question, before)
        fits = self._encoder.count_tokens(whole) <= self._encoder.token_limit
        if not (subject and words and fits):
            return None
        own = Question.from_text(spelled_out(words, self.snapshot.lexical), self.snapshot.lexical)
        vectors = self._mixed(own, whole)
        hits, others = self._hits(own, vectors, least=top), []
        if before.article is not None and before.article in self._articles:
            others = [hit for hit in hits if hit.passage.article != before.article]
            within = self.snapshot.scope([before.article])
            hits = self._hits(own, vectors, least=top, scope=within, prefer=before.article)
        return Found(own, subject, whole, hits, others)

    def follow_up(self, question: str, before: Turn, *, top: int) -> Answer | None:
        """Answer what the turn before completes, in the article that was cited first if it can be.

        None where nothing is found for it: see `found`.
        """
        found = self.found(question, before, top=top)
        if found is None:
            return None
        answer = answer_from_hits(
            found.own,
            found.hits,
            weights(),
            self._reader,
            top=top,
            about=found.subject,
            others=found.others,
        )
        return self._filtered(
            dataclasses.replace(answer, question=question, searched_as=found.searched_as)
        )

    def _filtered(self, answer: Answer) -> Answer:
        """Return an answer with what is to be said of the filters."""
        return dataclasses.replace(
            answer, filters=self.filters.told(), left_out=self._left_out, instead=self._instead
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
