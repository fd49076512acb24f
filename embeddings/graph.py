"""The unpacked model → the graph of its computation, for OpenVINO.

In: the folder that `unpack.py` writes. Out: an OpenVINO model from token numbers and their mask,
both int64, shape (texts, tokens), to unit vectors, float32, shape (texts, dimension). It is BERT
(Devlin et al., 2019) with the mean over a text's tokens. Tests hold it to sentence-transformers.
Or the reader's graph: the first layers of the same model, changed by what the reader has learnt.

Written out, since converting the same model out of torch takes 12 s, torch and 2 GB.
"""

from __future__ import annotations

import functools
import json
import operator
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embeddings.encode import Vectors

if TYPE_CHECKING:
    from openvino import Model, Node


def graph_of(folder: Path) -> Model:
    """Return the model of a folder as a graph; its weights are mapped, not read."""
    import openvino

    bert = _Bert.from_folder(folder)
    numbers = bert.op.parameter([-1, -1], np.int64)
    mask = bert.op.parameter([-1, -1], np.int64)
    states = bert.embedded(numbers)
    attended = bert.attended(mask)
    for layer in range(bert.layers):
        states = bert.layer(states, f"encoder.layer.{layer}", attended)
    return openvino.Model([bert.mean(states, mask)], [numbers, mask])


def reader_graph_of(folder: Path, learnt: Mapping[str, Vectors]) -> Model:
    """Return the reader's graph: from summed embeddings of a text to two numbers a token.

    Both are float32, of shape (1, tokens, dimension) and (1, tokens, 2). `learnt` holds tensors
    that take the place of the model's own and, for the weights of most layers, what is added to
    them: the product of `NAME.up` and `NAME.down` (Hu et al., 2021).
    """
    import openvino

    bert = _Bert.from_folder(folder, learnt)
    summed = bert.op.parameter([1, -1, bert.dimension], np.float32)
    states = bert.normed(summed, "embeddings.LayerNorm")
    for layer in range(sum(name.endswith("query.weight.up") for name in learnt)):
        states = bert.layer(states, f"encoder.layer.{layer}")
    return openvino.Model([bert.linear(states, "head")], [summed])


def embeddings_of(folder: Path) -> tuple[Vectors, Vectors]:
    """Return the mapped embeddings of all pieces, and of all places with the token type's added."""
    weights = mapped(folder / "model.safetensors")
    names = ("word_embeddings", "position_embeddings", "token_type_embeddings")
    words, places, types = (weights[f"embeddings.{name}.weight"] for name in names)
    return words, places + types[0]


def mapped(path: Path) -> dict[str, Vectors]:
    """Return the tensors of a safetensors file of float32, by name, mapped into memory.

    The library copies each tensor: 0.5 GB and a second for what is read once, when it is compiled.
    The file is the length of the header (u64, little-endian), the header (JSON), then the data.
    """
    with path.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        header = json.loads(stream.read(length))
    header.pop("__metadata__", None)
    return {
        name: np.memmap(path, "<f4", "c", 8 + length + entry["data_offsets"][0], entry["shape"])
        for name, entry in header.items()
    }


class _Bert:
    """The parts of the graph; a name is a tensor's in the weight file, without its last part."""

    def __init__(
        self,
        weights: Mapping[str, Vectors],
        config: Mapping[str, Any],
        learnt: Mapping[str, Vectors],
    ) -> None:
        from openvino import opset13

        self.op = opset13
        self.layers = int(config["num_hidden_layers"])
        self.dimension = int(config["hidden_size"])
        self._weights = weights
        self._learnt = learnt
        self._heads = int(config["num_attention_heads"])
        self._epsilon = float(config["layer_norm_eps"])

    @classmethod
    def from_folder(cls, folder: Path, learnt: Mapping[str, Vectors] | None = None) -> _Bert:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        return cls(mapped(folder / "model.safetensors"), config, learnt or {})

    def embedded(self, numbers: Node) -> Node:
        """Token numbers → states, shape (texts, tokens, dimension)."""
        op = self.op
        length = op.gather(op.shape_of(numbers), 1, 0)
        places = op.range(0, length, 1, "i64")
        parts = (
            op.gather(self._tensor("embeddings.word_embeddings.weight"), numbers, 0),
            op.gather(self._tensor("embeddings.position_embeddings.weight"), places, 0),
            op.gather(self._tensor("embeddings.token_type_embeddings.weight"), 0, 0),
        )
        return self.normed(functools.reduce(operator.add, parts), "embeddings.LayerNorm")

    def attended(self, mask: Node) -> Node:
        """Return which tokens are attended to, shape (texts, 1, 1, tokens)."""
        return self.op.unsqueeze(self.op.convert(mask, "boolean"), [1, 2])

    def layer(self, states: Node, name: str, attended: Node | None = None) -> Node:
        """One layer: attention, then the feed-forward network, each added to what came in."""
        op = self.op
        query, key, value = (
            self._parted(self.linear(states, f"{name}.attention.self.{part}"))
            for part in ("query", "key", "value")
        )
        heads = op.scaled_dot_product_attention(query, key, value, attended)
        joined = op.reshape(op.transpose(heads, [0, 2, 1, 3]), [0, 0, -1], special_zero=True)
        output = f"{name}.attention.output"
        states = self.normed(states + self.linear(joined, f"{output}.dense"), f"{output}.LayerNorm")
        wide = op.gelu(self.linear(states, f"{name}.intermediate.dense"), "erf")
        output = f"{name}.output"
        return self.normed(states + self.linear(wide, f"{output}.dense"), f"{output}.LayerNorm")

    def mean(self, states: Node, mask: Node) -> Node:
        """Return the mean of each text's states over its tokens, at unit length."""
        op = self.op
        kept = op.unsqueeze(op.convert(mask, np.float32), 2)
        total = op.reduce_sum(states * kept, 1)
        return op.normalize_l2(total, 1, 1e-12, "max")  # the length of the sum is immaterial

    def _parted(self, states: Node) -> Node:
        """(texts, tokens, dimension) → (texts, heads, tokens, dimension / heads)."""
        parted = self.op.reshape(states, [0, 0, self._heads, -1], special_zero=True)
        return self.op.transpose(parted, [0, 2, 1, 3])

    def linear(self, states: Node, name: str) -> Node:
        weight, bias = self._tensor(f"{name}.weight"), self._tensor(f"{name}.bias")
        return self.op.matmul(states, weight, False, True) + bias

    def normed(self, states: Node, name: str) -> Node:
        centred = self.op.mvn(states, [-1], True, self._epsilon, "inside_sqrt")
        return centred * self._tensor(f"{name}.weight") + self._tensor(f"{name}.bias")

    def _tensor(self, name: str) -> Node:
        tensor = self._learnt.get(name)
        if tensor is None:
            tensor = self._weights[name]
        if f"{name}.up" in self._learnt:
            tensor = tensor + self._learnt[f"{name}.up"] @ self._learnt[f"{name}.down"]
        return self.op.constant(tensor, shared_memory=True)
