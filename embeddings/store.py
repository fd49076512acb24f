"""Who writes an index, and when what was written counts: lock, new folder, swap.

An index folder holds

    current                 the name of the snapshot in use; swapped by rename
    snapshots/NAME/         one complete snapshot: see writer.py
    vectors.sqlite          the vector cache
    lock                    held by the one process that writes

A snapshot is complete or does not exist: it is built in a folder of its own, and `current` names
it only after its manifest is on disk. Readers keep the files that they opened. No pickle.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from embeddings.config import CURRENT
from embeddings.errors import (
    IndexBusyError,
    IndexDamagedError,
    IndexMissingError,
    IndexWriteError,
)
from embeddings.manifest import current_name


@contextlib.contextmanager
def writing(index: Path) -> Iterator[Path]:
    """Hold the index's lock and give a new snapshot folder; make it current at the end.

    When the body raises, the folder is removed and the old snapshot stays. Raises IndexBusyError
    when another process writes, IndexWriteError when the folder cannot be written.
    """
    import filelock

    try:
        (index / "snapshots").mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(index / "lock", timeout=0):
            folder = _new_folder(index)
            try:
                yield folder
                _sync(folder)
                _swap(index, folder.name)
            except BaseException:
                if not _is_current(index, folder.name):
                    shutil.rmtree(folder, ignore_errors=True)
                    _remove_if_empty(index)
                raise
            _keep_only(index, folder.name)
    except filelock.Timeout as error:
        raise IndexBusyError(
            f"another process is writing {index}", hint="wait until it is done, then try again"
        ) from error
    except (OSError, sqlite3.OperationalError) as error:
        raise IndexWriteError(
            f"the index cannot be written: {error}",
            hint="give --index a folder that you can write to, with room for the index",
        ) from error


def tidy(index: Path) -> None:
    """Remove what a killed build has left beside the current snapshot, unless one is at work."""
    import filelock

    if len(list((index / "snapshots").iterdir())) > 1:
        with (
            contextlib.suppress(filelock.Timeout, OSError),
            filelock.FileLock(index / "lock", timeout=0),
        ):
            _keep_only(index, current_name(index))


def _keep_only(index: Path, name: str) -> None:
    for other in (index / "snapshots").iterdir():
        if other.name != name:
            shutil.rmtree(other, ignore_errors=True)


def _new_folder(index: Path) -> Path:
    """Return a new folder numbered after the ones that are there."""
    names = [folder.name for folder in (index / "snapshots").iterdir() if folder.name.isdecimal()]
    folder = index / "snapshots" / f"{max(map(int, names), default=0) + 1:06d}"
    folder.mkdir()
    return folder


def _swap(index: Path, name: str) -> None:
    fresh = index / "current.new"
    write_synced(fresh, f"{name}\n".encode())
    fresh.replace(index / CURRENT)
    _flush(index)


def _is_current(index: Path, name: str) -> bool:
    try:
        return current_name(index) == name
    except (IndexMissingError, IndexDamagedError):
        return False


def _remove_if_empty(index: Path) -> None:
    """Leave no index folder behind that holds neither a snapshot nor vectors."""
    if {path.name for path in index.iterdir()} <= {"snapshots", "lock"}:
        with contextlib.suppress(OSError):  # another process has begun to write
            (index / "snapshots").rmdir()
            (index / "lock").unlink(missing_ok=True)
            index.rmdir()


def write_synced(path: Path, content: bytes) -> None:
    """Write a file that is on the disk when this returns."""
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
    """Flush a folder, all that is in it, and its own entry to the disk."""
    for path in (*folder.rglob("*"), folder, folder.parent):
        _flush(path)


def _flush(path: Path) -> None:
    """Flush a file or the entries of a folder to the disk, where the system can."""
    if os.name == "posix":
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
