"""Counts the Han characters of texts and writes embeddings/characters.txt.

    scripts/make_characters.py --simplified FILE... --traditional FILE... [--most N]

A file is a folder of .txt files, a .txt or .txt.gz file, or a .json file in the form of SQuAD, of
which the contexts are read. The Simplified texts, converted by OpenCC, count among the Traditional
ones as well, scaled to the same number of characters: a small corpus alone knows too few.
"""

from __future__ import annotations

import collections
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import opencc
import typer

OUT = Path(__file__).resolve().parents[1] / "embeddings" / "characters.txt"
MOST = 3000  # they cover 99.7 % of the Han characters of 8 000 news articles


def main(
    simplified: Annotated[list[Path], typer.Option(help="Texts in Simplified Chinese")],
    traditional: Annotated[list[Path], typer.Option(help="Texts in Traditional Chinese")],
    most: Annotated[int, typer.Option(help="Characters that are kept of each")] = MOST,
) -> None:
    """Write two lines: the characters of Simplified, then of Traditional, by falling frequency."""
    texts = [text for path in simplified for text in _texts(path)]
    converter = opencc.OpenCC("s2tw")
    converted = _count(converter.convert(text) for text in texts)
    own = _count(text for path in traditional for text in _texts(path))
    weight = converted.total() / own.total()
    mixed = {char: converted[char] + weight * own[char] for char in converted | own}
    lists = [_most_frequent(counts, most) for counts in (_count(iter(texts)), mixed)]
    OUT.write_text("".join(f"{chars}\n" for chars in lists), encoding="utf-8")
    print(f"{OUT}: {len(lists[0])} and {len(lists[1])} characters")


def _texts(path: Path) -> Iterator[str]:
    if path.is_dir():
        yield from (file.read_text(encoding="utf-8") for file in sorted(path.rglob("*.txt")))
    elif path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from lines
    elif path.suffix == ".json":
        articles = json.loads(path.read_text(encoding="utf-8"))["data"]
        yield from (part["context"] for article in articles for part in article["paragraphs"])
    else:
        yield path.read_text(encoding="utf-8")


def _count(texts: Iterator[str]) -> collections.Counter[str]:
    counts: collections.Counter[str] = collections.Counter()
    for text in texts:
        counts.update(char for char in text if "\u4e00" <= char <= "\u9fff")
    return counts


def _most_frequent(counts: dict[str, float] | collections.Counter[str], most: int) -> str:
    return "".join(sorted(counts, key=lambda char: (-counts[char], char))[:most])


if __name__ == "__main__":
    typer.run(main)
