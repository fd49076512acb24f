"""A question and sentences, read together → whether they answer it, and which of them."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import openvino
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file

import qa.reader
from embeddings.encode import Vectors
from embeddings.errors import ModelError
from embeddings.graph import reader_graph_of
from embeddings.model_folder import unpacked_folder
from embeddings.pieces import Pieces
from embeddings.tensors import Tensors
from qa.reader import LazyReader, Pair, Pairs, TrainedReader, reading_of
from tests.libraries import READER
from tests.samples import ROOT

FIRE = (
    "8月5日下午,固阳县一家仓库失火。",
    "消防队出动六辆车,两小时后扑灭。",
    "所幸无人受伤。",
)


@pytest.fixture(scope="module")
def pairs() -> Pairs:
    return Pairs(Pieces.from_folder(unpacked_folder()))


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("固阳县的仓库是什么时候失火的？", 0),
        ("消防队出动了多少辆车？", 1),
        ("消防隊出動了多少輛車？", 1),
        ("火灾中有人受伤吗？", 2),
    ],
)
def test_the_sentence_that_answers_is_found(question: str, place: int) -> None:
    """Asked in either script, the sentence that answers has the largest share."""
    reading = READER.read(question, FIRE)
    assert int(np.argmax(reading.shares)) == place
    assert sum(reading.shares) == pytest.approx(1)


@pytest.mark.parametrize(
    ("question", "on_the_subject"),
    [
        ("消防队出动了多少辆车？", "消防队有三个班，值班的人昼夜待命。"),
        ("固阳县的仓库是什么时候失火的？", "固阳县位于包头市北部，县城有几家大型仓库。"),
        ("谁发明了活字印刷术？", "活字印刷术传到了欧洲，影响很大。"),
    ],
)
def test_what_is_on_the_subject_alone_does_not_answer(question: str, on_the_subject: str) -> None:
    """The odds of a passage that answers are far above those of one that names the subject."""
    answers = {"谁发明了活字印刷术？": ("活字印刷术是毕昇发明的。",)}.get(question, FIRE)
    assert READER.read(question, answers).odds > READER.read(question, (on_the_subject,)).odds + 2


@pytest.mark.parametrize(
    "sentences",
    [("。",), ("",), ("\x00\ud800",), ("字" * 5000,), ("短。", "字" * 5000, "短。")],
    ids=["a mark", "nothing", "unreadable", "too long", "cut in the middle"],
)
@pytest.mark.parametrize("question", ["？", "问" * 600, "😀\u200b"], ids=["mark", "long", "odd"])
def test_any_text_can_be_read(question: str, sentences: tuple[str, ...]) -> None:
    """Empty, endless and unreadable texts have finite odds, and a share for each sentence."""
    reading = READER.read(question, sentences)
    assert math.isfinite(reading.odds)
    assert len(reading.shares) == len(sentences)
    assert all(0 <= share <= 1 for share in reading.shares)


def test_tokens_know_their_sentences(pairs: Pairs) -> None:
    """Each token of the passage belongs to the sentence of its last character, the prompt's to
    none; a line break within a sentence is not read.
    """
    pair = pairs.pair("几辆？", ["出动六\n辆车。", "无人受伤。"])
    text = "出动六辆车。无人受伤。"
    told = list(zip(pair.sentences, pair.spans, strict=True))
    assert {sentence for sentence, _ in told} == {-1, 0, 1}
    for sentence, (_, end) in told:
        assert sentence == (-1 if end <= 0 else 0 if end <= len("出动六辆车。") else 1)
    assert "".join(text[start:end] for sentence, (start, end) in told if sentence >= 0) == text
    assert pair.pieces[0] == 0
    assert pair.pieces[pair.passage - 1] == pair.pieces[-1] == 2
    assert len(pair.pieces) == pair.passage + len(pair.sentences) + 1


def test_shares_and_odds_are_those_of_the_tokens() -> None:
    """With weights chosen by hand: odds against the first token, shares by the tokens' owners."""
    pair = Pair((0, 9, 2, 8, 5, 6, 7, 2), 3, (-1, 0, 0, 1), ((0, 0), (0, 1), (1, 2), (2, 3)))
    numbers = np.full((8, 2), 50, np.float32)  # what is no token of a sentence counts for nothing
    numbers[0] = math.log(2)
    numbers[4:7] = np.log([[1], [2], [5]])
    reading = reading_of(numbers, pair, 2)
    assert reading.odds == pytest.approx(math.log(8 / 2))
    assert reading.shares == pytest.approx((3 / 8, 5 / 8))


