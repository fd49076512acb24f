"""The articles folder → source files."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from embeddings.errors import ArticlesError, SourceFileError
from embeddings.folder import FileState, differing, passed_over, read, scan
from embeddings.source import Source
from tests.samples import needs_permissions, write_files


def test_files_are_found_with_their_state(tmp_path):
    """Each source file has its path, its size in bytes and its time of change."""
    folder = write_files(tmp_path / "articles", {"a.txt": "甲乙"})
    os.utime(folder / "a.txt", ns=(1, 1_700_000_000_123_456_789))
    assert scan(folder) == (FileState("a.txt", 6, 1_700_000_000_123_456_789),)


@pytest.mark.parametrize(
    ("names", "found"),
    [
        pytest.param([], [], id="empty folder"),
        pytest.param(["b.txt", "a.txt", "B.txt"], ["B.txt", "a.txt", "b.txt"], id="sorted"),
        pytest.param(["A.TXT", "b.Txt"], ["A.TXT", "b.Txt"], id="capitals"),
        pytest.param(
            ["c.txt", "a/b.txt", "a/d/e.txt", "a.txt"],
            ["a.txt", "a/b.txt", "a/d/e.txt", "c.txt"],
            id="nested, sorted by path",
        ),
        pytest.param(["a.txt/b.txt"], ["a.txt/b.txt"], id="folder with a file's name"),
        pytest.param(
            ["新闻 一.txt", "包头/八月 刊.txt"],
            ["包头/八月 刊.txt", "新闻 一.txt"],
            id="Chinese and spaces",
        ),
        pytest.param(
            ["a\nb.txt", "[red]\t\x1b[31m.txt"],
            ["[red]\t\x1b[31m.txt", "a\nb.txt"],
            id="hostile",
        ),
        pytest.param([".a.txt", ".b/c.txt", ".txt", "d.txt"], ["d.txt"], id="hidden"),
        pytest.param(["a.doc", "a.txt.bak", "txt", "a.htmlx"], [], id="other suffixes"),
        pytest.param(["a.md", "b.HTML", "c.pdf"], ["a.md", "b.HTML", "c.pdf"], id="formats"),
    ],
)
def test_scan_finds_text_files(tmp_path, names, found):
    """Files that end in .txt are found at any depth, whatever their names; hidden ones are not."""
    folder = write_files(tmp_path / "articles", dict.fromkeys(names, "甲"))
    assert [state.path for state in scan(folder)] == found


def test_links_and_pipes_are_passed_over(tmp_path):
    """A link to a file, a link to a folder, a link in a circle and a pipe are no source files."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("甲", encoding="utf-8")
    folder = write_files(tmp_path / "articles", {"a.txt": "甲"})
    (folder / "file.txt").symlink_to(outside / "secret.txt")
    (folder / "folder").symlink_to(outside)
    (folder / "circle").symlink_to(folder)
    (folder / "nowhere.txt").symlink_to(folder / "none.txt")
    os.mkfifo(folder / "pipe.txt")
    assert [state.path for state in scan(folder)] == ["a.txt"]


def test_the_folder_itself_may_be_a_link(tmp_path):
    """A link that the user names is followed."""
    folder = write_files(tmp_path / "articles", {"a.txt": "甲"})
    (tmp_path / "link").symlink_to(folder)
    assert scan(tmp_path / "link") == scan(folder)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("none", "does not exist", id="missing"),
        pytest.param("a.txt", "is not a folder", id="a file"),
        pytest.param("a.txt/b", "does not exist", id="below a file"),
        pytest.param("x" * 300, "", id="a name too long for the system"),
    ],
)
def test_unusable_folder_is_an_error_with_a_hint(tmp_path, name, message):
    """A folder that cannot be listed is refused by name, with what to do about it."""
    folder = write_files(tmp_path / "articles", {"a.txt": "甲"}) / name
    with pytest.raises(ArticlesError) as caught:
        scan(folder)
    assert message in str(caught.value)
    assert str(folder) in str(caught.value)
    assert "--articles DIR" in caught.value.hint


@needs_permissions
@pytest.mark.parametrize("closed", [".", "b", ".."])
def test_folder_without_permission_is_an_error(tmp_path, closed):
    """A folder that may not be listed, or that lies in one, is refused with what to do about it."""
    folder = write_files(tmp_path / "articles", {"a.txt": "甲", "b/c.txt": "乙"})
    (folder / closed).chmod(0)
    try:
        with pytest.raises(ArticlesError, match="Permission denied") as caught:
            scan(folder)
    finally:
        (folder.parent if closed == ".." else folder).chmod(0o700)
        (folder / closed).chmod(0o700)
    assert "permission" in caught.value.hint


def test_read_returns_the_bytes(tmp_path):
    """A file is read as it lies on disk."""
    folder = write_files(tmp_path / "articles", {"新 闻/a\nb.txt": b"\xff\r\n\0"})
    assert read(folder, "新 闻/a\nb.txt") == b"\xff\r\n\0"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        pytest.param("gone.txt", "No such file or directory", id="gone"),
        pytest.param("b", "Is a directory", id="a folder"),
        pytest.param(
            "closed.txt", "Permission denied", id="no permission", marks=needs_permissions
        ),
    ],
)
def test_unreadable_file_is_an_error_with_its_path(tmp_path, path, reason):
    """A file that cannot be read is an error that names it, relative to the folder."""
    folder = write_files(tmp_path / "articles", {"closed.txt": "甲", "b/c.txt": "乙"})
    Path(folder / "closed.txt").chmod(0)
    with pytest.raises(SourceFileError) as caught:
        read(folder, path)
    assert (caught.value.path, caught.value.reason) == (path, reason)
    assert "qa index" in caught.value.hint


def test_other_files_are_passed_over(tmp_path):
    """What holds no article by its name is told apart from what does; what is hidden, or the
    system's own, is neither."""
    files = {"a.txt": "甲", "b/c.JPG": "乙", "d.doc": "丙", ".e.doc": "丁", ".f/g.doc": "戊"}
    files |= {"Thumbs.db": "己", "b/desktop.ini": "庚"}
    folder = write_files(tmp_path / "articles", files)
    assert passed_over(folder) == ("b/c.JPG", "d.doc")
    assert [state.path for state in scan(folder)] == ["a.txt"]
    assert passed_over(tmp_path / "none") == ()


def test_files_that_differ_are_told(tmp_path):
    """Other bytes, or none any more; a new time alone is no difference."""
    sources = []
    for name in ("same.txt", "other.txt", "gone.txt"):
        (tmp_path / name).write_bytes(name.encode())
        sources.append(Source(name, "utf-8", hashlib.sha256(name.encode()).hexdigest()))
    (tmp_path / "other.txt").write_bytes(b"OTHER.txt")
    (tmp_path / "gone.txt").unlink()
    os.utime(tmp_path / "same.txt", (0, 0))
    assert differing(tmp_path, [*sources, *sources]) == ("other.txt", "gone.txt")
