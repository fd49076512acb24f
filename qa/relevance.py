"""An answer to a question that the conversation completed → whether it tells of what was asked.

In: the answer, the user's own words and the turn before. Out: yes or no, or the answer with less
confidence. The article at hand has something near whatever is asked; these look for what the user
has just said.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Set as AbstractSet

from embeddings.lexical import LexicalIndex
from embeddings.snapshot import Snapshot
from embeddings.terms import fold
from qa.answer import PERHAPS, Answer
from qa.dictionary import is_word
from qa.ellipsis import NAME, instead_of
from qa.exchange import Exchange
from qa.follow_up import (
    Turn,
    asks_when_it_was,
    asks_who_said,
    asks_why,
    is_bare,
    is_short,
    tells_reason,
)
from qa.given import attributed, dated, not_sure
from qa.question import SAYS_NOTHING, Question, asks
from qa.times import is_loose_time, is_time
from qa.who import who_is_asked

MOSTLY = 0.5
"""The share of a question's weight that stands in a passage which is about it."""

NEW = 0.9
"""The confidence from which on a short question that names nothing is a new one, and not asked of
what was cited. Over 2 544 news articles 87 in a hundred short follow-ups then find their answer, 79
where every rare word begins something new; of those without one 13 are answered, and 15; of 28 new
questions as short five are completed, and eight."""

NEW_ENGLISH, NEW_ELSEWHERE, HARDLY = 0.95, 0.85, 0.1
"""The same for English, whose names are told by their capitals; the second where what was cited has
hardly an answer, of a confidence below the third."""

RARE, RARE_OF = 5, 300
"""Passages up to which two characters are rare: 罗刚, and not 队长; of more than 1 500 passages one
in so many."""

LEAST_NAME = 4
"""Letters of a word that is a name, where it is rare: Stellantis, and not CEO."""

_TITLE = re.compile(r"《([^《》]+)》")

NEAR = 6
"""Sentences from what was told to what 谁？ may ask of it, at most: everything in an article has
somebody who did it."""


def goes_on(alone: Answer, further: Answer, question: str, lexical: LexicalIndex) -> bool:
    """Say whether a short question is a follow-up: by how it is answered alone, and completed.

    It begins something new where it names what the article at hand does not, or is answered alone
    for sure, unless the article at hand answers it better; a longer one where it has any rare word.
    What is answered nowhere is searched as it was asked.
    """
    if not further.passages or not alone.passages:
        return bool(further.passages)
    asked = Question.from_text(question, lexical)
    if asked.is_foreign:
        return alone.confidence < (NEW_ENGLISH if further.confidence >= HARDLY else NEW_ELSEWHERE)
    own = _telling(asked)
    if not asks(question) and _told(further).isdisjoint(own):
        return False
    if further.confidence >= max(alone.confidence, PERHAPS):
        return True
    rare = _rare(asked, lexical)
    if is_short(question):
        return not _is_new(asked.folded, rare, alone, further)
    return not rare


