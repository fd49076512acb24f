"""A question → the passages worth scoring in full.

In: an open snapshot, a `Question` and its vectors. Out: the numbers of passages, which three
searches propose: nearest sentences, nearest passages, most terms; and how near each of them is.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt

from embeddings.encode import Vectors
from embeddings.snapshot import Scope, Snapshot
from embeddings.vectors import Rows
from qa.question import Question
from qa.weights import Ranking

SENTENCE_CANDIDATES, PASSAGE_CANDIDATES, TERM_CANDIDATES = 60, 25, 25
"""Scoring all passages of the evaluation sets gave the same hit@1, within 0.2 of a hundred; 100, 50
and 50 gave the same to the last question on three sets, and take a third longer."""

NEAREST, MOST_TERMS = 25, 10
"""Candidates that are scored in full: the nearest by their cosines, and those with the most terms.
Scoring all gave the same hit@1 and hit@5 on three sets, and takes twice as long."""


def proposed(
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
class Nearness:
    """How near passages and their sentences are to a question."""

    passages: Rows  # numbers, ascending
    cosines: npt.NDArray[np.float32]  # of each
    best: npt.NDArray[np.float32]  # of each one's nearest sentence
    of_sentence: dict[int, float]  # of every sentence of them


def nearness(snapshot: Snapshot, numbers: list[int], vectors: Vectors) -> Nearness:
    """Return how near passages, given by their numbers, are: to the nearest of the vectors."""
    bounds = snapshot.bounds[numbers]
    sentences = np.unique(np.concatenate([np.arange(first, last + 1) for first, last in bounds]))
    cosines = np.max([snapshot.sentences.cosines(one, sentences) for one in vectors], axis=0)
    places = np.searchsorted(sentences, bounds)
    return Nearness(
        passages=np.array(numbers),
        cosines=np.max([snapshot.passages.cosines(one, numbers) for one in vectors], axis=0),
        best=np.array([cosines[first : last + 1].max() for first, last in places]),
        of_sentence=dict(zip(sentences.tolist(), cosines.tolist(), strict=True)),
    )


def promising(
    near: Nearness, candidates: dict[int, tuple[str, ...]], weights: Ranking, least: int
) -> Nearness:
    """Return the candidates worth scoring in full: by their cosines, or by terms.

    They are at least `least`, where there are as many.
    """
    score = weights.passage_cosine * near.cosines + weights.sentence_cosine * near.best
    by_terms = [number for number, searches in candidates.items() if "terms" in searches]
    kept = np.isin(near.passages, by_terms[:MOST_TERMS])
    kept[np.argsort(-score, kind="stable")[: max(NEAREST, least)]] = True
    return dataclasses.replace(
        near, passages=near.passages[kept], cosines=near.cosines[kept], best=near.best[kept]
    )
