"""Articles as bytes."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.articles import articles_of
from embeddings.config import IndexConfig
from embeddings.decode import decode
from embeddings.packed import pack_body, pack_source, unpack_body, unpack_source
from embeddings.source import Source
from embeddings.split import split_passages, split_sentences
from tests.fakes import FakeEncoder
from tests.samples import PROPERTY, SEEDS

SOURCE = Source(
    "新 闻/a\ud800.txt", "big5", "0" * 64, title="“标题”\0", date="2020-08-26", title_line=3
)


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.stem)
def test_articles_come_back(path):
    """Text, sentences and passages come back as they were, passages out of their sentences."""
    count = FakeEncoder().count_tokens
    for article in articles_of(decode(path.name, path.read_bytes())):
        sentences = split_sentences(article, count, limit=64)
        raw = pack_body(article.clean.text, sentences)
        assert len(raw) < 0.8 * len(article.clean.text.encode()) + 300
        body = unpack_body(raw)
        assert body.text == article.clean.text
        found = [body.part(place, place) for place in range(len(sentences))]
        assert found == [(one.text, one.start, one.span) for one in sentences]
        for passage in split_passages(article, sentences, config=IndexConfig(), limit=64):
            assert body.part(passage.first, passage.last) == (
                passage.text, passage.start, passage.span,
            )  # fmt: skip


@PROPERTY
@given(st.text(st.characters(exclude_categories=())))
def test_any_text_comes_back(text):
    """Every character comes back, halves of surrogate pairs included."""
    assert unpack_body(pack_body(text, [])).text == text


def test_source_comes_back():
    """All that is known of an article comes back, and what is not known stays unknown."""
    assert unpack_source(pack_source(SOURCE)) == SOURCE


@pytest.mark.parametrize("pack", ["body", "source"])
def test_no_changed_byte_gives_another_text(pack):
    """Whichever bit is changed, and wherever the bytes are cut, there is an error and no text."""
    good = pack_body("许昌市公安局购置无人机32架。", []) if pack == "body" else pack_source(SOURCE)
    unpack = unpack_body if pack == "body" else unpack_source
    expected = unpack(good)
    bad = [good[:at] for at in range(len(good))] + [good + b"\0"]
    bad += [
        good[:at] + bytes([good[at] ^ 1 << bit]) + good[at + 1 :]
        for at in range(len(good))
        for bit in range(8)
    ]
    for raw in bad:
        try:
            found = unpack(raw)
        except ValueError:
            continue
        assert repr(found) == repr(expected)  # a bit of the head of zlib that means nothing


def test_bytes_that_grow_without_end_are_refused(monkeypatch):
    """A text that would fill the memory when it is unpacked is an error before it does."""
    monkeypatch.setattr("embeddings.packed.MAX_UNPACKED", 10_000)
    with pytest.raises(ValueError, match="not a text"):
        unpack_body(zlib.compress(bytes(50_000)))


def test_sentences_that_are_not_there_are_refused():
    """A number of sentences beyond the bytes is an error."""
    raw = zlib.compress(b"\1" + np.array([0, 2**31], "<u4").tobytes())
    with pytest.raises(ValueError, match="not a text and its sentences"):
        unpack_body(raw)
