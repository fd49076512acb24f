"""The manifest: what made a snapshot, and which snapshot is in use.

In: an index folder. Out: the current snapshot's folder and its `Manifest`, checked. A difference
between what made the snapshot and what asks is an error that names the field, both values and the
command that repairs it.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from embeddings.config import CURRENT, IndexConfig
from embeddings.encode import EncoderFingerprint
from embeddings.errors import (
    IndexDamagedError,
    IndexMismatchError,
    IndexMissingError,
    IndexWriteError,
)

FORMAT = 1
"""Counts up whenever a snapshot's files change their form."""

MANIFEST = "manifest.json"
TEXTS, SENTENCES, PASSAGES, BOUNDS, LEXICAL = (
    "texts.sqlite",
    "sentences.faiss",
    "passages.faiss",
    "bounds.npy",
    "lexical",
)


@dataclasses.dataclass(frozen=True, slots=True)
class Manifest:
    """What made a snapshot, and what it holds."""

    format: int
    encoder: dict[str, str | int]
    config: dict[str, int]
    articles_folder: str
    counts: dict[str, int]  # articles, passages, sentences
    files: dict[str, dict[str, str | int]]  # name → bytes, sha256


def current_name(index: Path) -> str:
    """Return the current snapshot's name; raise IndexMissingError when there is none."""
    try:
        return (index / CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise IndexMissingError(str(index)) from error
    except NotADirectoryError as error:
        raise IndexWriteError(
            f"the index {index} is not a folder", hint="name a folder with --index DIR"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamagedError(CURRENT, str(error)) from error


def read_manifest(folder: Path) -> Manifest:
    """Read and check a snapshot's manifest; raise IndexDamagedError or IndexMismatchError."""
    try:
        content = json.loads((folder / MANIFEST).read_bytes())
    except OSError as error:
        raise IndexDamagedError(MANIFEST, error.strerror or str(error)) from error
    except (ValueError, RecursionError) as error:
        raise IndexDamagedError(MANIFEST, "not a manifest") from error
    if not isinstance(content, dict) or "format" not in content:
        raise IndexDamagedError(MANIFEST, "not a manifest")
    if content["format"] != FORMAT:
        raise IndexMismatchError("format", content["format"], FORMAT, hint="run: qa index")
    if not _is_manifest(content):
        raise IndexDamagedError(MANIFEST, "not a manifest")
    return Manifest(**content)


def _is_manifest(content: dict[str, Any]) -> bool:
    """Say whether every field is there, none is too many, and each has the type it should."""
    if content.keys() != {field.name for field in dataclasses.fields(Manifest)}:
        return False
    encoder, config, counts, files = (
        content[name] for name in ("encoder", "config", "counts", "files")
    )
    return (
        isinstance(content["articles_folder"], str)
        and _holds(encoder, (str, int))
        and _holds(config, int)
        and _holds(counts, int)
        and counts.keys() == {"articles", "passages", "sentences"}
        and _holds(files, dict)
        and bool(files)
        and all(
            isinstance(file.get("bytes"), int) and isinstance(file.get("sha256"), str)
            for file in files.values()
        )
    )


def _holds(value: object, kinds: type | tuple[type, ...]) -> bool:
    return isinstance(value, dict) and all(isinstance(each, kinds) for each in value.values())


def snapshot_folder(index: Path, name: str) -> Path:
    """Return the folder of a snapshot; raise IndexDamagedError for what cannot be a name."""
    if not name.isalnum():
        raise IndexDamagedError(CURRENT, f"names no snapshot: {name[:40]!r}")
    return index / "snapshots" / name


def check_made_by(manifest: Manifest, encoder: EncoderFingerprint, config: IndexConfig) -> None:
    """Raise IndexMismatchError unless the snapshot was made by this encoder and these settings."""
    rebuild = "run: qa index"
    for field, wanted in encoder.as_fields().items():
        indexed = manifest.encoder.get(field)
        if indexed != wanted:
            hint = rebuild
            if field == "model":
                hint = (
                    f"ask with --model {indexed}, or make the index anew: qa index --model {wanted}"
                )
            raise IndexMismatchError(field, indexed, wanted, hint=hint)
    for name, value in config.as_fields().items():
        if manifest.config.get(name) != value:
            raise IndexMismatchError(name, manifest.config.get(name), value, hint=rebuild)