def test_the_file_says_where_it_comes_from() -> None:
    """The weights name the sets that they were trained on."""
    with safe_open(ROOT / "qa" / "reader.safetensors", "numpy") as stored:
        about = stored.metadata()
    assert {"cmrc2018_dev", "drcd_dev"} <= set(json.loads(about["trained_on"]))


def test_the_stored_odds_are_the_readers_own() -> None:
    """By others OpenVINO would be held to compute wrongly, and the chat would read in NumPy."""
    stored = load_file(ROOT / "qa" / "reader.safetensors")["odds"].item()
    assert TrainedReader.load(once=True).check() == pytest.approx(stored, abs=0.02)


def test_damaged_weights_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that was cut is told as such, not as a traceback."""
    (tmp_path / "reader.safetensors").write_bytes(
        (ROOT / "qa" / "reader.safetensors").read_bytes()[:100_000]
    )
    monkeypatch.setattr(qa.reader, "files", lambda _: tmp_path)
    with pytest.raises(ModelError, match="reader"):
        TrainedReader.load()


@pytest.mark.parametrize("question", ["谁发明了活字印刷术？", "消防隊出動了多少輛車？", "ok"])
@pytest.mark.parametrize("sentences", [FIRE, ("字" * 200,), ("。",)], ids=["few", "many", "one"])
def test_both_ways_to_compute_agree(question: str, sentences: tuple[str, ...]) -> None:
    """NumPy, for one question, and OpenVINO, for many, say the same."""
    one, other = (
        TrainedReader.load(once=True).read(question, sentences),
        READER.read(question, sentences),
    )
    assert one.odds == pytest.approx(other.odds, abs=0.25)
    assert one.shares == pytest.approx(other.shares, abs=0.05)


def test_one_question_needs_no_openvino() -> None:
    """What is loaded for a single question is ready without the library that takes half of it."""
    script = (
        "import sys; from qa.reader import TrainedReader; "
        "TrainedReader.load(once=True).check(); print('openvino' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


@pytest.mark.parametrize("failure", ["wrong", "absent"])
def test_where_openvino_fails_numpy_reads(failure: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a processor where it computes wrongly, or does not load, the reading is as right."""
    expected = READER.read("几辆？", FIRE)

    def compiled(*_: object) -> openvino.CompiledModel:
        if failure == "absent":
            raise ImportError
        graph = reader_graph_of(Tensors.from_folder(unpacked_folder(), _learnt(noise=0.5)))
        return openvino.Core().compile_model(graph, "CPU")

    monkeypatch.setattr(qa.reader, "compiled", compiled)
    reading = TrainedReader.load().read("几辆？", FIRE)
    assert reading.odds == pytest.approx(expected.odds, abs=0.25)


def _learnt(*, noise: float) -> dict[str, Vectors]:
    """Return what the reader has learnt, changed at random."""
    generator = np.random.default_rng(1)
    return {
        name: tensor * (1 + noise * generator.standard_normal(tensor.shape, np.float32))
        for name, tensor in load_file(ROOT / "qa" / "reader.safetensors").items()
    }


def test_it_is_loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begun in a thread and asked at once, it is loaded a single time."""
    loads: list[int] = []

    def load(*, once: bool) -> LazyReader:  # noqa: ARG001
        loads.append(1)
        return READER

    monkeypatch.setattr(TrainedReader, "load", load)
    lazy = LazyReader()
    lazy.begun().begun()
    assert lazy.read("几辆？", FIRE) == READER.read("几辆？", FIRE)
    assert loads == [1]
