"""What made a snapshot, and which snapshot is in use."""

from __future__ import annotations

import dataclasses

import pytest

from embeddings.config import IndexConfig
from embeddings.encode import EncoderFingerprint
from embeddings.errors import IndexDamagedError, IndexMismatchError, IndexMissingError
from embeddings.manifest import (
    FORMAT,
    MANIFEST,
    Manifest,
    check_made_by,
    current_name,
    read_manifest,
    sealed,
    snapshot_folder,
)

ENCODER = EncoderFingerprint("some-model", "r1", "q: ", "p: ", 8)
CONFIG = IndexConfig()
GOOD = {
    "format": FORMAT,
    "encoder": ENCODER.as_fields(),
    "config": CONFIG.as_fields(),
    "articles_folder": "/新 闻",
    "counts": {"articles": 1, "passages": 2, "sentences": 3},
    "replaced": 0,
    "files": {"bounds.npy": {"bytes": 144, "sha256": "0"}},
}


def test_manifest_is_read_as_written(tmp_path):
    """A manifest gives back what was written into it."""
    (tmp_path / MANIFEST).write_bytes(sealed(GOOD))
    assert dataclasses.asdict(read_manifest(tmp_path)) == GOOD


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe\0", id="binary"),
        pytest.param(b'{"format": 1', id="cut short"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"null", id="null"),
        pytest.param(b"1", id="a number"),
        pytest.param(b"{}", id="nothing in it"),
        pytest.param(b"[" * 100_000, id="nested too deep"),
    ],
)
def test_garbled_manifest_is_damage(tmp_path, raw):
    """A file that is no manifest at all is damage, named."""
    (tmp_path / MANIFEST).write_bytes(raw)
    with pytest.raises(IndexDamagedError) as caught:
        read_manifest(tmp_path)
    assert caught.value.file == MANIFEST
    assert "qa index --force" in caught.value.hint


@pytest.mark.parametrize("kind", ["missing", "a folder"])
def test_unreadable_manifest_is_damage(tmp_path, kind):
    """A manifest that cannot be read is damage, named."""
    if kind == "a folder":
        (tmp_path / MANIFEST).mkdir()
    with pytest.raises(IndexDamagedError) as caught:
        read_manifest(tmp_path)
    assert caught.value.file == MANIFEST


@pytest.mark.parametrize("field", [name for name in GOOD if name != "format"])
def test_manifest_without_a_field_is_damage(tmp_path, field):
    """Every field of a manifest must be there."""
    content = {name: value for name, value in GOOD.items() if name != field}
    (tmp_path / MANIFEST).write_bytes(sealed(content))
    with pytest.raises(IndexDamagedError) as caught:
        read_manifest(tmp_path)
    assert caught.value.file == MANIFEST


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("encoder", None),
        ("encoder", []),
        ("encoder", "some-model"),
        ("config", None),
        ("config", [300, 1]),
        ("articles_folder", None),
        ("articles_folder", 3),
        ("counts", None),
        ("counts", {}),
        ("counts", ["articles", "passages", "sentences"]),
        ("counts", {"articles": "1", "passages": "2", "sentences": "3"}),
        ("counts", {"articles": 1, "passages": 2}),
        ("files", None),
        ("files", {}),
        ("files", ["bounds.npy"]),
        ("files", {"bounds.npy": 144}),
        ("files", {"bounds.npy": {}}),
        ("files", {"bounds.npy": {"bytes": "144", "sha256": "0"}}),
        ("files", {"bounds.npy": {"bytes": -1, "sha256": "0"}}),
        ("files", {"bounds.npy": {"bytes": 1 << 60, "sha256": "0"}}),
        ("files", {"../bounds.npy": {"bytes": 144, "sha256": "0"}}),
        ("files", {"/etc/passwd": {"bytes": 144, "sha256": "0"}}),
        ("files", {"lexical/../../current": {"bytes": 144, "sha256": "0"}}),
        ("counts", {"articles": -1, "passages": 2, "sentences": 3}),
        ("counts", {"articles": 1, "passages": 2, "sentences": 1 << 60}),
        ("replaced", -1),
        ("replaced", "1"),
        ("surplus", 1),
    ],
)
def test_manifest_with_a_wrong_value_is_damage(tmp_path, field, value):
    """A value of another type than was written, or a field too many, is damage and no crash."""
    (tmp_path / MANIFEST).write_bytes(sealed({**GOOD, field: value}))
    with pytest.raises(IndexDamagedError) as caught:
        read_manifest(tmp_path)
    assert caught.value.file == MANIFEST


@pytest.mark.parametrize("found", [FORMAT + 1, 0, "1", None, [1]])
def test_other_format_is_a_mismatch(tmp_path, found):
    """A snapshot of another format names both formats and how to make it anew."""
    (tmp_path / MANIFEST).write_bytes(sealed({**GOOD, "format": found}))
    with pytest.raises(IndexMismatchError) as caught:
        read_manifest(tmp_path)
    error = caught.value
    assert (error.field, error.indexed, error.wanted) == ("format", found, FORMAT)
    assert "qa index" in error.hint


