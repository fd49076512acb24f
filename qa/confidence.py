"""How sure is it: the probability that the first passage answers the question.

In: a question, its first hit, the sentence chosen in it and what a reader said. Out: a number in
[0, 1] from a logistic regression, which `scripts/fit_weights.py` fits on questions of which half
have lost their articles. The reader's odds weigh most; beside them stand how near the passage is,
how much of the question it holds, and whether it names what the question begins with. Every feature
is absolute: none compares the hit with the other candidates, and so none depends on how many
articles there are. Questions that share few terms with the articles have a regression of their own,
with more of cosines and shares.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from qa.question import Question
from qa.reader import Reading
from qa.retrieve import Hit, Part, ScoredSentence
from qa.weights import Confidence, Regression

MOST_ODDS = 8.0
"""Log odds of the reader beyond which it is not any surer."""

OF_ANOTHER = -10.0
"""What it gives, in log odds, that an answer tells of something else: of the thing that was asked
about before, and not of the one in its place, or of another day. All else is as it was, and would
be taken for sure; follow-ups come to log odds of 7."""


def features(
    question: Question, hit: Hit, sentence: ScoredSentence, reading: Reading
) -> dict[str, float]:
    """Return the features of a first hit, each in [0, 1] or a cosine; but for the reader's odds."""
    in_passage = set().union(*(other.found for other in hit.sentences))
    values = {
        "reader_odds": max(-MOST_ODDS, min(MOST_ODDS, reading.odds)),
        "passage_cosine": hit.cosine,
        "passage_share": question.share(in_passage),
    }
    if question.is_foreign:
        return values | {
            "best_cosine": max(other.cosine for other in hit.sentences),
            "answer_cosine": sentence.cosine,
            "article_share": hit.article_share,
        }
    lacks_subject = bool(question.subject) and question.subject not in in_passage
    return values | {"lacks_subject": float(lacks_subject)}


def regression(question: Question, model: Confidence) -> Regression:
    """Return the regression that speaks for such a question."""
    return model.foreign if question.is_foreign else model.native


def confidence_parts(
    question: Question,
    hit: Hit,
    sentence: ScoredSentence,
    reading: Reading,
    model: Confidence,
) -> tuple[Part, ...]:
    """Return what speaks for and against the hit answering the question, in log odds."""
    line = regression(question, model)
    values = features(question, hit, sentence, reading)
    start = Part("intercept", 1.0, line.intercept)
    return (
        start,
        *(Part(name, values[name], of * values[name]) for name, of in line.coefficients.items()),
    )


def probability(parts: Sequence[Part]) -> float:
    """Return the probability that parts in log odds come to.

    >>> probability([Part("intercept", 1.0, -2.0), Part("reader_odds", 4.0, 2.0)])
    0.5
    """
    odds = sum(part.gives for part in parts)
    return 1 / (1 + math.exp(-max(-500.0, min(500.0, odds))))
