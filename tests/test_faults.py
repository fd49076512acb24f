"""What may go wrong while an index is built, kept and read, over the seeds and the real model."""

from __future__ import annotations

import dataclasses
import itertools
import json
import os
import shutil
import signal
import sqlite3
import threading
import time
from pathlib import Path
from random import Random

import pytest

from embeddings import folder
from embeddings.build import BuildReport, build
from embeddings.bundled import BundledEncoder
from embeddings.config import IndexConfig
from embeddings.doctor import Finding, State, examine
from embeddings.errors import IndexDamagedError, IndexMissingError
from embeddings.manifest import MANIFEST, current_name, read_manifest
from embeddings.snapshot import Snapshot
from qa.session import Session
from tests.builder import BUSY, Builder, StandIn
from tests.fakes import FakeEncoder
from tests.libraries import READER, Library
from tests.samples import ROOT, write_files

CONFIG = IndexConfig()
KILLS, ASKED = 30, 5  # moments, and golden questions after each
GOLDEN = [
    json.loads(line)["question"]
    for line in (ROOT / "tests" / "golden" / "questions.jsonl").read_text("utf-8").splitlines()
]
OLD = 10**18
"""A time long ago, in nanoseconds: the files were not changed just now."""


def _age(articles: Path) -> None:
    for path in articles.rglob("*.txt"):
        os.utime(path, ns=(OLD, OLD))


def _folder(index: Path) -> Path:
    return index / "snapshots" / current_name(index)


def _build(articles: Path, index: Path) -> BuildReport:
    return build(articles, index, encoder=StandIn(), config=CONFIG)


@pytest.fixture
def library(seeds: Library, tmp_path: Path) -> Library:
    """The seeds, indexed by the real model, and a new article that is not indexed yet."""
    copied = seeds.copy(tmp_path)
    _age(copied.articles)
    build(copied.articles, copied.index, encoder=StandIn(), config=CONFIG)  # the times alone
    lines = (f"第{number}位居民在{number}号楼里等车。\n" for number in range(200))
    write_files(copied.articles, {"003_new.txt": "".join(lines)})
    _age(copied.articles)
    return copied


class Asked:
    """Asks golden questions of an index; the vectors of the questions are made once."""

    def __init__(self, encoder: BundledEncoder) -> None:
        self._encoder = encoder
        self._vectors: dict[str, object] = {}  # by text: a question may be asked in both scripts

    def __getattr__(self, name: str) -> object:
        return getattr(self._encoder, name)

    def encode_question(self, text: str) -> object:
        if text not in self._vectors:
            self._vectors[text] = self._encoder.encode_question(text)
        return self._vectors[text]

    def answer(self, index: Path, question: str) -> str:
        """Return all that an answer says, or the file that is damaged."""
        session = Session(_open(index), self, READER, top=2)  # type: ignore[arg-type]
        answer = session.ask(question)
        quoted = [
            (cited.passage.text, cited.passage.source, cited.answer_sentence.span)
            for cited in answer.passages
        ]
        return repr((answer.answered, round(answer.confidence, 6), quoted))


def _open(index: Path) -> Snapshot:
    return Snapshot.from_index(index, encoder=StandIn().fingerprint, config=CONFIG)


@pytest.fixture(scope="module")
def asked(encoder: BundledEncoder) -> Asked:
    return Asked(encoder)


def _content(index: Path) -> dict[str, object]:
    """Return all that a snapshot holds, byte for byte; of the lexical index, what it finds."""
    folder = _folder(index)
    found: dict[str, object] = {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if path.is_file() and path.name != MANIFEST
    }
    manifest = dataclasses.asdict(read_manifest(folder))
    del manifest["files"]
    lexical = _open(index).lexical
    for term in ("公", "安", "居民", "32", "199号", "没有"):
        found[term] = (lexical.search([term], 1000), lexical.document_frequency(term))
    return {**found, MANIFEST: manifest}


