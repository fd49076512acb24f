"""A question → hits, best first.

In: an open snapshot, a `Question` and its vector. Out: `Hit`s: passages with their scores, part
by part. Candidates come from three searches: nearest sentences, nearest passages, most terms.
Each candidate is then scored in full: by the cosine of the whole passage, and by its best
sentence's cosine, the share of the question's terms in it, and the kind of answer it holds. The
parts are absolute, not relative to the other candidates, so that a score means the same over
five articles and over eight thousand; a question that shares few terms with the articles (English
over Chinese) has weights of its own and leans on the vectors.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from embeddings.encode import Vectors
from embeddings.snapshot import Scope, Snapshot, StoredPassage, StoredSentence
from embeddings.terms import fold
from qa.proposed import Nearness, nearness, promising, proposed
from qa.question import CREDITS, Question
from qa.weights import Ranking, Rankings

CREDITED = 0.4
"""What the article's share and a by-line are worth to who asks for the author: all by-lines are
alike, and only the rest of the article tells whose this is. In cosine; tried by hand."""

PREFERENCE = 0.03
"""What being the article that was just cited is worth to a follow-up, in cosine."""


@dataclasses.dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A sentence of a hit, compared with the question."""

    sentence: StoredSentence
    folded: str  # its text as terms are taken from it, on one line
    cosine: float
    found: frozenset[str]  # the question's terms that it holds
    share: float  # of the question's weight that they carry, in [0, 1]
    shows_kind: bool  # it holds the kind of answer that is asked for
    counts: bool  # it has a number of what the question wants counted
    asks: bool  # it is itself a question
    score: float  # its part in the ranking, in units of cosine


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """One part of a hit's score, or of a confidence."""

    name: str
    value: float  # what was measured
    gives: float  # the value times its weight: to a score in units of cosine


@dataclasses.dataclass(frozen=True, slots=True)
class Hit:
    """A passage that may answer, with its scores."""

    passage: StoredPassage
    sentences: tuple[ScoredSentence, ...]  # in reading order
    cosine: float  # of the passage as a whole
    article_share: float  # of the question's weight that the article's candidates carry
    fused: float  # what hits are ranked by, in units of cosine
    found_by: tuple[str, ...]  # the searches that proposed it: "sentences", "passages", "terms"
    ranking: Ranking  # the weights that made `fused`
    preferred: bool = False  # of the article that the conversation is about

    def parts(self) -> tuple[Part, ...]:
        """Return the parts whose sum `fused` is."""
        best = self.best
        values = {
            "passage_cosine": self.cosine,
            "sentence_cosine": best.cosine,
            "sentence_share": best.share,
            "sentence_shows_kind": float(best.shows_kind),
            "sentence_counts": float(best.counts),
            "sentence_asks": float(best.asks),
            "article_share": self.article_share,
        }
        parts = [
            Part(name, value, getattr(self.ranking, name) * value) for name, value in values.items()
        ]
        parts.append(Part("preferred", float(self.preferred), PREFERENCE * self.preferred))
        return tuple(parts)

    @property
    def best(self) -> ScoredSentence:
        """The sentence with the highest score; the first of several."""
        return max(self.sentences, key=lambda scored: scored.score)


def retrieve(
    snapshot: Snapshot,
    question: Question,
    vectors: Vectors,
    rankings: Rankings,
    *,
    least: int = 0,
    prefer: int | None = None,
    scope: Scope | None = None,
) -> list[Hit]:
    """Return all candidates as hits, best first; at least `least` where the index holds as many.

    `vectors` are of shape (dim,), or (n, dim) for a question in n scripts: a text is as near as it
    is to the nearest of them. `prefer` is the number of the article that a conversation is about;
    `scope` is what is searched, None for everything.
    """
    vectors = np.atleast_2d(vectors)
    weights = _weights(question, rankings)
    candidates = proposed(snapshot, question, vectors, least, scope)
    if not candidates:
        return []
    near = nearness(snapshot, sorted(candidates), vectors)
    # A by-line is not near what is asked of its article, nor a Chinese name to an English question.
    if question.kind not in CREDITS and not question.is_foreign:
        near = promising(near, candidates, weights, least)
    passages = snapshot.passages_by_number(near.passages.tolist())
    scored = _scored_sentences(snapshot, question, passages, near, weights)
    shares = _article_shares(question, passages, scored)
    hits = [
        Hit(
            passage=passage,
            sentences=sentences,
            cosine=float(cosine),
            article_share=shares[passage.article],
            fused=weights.passage_cosine * float(cosine)
            + max(sentence.score for sentence in sentences)
            + weights.article_share * shares[passage.article]
            + PREFERENCE * (passage.article == prefer),
            found_by=candidates[passage.id],
            ranking=weights,
            preferred=passage.article == prefer,
        )
        for passage, sentences, cosine in zip(passages, scored, near.cosines, strict=True)
    ]
    return sorted(hits, key=lambda hit: (-hit.fused, hit.passage.id))  # ids: (article, start)


def _weights(question: Question, rankings: Rankings) -> Ranking:
    """Return the weights of ranking for a question."""
    weights = rankings.foreign if question.is_foreign else rankings.native
    if question.kind in CREDITS:
        return dataclasses.replace(weights, article_share=CREDITED, sentence_shows_kind=CREDITED)
    return weights


def _article_shares(
    question: Question,
    passages: Sequence[StoredPassage],
    scored: Sequence[tuple[ScoredSentence, ...]],
) -> dict[int, float]:
    """Return the share of the question's weight that each article's candidates carry together."""
    found: dict[int, set[str]] = {}
    for passage, sentences in zip(passages, scored, strict=True):
        in_article = found.setdefault(passage.article, set())
        in_article.update(*(sentence.found for sentence in sentences))
    return {number: question.share(terms) for number, terms in found.items()}


def _scored_sentences(
    snapshot: Snapshot,
    question: Question,
    passages: list[StoredPassage],
    near: Nearness,
    weights: Ranking,
) -> list[tuple[ScoredSentence, ...]]:
    """Return each passage's sentences, scored."""
    sentences = snapshot.sentences_by_number(
        sorted({number for p in passages for number in range(p.first, p.last + 1)})
    )
    # One call folds all: the price of folding is in the call.
    lines = (sentence.text.replace("\n", " ") for sentence in sentences)
    folded = fold("\n".join(lines)).split("\n")
    scored = {
        sentence.id: _scored(sentence, near.of_sentence[sentence.id], text, question, weights)
        for sentence, text in zip(sentences, folded, strict=True)
    }
    return [tuple(scored[number] for number in range(p.first, p.last + 1)) for p in passages]


def _scored(
    sentence: StoredSentence, cosine: float, folded: str, question: Question, weights: Ranking
) -> ScoredSentence:
    found = question.found_in(folded)
    share = question.share(found)
    shows_kind = question.is_shown_by(folded)
    counts = question.is_counted_by(folded)
    asks = folded.rstrip("”’」』)》\"'").endswith("?")
    score = (
        weights.sentence_cosine * cosine
        + weights.sentence_share * share
        + weights.sentence_shows_kind * shows_kind
        + weights.sentence_counts * counts
        + weights.sentence_asks * asks
    )
    return ScoredSentence(sentence, folded, cosine, found, share, shows_kind, counts, asks, score)
