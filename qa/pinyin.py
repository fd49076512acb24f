"""Chinese names in an English question → how they are found in Chinese text.

In: an English question. Out: for each capitalised word that can be read as pinyin of two syllables
or more (Xinyang, Baotou), a pattern of the characters that are read so (孙新阳 has 新阳). Tones are
not written in English, so that many characters fit; the vectors tell which are meant. `pinyin.txt`
has the characters of each syllable; `scripts/make_pinyin.py` makes it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from importlib.resources import files

STORED = "pinyin.txt"

LONGEST_SYLLABLE = 6  # letters: zhuang
SYLLABLES = range(2, 5)
"""One syllable fits too much; a name of five is none of a person or town."""

_WORD = re.compile(r"\b[A-Z][a-z]+(?:['’][a-z]+)?\b")


def names_in(question: str) -> dict[str, re.Pattern[str]]:
    """Return the names in a question, in lower case, each with the pattern that finds it.

    >>> bool(names_in("What did Sun Xinyang ask for?")["xinyang"].search("组长孙新阳来到包头"))
    True
    """
    characters = _characters()
    found = {}
    for match in _WORD.finditer(question):
        word = re.sub(r"['’]s$", "", match.group()).lower()
        readings = [one for one in _split(re.sub(r"['’]", "", word)) if len(one) in SYLLABLES]
        if readings:
            patterns = ("".join(f"[{characters[one]}]" for one in reading) for reading in readings)
            found[word] = re.compile("|".join(patterns))
    return found


def _split(word: str) -> Iterator[tuple[str, ...]]:
    """Yield every way to read a word as syllables: xian → xian, xi an."""
    if not word:
        yield ()
    for length in range(1, min(LONGEST_SYLLABLE, len(word)) + 1):
        if word[:length] in _characters():
            yield from ((word[:length], *rest) for rest in _split(word[length:]))


@functools.cache
def _characters() -> dict[str, str]:
    """Return, for each syllable without its tone, the characters that may be read so."""
    lines = files("qa").joinpath(STORED).read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines)