def _rare(question: Question, lexical: LexicalIndex) -> set[str]:
    """Return the terms of a question that say something, and stand in few passages."""
    most = max(RARE, len(lexical) // RARE_OF)
    return {term for term in _telling(question) if lexical.document_frequency(term) <= most}


def _is_new(folded: str, rare: set[str], alone: Answer, further: Answer) -> bool:
    """Say whether a short question with these rare words begins something new."""
    if _names_another(folded, rare, alone, further):
        return True
    is_told_nowhere = further.confidence < HARDLY and not alone.answered
    return bool(rare) and (alone.confidence >= NEW or is_told_nowhere)


def _names_another(folded: str, rare: set[str], alone: Answer, further: Answer) -> bool:
    """Say whether a question names something of which only what answers it alone tells.

    A name is a title in its marks, or a long word or three characters side by side, all of them
    rare: 张玉广; and no word with another before it, 人受伤. Two that are rare are one only where
    somebody is asked for (穆磊是谁？), or what begins with a surnamed one (谭晶唱了什么歌？) is
    answered: every short question has some, as 共花 in 一共花了多少钱？
    """
    from embeddings.bylines import is_surnamed  # 30 ms of patterns, which a first question spares

    told, known = (fold(answer.passages[0].passage.text) for answer in (alone, further))
    found = _names_in(folded, rare)
    begins = folded[:2]
    if alone.answered and begins in rare and is_surnamed(begins) and not is_word(begins):
        found.add(begins)
    return any(name in told and name not in known for name in found)


def _names_in(folded: str, rare: set[str]) -> set[str]:
    """Return what a question with these rare terms names."""
    names = set(_TITLE.findall(folded))
    threes = (folded[at : at + 3] for at in range(len(folded) - 2))
    names |= {
        three
        for three in threes
        if {three[:2], three[1:]} <= rare and not is_word(three[1:])  # 人受伤
    }
    names |= {term for term in rare if re.fullmatch(rf"[a-z]{{{LEAST_NAME},}}", term)}
    return names | ({who_is_asked(folded)} & rare)


def names_something(question: str, lexical: LexicalIndex) -> bool:
    """Say whether a question has a name by which the next one may be completed."""
    asked = Question.from_text(question, lexical)
    if asked.is_foreign:
        return NAME.search(question) is not None
    return bool(_names_in(asked.folded, _rare(asked, lexical)))


def tells_of(answer: Answer, words: str, lexical: LexicalIndex) -> bool:
    """Say whether the first passage has most of some words, though it may not answer.

    Thanks and the weather are not in it.
    """
    own = Question.from_text(words, lexical)
    if not answer.passages:
        return False
    told, whole = fold(answer.passages[0].passage.text), fold(words)
    if len(whole) > 1 and not whole.isascii() and whole in told:
        return True  # 华为, of which no term says anything
    return bool(_telling(own)) and _has_most(own, _told(answer))


def is_of_few(thing: str, lexical: LexicalIndex) -> bool:
    """Say whether few articles may tell of a thing: 永安号, and not 后来 or 2022年."""
    own = Question.from_text(thing, lexical)
    if own.is_foreign:
        return thing != thing.lower()
    return not is_time(thing) and bool(_rare(own, lexical))


def names(answer: Answer, thing: str, lexical: LexicalIndex) -> bool:
    """Say whether an answer names a thing, whole where it is Chinese: 永安号呢？ is about it."""
    if thing.isascii():
        return tells_of(answer, thing, lexical)
    return bool(answer.passages) and fold(thing) in fold(answer.passages[0].passage.text)


def tells_the_new(answer: Answer, exchange: Exchange, before: Turn, lexical: LexicalIndex) -> bool:
    """Say whether an answer has the new thing, and its sentence is not one of the old thing.

    A passage that counts drones and cases does not count cases with 无人机32架.
    """
    if not answer.passages:
        return False
    sentence = answer.passages[0].answer_sentence
    if is_loose_time(exchange.new):
        return sentence.id != before.sentence
    return tells_of(answer, exchange.new, lexical) and (
        exchange.new.isascii()  # Chinese articles have no English word of either
        or not exchange.is_passed_by(sentence.text)
    )


def of_the_new(answer: Answer, question: str, lexical: LexicalIndex) -> Answer:
    """Return an answer whose sentence does not stand before the first mention of the new thing.

    In a passage of drones and poppies 罂粟呢？ is not answered by what it says of the drones.
    """
    own = Question.from_text(instead_of(question), lexical)
    first = answer.passages[0] if answer.passages else None
    if first is None or own.is_foreign or not own.idf:
        return answer
    telling = [one for one in first.hit.sentences if _has_most(own, own.found_in(one.folded))]
    if not telling or first.answer_sentence.id >= telling[0].sentence.id:
        return answer
    best = max(telling, key=lambda one: one.score)
    moved = dataclasses.replace(first, answer_sentence=best.sentence, cosine=best.cosine)
    return dataclasses.replace(answer, passages=(moved, *answer.passages[1:]))


def sure_of_the_new(answer: Answer, exchange: Exchange) -> Answer:
    """Return an answer that is not sure where it tells of the old thing, or not of the new one.

    通辽's figure is no answer for 鄂尔多斯, though all other words of the question are there.
    """
    first = answer.passages[0] if answer.passages else None
    if first is None or exchange.is_answered_by(first.passage.text, first.answer_sentence.text):
        return answer
    return not_sure(answer)


def sure_of_more(answer: Answer, question: str, before: Turn, snapshot: Snapshot) -> Answer:
    """Return an answer that is not sure where it has no more than was given: when, who, or why."""
    if not answer.passages:
        return answer
    if asks_when_it_was(question):
        return dated(answer, question, before, snapshot)
    if asks_who_said(question):
        return attributed(answer, before)
    sentence = answer.passages[0].answer_sentence
    more = tells_reason(question, sentence.text)
    if sentence.id != before.sentence and not asks_why(question):
        more = not is_bare(question) or _is_near(sentence.id, before)
    return answer if more else not_sure(answer)


def _is_near(sentence: int, before: Turn) -> bool:
    """Say whether a sentence stands about where the turn before was answered."""
    return before.sentence is not None and abs(sentence - before.sentence) <= NEAR


def _has_most(question: Question, found: AbstractSet[str]) -> bool:
    """Say whether most of a question is among some terms; 加的 in 参加的人数 says nothing."""
    idf = {term: own for term, own in question.idf.items() if SAYS_NOTHING.isdisjoint(term)}
    return sum(own for term, own in idf.items() if term in found) >= MOSTLY * sum(idf.values())


def _told(answer: Answer) -> set[str]:
    """Return the terms of the searched question that the first passage has."""
    return set[str]().union(
        *(sentence.found for one in answer.passages[:1] for sentence in one.hit.sentences)
    )


def _telling(question: Question) -> set[str]:
    """Return the terms of a question that say something; a lone character (好。) does not."""
    pairs = {term for term in question.idf if len(term) > 1 and SAYS_NOTHING.isdisjoint(term)}
    characters = {term for term in question.idf if len(term) == 1}
    return pairs or (characters if len(characters) > 1 else set())
