"""The words of all screens, in English and in Chinese, Simplified and Traditional.

In: a template in English, and what stands in it. Out: the text in the user's language. Every
template is its own key, as in gettext; `chinese.json` beside this module has the translations, and
`traditional.json` the same, which `scripts/make_traditional.py` writes.
Errors are finished English sentences when they get here, so they are held against the same
templates. What stands in articles, names and commands is never translated.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from pathlib import Path

CATALOGUES = {"zh": "chinese.json", "zh-Hant": "traditional.json"}
"""The languages that have translations, by their names in BCP 47, and the file of each."""

LANGUAGES = ("en", *CATALOGUES)

_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})
"""The script, and where it is written."""

_PLACEHOLDER = re.compile(r"\\\{(\w+)\\\}")
_NAMES = "index|ask|sources|show|verify|doctor"
_COMMAND = re.compile(rf"\bqa (?P<name>{_NAMES})\b(?P<given> --articles| --model)?")
_INNER = frozenset({"reason", "problem", "what", "lines", "field", "found"})
"""Placeholders that hold a text of ours, not of the user's."""

_COUNTS = "counts"
"""The placeholder that holds several texts of ours: 11 articles, 61 passages."""


class Language:
    """One language of the screens.

    >>> Language("zh").say("A new conversation.")
    '已开始新的对话。'
    """

    def __init__(self, name: str, *, program: str = "qa", place: str = "", model: str = "") -> None:
        if name not in LANGUAGES:
            raise ValueError(f"no such language: {name}")
        self.name = name
        self._program = program  # as the user calls it
        self._place = place  # the options with which the user says where articles and index are
        self._model = model  # the option with which the user names a model

    def say(self, template: str, **values: object) -> str:
        """Return a text: the template in this language, with the values in it."""
        return self._texts.get(template, template).format(**values)

    def counted(self, number: int, one: str, many: str) -> str:
        """Return a number of things: `one` and `many` are templates with {number}."""
        return self.say(one if number == 1 else many, number=number)

    def translated(self, message: str) -> str:
        """Return a finished English message in this language; as it is, when it is none of ours.

        A command in it is as the user has to type it.

        >>> Language("en", program="scripts/qa", place=" --index X").translated("run: qa index")
        'run: scripts/qa index --index X'
        """
        return _COMMAND.sub(self._typed, self._in_words(message))

    def commands_in(self, text: str) -> list[tuple[int, int]]:
        """Return where commands stand in a translated text, each up to a mark or two spaces.

        >>> Language("en").commands_in("mend it, then run: qa index --articles 'my news'")
        [(19, 48)]
        """
        typed = rf"{re.escape(self._program)} (?:{_NAMES})\b(?:'[^']*'|(?!  )[^，。；（'])*"
        return [match.span() for match in re.finditer(typed, text)]

    def _typed(self, command: re.Match[str]) -> str:
        given = command["given"] or self._model
        place = "" if given == " --articles" else self._place  # else the whole command is there
        return f"{self._program} {command['name']}{place}{given}"

    def _in_words(self, message: str) -> str:
        if self.name == "en" or not message:
            return message
        for pattern, translation in _patterns(self.name):
            match = pattern.fullmatch(message)
            if match:
                values = {
                    name: self._inner(name, value) for name, value in match.groupdict().items()
                }
                return translation.format(**values)
        return message

    def _inner(self, name: str, value: str) -> str:
        """Return what stands in a placeholder of that name."""
        if name == _COUNTS:
            return self.say(", ").join(map(self._count, value.split(", ")))
        return self._in_words(value) if name in _INNER else value

    def _count(self, count: str) -> str:
        """Return a number of things, or of what has become of them: 3 articles, 2 changed."""
        number, _, name = count.partition(" ")
        whole = f"{{number}} {name}"
        known = whole in self._texts
        return self.say(whole, number=number) if known else f"{number} {self.say(name)}"

    @property
    def _texts(self) -> Mapping[str, str]:
        return {} if self.name == "en" else catalogue(self.name)


ENGLISH = Language("en")


def language_of(environment: Mapping[str, str]) -> str:
    """Return the name of the language that an environment asks for: LC_ALL, LC_MESSAGES, LANG.

    >>> language_of({"LANG": "zh_TW.UTF-8"}), language_of({"LANG": "fr_FR", "LC_ALL": ""})
    ('zh-Hant', 'en')
    """
    names = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    wanted = next((name for name in names if name), "")
    return language_named(wanted.partition(".")[0]) or "en"


def language_named(name: str) -> str | None:
    """Return the language of LANGUAGES that a locale or a tag of BCP 47 names; None for another.

    >>> language_named("zh-HK"), language_named("zh_CN"), language_named("zh-Hans-HK")
    ('zh-Hant', 'zh', 'zh')
    """
    base, *rest = re.split("[-_]", name.lower())
    if base == "zh" and "hans" not in rest and not _TRADITIONAL.isdisjoint(rest):
        return "zh-Hant"
    return base if base in LANGUAGES else None


@functools.cache
def catalogue(name: str) -> Mapping[str, str]:
    """Return a language's texts by their English templates."""
    file = Path(__file__).with_name(CATALOGUES[name])
    texts: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return texts


@functools.cache
def _patterns(name: str) -> list[tuple[re.Pattern[str], str]]:
    """Return a pattern for what each template gives, the most exact first, and its translation."""

    def exactness(template: str) -> tuple[bool, int]:
        return template.startswith("{"), -len(re.sub(r"\{\w+\}", "", template))

    ordered = sorted(catalogue(name).items(), key=lambda item: exactness(item[0]))
    return [
        (re.compile(_PLACEHOLDER.sub(r"(?P<\1>.+?)", re.escape(template)), re.DOTALL), translation)
        for template, translation in ordered
    ]
