"""Writes qa/pinyin.txt: a line for each syllable of pinyin, with the characters that are read so.

    scripts/make_pinyin.py

The readings are those of the package `pypinyin` (MIT), whose own table takes 0.2 s to import: a
quarter of what an English question takes from a cold start. Tones are left out, as in English.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

import typer
from pypinyin.pinyin_dict import pinyin_dict

OUT = Path(__file__).resolve().parents[1] / "qa" / "pinyin.txt"
FIRST, LAST = 0x4E00, 0x9FFF  # CJK Unified Ideographs: what modern text is written in


def main() -> None:
    """Write the file."""
    OUT.write_text(table(), encoding="utf-8")
    print(f"{OUT}: {OUT.stat().st_size / 1000:.0f} kB")


def table() -> str:
    """Return the text of the file: syllable, tab, characters."""
    characters: dict[str, list[str]] = {}
    for code, readings in sorted(pinyin_dict.items()):
        if FIRST <= code <= LAST:
            for syllable in {_toneless(reading) for reading in readings.split(",")}:
                characters.setdefault(syllable, []).append(chr(code))
    return "".join(f"{one}\t{''.join(characters[one])}\n" for one in sorted(characters))


def _toneless(reading: str) -> str:
    """Return a reading as English writes it.

    >>> _toneless("lǜ")
    'lu'
    """
    marks = unicodedata.normalize("NFD", reading)
    return "".join(mark for mark in marks if not unicodedata.combining(mark))


if __name__ == "__main__":
    typer.run(main)
