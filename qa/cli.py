"""The command line: options, exit codes and the one place where errors reach the user.

Results go to standard output, everything else to standard error. Exit 0 done, also for "the
articles do not answer"; 1 an error that the user can mend; 2 usage; 130 Ctrl-C.
"""

from __future__ import annotations

import contextlib
import dataclasses
import enum
import functools
import io
import json as json_module
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from embeddings.errors import ArticleBotError
from qa.config import EXIT_DONE, EXIT_ERROR, EXIT_INTERRUPTED, AskConfig
from qa.options import ANSWERING, FILTERS, PLACE, known_encoding, takes

if TYPE_CHECKING:
    from rich.console import Console

    from qa.session import Session

app = typer.Typer(
    add_completion=False,
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


def _errors_told(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command show the program's own errors as `error:` and `hint:`, and exit with 1."""

    @functools.wraps(command)
    def run(context: typer.Context, config: AskConfig, **values: object) -> None:
        with _errors_shown(config):
            command(context, config, **values)

    return run


@app.callback(invoke_without_command=True)
@takes(*ANSWERING)
@_errors_told
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
        _chat(config)


@app.command()
@takes(*ANSWERING)
@_errors_told
def chat(_context: typer.Context, config: AskConfig) -> None:
    """Talk in the terminal; with --json, one question a line in, one object a line out."""
    _chat(config)


@app.command()
@takes(*ANSWERING)
@_errors_told
def ask(
    _context: typer.Context,
    config: AskConfig,
    question: Annotated[str, typer.Argument(help="The question, in quotes.")],
) -> None:
    """Answer one question."""
    session = _session(config)
    answer = session.ask(question)
    if config.json:
        from qa.contract import answer_object

        _print_json(answer_object(answer, explain=config.explain))
    else:
        from qa.present import answer_view

        view = answer_view(answer, explain=config.explain, folder=session.folder)
        _screen(config).print(view)


@app.command()
@takes(*PLACE, "no_color")
@_errors_told
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
    from qa.library import build_index
    from qa.lists import report_view

    config = dataclasses.replace(config, articles=folder or config.articles)
    from qa.upkeep import changes_view

    report = build_index(config, _errors(config), force=force, encoding=encoding)
    _errors(config).print(changes_view(report))
    _screen(config).print(report_view(report, str(config.articles)))


@app.command()
@takes(*PLACE, *FILTERS, "json", "no_color")
@_errors_told
def sources(_context: typer.Context, config: AskConfig) -> None:
    """List the articles."""
    reply = _session(config).sources()
    if config.json:
        from qa.contract import sources_object

        _print_json(sources_object(reply))
    else:
        from qa.lists import sources_view

        _screen(config).print(sources_view(reply))


@app.command()
@takes(*PLACE, "no_color")
@_errors_told
def show(
    _context: typer.Context,
    config: AskConfig,
    citation: Annotated[str, typer.Argument(help="A place, as answers print it: FILE:LINE.")],
    quote: Annotated[
        str, typer.Option(metavar="TEXT", help="Cite the sentence that has these words.")
    ] = "",
    style: Annotated[
        Style | None, typer.Option(help="Print this citation alone.", show_choices=True)
    ] = None,
) -> None:
    """Show a cited place within its article, and how to cite it."""
    from qa.library import show_place
    from qa.lists import citations_view, shown_view

    shown = show_place(config, _errors(config), citation, quote)
    if style is None:
        _screen(config).print(shown_view(shown, folder=str(config.articles.resolve())))
    screen = _screen(config)
    screen.print(citations_view(shown.citations, style and style.value), soft_wrap=True)


@app.command()
@takes(*PLACE, "json", "no_color")
@_errors_told
def verify(
    _context: typer.Context,
    config: AskConfig,
    answer: Annotated[
        Path | None, typer.Argument(metavar="[ANSWER.json]", help="A saved answer.")
    ] = None,
) -> None:
    """Say whether the files still give what was quoted; exit 1 when something is gone."""
    from qa.library import verify as verify_articles
    from qa.verify import State

    checked = verify_articles(config, _errors(config), answer)
    if config.json:
        from qa.contract import checked_object

        _print_json(checked_object(checked))
    else:
        from qa.lists import checked_view

        _screen(config).print(checked_view(checked))
    if any(one.state is State.GONE for one in checked):
        raise typer.Exit(EXIT_ERROR)


@app.command()
@takes(*PLACE, "json", "no_color")
@_errors_told
def doctor(_context: typer.Context, config: AskConfig) -> None:
    """Look the index over; exit 1 when something needs repair, and say the command."""
    from embeddings.doctor import State
    from qa.library import examine_index
    from qa.upkeep import findings_object, findings_view

    findings = examine_index(config)
    if config.json:
        _print_json(findings_object(findings))
    else:
        _screen(config).print(findings_view(findings))
    if any(finding.state is State.BROKEN for finding in findings):
        raise typer.Exit(EXIT_ERROR)


def main() -> None:
    """Run the command line and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that is not UTF-8 must not crash us
    app(prog_name="qa")


def _chat(config: AskConfig) -> None:
    from qa import repl

    session = _session(config)
    if config.json:
        source = sys.stdin.buffer if sys.stdin else io.BytesIO()
        code = repl.chat_json(session, source, _print_line, explain=config.explain)
    else:
        from qa.present import greeting_view

        screen = _screen(config)
        if sys.stdin and sys.stdin.isatty():
            screen.print(greeting_view(*session.size()))
        code = repl.chat(session, screen, _errors(config), explain=config.explain)
    raise typer.Exit(code)


def _session(config: AskConfig) -> Session:
    from qa.library import open_session

    return open_session(config, _errors(config))


@contextlib.contextmanager
def _errors_shown(config: AskConfig) -> Iterator[None]:
    """Turn the program's own errors into `error:` and `hint:` on standard error, and exit 1."""
    try:
        yield
    except ArticleBotError as error:
        from qa.present import error_view

        _errors(config).print(error_view(error))
        raise typer.Exit(EXIT_ERROR) from None
    except KeyboardInterrupt:
        raise typer.Exit(EXIT_INTERRUPTED) from None


def _screen(config: AskConfig) -> Console:
    return _console(config, stderr=False)


def _errors(config: AskConfig) -> Console:
    return _console(config, stderr=True)


def _console(config: AskConfig, *, stderr: bool) -> Console:
    from rich.console import Console

    from qa.layout import THEME

    class QuietConsole(Console):
        def on_broken_pipe(self) -> None:
            _leave_quietly()

    return QuietConsole(
        theme=THEME, stderr=stderr, no_color=not config.color or None, highlight=False, emoji=False
    )


def _print_json(value: dict[str, object]) -> None:
    _print_line(json_module.dumps(value, ensure_ascii=False))


def _print_line(line: str) -> None:
    """Print JSON, which is UTF-8 wherever it goes."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        print(line, flush=True)
    except BrokenPipeError:
        _leave_quietly()


def _leave_quietly() -> NoReturn:
    """End: the reader of standard output has closed it, as `head` does."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(EXIT_DONE)


def _version() -> str:
    from importlib.metadata import version

    return f"article-qa {version('article-qa')}"
