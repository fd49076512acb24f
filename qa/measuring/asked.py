"""The content of an evaluation file → articles by id, and questions with known answers."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from typing import Any


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """A question with known answers."""

    text: str
    answers: tuple[str, ...]  # any of them, found in a sentence, answers
    articles: frozenset[str]  # ids of the articles that answer; empty where none does
    about: str = ""  # the article that it was written over, if it is known


def of_collection(content: dict[str, Any]) -> tuple[dict[str, str], list[Asked]]:
    """Return the articles of a collection, and what is asked of all of them."""
    articles = {_key(entry["id"]): entry["text"] for entry in content["articles"]}
    questions = [
        Asked(
            text=entry["question"],
            answers=tuple(entry["answers"]),
            articles=frozenset(map(_key, entry["articles"])),
            about=entry.get("about", ""),
        )
        for entry in content["questions"]
    ]
    return articles, questions


def of_squad(content: dict[str, Any]) -> tuple[dict[str, str], list[Asked]]:
    """Return the distinct paragraphs, and what is asked of them.

    Version 2.0 has questions that their paragraph does not answer. Some files give paragraphs no
    id, or print one twice.
    """
    ids: dict[str, str] = {}  # by paragraph
    questions = []
    for entry in content["data"]:
        for paragraph in entry["paragraphs"]:
            text = paragraph["context"]
            key = ids.setdefault(text, _key(paragraph.get("id", text)))
            for asked in paragraph["qas"]:
                impossible = asked.get("is_impossible", False)
                told = () if impossible else (answer["text"] for answer in asked["answers"])
                answers = tuple(dict.fromkeys(told))
                right = frozenset({key}) if answers else frozenset[str]()
                questions.append(Asked(asked["question"], answers, right, about=key))
    return {key: text for text, key in ids.items()}, questions


def _key(name: object) -> str:
    """Return an article's id, or digits that stand for it where it cannot name a file.

    >>> _key(1147), len(_key("2023/07/24 许昌"))
    ('1147', 16)
    """
    return str(name) if re.fullmatch(r"[\w-]{1,80}", str(name)) else digits(str(name))


def digits(text: str) -> str:
    """Return 16 digits that stand for a text: the first of its sha256."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:16]
