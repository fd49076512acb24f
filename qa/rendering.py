"""An English question's terms → how Chinese text has them.

In: an English question and the lexical index, which knows what stands in the articles. Out: for
each term its weight, and a pattern that finds it in folded text. A name in pinyin may be read in
many ways and a word translated in many; which of them stand in the articles tells what was meant.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterable

from embeddings.lexical import LexicalIndex, stems
from qa.dictionary import translations
from qa.pinyin import names_in

RARE = 0.05
"""The share of passages up to which a single character counts although longer translations stand
in the articles too (队 for team, beside 团队). Of 1 750 English questions over 1 587 articles 67.7
in a hundred then find theirs first, 67.2 without any; with 0.1 68.2, but of 100 others 84, not 87.
"""

BETWEEN = 1
"""Characters that may stand between two words which are told by one each: 督导组. With 2 it is the
same; with the words' longer translations too, but that takes 30 ms."""


@dataclasses.dataclass(frozen=True, slots=True)
class Rendering:
    """A term of an English question as Chinese text has it."""

    idf: float  # of all its translations together
    pattern: re.Pattern[str]


def renderings(text: str, says: str, index: LexicalIndex) -> dict[str, Rendering]:
    """Return an English question's terms that Chinese text may hold.

    `says` is the question without the words that ask. A word of which nothing stands in the
    articles is no term: what is asked of cannot be missing from them.
    """
    names = names_in(text)
    for name in names:
        if " " in name:  # its parts are no words: Luo Gang has no gang
            says = says.replace(name, " ")
    as_entries = {" ".join(stems(name)): name for name in names}
    idf = {name: index.idf(0) for name in names}
    patterns = {name: [pattern.pattern] for name, pattern in names.items()}
    words = translations(says)
    for entry, chinese in words.items():
        if meant := _meant(chinese, index):
            term = as_entries.get(entry, entry)
            idf[term] = index.idf(min(len(index), sum(meant.values())))
            patterns.setdefault(term, []).extend(sorted(meant, key=len, reverse=True))
    spoken = " ".join(stems(says))
    for one, other in itertools.pairwise(words):
        compound = _compound(words[one], words[other])
        if compound and f"{one} {other}" in spoken:
            for term in (as_entries.get(one, one), as_entries.get(other, other)):
                if term in patterns:
                    patterns[term].append(compound)
    return {
        term: Rendering(idf[term], re.compile("|".join(found))) for term, found in patterns.items()
    }


def _meant(chinese: Iterable[str], index: LexicalIndex) -> dict[str, int]:
    """Return which translations stand in the articles, and in how many passages each may.

    A single character counts where it is rare, or nothing longer stands there.
    """
    counts = {word: _frequency(word, index) for word in chinese}
    known = {word: count for word, count in counts.items() if count}
    longer = any(len(word) > 1 for word in known)
    return {
        word: count
        for word, count in known.items()
        if len(word) > 1 or not longer or count <= RARE * len(index)
    }


def _compound(one: Iterable[str], other: Iterable[str]) -> str:
    """Return a pattern of two words, each told by one character; "" where one cannot be."""
    first, second = ("".join(word for word in words if len(word) == 1) for words in (one, other))
    if not first or not second:
        return ""
    return rf"[{first}][\u3400-\u9fff]{{0,{BETWEEN}}}[{second}]"


def _frequency(word: str, index: LexicalIndex) -> int:
    """Return in how many passages a Chinese word may stand: its rarest pair does in as many."""
    pairs = [word[at : at + 2] for at in range(len(word) - 1)] or [word]
    return min(map(index.document_frequency, pairs))
