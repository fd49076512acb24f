"""A hit → what of it is read.

In: a question, a hit, and what speaks for each of its sentences. Out: an `Excerpt`, a few sentences
below what tells of what they are: their article's heading, and what else it is about.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Sequence

from embeddings.terms import fold
from qa.question import Question, without_asking
from qa.retrieve import Hit
from qa.script import as_in
from qa.who import office_asked

READ_CHARS = 150
"""Characters of a passage that are read. With 220 two answer sentences in a hundred more are right
on one set of three, one on another; and it takes 20 ms instead of 15."""

HEADING_CHARS = 40
"""Characters of a heading that are read. It tells what 该局 and 双方 in the sentences mean."""

HAS_OFFICE = 0.3
"""What a sentence with the office of who is asked for (院长是谁？) counts more in what is read, in
cosine: an article names its hospital in every sentence, and who leads it in one. On six sets as
many right sentences are read with it as without."""

TOLD_OFTEN = 2
"""Sentences of an article that have a name for the article to be about it. When what the question
names is read in front of the heading, answers are told from near misses over news with an AUROC of
.8976; without it .8950, .893 where one sentence is enough, .8958 where there have to be three."""

_WORD = re.compile(r"[^\W\d_]+")
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclasses.dataclass(frozen=True, slots=True)
class Excerpt:
    """What of a hit is read."""

    places: tuple[int, ...]  # of the sentences among the hit's, in order
    sentences: tuple[str, ...]
    heading: str  # the article's headline or first sentence, where it is not among them
    date: str = ""  # the article's, as it is known: YYYY-MM-DD or YYYY-MM


def worth_reading(
    question: Question, hit: Hit, scores: Sequence[float], hits: Sequence[Hit], *, about: str = ""
) -> Excerpt:
    """Return what of a hit to read: its best sentences, as many as there is room for.

    All hits of the question tell what else its article has; `about` is what a conversation is
    about, which a follow-up does not name.
    """
    texts = [scored.sentence.text for scored in hit.sentences]
    office = office_asked(question)
    worth = [
        score + HAS_OFFICE * (office != "" and office in scored.folded)
        for score, scored in zip(scores, hit.sentences, strict=True)
    ]
    order = sorted(range(len(texts)), key=lambda place: (-worth[place], place))
    places: list[int] = []
    room = READ_CHARS
    for place in order:
        if not places or len(texts[place]) <= room:
            places.append(place)
            room -= len(texts[place])
    places.sort()
    sentences = tuple(texts[place] for place in places)
    heading = _heading(hit, "".join(sentences))
    read = {hit.sentences[place].sentence.id for place in places}
    others = {
        scored.sentence.id: scored.folded
        for other in hits
        if other.passage.article == hit.passage.article
        for scored in other.sentences
        if scored.sentence.id not in read
    }
    named = "、".join(told_often(question, others.values(), fold(heading + "".join(sentences))))
    for before in filter(None, (named, about)):
        heading = f"({as_in(before, ''.join(sentences))}){heading}"
    return Excerpt(tuple(places), sentences, heading, hit.passage.source.date or "")


def _heading(hit: Hit, read: str) -> str:
    """Return the beginning of the headline or of the first sentence, unless that is read anyway."""
    source = hit.passage.source
    if source.title:
        heading = f"{source.title} {source.bare_subtitle}"
    else:
        heading = hit.passage.begins or hit.sentences[0].sentence.text
    heading = heading.strip()
    return "" if heading in read else heading[:HEADING_CHARS]


def told_often(question: Question, others: Collection[str], read: str) -> list[str]:
    """Return what a Chinese question names that an article is about, but not what is read of it.

    `others` are the article's other sentences, folded. The longest stretches count that
    `TOLD_OFTEN` of them have: 许昌市公安局 for 许昌市公安局局长是谁？, where the sentence just
    says 市公安局局长董留民. Not figures and dates: another year's figure is not what is asked for.
    """
    names: dict[str, None] = {}
    if question.is_foreign:
        return []
    for word in _WORD.findall(without_asking(question.folded)):
        start = 0
        while start < len(word):
            end = start
            while end < len(word) and _is_in_several(word[start : end + 1], others):
                end += 1
            name = word[start:end]
            if len(name) > 1 and _HAN.search(name) and name not in read:
                names[name] = None
            start = max(end, start + 1)
    return list(names)


def _is_in_several(name: str, sentences: Collection[str]) -> bool:
    return sum(name in sentence for sentence in sentences) >= TOLD_OFTEN
