"""A text → its tokens, as the default model knows them, without loading its vocabulary.

In: the table that `unpack.py` writes, then texts. Out: their `Tokens`. Of the 250 002 pieces of a
unigram model (Kudo, 2018) a text needs only those that stand in it. They are looked up by a hash
of every short run of characters, and the tokenizers library gets a model of these alone: 0.1 ms for
a question, 1 ms for a passage; the whole takes 0.6 s to load. Tests hold the two together.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from tokenizers.normalizers import Normalizer

PIECES = "pieces.npy"
"""The table in the unpacked folder: a row a piece, in the order of their hashes."""

BEGIN, END = 0, 2
"""The numbers of the tokens around a text."""

_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")  # the first pieces, by number
_LONGEST = 16  # characters of a piece
_FACTOR = 0x9E3779B97F4A7C15  # of a polynomial hash; any large odd number would do
_ROW = np.dtype([("hash", "<u8"), ("number", "<i4"), ("score", "<f4")])

Piece = tuple[str, float]
"""A piece of the vocabulary and its score, the log of how common it is."""

_Hashes = npt.NDArray[np.uint64]


@dataclasses.dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text, in order, without those around it."""

    numbers: tuple[int, ...]  # of the model's pieces
    spans: tuple[tuple[int, int], ...]  # for each its characters in the text, half open


class Pieces:
    """The vocabulary of the default model."""

    def __init__(self, table: npt.NDArray[np.void]) -> None:
        self._hashes: _Hashes = np.ascontiguousarray(table["hash"])
        self._numbers, self._scores = table["number"], table["score"]
        # An unknown character weighs a constant less than the worst piece: that has to be there.
        self._worst = int(self._numbers[self._scores.argmin()]), float(self._scores.min())

    @classmethod
    def from_folder(cls, folder: Path) -> Pieces:
        """Read the table of an unpacked folder; raises OSError or ValueError when it is damaged."""
        table = np.load(folder / PIECES)
        if table.dtype != _ROW or not len(table):
            raise ValueError(f"{PIECES} is no table of pieces")
        return cls(table)

    def tokens(self, text: str) -> Tokens:
        """Return the tokens of a text."""
        worst, score = self._worst
        found = [("▁▁", score, worst), *self._found(text)]  # never found: words begin with one
        numbers = [*range(len(_SPECIAL)), *(number for _, _, number in found)]
        model = unigram([*((name, 0.0) for name in _SPECIAL), *(one[:2] for one in found)])
        encoding = model.encode(text, add_special_tokens=False)
        return Tokens(tuple(numbers[place] for place in encoding.ids), tuple(encoding.offsets))

    def _found(self, text: str) -> Iterator[tuple[str, float, int]]:
        """Yield the pieces that stand in a text, each once, with score and number."""
        written = _written(text)
        for length, hashes in enumerate(_hashes(written), 1):
            rows = np.searchsorted(self._hashes, hashes)
            rows[rows == len(self._hashes)] = 0
            starts = np.flatnonzero(self._hashes[rows] == hashes)
            pieces = {written[start : start + length]: rows[start] for start in starts.tolist()}
            for piece, row in pieces.items():
                if piece not in _SPECIAL:
                    yield piece, float(self._scores[row]), int(self._numbers[row])


def write_pieces(vocabulary: Sequence[Piece], path: Path) -> None:
    """Write the table of a vocabulary, given in the order of its numbers.

    Raises ValueError when two pieces have one hash; no piece may be longer than is looked up.
    """
    table = np.empty(len(vocabulary), _ROW)
    table["number"] = np.arange(len(vocabulary))
    table["score"] = [score for _, score in vocabulary]
    table["hash"] = [list(_hashes(piece))[len(piece) - 1][0] for piece, _ in vocabulary]
    table = table[np.argsort(table["hash"])]
    if (np.diff(table["hash"]) == 0).any():
        raise ValueError("two pieces have the same hash")
    np.save(path, table)


def unigram(vocabulary: Sequence[Piece]) -> Tokenizer:
    """Return what SentencePiece's unigram model with nmt_nfkc is in the tokenizers library.

    The special tokens come first in the vocabulary.
    """
    from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers

    unknown = _SPECIAL.index("<unk>")
    tokenizer = Tokenizer(models.Unigram(list(vocabulary), unk_id=unknown, byte_fallback=False))
    tokenizer.normalizer = _normalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in _SPECIAL])
    return tokenizer


@functools.cache
def _normalizer() -> Normalizer:
    from tokenizers import Regex, normalizers

    return normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )


def _written(text: str) -> str:
    """Return a text as its pieces are written: normalised, with a mark before each word."""
    return "▁" + _normalizer().normalize_str(text).replace(" ", "▁")


def _hashes(text: str) -> Iterator[_Hashes]:
    """Yield the hashes of all single characters of a text, of all pairs, and so on."""
    codes = np.frombuffer(text.encode("utf-32-le"), "<u4").astype(np.uint64) + np.uint64(1)
    hashes = codes
    yield hashes
    for length in range(2, min(_LONGEST, len(codes)) + 1):
        hashes = hashes[:-1] * np.uint64(_FACTOR) + codes[length - 1 :]
        yield hashes
