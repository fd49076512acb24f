"""The weights of ranking, choice and confidence, and the evaluation that chose them.

They stand in `weights.json`, which `scripts/fit_weights.py` writes, and those of follow-ups in
`follow_up.json`, by `scripts/fit_follow_up.py`; nothing else holds a weight that is fitted.
"""

from __future__ import annotations

import dataclasses
import functools
import json
from importlib.resources import files
from typing import Any


@dataclasses.dataclass(frozen=True, slots=True)
class Ranking:
    """How near a passage is to a question; in units of cosine."""

    passage_cosine: float
    sentence_cosine: float  # the best sentence's, with what follows
    sentence_share: float  # of the question's weight that the sentence's terms carry
    sentence_shows_kind: float
    sentence_counts: float
    sentence_asks: float
    article_share: float  # of the question's weight that the article's candidates carry


@dataclasses.dataclass(frozen=True, slots=True)
class Rankings:
    """One for questions that share terms with the articles, one for the others."""

    native: Ranking
    foreign: Ranking


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    """Which sentence of an article answers; in units of cosine."""

    cosine: float
    share: float
    own_share: float  # the share over terms that set sentences of this article apart
    share_before: float  # what the sentence before adds
    share_after: float
    shows_kind: float
    counts: float
    asks: float
    passage_cosine: float
    read: float  # how much of the answer a reader sees in it; only in the first passage


@dataclasses.dataclass(frozen=True, slots=True)
class Choices:
    """One for questions that share terms with the articles, one for the others."""

    native: Choice
    foreign: Choice


@dataclasses.dataclass(frozen=True, slots=True)
class Regression:
    """Logistic regression: log odds that the first passage answers."""

    intercept: float
    coefficients: dict[str, float]
    threshold: float  # probability from which on a question counts as answered


@dataclasses.dataclass(frozen=True, slots=True)
class Confidence:
    """One regression for questions that share terms with the articles, one for the others."""

    native: Regression
    foreign: Regression


@dataclasses.dataclass(frozen=True, slots=True)
class Weights:
    """All of them."""

    ranking: Rankings
    choice: Choices
    confidence: Confidence
    follow_up: Confidence  # of a question that the conversation has completed


FOLLOW_UP = "follow_up.json"


@functools.cache
def weights() -> Weights:
    """Return the weights that come with the program."""
    content, follow_up = (
        json.loads(files("qa").joinpath(name).read_text(encoding="utf-8"))
        for name in ("weights.json", FOLLOW_UP)
    )
    return Weights(
        ranking=Rankings(
            native=Ranking(**content["ranking"]["native"]),
            foreign=Ranking(**content["ranking"]["foreign"]),
        ),
        choice=Choices(
            native=Choice(**content["choice"]["native"]),
            foreign=Choice(**content["choice"]["foreign"]),
        ),
        confidence=_confidence(content["confidence"]),
        follow_up=_confidence(follow_up),
    )


def _confidence(content: dict[str, Any]) -> Confidence:
    return Confidence(
        native=Regression(**content["native"]), foreign=Regression(**content["foreign"])
    )
