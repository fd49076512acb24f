"""A source of an index → its file as it is now."""

from __future__ import annotations

from pathlib import Path

from embeddings.decode import DecodedFile
from embeddings.errors import SourceFileError
from embeddings.folder import read
from embeddings.reading import file_of
from embeddings.snapshot import Snapshot
from embeddings.source import Source


def file_now(snapshot: Snapshot, source: Source) -> DecodedFile | None:
    """Return a source's file as it is now; None when it cannot be read."""
    try:
        return text_now(
            source.path, read(Path(snapshot.manifest.articles_folder), source.path), source.encoding
        )
    except SourceFileError:
        return None


def text_now(path: str, raw: bytes, encoding: str) -> DecodedFile:
    """Return a file's text; one that was indexed as text is taken for the same encoding again."""
    try:
        return file_of(path, raw)
    except SourceFileError:
        return file_of(path, raw, encoding=encoding)
