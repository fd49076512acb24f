"""The command line in the user's language: help, and what is said of wrong usage.

In: Typer's application, and the language. Out: the exit code. Typer speaks English only; here its
texts are replaced where it keeps them, before a command is run.
"""

from __future__ import annotations

import inspect
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

import typer
from typer.exceptions import TyperException

from qa.config import EXIT_USAGE
from qa.language import Language, language_named, language_of


def wanted_language(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """Return the language that the command line asks for, read before it is parsed.

    >>> wanted_language(["ask", "--lang", "zh"], {}).name
    'zh'
    """
    named = ""
    for before, argument in zip(["", *arguments], arguments, strict=False):
        if before == "--lang" or argument.startswith("--lang="):
            named = argument.removeprefix("--lang=")
    return Language(language_named(named) or language_of(environment))


def called_as(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return what the user calls the program; shells complete `qa`, in whatever folder it lies.

    >>> called_as(["ask"], {"QA_PROGRAM": "scripts/qa"}), called_as(["--show-completion"], {})
    ('scripts/qa', 'qa')
    """
    completing = "_QA_COMPLETE" in environment or any("-completion" in one for one in arguments)
    return "qa" if completing else shlex.quote(environment.get("QA_PROGRAM") or "qa")


def run(app: typer.Typer, language: Language, program: str) -> None:
    """Run the command line, and leave with its exit code."""
    command = typer.main.get_command(app)
    if language.name == "en":
        command(prog_name=program)
        return
    _translate(command, language)
    try:
        code = command.main(prog_name=program, standalone_mode=False)
    except TyperException as error:  # wrong usage of every kind
        typer.echo(_usage_told(error, language), err=True)
        code = EXIT_USAGE
    raise SystemExit(code)


def _translate(command: Any, language: Language) -> None:  # noqa: ANN401 -- Typer's own click
    """Replace the texts of a command and of all below it."""
    say = language.translated
    command.context_class = _context_class(command.context_class, language)
    command.help = say(inspect.cleandoc(command.help or ""))
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = say(parameter.help)
    original = command.get_help_option

    def help_option(context: Any) -> Any:  # noqa: ANN401
        option = original(context)
        if option is not None:
            option.help = say(option.help)
        return option

    command.get_help_option = help_option
    for child in getattr(command, "commands", {}).values():
        _translate(child, language)


def _context_class(context: Any, language: Language) -> Any:  # noqa: ANN401
    """Return the class of contexts whose help has headings in the language."""

    class Formatter(context.formatter_class):  # type: ignore[misc]
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, prefix or language.say("Usage: "))

        def write_heading(self, heading: str) -> None:
            super().write_heading(language.translated(heading))

    class Context(context):  # type: ignore[misc]
        formatter_class = Formatter

    return Context


def _usage_told(error: Any, language: Language) -> str:  # noqa: ANN401
    """Return how a command is used, and what was wrong."""
    lines = []
    if error.ctx is not None:
        command = f"{error.ctx.command_path} {error.ctx.help_option_names[0]}"
        lines += [error.ctx.get_usage(), language.say("Try '{command}' for help.", command=command)]
        lines.append("")
    what = language.translated(error.format_message())
    return "\n".join([*lines, language.say("Error: {what}", what=what)])