@pytest.mark.parametrize("content", ["000001", "000001\n", " 000001\r\n"])
def test_current_name(tmp_path, content):
    """The name of the current snapshot is what the pointer holds, white space apart."""
    (tmp_path / "current").write_text(content, encoding="utf-8")
    assert current_name(tmp_path) == "000001"


@pytest.mark.parametrize("folder", [".", "none", "none/below"])
def test_no_pointer_is_no_index(tmp_path, folder):
    """Where there is no pointer there is no index, and the hint says how to make one."""
    with pytest.raises(IndexMissingError) as caught:
        current_name(tmp_path / folder)
    assert str(tmp_path / folder) in str(caught.value)
    assert caught.value.hint == "run: qa index"


def test_unreadable_pointer_is_damage(tmp_path):
    """A pointer that is not text, or not a file, is damage."""
    (tmp_path / "current").write_bytes(b"\xff")
    with pytest.raises(IndexDamagedError) as not_text:
        current_name(tmp_path)
    (tmp_path / "current").unlink()
    (tmp_path / "current").mkdir()
    with pytest.raises(IndexDamagedError) as no_file:
        current_name(tmp_path)
    assert not_text.value.file == no_file.value.file == "current"


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../000001", "/etc", "000001/..", "a\\b", "a\0b", "-1", "000 001", "a\nb"],
)
def test_pointer_leads_nowhere_else(tmp_path, name):
    """A pointer that could lead out of the snapshots is damage."""
    with pytest.raises(IndexDamagedError) as caught:
        snapshot_folder(tmp_path, name)
    assert caught.value.file == "current"
    assert "\n" not in str(caught.value)


def test_snapshot_lies_below_the_index(tmp_path):
    """A snapshot's folder is named after it, and must be there, itself and no link."""
    with pytest.raises(IndexDamagedError, match="current: names a snapshot that is not there"):
        snapshot_folder(tmp_path, "000001")
    (tmp_path / "snapshots" / "000001").mkdir(parents=True)
    (tmp_path / "snapshots" / "000002").symlink_to(tmp_path / "snapshots" / "000001")
    with pytest.raises(IndexDamagedError, match="names no snapshot"):
        snapshot_folder(tmp_path, "000002")
    assert snapshot_folder(tmp_path, "000001") == tmp_path / "snapshots" / "000001"


def test_long_pointer_is_shown_in_part(tmp_path):
    """A pointer that was overwritten with a long text does not fill the screen."""
    with pytest.raises(IndexDamagedError) as caught:
        snapshot_folder(tmp_path, "新闻。" * 10_000)
    assert len(str(caught.value)) < 200


def test_same_makers_fit():
    """A snapshot fits the encoder and the settings that made it."""
    check_made_by(Manifest(**GOOD), ENCODER, CONFIG)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("encoder", "config", "field", "indexed", "wanted", "hint"),
    [
        ({"model": "m2"}, {}, "model", "some-model", "m2", "ask with --model some-model"),
        ({"model": "m2"}, {}, "model", "some-model", "m2", "qa index --model m2"),
        ({"revision": "r2"}, {}, "revision", "r1", "r2", "run: qa index"),
        ({"question_prompt": ""}, {}, "question_prompt", "q: ", "", "run: qa index"),
        ({"passage_prompt": "x"}, {}, "passage_prompt", "p: ", "x", "run: qa index"),
        ({"dimension": 9}, {}, "dimension", 8, 9, "run: qa index"),
        ({}, {"passage_tokens": 7}, "passage_tokens", 300, 7, "run: qa index"),
        ({}, {"overlap_sentences": 0}, "overlap_sentences", 1, 0, "run: qa index"),
        ({}, {"clean_version": 99}, "clean_version", CONFIG.clean_version, 99, "run: qa index"),
        ({}, {"split_version": 99}, "split_version", CONFIG.split_version, 99, "run: qa index"),
    ],
)
def test_other_makers_are_a_mismatch(encoder, config, field, indexed, wanted, hint):
    """A difference names the field, both values and the command that repairs it."""
    with pytest.raises(IndexMismatchError) as caught:
        check_made_by(
            Manifest(**GOOD),  # type: ignore[arg-type]
            dataclasses.replace(ENCODER, **encoder),
            dataclasses.replace(CONFIG, **config),
        )
    error = caught.value
    assert (error.field, error.indexed, error.wanted) == (field, indexed, wanted)
    assert hint in error.hint
    assert f"{field} is {indexed} in the index, but {wanted} is asked for" in str(error)


@pytest.mark.parametrize("part", ["encoder", "config"])
def test_field_that_the_index_does_not_know_is_a_mismatch(part):
    """A snapshot from before a field existed does not fit."""
    with pytest.raises(IndexMismatchError) as caught:
        check_made_by(Manifest(**{**GOOD, part: {}}), ENCODER, CONFIG)  # type: ignore[arg-type]
    assert caught.value.indexed is None
