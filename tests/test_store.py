"""Snapshots on disk: write, swap, lock."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import filelock
import numpy as np
import pytest

from embeddings.articles import articles_of
from embeddings.config import IndexConfig
from embeddings.decode import decode
from embeddings.errors import IndexBusyError, IndexWriteError, SourceFileError
from embeddings.folder import FileState
from embeddings.manifest import FORMAT
from embeddings.snapshot import Problem, Snapshot
from embeddings.source import Source
from embeddings.split import split_passages, split_sentences
from embeddings.store import writing
from embeddings.writer import SnapshotWriter
from tests.fakes import FakeEncoder
from tests.samples import ROOT, needs_permissions

CONFIG = IndexConfig()
FULL = Source(
    path="新 闻/a.txt",
    encoding="utf-8",
    sha256="0" * 64,
    title="标题\0“引号”'; DROP TABLE articles",
    date="2020-08-26",
    outlet="内蒙古法制报",
    byline="王祯 梁彦强",
    url="http://www.nmgzf.gov.cn/?a=b",
)
BARE = Source(path="b.txt", encoding="gb18030", sha256="1" * 64)
STATE = FileState("新 闻/a.txt", 3, 10**18 + 1)
PROBLEM = Problem("c.txt", "not UTF-8 text", "save it as UTF-8")


def _write(folder: Path, *texts: str) -> None:
    """Write a snapshot of articles with the given texts into a folder, all but the swap."""
    encoder, writer = FakeEncoder(), SnapshotWriter(folder)
    sentence_texts: list[str] = []
    passage_texts: list[str] = []
    for number, text in enumerate(texts):
        (article,) = articles_of(decode("a.txt", text.encode()))
        sentences = split_sentences(article, encoder.count_tokens, limit=64)
        passages = split_passages(article, sentences, config=CONFIG, limit=64)
        state = STATE if number == 0 else FileState(f"{number}.txt", 4, 10**18)
        source = FULL if number == 0 else BARE
        writer.add_file(state, "0" * 64, [(source, article.clean.text, sentences, passages)])
        sentence_texts += [sentence.text for sentence in sentences]
        passage_texts += [passage.text for passage in passages]
    writer.add_problems([PROBLEM])
    writer.finish(
        sentences=encoder.encode_passages(sentence_texts),
        passages=encoder.encode_passages(passage_texts),
        encoder=encoder.fingerprint,
        config=CONFIG,
        articles_folder=Path("新 闻"),
    )


def _open(index: Path) -> Snapshot:
    return Snapshot.from_index(index, encoder=FakeEncoder().fingerprint, config=CONFIG)


def _first_text(index: Path) -> str:
    return _open(index).passages_by_number([0])[0].text


def _folders(index: Path) -> list[str]:
    return sorted(path.name for path in (index / "snapshots").iterdir())


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Return an index with one snapshot, of one article "旧闻。"."""
    with writing(tmp_path / "index") as folder:
        _write(folder, "旧闻。")
    return tmp_path / "index"


def test_every_source_field_is_written(tmp_path):
    """All that is known of an article is kept, and what is not known stays unknown."""
    with writing(tmp_path) as folder:
        _write(folder, "甲来了。", "乙走了。\n丙呢？")
    entries = _open(tmp_path).articles()
    assert [(entry.source, entry.passages) for entry in entries] == [(FULL, 1), (BARE, 1)]
    assert _open(tmp_path).passages_by_number([1])[0].source == BARE


def test_manifest_says_what_made_the_snapshot(index):
    """The manifest holds the makers, the counts, and the size and sha256 of every other file."""
    (folder,) = (index / "snapshots").iterdir()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["format"] == FORMAT
    assert manifest["encoder"] == FakeEncoder().fingerprint.as_fields()
    assert manifest["config"] == CONFIG.as_fields()
    assert manifest["articles_folder"] == str(Path("新 闻").resolve())
    assert manifest["counts"] == {"articles": 1, "passages": 1, "sentences": 1}
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert manifest["files"] == {
        name: {"bytes": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}
        for name, raw in files.items()
    }
    assert {"texts.sqlite", "sentences.faiss", "passages.faiss", "bounds.npy"} <= files.keys()


def test_files_and_problems_are_written(index):
    """The state of each file, to the nanosecond, and what was left out are kept."""
    snapshot = _open(index)
    assert snapshot.files() == [STATE]
    assert snapshot.problems() == [PROBLEM]


def test_nothing_is_pickled(index):
    """Bounds are plain numbers that numpy reads without unpickling."""
    (folder,) = (index / "snapshots").iterdir()
    bounds = np.load(folder / "bounds.npy", allow_pickle=False)
    assert (bounds.dtype, bounds.tolist()) == (np.int32, [[0, 0]])


def test_new_snapshot_replaces_the_old(index):
    """After the body the new snapshot is current and the old one is gone."""
    with writing(index) as folder:
        assert _first_text(index) == "旧闻。"
        _write(folder, "新闻。")
        assert _first_text(index) == "旧闻。"
    assert _first_text(index) == "新闻。"
    assert _folders(index) == [folder.name]
    assert (index / "current").read_text(encoding="utf-8").strip() == folder.name
    assert {path.name for path in index.iterdir()} <= {"current", "snapshots", "lock"}


