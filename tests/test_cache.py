"""Vectors kept between builds."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from embeddings.cache import VectorCache
from tests.fakes import FakeEncoder

ENCODER = FakeEncoder()
TEXTS = [f"第{number}条。" for number in range(300)]


def _filled(index: Path) -> Path:
    """Fill a cache with the vectors of all texts; return its file."""
    cache = VectorCache(index, ENCODER.fingerprint)
    cache.put(TEXTS, ENCODER.encode_passages(TEXTS))
    cache.close()
    return index / "vectors.sqlite"


def _known(index: Path, encoder: FakeEncoder = ENCODER) -> int:
    """Return how many of the texts the cache knows, each with its own vector."""
    cache = VectorCache(index, encoder.fingerprint)
    try:
        known = [(text, vector) for text in TEXTS if (vector := cache.get(text)) is not None]
    finally:
        cache.close()
    for text, vector in known:
        np.testing.assert_array_equal(vector, encoder.encode_question(text))
    return len(known)


def test_vectors_are_kept(tmp_path):
    """What was put into the cache is there in the next process, bit for bit."""
    _filled(tmp_path / "new" / "index")
    assert _known(tmp_path / "new" / "index") == len(TEXTS)


def test_vectors_are_on_disk_when_put_returns(tmp_path):
    """A process that is killed after `put` has lost nothing: another one reads it."""
    cache = VectorCache(tmp_path, ENCODER.fingerprint)
    cache.put(TEXTS, ENCODER.encode_passages(TEXTS))
    assert _known(tmp_path) == len(TEXTS)
    cache.close()


@pytest.mark.parametrize("text", ["", "a\0b", "\ud800", "😀" * 10_000])
def test_any_text_is_a_key(tmp_path, text):
    """Empty, strange and long texts are kept like any other."""
    cache = VectorCache(tmp_path, ENCODER.fingerprint)
    assert cache.get(text) is None
    vectors = ENCODER.encode_passages([text])
    cache.put([text], vectors)
    cache.put([text], vectors)  # again
    found = cache.get(text)
    cache.close()
    assert found is not None
    np.testing.assert_array_equal(found, vectors[0])


@pytest.mark.parametrize("other", [{"model": "other"}, {"revision": "2"}, {"dimension": 128}])
def test_vectors_of_another_encoder_are_not_found(tmp_path, other):
    """A vector belongs to the encoder that made it."""
    _filled(tmp_path)
    assert _known(tmp_path, FakeEncoder(**other)) == 0
    assert _known(tmp_path) == len(TEXTS)


def test_keep_only_forgets_the_rest(tmp_path):
    """Only the texts named stay, whether they were known or not; the file does not grow."""
    _filled(tmp_path)
    cache = VectorCache(tmp_path, ENCODER.fingerprint)
    cache.keep_only([*TEXTS[:3], TEXTS[0], "未知"])
    cache.keep_only(TEXTS[1:])
    assert [text for text in [*TEXTS, "未知"] if cache.get(text) is not None] == TEXTS[1:3]
    cache.close()
    assert _known(tmp_path) == 2


def test_keep_only_forgets_other_encoders_vectors(tmp_path):
    """What another model left behind goes too."""
    _filled(tmp_path)
    other = FakeEncoder(model="other")
    cache = VectorCache(tmp_path, other.fingerprint)
    cache.put(TEXTS[:2], other.encode_passages(TEXTS[:2]))
    cache.keep_only(TEXTS)
    cache.close()
    assert (_known(tmp_path, other), _known(tmp_path)) == (2, 0)


@pytest.mark.parametrize("length", [0, 1, 4, 4 * 256 - 4, 4 * 256 + 4])
def test_vector_of_a_wrong_length_is_ignored(tmp_path, length):
    """A vector that is not whole is as good as none."""
    with sqlite3.connect(_filled(tmp_path)) as database:
        database.execute("UPDATE vectors SET vector = ?", (bytes(length),))
    database.close()
    assert _known(tmp_path) == 0


def _zeros(raw: bytes) -> bytes:
    return bytes(len(raw))


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda _raw: b"", id="empty"),
        pytest.param(lambda _raw: "不是数据库".encode() * 1000, id="text"),
        pytest.param(_zeros, id="zeros"),
        pytest.param(lambda raw: _zeros(raw[:5000]) + raw[5000:], id="its beginning lost"),
        pytest.param(lambda raw: raw[: len(raw) // 2], id="cut in half"),
        pytest.param(lambda raw: raw[:5000], id="cut after the first page"),
        pytest.param(lambda raw: raw[:5000] + _zeros(raw[5000:]), id="zeros after the first page"),
        pytest.param(lambda raw: raw[:5000] + b"\xa5" * (len(raw) - 5000), id="garbled after it"),
    ],
)
def test_damaged_cache_is_replaced(tmp_path, damage):
    """Whatever has happened to the file, it can be used and holds what is put into it."""
    path = _filled(tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    cache = VectorCache(tmp_path, ENCODER.fingerprint)
    for text in TEXTS:
        cache.get(text)
    cache.put(TEXTS, ENCODER.encode_passages(TEXTS))
    cache.keep_only(TEXTS)
    cache.close()
    assert _known(tmp_path) == len(TEXTS)


def test_rest_of_a_killed_write_is_no_obstacle(tmp_path):
    """A journal that a killed process left beside the file does not keep it from being used."""
    path = _filled(tmp_path)
    Path(f"{path}-journal").write_bytes(os.urandom(2000))
    assert _known(tmp_path) == len(TEXTS)
