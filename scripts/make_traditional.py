"""Writes qa/traditional.json: the Chinese texts of the screens in Traditional characters.

    scripts/make_traditional.py

Out of qa/chinese.json, with OpenCC's words of Taiwan (檔案 for 文件), and with the quotation marks
of Traditional Chinese. It is written once, so that no screen waits for OpenCC.
"""

from __future__ import annotations

import json
from pathlib import Path

import typer
from opencc import OpenCC

FOLDER = Path(__file__).resolve().parents[1] / "qa"
OUT = FOLDER / "traditional.json"
MARKS = str.maketrans("“”‘’", "「」『』")
WORDS = {"文本": "文字"}
"""What OpenCC leaves as it is: 文字檔案, not 文本檔案."""


def main() -> None:
    """Write the file."""
    OUT.write_text(traditional_texts(), encoding="utf-8")
    print(OUT)


def traditional_texts() -> str:
    """Return the text of the file."""
    convert = OpenCC("s2twp").convert
    texts = json.loads((FOLDER / "chinese.json").read_text(encoding="utf-8"))
    for template, text in texts.items():
        told = convert(text).translate(MARKS)
        for one, other in WORDS.items():
            told = told.replace(one, other)
        texts[template] = told
    return json.dumps(texts, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    typer.run(main)
