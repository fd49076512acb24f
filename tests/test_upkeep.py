"""`qa doctor`, and what `qa index` says of itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from embeddings.bundled import BundledEncoder
from embeddings.manifest import MANIFEST, sealed
from tests.libraries import Library
from tests.running import run
from tests.samples import write_files

QUESTION = "许昌市公安局购置了多少架无人机？"


@pytest.fixture
def library(small: Library, tmp_path: Path) -> Library:
    """Three articles and their index, to be changed."""
    return small.copy(tmp_path)


def test_doctor_of_a_whole_index(library):
    """Of a whole index `qa doctor` tells each part, and exits with 0."""
    told = run("doctor", *library.options)
    assert (told.code, told.err) == (0, "")
    assert "right: files: " in told.out
    assert "right: contents: 3 articles, 3 passages, 5 sentences" in told.out
    assert "broken" not in told.out
    assert "faiss-cpu" in told.out


def test_doctor_counts_in_chinese(library):
    """What the index holds, and what has changed since, is counted in Chinese too."""
    told = run("doctor", "--lang", "zh", *library.options).out
    assert "正常: 内容: 3 篇文章、3 段、5 句；向量、词语、文字一致" in told
    (library.articles / "drones.txt").unlink()
    write_files(library.articles, {"a.txt": "新。", "b.txt": "新。"})
    told = run("doctor", "--lang", "zh", *library.options).out
    assert "注意: 文章: 建立索引之后：2 新增、1 删除" in told


def test_doctor_of_a_damaged_index(library):
    """A damaged file is named, with the command that mends it; the exit code is 1, and after the
    command 0."""
    (path,) = library.index.rglob("passages.faiss")
    path.write_bytes(path.read_bytes()[:-1] + b"\xa5")
    told = run("doctor", "--json", *library.options)
    assert (told.code, told.err) == (1, "")
    content = json.loads(told.out)
    assert content["whole"] is False
    (broken,) = [one for one in content["findings"] if one["subject"] == "file"]
    assert broken["state"] == "broken"
    assert "passages.faiss: its content has changed" in broken["told"]
    command = broken["repair"].split()
    assert command == ["qa", "index", *library.options]
    assert f"\n    {broken['repair']}\n" in run("doctor", *library.options).out
    made = run(*command[1:])
    assert made.code == 0
    assert "made anew: the index is damaged: passages.faiss" in made.err
    assert run("doctor", *library.options).code == 0


def test_index_of_an_earlier_program(library):
    """An index of an earlier version is not asked, but the command is told; it makes it anew, says
    why, and encodes nothing for it."""
    (path,) = library.index.rglob(MANIFEST)
    content = json.loads(path.read_bytes())
    content["config"]["split_version"] = 1
    del content["checksum"]
    path.write_bytes(sealed(content))
    refused = run("ask", QUESTION, *library.options)
    assert refused.code == 1
    assert "split_version is 1 in the index" in refused.err
    assert f"qa index --articles {library.articles} --index {library.index}" in refused.err
    made = run("index", *library.options)
    assert (made.code, "0 texts encoded" in made.out) == (0, True)
    assert "made anew: the index does not fit: split_version is 1 in the index" in made.err
    assert run("ask", QUESTION, *library.options).code == 0


def test_index_counts_files(library):
    """`qa index` says how many files are new, changed, unchanged, removed and failed."""
    (library.articles / "drones.txt").unlink()
    write_files(library.articles, {"library.txt": "图书馆关门了。", "a.txt": "新。", "b.txt": ""})
    told = run("index", *library.options)
    assert "files: 2 new, 1 changed, 1 unchanged, 1 removed, 1 failed\n" in told.err
    assert "left out: b.txt" in told.out
    assert "passed over" not in told.err
    others = ("a.jpg", "b/b.JPG", "c.doc", "README", "Thumbs.db", ".DS_Store")
    write_files(library.articles, dict.fromkeys(others, "旧"))
    told = run("index", *library.options)
    assert "passed over: 4 files of other kinds (2 .jpg, 1 README, 1 .doc)\n" in told.err


def test_ctrl_c_keeps_what_was_encoded(library, monkeypatch):
    """Ctrl-C ends a build with 130 and says that its work is kept; the index is as it was."""

    def interrupted(*_values: object) -> object:
        raise KeyboardInterrupt

    write_files(library.articles, {"a.txt": "一句新话。"})
    monkeypatch.setattr(BundledEncoder, "encode_passages", interrupted)
    told = run("index", *library.options)
    assert told.code == 130
    assert "stopped; the index is as it was, and what was encoded is kept; to go on: qa" in told.err
    assert run("doctor", *library.options).code == 0


def test_failed_build_leaves_no_folder(tmp_path):
    """Where there is nothing to index no folder is left behind."""
    articles = write_files(tmp_path / "articles", {"bad.txt": b"\x01\x02\x03" * 99})
    told = run("index", "--articles", articles, "--index", tmp_path / "index")
    assert told.code == 1
    assert not (tmp_path / "index").exists()
