"""The command line: options, exit codes and the one place where errors reach the user.

Results go to standard output, everything else to standard error. Exit 0 done, also for "the
articles do not answer"; 1 an error that the user can mend; 2 usage; 130 Ctrl-C.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import inspect
import io
import json as json_module
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from embeddings.errors import ArticleBotError
from qa.config import EXIT_DONE, EXIT_ERROR, EXIT_INTERRUPTED, AskConfig

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

OPTIONS: dict[str, Any] = {
    "articles": Annotated[
        Path | None,
        typer.Option(
            "--articles", metavar="DIR", help="Folder of articles [seeds, or QA_ARTICLES]."
        ),
    ],
    "index": Annotated[
        Path | None,
        typer.Option(
            "--index", metavar="DIR", help="Folder of the index [.qa-index, or QA_INDEX]."
        ),
    ],
    "model": Annotated[
        str | None,
        typer.Option("--model", metavar="NAME", help="A sentence-transformers model or folder."),
    ],
    "top": Annotated[
        int | None, typer.Option("-k", min=1, max=1000, metavar="N", help="Passages to show [5].")
    ],
    "explain": Annotated[
        bool | None, typer.Option("--explain", help="Show the parts of each passage's score.")
    ],
    "json": Annotated[bool | None, typer.Option("--json", help="Print JSON.")],
    "no_color": Annotated[bool | None, typer.Option("--no-color", help="Print without colour.")],
}
"""The common options; each command names those that it takes."""

ANSWERING = ("articles", "index", "model", "top", "explain", "json", "no_color")


def _takes(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command some of the common options: it is called with the configuration they make.

    Typer reads a command's options from its signature, so that one is written here.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def run(context: typer.Context, **values: Any) -> None:  # noqa: ANN401 - Typer's values
            flags = {name: values.pop(name) for name in names}
            config = AskConfig.from_layers(os.environ, context.obj or {}, flags)
            with _errors_shown(config):
                command(context, config, **values)

        signature = inspect.signature(command, eval_str=True)
        context, _, *own = signature.parameters.values()
        option = inspect.Parameter.KEYWORD_ONLY
        context = context.replace(name="context")  # as `run` calls it
        common = [
            inspect.Parameter(name, option, default=None, annotation=OPTIONS[name])
            for name in names
        ]
        parameters = [context, *(one.replace(kind=option) for one in own), *common]
        run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {one.name: one.annotation for one in parameters}
        return run

    return decorate


@app.callback(invoke_without_command=True)
@_takes(*ANSWERING)
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
@_takes(*ANSWERING)
def chat(_context: typer.Context, config: AskConfig) -> None:
    """Talk in the terminal; with --json, one question a line in, one object a line out."""
    _chat(config)


@app.command()
@_takes(*ANSWERING)
def ask(
    _context: typer.Context,
    config: AskConfig,
    question: Annotated[str, typer.Argument(help="The question, in quotes.")],
) -> None:
    """Answer one question."""
    answer = _session(config).ask(question)
    if config.json:
        from qa.contract import answer_object

        _print_json(answer_object(answer, explain=config.explain))
    else:
        from qa.present import answer_view

        _screen(config).print(answer_view(answer, explain=config.explain))


@app.command()
@_takes("articles", "index", "model", "no_color")
def index(
    _context: typer.Context,
    config: AskConfig,
    folder: Annotated[
        Path | None, typer.Argument(metavar="[FOLDER]", help="Folder of articles.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Make the index anew.")] = False,
) -> None:
    """Build the index, or bring it up to date."""
    from qa.library import build_index
    from qa.present import report_view

    config = dataclasses.replace(config, articles=folder or config.articles)
    report = build_index(config, _errors(config), force=force)
    _screen(config).print(report_view(report, str(config.articles)))


@app.command()
@_takes("articles", "index", "model", "json", "no_color")
def sources(_context: typer.Context, config: AskConfig) -> None:
    """List the articles."""
    reply = _session(config).sources()
    if config.json:
        from qa.contract import sources_object

        _print_json(sources_object(reply.articles, reply.problems))
    else:
        from qa.present import sources_view

        _screen(config).print(sources_view(reply.articles, reply.problems))


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

    from qa.present import THEME

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
