"""Stand-ins that are real implementations, small enough to check by eye."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Sequence

import numpy as np

from embeddings.encode import Advance, EncoderFingerprint, Vectors
from qa.reader import Reading

_TOKEN = re.compile(r"[a-z0-9]+|\S", re.IGNORECASE)
_WORD = re.compile(r"[a-z0-9]+|\w", re.IGNORECASE)


class FakeEncoder:
    """An `Encoder` without a model: a text is the normalised sum of its words' unit vectors.

    A word is a run of ASCII letters and digits, case apart, or one character of any other script.
    Texts with the same words have cosine 1; texts without a common word have one near 0; of two
    texts of n words each, k of them common, the cosine is about k / n. It keeps what it was asked.

    >>> encoder = FakeEncoder()
    >>> encoder.count_tokens("Ab 甲乙。")
    6
    """

    def __init__(
        self,
        *,
        model: str = "fake",
        revision: str = "1",
        dimension: int = 256,  # a multiple of 8
        token_limit: int = 64,
    ) -> None:
        self._fingerprint = EncoderFingerprint(
            model=model,
            revision=revision,
            question_prompt="q: ",
            passage_prompt="p: ",
            dimension=dimension,
        )
        self._token_limit = token_limit
        self.passages: list[str] = []  # every text it was asked to encode, in order
        self.questions: list[str] = []

    @property
    def fingerprint(self) -> EncoderFingerprint:
        """What an index made with this encoder remembers of it."""
        return self._fingerprint

    @property
    def token_limit(self) -> int:
        """Tokens that it claims to read."""
        return self._token_limit

    @property
    def encoded(self) -> int:
        """How many passages it was asked to encode."""
        return len(self.passages)

    def count_tokens(self, text: str) -> int:
        """Return the words and marks, and two for the special tokens."""
        return len(_TOKEN.findall(text)) + 2

    def encode_passages(self, texts: Sequence[str], advance: Advance | None = None) -> Vectors:
        """Return a vector for each text, in order; reports progress after every tenth text."""
        vectors = np.empty((len(texts), self._fingerprint.dimension), dtype=np.float32)
        for start in range(0, len(texts), 10):
            group = texts[start : start + 10]
            for place, text in enumerate(group, start):
                self.passages.append(text)
                vectors[place] = self._vector(text)
            if advance is not None:
                advance(len(group))
        return vectors

    def encode_question(self, text: str) -> Vectors:
        """Return the vector that the same text has as a passage."""
        self.questions.append(text)
        return self._vector(text)

    def _vector(self, text: str) -> Vectors:
        words = _WORD.findall(text.lower()) or [text]  # a text without a word is its own word
        dimension = self._fingerprint.dimension
        total = np.sum([_word_vector(word, dimension) for word in words], axis=0)
        unit: Vectors = (total / np.linalg.norm(total)).astype(np.float32)
        return unit


class FakeReader:
    """A `Reader` that counts: the more of the question's characters a sentence has, the likelier.

    >>> FakeReader().read("甲乙", ["甲乙丙", "丁"])
    Reading(odds=4.0, shares=(1.0, 0.0))
    """

    def __init__(self) -> None:
        self.seen: list[tuple[str, ...]] = []  # the sentences of every reading, in order

    def read(self, question: str, sentences: Sequence[str], _heading: str = "") -> Reading:
        """Return odds from -4, for nothing in common, to 4, and shares of what is in common."""
        self.seen.append(tuple(sentences))
        common = [len(set(question) & set(sentence)) for sentence in sentences]
        total = sum(common)
        shares = tuple(number / total if total else 1 / len(common) for number in common)
        return Reading(8 * max(common) / len(set(question)) - 4, shares)


@functools.lru_cache(maxsize=10_000)
def _word_vector(word: str, dimension: int) -> Vectors:
    """Return the word's unit vector: the signs are the bits of its hash."""
    digest = hashlib.shake_256(word.encode("utf-8", "surrogatepass")).digest(dimension // 8)
    bits = np.unpackbits(np.frombuffer(digest, dtype=np.uint8)).astype(np.float32)
    vector: Vectors = (2 * bits - 1) / np.sqrt(np.float32(dimension))
    return vector
