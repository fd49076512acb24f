"""Hits → a chosen sentence, which is read.

In: a question, its hits and a reader. Out: a `Chosen`. Retrieval finds the article; here the
sentence of it that answers is chosen, by what it says itself and by its neighbours. The first
passage is read, and the next ones where it does not surely answer: that tells which sentence
answers, and whether any does.
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

from qa.excerpt import Excerpt, worth_reading
from qa.question import CREDITS, WHEN, Question
from qa.reader import UNREAD, Reader, Reading
from qa.retrieve import Hit, ScoredSentence
from qa.weights import Choice, Choices
from qa.wording import asks_who_is, introduces, names_somebody, worded, worded_as_office

SAME_ARTICLE_MARGIN = 0.03
"""Passages of the first article this near to the best, in units of cosine, are all asked which of
them holds the answer sentence. Between 0.01 and 1 it changed 1 in 100 answers."""

BYLINE = 1.0
"""What a by-line is worth to who asks for the author: more than all that speaks for another
sentence of the article."""

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

LEAST_SHARE = 0.001
"""A reading's share below which one sentence is as good as another."""

_CHOICE_FIELDS = tuple(field.name for field in dataclasses.fields(Choice))


@dataclasses.dataclass(frozen=True, slots=True)
class Chosen:
    """A hit, and the sentence in it that answers best."""

    hit: Hit
    place: int  # of the sentence among the hit's
    scores: tuple[float, ...]  # of each sentence of the hit, in units of cosine
    reading: Reading = UNREAD  # with a share for each sentence of the hit, 0 where not read

    @property
    def sentence(self) -> ScoredSentence:
        """The sentence that answers best."""
        return self.hit.sentences[self.place]

    @property
    def score(self) -> float:
        """What speaks for that sentence, in units of cosine."""
        return self.scores[self.place]


Choose = Callable[[Hit], Chosen]

Wording = Callable[[Question, Excerpt], str]
"""How a question is read beside an excerpt."""


def chooser(question: Question, hits: Sequence[Hit], choices: Choices) -> Choose:
    """Return what chooses a sentence in one of the hits; a list shows few of them."""
    weights = _choice(question, choices)
    weights_of = own_weights(question, hits)
    return lambda hit: _chosen(question, hit, weights_of[hit.passage.article], weights)


def _choice(question: Question, choices: Choices) -> Choice:
    """Return the weights of choice for a question."""
    weights = choices.foreign if question.is_foreign else choices.native
    if question.kind in CREDITS:
        weights = dataclasses.replace(weights, shows_kind=BYLINE)
    return weights


def first_of(hits: Sequence[Hit], choose: Choose) -> Chosen:
    """Return the hit of the first article that answers best, with its sentence."""
    first = hits[0]
    rivals = [
        choose(hit)
        for hit in hits
        if hit.passage.article == first.passage.article
        and hit.fused >= first.fused - SAME_ARTICLE_MARGIN
    ]
    return max(rivals, key=lambda rival: rival.score)  # the first of several


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


def choice_features(question: Question, hit: Hit, own_weights: dict[str, float]) -> list[Choice]:
    """Return what speaks for each sentence of a hit, in reading order, field by field."""
    total = sum(own_weights.values())
    nothing: frozenset[str] = frozenset()
    found = [nothing, *(sentence.found for sentence in hit.sentences), nothing]
    return [
        Choice(
            cosine=sentence.cosine,
            share=sentence.share,
            own_share=sum(own_weights[term] for term in sentence.found) / total if total else 0.0,
            share_before=question.share(found[place - 1] - sentence.found),
            share_after=question.share(found[place + 1] - sentence.found),
            shows_kind=sentence.shows_kind,
            counts=sentence.counts,
            asks=sentence.asks,
            passage_cosine=hit.cosine,
            read=0.0,
        )
        for place, sentence in enumerate(hit.sentences, 1)
    ]


def _chosen(question: Question, hit: Hit, own_weights: dict[str, float], weights: Choice) -> Chosen:
    """Choose the sentence of a hit: by what it says itself, and by what its neighbours add."""
    scores = [
        sum(getattr(weights, name) * getattr(features, name) for name in _CHOICE_FIELDS)
        for features in choice_features(question, hit, own_weights)
    ]
    return Chosen(hit, _best_place(question, hit, scores), tuple(scores))


def _best_place(question: Question, hit: Hit, scores: Sequence[float]) -> int:
    """Return which sentence of a hit has the highest score; the first of several."""
    order = sorted(range(len(scores)), key=lambda place: (-scores[place], place))
    return next((n for n in order if not _is_header(question, hit.sentences[n])), order[0])


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
    weight = _choice(question, choices).read
    scores = tuple(
        score + weight * read_feature(share)
        for score, share in zip(chosen.scores, every, strict=True)
    )
    return Chosen(
        hit=chosen.hit,
        place=_best_place(question, chosen.hit, scores),
        scores=scores,
        reading=dataclasses.replace(reading, shares=every),
    )


def read_feature(share: float) -> float:
    """Return what a share of a reading counts in the choice of a sentence: 0 for nothing.

    >>> round(read_feature(1.0), 2)
    6.91
    """
    return math.log1p(share / LEAST_SHARE)


def _is_header(question: Question, scored: ScoredSentence) -> bool:
    """Say whether a sentence is the date line of a page, which answers no question but when."""
    text = scored.sentence.text
    if question.kind in WHEN or not any(mark in text for mark in ":：-年"):
        return False
    from embeddings.lines import LONGEST_HEADER, Kind, kind_of  # its patterns take 30 ms

    return len(text) <= LONGEST_HEADER and kind_of(text) in {Kind.HEADER, Kind.FURNITURE}


def own_weights(question: Question, hits: Sequence[Hit]) -> dict[int, dict[str, float]]:
    """Return, for each article, what its terms of the question weigh within it.

    An article's subject stands in most of its sentences and tells none of them apart: a term's
    weight falls from its idf, when one sentence has it, towards 0, when all have it.
    """
    sentences: dict[int, dict[int, frozenset[str]]] = {}
    for hit in hits:
        of_article = sentences.setdefault(hit.passage.article, {})
        of_article.update((scored.sentence.id, scored.found) for scored in hit.sentences)
    result = {}
    for article, found in sentences.items():
        holding = Counter(term for terms_found in found.values() for term in terms_found)
        most = math.log(len(found) + 1)
        result[article] = {
            term: question.idf[term] * math.log((len(found) + 1) / count) / most
            for term, count in holding.items()
        }
    return result
