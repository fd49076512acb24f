"""When was that? Who said so? → an answer that tells it of what the turn before gave.

In: the answer, the user's words and the turn before. Out: the answer, surer or less sure, or with
the sentence that was given before. An article has many dates and speakers, and 那是什么时候的事？
says nothing of which is meant: the sentence that was given, those about it, and the lead tell.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Callable, Mapping

from embeddings.snapshot import Snapshot
from qa.answer import Answer, CitedPassage
from qa.confidence import OF_ANOTHER, probability
from qa.follow_up import Turn, tells_time
from qa.question import Question
from qa.retrieve import Part, ScoredSentence

BEFORE = 2
"""Sentences from a date to what happened then, at most; what stands behind dates something else."""

NEARLY_ALL = 0.8
"""The share of what was asked in one sentence that dates it: many name 许昌市公安局 and 无人机, one
tells that they were bought."""

LEAD = 5
"""The first sentences of an article, which date what it is about. Of 53 such questions over news 31
are answered rightly and two wrongly with this and what follows; 16 and one without."""

GIVEN = 1.5
"""What it gives, in log odds, that the sentence which answered has the date: 12 of 12 were right,
with a confidence of 0.31 and more."""

GIVEN_AGAIN = 2.2
"""The log odds that what a sentence tells was on the day with which it begins, or is said by whom
it names. Of 13 questions over news who said so, eleven are answered rightly and one wrongly with
this; eight and three without."""

QUOTED = 5
"""Sentences from one that is quoted to the one that tells who says it, at most."""

_SAYS = re.compile(r"[说称]|表示|介绍|指出|强调|透露|认为|回应|坦言|告诉")
_OPENS, _CLOSES = "“「", "”」"
_QUOTE = re.compile(f"[{_OPENS}{_CLOSES}]")
_HAPPENED_THEN = re.compile(r"事发|案发|发生[在于]")
_DAY = r"(?:\d{4}年)?(?:\d{1,2}月\d{1,2}日|\d{1,2}[日号])|[昨今前][天日]"
_BEGINS_WITH_DAY = re.compile(
    rf"[^，,。;；:：]{{0,4}}?(?:{_DAY})(?!.{{0,4}}(?:报道|消息|[电讯称]|反映))"
)


def dated(answer: Answer, question: str, before: Turn, snapshot: Snapshot) -> Answer:
    """Return what answers when that was, of an answer that has a passage at least."""
    first = answer.passages[0]
    if tells_time(question, first.answer_sentence.text) and _dates(first, before, snapshot):
        is_given = first.answer_sentence.id == before.sentence
        return _with(answer, Part("given_before", 1.0, GIVEN)) if is_given else answer

    def begins_with_day(sentence: ScoredSentence) -> bool:
        begins = _BEGINS_WITH_DAY.match(sentence.folded) is not None
        return begins and tells_time(question, sentence.sentence.text)

    return _given_again(answer, before, begins_with_day, back=BEFORE) or not_sure(answer)


def attributed(answer: Answer, before: Turn) -> Answer:
    """Return what answers who said so: the sentence that was given, where it says that one does.

    Where it is quoted with others, that is the one which opens or closes the quotation.
    """
    told = {one.sentence.id: one.folded for each in answer.passages for one in each.hit.sentences}
    given = before.sentence
    if given is None:
        return answer
    framing = given if _SAYS.search(told.get(given, "")) else _framing(given, told)

    def frames(sentence: ScoredSentence) -> bool:
        return sentence.sentence.id == framing

    return _given_again(answer, before, frames, back=QUOTED, on=QUOTED) or answer


def _framing(given: int, told: Mapping[int, str]) -> int | None:
    """Return the sentence that tells who says the given one, which is quoted with others.

    `told` are sentences by their numbers. None where it is not quoted, or nobody is said to say it.
    """
    marks = [
        (place, mark)
        for place in range(given - QUOTED, given + QUOTED + 1)
        for mark in _QUOTE.finditer(told.get(place, ""))
    ]
    for (start, opening), (end, closing) in itertools.pairwise(marks):
        if opening.group() in _OPENS and closing.group() in _CLOSES and start <= given <= end:
            if _SAYS.search(told[end], closing.end()):
                return end
            if _SAYS.search(told[start], 0, opening.start()):
                return start
    return None


def not_sure(answer: Answer) -> Answer:
    """Return an answer as one that tells of something else."""
    return _with(answer, Part("of_another", 1.0, OF_ANOTHER))


def _with(answer: Answer, reason: Part) -> Answer:
    reasons = (*answer.reasons, reason)
    return dataclasses.replace(answer, reasons=reasons, confidence=probability(reasons))


def _dates(first: CitedPassage, before: Turn, snapshot: Snapshot) -> bool:
    """Say whether the answer sentence dates what the turn before told of.

    It is the one that was given, stands right before that or in the lead, says that it happened
    then, or has nearly all of what was asked: other dates of the article are as near.
    """
    sentence = first.answer_sentence.id
    if before.sentence is not None and 0 <= before.sentence - sentence <= BEFORE:
        return True
    told = next(one.folded for one in first.hit.sentences if one.sentence.id == sentence)
    if sentence - snapshot.firsts[first.passage.article, 0] < LEAD or _HAPPENED_THEN.search(told):
        return True
    given = Question.from_text(before.subject, snapshot.lexical)
    return given.share(given.found_in(told)) >= NEARLY_ALL


def _given_again(
    answer: Answer, before: Turn, tells: Callable[[ScoredSentence], bool], *, back: int, on: int = 0
) -> Answer | None:
    """Return an answer by the sentence that was given, or one so far about it, that tells it."""
    if before.sentence is None:
        return None
    near = range(before.sentence - back, before.sentence + on + 1)
    telling = [
        (one.sentence.id, cited, one)
        for cited in answer.passages
        for one in cited.hit.sentences
        if one.sentence.id in near and tells(one)
    ]
    if not telling:
        return None
    _, cited, one = max(telling, key=lambda each: each[0])
    given = dataclasses.replace(cited, answer_sentence=one.sentence, cosine=one.cosine)
    others = (other for other in answer.passages if other is not cited)
    ranked = (dataclasses.replace(each, rank=at) for at, each in enumerate((given, *others), 1))
    reasons = (Part("given_before", 1.0, GIVEN_AGAIN),)
    return dataclasses.replace(
        answer, passages=tuple(ranked), reasons=reasons, confidence=probability(reasons)
    )
