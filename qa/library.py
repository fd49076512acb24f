"""A configuration → an open index, built first where there is none.

In: an `AskConfig` and the console for everything that is no result. Out: a `Session`. Progress
and notes go to that console.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from embeddings.encode import Encoder
from embeddings.errors import ArticlesError, IndexMismatchError, IndexMissingError
from embeddings.folder import Changes, scan
from embeddings.snapshot import Snapshot
from qa import notices
from qa.config import AskConfig
from qa.configured import encoder_for, index_command, open_snapshot, today
from qa.filters import Filters
from qa.language import Language
from qa.opening import Tell
from qa.reader import LazyReader, Reader
from qa.session import Session

if TYPE_CHECKING:
    from embeddings.decode import DecodedFile
    from embeddings.source import Source


def open_session(
    config: AskConfig,
    notes: Console,
    tell: Tell | None = None,
    *,
    repair: str = "",
    reader: Reader | None = None,
) -> Session:
    """Open the index, building it when there is none; say so when articles have changed since.

    Progress goes to `notes`, and what is said to `tell`, which is `notes` too if not given;
    `repair` is the command that brings the index up to date, where it is not `qa index`. Without a
    reader many questions are to come: the one that comes with the program is begun here.
    """
    encoder = encoder_for(config.model, lasting=reader is None)
    reader = reader or LazyReader().begun()
    snapshot = opened(config, encoder, notes, tell or notes.print, repair)

    def read_now(source: Source) -> DecodedFile | None:
        from qa.file_now import file_now

        return file_now(snapshot, source)

    return Session(
        snapshot,
        encoder,
        reader,
        top=config.top,
        filters=Filters(config.since, config.until, config.outlet, config.file),
        accessed=today(),
        read=read_now,
        language=config.language,
    )


def opened(
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
        from qa.indexing import build_with_progress

        build_with_progress(config, encoder, notes, force=False)
        return open_snapshot(config, encoder)
    except IndexMismatchError as error:
        if "--model" not in error.hint:
            error.hint = f"run: {index_command(config)}"
        raise
    language = config.language
    changed = _changed(config.articles, snapshot, language) if tell else ""
    if tell and changed:
        told = "to bring the index up to date: {command}"
        command = repair or language.translated(index_command(config))
        repair = language.say(told, command=command)
        tell(notices.note_view(changed + language.say("; ") + repair, language))
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
            hint=f"name its folder with --articles {shlex.quote(indexed_folder)},"
            " or another index with --index DIR",
        )
    changes = Changes.between(indexed, states)
    if not changes:
        return ""
    from qa.upkeep import changes_text

    told = "articles have changed since they were indexed: {what}"
    return language.say(told, what=changes_text(changes, language))
