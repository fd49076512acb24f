"""Hits → an answer: which sentence, which passages, and how sure.

In: a question, its hits and a reader. Out: an `Answer`, which quotes and never writes. Retrieval
finds the article; here the sentence of it that answers is chosen, its passage comes first,
near-identical passages become one, and no article fills the list while others are nearly as good.
The first passage is read: that tells which of its sentences answers, and whether any does.
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Callable, Sequence

from embeddings.lexical import fold
from embeddings.lines import LONGEST_HEADER, Kind, kind_of
from embeddings.snapshot import StoredPassage, StoredSentence
from qa.confidence import confidence, regression
from qa.question import CREDITS, WHEN, Question
from qa.reader import UNREAD, Reader, Reading
from qa.retrieve import Hit, ScoredSentence
from qa.weights import Choice, Choices, Weights

SAME_ARTICLE_MARGIN = 0.03
"""Passages of the first article this near to the best, in units of cosine, are all asked which of
them holds the answer sentence. Between 0.01 and 1 it changed 1 in 100 answers."""

CROWDING = 0.01
"""What each passage of an article that is already in the list costs the next, in cosine."""

SAME_TEXT = 0.7
"""Passages whose sets of folded pairs of characters overlap this much (Jaccard) tell the same."""

BYLINE = 1.0
"""What a by-line is worth to who asks for the author: more than all that speaks for another
sentence of the article."""

READ_CHARS = 150
"""Characters of a passage that are read. With 220 two answer sentences in a hundred more are right
on one set of three, one on another; and it takes 20 ms instead of 15."""

RIVAL_MARGIN = 0.02
"""How near the next hit has to be to be read too, in cosine: on DRCD it is for 7 questions of a
hundred. Of news and RGB 4 in a hundred more find theirs first; with more to read, no more do."""

ODDS_WEIGHT, MOST_ODDS = 0.008, 6.0
"""What the reader's log odds count between two hits, in cosine, and the most they can be: 0.004 to
0.016 are much the same."""

LEAST_SHARE = 0.001
"""A reading's share below which one sentence is as good as another."""

_CHOICE_FIELDS = tuple(field.name for field in dataclasses.fields(Choice))


