"""A question and sentences, read together → whether they answer it, and which of them.

In: a question and some sentences of a passage. Out: a `Reading`. Vectors and terms tell that a
passage is about what is asked; a reader (Chen et al., 2017) sees each word of the question beside
each word of the passage, and tells whether the answer is there. It writes nothing.

`TrainedReader` is the first eight layers of the default model, changed by what
`scripts/fit_reader.py` has learnt: `reader.safetensors`, 2 MB beside this file.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from importlib.resources import files
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

from embeddings.compiled import compiled, rounded_up
from embeddings.encode import Vectors, readable
from embeddings.errors import ModelError
from embeddings.graph import reader_graph_of
from embeddings.model_folder import is_unpacked, unpacked_folder
from embeddings.pieces import BEGIN, END, Pieces
from embeddings.plain import PlainLayers
from embeddings.tensors import Tensors
from embeddings.unpack import PASSAGE_PROMPT, QUESTION_PROMPT

STORED = "reader.safetensors"

_CHECK = "谁发明了活字印刷术？"
_CHECKED = ("活字印刷术是北宋庆历年间的毕昇发明的。", "它比欧洲早了约四百年。")
_AGREEMENT = 0.3
"""How far the odds of this may be off those stored; bfloat16 and float32 differ by less. OpenVINO
has been reported to compute wrongly on some processors: see `embeddings/bundled.py`."""

QUESTION_TOKENS, PASSAGE_TOKENS = 64, 260
"""What is read at most; it was trained on no more."""

_REINSTALL = "install article-qa again"


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """What a reader says of some sentences."""

    odds: float  # the log odds that the answer stands in them
    shares: tuple[float, ...]  # if so, the probability that it is this sentence; in order


NOTHING_ODDS = -20.0
"""The log odds where there is no text: as low as any that were measured."""

UNREAD = Reading(odds=0.0, shares=())
"""Of sentences that nobody has read."""


class Reader(Protocol):
    """Reads a question and sentences together."""

    def read(self, question: str, sentences: Sequence[str], heading: str = "") -> Reading:
        """Say whether sentences of a passage, one at least, in order, answer the question.

        The heading is what their article begins with: it may tell what they are about.
        """


@dataclasses.dataclass(frozen=True, slots=True)
class Pair:
    """A question and sentences as tokens."""

    pieces: tuple[int, ...]  # <s> question </s> passage </s>, numbers of the default model
    passage: int  # where the passage begins
    sentences: tuple[int, ...]  # for each token of the passage its sentence; -1 before them
    spans: tuple[tuple[int, int], ...]  # and its characters in the joined sentences, half open


class Pairs:
    """Turns a question and sentences into tokens."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces

    def pair(self, question: str, sentences: Sequence[str], heading: str = "") -> Pair:
        """Return the tokens of a question and of sentences, each cut where it is too long."""
        asked = self._pieces.tokens(QUESTION_PROMPT + readable(question))
        begin = [BEGIN, *asked.numbers[:QUESTION_TOKENS], END]
        lines = [readable(sentence.replace("\n", "")) for sentence in sentences]
        before = PASSAGE_PROMPT + (readable(heading.replace("\n", "")) + "\n" if heading else "")
        told = self._pieces.tokens(before + "".join(lines))
        spans = np.array(told.spans[:PASSAGE_TOKENS]) - len(before)
        # A token belongs to the sentence of its last character.
        places = np.searchsorted(np.cumsum([len(line) for line in lines]), spans[:, 1])
        places[spans[:, 1] <= 0] = -1
        return Pair(
            pieces=(*begin, *told.numbers[:PASSAGE_TOKENS], END),
            passage=len(begin),
            sentences=tuple(places.tolist()),
            spans=tuple((max(0, start), end) for start, end in spans.tolist()),
        )


Compute = Callable[[Vectors], Vectors]
"""From the summed embeddings of a text, (tokens, dim), to two numbers a token, (tokens, 2)."""


