"""Fixtures that several test modules share: the real model, and indexes made with it."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from embeddings.build import build
from embeddings.bundled import BundledEncoder
from embeddings.config import IndexConfig
from tests.libraries import SMALL, Library
from tests.samples import SEEDS

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Begun behind a shell's &: what the tests start would not hear Ctrl-C either.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def encoder() -> BundledEncoder:
    """The default model, loaded once."""
    return BundledEncoder()


@pytest.fixture(scope="session")
def seeds_index(tmp_path_factory: pytest.TempPathFactory, encoder: BundledEncoder) -> Path:
    """An index of `seeds/`, built once by the real model. Not to be changed: copy it."""
    index = tmp_path_factory.mktemp("seeds") / "index"
    build(SEEDS, index, encoder=encoder, config=IndexConfig())
    return index


@pytest.fixture(scope="session")
def seeds(seeds_index: Path) -> Library:
    """`seeds/` and its index."""
    return Library(SEEDS, seeds_index)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory, encoder: BundledEncoder) -> Library:
    """Three short articles and their index, built once by the real model. Copy it to change it."""
    return Library.from_articles(tmp_path_factory.mktemp("small"), SMALL, encoder=encoder)
