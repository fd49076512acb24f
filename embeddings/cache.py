"""Vectors by (encoder, text), kept between builds, so that a rebuild encodes only what is new.

In: texts and their vectors. Out: the vector of a text that was encoded before. It is only a
cache: a damaged file is replaced.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from embeddings.encode import EncoderFingerprint


class VectorCache:
    """Vectors by (encoder, text), kept between builds."""

    def __init__(self, index: Path, encoder: EncoderFingerprint) -> None:
        index.mkdir(parents=True, exist_ok=True)
        self._salt = json.dumps(encoder.as_fields(), sort_keys=True).encode()
        self._dimension = encoder.dimension
        self._path = index / "vectors.sqlite"
        try:
            self._database = self._connect()
        except sqlite3.DatabaseError:
            self._path.unlink()
            self._database = self._connect()

    def get(self, text: str) -> npt.NDArray[np.float32] | None:
        """Return the vector of a text, if it is known and whole."""
        try:
            row = self._database.execute(
                "SELECT vector FROM vectors WHERE key = ?", (self._key(text),)
            ).fetchone()
        except sqlite3.DatabaseError:
            self._start_anew()
            return None
        if row is None or len(row[0]) != 4 * self._dimension:
            return None
        return np.frombuffer(row[0], dtype=np.float32)

    def put(self, texts: Sequence[str], vectors: npt.NDArray[np.float32]) -> None:
        """Keep the vectors of some texts, on disk when this returns."""
        rows = [
            (self._key(text), vector.tobytes()) for text, vector in zip(texts, vectors, strict=True)
        ]
        try:
            self._put(rows)
        except sqlite3.OperationalError:  # no room, no permission: the caller's to report
            raise
        except sqlite3.DatabaseError:
            self._start_anew()
            self._put(rows)

    def keep_only(self, texts: Sequence[str]) -> None:
        """Forget the vectors of all other texts."""
        keys = [(self._key(text),) for text in texts]
        try:
            with self._database:
                self._database.execute("CREATE TEMP TABLE kept (key BLOB PRIMARY KEY)")
                self._database.executemany("INSERT OR IGNORE INTO kept VALUES (?)", keys)
                self._database.execute(
                    "DELETE FROM vectors WHERE key NOT IN (SELECT key FROM kept)"
                )
                self._database.execute("DROP TABLE kept")
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            self._start_anew()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _connect(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path)
        database.execute(
            "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID"
        )
        return database

    def _put(self, rows: Sequence[tuple[bytes, bytes]]) -> None:
        with self._database:
            self._database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    def _start_anew(self) -> None:
        """Replace a damaged file by an empty one: what it held can be encoded again."""
        self._database.close()
        self._path.unlink(missing_ok=True)
        self._database = self._connect()

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(self._salt + text.encode("utf-8", "surrogatepass")).digest()
