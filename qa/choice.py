"""A hit → the sentence in it that answers.

In: a question and its hits. Out: a `Chosen`. Retrieval finds the article; here the sentence of it
that answers is chosen, by what it says itself and by its neighbours, and again by what was read.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections import Counter
from collections.abc import Callable, Sequence

from qa.question import CREDITS, WHEN, Question
from qa.reader import UNREAD, Reading
from qa.retrieve import Hit, ScoredSentence
from qa.weights import Choice, Choices

SAME_ARTICLE_MARGIN = 0.03
"""Passages of the first article this near to the best, in units of cosine, are all asked which of
them holds the answer sentence. Between 0.01 and 1 it changed 1 in 100 answers."""

BYLINE = 1.0
"""What a by-line is worth to who asks for the author: more than all that speaks for another
sentence of the article."""

LEAST_SHARE = 0.001
"""A reading's share below which one sentence is as good as another."""

_PRINTED = re.compile(
    r"发表|发布|刊登|刊发|登载|见报|出版|报[道导纸社]|文章|新闻|消息|publi|article|report|news|post"
)
"""What a question of when says that is asked of the article, not of what it tells."""

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


def chosen_again(question: Question, chosen: Chosen, reading: Reading, choices: Choices) -> Chosen:
    """Return a hit with the sentence that is best by what was read, a share for each sentence."""
    weight = _choice(question, choices).read
    scores = tuple(
        score + weight * read_feature(share)
        for score, share in zip(chosen.scores, reading.shares, strict=True)
    )
    return Chosen(chosen.hit, _best_place(question, chosen.hit, scores), scores, reading)


def read_feature(share: float) -> float:
    """Return what a share of a reading counts in the choice of a sentence: 0 for nothing.

    >>> round(read_feature(1.0), 2)
    6.91
    """
    return math.log1p(share / LEAST_SHARE)


def _is_header(question: Question, scored: ScoredSentence) -> bool:
    """Say whether a sentence is the date line of a page, which answers when that was printed."""
    text = scored.sentence.text
    if not any(mark in text for mark in ":：-年"):
        return False
    if question.kind in WHEN and _PRINTED.search(question.folded):
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
