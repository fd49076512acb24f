"""A configuration → an open index, built first where there is none.

In: an `AskConfig` and the console for everything that is no result. Out: a `Session`. Progress
and notes go to that console.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from rich.console import Console, RenderableType

from embeddings.articles import Source
from embeddings.decode import DecodedFile
from embeddings.encode import Encoder
from embeddings.errors import (
    ArticlesError,
    IndexMismatchError,
    IndexMissingError,
    SourceFileError,
)
from embeddings.folder import Changes, read, scan
from embeddings.reading import file_of
from embeddings.snapshot import Snapshot
from qa import present
from qa.config import AskConfig
from qa.filters import Filters
from qa.indexing import (
    build_index,
    build_with_progress,
    encoder_for,
    index_command,
    open_snapshot,
)
from qa.language import Language
from qa.lists import report_view
from qa.opening import Tell
from qa.reader import LazyReader
from qa.saved import quotes_of_saved
from qa.session import Session
from qa.show import Shown, place_named, show
from qa.upkeep import changes_text
from qa.verify import Checked, Quote, verify_quotes


def open_session(
    config: AskConfig,
    notes: Console,
    tell: Tell | None = None,
    *,
    repair: str = "",
    asks: bool = True,
) -> Session:
    """Open the index, building it when there is none; say so when articles have changed since.

    Progress goes to `notes`, and what is said to `tell`, which is `notes` too if not given;
    `repair` is the command that brings the index up to date, where it is not `qa index`; `asks` is
    whether questions are to come, for which more has to be loaded.
    """
    encoder, reader = encoder_for(config.model), LazyReader()
    if asks:
        reader.begin()
    snapshot = _opened(config, encoder, notes, tell or notes.print, repair)

    def file_now(source: Source) -> DecodedFile | None:
        try:
            return _text_now(source.path, read(_folder(snapshot), source.path), source.encoding)
        except SourceFileError:
            return None

    return Session(
        snapshot,
        encoder,
        reader,
        top=config.top,
        filters=Filters(config.since, config.until, config.outlet, config.file),
        accessed=today(),
        read=file_now,
        language=Language(config.lang),
    )


def refresh(config: AskConfig, notes: Console) -> tuple[RenderableType, Snapshot]:
    """Bring the index up to date; return what was done, and the index as it is now."""
    report = build_index(config, notes, force=False, stay=True)
    snapshot = open_snapshot(config, encoder_for(config.model))
    return report_view(report, str(config.articles), Language(config.lang)), snapshot


def show_place(config: AskConfig, notes: Console, place: str, quote: str) -> Shown:
    """Show a cited place within its article, as the file is now."""
    snapshot = _opened(config, encoder_for(config.model), notes, notes.print)
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
    snapshot = _opened(config, encoder_for(config.model), notes)
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
    config: AskConfig,
    encoder: Encoder,
    notes: Console,
    tell: Tell | None = None,
    repair: str = "",
) -> Snapshot:
    """Open the index, building it when there is none; tell what has changed since, if at all."""
    try:
        snapshot = open_snapshot(config, encoder)
    except IndexMissingError:
        build_with_progress(config, encoder, notes, force=False)
        return open_snapshot(config, encoder)
    except IndexMismatchError as error:
        if "--model" not in error.hint:
            error.hint = f"run: {index_command(config)}"
        raise
    language = Language(config.lang)
    changed = _changed(config.articles, snapshot, language) if tell else ""
    if tell and changed:
        told = "to bring the index up to date: {command}"
        repair = language.say(told, command=repair or index_command(config))
        tell(present.note_view(f"{changed}; {repair}", language))
    return snapshot


def _changed(articles: Path, snapshot: Snapshot, language: Language) -> str:
    """Say what differs between the articles folder and the index, or nothing.

    Raises IndexMismatchError when the index was made from another folder's articles.
    """
    indexed_folder = snapshot.manifest.articles_folder
    same_folder = indexed_folder == str(articles.resolve())
    try:
        states = scan(articles)
    except ArticlesError:
        if same_folder:
            return language.say(
                "the articles folder {folder} is not there any more", folder=articles
            )
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
    if not changes:
        return ""
    told = "articles have changed since they were indexed: {what}"
    return language.say(told, what=changes_text(changes, language))
