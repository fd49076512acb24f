"""What changes an index."""

from __future__ import annotations

import dataclasses

import pytest

from embeddings.config import IndexConfig


def test_fields_hold_every_setting():
    """The fields that a manifest stores and compares are all settings, by their names."""
    config = IndexConfig(passage_tokens=100, overlap_sentences=2)
    assert config.as_fields() == {
        field.name: getattr(config, field.name) for field in dataclasses.fields(config)
    }


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(IndexConfig)])
def test_each_setting_changes_the_fields(name):
    """No two configurations that differ have the same fields."""
    default = IndexConfig()
    other = dataclasses.replace(default, **{name: getattr(default, name) + 1})
    assert other.as_fields() != default.as_fields()
