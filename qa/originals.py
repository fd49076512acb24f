"""The source files as they are now: what was quoted, seen in them or held against them.

In: an index and a place, or quotes. Out: what the files give today.
"""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from embeddings.decode import DecodedFile
from embeddings.errors import SavedAnswerError, SourceFileError
from embeddings.folder import read
from embeddings.reading import file_of
from embeddings.snapshot import Snapshot
from embeddings.source import Source
from qa.config import AskConfig
from qa.library import encoder_for, opened, today
from qa.saved import quotes_of_saved
from qa.show import Shown, place_named, show
from qa.verify import Checked, Quote, verify_quotes


def show_place(config: AskConfig, notes: Console, place: str, quote: str) -> Shown:
    """Show a cited place within its article, as the file is now."""
    snapshot = opened(config, encoder_for(config.model), notes, notes.print)
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
    quotes = () if saved is None else quotes_of_saved(_saved_text(saved))
    snapshot = opened(config, encoder_for(config.model), notes)
    if saved is None:
        quotes = tuple(
            Quote(source.path, source.encoding, source.sha256, sentence.span, sentence.text)
            for source, sentence in snapshot.all_sentences()
        )
    folder = _folder(snapshot)
    return verify_quotes(quotes, lambda path: read(folder, path), text_of=_text_now)


def file_now(snapshot: Snapshot, source: Source) -> DecodedFile | None:
    """Return a source's file as it is now; None when it cannot be read."""
    try:
        return _text_now(source.path, read(_folder(snapshot), source.path), source.encoding)
    except SourceFileError:
        return None


def _folder(snapshot: Snapshot) -> Path:
    return Path(snapshot.manifest.articles_folder)


def _saved_text(path: Path) -> str:
    """Return the text of a saved answer; raise SavedAnswerError when there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SavedAnswerError(
            f"the saved answer cannot be read: {path}: {_hindrance(error)}",
            hint="name a file that was made with: qa ask --json QUESTION > FILE",
        ) from error


def _hindrance(error: OSError | UnicodeDecodeError) -> str:
    match error:
        case FileNotFoundError():
            return "there is no such file"
        case IsADirectoryError():
            return "it is a folder"
        case UnicodeDecodeError():
            return "it is not UTF-8"
        case _:
            return error.strerror or str(error)


def _text_now(path: str, raw: bytes, encoding: str) -> DecodedFile:
    """Return a file's text; one that was indexed as text is taken for the same encoding again."""
    try:
        return file_of(path, raw)
    except SourceFileError:
        return file_of(path, raw, encoding=encoding)
