"""The one place where errors reach the user of a command; in the chat each costs one turn."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator

import typer

from embeddings.errors import ArticleBotError
from qa.config import EXIT_ERROR, EXIT_INTERRUPTED, AskConfig
from qa.screen import errors


def errors_told(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command show the program's own errors as `error:` and `hint:`, and exit with 1."""

    @functools.wraps(command)
    def run(context: typer.Context, config: AskConfig, **values: object) -> None:
        with errors_shown(config):
            command(context, config, **values)

    return run


@contextlib.contextmanager
def errors_shown(config: AskConfig) -> Iterator[None]:
    """Turn the program's own errors into `error:` and `hint:` on standard error, and exit 1."""
    try:
        yield
    except ArticleBotError as error:
        from qa.notices import error_view

        errors(config).print(error_view(error, config.language))
        raise typer.Exit(EXIT_ERROR) from None
    except KeyboardInterrupt:
        raise typer.Exit(EXIT_INTERRUPTED) from None
