"""A conversation: a question, and what was said before it → an answer.

In: questions, one after the other. Out: `Answer`s. A follow-up is completed from the question
before it; which articles are searched is chosen by filters. Nothing here touches a terminal.
"""

from __future__ import annotations

import dataclasses
import re

from embeddings.encode import Encoder
from embeddings.errors import QuestionError
from embeddings.snapshot import Snapshot
from embeddings.source import Span
from embeddings.terms import fold
from qa import relevance
from qa.answer import Answer, CitedPassage
from qa.cantonese import written_chinese
from qa.dictionary import is_word
from qa.ellipsis import instead_of
from qa.exchange import exchanged, substituted
from qa.filters import Filters
from qa.follow_up import Lack, Turn, completed, is_short, lack, subject_of
from qa.given import not_sure
from qa.reader import Reader
from qa.search import Search
from qa.small_talk import is_small_talk
from qa.times import is_loose_time, is_time

_SURROGATE = re.compile(r"[\ud800-\udfff]")


class Conversation:
    """Questions and answers over one open index."""

    def __init__(
        self, snapshot: Snapshot, encoder: Encoder, reader: Reader, *, top: int, filters: Filters
    ) -> None:
        self._encoder = encoder
        self._reader = reader
        self._top = top
        self._before: Turn | None = None  # what the next question may be completed by
        self._before_last: Turn | None = None  # what the last one was
        self._search = Search(snapshot, encoder, reader, filters)
        self.answers: list[Answer] = []  # in order, with the passages that were added to each

    @property
    def snapshot(self) -> Snapshot:
        """The index that is searched."""
        return self._search.snapshot

    @property
    def filters(self) -> Filters:
        """Which of its articles are."""
        return self._search.filters

    def search_in(self, filters: Filters) -> None:
        """Search only the articles that pass from now on."""
        self._search = Search(self.snapshot, self._encoder, self._reader, filters)

    def go_on_with(self, snapshot: Snapshot) -> None:
        """Search another snapshot, of the same articles brought up to date, from now on."""
        self._before_last = None
        if self._before is not None:
            # Ids have changed.
            self._before = dataclasses.replace(self._before, article=None, sentence=None)
        self._search = Search(snapshot, self._encoder, self._reader, self.filters)

    def forget(self) -> None:
        """Begin anew: the next question is the first."""
        self._before = None
        self.answers.clear()

    def ask(self, question: str) -> Answer:
        """Answer a question.

        Raises QuestionError when it has no word, or is longer than the model reads: none is cut
        silently.
        """
        asks_nothing = is_small_talk(question)
        question = _SURROGATE.sub("\ufffd", question).strip()
        if not any(map(str.isalnum, question)):  # ？？？
            raise QuestionError("the question is empty", hint="ask something about the articles")
        tokens, limit = self._encoder.count_tokens(question), self._encoder.token_limit
        if tokens > limit:
            raise QuestionError(
                f"the question is too long: {tokens} tokens, and the model reads {limit}",
                hint="ask it in fewer words",
            )
        if asks_nothing:  # and the conversation goes on where it was
            self.answers.append(not_sure(self._alone(question)))
            return self.answers[-1]
        written = written_chinese(question)
        answer = self._answer_in_conversation(written)
        self._before_last, self._before = self._before, self._turn(written, answer)
        self.answers.append(dataclasses.replace(answer, question=question))
        return self.answers[-1]

    def warm_up(self) -> None:
        """Load what the first question needs, while it is being typed."""
        self._search.warm_up()

    def leave(self, number: int) -> Answer:
        """Take all but so many passages away from the last answer; /more brings them."""
        last = self.last()
        if number < len(last.passages):
            self.answers[-1] = dataclasses.replace(last, passages=last.passages[:number], more=True)
        return self.last()

    def more(self) -> tuple[CitedPassage, ...]:
        """Return the passages after those of the last answer, as many as an answer has.

        They become part of that answer. Raises QuestionError when there is none.
        """
        last = self.last()
        shown = len(last.passages)
        longer = self._again(last, shown + self._top)
        known = {_place(one) for one in last.passages}
        fresh = [one for one in longer.passages if _place(one) not in known][: self._top]
        added = tuple(
            dataclasses.replace(one, rank=rank) for rank, one in enumerate(fresh, shown + 1)
        )
        self.answers[-1] = dataclasses.replace(last, passages=(*last.passages, *added))
        return added

    def _again(self, last: Answer, top: int) -> Answer:
        """Search once more for what was asked last."""
        before = self._before_last
        if before is not None and last.completed:
            further = self._search.follow_up(written_chinese(last.question), before, top=top)
            if further is not None and further.searched_as == last.searched_as:
                return further
        return self._search.answer(last.searched_as, asked=last.question, top=top)

    def last(self) -> Answer:
        """Return the last answer; raise QuestionError when there is none."""
        if not self.answers:
            raise QuestionError("there is no answer yet", hint="ask a question first")
        return self.answers[-1]

    def _turn(self, question: str, answer: Answer) -> Turn:
        """Return what is kept of a question for the next."""
        before, searched = self._before, answer.searched_as
        lacks = lack(question) is not Lack.NOTHING
        is_refused = lacks and not answer.answered and searched != instead_of(question)
        if before is not None and is_refused and not self._may_go_on_from(answer):
            return before  # thanks; or something else that has no answer
        subject, complete = subject_of(searched), searched
        if before is not None and searched == completed(question, before):
            subject, complete = before.subject, before.complete
        first = answer.passages[0] if answer.passages else None
        article = first.passage.article if first else None
        sentence = first.answer_sentence.id if first and answer.answered else None
        return Turn(question, subject, article, complete, sentence, searched)

    def _may_go_on_from(self, refused: Answer) -> bool:
        """Say whether the next question may be about what a short one asked that was refused."""
        lexical, question = self.snapshot.lexical, refused.question
        if refused.completed or not relevance.tells_of(refused, question, lexical):
            return False
        return not is_short(question) or relevance.names_something(question, lexical)

    def _answer_in_conversation(self, question: str) -> Answer:
        """Answer a question, completed by the turn before it where it lacks something."""
        before = self._before
        lacks = lack(question) if before is not None else Lack.NOTHING
        alone = self._alone(question) if lacks is not Lack.SUBJECT else None
        if before is None or lacks is Lack.NOTHING or question == before.asked:
            return alone or self._alone(question)
        further = self._completed(question, before)
        if further is None:
            return alone or self._alone(question)
        if alone is None:
            return further
        if relevance.goes_on(alone, further, question, self.snapshot.lexical):
            if_new = alone if alone.answered and not further.answered else None
            return dataclasses.replace(further, if_new=if_new)
        return _as_new(alone, before)

    def _completed(self, question: str, before: Turn) -> Answer | None:
        """Answer a question completed by the turn before it; None where that does not help."""
        lexical = self.snapshot.lexical
        frequency = lexical.document_frequency
        exchange = exchanged(question, before.complete, frequency)
        if exchange is not None:
            answer = self._alone(exchange.question, asked=question)
            return relevance.sure_of_the_new(answer, exchange)
        further = self._search.follow_up(question, before, top=self._top)
        if further is None:
            return None
        further = relevance.sure_of_more(further, question, before, self.snapshot)
        instead = instead_of(question)
        if not instead:
            return further
        whole = before.searched if is_time(instead) and before.searched else before.complete
        others = substituted(question, whole, frequency)
        answers = [(self._alone(one.question, asked=question), one) for one in others]
        told = [
            one for one, other in answers if relevance.tells_the_new(one, other, before, lexical)
        ]
        best = max(told, key=lambda one: one.confidence, default=further)
        if best is further and not relevance.tells_of(further, instead, lexical):
            if answers and is_time(instead) and not is_loose_time(instead):
                return not_sure(answers[0][0])  # of another year, and shown as asked of it
            return self._of_another_article(instead, before, further)
        return relevance.of_the_new(best, question, lexical)

    def _of_another_article(self, thing: str, before: Turn, further: Answer) -> Answer:
        """Answer what names a thing of which the article at hand does not tell.

        永安号呢？ goes on with that, where another does; 警车呢？ may be asked of the same bureau.
        """
        lexical = self.snapshot.lexical
        if not relevance.is_of_few(thing, lexical):
            return not_sure(further)
        anew = self._alone(thing, asked=further.question)
        if not relevance.names(anew, thing, lexical):
            return not_sure(further)
        if is_word(fold(thing)):
            return dataclasses.replace(not_sure(further), if_new=anew if anew.answered else None)
        return _as_new(anew, before)

    def follow_up(self, question: str) -> Answer | None:
        """Answer a question as what the last one completes; it is not remembered."""
        if self._before is None:
            return None
        return self._search.follow_up(question, self._before, top=self._top)

    def _alone(self, searched: str, *, asked: str = "") -> Answer:
        return self._search.answer(searched, asked=asked, top=self._top)


def _place(cited: CitedPassage) -> tuple[str, Span]:
    """Return where a passage stands; ids change when the index is brought up to date."""
    return cited.passage.source.path, cited.passage.span


def _as_new(answer: Answer, before: Turn) -> Answer:
    """Return the answer to what might have gone on, marked where another article has it."""
    first = answer.passages[0] if answer.passages else None
    return dataclasses.replace(
        answer, as_new=first is not None and first.passage.article != before.article
    )