class TrainedReader:
    """The reader that comes with the program."""

    def __init__(self, compute: Compute, pairs: Pairs, tensors: Tensors) -> None:
        self._compute = compute
        self._pairs = pairs
        self._words, self._places = tensors.embeddings()
        self._parts = tensors["parts"]  # added to the question's and to the passage's, (2, dim)

    @classmethod
    def load(cls, *, once: bool = False) -> TrainedReader:
        """Load it, `once` for a single question; raises ModelError when its file is damaged.

        Where OpenVINO does not work, or computes wrongly, NumPy computes; it takes 30 ms longer.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            learnt = load(files("qa").joinpath(STORED).read_bytes())
            for compute in () if once else (_compiled, partial(_compiled, precision="f32")):
                with contextlib.suppress(RuntimeError, ImportError):
                    reader = cls.from_learnt(learnt, compute)
                    if abs(reader.check() - learnt["odds"].item()) < _AGREEMENT:  # not so for NaN
                        return reader
            return cls.from_learnt(learnt)
        except (OSError, LookupError, ValueError, SafetensorError) as error:
            raise ModelError(f"the reader does not start: {error}", hint=_REINSTALL) from error

    @classmethod
    def from_learnt(
        cls,
        halves: Mapping[str, npt.ArrayLike],
        compute: Callable[[Tensors], Compute] = PlainLayers,
    ) -> TrainedReader:
        """Make a reader from what was learnt, by the names of `embeddings/tensors.py`."""
        learnt = {name: np.asarray(tensor, np.float32) for name, tensor in halves.items()}
        folder = unpacked_folder()
        tensors = Tensors.from_folder(folder, learnt)
        return cls(compute(tensors), Pairs(Pieces.from_folder(folder)), tensors)

    def check(self) -> float:
        """Return the odds of an example, which are the same wherever it computes well."""
        return self.read(_CHECK, _CHECKED).odds

    def read(self, question: str, sentences: Sequence[str], heading: str = "") -> Reading:
        """Say whether sentences of a passage, one at least, in order, answer the question."""
        pair = self._pairs.pair(question, sentences, heading)
        states = self._words[list(pair.pieces)] + self._places[: len(pair.pieces)]
        states[: pair.passage] += self._parts[0]
        states[pair.passage :] += self._parts[1]
        return reading_of(self._compute(states), pair, len(sentences))


def _compiled(tensors: Tensors, precision: str = "") -> Compute:
    """Return OpenVINO's way to compute."""
    request = compiled(
        lambda: reader_graph_of(tensors), "LATENCY", precision
    ).create_infer_request()

    def compute(summed: Vectors) -> Vectors:
        states, mask = rounded_up(summed)
        request.infer([states[None], mask[None]])
        numbers: Vectors = request.get_output_tensor(0).data[0, : len(summed)]
        return numbers

    return compute


def reading_of(numbers: Vectors, pair: Pair, sentences: int) -> Reading:
    """Turn two numbers a token into a reading.

    They are the log weights of the answer's first and last token being there, where the first
    token of all stands for no answer (Devlin et al., 2019, for SQuAD 2.0).
    """
    owners = np.array(pair.sentences)
    told = numbers[pair.passage : pair.passage + len(owners)][owners >= 0].astype(np.float64)
    if not len(told):
        return Reading(NOTHING_ODDS, (0.0,) * sentences)
    top = told.max(axis=0)
    weights = np.exp(told - top)
    totals = weights.sum(axis=0)
    odds = float((top + np.log(totals) - numbers[0]).mean())
    shares = (weights / totals).mean(axis=1)
    by_sentence = np.bincount(owners[owners >= 0], shares, sentences).clip(max=1)
    return Reading(odds, tuple(by_sentence.tolist()))


class LazyReader:
    """The trained reader, loaded when it is first needed, or before that, in a thread."""

    def __init__(self, *, once: bool = False) -> None:
        self._once = once  # whether a single question is to come
        self._loading: Future[TrainedReader] | None = None

    def begun(self) -> Self:
        """Begin to load it while something else is done, unless that takes more than a moment."""
        if is_unpacked():
            self._begin()
        return self

    def read(self, question: str, sentences: Sequence[str], heading: str = "") -> Reading:
        """Say whether sentences of a passage, one at least, in order, answer the question."""
        return self._begin().result().read(question, sentences, heading)

    def _begin(self) -> Future[TrainedReader]:
        if self._loading is None:
            # Its thread is waited for when the program ends: the library does not bear to be left.
            load = partial(TrainedReader.load, once=self._once)
            self._loading = ThreadPoolExecutor(1).submit(load)
        return self._loading
