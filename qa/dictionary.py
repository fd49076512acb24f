"""Words of an English question → the Chinese words that may stand for them.

In: an English text. Out: for each word or phrase of it that the dictionary has, its translations.
It is CC-CEDICT, turned round by `scripts/make_dictionary.py`: `dictionary.txt`, a line for each
English entry, as stems (Porter, 1980), with its Chinese words in Simplified. A word has many
translations, few of which are meant; which of them stand in the articles tells more.
"""

from __future__ import annotations

import bisect
import functools
from importlib.resources import files

from embeddings.lexical import stems

STORED = "dictionary.txt"

LONGEST = 3
"""Words of an entry: public security bureau."""


def translations(text: str) -> dict[str, tuple[str, ...]]:
    """Return the translations of each entry in an English text; of two that overlap the longer.

    >>> "公安局" in translations("the Public Security Bureau of Baotou")["public secur bureau"]
    True
    """
    words = stems(text)
    found: dict[str, tuple[str, ...]] = {}
    place = 0
    while place < len(words):
        for length in range(LONGEST, 0, -1):
            entry = " ".join(words[place : place + length])
            if chinese := _looked_up(entry):
                found[entry] = chinese
                break
        place += length
    return found


def is_word(chinese: str) -> bool:
    """Say whether a Chinese text, in Simplified, is a word of the dictionary: 警车, not 永安号.

    >>> is_word("警车"), is_word("永安号")
    (True, False)
    """
    entries = (line for line in _lines() if chinese in line)
    return any(chinese in line.partition("\t")[2].split(" ") for line in entries)


def _looked_up(entry: str) -> tuple[str, ...]:
    lines = _lines()
    place = bisect.bisect_left(lines, f"{entry}\t")
    if place == len(lines) or not lines[place].startswith(f"{entry}\t"):
        return ()
    return tuple(lines[place].partition("\t")[2].split(" "))


@functools.cache
def _lines() -> list[str]:
    return files("qa").joinpath(STORED).read_text(encoding="utf-8").splitlines()
