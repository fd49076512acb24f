"""The articles folder → source files; the only module that reads them.

In: a folder. Out: a `FileState` for every file that may hold an article, sorted by path, and the
bytes of one file on demand. Hidden files and folders, and links, are passed over.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from embeddings.errors import ArticlesError, SourceFileError
from embeddings.source import Source

TEXT_SUFFIXES = (".txt", ".text", ".md")
SUFFIXES = (*TEXT_SUFFIXES, ".html", ".htm", ".pdf", ".docx")
"""Files that hold articles."""

MAX_TEXT_BYTES = 10_000_000
"""A larger text is refused unread: a novel has 1 to 3 MB, and a sentence is embedded in 10 ms."""

MAX_BYTES = 200_000_000
"""A larger file is refused unread: the largest of a newspaper, a day as PDF, has 100 MB."""


LITTER = frozenset({"desktop.ini", "thumbs.db"})
"""Files that Windows leaves in folders, in small letters; nobody misses them."""


@dataclasses.dataclass(frozen=True, slots=True)
class FileState:
    """What tells without reading whether a file has changed."""

    path: str  # relative to the folder, with "/"
    size: int  # bytes
    mtime_ns: int


@dataclasses.dataclass(frozen=True, slots=True)
class Changes:
    """What has become of the files between two states of a folder, by their paths."""

    new: tuple[str, ...]
    changed: tuple[str, ...]  # another size or time; the content may be the same
    removed: tuple[str, ...]

    @classmethod
    def between(cls, before: Iterable[FileState], now: Iterable[FileState]) -> Changes:
        """Compare what was there with what is."""
        old, fresh = ({state.path: state for state in states} for states in (before, now))
        return cls(
            new=tuple(path for path in fresh if path not in old),
            changed=tuple(path for path in fresh if path in old and fresh[path] != old[path]),
            removed=tuple(path for path in old if path not in fresh),
        )

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.removed)

    def __str__(self) -> str:
        """Say how many files are new, changed and removed, as far as there are such."""
        counts = {name: len(getattr(self, name)) for name in ("new", "changed", "removed")}
        return ", ".join(f"{count} {name}" for name, count in counts.items() if count)


def scan(folder: Path) -> tuple[FileState, ...]:
    """Return the source files below the folder, sorted by path.

    Raises ArticlesError when the folder does not exist or cannot be listed.
    """
    try:
        if not folder.is_dir():
            what = "is not a folder" if folder.exists() else "does not exist"
            raise ArticlesError(
                f"the articles folder {folder} {what}",
                hint="name it with --articles DIR, or make it and put articles into it",
            )
        states = (_state(path, entry) for path, entry in _walk(folder, "") if _is_source(path))
        return tuple(sorted(states, key=lambda state: state.path))
    except OSError as error:
        raise ArticlesError(
            f"the articles folder cannot be read: {error.filename}: {error.strerror}",
            hint="give yourself the permission to read it, or name another with --articles DIR",
        ) from error


def read(folder: Path, path: str) -> bytes:
    """Return the bytes of one source file; raise SourceFileError when it cannot be read."""
    try:
        size = (folder / path).stat().st_size
        most = MAX_TEXT_BYTES if path.lower().endswith(TEXT_SUFFIXES) else MAX_BYTES
        if size > most:
            raise SourceFileError(
                path,
                f"{size / 10**6:.0f} MB of it: at most {most // 10**6} are read",
                hint="split it into smaller files, then run: qa index",
            )
        return (folder / path).read_bytes()
    except OSError as error:
        if isinstance(error, FileNotFoundError) and "\\x" in path:
            raise SourceFileError(
                path, "its name is not UTF-8", hint="rename the file, then run: qa index"
            ) from error
        reason = error.strerror or str(error)
        raise SourceFileError(path, reason, hint="make it readable, then run: qa index") from error


def differing(folder: Path, sources: Iterable[Source]) -> tuple[str, ...]:
    """Return the paths of files that are not as they were indexed, or cannot be read; each once."""
    known = {source.path: source.sha256 for source in sources}
    return tuple(path for path, sha256 in known.items() if _sha256(folder, path) != sha256)


def _sha256(folder: Path, path: str) -> str:
    """Return the hexadecimal checksum of a file, "" when it cannot be read."""
    try:
        return hashlib.sha256(read(folder, path)).hexdigest()
    except SourceFileError:
        return ""


def passed_over(folder: Path) -> tuple[str, ...]:
    """Return the paths of the files that hold no article by their names, sorted.

    Without what is hidden, and what the system itself leaves. Empty for a folder that cannot be
    listed.
    """
    try:
        others = ((path, entry.name) for path, entry in _walk(folder, "") if not _is_source(path))
        return tuple(sorted(path for path, name in others if name.lower() not in LITTER))
    except OSError:
        return ()


def _is_source(path: str) -> bool:
    return path.lower().endswith(SUFFIXES)


def _state(path: str, entry: os.DirEntry[str]) -> FileState:
    stat = entry.stat()
    return FileState(path, stat.st_size, stat.st_mtime_ns)


def _walk(folder: Path, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield every file that is neither hidden nor a link, with its path."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.is_symlink():
                continue
            path = prefix + _printable(entry.name)
            if entry.is_dir():
                yield from _walk(Path(entry.path), f"{path}/")
            elif entry.is_file():
                yield path, entry


def _printable(name: str) -> str:
    r"""Return a name in which bytes that are not UTF-8 are written as \xd0."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
