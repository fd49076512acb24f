"""An answer to a question that the conversation completed → whether it tells of what was asked.

In: the answer, the user's own words and the turn before. Out: yes or no, or the answer with less
confidence. The article at hand has something near whatever is asked; these look for what the user
has just said.
"""

from __future__ import annotations

import dataclasses

from embeddings.lexical import LexicalIndex
from qa.answer import PERHAPS, Answer
from qa.confidence import OF_ANOTHER, probability
from qa.ellipsis import Exchange, instead_of
from qa.follow_up import Turn, asks, asks_when_it_was, is_bare, tells_reason, tells_time
from qa.question import SAYS_NOTHING, Question
from qa.retrieve import Part

MOSTLY = 0.5
"""The share of a question's weight that stands in a passage which is about it."""

NEW, NEW_ELSEWHERE, HARDLY = 0.9, 0.8, 0.1
"""The confidence from which on a short English question without a name is a new one, and not asked
of what was cited; and that where what was cited has hardly an answer, of a confidence below the
third. Of 196 such follow-ups 71 in a hundred of those with an answer find it so, 53 by whichever
way is surer; of those without one 27 are answered, and 46. One of 448 complete questions is as
short and has no name."""

NEARLY_ALL = 0.8
"""The same, in one sentence that dates what was asked of: many name 许昌市公安局 and 无人机, one
tells that they were bought."""

RARE = 5
"""Passages up to which two characters are rare: 罗刚, and not 队长. Over 539 news articles 80 in a
hundred short follow-ups then find their answer, and 2 of new questions as short are completed; by
how well the words fit either article 72, and 4."""

BEFORE = 2
"""Sentences from a date to what happened then, at most; what stands behind dates something else."""

NEAR = 6
"""Sentences from what was told to what 谁？ may ask of it, at most: everything in an article has
somebody who did it."""


def goes_on(alone: Answer, further: Answer, question: str, lexical: LexicalIndex) -> bool:
    """Say whether a short question is a follow-up: by how it is answered alone, and completed.

    A question that has a rare word begins something new, unless the article at hand answers it
    better. Thanks and the weather are not told of there.
    """
    if not further.passages or not alone.passages:
        return bool(further.passages)
    asked = Question.from_text(question, lexical)
    if asked.is_foreign:
        return alone.confidence < (NEW if further.confidence >= HARDLY else NEW_ELSEWHERE)
    own = _telling(asked)
    if not asks(question) and _told(further).isdisjoint(own):
        return False
    if further.confidence >= max(alone.confidence, PERHAPS):
        return True
    return all(lexical.document_frequency(term) > RARE for term in own)


def tells_of(answer: Answer, words: str, lexical: LexicalIndex) -> bool:
    """Say whether the first passage has most of some words, though it may not answer.

    Thanks and the weather are not in it.
    """
    own = Question.from_text(words, lexical)
    return bool(_telling(own)) and own.share(_told(answer) & own.idf.keys()) >= MOSTLY


def of_the_new(answer: Answer, question: str, lexical: LexicalIndex) -> Answer:
    """Return an answer whose sentence does not stand before the first mention of the new thing.

    In a passage of drones and poppies 罂粟呢？ is not answered by what it says of the drones.
    """
    own = Question.from_text(instead_of(question), lexical)
    first = answer.passages[0] if answer.passages else None
    if first is None or own.is_foreign or not own.idf:
        return answer
    telling = [one for one in first.hit.sentences if own.share(own.found_in(one.folded)) >= MOSTLY]
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


def sure_of_more(answer: Answer, question: str, before: Turn, lexical: LexicalIndex) -> Answer:
    """Return an answer that is not sure where it has no more than what was given: when, or why."""
    if not answer.passages:
        return answer
    sentence = answer.passages[0].answer_sentence
    if asks_when_it_was(question):
        more = _dates(answer, before, lexical) and tells_time(question, sentence.text)
    elif sentence.id == before.sentence:
        more = tells_reason(question, sentence.text)
    else:
        more = not is_bare(question) or _is_near(sentence.id, before)
    return answer if more else not_sure(answer)


def _is_near(sentence: int, before: Turn) -> bool:
    """Say whether a sentence stands about where the turn before was answered."""
    return before.sentence is not None and abs(sentence - before.sentence) <= NEAR


def _dates(answer: Answer, before: Turn, lexical: LexicalIndex) -> bool:
    """Say whether the answer sentence dates what the turn before told of.

    It is the one that was given, stands right before that, or has nearly all of what was asked:
    other dates of the article are as near, for 那是什么时候的事？ adds nothing to the question.
    """
    first = answer.passages[0]
    sentence = first.answer_sentence.id
    if before.sentence is not None and 0 <= before.sentence - sentence <= BEFORE:
        return True
    given = Question.from_text(before.subject, lexical)
    told = next(one.folded for one in first.hit.sentences if one.sentence.id == sentence)
    return given.share(given.found_in(told)) >= NEARLY_ALL


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


def not_sure(answer: Answer) -> Answer:
    """Return an answer as one that tells of something else."""
    reasons = (*answer.reasons, Part("of_another", 1.0, OF_ANOTHER))
    return dataclasses.replace(answer, reasons=reasons, confidence=probability(reasons))
