"""What is right and wrong with an index."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
import zlib
from pathlib import Path

import pytest

from embeddings.build import build
from embeddings.config import IndexConfig
from embeddings.doctor import Finding, State, examine
from embeddings.manifest import MANIFEST, sealed
from tests.fakes import FakeEncoder
from tests.samples import write_files

CONFIG = IndexConfig()
COMMAND = "qa index --index X"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with `articles` and their `index`, one file left out."""
    files: dict[str, str | bytes] = {
        "a.txt": "许昌市公安局购置无人机。",
        "bad.txt": b"\x01\x02\x03" * 99,
    }
    write_files(tmp_path / "articles", files)
    build(tmp_path / "articles", tmp_path / "index", encoder=FakeEncoder(), config=CONFIG)
    return tmp_path


def _examined(folder: Path, encoder: FakeEncoder | None = None) -> dict[str, Finding]:
    found = examine(
        folder / "index",
        folder / "articles",
        encoder=(encoder or FakeEncoder()).fingerprint,
        config=CONFIG,
        command=COMMAND,
    )
    return {finding.subject: finding for finding in found}


def _broken(found: dict[str, Finding]) -> set[str]:
    return {name for name, finding in found.items() if finding.state is State.BROKEN}


def test_whole_index_has_nothing_broken(folder):
    """Of a whole index all that there is to know is told, and which files were left out."""
    found = _examined(folder)
    assert _broken(found) == set()
    assert "1 articles, 1 passages, 1 sentences" in found["contents"].told
    assert "all checksums right" in found["files"].told
    assert str(folder / "articles") in found["snapshot"].told
    assert "clean_version" in found["versions"].told
    assert found["left out"].state is State.NOTE
    assert found["left out"].told == "bad.txt: binary, not text"
    assert "free" in found["disk"].told
    assert found["articles"].state is State.RIGHT


def test_changed_articles_are_a_note(folder):
    """Files that are new, changed or removed are counted, with the command that takes them in."""
    (folder / "articles" / "bad.txt").unlink()
    write_files(folder / "articles", {"a.txt": "别的。", "b.txt": "新的。"})
    found = _examined(folder)["articles"]
    assert found.told == "since they were indexed: 1 new, 1 changed, 1 removed"
    assert (found.state, found.repair) == (State.NOTE, COMMAND)


def test_no_index_is_broken(tmp_path):
    """Where there is no index the command that makes one is told."""
    found = _examined(tmp_path)["snapshot"]
    assert (found.state, found.repair) == (State.BROKEN, COMMAND)


def test_other_versions_are_broken(folder):
    """An index of an earlier version of the program names the field and the command."""
    (path,) = (folder / "index").rglob(MANIFEST)
    content = json.loads(path.read_bytes())
    content["config"]["clean_version"] = 1
    del content["checksum"]
    path.write_bytes(sealed(content))
    found = _examined(folder)["versions"]
    assert "clean_version is 1 in the index" in found.told
    assert (found.state, found.repair) == (State.BROKEN, COMMAND)
    build(folder / "articles", folder / "index", encoder=FakeEncoder(), config=CONFIG)
    assert _broken(_examined(folder)) == set()


def test_another_model_is_broken(folder):
    """An index of another model names both, and both ways out."""
    found = _examined(folder, FakeEncoder(model="other"))["versions"]
    assert found.state is State.BROKEN
    assert "--model fake" in found.repair


def test_text_that_only_its_checksum_betrays(folder):
    """A text that was exchanged together with all checksums is still found by its own."""
    (path,) = (folder / "index").rglob("texts.sqlite")
    raw = path.read_bytes()
    at = raw.index(b"a.txt", raw.index(b'["a.txt'))
    path.write_bytes(raw[:at] + b"b" + raw[at + 1 :])
    assert {"file", "contents"} <= _broken(_examined(folder))


def test_contents_that_no_checksum_betrays_are_mended_by_the_command(folder):
    """Where every checksum is right and a text cannot be read, the command makes the index anew."""
    (path,) = (folder / "index").rglob("texts.sqlite")
    with contextlib.closing(sqlite3.connect(path)) as texts, texts:
        texts.execute("UPDATE articles SET body = ?", (zlib.compress(bytes(9)),))
    (named,) = (folder / "index").rglob(MANIFEST)
    content = json.loads(named.read_bytes())
    del content["checksum"]
    raw = path.read_bytes()
    content["files"]["texts.sqlite"] |= {
        "bytes": len(raw),
        "sha256": hashlib.sha256(raw).hexdigest(),
    }
    named.write_bytes(sealed(content))
    found = _examined(folder)
    assert "all checksums right" in found["files"].told
    assert _broken(found) == {"contents"}
    assert found["contents"].repair == f"{COMMAND} --force"
    build(folder / "articles", folder / "index", encoder=FakeEncoder(), config=CONFIG, force=True)
    assert _broken(_examined(folder)) == set()


def test_rests_of_a_killed_build_are_a_note(folder):
    """Folders that a killed build has left are named, and are no damage."""
    (folder / "index" / "snapshots" / "000009").mkdir()
    found = _examined(folder)
    assert found["left over"].state is State.NOTE
    assert found["left over"].told.startswith("000009: ")
    assert _broken(found) == set()
