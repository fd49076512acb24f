"""Vectors → nearest vectors; the only module that knows FAISS.

In: unit vectors, shape (n, dim). Out: for a question vector, the rows with the highest cosine.
The order is total (ties by row), padding never leaves this module, and an index is turned into
bytes here because FAISS itself cannot open every path.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from embeddings.encode import Vectors

Rows = npt.NDArray[np.int64]

UNIT_TOLERANCE = 1e-3  # a row's length may differ from 1 by float32 and bfloat16 rounding


class VectorIndex:
    """Exact search by cosine over unit vectors."""

    def __init__(self, index: Any) -> None:  # noqa: ANN401 - FAISS ships no types
        self._index = index

    @classmethod
    def from_vectors(cls, vectors: Vectors) -> VectorIndex:
        """Index vectors of unit length; ValueError for any other."""
        if vectors.ndim != 2 or vectors.dtype != np.float32:
            raise ValueError(f"not float32 rows: {vectors.dtype} {vectors.shape}")
        lengths = np.linalg.norm(vectors, axis=1)
        if len(vectors) and not np.allclose(lengths, 1, atol=UNIT_TOLERANCE):
            raise ValueError(f"not unit vectors: lengths {lengths.min()} to {lengths.max()}")
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors))
        return cls(index)

    @classmethod
    def from_bytes(cls, raw: bytes) -> VectorIndex:
        """Read what `to_bytes` wrote; ValueError when it is something else."""
        try:
            index = faiss.deserialize_index(np.frombuffer(raw, dtype=np.uint8))
        except RuntimeError as error:
            raise ValueError("not a FAISS index") from error
        return cls(index)

    def to_bytes(self) -> bytes:
        """Return the index as bytes."""
        return bytes(faiss.serialize_index(self._index).tobytes())

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of a row."""
        return int(self._index.d)

    def search(
        self, vector: Vectors, count: int, *, among: Rows | None = None
    ) -> tuple[Rows, npt.NDArray[np.float32]]:
        """Return the `count` nearest rows, or all there are, and their cosines, best first.

        `among` are the rows to choose from; None for all.
        """
        total = len(self) if among is None else len(among)
        count = min(count, total)
        if count <= 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        params = None
        if among is not None:
            chosen = faiss.IDSelectorBatch(np.asarray(among, np.int64))
            params = faiss.SearchParameters(sel=chosen)  # type: ignore[call-arg]  # made by SWIG
        query = np.ascontiguousarray(vector.reshape(1, -1))
        found_cosines, found_rows = self._index.search(query, min(count + 1, total), params=params)
        cosines, rows = found_cosines[0], found_rows[0]
        if len(rows) > count and cosines[count] == cosines[count - 1]:
            # Which of equals FAISS returned is chance: take all of them, and choose by row.
            below = float(np.nextafter(cosines[count], np.float32(-2)))
            _, found_cosines, found_rows = self._index.range_search(query, below, params=params)
            cosines, rows = found_cosines, found_rows
        order = np.lexsort((rows, -cosines))[:count]
        order = order[rows[order] >= 0]
        return rows[order], cosines[order]

    def cosines(self, vector: Vectors, rows: Sequence[int] | Rows) -> npt.NDArray[np.float32]:
        """Return the cosines of the given rows, in their order."""
        wanted = np.asarray(rows, dtype=np.int64)
        if not len(wanted):
            return np.empty(0, np.float32)
        result: npt.NDArray[np.float32] = self._index.reconstruct_batch(wanted) @ vector
        return result
