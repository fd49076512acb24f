"""The source files as they are now: what was quoted, seen in them or held against them.

In: an index and a place, or quotes. Out: what the files give today.
"""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from embeddings.errors import SavedAnswerError, SourceFileError
from embeddings.folder import read
from qa.config import AskConfig
from qa.configured import encoder_for, today
from qa.file_now import text_now
from qa.library import opened
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
        file = text_now(
            path, read(Path(snapshot.manifest.articles_folder), path), next(encodings, "utf-8")
        )
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
    folder = Path(snapshot.manifest.articles_folder)
    return verify_quotes(quotes, lambda path: read(folder, path), text_of=text_now)


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
