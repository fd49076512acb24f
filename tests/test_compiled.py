"""Many texts on the processor: batches, order, progress, and that nothing is told to anyone."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.compiled import CompiledModel, batches_of
from embeddings.model_folder import unpacked_folder
from embeddings.unpack import TOKEN_LIMIT
from tests.samples import ROOT


@pytest.fixture(scope="module")
def model() -> CompiledModel:
    """The default model, compiled."""
    return CompiledModel.from_folder(unpacked_folder(), limit=TOKEN_LIMIT)


@given(st.lists(st.integers(1, 512), max_size=60), st.integers(1, 3000))
def test_batches_hold_every_place_once(lengths, budget):
    """Each text is in one batch, the longest first; only a text by itself may pass the budget."""
    batches = list(batches_of(lengths, budget))
    places = [place for batch in batches for place in batch]
    assert sorted(places) == list(range(len(lengths)))
    assert [lengths[place] for place in places] == sorted(lengths, reverse=True)
    for batch in batches:
        padded = lengths[batch[0]]
        assert len(batch) == 1 or padded * len(batch) <= budget
        if batch is not batches[-1]:  # one more would not have gone in
            assert padded * (len(batch) + 1) > budget


@pytest.mark.parametrize("count", [0, 1, 2, 700])
def test_every_text_gets_its_own_vector_in_order(model, count):
    """Vectors come in the order of the texts, whatever their lengths; progress adds up."""
    texts = [f"第{n}条" + "许昌市公安局" * (n % 5) for n in range(count)]
    done: list[int] = []
    vectors = model.encode(texts, "passage: ", done.append)
    assert (vectors.shape, vectors.dtype) == ((count, 384), np.float32)
    assert sum(done) == count
    for number in range(0, count, 137):
        alone = model.encode([texts[number]], "passage: ")[0]
        assert vectors[number] @ alone > 0.9995
        assert (vectors @ alone).argmax() == number


def test_a_small_budget_gives_the_same_vectors(model):
    """How texts are put into batches is not seen in their vectors."""
    texts = ["许昌", "无人机" * 80, "", "警用无人机战队", "民主生活会"]
    one, other = (model.encode(texts, "query: ", budget=budget) for budget in (1, 4000))
    assert (one * other).sum(axis=1).min() > 0.9995


def test_float32_is_there_for_the_asking(model):
    """The precision may be chosen; what is not said is the faster one of the processor."""
    assert model.precision in {"bf16", "f16", "f32"}
    exact = CompiledModel.from_folder(unpacked_folder(), limit=TOKEN_LIMIT, precision="f32")
    assert exact.precision == "f32"


_ENCODE = """
import json, socket, sys
from pathlib import Path
touched = []
def refuse(*address):
    touched.append(repr(address))
    raise OSError("no network in tests")
socket.socket.connect = refuse
socket.getaddrinfo = refuse
from embeddings.bundled import BundledEncoder
shape = BundledEncoder().encode_passages(["许昌"]).shape
heavy = {"torch", "transformers", "sentence_transformers"} & set(sys.modules)
known = [name for name, module in sys.modules.items() if "telemetry" in name and module
         and not name.endswith(("telemetry_utils", "telemetry_stub", "telemetry_params"))]
print(json.dumps([shape, touched, sorted(heavy), known]))
"""


def test_nothing_is_sent_and_torch_is_not_needed(tmp_path):
    """Texts are encoded without a network, without torch, and without a trace in the home folder.

    OpenVINO would report its import to its makers, and write a number for this user.
    """
    cache = unpacked_folder().parents[1]
    done = subprocess.run(
        [sys.executable, "-c", _ENCODE],
        cwd=ROOT,
        env={
            **{name: value for name, value in os.environ.items() if name != "CI"},
            "HOME": str(tmp_path),
            "XDG_CACHE_HOME": str(cache),
        },
        capture_output=True,
        check=True,
        text=True,
        encoding="utf-8",
    )
    assert json.loads(done.stdout) == [[1, 384], [], [], []]
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []
