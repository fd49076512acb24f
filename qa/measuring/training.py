"""Questions with known answers → examples from which the reader learns.

In: an evaluation set, or conversations; articles are found by the code that answers users. Out: an
`Example`, which becomes tokens in ever other ways: in the other script, without its heading, asked
of another place, body or year, or with the answer taken out, so that the passage does not answer.
"""

from __future__ import annotations

import dataclasses
import random
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from embeddings.bundled import BundledEncoder
from embeddings.clean import squash
from embeddings.lexical import LexicalIndex
from qa import choice as choosing
from qa.excerpt import Excerpt, worth_reading
from qa.filters import Filters
from qa.follow_up import Turn, subject_of
from qa.foreign import searched_vector
from qa.measuring.conversed import Conversed
from qa.measuring.evaluation import EvaluationSet
from qa.measuring.measures import TOP
from qa.question import Question, without_asking
from qa.reader import LazyReader, Pair, Pairs
from qa.retrieve import retrieve
from qa.script import Scripts
from qa.search import Search
from qa.weights import weights
from qa.wording import worded

WRONG = {False: 2, True: 8}  # wrong passages a question; more in collections, which have few
HEADED = 0.9  # the probability of a passage that has a heading being read with it
RENAMED = 0.3  # the probability of a question being asked of another place, body or year
OTHER_SCRIPT = 0.12  # the probability of either script being forced on a question and its passage
WITHHELD = 0.15  # the probability of the answer being taken out of its passage

_PLACE = re.compile(
    r"^[\u3400-\u9fff]{2,5}?(?=[市县縣省区區州镇鎮村站局队隊]"
    r"|公司|集[团團]|大[学學]|[医醫]院|[银銀]行|法院|[学學]院)"
)
_YEAR = re.compile(r"(?:19|20)\d\d(?=年)|(?<=\bin )(?:19|20)\d\d\b")
_ENGLISH_NAME = re.compile(r"(?<=[a-z] )[A-Z][a-z]{3,}\b")
_NAMES = (_PLACE, _YEAR, _ENGLISH_NAME)

_CLAUSE = re.compile(r"[^，,；;。！？!?]*[，,；;。！？!?]*")
_DATE = re.compile(r"(?:\d{4}年)?\d{1,2}月(?:\d{1,2}[日号])?|\d{4}年")
_NUMBER = re.compile(r"\d[\d.,]*[万萬亿億]?(?![%％\d])")


@dataclasses.dataclass(frozen=True)
class Example:
    """A question beside what of a passage is read."""

    question: str
    excerpt: Excerpt
    answers: tuple[str, ...]  # none in a wrong passage
    lexical: LexicalIndex  # tells which words an English question may have in Chinese


@dataclasses.dataclass(frozen=True)
class Target:
    """An example as tokens, and where in them the answer begins and ends."""

    pair: Pair
    first: tuple[int, ...]  # tokens, any of which is right; (0,) for no answer
    last: tuple[int, ...]


class Renamed:
    """Asks a question of another place, body or year, so that its passage no longer answers."""

    def __init__(self, questions: Sequence[str]) -> None:
        self._names = [
            [found.group() for text in questions if (found := _named(pattern, text))]
            for pattern in _NAMES
        ]

    def ask(self, question: str, told: str) -> str | None:
        """Return the question with a name that the passage lacks; None when it has no name."""
        for pattern, names in zip(_NAMES, self._names, strict=True):
            found = _named(pattern, question)
            other = random.choice(names) if found and names else ""  # noqa: S311
            if found and other and other not in told + question:
                return question[: found.start()] + other + question[found.end() :]
        return None


def _named(pattern: re.Pattern[str], question: str) -> re.Match[str] | None:
    found = pattern.search(question)
    return found if found and without_asking(found.group()) == found.group() else None


def examples_of(one: EvaluationSet, work: Path, encoder: BundledEncoder) -> Iterator[Example]:
    """Yield each question with its right passage, if found, and with the best wrong ones."""
    snapshot = one.index(work, encoder)
    most_wrong = WRONG[one.collected]
    most_right = most_wrong if one.collected else 1
    scripts = Scripts.from_snapshot(snapshot)
    vectors = encoder.encode_questions([scripts.written(asked.text)[0] for asked in one.questions])
    for asked, vector in zip(one.questions, vectors, strict=True):
        question = Question.from_text(asked.text, snapshot.lexical)
        searched = searched_vector(question, vector, encoder)
        hits = retrieve(snapshot, question, searched, weights().ranking)
        choose = choosing.chooser(question, hits, weights().choice)
        right, wrong = 0, 0
        for hit in hits:
            article = hit.passage.source.path.removesuffix(".txt")
            if not asked.articles and asked.about not in {"", article}:
                continue  # which may answer: that none does was read in those of one event only
            of_right = article in asked.articles
            excerpt = worth_reading(question, hit, choose(hit).scores, hits)
            holds = any(
                squash(text) in squash("".join(excerpt.sentences)) for text in asked.answers
            )
            if of_right and holds and right < most_right:
                right += 1
                yield Example(asked.text, excerpt, asked.answers, snapshot.lexical)
            elif not of_right and not holds and wrong < most_wrong:
                wrong += 1
                yield Example(asked.text, excerpt, (), snapshot.lexical)


