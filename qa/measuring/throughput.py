"""Texts → how fast each engine encodes them, side by side in one run.

In: a folder of articles. Out: a row an engine: texts and tokens a second, the ratio to plain
sentence-transformers in float32 with its default settings, and the share of what the machine's
products of large matrices reach in the same run.
"""

from __future__ import annotations

import functools
import json
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embeddings.bundled import FINGERPRINT, BundledEncoder
from embeddings.compiled import TOKEN_BUDGET, CompiledModel
from embeddings.config import IndexConfig
from embeddings.encode import Vectors, load_sentence_transformer
from embeddings.folder import read, scan
from embeddings.model_folder import unpacked_folder
from embeddings.reading import read_articles
from embeddings.split import split_passages, split_sentences
from embeddings.unpack import PASSAGE_PROMPT, TOKEN_LIMIT

if TYPE_CHECKING:
    import torch

Row = dict[str, str | int | float | None]

PLAIN = "sentence-transformers float32"
"""What all are compared with: `SentenceTransformer.encode` as it comes."""

BUDGETS = (250, 500, TOKEN_BUDGET, 2000, 4000)

_PRODUCT = 2048  # rows and columns of the matrices whose product is the machine's limit

Encode = Callable[[], Vectors]


def texts_of(folder: Path, count: int, encoder: BundledEncoder) -> list[str]:
    """Return what a build encodes, sentences and passages: `count` texts spread over the folder."""
    states = scan(folder)
    config = IndexConfig()
    limit = config.passage_tokens
    texts: dict[str, None] = {}
    step = max(1, len(states) // max(1, count // 10))  # an article has some 15 texts
    for state in states[::step]:
        _, articles = read_articles(state.path, read(folder, state.path))
        for article in articles:
            sentences = split_sentences(article, encoder.count_tokens, limit=limit)
            texts |= dict.fromkeys(sentence.text for sentence in sentences)
            passages = split_passages(article, sentences, config=config, limit=limit)
            texts |= dict.fromkeys(passage.text for passage in passages)
    spread = list(texts)
    return spread[:: max(1, len(spread) // count)][:count]


def throughput(texts: Sequence[str], encoder: BundledEncoder, repeats: int) -> list[Row]:
    """Measure every engine `repeats` times, in turns, and return a row each.

    Seconds are medians. Shares of the limit are of the best runs, as the limit is: on a machine
    that does other work too, medians of both would say how busy it was.
    """
    engines = _engines(texts)
    lengths = np.minimum([encoder.count_tokens(text) for text in texts], TOKEN_LIMIT)
    seconds: dict[str, list[float]] = {name: [] for name in engines}
    vectors: dict[str, Vectors] = {}
    limits: dict[str, float] = {}
    kinds = {name: "float32" if "float32" in name else "bfloat16" for name in engines}
    for _ in range(repeats):
        for name, encode in engines.items():
            begun = time.perf_counter()
            vectors[name] = encode()
            seconds[name].append(time.perf_counter() - begun)
            for kind in set(kinds.values()):
                limits[kind] = max(limits.get(kind, 0.0), _matrix_speed(kind))
    work = _operations(lengths)
    plain = statistics.median(seconds[PLAIN])
    rows: list[Row] = []
    for name, taken in seconds.items():
        median, best = statistics.median(taken), min(taken)
        limit = limits[kinds[name]]
        rows.append(
            {
                "engine": name,
                "texts": len(texts),
                "tokens": int(lengths.sum()),
                "seconds": median,
                "texts_a_second": len(texts) / median,
                "tokens_a_second": float(lengths.sum()) / median,
                "ratio": plain / median,
                "best_seconds": best,
                "best_ratio": min(seconds[PLAIN]) / best,
                "least_cosine": _least_cosine(vectors[name], vectors[PLAIN]),
                "gflops_at_best": work / best / 1e9,
                "limit_gflops": limit / 1e9,
                "share_of_limit": work / best / limit,
            }
        )
    return rows


def _engines(texts: Sequence[str]) -> dict[str, Encode]:
    """Return what is measured, by name, loaded and warm: plain first, then what builds use.

    bfloat16 is measured where the processor has instructions for it; elsewhere torch imitates it,
    and one product of large matrices takes seconds.
    """
    folder = unpacked_folder()
    prompted = [PASSAGE_PROMPT + text for text in texts]
    engines: dict[str, Encode] = {}
    compiled = CompiledModel.from_folder(folder, limit=TOKEN_LIMIT)
    has_bfloat16 = compiled.precision != "f32"
    for precision in ("float32", "bfloat16") if has_bfloat16 else ("float32",):
        model = load_sentence_transformer(str(folder))
        if precision == "bfloat16":
            model.bfloat16()
        plain = functools.partial(model.encode, prompted, show_progress_bar=False)
        model.encode(prompted[:2], show_progress_bar=False)
        engines[f"sentence-transformers {precision}"] = plain
    full = CompiledModel.from_folder(folder, limit=TOKEN_LIMIT, precision="f32")
    engines["OpenVINO float32"] = functools.partial(full.encode, texts, PASSAGE_PROMPT)
    if has_bfloat16:
        for budget in BUDGETS:
            encode = functools.partial(compiled.encode, texts, PASSAGE_PROMPT, budget=budget)
            engines[f"OpenVINO {compiled.precision}, batches of {budget} tokens"] = encode
    for warmed in (full, compiled):
        warmed.encode(texts[:2], PASSAGE_PROMPT)
    return engines


def _operations(lengths: np.ndarray[tuple[int], np.dtype[np.int64]]) -> float:
    """Return the multiplications and additions of the model's matrix products, without padding."""
    config = json.loads((unpacked_folder() / "config.json").read_text(encoding="utf-8"))
    wide, layers = config["intermediate_size"], config["num_hidden_layers"]
    hidden = FINGERPRINT.dimension
    linear = 2 * layers * (4 * hidden * hidden + 2 * hidden * wide)
    attention = 2 * 2 * layers * hidden
    return float((linear * lengths + attention * lengths**2).sum())


def _matrix_speed(kind: str) -> float:
    """Return the operations a second of the best of some products of large matrices, by torch."""
    import torch

    dtype: torch.dtype = getattr(torch, kind)
    left, right = (torch.randn(_PRODUCT, _PRODUCT).to(dtype) for _ in range(2))
    best = float("inf")
    for _ in range(10):
        begun = time.perf_counter()
        left @ right
        best = min(best, time.perf_counter() - begun)
    return 2 * _PRODUCT**3 / best


def _least_cosine(vectors: Vectors, plain: Vectors) -> float:
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(plain, axis=1)
    return float(((vectors * plain).sum(axis=1) / lengths).min())
