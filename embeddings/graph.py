"""The unpacked model → the graph of its computation, for OpenVINO.

In: the folder that `unpack.py` writes. Out: an OpenVINO model from token numbers and their mask,
both int64, shape (texts, tokens), to unit vectors, float32, shape (texts, dimension). It is BERT
(Devlin et al., 2019) with the mean over a text's tokens. Tests hold it to sentence-transformers.
Or the reader's graph: the first layers of the same model, changed by what the reader has learnt.

Written out, since converting the same model out of torch takes 12 s, torch and 2 GB.
"""

from __future__ import annotations

import functools
import operator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embeddings.tensors import Tensors

if TYPE_CHECKING:
    from openvino import Model, Node


def graph_of(folder: Path) -> Model:
    """Return the model of a folder as a graph; its weights are mapped, not read."""
    import openvino

    bert = _Bert(Tensors.from_folder(folder))
    numbers = bert.op.parameter([-1, -1], np.int64)
    mask = bert.op.parameter([-1, -1], np.int64)
    states = bert.embedded(numbers)
    attended = bert.attended(mask)
    for layer in range(bert.layers):
        states = bert.layer(states, f"encoder.layer.{layer}", attended)
    return openvino.Model([bert.mean(states, mask)], [numbers, mask])


def reader_graph_of(tensors: Tensors) -> Model:
    """Return the reader's graph: from summed embeddings of a text to two numbers a token.

    Both are float32, of shape (1, tokens, dimension) and (1, tokens, 2); between them comes the
    mask, int64, shape (1, tokens).
    """
    import openvino

    bert = _Bert(tensors)
    summed = bert.op.parameter([1, -1, bert.dimension], np.float32)
    mask = bert.op.parameter([1, -1], np.int64)
    states = bert.normed(summed, "embeddings.LayerNorm")
    attended = bert.attended(mask)
    for layer in range(bert.layers):
        states = bert.layer(states, f"encoder.layer.{layer}", attended)
    return openvino.Model([bert.linear(states, "head")], [summed, mask])


class _Bert:
    """The parts of the graph; a name is a tensor's in the weight file, without its last part."""

    def __init__(self, tensors: Tensors) -> None:
        from openvino import opset13

        self.op = opset13
        self.layers = tensors.layers
        self.dimension = tensors.dimension
        self._tensors = tensors

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

    def layer(self, states: Node, name: str, attended: Node) -> Node:
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
        parted = self.op.reshape(states, [0, 0, self._tensors.heads, -1], special_zero=True)
        return self.op.transpose(parted, [0, 2, 1, 3])

    def linear(self, states: Node, name: str) -> Node:
        weight, bias = self._tensor(f"{name}.weight"), self._tensor(f"{name}.bias")
        return self.op.matmul(states, weight, False, True) + bias

    def normed(self, states: Node, name: str) -> Node:
        centred = self.op.mvn(states, [-1], True, self._tensors.epsilon, "inside_sqrt")
        return centred * self._tensor(f"{name}.weight") + self._tensor(f"{name}.bias")

    def _tensor(self, name: str) -> Node:
        return self.op.constant(self._tensors[name], shared_memory=True)