def examples_of_follow_ups(
    one: EvaluationSet, conversations: Sequence[Conversed], work: Path, encoder: BundledEncoder
) -> Iterator[Example]:
    """Yield each follow-up with passages of the article that its conversation is about.

    An answered one with the first that holds the answer and the first that does not, another with
    the one that would be read first.
    """
    snapshot = one.index(work, encoder)
    search = Search(snapshot, encoder, LazyReader(), Filters())
    ids = {entry.source.path: entry.id for entry in snapshot.articles()}
    for conversation in conversations:
        first = conversation.first
        before = Turn(first, subject_of(first), ids[conversation.path], first)
        for follow_up in conversation.follow_ups:
            answer = follow_up.answer
            found = search.found(follow_up.question, before, top=TOP)
            if found is None or not found.hits:
                continue
            choose = choosing.chooser(found.own, found.hits, weights().choice)
            best = choosing.first_of(found.hits, choose).hit
            seen = set[bool]()
            for hit in (best, *(hit for hit in found.hits if hit is not best)):
                scores = choose(hit).scores
                excerpt = worth_reading(found.own, hit, scores, found.hits, about=found.subject)
                answers = _told(answer, "".join(excerpt.sentences))
                if not answers and _told(answer, hit.passage.text):
                    continue  # the answer is not in what is read
                if bool(answers) not in seen:
                    seen.add(bool(answers))
                    yield Example(found.own.text, excerpt, answers, snapshot.lexical)


def _told(answer: str | None, text: str) -> tuple[str, ...]:
    """Return the answer, if there is one and the text has it."""
    return (answer,) if answer is not None and squash(answer) in squash(text) else ()


def withheld(excerpt: Excerpt, answers: Sequence[str]) -> Excerpt | None:
    """Return an excerpt without the answer: a near miss; None where nothing else would be left.

    The sentence that holds it goes, or its clause, or the number becomes 多 and the date 近日.
    """
    without = random.choice((_no_sentence, _no_clause, _no_figure))  # noqa: S311
    wanted = [squash(answer) for answer in answers]
    sentences = tuple(
        without(text, wanted) if any(answer in squash(text) for answer in wanted) else text
        for text in excerpt.sentences
    )
    told = squash("".join(sentences))
    if not told or any(answer in told for answer in wanted):
        return None
    heading = "" if any(answer in squash(excerpt.heading) for answer in wanted) else excerpt.heading
    return dataclasses.replace(excerpt, sentences=sentences, heading=heading)


def _no_sentence(_text: str, _answers: Sequence[str]) -> str:
    return ""


def _no_clause(text: str, answers: Sequence[str]) -> str:
    clauses = _CLAUSE.findall(text)
    return "".join(one for one in clauses if not any(answer in squash(one) for answer in answers))


def _no_figure(text: str, answers: Sequence[str]) -> str:
    for answer in answers:
        vague = _NUMBER.sub("多", _DATE.sub("近日", answer))
        text = text.replace(answer, vague)
    return text


def target_of(
    example: Example, pairs: Pairs, renamed: Renamed, scripts: Sequence[Callable[[str], str]]
) -> Target | None:
    """Return an example as tokens; None when the answer is in none of those that are read.

    `scripts` turn a text into Traditional and into Simplified characters.
    """
    if example.answers and random.random() < RENAMED:  # noqa: S311
        told = example.excerpt.heading + "".join(example.excerpt.sentences)
        other = renamed.ask(example.question, told)
        if other is not None:
            example = dataclasses.replace(example, question=other, answers=())
    if example.answers and random.random() < WITHHELD:  # noqa: S311
        excerpt = withheld(example.excerpt, example.answers)
        if excerpt is not None:
            example = dataclasses.replace(example, excerpt=excerpt, answers=())
    ways: list[Callable[[str], str]] = [*scripts, str]
    (tell,) = random.choices(ways, [OTHER_SCRIPT, OTHER_SCRIPT, 1 - 2 * OTHER_SCRIPT])  # noqa: S311
    sentences = [tell(sentence) for sentence in example.excerpt.sentences]
    heading = tell(example.excerpt.heading) if random.random() < HEADED else ""  # noqa: S311
    # After it was renamed: what is asked of another place has no word for this one.
    question = worded(Question.from_text(example.question, example.lexical), example.excerpt)
    pair = pairs.pair(tell(question), sentences, heading)
    if not example.answers:
        return Target(pair, (0,), (0,))
    text = "".join(sentences).replace("\n", "")
    first, last = set(), set()
    for answer in example.answers:
        for found in re.finditer(r"\s*".join(map(re.escape, squash(tell(answer)))), text):
            for place, (start, end) in enumerate(pair.spans, pair.passage):
                first |= {place} if start <= found.start() < end else set()
                last |= {place} if start < found.end() <= end else set()
    return Target(pair, tuple(first), tuple(last)) if first and last else None
