"""An index → what is right and wrong with it, and the command that mends it.

In: the index folder, the articles folder, and what would ask it. Out: `Finding`s. Everything is
read: all checksums, and every article out of the texts. Nothing is changed.
"""

from __future__ import annotations

import dataclasses
import enum
import shutil
from collections.abc import Iterator
from pathlib import Path

from embeddings.config import IndexConfig
from embeddings.encode import EncoderFingerprint
from embeddings.errors import ArticleBotError, ArticlesError, IndexMissingError
from embeddings.folder import Changes, scan
from embeddings.intact import damages
from embeddings.manifest import (
    Manifest,
    check_made_by,
    current_name,
    read_manifest,
    snapshot_folder,
)
from embeddings.snapshot import Snapshot

ROOM = 2
"""Times its size that a new snapshot may need: itself, beside the old one, and the cache's."""


class State(enum.Enum):
    """How a part of the index is."""

    RIGHT = "right"
    NOTE = "note"  # answers are right, but something should be known
    BROKEN = "broken"


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    state: State
    told: str
    repair: str = ""  # the command that mends it


def examine(
    index: Path,
    articles: Path,
    *,
    encoder: EncoderFingerprint,
    config: IndexConfig,
    command: str,
) -> Iterator[Finding]:
    """Yield what is found; `command` is the one that brings this index up to date."""
    yield Finding("model", State.RIGHT, f"{encoder.model}, revision {encoder.revision}")
    name = ""
    try:
        name = current_name(index)
        folder = snapshot_folder(index, name)
        manifest = read_manifest(folder)
        yield Finding("snapshot", State.RIGHT, f"{name}, of {manifest.articles_folder}")
        yield _made_by(manifest, encoder, config, command)
        files = list(_files(folder, manifest, command))
        yield from files
        # What no file shows to be damaged is made anew by force alone.
        whole = all(finding.state is State.RIGHT for finding in files)
        repair = command + " --force" if whole else command
        yield from _contents(index, articles, encoder, config, command, repair)
    except ArticleBotError as error:
        repair = error.hint if isinstance(error, IndexMissingError) else ""
        yield Finding("snapshot", State.BROKEN, str(error), command or repair)
    yield from _folder(index, name)


def _made_by(
    manifest: Manifest, encoder: EncoderFingerprint, config: IndexConfig, command: str
) -> Finding:
    versions = ", ".join(f"{name} {value}" for name, value in sorted(manifest.config.items()))
    try:
        check_made_by(manifest, encoder, config)
    except ArticleBotError as error:
        repair = error.hint if "--model" in error.hint else command
        return Finding("versions", State.BROKEN, str(error), repair)
    return Finding("versions", State.RIGHT, f"format {manifest.format}, {versions}")


def _files(folder: Path, manifest: Manifest, command: str) -> Iterator[Finding]:
    found = list(damages(folder, manifest, hashed=lambda _name: True))
    for damage in found:
        yield Finding("file", State.BROKEN, str(damage), command)
    if not found:
        size = sum(int(file["bytes"]) for file in manifest.files.values())
        told = f"{len(manifest.files)} files, {_megabytes(size)}, all checksums right"
        yield Finding("files", State.RIGHT, told)


def _contents(
    index: Path,
    articles: Path,
    encoder: EncoderFingerprint,
    config: IndexConfig,
    command: str,
    repair: str,
) -> Iterator[Finding]:
    """Yield what is found in the files, when they can be opened at all."""
    try:
        snapshot = Snapshot.from_index(index, encoder=encoder, config=config)
        read = sum(1 for _ in snapshot.all_sentences())
        problems = snapshot.problems()
    except ArticleBotError as error:
        yield Finding("contents", State.BROKEN, str(error), repair)
        return
    counts = ", ".join(f"{count} {name}" for name, count in snapshot.manifest.counts.items())
    if read == snapshot.manifest.counts["sentences"]:
        yield Finding("contents", State.RIGHT, f"{counts}; vectors, terms and texts agree")
    else:
        yield Finding("contents", State.BROKEN, f"{counts}, but {read} sentences read", repair)
    yield _changes(snapshot, articles, command)
    for problem in problems:
        what = "left out" if problem.left_out else "read, but"
        yield Finding(what, State.NOTE, f"{problem.path}: {problem.reason}", problem.hint)


def _changes(snapshot: Snapshot, articles: Path, command: str) -> Finding:
    try:
        changes = Changes.between(snapshot.files(), scan(articles))
    except ArticlesError as error:
        return Finding("articles", State.NOTE, str(error), error.hint)
    if changes:
        return Finding("articles", State.NOTE, f"since they were indexed: {changes}", command)
    return Finding("articles", State.RIGHT, "no file has changed since they were indexed")


def _folder(index: Path, name: str) -> Iterator[Finding]:
    """Yield what is found beside the snapshot."""
    if not index.is_dir():
        return
    cache = index / "vectors.sqlite"
    if cache.is_file():
        yield Finding("vector cache", State.RIGHT, _megabytes(cache.stat().st_size))
    snapshots = index / "snapshots"
    left = [path.name for path in snapshots.iterdir()] if snapshots.is_dir() else []
    others = sorted(set(left) - {name})
    if others:
        told = f"{', '.join(others)}: of a build that runs or was killed; the next one removes them"
        yield Finding("left over", State.NOTE, told)
    size = sum(path.lstat().st_size for path in index.rglob("*"))
    free = shutil.disk_usage(index).free
    short = free < ROOM * size
    told = f"{_megabytes(free)} free; the index folder has {_megabytes(size)}"
    yield Finding(
        "disk",
        State.NOTE if short else State.RIGHT,
        told,
        "make room, or name another folder with --index DIR" if short else "",
    )


def _megabytes(count: int) -> str:
    return f"{count / 10**6:,.1f} MB"
