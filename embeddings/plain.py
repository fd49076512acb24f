"""The reader's layers in NumPy: ready at once, for who asks one question.

In: `Tensors`. Out: a `PlainLayers`, from summed embeddings to two numbers a token: what the graph
of `graph.py` computes, which takes half a second to load and is three times as fast from then on.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from embeddings.encode import Vectors
from embeddings.tensors import Tensors

_ROWS = 64  # whose wide states fit into a processor core's own cache

_ERF = (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)
_ERF_PLACE = 0.3275911
"""Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26: off by less than 1.5e-7."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Linear:
    weight: Vectors  # (out, in), mapped
    bias: Vectors  # (out,)
    added: tuple[Vectors, Vectors] | None  # to the weight: (out, rank) and (rank, in)

    def __call__(self, states: Vectors) -> Vectors:
        result: Vectors = states @ self.weight.T
        if self.added:
            up, down = self.added
            result += (states @ down.T) @ up.T
        result += self.bias
        return result


@dataclasses.dataclass(frozen=True, slots=True)
class _Norm:
    weight: Vectors  # (dimension,)
    bias: Vectors
    epsilon: float

    def __call__(self, states: Vectors) -> Vectors:
        centred = states - states.mean(1, keepdims=True)
        variance = np.einsum("ij,ij->i", centred, centred) / centred.shape[1]
        centred *= (1 / np.sqrt(variance + self.epsilon))[:, None]
        centred *= self.weight
        result: Vectors = centred + self.bias
        return result


@dataclasses.dataclass(frozen=True, slots=True)
class _Layer:
    query: _Linear
    key: _Linear
    value: _Linear
    outward: _Linear
    attended: _Norm
    widen: _Linear
    narrow: _Linear
    done: _Norm
    heads: int

    def __call__(self, states: Vectors) -> Vectors:
        states = self.attended(states + self.outward(self._attention(states)))
        narrow = np.empty_like(states)
        for start in range(0, len(states), _ROWS):
            some = slice(start, start + _ROWS)
            narrow[some] = self.narrow(_gelu(self.widen(states[some])))
        return self.done(states + narrow)

    def _attention(self, states: Vectors) -> Vectors:
        tokens, dimension = states.shape
        query, key, value = (
            linear(states).reshape(tokens, self.heads, -1).transpose(1, 0, 2)
            for linear in (self.query, self.key, self.value)
        )
        query *= (self.heads / dimension) ** 0.5
        weights: Vectors = query @ key.transpose(0, 2, 1)  # (heads, tokens, tokens)
        weights -= weights.max(2, keepdims=True)
        np.exp(weights, out=weights)
        weights /= weights.sum(2, keepdims=True)
        joined: Vectors = (weights @ value).transpose(1, 0, 2).reshape(tokens, dimension)
        return joined


class PlainLayers:
    """The layers of a reader; their weights are mapped, and read when they are needed."""

    def __init__(self, tensors: Tensors) -> None:
        self._tensors = tensors
        self._first = self._norm("embeddings.LayerNorm")
        self._layers = [self._layer(f"encoder.layer.{layer}") for layer in range(tensors.layers)]
        self._head = self._linear("head")

    def __call__(self, summed: Vectors) -> Vectors:
        """Return two numbers a token, (tokens, 2), from summed embeddings, (tokens, dimension)."""
        states: Vectors = self._first(summed)
        for layer in self._layers:
            states = layer(states)
        return self._head(states)

    def _layer(self, name: str) -> _Layer:
        return _Layer(
            query=self._linear(f"{name}.attention.self.query"),
            key=self._linear(f"{name}.attention.self.key"),
            value=self._linear(f"{name}.attention.self.value"),
            outward=self._linear(f"{name}.attention.output.dense"),
            attended=self._norm(f"{name}.attention.output.LayerNorm"),
            widen=self._linear(f"{name}.intermediate.dense"),
            narrow=self._linear(f"{name}.output.dense"),
            done=self._norm(f"{name}.output.LayerNorm"),
            heads=self._tensors.heads,
        )

    def _linear(self, name: str) -> _Linear:
        weight = f"{name}.weight"
        return _Linear(
            self._tensors.stored(weight),
            self._tensors[f"{name}.bias"],
            self._tensors.added(weight),
        )

    def _norm(self, name: str) -> _Norm:
        weight, bias = self._tensors[f"{name}.weight"], self._tensors[f"{name}.bias"]
        return _Norm(weight, bias, self._tensors.epsilon)


def _gelu(states: Vectors) -> Vectors:
    """Return x Φ(x) of each number, computed in place (Hendrycks and Gimpel, 2016)."""
    size = np.abs(states)
    place = size * (_ERF_PLACE * 0.5**0.5)
    place += 1
    np.reciprocal(place, out=place)
    beyond = place * _ERF[0]
    for coefficient in _ERF[1:]:
        beyond += coefficient
        beyond *= place
    np.multiply(size, size, out=place)
    place *= -0.5
    beyond *= np.exp(place, out=place)  # now 1 - erf(|x| / √2)
    beyond *= size
    beyond *= 0.5
    np.maximum(states, 0, out=states)
    states -= beyond
    return states