@dataclasses.dataclass(frozen=True, slots=True)
class CitedPassage:
    """A passage shown to the user, with the sentence in it that answers best."""

    rank: int  # from 1
    passage: StoredPassage
    answer_sentence: StoredSentence
    cosine: float  # of the answer sentence
    score: float  # what it was ranked by, in units of cosine
    hit: Hit  # the parts of its score, for those who ask why
    also_in: tuple[StoredPassage, ...] = ()  # near-identical ones, in order of rank

    @property
    def answer_range(self) -> tuple[int, int]:
        """Where in the passage's text the answer sentence stands, half open."""
        start = self.answer_sentence.start - self.passage.start
        return start, start + len(self.answer_sentence.text)


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What the bot says to one question."""

    question: str
    searched_as: str  # the question as it was searched
    confidence: float  # probability that the first passage answers, in [0, 1]
    threshold: float  # the confidence from which on a question counts as answered
    passages: tuple[CitedPassage, ...]  # best first
    undated: int = 0  # articles that a date filter left out because they have no date
    more: bool = False  # whether passages were left away for want of room on the screen

    @property
    def completed(self) -> bool:
        """Whether the conversation completed the question."""
        return self.searched_as != self.question

    @property
    def answered(self) -> bool:
        """Whether the articles answer the question."""
        return bool(self.passages) and self.confidence >= self.threshold


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


def answer_from_hits(
    asked: str,
    question: Question,
    hits: Sequence[Hit],
    weights: Weights,
    reader: Reader,
    *,
    top: int,
) -> Answer:
    """Make the answer to what was asked out of the hits of the question that was searched."""
    threshold = regression(question, weights.confidence).threshold
    if not hits:
        return Answer(asked, question.text, confidence=0.0, threshold=threshold, passages=())
    choose = chooser(question, hits, weights.choice)
    first = first_read(question, hits, choose, reader, weights.choice)
    return Answer(
        question=asked,
        searched_as=question.text,
        confidence=confidence(
            question, first.hit, first.sentence, first.reading, weights.confidence
        ),
        threshold=threshold,
        passages=tuple(_cited(first, hits, choose, top)),
    )


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
    question: Question, hits: Sequence[Hit], choose: Choose, reader: Reader, choices: Choices
) -> Chosen:
    """Return the hit that answers best by what a reader says of it.

    Where the first one does not seem to answer, the next is read too, if it is as near.
    """
    first = read(question, first_of(hits, choose), reader, choices)
    near = first.hit.fused - RIVAL_MARGIN
    rival = next((hit for hit in hits if hit is not first.hit and hit.fused > near), None)
    if first.reading.odds >= 0 or rival is None:
        return first
    other = read(question, choose(rival), reader, choices)
    return max(first, other, key=_fused_and_read)


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


def read(question: Question, chosen: Chosen, reader: Reader, choices: Choices) -> Chosen:
    """Read the sentences of a hit that are worth it, and choose again."""
    places, sentences = worth_reading(chosen)
    reading = reader.read(question.text, sentences)
    shares = dict(zip(places, reading.shares, strict=True))
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


def worth_reading(chosen: Chosen) -> tuple[list[int], tuple[str, ...]]:
    """Return which sentences of a hit to read: the best, as many as there is room for, in order."""
    texts = [scored.sentence.text for scored in chosen.hit.sentences]
    order = sorted(range(len(texts)), key=lambda place: (-chosen.scores[place], place))
    places: list[int] = []
    room = READ_CHARS
    for place in order:
        if not places or len(texts[place]) <= room:
            places.append(place)
            room -= len(texts[place])
    places.sort()
    return places, tuple(texts[place] for place in places)


def _is_header(question: Question, scored: ScoredSentence) -> bool:
    """Say whether a sentence is the date line of a page, which answers no question but when."""
    text = scored.sentence.text
    return (
        len(text) <= LONGEST_HEADER
        and question.kind not in WHEN
        and any(mark in text for mark in ":：-年")
        and kind_of(text) in {Kind.HEADER, Kind.FURNITURE}
    )


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


def _cited(first: Chosen, hits: Sequence[Hit], choose: Choose, top: int) -> list[CitedPassage]:
    """Return the list that is shown: `top` passages that differ, of more than one article."""
    shown: list[Chosen] = []
    also_in: list[list[StoredPassage]] = []
    pairs: list[frozenset[str]] = []
    waiting = [hit for hit in hits if hit is not first.hit]
    best = first
    of_article: Counter[int] = Counter()
    while True:
        folded = fold(best.hit.passage.text)
        own = frozenset(folded[at : at + 2] for at in range(len(folded)))
        same = _same_as(best, own, shown, pairs)
        if same is None:
            shown.append(best)
            also_in.append([])
            pairs.append(own)
            of_article[best.hit.passage.article] += 1
        elif best.hit.passage.article != shown[same].hit.passage.article:
            also_in[same].append(best.hit.passage)
        if not waiting or len(shown) == top:
            break
        nearest = max(
            waiting, key=lambda hit: hit.fused - CROWDING * of_article[hit.passage.article]
        )
        waiting.remove(nearest)
        best = choose(nearest)
    return [
        CitedPassage(
            rank=rank,
            passage=one.hit.passage,
            answer_sentence=one.sentence.sentence,
            cosine=one.sentence.cosine,
            score=one.hit.fused,
            hit=one.hit,
            also_in=tuple(others),
        )
        for rank, (one, others) in enumerate(zip(shown, also_in, strict=True), 1)
    ]


def _same_as(
    one: Chosen, own: frozenset[str], shown: Sequence[Chosen], pairs: Sequence[frozenset[str]]
) -> int | None:
    """Return which shown passage the new one repeats: the same sentence, or the same text."""
    for number, (other, others) in enumerate(zip(shown, pairs, strict=True)):
        if one.sentence.sentence.id == other.sentence.sentence.id:
            return number
        both = len(own & others)
        if both >= SAME_TEXT * (len(own) + len(others) - both):
            return number
    return None
