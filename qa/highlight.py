"""A question and a text → where the text has the question's words, in either script.

In: the question as it was searched, and the text of a passage. Out: ranges of the text. What
makes it a question (多少, who) and what says nothing alone (的, 是) is no word to mark. Chinese
needs no dictionary here: wherever two neighbouring characters stand in the question and in the
text, both are marked, so that words of any length come out whole.
"""

from __future__ import annotations

import functools
import itertools
import re

from embeddings.terms import fold
from qa.question import SAYS_NOTHING, without_asking

_HAN = "\u3400-\u9fff\U00020000-\U0003ffff"
_RUN = re.compile(rf"(?P<han>[{_HAN}]+)|[^\W_{_HAN}]+(?:[.,:'-][^\W_{_HAN}]+)*")

Range = tuple[int, int]  # half open


def term_ranges(question: str, text: str) -> list[Range]:
    """Return the parts of a text that stand in the question, ascending and apart.

    >>> term_ranges("許昌買了多少架無人機?", "许昌市购置无人机32架")
    [(0, 2), (5, 8)]
    """
    wanted, pairs = _wanted(question)
    folded, places = _folded(text)
    marked = bytearray(len(text))
    for run in _RUN.finditer(folded):
        for start, end in _found(run, wanted, pairs):
            for place in places[start:end]:
                marked[place] = 1
    return [match.span() for match in re.finditer(rb"\x01+", bytes(marked))]


def _wanted(question: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the question's words, and the pairs of neighbours in its Chinese."""
    words, pairs = set(), set()
    for run in _RUN.finditer(without_asking(fold(question))):
        own = run.group()
        if run["han"] is None:
            words.add(own)
            continue
        pairs |= {a + b for a, b in itertools.pairwise(own) if not SAYS_NOTHING.issuperset((a, b))}
        alone = own.strip("".join(SAYS_NOTHING))
        if len(alone) == 1:
            words.add(alone)
    return frozenset(words), frozenset(pairs)


def _found(run: re.Match[str], wanted: frozenset[str], pairs: frozenset[str]) -> list[Range]:
    start, own = run.start(), run.group()
    if run["han"] is None:
        return [run.span()] if own in wanted else []
    found = [(start + n, start + n + 1) for n, one in enumerate(own) if one in wanted]
    found += [(start + n, start + n + 2) for n in range(len(own) - 1) if own[n : n + 2] in pairs]
    return found


def _folded(text: str) -> tuple[str, list[int]]:
    """Return the folded text, and for each of its characters the place in the text."""
    parts = [_folded_character(character) for character in text]
    places = [place for place, part in enumerate(parts) for _ in part]
    return "".join(parts), places


@functools.lru_cache(maxsize=20_000)
def _folded_character(character: str) -> str:
    return fold(character)
