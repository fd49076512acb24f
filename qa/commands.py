"""The commands of the chat: their names, arguments and help; which one a line gives.

In: a line that begins with a slash, or that lacks no more than it. Out: the command and the rest of
the line. What each does is the session's business.
"""

from __future__ import annotations

import dataclasses
import difflib
import re

STYLE_NAMES = ("plain", "gbt", "markdown")
"""The styles of citation, as in `qa.cite`, which takes longer to import than the prompt may."""


@dataclasses.dataclass(frozen=True, slots=True)
class Command:
    """One command of the chat; its texts are templates of `qa.language`."""

    name: str  # with its slash
    arguments: str  # as the help shows them
    summary: str  # one line
    details: str = ""  # what /help NAME adds


COMMANDS = (
    Command(
        "/help",
        "[COMMAND]",
        "this list, or more about one command",
        "Anything without a slash is a question; one that begins with a slash is asked with a"
        " space before it.",
    ),
    Command(
        "/sources",
        "[WORDS]",
        "the articles; with words, those that have them in headline, outlet, date or file",
        "Example: /sources 法制报 2020",
    ),
    Command(
        "/open",
        "[N]",
        "passage N within its article, with line numbers",
        "Shown in your pager ($PAGER, or less) when it is longer than the screen; q leaves it.",
    ),
    Command("/more", "", "the next passages for the last question"),
    Command(
        "/cite",
        f"[N] [{'|'.join(STYLE_NAMES)}]",
        "how to cite passage N",
        "Examples: /cite, /cite 2, /cite 1 gbt",
    ),
    Command(
        "/filter",
        "[KEY VALUE …|off]",
        "search only some articles: since, until, outlet, file",
        "Examples: /filter since 2020-08 until 2021, /filter outlet 法制报, /filter off. Several"
        " keys add up; alone, it says what is set.",
    ),
    Command(
        "/explain",
        "",
        "why these passages: the parts of each score",
        "Each part is what was measured → what it adds to the score.",
    ),
    Command(
        "/export",
        "FILE",
        "questions, answers and citations into a file, .md or .json",
        "To check later that the articles still say what was quoted: qa verify FILE.json",
    ),
    Command(
        "/index",
        "",
        "bring the index up to date with the articles",
        "Ctrl-C stops it; what was done is kept.",
    ),
    Command("/new", "", "forget the conversation: the next question is the first"),
    Command("/quit", "", "leave (so does Ctrl-D)"),
)

_ELSEWHERE = {
    **dict.fromkeys(("/exit", "/bye", "/stop"), "/quit"),
    **dict.fromkeys(("/reset", "/clear"), "/new"),
    **dict.fromkeys(("/show", "/read"), "/open"),
    **dict.fromkeys(("/list", "/ls"), "/sources"),
    **dict.fromkeys(("/save", "/write"), "/export"),
    **dict.fromkeys(("/reindex", "/update"), "/index"),
}
"""What other programs call the same."""

SLASHES = ("/", "／")
"""What a command begins with: ／ comes with the marks of a Chinese keyboard."""

NAMES = tuple(command.name for command in COMMANDS)

_WORDS = {
    **dict.fromkeys(("exit", "bye", "退出", "離開", "离开"), "/quit"),
    **dict.fromkeys(("帮助", "幫助"), "/help"),
}
"""What is typed for a command, beside the commands' own names, with a slash or alone."""

_BARE = re.compile(
    r"(?:{names})|help (?:{names})|(?:open|cite) \d+(?: (?:{styles}))?"
    r"|filter (?:off|(?:since|until|outlet|file) .+)|export \S+\.(?:md|json)".format(
        names="|".join(name.removeprefix("/") for name in NAMES), styles="|".join(STYLE_NAMES)
    ),
    re.IGNORECASE,
)
"""Lines that are commands but for their slash: a name alone, or with what only a command has."""

_MISTYPED = re.compile(
    r"\S{{1,3}}/(?P<it>(?:{names})(?: .+)?)".format(
        names="|".join(name.removeprefix("/") for name in NAMES)
    ),
    re.IGNORECASE,
)
"""Lines that are commands but for what was left on the line before them: q/sources."""


def parsed(line: str) -> tuple[str, str]:
    """Return the first word of a line, a command's name perhaps, and the rest.

    >>> parsed("/Cite 2  gbt "), parsed("／help")
    (('/cite', '2  gbt'), ('/help', ''))
    """
    name, _, rest = line.strip().partition(" ")
    slash, word = name[:1], name[1:]
    return ("/" if slash in SLASHES else slash) + word.lower(), rest.strip()


def without_slash(line: str) -> str | None:
    """Return the command that a line is but for its slash, or a slip; None for a question.

    As everywhere, a line that begins with a space is a question.

    >>> without_slash("Cite 2"), without_slash("退出"), without_slash("open data")
    ('/cite 2', '/quit', None)
    >>> without_slash("q/sources 2020")
    '/sources 2020'
    """
    line = line.rstrip()
    if re.fullmatch(r"[a-zA-Z]", line):
        return "/quit" if line in "qQ" else "/help"  # a letter asks nothing
    slip = _MISTYPED.fullmatch(line)
    if slip or _BARE.fullmatch(line):
        name, space, rest = (slip["it"] if slip else line).partition(" ")
        return f"/{name.lower()}{space}{rest}"
    return _WORDS.get(line.lower())


def command_named(name: str) -> Command | None:
    """Return the command of that name, its slash left out or not."""
    return next((one for one in COMMANDS if one.name == "/" + name.removeprefix("/")), None)


def nearest(name: str) -> str | None:
    """Return the command that was probably meant, if one is like the name.

    >>> nearest("/sorces"), nearest("/QUIT"), nearest("/删除")
    ('/sources', '/quit', None)
    """
    lowered = name.lower()
    if known := _ELSEWHERE.get(lowered) or _WORDS.get(lowered.removeprefix("/")):
        return known
    begun = [one for one in NAMES if len(lowered) > 1 and one.startswith(lowered)]
    return next(iter(begun or difflib.get_close_matches(lowered, NAMES, n=1)), None)
