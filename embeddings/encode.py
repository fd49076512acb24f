"""Texts → vectors.

In: texts. Out: float32 vectors, shape (n, dim), rows of unit length. `Encoder` is what the rest
of the program sees; `SentenceTransformerEncoder` runs any sentence-transformers model, and
`bundled.py` the packaged one.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import logging
import os
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from embeddings.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]
"""Shape (n, dim), or (dim,) for one; every row has length 1."""

Advance = Callable[[int], None]
"""Told, now and then, how many more texts have been encoded."""

_UNREADABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")

_BATCH = 32  # texts; the library's default
_GROUP = 16 * _BATCH  # texts between two reports of progress


@dataclasses.dataclass(frozen=True, slots=True)
class EncoderFingerprint:
    """What makes two encoders' vectors comparable: all fields equal."""

    model: str  # a name or a folder
    revision: str  # of the weights
    question_prompt: str
    passage_prompt: str
    dimension: int

    def as_fields(self) -> dict[str, str | int]:
        """Return the fields by name, as the manifest stores them and compares them."""
        return dataclasses.asdict(self)


class Encoder(Protocol):
    """Turns texts into unit vectors whose inner product is the cosine."""

    @property
    def fingerprint(self) -> EncoderFingerprint:
        """What an index made with this encoder remembers of it."""

    @property
    def token_limit(self) -> int:
        """Tokens that the model reads of one text, prompt and special tokens included."""

    def count_tokens(self, text: str) -> int:
        """Return the tokens of a text, prompt and special tokens included."""

    def encode_passages(self, texts: Sequence[str], advance: Advance | None = None) -> Vectors:
        """Return a vector for each text, in order; shape (0, dim) for no text."""

    def encode_question(self, text: str) -> Vectors:
        """Return the vector of a question, shape (dim,)."""


def readable(text: str) -> str:
    """Return the text as models can read it: NUL, controls and lone surrogates become spaces.

    A NUL would end the text early in the C engine, and a lone surrogate cannot be encoded at all.
    """
    return _UNREADABLE.sub(" ", text)


class SentenceTransformerEncoder:
    """Any sentence-transformers model, by name or folder, with its own prompts if it has them."""

    def __init__(self, model: SentenceTransformer, fingerprint: EncoderFingerprint) -> None:
        self._model = model
        self._fingerprint = fingerprint

    @classmethod
    def from_name(cls, name: str) -> SentenceTransformerEncoder:
        """Load a model from a folder or from the local cache of models; never over a network.

        Raises ModelError when there is no such model or it cannot be loaded.
        """
        model = load_sentence_transformer(name)
        prompts = model.prompts
        fingerprint = EncoderFingerprint(
            model=name,
            revision=_revision(name, model),
            question_prompt=prompts.get("query") or "",
            passage_prompt=prompts.get("document") or prompts.get("passage") or "",
            dimension=model.get_embedding_dimension() or 0,
        )
        return cls(model, fingerprint)

    @property
    def fingerprint(self) -> EncoderFingerprint:
        """What an index made with this encoder remembers of it."""
        return self._fingerprint

    @property
    def token_limit(self) -> int:
        """Tokens that the model reads of one text; 512 where the model does not say."""
        return self._model.get_max_seq_length() or 512

    def count_tokens(self, text: str) -> int:
        """Return the tokens of a text, with the longer of the two prompts."""
        prompt = max(self._fingerprint.question_prompt, self._fingerprint.passage_prompt, key=len)
        with _quiet():
            return len(self._model.tokenizer(prompt + readable(text))["input_ids"])

    def encode_passages(self, texts: Sequence[str], advance: Advance | None = None) -> Vectors:
        """Return a vector for each text, in order."""
        return self.encode(texts, self._fingerprint.passage_prompt, advance)

    def encode_question(self, text: str) -> Vectors:
        """Return the vector of a question."""
        vector: Vectors = self.encode_questions([text])[0]
        return vector

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Return a vector for each question, in order."""
        return self.encode(texts, self._fingerprint.question_prompt)

    def encode(self, texts: Sequence[str], prompt: str, advance: Advance | None = None) -> Vectors:
        """Return a vector for each text behind the prompt, in order."""
        vectors = np.empty((len(texts), self._fingerprint.dimension), dtype=np.float32)
        # Longest first, so that a batch holds texts of one length and memory peaks at once.
        order = sorted(range(len(texts)), key=lambda number: -len(texts[number]))
        for start in range(0, len(order), _GROUP):
            group = order[start : start + _GROUP]
            with _quiet():
                vectors[group] = self._model.encode(
                    [readable(texts[number]) for number in group],
                    prompt=prompt,
                    batch_size=_BATCH,
                    show_progress_bar=False,
                )
            if advance is not None:
                advance(len(group))
        # In float32, whatever the model computes in: bfloat16 rows are off by 0.002.
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


def load_sentence_transformer(name: str) -> SentenceTransformer:
    """Load a sentence-transformers model without a network; raise ModelError if that fails."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    with _quiet():
        from sentence_transformers import SentenceTransformer
    with _quiet():  # anew: importing the libraries has set their loggers' levels
        try:
            return SentenceTransformer(name, local_files_only=True)
        except Exception as error:  # the library raises whatever its parts raise
            raise ModelError(
                f"the model {name} cannot be loaded: {(str(error) or repr(error)).splitlines()[0]}",
                hint=f"--model takes a folder or a downloaded name; to get it: hf download {name}",
            ) from error


def _revision(name: str, model: SentenceTransformer) -> str:
    """Return the hub's commit of the weights or, for a folder, a hash of its files."""
    folder = Path(name)
    if not folder.is_dir():
        loaded = model.transformers_model
        return str(getattr(loaded and loaded.config, "_commit_hash", None) or "unknown")
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        with file.open("rb") as stream:
            part = hashlib.file_digest(stream, "sha256")
        digest.update(file.relative_to(folder).as_posix().encode() + part.digest())
    return digest.hexdigest()[:16]


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the libraries' warnings and progress bars off the user's screen, here alone."""
    names = ("transformers", "sentence_transformers", "huggingface_hub")
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    try:
        for logger in loggers:
            logger.setLevel(logging.CRITICAL)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
