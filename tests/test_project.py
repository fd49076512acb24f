"""The project's own files: the lock, and seeds as they were given."""

from __future__ import annotations

import hashlib
import importlib.metadata
import re

from tests.samples import ROOT, SEEDS

LOCK = ROOT / "scripts" / "requirements.lock"
OWN = {"article-qa", "pip"}

SEED_HASHES = {
    "000_6f32380fe83f3501.txt": "fce31ae1c10fdf799c8a1dad23d4ad7855a52f61f2a12749a7010443f53c2cc4",
    "001_0ab96b47de2139a8.txt": "561e4ca14ac1f9f553d54c324f593a18c702e4f6866c3e2a2ee86df549a2f910",
    "002_243109ca0d1e3123.txt": "ae8ba641be30dce25c2947e41b683705c6e767cea589c5a469d1f40d3dacd61c",
    "003_7cae5b507974ae63.txt": "e7563df9aea3144f6e6f004ccc43e40ce9a289b0c9cbc91612536a31df9b3380",
    "004_cba65c892c003b07.txt": "bfbf8ac30bab2b8ab847c43849552e002a1a45a121c7d2b24b4c93f88cfb377d",
}


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_everything_installed_is_pinned() -> None:
    """What the two scripts install is in the lock, at the version that is installed."""
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    pinned = dict(line.split("==") for line in lines if not line.startswith("#"))
    pinned = {_canonical(name): version for name, version in pinned.items()}
    for distribution in importlib.metadata.distributions():
        name = _canonical(distribution.metadata["Name"])
        if name not in OWN:
            assert pinned.get(name) == distribution.version.split("+")[0], name


def test_seeds_are_as_they_were_given() -> None:
    """The five articles are kept byte for byte."""
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in SEEDS.iterdir()}
    assert found == SEED_HASHES
