"""Folders of articles to test with, disks that are full or closed, packages, and properties."""

from __future__ import annotations

import contextlib
import importlib.machinery
import os
import resource
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "golden"
SEEDS = ROOT / "seeds"
NEWS = ROOT.parent / "shared" / "data" / "news" / "news_8000.txt.gz"  # not everywhere
SEED_FILES = tuple(sorted(SEEDS.glob("*.txt")))

PROPERTY = settings(
    deadline=None,  # the machine may be busy
    derandomize=True,  # a run tells about the code, not about luck
    max_examples=200,
)


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files, path → content, below a folder, as they are, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def package_at(origin: str | None) -> Callable[[str], importlib.machinery.ModuleSpec | None]:
    """Return what stands for `find_spec` where each package lies at one place, or is missing."""

    def find_spec(name: str) -> importlib.machinery.ModuleSpec | None:
        return importlib.machinery.ModuleSpec(name, None, origin=origin) if origin else None

    return find_spec


@contextlib.contextmanager
def full_disk(size: int) -> Iterator[None]:
    """Let no file grow beyond so many bytes, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _may_read_everything() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        closed = Path(folder) / "closed"
        closed.touch(mode=0)
        return os.access(closed, os.R_OK)


needs_permissions = pytest.mark.skipif(
    _may_read_everything(), reason="this user, probably root, may read and write everything"
)
