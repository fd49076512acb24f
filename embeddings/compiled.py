"""Texts → vectors, with the default model, on the processor.

In: the unpacked folder, then texts. Out: unit vectors. OpenVINO computes them: in bfloat16 where
the processor has it, in as many streams as it has use for, each taking the next batch when it is
done with one. Batches hold texts of about one length, so that little is padded. One text by itself
is computed by all cores at once. No torch.

Measured by `scripts/benchmark.py build` against sentence-transformers; the README has the figures.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from embeddings.encode import Advance, Vectors, readable
from embeddings.graph import graph_of
from embeddings.pieces import BEGIN, END, Pieces

if TYPE_CHECKING:
    import openvino
    from tokenizers import Encoding, Tokenizer

TOKEN_BUDGET = 1000
"""Tokens of a batch, padding included: from 500 to 2 000 the speed is the same, the memory less."""

STEP = 16
"""To a multiple of how many tokens a text by itself is filled up: for each new length OpenVINO
makes its programs anew, which takes 4 ms."""

_GROUP = 512  # texts that are turned into tokens at once, while the batches before are computed

Tokens = npt.NDArray[np.int64]


class CompiledModel:
    """The model of a folder that `unpack.py` has written, compiled for this processor."""

    def __init__(self, model: openvino.CompiledModel, tokenizer: Tokenizer, dimension: int) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._dimension = dimension

    @classmethod
    def from_folder(cls, folder: Path, *, limit: int, precision: str = "") -> CompiledModel:
        """Compile a folder's model; texts are cut after `limit` tokens.

        `precision` is "f32" or "bf16"; empty for the faster one that the processor has. Raises
        OSError, ImportError or RuntimeError when files or the library are damaged.
        """
        model = compiled(lambda: graph_of(folder), "THROUGHPUT", precision)
        dimension = model.output(0).partial_shape[1].get_length()
        tokenizer = tokenizer_of(folder / "tokenizer.json")
        tokenizer.enable_truncation(limit)
        return cls(model, tokenizer, dimension)

    @property
    def precision(self) -> str:
        """What is computed in: "bf16", "f16" or "f32"."""
        return str(self._model.get_property("INFERENCE_PRECISION_HINT").to_string())

    def encode(
        self,
        texts: Sequence[str],
        prompt: str,
        advance: Advance | None = None,
        *,
        budget: int = TOKEN_BUDGET,
    ) -> Vectors:
        """Return a vector for each text behind the prompt, in order; shape (0, dim) for no text."""
        import openvino

        vectors = np.empty((len(texts), self._dimension), dtype=np.float32)
        queue = openvino.AsyncInferQueue(self._model, 0)  # as many jobs as there are streams
        finished: deque[int] = deque()  # filled by the streams' threads, emptied by this one

        def keep(request: openvino.InferRequest, numbers: list[int]) -> None:
            vectors[numbers] = request.get_output_tensor(0).data
            finished.append(len(numbers))

        queue.set_callback(keep)
        for numbers, tokens, mask in self._batches(texts, prompt, budget):
            queue.start_async([tokens, mask], userdata=numbers)
            _report(finished, advance)
        queue.wait_all()
        _report(finished, advance)
        # In float32, whatever is computed in: bfloat16 rows are off by 0.002.
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def _batches(
        self, texts: Sequence[str], prompt: str, budget: int
    ) -> Iterator[tuple[list[int], Tokens, Tokens]]:
        """Yield the places of texts of about one length, longest first, their tokens and mask."""
        order = sorted(range(len(texts)), key=lambda number: -len(texts[number]))
        for start in range(0, len(order), _GROUP):
            group = order[start : start + _GROUP]
            encodings = self._tokenizer.encode_batch_fast(
                [prompt + readable(texts[number]) for number in group]
            )
            lengths = [len(encoding) for encoding in encodings]
            for batch in batches_of(lengths, budget):
                yield [group[place] for place in batch], *_padded([encodings[p] for p in batch])


class CompiledForOne:
    """The same model, compiled for one text at a time; not for several threads at once."""

    def __init__(self, model: openvino.CompiledModel, pieces: Pieces) -> None:
        self._request = model.create_infer_request()
        self._pieces = pieces

    @classmethod
    def from_folder(cls, folder: Path, *, precision: str = "") -> CompiledForOne:
        """Compile a folder's model; `precision` and errors are those of `CompiledModel`.

        ValueError when the table of pieces is damaged.
        """
        model = compiled(lambda: graph_of(folder), "LATENCY", precision)
        return cls(model, Pieces.from_folder(folder))

    def encode(self, text: str, prompt: str, *, limit: int) -> Vectors:
        """Return the vector of a text behind the prompt; it is cut after `limit` tokens."""
        numbers = self._pieces.tokens(prompt + readable(text)).numbers[: limit - 2]
        tokens, mask = rounded_up(np.array([BEGIN, *numbers, END], np.int64))
        self._request.infer([tokens[None], mask[None]])
        vector: Vectors = self._request.get_output_tensor(0).data[0]
        return vector / np.linalg.norm(vector)


def compiled(
    graph: Callable[[], openvino.Model], aim: str, precision: str = ""
) -> openvino.CompiledModel:
    """Compile a graph for this processor; `aim` is "THROUGHPUT" or "LATENCY"."""
    # Importing OpenVINO reports to its makers unless this package, of which it has no other use,
    # is not there. Nothing is to be sent from here.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    # Not pinned to cores: other programs use them too.
    settings = {"PERFORMANCE_HINT": aim, "ENABLE_CPU_PINNING": False}
    if precision:
        settings["INFERENCE_PRECISION_HINT"] = precision
    return openvino.Core().compile_model(graph(), "CPU", settings)


def rounded_up(rows: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], Tokens]:
    """Return a row a token, with rows of zeros up to a multiple of `STEP`, and the mask of both.

    >>> rounded_up(np.array([7, 7, 7]))[0].tolist() == [7] * 3 + [0] * (STEP - 3)
    True
    """
    more = -len(rows) % STEP
    whole = np.pad(rows, [(0, more), *[(0, 0)] * (rows.ndim - 1)])
    return whole, np.repeat(np.array([1, 0], np.int64), [len(rows), more])


def batches_of(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Yield places, longest first, whose padded lengths come to at most the budget, or one place.

    >>> list(batches_of([3, 9, 4, 4], budget=8))
    [[1], [2, 3], [0]]
    """
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lambda place: -lengths[place]):
        if batch and lengths[batch[0]] * (len(batch) + 1) > budget:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def _padded(encodings: Sequence[Encoding]) -> tuple[Tokens, Tokens]:
    """Return token numbers and mask, shape (texts, tokens of the first, which is the longest)."""
    tokens = np.ones((len(encodings), len(encodings[0])), dtype=np.int64)  # 1 is <pad>
    mask = np.zeros_like(tokens)
    for row, encoding in enumerate(encodings):
        tokens[row, : len(encoding)] = encoding.ids
        mask[row, : len(encoding)] = 1
    return tokens, mask


def _report(finished: deque[int], advance: Advance | None) -> None:
    while finished:
        count = finished.popleft()
        if advance is not None:
            advance(count)


def tokenizer_of(file: Path) -> Tokenizer:
    """Load a tokenizer of the tokenizers library."""
    # Else the library warns on the screen when a process is started later on.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(file))
