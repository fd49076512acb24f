"""Replies of the chat → Rich renderables. Nothing here prints."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from qa.answer import Answer
from qa.commands import COMMANDS, Command
from qa.explained import explained_view
from qa.language import Language
from qa.layout import PLAIN, Look, Wrapped, advice, visible
from qa.lists import citations_view, shown_view, sources_view
from qa.present import answer_view, passages_view
from qa.replies import (
    Cited,
    Explained,
    Exported,
    Filtered,
    Help,
    More,
    Opened,
    Reply,
    Slashless,
    SmallTalk,
    Sources,
)
from qa.source_view import instead_texts, left_out_texts

NAME_COLUMNS = 10
"""Of the list of commands; what they do stands right of it."""


def reply_view(reply: Reply, look: Look = PLAIN, *, seconds: float | None = None) -> RenderableType:
    """Return what the chat shows for a reply; `seconds` is how long an answer took."""
    match reply:
        case Answer():
            return answer_view(reply, look, seconds=seconds)
        case More():
            return passages_view(reply.passages, reply.question, look)
        case Explained():
            return explained_view(reply.answer, look)
        case Opened():
            return shown_view(reply.shown, look)
        case Slashless() | SmallTalk():
            return unasked_view(reply, look.language)
        case _:
            return _told_view(reply, look.language)


def _told_view(reply: Reply, language: Language) -> RenderableType:
    match reply:
        case Sources():
            return sources_view(reply, language)
        case Cited():
            return citations_view(reply.citations, reply.style)
        case Filtered():
            return filtered_view(reply, language)
        case Exported():
            return exported_view(reply, language)
        case Help():
            return help_view(reply, language)
        case _:
            return Text(language.say("A new conversation."), "quiet")


def help_view(reply: Help, language: Language) -> RenderableType:
    """Return the list of commands, or all about one."""
    say = language.say
    if reply.command is not None:
        return Group(*_about(reply.command, language))
    if reply.unknown:
        unknown = say("There is no command {name}.", name=visible(reply.unknown))
        told = [Text(unknown, "error")]
        if reply.meant is not None:
            told.append(Text(" " + say("Did you mean {name}?", name=reply.meant)))
        told.append(Text(" " + say("/help lists the commands."), "quiet"))
        return Wrapped(Text.assemble(*told))
    parts: list[RenderableType] = []
    for command in COMMANDS:
        name = f"{command.name:<{NAME_COLUMNS}}"
        parts.append(Wrapped(Text(say(command.summary)), " " * NAME_COLUMNS, first=name))
    parts.append(
        Wrapped(Text(say("/help COMMAND says more. Anything else is a question."), "quiet"))
    )
    return Group(*parts)


def unasked_view(reply: Slashless | SmallTalk, language: Language) -> RenderableType:
    """Return why a line was not asked, and how to ask it all the same."""
    if isinstance(reply, Slashless):
        told = language.say("Did you mean {name}?", name=visible(reply.meant))
    else:
        told = language.say("That asks nothing of the articles. /help lists the commands.")
    asked = language.say("A space before it makes a question of it.")
    return Wrapped(Text.assemble(told, " ", (asked, "quiet")))


def filtered_view(reply: Filtered, language: Language) -> RenderableType:
    """Return which articles are searched."""
    say = language.say
    number, total = reply.passing, reply.articles
    if not reply.filters:
        told = say("All {total} articles are searched; no filter is set.", total=total)
        return Wrapped(Text(told, "quiet"))
    told = say(
        "{number} of {total} articles are searched: {filters}",
        number=number,
        total=total,
        filters=visible(reply.filters.told()),
    )
    parts: list[RenderableType] = [Wrapped(Text(told, "hint" if not number else ""))]
    parts += [Wrapped(Text(told, "quiet")) for told in left_out_texts(reply.left_out, language)]
    parts += [Wrapped(Text(text, "hint")) for text in instead_texts(reply.instead, language)]
    parts.append(Wrapped(Text(say("/filter off searches all again."), "quiet")))
    return Group(*parts)


def exported_view(reply: Exported, language: Language) -> RenderableType:
    """Return what was written, and where."""
    questions = language.counted(reply.questions, "{number} question", "{number} questions")
    told = language.say("{questions} → {path}", questions=questions, path=visible(reply.path))
    return Wrapped(Text(told))


def _about(command: Command, language: Language) -> list[RenderableType]:
    arguments = f" {command.arguments}" if command.arguments else ""
    parts: list[RenderableType] = [
        Wrapped(Text.assemble((command.name, "mark"), arguments)),
        Wrapped(Text(language.say(command.summary)), "  "),
    ]
    if command.details:
        details = advice(language.translated(command.details), language, "quiet")
        parts.append(Wrapped(details, "  "))
    return parts
