"""Whether the files of a snapshot are the ones that were written.

In: a snapshot's folder and its manifest. Out: what is wrong with which file. Nothing is opened
through a link, and nothing is read that the manifest does not name.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from embeddings.errors import IndexDamagedError
from embeddings.manifest import (
    BOUNDS,
    FIRSTS,
    LEXICAL,
    MANIFEST,
    NUMBERING,
    PASSAGES,
    SENTENCES,
    TEXTS,
    Manifest,
)

CHECKED_WHOLE = 256_000_000
"""Bytes that are hashed when a snapshot is opened: 0.15 s of SHA-256, 35 000 articles."""

_NEEDED = (TEXTS, SENTENCES, PASSAGES, BOUNDS, FIRSTS, NUMBERING, f"{LEXICAL}/meta.json")

_LOCKS = (f"{LEXICAL}/.tantivy-meta.lock", f"{LEXICAL}/.tantivy-writer.lock")
"""Empty files that Tantivy makes when it opens an index, also for reading."""


def damages(
    folder: Path, manifest: Manifest, *, hashed: Callable[[str], bool]
) -> Iterator[IndexDamagedError]:
    """Yield what is wrong: missing, linked, of another size or, where it is `hashed`, content."""
    for name in _NEEDED:
        if name not in manifest.files:
            yield IndexDamagedError(MANIFEST, f"does not name {name}")
    lexical = folder / LEXICAL
    folders = [folder, lexical] if lexical.is_dir() and not lexical.is_symlink() else [folder]
    for name in sorted(
        path.relative_to(folder).as_posix() for one in folders for path in one.iterdir()
    ):
        if name not in {*manifest.files, MANIFEST, LEXICAL, *_LOCKS}:
            yield IndexDamagedError(name, "is not of this snapshot")
    for name, expected in manifest.files.items():
        reason = _damage(folder, name, expected, hashed=hashed(name), linked=len(folders) == 1)
        if reason:
            yield IndexDamagedError(name, reason)


def check_opened(folder: Path, manifest: Manifest) -> None:
    """Raise IndexDamagedError unless the files can be searched; what is read on demand can wait.

    Texts are checked one by one when they are read, the other files whole, if they are not so
    large that it takes long.
    """
    total = sum(int(file["bytes"]) for name, file in manifest.files.items() if name != TEXTS)
    for damage in damages(
        folder, manifest, hashed=lambda name: name != TEXTS and total <= CHECKED_WHOLE
    ):
        raise damage


def _damage(
    folder: Path, name: str, expected: dict[str, str | int], *, hashed: bool, linked: bool
) -> str:
    path = folder / name
    try:
        found = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return f"missing, not {expected['bytes']} bytes"
    except OSError as error:
        return error.strerror or str(error)
    if not stat.S_ISREG(found.st_mode) or (linked and "/" in name):
        return "is no file of its own"
    if found.st_size != expected["bytes"]:
        return f"{found.st_size} bytes, not {expected['bytes']} bytes"
    if hashed and sha256_of(path) != expected["sha256"]:
        return "its content has changed"
    return ""


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file; what cannot be read has none."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""