def test_killed_at_any_moment(library, asked, tmp_path):
    """A build killed at any of 30 moments leaves the old answers, and its work to the next one,
    which ends as one that was never disturbed."""
    peace, count = library.copy(tmp_path / "peace"), library.copy(tmp_path / "count")
    new = build(library.articles, count.index, encoder=StandIn(), config=CONFIG).encoded
    old = _content(library.index)
    before = {question: asked.answer(library.index, question) for question in GOLDEN}
    random = Random(6)  # noqa: S311 - moments, no secrets
    log, ends = tmp_path / "log", {"killed": 0, "done": 0}
    with Builder() as builder:
        builder.start(library.articles, peace.index, log)
        started = time.perf_counter()
        assert builder.wait() == 0
        took = time.perf_counter() - started
        whole = _content(peace.index)
        for _ in range(KILLS):
            index = tmp_path / "index-of-this-time"
            shutil.copytree(library.index, index)
            log.write_text("0", "utf-8")
            child = builder.start(library.articles, index, log)
            time.sleep(random.uniform(0, took))
            os.kill(child, signal.SIGKILL)
            ends["done" if builder.wait() == 0 else "killed"] += 1
            if current_name(index) == current_name(library.index):
                assert _content(index) == old
                for question in random.sample(GOLDEN, ASKED):
                    assert asked.answer(index, question) == before[question]
            kept = int(log.read_text("utf-8"))
            encoder = StandIn()
            build(library.articles, index, encoder=encoder, config=CONFIG)
            assert encoder.encoded <= new - kept
            assert _content(index) == whole
            assert len(list((index / "snapshots").iterdir())) == 1
            shutil.rmtree(index)
    assert new > 0
    assert ends["killed"] > KILLS / 2


