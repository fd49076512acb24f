"""A file of conversations with known answers → conversations, their articles, what the bot says.

In: a JSON object a line. `line` is that of the article in a packed file, from 0; `first` is a
question that it answers; `follow_ups` are asked after that, each by itself, and their `answer` is
null where the article does not answer, though it looks as if it did.
"""

from __future__ import annotations

import copy
import dataclasses
import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from embeddings.clean import squash
from embeddings.encode import Encoder
from embeddings.snapshot import Snapshot
from qa.conversation import Conversation
from qa.filters import Filters
from qa.measuring.evaluation import EvaluationSet
from qa.measuring.measures import TOP, share
from qa.reader import Reader


@dataclasses.dataclass(frozen=True, slots=True)
class FollowUp:
    """A question that goes on from another."""

    question: str
    answer: str | None  # as the article has it; None where that does not answer


@dataclasses.dataclass(frozen=True, slots=True)
class Conversed:
    """A question, and what may be asked after it, each by itself."""

    line: int
    first: str
    follow_ups: tuple[FollowUp, ...]

    @property
    def path(self) -> str:
        """The path of the article in the index of its set."""
        return f"{self.line}.txt"


def conversations_in(path: Path) -> list[Conversed]:
    """Read the conversations of a file."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Conversed(
            line["line"],
            line["first"]["question"],
            tuple(FollowUp(one["question"], one["answer"]) for one in line["follow_ups"]),
        )
        for line in lines
    ]


def is_english(text: str) -> bool:
    """Say whether a text is in English, though it may have a Chinese word or other quotes.

    >>> is_english("Who said “三学”?"), is_english("2023年GDP是多少？")
    (True, False)
    """
    letters = sum(one.isascii() and one.isalpha() for one in text)
    return letters >= sum("\u3400" <= one <= "\u9fff" for one in text)


def articles_of(name: str, conversations: Sequence[Conversed], packed: Path) -> EvaluationSet:
    """Return the articles that conversations are about, as a set without questions."""
    with gzip.open(packed, "rt", encoding="utf-8") as file:
        texts = file.read().splitlines()
    return EvaluationSet(name, {str(one.line): texts[one.line] for one in conversations}, ())


@dataclasses.dataclass(frozen=True, slots=True)
class AskedOn:
    """What the bot said to one follow-up, judged."""

    english: bool
    answerable: bool
    passage_right: bool  # the first passage holds the answer
    sentence_right: bool  # its answer sentence does, or stands in it
    answered: bool


def ask_on(
    conversations: Sequence[Conversed], snapshot: Snapshot, encoder: Encoder, reader: Reader
) -> Iterator[AskedOn]:
    """Ask each first question and, as if nothing else had been asked since, what follows it."""
    for one in conversations:
        talk = Conversation(snapshot, encoder, reader, top=TOP, filters=Filters())
        talk.ask(one.first)
        for follow_up in one.follow_ups:
            answer = copy.copy(talk).ask(follow_up.question)  # a copy goes on, `talk` stays
            first = answer.passages[0]
            wanted = squash(follow_up.answer or "")
            sentence = squash(first.answer_sentence.text)
            yield AskedOn(
                english=is_english(follow_up.question),
                answerable=bool(wanted),
                passage_right=bool(wanted) and wanted in squash(first.passage.text),
                sentence_right=bool(wanted) and (wanted in sentence or sentence in wanted),
                answered=answer.answered,
            )


def summed_up(asked: Sequence[AskedOn]) -> dict[str, float | None]:
    """Return shares in per cent, by the names under which they are published."""
    answerable = [one for one in asked if one.answerable]
    found = [one for one in answerable if one.passage_right]
    by_another = [one.answered and not one.passage_right for one in answerable]
    return {
        "questions": len(asked),
        "answerable": len(answerable),
        "answer_passage@1": share(one.passage_right for one in answerable),
        "answer_sentence@1": share(one.sentence_right for one in answerable),
        "found_and_answered": share(one.answered for one in found),
        "answered_by_another": share(by_another),
        "false_answers": share(one.answered for one in asked if not one.answerable),
    }
