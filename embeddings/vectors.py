"""Vectors → nearest vectors; the only module that knows FAISS.

In: unit vectors, shape (n, dim). Out: for a question vector, the rows with the highest cosine.
The order is total (ties by row), padding never leaves this module, and an index is turned into
bytes here because FAISS itself cannot open every path.

A small index holds the vectors themselves; a large one codes of them (RaBitQ, 5 bits a number:
https://arxiv.org/abs/2409.09913), which are searched one by one as well. Measured over 54 031
sentences and 320 questions, on one core, as bytes a row, ms a question, share of the 50 nearest
that are among the first 50 and 100 found:

    float32  1536  10.1  1      1           8 bits a number, linear      384  3.3  0.988
    RaBitQ 4  212   2.8  0.943  1           6 bits                       288  7.6  0.957  1
    RaBitQ 5  260   2.8  0.972  0.9999      256 principal components     256  6.0  0.521

A cosine out of 5 bits is off by 0.0005 (standard deviation), at most by 0.0025.
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

EXACT_ROWS = 5_000
"""So many vectors are kept as they are: 8 MB at 384 numbers each, searched in 1 ms."""

_BITS = 5  # a number of a code
_MAX_DIMENSION = 1 << 16
_COUNT_AT = 8  # where FAISS writes the number of rows, after a name and the dimension


class VectorIndex:
    """Search by cosine over unit vectors."""

    def __init__(self, index: Any, raw: object = None) -> None:  # noqa: ANN401 - FAISS has no types
        self._index = index
        self._raw = raw  # what the rows lie in, when they are not the index's own

    @classmethod
    def from_vectors(cls, vectors: Vectors, *, exact_rows: int = EXACT_ROWS) -> VectorIndex:
        """Index vectors of unit length; ValueError for any other. Up to `exact_rows`, exactly."""
        _check(vectors)
        if len(vectors) <= exact_rows:
            index = faiss.IndexFlatIP(vectors.shape[1])
        else:
            index = _coded(vectors.shape[1], vectors.mean(axis=0))
        index.add(np.ascontiguousarray(vectors))
        return cls(index)

    @classmethod
    def from_bytes(cls, raw: bytes | memoryview) -> VectorIndex:
        """Open what `to_bytes` wrote, without a copy; ValueError when it is something else.

        FAISS believes whatever lengths it reads, so all but the rows is compared with the bytes
        that an index of this kind and size must have.
        """
        view = np.frombuffer(raw, np.uint8)
        if not _is_whole(view):
            raise ValueError("not a FAISS index")
        try:
            reader = faiss.ZeroCopyIOReader(faiss.swig_ptr(view), view.size)  # type: ignore[attr-defined]
            index = faiss.read_index(reader, faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise ValueError("not a FAISS index") from error
        return cls(index, view)

    def to_bytes(self) -> bytes:
        """Return the index as bytes."""
        return bytes(faiss.serialize_index(self._index).tobytes())

    def merged(self, rows: Rows, fresh: Vectors, *, exact_rows: int = EXACT_ROWS) -> VectorIndex:
        """Return an index whose row n is this one's row `rows[n]`, or the next fresh one for −1.

        Codes are taken over as they are, whatever the number of rows has become.
        """
        kept = rows >= 0
        if isinstance(self._index, faiss.IndexFlatIP):
            vectors = np.empty((len(rows), self.dimension), np.float32)
            vectors[kept] = self._index.reconstruct_batch(rows[kept]) if kept.any() else 0
            vectors[~kept] = fresh
            return VectorIndex.from_vectors(vectors, exact_rows=exact_rows)
        _check(fresh)
        codes = np.empty((len(rows), self._index.code_size), np.uint8)
        codes[kept] = self._codes()[rows[kept]]
        codes[~kept] = self._index.sa_encode(np.ascontiguousarray(fresh))
        index = _coded(self.dimension, faiss.vector_to_array(self._index.center))
        index.add_sa_codes(codes)
        return VectorIndex(index)

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
        depth = min(count + 1, total)
        rows, cosines = self._nearest(vector, depth, among)
        while depth < total and cosines[-1] == cosines[count - 1]:
            # Which of equals FAISS returned is chance: take all of them, and choose by row.
            depth = min(4 * depth, total)
            rows, cosines = self._nearest(vector, depth, among)
        order = np.lexsort((rows, -cosines))[:count]
        return rows[order], cosines[order]

    def cosines(self, vector: Vectors, rows: Sequence[int] | Rows) -> npt.NDArray[np.float32]:
        """Return the cosines of the given rows, in their order."""
        wanted = np.asarray(rows, dtype=np.int64)
        if not len(wanted):
            return np.empty(0, np.float32)
        if isinstance(self._index, faiss.IndexFlatIP):
            exact: npt.NDArray[np.float32] = self._index.reconstruct_batch(wanted) @ vector
            return exact
        distinct, places = np.unique(wanted, return_inverse=True)
        found, cosines = self._nearest(vector, len(distinct), distinct)
        ordered: npt.NDArray[np.float32] = cosines[np.argsort(found)][places]
        return ordered

    def _nearest(
        self, vector: Vectors, depth: int, among: Rows | None
    ) -> tuple[Rows, npt.NDArray[np.float32]]:
        params = None
        if among is not None:
            chosen = faiss.IDSelectorBatch(np.asarray(among, np.int64))
            params = faiss.SearchParameters(sel=chosen)  # type: ignore[call-arg]  # made by SWIG
        query = np.ascontiguousarray(vector.reshape(1, -1))
        threads = faiss.omp_get_max_threads()
        faiss.omp_set_num_threads(1)  # for one question more of them only wait: 8 ms, not 40
        try:
            cosines, rows = self._index.search(query, depth, params=params)
        finally:
            faiss.omp_set_num_threads(threads)
        found = rows[0] >= 0
        return rows[0][found], cosines[0][found]

    def _codes(self) -> npt.NDArray[np.uint8]:
        size = self._index.code_size
        raw = faiss.rev_swig_ptr(self._index.codes.data(), len(self) * size)
        codes: npt.NDArray[np.uint8] = raw.reshape(-1, size)
        return codes


def _check(vectors: Vectors) -> None:
    if vectors.ndim != 2 or vectors.dtype != np.float32:
        raise ValueError(f"not float32 rows: {vectors.dtype} {vectors.shape}")
    lengths = np.linalg.norm(vectors, axis=1)
    if len(vectors) and not np.allclose(lengths, 1, atol=UNIT_TOLERANCE):
        raise ValueError(f"not unit vectors: lengths {lengths.min()} to {lengths.max()}")


def _coded(dimension: int, centre: Vectors) -> Any:  # noqa: ANN401 - FAISS has no types
    """Return an index of codes without rows; they are taken relative to the centre."""
    index = faiss.IndexRaBitQ(dimension, faiss.METRIC_INNER_PRODUCT, _BITS)
    index.train(np.ascontiguousarray(centre.reshape(1, -1), np.float32))
    return index


def _is_whole(raw: npt.NDArray[np.uint8]) -> bool:
    """Say whether these are the bytes of an index, by everything but its rows and their centre."""
    dimension = int.from_bytes(raw[4:_COUNT_AT].tobytes(), "little")
    count = int.from_bytes(raw[_COUNT_AT : _COUNT_AT + 8].tobytes(), "little")
    if not 0 < dimension <= _MAX_DIMENSION:
        return False
    return _fits(raw, faiss.IndexFlatIP(dimension), count, tail=0) or _fits(
        raw, _coded(dimension, np.zeros(dimension, np.float32)), count, tail=8 + 4 * dimension + 1
    )


def _fits(raw: npt.NDArray[np.uint8], empty: Any, count: int, *, tail: int) -> bool:  # noqa: ANN401
    """Say whether the bytes are those of this empty index, but for `count` rows.

    FAISS writes a head, the rows' length as the last of it, the rows, and for codes a tail: the
    centre between its length and a byte.
    """
    frame = faiss.serialize_index(empty).tobytes()
    head, end = bytearray(frame[: len(frame) - tail]), frame[len(frame) - tail :]
    size = empty.code_size
    if raw.size != len(frame) + count * size:
        return False
    head[_COUNT_AT : _COUNT_AT + 8] = count.to_bytes(8, "little")
    head[-8:] = (count * size // (1 if tail else 4)).to_bytes(8, "little")  # in bytes or floats
    found = raw[raw.size - tail :]
    return (
        raw[: len(head)].tobytes() == bytes(head)
        and (found[:8].tobytes(), found[-1:].tobytes()) == (end[:8], end[-1:])
        and bool(np.isfinite(found[8:-1].view(np.float32)).all())
    )
