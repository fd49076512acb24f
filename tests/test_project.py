"""The project's own files: the lock, and seeds as they were given."""

from __future__ import annotations

import hashlib
import importlib.metadata
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.samples import ROOT, SEEDS

LOCK = ROOT / "scripts" / "requirements.lock"
OWN = {"article-qa", "pip"}

SEED_HASHES = {
    "000_6f32380fe83f3501.txt": "fce31ae1c10fdf799c8a1dad23d4ad7855a52f61f2a12749a7010443f53c2cc4",
    "001_0ab96b47de2139a8.txt": "561e4ca14ac1f9f553d54c324f593a18c702e4f6866c3e2a2ee86df549a2f910",
    "002_243109ca0d1e3123.txt": "ae8ba641be30dce25c2947e41b683705c6e767cea589c5a469d1f40d3dacd61c",
    "003_7cae5b507974ae63.txt": "e7563df9aea3144f6e6f004ccc43e40ce9a289b0c9cbc91612536a31df9b3380",
    "004_cba65c892c003b07.txt": "bfbf8ac30bab2b8ab847c43849552e002a1a45a121c7d2b24b4c93f88cfb377d",
}


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_everything_installed_is_pinned() -> None:
    """What the two scripts install is in the lock, at the version that is installed."""
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    pinned = dict(line.split("==") for line in lines if not line.startswith("#"))
    pinned = {_canonical(name): version for name, version in pinned.items()}
    for distribution in importlib.metadata.distributions():
        name = _canonical(distribution.metadata["Name"])
        if name not in OWN:
            assert pinned.get(name) == distribution.version.split("+")[0], name


def test_seeds_are_as_they_were_given() -> None:
    """The five articles are kept byte for byte."""
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in SEEDS.iterdir()}
    assert found == SEED_HASHES


FAKE_PYTHON = """#!/bin/sh
case "$1 $2" in
  "-m venv") mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  "-m pip") shift 3
    for line in 1 2 3 4 5 6 7 8 9 10 11 12; do echo "pip says $line of $*"; done
    case "$*" in *$FAILS*) exit 3 ;; esac ;;
esac
"""
"""A Python that makes environments of itself and installs nothing; $FAILS is what fails."""


def set_up(folder: Path, *, fails: str, language: str = "C") -> subprocess.CompletedProcess[str]:
    """Set up a checkout in a folder as scripts/test does, with a Python that installs nothing."""
    (folder / "scripts").mkdir(exist_ok=True)
    for name in ("scripts/environment.sh", "scripts/requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    fake = folder / "fake-python"
    fake.write_text(FAKE_PYTHON, encoding="utf-8")
    fake.chmod(0o755)
    return subprocess.run(
        [
            "bash",
            "-euc",
            '. "$root/scripts/environment.sh"; install_project "[dev]"; echo "$python"',
        ],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env={
            "PATH": "/usr/bin:/bin",
            "root": str(folder),
            "QA_PYTHON": str(fake),
            "FAILS": fails,
            "LANG": language,
        },
        text=True,
        timeout=60,
    )


def test_setting_up_shows_its_steps(tmp_path: Path) -> None:
    """A line for each step, all of pip's own in the log; the second time there is nothing to do."""
    done = set_up(tmp_path, fails="nothing")
    assert (done.returncode, done.stdout) == (0, f"{tmp_path}/.venv/bin/python\n")
    assert done.stderr.splitlines()[2:] == [
        "  making .venv ",
        "  installing setuptools and wheel ",
        "  installing the program and the packages it needs; this is the longest step ",
    ]
    assert (tmp_path / ".venv" / "setup.log").read_text(encoding="utf-8").count("pip says") == 24
    again = set_up(tmp_path, fails="nothing")
    assert (again.returncode, again.stderr) == (0, "")


@pytest.mark.parametrize(
    ("language", "steps", "failed"),
    [
        (
            "zh_CN.UTF-8",
            ["建立 .venv", "安装 setuptools 和 wheel", "安装程序和它需要的包；这一步最久"],
            "错误：这一步失败了：安装程序",
        ),
        (
            "zh_HK.UTF-8",
            ["建立 .venv", "安裝 setuptools 和 wheel", "安裝程式和它需要的套件；這一步最久"],
            "錯誤：這一步失敗了：安裝程式",
        ),
    ],
)
def test_setting_up_speaks_chinese(
    tmp_path: Path, language: str, steps: list[str], failed: str
) -> None:
    """In the characters of the user's country, where it goes well and where it fails."""
    done = set_up(tmp_path, fails="-e", language=language)
    told = [line.strip() for line in done.stderr.splitlines()]
    assert told[2:5] == steps
    assert told[-2].startswith(failed)
    assert str(tmp_path) in told[-1]


@pytest.mark.parametrize(
    ("fails", "step", "installed"),
    [("wheel", "installing setuptools and wheel", 1), ("-e", "installing the program", 2)],
)
def test_a_set_up_that_fails_shows_the_end_of_its_log(
    tmp_path: Path, fails: str, step: str, installed: int
) -> None:
    """The last twenty lines, which step it was, and where the log is; the next try goes on."""
    failed = set_up(tmp_path, fails=fails)
    *lines, error, hint = failed.stderr.splitlines()
    assert (failed.returncode, failed.stdout) == (1, "")
    assert sum("pip says" in line for line in lines) == min(20, 12 * installed)
    assert error.startswith(f"error: this failed: {step}")
    assert hint.startswith(f"hint: the whole log is {tmp_path}/.venv/setup.log;")
    assert "making .venv" not in set_up(tmp_path, fails="nothing").stderr


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"LC_ALL": "zh_XX.UTF-8"}, " C.UTF-8 zh_XX.UTF-8"),
        ({"LANG": "zh_XX.UTF-8"}, " C.UTF-8 zh_XX.UTF-8"),
        ({"LC_ALL": "C", "LANG": "zh_XX.UTF-8"}, " C.UTF-8 C"),
        ({"LC_ALL": "C.UTF-8"}, "C.UTF-8  "),
    ],
)
def test_a_locale_that_is_not_installed_is_no_ascii(given: dict[str, str], told: str) -> None:
    """Python does not start in a folder with a Chinese name where all is ASCII; the language of the
    screens stays the one that was asked for."""
    shown = '. scripts/environment.sh; use_utf_8; echo "${LC_ALL-} ${LC_CTYPE-} ${LC_MESSAGES-}"'
    done = subprocess.run(
        ["bash", "-uc", shown],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "root": str(ROOT), **given},
        text=True,
        timeout=60,
    )
    assert done.stdout == f"{told}\n"
    assert "environment.sh" not in done.stderr  # bash's own warning of LC_ALL comes before
