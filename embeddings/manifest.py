"""The manifest: what made a snapshot, and which snapshot is in use.

In: an index folder. Out: the current snapshot's folder and its `Manifest`, checked. A difference
between what made the snapshot and what asks is an error that names the field, both values and the
command that repairs it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
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

FORMAT = 2
"""Counts up whenever a snapshot's files change their form."""

MANIFEST = "manifest.json"
_CHECKSUM = "checksum"  # of all other fields
TEXTS, SENTENCES, PASSAGES, LEXICAL = "texts.sqlite", "sentences.faiss", "passages.faiss", "lexical"
BOUNDS, FIRSTS, NUMBERING = "bounds.npy", "firsts.npy", "numbering.npy"

_FILE_NAMES = re.compile(
    "|".join(map(re.escape, (TEXTS, SENTENCES, PASSAGES, BOUNDS, FIRSTS, NUMBERING)))
    + rf"|{LEXICAL}/(?:[0-9a-f]{{32}}[.0-9a-z]+|meta\.json|\.managed\.json)"
)
"""No other file belongs to a snapshot, so that no path leads out of it."""

_MOST = 1 << 48  # of anything that is counted, bytes included


@dataclasses.dataclass(frozen=True, slots=True)
class Manifest:
    """What made a snapshot, and what it holds."""

    format: int
    encoder: dict[str, str | int]
    config: dict[str, int]
    articles_folder: str
    counts: dict[str, int]  # articles, passages, sentences
    replaced: int  # passages that the lexical index still counts though they are gone
    files: dict[str, dict[str, str | int]]  # name → bytes, sha256


def current_name(index: Path) -> str:
    """Return the current snapshot's name; raise IndexMissingError when there is none."""
    try:
        with (index / CURRENT).open(encoding="utf-8") as stream:
            return stream.read(100).strip()
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
    found = content.pop(_CHECKSUM, None)
    if found != _checksum(content):
        raise IndexDamagedError(MANIFEST, "its checksum is another")
    if not _is_manifest(content):
        raise IndexDamagedError(MANIFEST, "not a manifest")
    return Manifest(**content)


def sealed(content: dict[str, Any]) -> bytes:
    """Return a manifest's fields as the bytes of its file, with their checksum."""
    whole = {**content, _CHECKSUM: _checksum(content)}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def _checksum(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _is_manifest(content: dict[str, Any]) -> bool:
    """Say whether every field is there, none is too many, and each has the type it should."""
    if content.keys() != {field.name for field in dataclasses.fields(Manifest)}:
        return False
    encoder, config, counts, files = (
        content[name] for name in ("encoder", "config", "counts", "files")
    )
    return (
        isinstance(content["articles_folder"], str)
        and isinstance(content["replaced"], int)
        and _holds(encoder, (str, int))
        and _holds(config, int)
        and _holds(counts, int)
        and all(0 <= count < _MOST for count in (*counts.values(), content["replaced"]))
        and counts.keys() == {"articles", "passages", "sentences"}
        and _holds(files, dict)
        and bool(files)
        and all(
            _FILE_NAMES.fullmatch(name) and file.keys() == {"bytes", "sha256"}
            for name, file in files.items()
        )
        and all(
            isinstance(file["bytes"], int)
            and 0 <= file["bytes"] < _MOST
            and isinstance(file["sha256"], str)
            for file in files.values()
        )
    )


def _holds(value: object, kinds: type | tuple[type, ...]) -> bool:
    return isinstance(value, dict) and all(isinstance(each, kinds) for each in value.values())


def snapshot_folder(index: Path, name: str) -> Path:
    """Return the folder of a snapshot; raise IndexDamagedError for what cannot be a name."""
    folder = index / "snapshots" / name
    if not re.fullmatch("[0-9a-zA-Z]{1,40}", name) or folder.is_symlink():
        raise IndexDamagedError(CURRENT, f"names no snapshot: {name[:40]!r}")
    if not folder.is_dir():
        raise IndexDamagedError(CURRENT, f"names a snapshot that is not there: {name}")
    return folder


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
