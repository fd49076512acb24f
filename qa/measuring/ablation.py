"""How much each part of retrieval gives: the same questions, part by part.

In: an `EvaluationSet`, its index and the encoder. Out: for each variant, the rank of the first
right article of every question. Every variant scores all passages, so that none wins by its
candidates.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from embeddings.encode import Encoder, Vectors
from embeddings.errors import QuestionError
from embeddings.snapshot import Snapshot
from qa.measuring.evaluation import EvaluationSet
from qa.measuring.measures import PASSAGES, rank_of
from qa.question import Question
from qa.reader import Reader
from qa.session import Session

Scores = npt.NDArray[np.float32]

VARIANTS = ("dense", "BM25", "hybrid", "+ sentences", "this program")
"""One vector a passage; terms; both, each min-max normalised, half and half; 0.3 passage + 0.7 best
sentence, with BM25 7 : 3; and what users get."""

Ranks = dict[str, list[int | None]]


def ablate(
    evaluation: EvaluationSet, snapshot: Snapshot, encoder: Encoder, reader: Reader
) -> Ranks:
    """Return the ranks of every variant, for the questions that have an answer, in order.

    What the bot does not take for a question is found by none.
    """
    ranks: Ranks = {variant: [] for variant in VARIANTS}
    everything = range(len(snapshot.passages))
    articles = [
        passage.source.path.removesuffix(".txt")
        for start in range(0, len(everything), 1000)
        for passage in snapshot.passages_by_number(everything[start : start + 1000])
    ]
    for asked in evaluation.questions:
        if not asked.articles & evaluation.articles.keys():
            continue
        try:
            answer = Session(snapshot, encoder, reader, top=PASSAGES).ask(asked.text)
        except QuestionError:
            for of_variant in ranks.values():
                of_variant.append(None)
            continue
        vector = encoder.encode_question(asked.text)
        question = Question.from_text(asked.text, snapshot.lexical)
        for variant, scores in _variants(snapshot, question, vector):
            order = np.argsort(-scores, kind="stable")[:PASSAGES]
            ranks[variant].append(rank_of(asked, (articles[number] for number in order)))
        found = (cited.passage.source.path.removesuffix(".txt") for cited in answer.passages)
        ranks[VARIANTS[-1]].append(rank_of(asked, found))
    return ranks


def _variants(
    snapshot: Snapshot,
    question: Question,
    vector: Vectors,
) -> Iterator[tuple[str, Scores]]:
    """Yield the scores of all passages under each variant but the last."""
    dense = snapshot.passages.cosines(vector, range(len(snapshot.passages)))
    of_sentences = snapshot.sentences.cosines(vector, range(len(snapshot.sentences)))
    best = np.array(
        [of_sentences[first : last + 1].max() for first, last in snapshot.bounds], np.float32
    )
    bm25 = np.zeros(len(dense), np.float32)
    for number, value in snapshot.lexical.search(list(question.idf), len(dense)):
        bm25[number] = value
    yield VARIANTS[0], dense
    yield VARIANTS[1], bm25
    yield VARIANTS[2], _normalised(dense) + _normalised(bm25)
    yield VARIANTS[3], 0.7 * _normalised(0.3 * dense + 0.7 * best) + 0.3 * _normalised(bm25)


def _normalised(scores: Scores) -> Scores:
    """Return the scores of one question on a scale from 0 to 1."""
    spread = float(scores.max() - scores.min())
    result: Scores = (scores - scores.min()) / (spread or 1.0)
    return result
