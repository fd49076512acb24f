"""Chinese names in an English question → how they are found in Chinese text.

In: an English question. Out: for each capitalised word that can be read as pinyin of two syllables
or more (Xinyang, Baotou), and for a person's whole name (Luo Gang), a pattern of the characters
that are read so. Tones are not written in English, so that many characters fit; the vectors tell
which are meant. `pinyin.txt` has the characters of each syllable: `scripts/make_pinyin.py`.
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

_SURNAMES = (
    "ai an bai bao bi bian cai cao chang che chen cheng chu cui dai deng di ding dong du duan "
    "fan fang fei feng fu gan gao ge geng gong gu guan guo han hao he hong hou hu hua huang "
    "huo ji jia jian jiang jiao jin jing kang ke kong lai lan lei li lian liang liao lin ling "
    "liu long lou lu luo ma mao mei meng miao mo mu ni nie niu ou pan pang pei peng pu qi "
    "qian qiao qin qiu qu ren rong ruan shan shang shao she shen sheng shi shu song su sui "
    "sun tan tang tao tian tong tu wan wang wei wen weng wu xi xia xiang xiao xie xin xing "
    "xiong xu xue yan yang yao ye yi yin ying you yu yuan yue yun zang zeng zha zhai zhan "
    "zhang zhao zheng zhong zhou zhu zhuang zhuo zou zuo"
)
SURNAMES = frozenset(_SURNAMES.split(" "))
"""Family names of one syllable, as they are read. With a whole name as one term 83.5 of 100 English
questions over 539 news articles find theirs first, 82.3 with each word by itself; 9 of 600 were won
by it and 2 lost."""

GIVEN = range(1, 3)  # syllables of a given name

_WORD = re.compile(r"\b[A-Z][a-z]+(?:['’][a-z]+)?\b")


def names_in(question: str) -> dict[str, re.Pattern[str]]:
    """Return the names in a question, in lower case, each with the pattern that finds it.

    >>> bool(names_in("What did Xuchang buy?")["xuchang"].search("许昌市公安局"))
    True
    >>> bool(names_in("Who is Luo Gang?")["luo gang"].search("书记名叫罗刚"))
    True
    """
    matches = list(_WORD.finditer(question))
    found: dict[str, list[str]] = {}
    place = 0
    while place < len(matches):
        whole = question[matches[place].start() : matches[min(place + 1, len(matches) - 1)].end()]
        words = [_plain(word) for word in whole.split(" ")]
        if len(words) == 2 and (patterns := _person(*words)):
            found[" ".join(words)] = patterns
            place += 2
            continue
        word = _plain(matches[place].group())
        if patterns := _patterns(word, SYLLABLES):
            found[word] = patterns
        place += 1
    return {name: re.compile("|".join(patterns)) for name, patterns in found.items()}


def _plain(word: str) -> str:
    return re.sub(r"['’]s$", "", word).lower()


def _person(one: str, other: str) -> list[str]:
    """Return the patterns of a person's name, the family name first, as in Chinese, or last."""
    for surname, given in ((one, other), (other, one)):
        if surname in SURNAMES and (patterns := _patterns(given, GIVEN)):
            return [f"[{_characters()[surname]}]{pattern}" for pattern in patterns]
    return []


def _patterns(word: str, syllables: range) -> list[str]:
    """Return a pattern for each way to read a word as so many syllables."""
    readings = (one for one in _split(re.sub(r"['’]", "", word)) if len(one) in syllables)
    return ["".join(f"[{_characters()[one]}]" for one in reading) for reading in readings]


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
