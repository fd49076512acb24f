"""Hits → an answer: which passages, and how sure.

In: a question, its hits and a reader. Out: an `Answer`, which quotes and never writes. The passage
whose sentence was chosen and read comes first, near-identical passages become one, and no article
fills the list while others are nearly as good.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections import Counter
from collections.abc import Sequence

from embeddings.snapshot import StoredPassage, StoredSentence
from qa.choice import Choose, Chosen, chooser
from qa.confidence import OF_ANOTHER, confidence_parts, probability, regression
from qa.filters import NONE_LEFT_OUT, NOTHING, Instead, LeftOut
from qa.first_read import first_read
from qa.numbered import tells_another
from qa.question import Question
from qa.reader import Reader
from qa.retrieve import Hit, Part, ScoredSentence
from qa.weights import Weights

CROWDING = 0.01
"""What each passage of an article that is already in the list costs the next, in cosine."""

PERHAPS = 0.3
"""The confidence from which on a question that counts as not answered may have an answer all the
same: of those between this and the threshold 52 of 71 do on the halves of CMRC and DRCD, 53 in a
hundred among near misses; of those below, 5 and 20 in a hundred."""

SAME_TEXT = 0.7
"""Passages whose sets of folded pairs of characters overlap this much (Jaccard) tell the same."""


_MARKS = re.compile(r"(?<!\d)[^\w]|[^\w](?!\d)|_")
"""What a sentence may have or lack and still be the same; not the point in 57.3."""


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
    filters: str = ""  # which articles were searched, where not all were
    left_out: LeftOut = NONE_LEFT_OUT  # articles of which no filter can tell whether they pass
    instead: Instead = NOTHING  # what could be searched, where no article passes the filters
    more: bool = False  # whether passages were left away for want of room on the screen
    reasons: tuple[Part, ...] = ()  # what the confidence comes from, in log odds
    as_new: bool = False  # whether it was asked as a new question, though it might go on
    if_new: Answer | None = None  # what would answer it as a new question, where this does not

    @property
    def completed(self) -> bool:
        """Whether the conversation completed the question."""
        return self.searched_as != self.question

    @property
    def answered(self) -> bool:
        """Whether the articles answer the question."""
        return bool(self.passages) and self.confidence >= self.threshold

    @property
    def confidence_told(self) -> str:
        """The confidence in two decimals; below the threshold also where rounding would hide it."""
        rounded, least = round(self.confidence, 2), round(self.threshold, 2)
        return f"{rounded if self.answered or rounded < least else least - 0.01:.2f}"

    @property
    def perhaps(self) -> bool:
        """Whether it is not sure that they do not."""
        return not self.answered and self.confidence >= PERHAPS


def answer_from_hits(
    question: Question,
    hits: Sequence[Hit],
    weights: Weights,
    reader: Reader,
    *,
    top: int,
    about: str = "",
    others: Sequence[Hit] = (),
) -> Answer:
    """Make the answer to a question out of its hits.

    `about` is what a conversation is about, where the question is a follow-up that lacks it;
    `others` are hits that do not answer, but may be listed.
    """
    model = weights.follow_up if about else weights.confidence
    threshold = regression(question, model).threshold
    asked = question.text
    if not hits:
        return Answer(asked, asked, confidence=0.0, threshold=threshold, passages=())
    every = [*hits, *others]
    choose = chooser(question, every, weights.choice)
    first = first_read(question, hits, choose, reader, weights.choice, about=about)
    reasons = confidence_parts(question, first.hit, first.sentence, first.reading, model)
    if tells_another(question.folded, first.sentence.folded, _told(first, every)):
        reasons += (Part("of_another", 1.0, OF_ANOTHER),)
    return Answer(
        question=asked,
        searched_as=asked,
        confidence=probability(reasons),
        threshold=threshold,
        passages=tuple(_cited(first, every, choose, top)),
        reasons=reasons,
    )


def _told(chosen: Chosen, hits: Sequence[Hit]) -> str:
    """Return what the hits of a chosen one's article tell, folded; and of which day that is."""
    article, date = chosen.hit.passage.article, chosen.hit.passage.source.date or ""
    told = [
        scored.folded for hit in hits if hit.passage.article == article for scored in hit.sentences
    ]
    dated = (part + unit for part, unit in zip(date.split("-"), "年月日", strict=False) if part)
    return "\n".join((*told, "".join(dated)))


def _cited(first: Chosen, hits: Sequence[Hit], choose: Choose, top: int) -> list[CitedPassage]:
    """Return the list that is shown: `top` passages that differ, of more than one article."""
    shown: list[Chosen] = []
    also_in: list[list[StoredPassage]] = []
    pairs: list[frozenset[str]] = []
    waiting = [hit for hit in hits if hit is not first.hit]
    best = first
    of_article: Counter[int] = Counter()
    while True:
        folded = "".join(scored.folded for scored in best.hit.sentences)
        own = frozenset(map("".join, itertools.pairwise(folded)))
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
    """Return which shown passage the new one repeats: the same sentence, or the same text.

    A text that differs in just the sentence that was shown tells something else.
    """
    for number, (other, others) in enumerate(zip(shown, pairs, strict=True)):
        if one.sentence.sentence.id == other.sentence.sentence.id:
            return number
        both = len(own & others)
        if both >= SAME_TEXT * (len(own) + len(others) - both) and _holds(one.hit, other.sentence):
            return number
    return None


def _holds(hit: Hit, scored: ScoredSentence) -> bool:
    """Say whether a passage holds a sentence, be it in the other script or with other marks.

    One of the two may begin with a dateline.
    """
    told = _bare(scored)
    own = [_bare(other) for other in hit.sentences]
    return told in "".join(own) or any(
        sentence in told and len(sentence) >= SAME_TEXT * len(told) for sentence in own
    )


def _bare(scored: ScoredSentence) -> str:
    return _MARKS.sub("", scored.folded)
