"""The examples in the docstrings."""

from __future__ import annotations

import doctest
import importlib

import pytest

from tests.samples import ROOT

MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for package in ("embeddings", "qa", "tests")
    for path in (ROOT / package).rglob("*.py")
    if not path.name.startswith("test_") and ">>> " in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_are_true(name):
    """Every example in a docstring gives what it says."""
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted > 0
    assert result.failed == 0