@pytest.mark.parametrize(
    ("raised", "seen"),
    [
        (ValueError("a mistake"), ValueError),
        (KeyboardInterrupt(), KeyboardInterrupt),
        (MemoryError(), MemoryError),
        (SystemExit(1), SystemExit),
        (SourceFileError("c.txt", "empty"), SourceFileError),
        (OSError(errno.ENOSPC, "No space left on device"), IndexWriteError),
        (sqlite3.OperationalError("database or disk is full"), IndexWriteError),
    ],
    ids=lambda value: "" if isinstance(value, type) else type(value).__name__,
)
@pytest.mark.parametrize("when", ["before", "half-way", "after"])
def test_failing_body_leaves_the_old_snapshot(index, raised, seen, when):
    """Whenever and however the body fails, the old snapshot stays current and no rest is left."""

    def body(folder: Path) -> None:
        if when == "half-way":
            SnapshotWriter(folder).add_problems([PROBLEM])
        if when == "after":
            _write(folder, "新闻。")
        raise raised

    before = _folders(index)
    with pytest.raises(seen), writing(index) as folder:
        body(folder)
    assert _first_text(index) == "旧闻。"
    assert _folders(index) == before
    with writing(index) as folder:  # the lock is free
        _write(folder, "新闻。")
    assert _first_text(index) == "新闻。"


def test_write_error_says_why_and_what_to_do(index):
    """An index that cannot be written says why, and names the option that helps."""
    with pytest.raises(IndexWriteError, match="No space left") as caught, writing(index):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert "--index" in caught.value.hint


@pytest.mark.parametrize(
    "failing",
    [
        pytest.param(OSError(errno.EINVAL, "Invalid argument"), id="a system that cannot"),
        pytest.param(KeyboardInterrupt(), id="Ctrl-C"),
    ],
)
def test_pointer_never_names_a_removed_snapshot(monkeypatch, index, failing):
    """A failure when the swap itself is flushed to the disk leaves one snapshot or the other."""
    flush = os.fsync

    def fail_for_the_index(descriptor: int) -> None:
        if os.path.samestat(os.fstat(descriptor), index.stat()):
            raise failing
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", fail_for_the_index)
    with suppress(IndexWriteError, KeyboardInterrupt), writing(index) as folder:
        _write(folder, "新闻。")
    assert _first_text(index) in ("旧闻。", "新闻。")


def test_second_writer_is_refused(index):
    """While one writes, another is told so at once, and the snapshot can be read."""
    with filelock.FileLock(index / "lock"):
        with pytest.raises(IndexBusyError, match="another process is writing") as caught:
            _enter(index)
        assert _first_text(index) == "旧闻。"
    assert str(index) in str(caught.value)
    assert "wait" in caught.value.hint


def _enter(index: Path) -> None:
    with writing(index):
        raise AssertionError("two writers")


_HOLD = """
import sys
from pathlib import Path
from embeddings.store import writing
from embeddings.writer import SnapshotWriter
with writing(Path(sys.argv[1])) as folder:
    SnapshotWriter(folder).add_problems([])
    print(folder.name, flush=True)
    sys.stdin.read()
"""


@contextmanager
def _writing_elsewhere(index: Path) -> Iterator[subprocess.Popen[str]]:
    """Hold the lock in another process, with a half-written snapshot."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(index)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "000002"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_killed_writer_leaves_no_lock_and_no_rest(index):
    """When a writer is killed, readers see the old snapshot and the next writer cleans up."""
    with _writing_elsewhere(index) as process:
        with pytest.raises(IndexBusyError):
            _enter(index)
        assert _folders(index) == ["000001", "000002"]
        process.kill()
        process.wait()
        assert _first_text(index) == "旧闻。"
        with writing(index) as folder:
            _write(folder, "新闻。")
    assert _first_text(index) == "新闻。"
    assert _folders(index) == [folder.name]


@pytest.mark.parametrize("place", ["index", "index/snapshots", "index/lock", "parent"])
def test_folder_that_cannot_be_written(tmp_path, place):
    """Where something else stands in the index's place, the error says so and names the option."""
    if place == "index/lock":
        (tmp_path / place).mkdir(parents=True)
    else:
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text("a file in its place", encoding="utf-8")
    index = tmp_path / ("parent/index" if place == "parent" else "index")
    with pytest.raises(IndexWriteError, match="cannot be written") as caught:
        _enter(index)
    assert "--index" in caught.value.hint


@needs_permissions
def test_folder_without_permission(index):
    """A folder that may only be read is an error when it is written, and can still be read."""
    folders = (index / "snapshots", index)
    try:
        for folder in folders:
            folder.chmod(0o500)
        with pytest.raises(IndexWriteError, match="Permission denied") as caught:
            _enter(index)
        assert _first_text(index) == "旧闻。"
    finally:
        for folder in folders[::-1]:
            folder.chmod(0o700)
    assert "--index" in caught.value.hint


def test_numbers_go_on_after_odd_names(index):
    """A snapshot's number is new, whatever else lies beside the snapshots."""
    (index / "snapshots" / "000041").mkdir()
    (index / "snapshots" / "not a number").mkdir()
    with writing(index) as folder:
        _write(folder, "新闻。")
    assert folder.name == "000042"
    assert _first_text(index) == "新闻。"
