"""The command line: options, exit codes and the one place where errors reach the user.

Results go to standard output, everything else to standard error. Exit 0 done, also for "the
articles do not answer"; 1 an error that the user can mend; 2 usage; 130 Ctrl-C.
"""

from __future__ import annotations

import contextlib
import io
import json as json_module
import os
import sys
from collections.abc import Iterator
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

Articles = Annotated[
    Path | None,
    typer.Option("--articles", metavar="DIR", help="Folder of articles [seeds, or QA_ARTICLES]."),
]
Index = Annotated[
    Path | None,
    typer.Option("--index", metavar="DIR", help="Folder of the index [.qa-index, or QA_INDEX]."),
]
Model = Annotated[
    str | None,
    typer.Option("--model", metavar="NAME", help="A sentence-transformers model or folder."),
]
Top = Annotated[
    int | None, typer.Option("-k", min=1, max=1000, metavar="N", help="Passages to show [5].")
]
Json = Annotated[bool | None, typer.Option("--json", help="Print JSON.")]
NoColor = Annotated[bool | None, typer.Option("--no-color", help="Print without colour.")]


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    articles: Articles = None,
    index: Index = None,
    model: Model = None,
    top: Top = None,
    json: Json = None,
    no_color: NoColor = None,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Ask a folder of articles; get the passages that answer, each with its source.

    Without a command: the chat.
    """
    context.obj = _flags(articles, index, model, top, json, no_color)
    if version:
        typer.echo(_version())
    elif context.invoked_subcommand is None:
        _chat(_config(context))


@app.command()
def chat(
    context: typer.Context,
    articles: Articles = None,
    index: Index = None,
    model: Model = None,
    top: Top = None,
    json: Json = None,
    no_color: NoColor = None,
) -> None:
    """Talk in the terminal; with --json, one question a line in, one object a line out."""
    _chat(_config(context, _flags(articles, index, model, top, json, no_color)))


@app.command()
def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="The question, in quotes.")],
    articles: Articles = None,
    index: Index = None,
    model: Model = None,
    top: Top = None,
    json: Json = None,
    no_color: NoColor = None,
) -> None:
    """Answer one question."""
    config = _config(context, _flags(articles, index, model, top, json, no_color))
    with _errors_shown(config):
        answer = _session(config).ask(question)
        if config.json:
            from qa.contract import answer_object

            _print_json(answer_object(answer))
        else:
            from qa.present import answer_view

            _screen(config).print(answer_view(answer))


@app.command()
def index(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(metavar="[FOLDER]", help="Folder of articles.")
    ] = None,
    articles: Articles = None,
    index: Index = None,
    model: Model = None,
    force: Annotated[bool, typer.Option("--force", help="Make the index anew.")] = False,
    no_color: NoColor = None,
) -> None:
    """Build the index, or bring it up to date."""
    config = _config(context, _flags(folder or articles, index, model, None, None, no_color))
    with _errors_shown(config):
        from qa.library import build_index
        from qa.present import report_view

        report = build_index(config, _errors(config), force=force)
        _screen(config).print(report_view(report, str(config.articles)))


@app.command()
def sources(
    context: typer.Context,
    articles: Articles = None,
    index: Index = None,
    model: Model = None,
    json: Json = None,
    no_color: NoColor = None,
) -> None:
    """List the articles."""
    config = _config(context, _flags(articles, index, model, None, json, no_color))
    with _errors_shown(config):
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
    with _errors_shown(config):
        from qa import repl

        session = _session(config)
        if config.json:
            source = sys.stdin.buffer if sys.stdin else io.BytesIO()
            code = repl.chat_json(session, source, _print_line)
        else:
            from qa.present import greeting_view

            screen = _screen(config)
            if sys.stdin and sys.stdin.isatty():
                screen.print(greeting_view(*session.size()))
            code = repl.chat(session, screen, _errors(config))
    raise typer.Exit(code)


def _session(config: AskConfig) -> Session:
    from qa.library import open_session

    return open_session(config, _errors(config))


def _flags(
    articles: Path | None,
    index: Path | None,
    model: str | None,
    top: int | None,
    json: bool | None,
    no_color: bool | None,
) -> dict[str, Any]:
    color = False if no_color else None
    return {
        "articles": articles,
        "index": index,
        "model": model,
        "top": top,
        "json": json,
        "color": color,
    }


def _config(context: typer.Context, flags: dict[str, Any] | None = None) -> AskConfig:
    return AskConfig.from_layers(os.environ, context.obj or {}, flags or {})


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