_DAMAGES = {
    "the first byte": lambda raw: bytes([raw[0] ^ 1]) + raw[1:],
    "a byte in the middle": lambda raw: (
        raw[: len(raw) // 2] + bytes([raw[len(raw) // 2] ^ 16]) + raw[len(raw) // 2 + 1 :]
    ),
    "a byte near the end": lambda raw: raw[:-9] + bytes([raw[-9] ^ 2]) + raw[-8:],
    "cut": lambda raw: raw[: len(raw) // 2],
    "removed": lambda _raw: None,
}


def _broken(index: Path, articles: Path) -> list[Finding]:
    found = examine(
        index, articles, encoder=StandIn().fingerprint, config=CONFIG, command="qa index X"
    )
    return [finding for finding in found if finding.state is State.BROKEN]


def test_every_damage_is_named_and_answers_nothing_wrong(seeds, asked, tmp_path):
    """Whatever happens to a file of the snapshot, doctor names it, with the command that mends it,
    and a question is answered as before or not at all."""
    copy = seeds.copy(tmp_path)
    snapshot, questions = _folder(copy.index), GOLDEN[:2]
    before = [asked.answer(copy.index, question) for question in questions]
    assert _broken(copy.index, copy.articles) == []
    files = [path for path in snapshot.rglob("*") if path.is_file() and path.stat().st_size]
    assert len(files) > 10
    refused, blamed = 0, set()
    for path, (name, damage) in itertools.product(
        [*files, copy.index / "current"], _DAMAGES.items()
    ):
        raw = path.read_bytes()
        damaged = damage(raw) if len(raw) > 9 or name in ("cut", "removed") else raw[:3]
        path.unlink()
        if damaged is not None:
            path.write_bytes(damaged)
        broken = _broken(copy.index, copy.articles)
        assert broken, (path, name)
        named = path.relative_to(snapshot).as_posix() if path.is_relative_to(snapshot) else ""
        assert any(named in finding.told for finding in broken), (path, name, broken)
        assert {finding.repair for finding in broken} == {"qa index X"}
        try:
            found = [asked.answer(copy.index, question) for question in questions]
        except (IndexDamagedError, IndexMissingError) as error:
            refused += 1
            blamed.add((named, getattr(error, "file", "")))
        else:
            assert found == before
        if path.exists():
            path.unlink()
        path.write_bytes(raw)
    assert refused > 4 * len(files)
    assert {(named, said) for named, said in blamed if named} <= {(n, n) for n, _ in blamed}
    assert [asked.answer(copy.index, question) for question in questions] == before


def test_two_builds_at_once(library, tmp_path):
    """Of two builds that start together one is told to wait, or has nothing to do."""
    with Builder() as builder:
        for number in range(2):
            builder.start(library.articles, library.index, tmp_path / f"log{number}")
        codes = sorted(builder.wait() for _ in range(2))
    assert codes in ([0, 0], [0, BUSY])
    assert _broken(library.index, library.articles) == []
    assert _build(library.articles, library.index).up_to_date


def test_reader_during_ten_swaps(tmp_path):
    """One who opens and reads the index all the time while it is swapped sees whole snapshots."""
    articles, index = tmp_path / "articles", tmp_path / "index"
    seen: list[str] = []
    failed: list[BaseException] = []
    over = threading.Event()

    def read() -> None:
        encoder = FakeEncoder()
        while not over.is_set():
            try:
                snapshot = Snapshot.from_index(index, encoder=encoder.fingerprint, config=CONFIG)
                texts = {passage.text for passage in snapshot.passages_by_number([0, 1])}
                rows, _ = snapshot.sentences.search(encoder.encode_question("版"), 5)
                found = [number for number, _ in snapshot.lexical.search(["版"], 5)]
                assert (len(texts), len(rows), sorted(found)) == (1, 2, [0, 1])
                seen.extend(texts)
            except BaseException as error:  # noqa: BLE001 - it is looked at below
                failed.append(error)

    reader = threading.Thread(target=read)
    for number in range(11):
        text = f"第{number}版。"
        write_files(articles, {"a.txt": text, "b.txt": text})
        build(articles, index, encoder=FakeEncoder(), config=CONFIG)
        if not number:
            reader.start()
        time.sleep(0.02)
    over.set()
    reader.join()
    assert failed == []
    assert seen == sorted(seen, key=lambda text: int(text[1:-2]))  # never an older one again
    assert len(set(seen)) > 3


def _stamped(articles: Path, text: str, ns: int) -> None:
    write_files(articles, {"a.txt": text})
    os.utime(articles / "a.txt", ns=(ns, ns))


@pytest.mark.parametrize("ahead", [0, 3600 * 10**9], ids=["just now", "the clock was set back"])
def test_change_that_keeps_size_and_time_is_seen(tmp_path, ahead):
    """A file that changes right after it was read, or that is newer than the clock says, is read
    again though its size and time are the same."""
    articles, index, now = tmp_path / "articles", tmp_path / "index", time.time_ns() + ahead
    _stamped(articles, "河水涨了。", now)
    assert _build(articles, index).new == 1
    assert _build(articles, index).up_to_date
    _stamped(articles, "河水退了。", now)
    assert not _build(articles, index).up_to_date
    assert [s.text for s in _open(index).sentences_by_number([0])] == ["河水退了。"]


def test_older_file_is_another_file(tmp_path):
    """A file that is replaced by one with an earlier time is read again."""
    articles, index = tmp_path / "articles", tmp_path / "index"
    _stamped(articles, "河水涨了。", OLD)
    _build(articles, index)
    _stamped(articles, "河水退了。", OLD - 1)
    assert _build(articles, index).changed == 1
    assert [s.text for s in _open(index).sentences_by_number([0])] == ["河水退了。"]


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the files that are read, in order."""
    seen: list[str] = []
    read = folder.read

    def noting(articles: Path, path: str) -> bytes:
        seen.append(path)
        return read(articles, path)

    monkeypatch.setattr("embeddings.intake.read", noting)
    monkeypatch.setattr("embeddings.build.read", noting)
    return seen


def test_unchanged_files_are_not_read(library, reads):
    """A build reads what is new or changed, and what could not be used before; nothing else."""
    write_files(library.articles, {"bad.txt": b"\x01\x02\x03" * 99})
    _age(library.articles)
    report = _build(library.articles, library.index)
    assert reads == ["003_new.txt", "bad.txt"]
    assert (report.new, report.changed, report.unchanged, report.failed) == (2, 0, 5, 1)
    reads.clear()
    assert _build(library.articles, library.index).up_to_date
    assert reads == ["bad.txt"]
    reads.clear()
    write_files(library.articles, {"bad.txt": "好" * 99})  # of the same size and time
    _age(library.articles)
    report = _build(library.articles, library.index)
    assert (report.up_to_date, report.failed, set(reads)) == (False, 0, {"bad.txt"})
    (library.articles / "003_new.txt").rename(library.articles / "moved.txt")
    report = _build(library.articles, library.index)
    assert (report.new, report.removed, report.encoded) == (1, 1, 0)


def test_step_by_step_is_the_same_as_at_once(library, tmp_path):
    """An index that was brought up to date file by file holds what one made at once holds."""
    build(library.articles, library.index, encoder=StandIn(), config=CONFIG, force=True)
    for step in range(6):
        names = ("aa.txt", "002_x.txt", "zz.txt")
        write_files(library.articles, {names[step % 3]: f"第{step}步走完了。大家休息。"})
        if step == 4:
            (library.articles / "003_new.txt").unlink()
        _age(library.articles)
        os.utime(library.articles / names[step % 3], ns=(OLD, OLD + step))
        report = _build(library.articles, library.index)
        assert not report.remade
    at_once = tmp_path / "at-once"
    shutil.copytree(library.index, at_once)
    build(library.articles, at_once, encoder=StandIn(), config=CONFIG, force=True)
    stepwise, whole = _content(library.index), _content(at_once)
    texts = [sqlite3.connect(_folder(one) / "texts.sqlite") for one in (library.index, at_once)]
    assert list(texts[0].iterdump()) == list(texts[1].iterdump())
    for name in ("sentences.faiss", "passages.faiss", "bounds.npy", "firsts.npy"):
        assert stepwise[name] == whole[name], name
    assert stepwise["numbering.npy"] == whole["numbering.npy"]
    for term in ("公", "居民", "32"):
        numbers = [[number for number, _ in content[term][0]] for content in (stepwise, whole)]  # type: ignore[index]
        assert set(numbers[0]) == set(numbers[1])
