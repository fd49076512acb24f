"""The command line: its commands, and with what they exit.

Results go to standard output, everything else to standard error. Exit 0 done, also for "the
articles do not answer"; 1 an error that the user can mend; 2 usage; 130 Ctrl-C.
"""

from __future__ import annotations

import dataclasses
import enum
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from qa.ask import Form, run_ask
from qa.boundary import errors_shown, errors_told
from qa.completion import places
from qa.config import EXIT_ERROR, AskConfig
from qa.localised import called_as, run, wanted_language
from qa.options import ANSWERING, FILTERS, PLACE, SCREEN, known_encoding, takes
from qa.screen import errors, print_json, replace_what_cannot_be_shown, screen, warn_of_encoding

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Style(enum.StrEnum):
    """The styles of citation."""

    PLAIN = "plain"
    GBT = "gbt"
    MARKDOWN = "markdown"


@app.callback(invoke_without_command=True)
@takes(*ANSWERING, "no_history")
@errors_told
def root(
    context: typer.Context,
    config: AskConfig,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Ask a folder of articles; get the passages that answer, each with its source.

    Without a command: the chat.
    """
    context.obj = dataclasses.asdict(config)
    if version:
        typer.echo(_version())
    elif context.invoked_subcommand is None:
        _talk(config)


@app.command()
@takes(*ANSWERING, "no_history")
@errors_told
def chat(_context: typer.Context, config: AskConfig) -> None:
    """Talk in the terminal; with --json, one question a line in, one object a line out."""
    _talk(config)


@app.command()
@takes(*ANSWERING)
@errors_told
def ask(
    _context: typer.Context,
    config: AskConfig,
    question: Annotated[str, typer.Argument(help="The question, in quotes.")],
    form: Annotated[
        Form, typer.Option("--format", help="Form of the answer.", show_choices=True)
    ] = Form.TEXT,
    open_: Annotated[
        bool, typer.Option("--open", help="Open the first passage's file in $EDITOR, at its line.")
    ] = False,
) -> None:
    """Answer one question."""
    run_ask(config, question, Form.JSON if config.json else form, edited=open_)


@app.command()
@takes(*PLACE, *SCREEN)
@errors_told
def index(
    _context: typer.Context,
    config: AskConfig,
    folder: Annotated[
        Path | None, typer.Argument(metavar="[FOLDER]", help="Folder of articles.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Make the index anew.")] = False,
    encoding: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            callback=known_encoding,
            help="Take all text files for this encoding: big5, gb18030, …",
        ),
    ] = None,
) -> None:
    """Build the index, or bring it up to date."""
    from embeddings.folder import passed_over
    from qa.indexing import build_index
    from qa.lists import report_view
    from qa.upkeep import changes_view

    if folder is not None:
        config = dataclasses.replace(config, articles=folder)
    language = config.language
    with errors_shown(config):  # whose hints name the folder
        report = build_index(config, errors(config), force=force, encoding=encoding)
    errors(config).print(changes_view(report, passed_over(config.articles), language))
    screen(config).print(report_view(report, str(config.articles), language))


@app.command()
@takes(*PLACE, *FILTERS, "json", *SCREEN)
@errors_told
def sources(_context: typer.Context, config: AskConfig) -> None:
    """List the articles."""
    from qa.library import open_session
    from qa.reader import LazyReader

    reply = open_session(config, errors(config), reader=LazyReader()).sources()
    if config.json:
        from qa.contract import sources_object

        print_json(sources_object(reply))
    else:
        from qa.lists import sources_view

        screen(config).print(sources_view(reply, config.language))


@app.command()
@takes(*PLACE, *SCREEN)
@errors_told
def show(
    _context: typer.Context,
    config: AskConfig,
    citation: Annotated[
        str, typer.Argument(autocompletion=places, help="A place, as answers print it: FILE:LINE.")
    ],
    quote: Annotated[
        str, typer.Option(metavar="TEXT", help="Cite the sentence that has these words.")
    ] = "",
    style: Annotated[
        Style | None, typer.Option(help="Print this citation alone.", show_choices=True)
    ] = None,
) -> None:
    """Show a cited place within its article, and how to cite it."""
    from qa.lists import citations_view, shown_view
    from qa.originals import show_place

    shown = show_place(config, errors(config), citation, quote)
    out = screen(config)
    if style is None:
        from qa.layout import Look

        look = Look(config.language, str(config.articles.resolve()))
        out.print(shown_view(shown, look))
    out.print(citations_view(shown.citations, style and style.value), soft_wrap=True)


@app.command()
@takes(*PLACE, "json", *SCREEN)
@errors_told
def verify(
    _context: typer.Context,
    config: AskConfig,
    answer: Annotated[
        Path | None, typer.Argument(metavar="[ANSWER.json]", help="A saved answer.")
    ] = None,
) -> None:
    """Say whether the files still give what was quoted; exit 1 when something is gone."""
    from qa.originals import verify as verify_articles
    from qa.verify import State

    checked = verify_articles(config, errors(config), answer)
    if config.json:
        from qa.contract import checked_object

        print_json(checked_object(checked))
    else:
        from qa.lists import checked_view

        folder = str(config.articles)
        screen(config).print(checked_view(checked, config.language, folder=folder))
    if any(one.state is State.GONE for one in checked):
        raise typer.Exit(EXIT_ERROR)


@app.command()
@takes(*PLACE, "json", *SCREEN)
@errors_told
def doctor(_context: typer.Context, config: AskConfig) -> None:
    """Look the index over; exit 1 when something needs repair, and say the command."""
    from embeddings.doctor import State
    from qa.indexing import examine_index
    from qa.upkeep import findings_object, findings_view

    findings = examine_index(config)
    if config.json:
        print_json(findings_object(findings))
    else:
        screen(config).print(findings_view(findings, config.language))
    if any(finding.state is State.BROKEN for finding in findings):
        raise typer.Exit(EXIT_ERROR)


def main() -> None:
    """Run the command line and leave with its exit code."""
    replace_what_cannot_be_shown()
    language = wanted_language(sys.argv[1:], os.environ)
    if "--json" not in sys.argv:  # which is UTF-8 wherever it goes
        warn_of_encoding(language)
    run(app, language, called_as(sys.argv[1:], os.environ))


def _talk(config: AskConfig) -> None:
    from qa.chat import run_chat

    raise typer.Exit(run_chat(config))


def _version() -> str:
    from importlib.metadata import version

    return f"article-qa {version('article-qa')}"
