"""Hits → the one that answers, read.

In: a question, its hits and a reader. Out: a `Chosen`. The first passage is read, and the next ones
where it does not surely answer: that tells which sentence answers, and whether any does.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from functools import partial

from qa.choice import Choose, Chosen, chosen_again, first_of
from qa.excerpt import Excerpt, worth_reading
from qa.question import Question
from qa.reader import Reader, Reading
from qa.retrieve import Hit
from qa.weights import Choices
from qa.who import asks_who_is, introduces, names_somebody
from qa.wording import worded, worded_as_office

RIVAL_MARGIN = 0.02
"""How near another hit has to be to the first one to be read too, in cosine."""

SURE, MOST_READ = 1.0, 4
"""From what log odds on a passage is taken to answer, and how many are read until one has them. By
the reader before this one: of a hundred questions of news 88 found their article first, 85 where at
most two were read; of DRCD 98.5 and 97.2, where 4 in a hundred had a third passage read; on five
other sets as many, one or two more, or one fewer. Beyond four, hardly more did. Sure from 0 on,
DRCD's 95th percentile was 69 ms instead of 80, and RGB's AUROC 0.903, not 0.930."""

ODDS_WEIGHT, MOST_ODDS = 0.008, 6.0
"""What the reader's log odds count between two hits, in cosine, and the most they can be: 0.004 to
0.016 are much the same."""

INTRODUCED = 3.0
"""The log odds that who somebody is stands where his office is before his name: 局长董留民. Of 28
people whom one of 448 news articles names so, 26 are answered by that sentence, 19 without this; of
63 whom none names, none."""

Wording = Callable[[Question, Excerpt], str]
"""How a question is read beside an excerpt."""


def first_read(
    question: Question,
    hits: Sequence[Hit],
    choose: Choose,
    reader: Reader,
    choices: Choices,
    *,
    about: str = "",
) -> Chosen:
    """Return the hit that answers best by what a reader says of it.

    Who somebody is, is told by his office before his name, or read a second way, where no answer is
    sure by the first. `about` is what a conversation is about.
    """
    read = partial(_best_read, question, hits, choose, reader, choices, about=about)
    best = read(worded, sure=SURE)
    if best.reading.odds >= SURE or not names_somebody(question):
        return best
    introduced = _introduced(question, hits, choose)
    if introduced is not None or not asks_who_is(question):
        return introduced or best
    return max(best, read(worded_as_office, sure=math.inf), key=_fused_and_read)


def _introduced(question: Question, hits: Sequence[Hit], choose: Choose) -> Chosen | None:
    """Return the nearest hit that has somebody's office before his name, with that sentence."""
    for hit in hits:
        for place, scored in enumerate(hit.sentences):
            if introduces(question, scored.folded):
                shares = tuple(float(place == other) for other in range(len(hit.sentences)))
                return Chosen(hit, place, choose(hit).scores, Reading(INTRODUCED, shares))
    return None


def _best_read(
    question: Question,
    hits: Sequence[Hit],
    choose: Choose,
    reader: Reader,
    choices: Choices,
    wording: Wording,
    *,
    sure: float,
    about: str,
) -> Chosen:
    """Read the first hit; while none surely answers, the next ones too, if they are as near."""
    chosen = first_of(hits, choose)
    near = chosen.hit.fused - RIVAL_MARGIN
    rivals = (hit for hit in hits if hit is not chosen.hit and hit.fused > near)
    read = partial(_read, question, hits, reader, choices, wording, about)
    have_read = [read(chosen)]
    while have_read[-1].reading.odds < sure and len(have_read) < MOST_READ:
        rival = next(rivals, None)
        if rival is None:
            break
        have_read.append(read(choose(rival)))
    return max(have_read, key=_fused_and_read)  # the first of several


def _fused_and_read(chosen: Chosen) -> float:
    odds = max(-MOST_ODDS, min(MOST_ODDS, chosen.reading.odds))
    return chosen.hit.fused + ODDS_WEIGHT * odds


def _read(
    question: Question,
    hits: Sequence[Hit],
    reader: Reader,
    choices: Choices,
    wording: Wording,
    about: str,
    chosen: Chosen,
) -> Chosen:
    """Read the sentences of a hit that are worth it, and choose again."""
    excerpt = worth_reading(question, chosen.hit, chosen.scores, hits, about=about)
    reading = reader.read(wording(question, excerpt), excerpt.sentences, excerpt.heading)
    shares = dict(zip(excerpt.places, reading.shares, strict=True))
    every = tuple(shares.get(place, 0.0) for place in range(len(chosen.scores)))
    return chosen_again(question, chosen, dataclasses.replace(reading, shares=every), choices)
