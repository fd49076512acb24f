"""Tokens out of a table: the same as the whole tokenizer's, for any text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from embeddings.model_folder import unpacked_folder
from embeddings.pieces import PIECES, Pieces, Tokens, write_pieces
from tests.samples import SEED_FILES

VOCABULARY = [
    *((name, 0.0) for name in ("<s>", "<pad>", "</s>", "<unk>")),
    ("▁许昌", -2.0), ("许昌", -3.0), ("许", -9.0), ("昌", -9.5), ("▁", -4.0),
]  # fmt: skip


@pytest.fixture(scope="module")
def pieces() -> Pieces:
    """The default model's pieces."""
    return Pieces.from_folder(unpacked_folder())


@pytest.fixture(scope="module")
def whole() -> Tokenizer:
    """The default model's tokenizer, with all of its vocabulary."""
    return Tokenizer.from_file(str(unpacked_folder() / "tokenizer.json"))


def _by(whole: Tokenizer, text: str) -> Tokens:
    encoding = whole.encode(text, add_special_tokens=False)
    return Tokens(tuple(encoding.ids), tuple(encoding.offsets))


def test_every_line_of_the_seeds_has_the_same_tokens(pieces, whole):
    """Numbers and places are those of the tokenizer that has the whole vocabulary."""
    lines = [line for file in SEED_FILES for line in file.read_text("utf-8").splitlines()]
    assert len(lines) > 300
    for line in lines:
        assert pieces.tokens("passage: " + line) == _by(whole, "passage: " + line), line


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "  a   b ", "\u3000许昌\u3000", "Ａｂ１２ ㍿ ﷺ ①", "😀许😀昌", "<s>许昌</s> <unk>",
        "\0许\x1b昌\u200b", "▁ ▁▁许昌", "ấ ấấ", "αβγ привет سلام हिन्दी", "甲" * 600, "a" * 40,
        "\U0001f468\u200d\U0001f469\u200d\U0001f467", "e\u0301", "\r\n许\n昌\t",
    ],
)  # fmt: skip
def test_strange_texts_have_the_same_tokens(pieces, whole, text):
    """So are those of texts that are normalised, unknown, empty, or hold special tokens."""
    assert pieces.tokens(text) == _by(whole, text)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_has_the_same_tokens(pieces, whole, text):
    """There is no text on which the two differ."""
    assert pieces.tokens(text) == _by(whole, text)


def test_a_written_table_is_read(tmp_path):
    """The likeliest pieces are taken; what is in none of them is unknown."""
    write_pieces(VOCABULARY, tmp_path / PIECES)
    found = Pieces.from_folder(tmp_path).tokens("许昌市 许")
    assert found.numbers == (4, 3, 8, 6)
    assert found.spans == ((0, 2), (2, 3), (3, 4), (4, 5))


@pytest.mark.parametrize(
    "table", [np.zeros(3, np.float32), np.zeros(0, [("hash", "<u8")]), np.zeros((2, 2))]
)
def test_another_table_is_refused(tmp_path: Path, table):
    """What is no table of pieces is an error, not a wrong token."""
    np.save(tmp_path / PIECES, table)
    with pytest.raises(ValueError, match="no table of pieces"):
        Pieces.from_folder(tmp_path)


def test_pieces_that_cannot_be_told_apart_are_refused(tmp_path):
    """Two pieces of one hash are found when the table is written."""
    with pytest.raises(ValueError, match="same hash"):
        write_pieces([*VOCABULARY, ("许昌", -1.0)], tmp_path / PIECES)
