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

import numpy as np
import numpy.typing as npt

from embeddings.encode import Vectors
from embeddings.lexical import fold
from embeddings.snapshot import Scope, Snapshot, StoredPassage, StoredSentence
from embeddings.vectors import Rows
from qa.question import CREDITS, Question
from qa.weights import Ranking, Rankings

SENTENCE_CANDIDATES, PASSAGE_CANDIDATES, TERM_CANDIDATES = 60, 25, 25
"""Scoring all passages of the evaluation sets gave the same hit@1, within 0.2 of a hundred; 100, 50
and 50 gave the same to the last question on three sets, and take a third longer."""

NEAREST, MOST_TERMS = 25, 10
"""Candidates that are scored in full: the nearest by their cosines, and those with the most terms.
Scoring all gave the same hit@1 and hit@5 on three sets, and takes twice as long."""

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
    weights = rankings.foreign if question.is_foreign else rankings.native
    if question.kind in CREDITS:
        weights = dataclasses.replace(weights, article_share=CREDITED, sentence_shows_kind=CREDITED)
    candidates = _candidates(snapshot, question, vectors, least, scope)
    if not candidates:
        return []
    near = _nearness(snapshot, sorted(candidates), vectors)
    # A by-line is not near what is asked of its article, nor a Chinese name to an English question.
    if question.kind not in CREDITS and not question.is_foreign:
        near = _promising(near, candidates, weights, max(NEAREST, least))
    passages = snapshot.passages_by_number(near.passages.tolist())
    scored = _scored_sentences(snapshot, question, passages, near, weights)
    found_in_article: dict[int, set[str]] = {}
    for passage, sentences in zip(passages, scored, strict=True):
        found = found_in_article.setdefault(passage.article, set())
        found.update(*(sentence.found for sentence in sentences))
    article_shares = {number: question.share(found) for number, found in found_in_article.items()}
    hits = [
        Hit(
            passage=passage,
            sentences=sentences,
            cosine=float(cosine),
            article_share=article_shares[passage.article],
            fused=weights.passage_cosine * float(cosine)
            + max(sentence.score for sentence in sentences)
            + weights.article_share * article_shares[passage.article]
            + PREFERENCE * (passage.article == prefer),
            found_by=candidates[passage.id],
            ranking=weights,
            preferred=passage.article == prefer,
        )
        for passage, sentences, cosine in zip(passages, scored, near.cosines, strict=True)
    ]
    return sorted(hits, key=lambda hit: (-hit.fused, hit.passage.id))  # ids: (article, start)


def _candidates(
    snapshot: Snapshot, question: Question, vectors: Vectors, least: int, scope: Scope | None
) -> dict[int, tuple[str, ...]]:
    """Return the passages worth a look, each with the searches that found it.

    Those found by terms come first, the best of them first.
    """
    sentences, passages = (scope.sentences, scope.passages) if scope else (None, None)
    found: dict[str, set[int]] = {"sentences": set(), "passages": set()}
    for vector in vectors:
        rows, _ = snapshot.sentences.search(
            vector, max(SENTENCE_CANDIDATES, 3 * least), among=sentences
        )
        found["sentences"].update(snapshot.passages_of(np.sort(rows)))
        rows, _ = snapshot.passages.search(
            vector, max(PASSAGE_CANDIDATES, 2 * least), among=passages
        )
        found["passages"].update(rows.tolist())
    allowed = None if passages is None else set(passages.tolist())
    by_terms = snapshot.lexical.search(list(question.idf), TERM_CANDIDATES, among=allowed)
    found["terms"] = {number for number, _ in by_terms}
    numbers = dict.fromkeys([*(number for number, _ in by_terms), *set().union(*found.values())])
    return {
        number: tuple(search for search in found if number in found[search]) for number in numbers
    }


@dataclasses.dataclass(frozen=True, slots=True)
class _Nearness:
    """How near passages and their sentences are to a question."""

    passages: Rows  # numbers, ascending
    cosines: npt.NDArray[np.float32]  # of each
    best: npt.NDArray[np.float32]  # of each one's nearest sentence
    of_sentence: dict[int, float]  # of every sentence of them


def _nearness(snapshot: Snapshot, numbers: list[int], vectors: Vectors) -> _Nearness:
    bounds = snapshot.bounds[numbers]
    sentences = np.unique(np.concatenate([np.arange(first, last + 1) for first, last in bounds]))
    cosines = np.max([snapshot.sentences.cosines(one, sentences) for one in vectors], axis=0)
    places = np.searchsorted(sentences, bounds)
    return _Nearness(
        passages=np.array(numbers),
        cosines=np.max([snapshot.passages.cosines(one, numbers) for one in vectors], axis=0),
        best=np.array([cosines[first : last + 1].max() for first, last in places]),
        of_sentence=dict(zip(sentences.tolist(), cosines.tolist(), strict=True)),
    )


def _promising(
    near: _Nearness, candidates: dict[int, tuple[str, ...]], weights: Ranking, nearest: int
) -> _Nearness:
    """Return the candidates worth scoring in full: by their cosines, or by terms."""
    score = weights.passage_cosine * near.cosines + weights.sentence_cosine * near.best
    by_terms = [number for number, searches in candidates.items() if "terms" in searches]
    kept = np.isin(near.passages, by_terms[:MOST_TERMS])
    kept[np.argsort(-score, kind="stable")[:nearest]] = True
    return dataclasses.replace(
        near, passages=near.passages[kept], cosines=near.cosines[kept], best=near.best[kept]
    )


def _scored_sentences(
    snapshot: Snapshot,
    question: Question,
    passages: list[StoredPassage],
    near: _Nearness,
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
