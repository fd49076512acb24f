"""Text → how probable it is as Chinese prose, character by character.

In: text, decoded in some way. Out: its log probability under a model that knows how frequent each
character is, and nothing of their order: enough to tell prose from bytes that were read in a wrong
encoding, which gives rare characters. It does not know which encoding was tried.

`characters.txt` holds the Han characters of Simplified and of Traditional news, most frequent
first (`scripts/make_characters.py`). All log probabilities are natural.
"""

from __future__ import annotations

import collections
import dataclasses
import functools
import math
import re
import unicodedata
from importlib.resources import files

ZIPF_TOP, ZIPF_SLOPE, ZIPF_CUT_OFF = -3.4, 0.576, 736.0
"""p(rank) = exp(top) · rank^-slope · exp(-rank / cut-off), within 0.3 nats of the counts over 8 000
news articles and DRCD's dev paragraphs at the ranks 30 to 3 000."""

ASCII = -4.0
"""For every character of ASCII but controls: per byte about what a Han character costs."""

RARE_HAN = -13.5
"""A Han character outside the lists: less than the last one in them, -12.1."""

RARE_RANK = -11.0  # of Han characters: about those beyond rank 2 300, one in 150 in news

_BLOCKS = (
    (re.compile("[，。、“”：；？！《》（）—…·「」『』\u3000\xa0]"), -5.0),
    (re.compile("[•～]"), -8.0),  # frequent; in Big5, "‧" and "∼" share their bytes
    (re.compile("[\u3001-\u303f\u2010-\u2027\u2030-\u205e\u2100-\u22ff\u2460-\u24ff]"), -9.0),
    (re.compile("[\xa1-\xff\uff01-\uff5e\uffe0-\uffe6\u25a0-\u26ff\u3200-\u33ff]"), -9.0),
    (re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufe0f\xad\x85]"), -9.0),
    (re.compile("[\u3041-\u30ff\u0391-\u03c9\u0401-\u0451]"), -11.0),  # kana, Greek, Cyrillic
    (re.compile("[\u2500-\u259f\u3105-\u312f\ufffd]"), -12.0),  # frames, Bopomofo, replaced
    (re.compile("[\u4e00-\u9fff]"), RARE_HAN),
)
"""What is not in the lists. These are judged, not counted: far too rare in news to be counted. What
misread bytes often give, and prose seldom, stands below a frequent Han character."""

_SCRIPT_RUN = re.compile("[\u0370-\u0fff]{4,}|[\u3041-\u30ff]{4,}|[\u3105-\u312f]{4,}")
"""Letters that spell words: Greek to Thai, kana, Bopomofo. Misread bytes give them one by one. Not
Korean, which whole GB18030 text looks like when it is read as UTF-16."""

IN_RUN = -6.0  # a letter there: about what a Han character costs, and less than a misread one

_CATEGORIES = {"Cn": -20.0, "Cc": -20.0, "Cs": -20.0, "Co": -18.0}
OTHER = -14.0  # other scripts, Han beyond the first block

_WHITE = "\t\n\v\f\r\x1a"  # controls that text files hold; 1A is the end of a DOS file


@dataclasses.dataclass(frozen=True, slots=True)
class Plausibility:
    """How probable a text is."""

    total: float  # log probability of the whole text; 0 when it is empty
    mean: float  # of its characters beyond ASCII, a character; 0 when there is none
    beyond_ascii: int  # how many they are


def plausibility(text: str) -> Plausibility:
    """Return how probable a text is as Chinese prose.

    >>> plausibility("新闻").mean > -8 > plausibility("鏂伴椈").mean
    True
    """
    table = _table()
    total = beyond = 0.0
    count = 0
    for char, times in collections.Counter(text).items():
        if char.isascii():
            total += times * table[char]
        else:
            beyond += times * table[char]
            count += times
    for run in _SCRIPT_RUN.findall(text):
        beyond += sum(IN_RUN - table[char] for char in run)
    return Plausibility(total + beyond, beyond / count if count else 0.0, count)


def log_probability(char: str) -> float:
    """Return the log probability of one character."""
    return _table()[char]


def has_rare_run(text: str, least: int) -> bool:
    """Tell whether so many rare characters stand together, as they do where pairs are misread.

    Words in another script do not count.
    """
    if not _rare_run(least).search(text):
        return False
    return _rare_run(least).search(_SCRIPT_RUN.sub("。", text)) is not None


@functools.cache
def _rare_run(least: int) -> re.Pattern[str]:
    usual = "".join(char for char, found in _table().items() if found >= RARE_RANK and char >= "一")
    return re.compile(
        f"[^\x00-\xff\u2010-\u203b\u3000-\u3017\uff01-\uff5e{re.escape(usual)}]{{{least}}}"
    )


class _Table(dict[str, float]):
    """Character → log probability; those outside the lists are filled in when they are asked."""

    def __missing__(self, char: str) -> float:
        self[char] = found = _of_class(char)
        return found


@functools.cache
def _table() -> _Table:
    table = _Table()
    for line in files("embeddings").joinpath("characters.txt").read_text("utf-8").splitlines():
        for rank, char in enumerate(line, 1):
            found = ZIPF_TOP - ZIPF_SLOPE * math.log(rank) - rank / ZIPF_CUT_OFF
            table[char] = max(found, table.get(char, found))
    return table


def _of_class(char: str) -> float:
    if char.isascii() and (char.isprintable() or char in _WHITE):
        return ASCII
    for block, found in _BLOCKS:
        if block.match(char):
            return found
    return _CATEGORIES.get(unicodedata.category(char), OTHER)
