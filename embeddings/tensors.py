"""The unpacked model's weights by name, with what a reader has learnt beside them.

In: the folder that `unpack.py` writes. Out: `Tensors`, float32, mapped into memory.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from embeddings.encode import Vectors


class Tensors:
    """The tensors of BERT (Devlin et al., 2019), and its sizes.

    `learnt` holds tensors that take the place of the model's own and, for the weights of most
    layers, what is added to them: the product of `NAME.up` and `NAME.down` (Hu et al., 2021).
    """

    def __init__(
        self,
        stored: Mapping[str, Vectors],
        config: Mapping[str, float],
        learnt: Mapping[str, Vectors],
    ) -> None:
        self._stored = stored
        self._learnt = learnt
        self.dimension = int(config["hidden_size"])
        self.heads = int(config["num_attention_heads"])
        self.epsilon = float(config["layer_norm_eps"])
        self.layers = int(config["num_hidden_layers"])
        """Layers that are computed: of a reader, the first ones, which it has changed."""
        if learnt:
            self.layers = sum(name.endswith("query.weight.up") for name in learnt)

    @classmethod
    def from_folder(cls, folder: Path, learnt: Mapping[str, Vectors] | None = None) -> Tensors:
        """Map them; raises OSError or KeyError when the folder is damaged."""
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        return cls(_mapped(folder / "model.safetensors"), config, learnt or {})

    def __getitem__(self, name: str) -> Vectors:
        """Return a tensor by its name in the weight file."""
        tensor, added = self.stored(name), self.added(name)
        return tensor + added[0] @ added[1] if added else tensor

    def stored(self, name: str) -> Vectors:
        """Return a tensor without what is added to it."""
        tensor = self._learnt.get(name)
        return self._stored[name] if tensor is None else tensor

    def added(self, name: str) -> tuple[Vectors, Vectors] | None:
        """Return what is added, as two factors, of shape (rows, rank) and (rank, columns)."""
        if f"{name}.up" not in self._learnt:
            return None
        return self._learnt[f"{name}.up"], self._learnt[f"{name}.down"]

    def embeddings(self) -> tuple[Vectors, Vectors]:
        """Return the embeddings of all pieces, and of all places with the token type's added."""
        names = ("word_embeddings", "position_embeddings", "token_type_embeddings")
        words, places, types = (self[f"embeddings.{name}.weight"] for name in names)
        return words, places + types[0]


def _mapped(path: Path) -> dict[str, Vectors]:
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
