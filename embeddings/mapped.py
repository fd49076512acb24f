"""A file of a snapshot → what it holds, mapped into memory, and checked.

In: the folder of a snapshot, a file's name and how many rows it should have. Out: a vector index,
numbers or the lexical index; IndexDamagedError where the file holds anything else.
"""

from __future__ import annotations

import io
import mmap
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from embeddings.errors import IndexDamagedError
from embeddings.lexical import LexicalIndex
from embeddings.manifest import LEXICAL
from embeddings.vectors import VectorIndex

_Integer = TypeVar("_Integer", np.int32, np.int64)


def mapped_vectors(folder: Path, name: str, rows: int) -> VectorIndex:
    """Map a vector index of so many rows."""
    try:
        vectors = VectorIndex.from_bytes(_mapped(folder / name))
    except (OSError, ValueError) as error:
        raise IndexDamagedError(name, str(error)) from error
    if len(vectors) != rows:
        raise wrong_rows(name, len(vectors), rows)
    return vectors


def mapped_numbers(
    folder: Path, name: str, kind: type[_Integer], rows: int | None
) -> npt.NDArray[_Integer]:
    """Map an array of two columns, as `numpy.save` writes it; None for whatever rows there are."""
    try:
        raw = _mapped(folder / name)
    except (OSError, ValueError) as error:
        raise IndexDamagedError(name, str(error)) from error
    width = 2 * np.dtype(kind).itemsize
    found = max(0, len(raw) - len(_header(kind, 0))) // width
    if rows not in (None, found):
        raise wrong_rows(name, found, rows or 0)
    head = _header(kind, found)
    if bytes(raw[: len(head)]) != head or len(raw) != len(head) + found * width:
        raise IndexDamagedError(name, "other numbers than there should be")
    return np.frombuffer(raw, kind, offset=len(head)).reshape(-1, 2)


def _header(kind: type[np.integer], rows: int) -> bytes:
    """Return what stands before the numbers; comparing it is safer than reading it."""
    head = io.BytesIO()
    descr = np.lib.format.dtype_to_descr(np.dtype(kind))
    np.lib.format.write_array_header_1_0(
        head, {"descr": descr, "fortran_order": False, "shape": (rows, 2)}
    )
    return head.getvalue()


def _mapped(path: Path) -> memoryview:
    with path.open("rb") as stream:
        return memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))


def mapped_lexical(folder: Path, numbering: npt.NDArray[np.int64], rows: int) -> LexicalIndex:
    """Map the lexical index over so many passages."""
    try:
        lexical = LexicalIndex.from_folder(folder / LEXICAL, numbering)
    except (OSError, ValueError) as error:
        raise IndexDamagedError(LEXICAL, str(error)) from error
    if len(lexical) != rows:
        raise wrong_rows(LEXICAL, len(lexical), rows)
    return lexical


def wrong_rows(file: str, found: int, expected: int) -> IndexDamagedError:
    """Return the error that a file has another number of rows than it should."""
    return IndexDamagedError(file, f"{found} rows, not {expected}")
