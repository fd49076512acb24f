"""How sure is it: the probability that the first passage answers the question.

In: a question, its first hit and the sentence chosen in it. Out: a number in [0, 1] from a
logistic regression, which `scripts/fit_weights.py` fits on questions of which half have lost
their articles. Beside cosines and shares it asks what a reader would miss: that the passage does
not name what the question begins with, or its number, and that no sentence beside the chosen one
holds the kind of answer that is asked for. Every feature is absolute: none compares the hit with
the other candidates, and so none depends on how many articles there are. Questions that share few
terms with the articles have a regression of their own: cosines, and the shares of the names and
numbers that can be found.
"""

from __future__ import annotations

import math

from qa.question import Question
from qa.retrieve import Hit, ScoredSentence
from qa.weights import Confidence, Regression

RARE_TERMS = 3
"""The rarest terms of a question, which are mostly what it is about."""


def features(question: Question, hit: Hit, sentence: ScoredSentence) -> dict[str, float]:
    """Return the features of a first hit, each in [0, 1] or a cosine."""
    cosines = {
        "passage_cosine": hit.cosine,
        "best_cosine": max(other.cosine for other in hit.sentences),
        "sentence_cosine": sentence.cosine,
    }
    in_passage = set().union(*(other.found for other in hit.sentences))
    shares = {
        "passage_share": question.share(in_passage),
        "article_share": hit.article_share,
    }
    if question.is_foreign:
        return cosines | shares
    ids = [one.sentence.id for one in hit.sentences]
    place = ids.index(sentence.sentence.id)
    near = hit.sentences[max(0, place - 1) : place + 2]
    rare = sorted(question.idf, key=lambda term: (-question.idf[term], term))[:RARE_TERMS]
    return (
        cosines
        | shares
        | {
            "sentence_share": sentence.share,
            "rare_share": sum(term in in_passage for term in rare) / max(len(rare), 1),
            "lacks_subject": float(bool(question.subject) and question.subject not in in_passage),
            "lacks_number": float(not in_passage.issuperset(question.numbers)),
            "lacks_kind": float(bool(question.kind) and not any(one.shows_kind for one in near)),
            "traditional": float(question.traditional),
        }
    )


def regression(question: Question, model: Confidence) -> Regression:
    """Return the regression that speaks for such a question."""
    return model.foreign if question.is_foreign else model.native


def confidence(question: Question, hit: Hit, sentence: ScoredSentence, model: Confidence) -> float:
    """Return the probability that the hit answers the question."""
    values = features(question, hit, sentence)
    line = regression(question, model)
    odds = line.intercept + sum(
        coefficient * values[name] for name, coefficient in line.coefficients.items()
    )
    return 1 / (1 + math.exp(-max(-500.0, min(500.0, odds))))
