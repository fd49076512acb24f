"""The command line: exit codes, messages and hints, options, and what reaches the screen."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import filelock
import pytest

from embeddings.bundled import BundledEncoder
from embeddings.manifest import FORMAT, sealed
from qa.config import EXIT_USAGE, AskConfig
from tests.libraries import SMALL, Library
from tests.running import COMMAND, Run, process_environment, run, run_process, started
from tests.samples import write_files

QUESTION = "许昌市公安局购置了多少架无人机？"

Arguments = Sequence[str | Path]
Prepare = Callable[[Library], Arguments]
"""Spoils a copy of the small library; gives the arguments that must then fail."""


@dataclasses.dataclass(frozen=True, slots=True)
class Bad:
    """Something that goes wrong, and what the user is told."""

    prepare: Prepare
    error: str  # in the message
    hint: str  # in the hint


def asking(question: str, *more: str | Path) -> Prepare:
    return lambda library: ("ask", question, *more, *library.options)


def without_index(files: dict[str, str | bytes] | None) -> Prepare:
    """Ask over a folder of these files, or of none; there is no index."""

    def prepare(library: Library) -> Arguments:
        shutil.rmtree(library.articles)
        shutil.rmtree(library.index)
        if files is not None:
            write_files(library.articles, files)
        return "ask", QUESTION, *library.options

    return prepare


def snapshot_file(library: Library, name: str) -> Path:
    current = (library.index / "current").read_text(encoding="utf-8").strip()
    return library.index / "snapshots" / current / name


def with_manifest(**changes: object) -> Prepare:
    """Change fields of the manifest; `encoder` and `config` are merged."""

    def prepare(library: Library) -> Arguments:
        file = snapshot_file(library, "manifest.json")
        content = json.loads(file.read_bytes())
        for name, value in changes.items():
            content[name] = {**content[name], **value} if isinstance(value, dict) else value
        del content["checksum"]
        file.write_bytes(sealed(content))
        return "ask", QUESTION, *library.options

    return prepare


def with_file(name: str, spoil: Callable[[bytes], bytes | None]) -> Prepare:
    """Replace a file of the snapshot by what `spoil` makes of it; None takes it away."""

    def prepare(library: Library) -> Arguments:
        file = snapshot_file(library, name)
        content = spoil(file.read_bytes())
        if content is None:
            file.unlink()
        else:
            file.write_bytes(content)
        return "ask", QUESTION, *library.options

    return prepare


def with_current(content: bytes) -> Prepare:
    def prepare(library: Library) -> Arguments:
        (library.index / "current").write_bytes(content)
        return "ask", QUESTION, *library.options

    return prepare


def articles_named_as_a_file(library: Library) -> Arguments:
    return (
        "ask",
        QUESTION,
        "--articles",
        library.articles / "drones.txt",
        "--index",
        library.articles.parent / "none",
    )


def fifo_for_an_article(library: Library) -> Arguments:
    arguments = without_index({})(library)
    os.mkfifo(library.articles / "a.txt")
    return arguments


def file_for_an_index(command: str) -> Prepare:
    def prepare(library: Library) -> Arguments:
        shutil.rmtree(library.index)
        library.index.write_text("no folder", encoding="utf-8")
        return (command, *([QUESTION] if command == "ask" else []), *library.options)

    return prepare


def articles_of_another_index(library: Library) -> Arguments:
    other = write_files(library.articles.parent / "other", {"a.txt": "别的文章。"})
    return "ask", QUESTION, "--articles", other, "--index", library.index


def nothing_anywhere(library: Library) -> Arguments:
    os.chdir(library.articles)
    return "ask", QUESTION


def zeros(content: bytes) -> bytes:
    return bytes(len(content))


def second_half_zeros(content: bytes) -> bytes:
    half = len(content) // 2
    return content[:half] + bytes(len(content) - half)


def zeroed_table(name: str) -> Callable[[bytes], bytes]:
    """Zero the first page of a table in a database."""

    def spoil(content: bytes) -> bytes:
        database = sqlite3.connect(":memory:")
        database.deserialize(content)
        page = database.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)
        ).fetchone()[0]
        size = database.execute("PRAGMA page_size").fetchone()[0]
        database.close()
        return content[: (page - 1) * size] + bytes(size) + content[page * size :]

    return spoil


DAMAGED = "qa index --force"

BAD = {
    "no articles folder": Bad(without_index(None), "does not exist", "--articles DIR"),
    "no articles folder, indexing": Bad(
        lambda library: ("index", library.articles / "none", "--index", library.index),
        "does not exist",
        "--articles DIR",
    ),
    "a file for a folder": Bad(articles_named_as_a_file, "is not a folder", "--articles DIR"),
    "no article": Bad(without_index({}), "no articles in", "--articles DIR"),
    "other files only": Bad(
        without_index({"a.doc": b"PK", ".hidden.txt": "甲。"}), "no articles in", ".txt"
    ),
    "an empty file only": Bad(without_index({"a.txt": ""}), "a.txt: empty", "put text into it"),
    "a blank file only": Bad(
        without_index({"a.txt": "\ufeff \r\n\u3000\n"}), "a.txt: empty", "put text into it"
    ),
    "a binary file only": Bad(
        without_index({"a.txt": b"PK\x01\x02\x03" * 99}), "a.txt: binary", "text files"
    ),
    "two bad files": Bad(
        without_index({"a.txt": "", "b.txt": b"\0" * 99}), "a.txt: empty, and 1 more", "text"
    ),
    "a FIFO for an article": Bad(fifo_for_an_article, "no articles in", ".txt"),
    "no index and no articles": Bad(nothing_anywhere, "seeds does not exist", "--articles DIR"),
    "a file for an index": Bad(file_for_an_index("ask"), "not a folder", "--index"),
    "a file for an index, indexing": Bad(
        file_for_an_index("index"), "the index cannot be written", "--index"
    ),
    "another model": Bad(
        with_manifest(encoder={"model": "bge-m3"}),
        "model is bge-m3 in the index, but multilingual-e5-small is asked for",
        "--model bge-m3",
    ),
    "another revision": Bad(
        with_manifest(encoder={"revision": "0"}), "revision is 0 in the index", "qa index"
    ),
    "other settings": Bad(
        with_manifest(config={"passage_tokens": 100}),
        "passage_tokens is 100 in the index, but 300 is asked for",
        "qa index",
    ),
    "another format": Bad(
        with_manifest(format=FORMAT + 1),
        f"format is {FORMAT + 1} in the index, but {FORMAT} is asked for",
        "qa index",
    ),
    "a manifest that is no JSON": Bad(
        with_file("manifest.json", lambda raw: raw[:-9]), "manifest.json", DAMAGED
    ),
    "a manifest of nothing": Bad(
        with_file("manifest.json", lambda _raw: b"{}"), "manifest.json", DAMAGED
    ),
    "a manifest of other JSON": Bad(
        with_file("manifest.json", lambda _raw: b"[1]"), "manifest.json", DAMAGED
    ),
    "a manifest without counts": Bad(with_manifest(counts=None), "manifest.json", DAMAGED),
    "no manifest": Bad(with_file("manifest.json", lambda _raw: None), "manifest.json", DAMAGED),
    "no sentence vectors": Bad(
        with_file("sentences.faiss", lambda _raw: None), "sentences.faiss: missing", DAMAGED
    ),
    "cut passage vectors": Bad(
        with_file("passages.faiss", lambda raw: raw[:-1]), "passages.faiss", DAMAGED
    ),
    "zeroed vectors": Bad(with_file("sentences.faiss", zeros), "sentences.faiss", DAMAGED),
    "zeroed bounds": Bad(with_file("bounds.npy", zeros), "bounds.npy", DAMAGED),
    "zeroed texts": Bad(with_file("texts.sqlite", zeros), "texts.sqlite", DAMAGED),
    "half of the texts": Bad(with_file("texts.sqlite", second_half_zeros), "texts.sqlite", DAMAGED),
    "no header of the bounds": Bad(
        with_file("bounds.npy", lambda raw: raw[:48] + bytes(16) + raw[64:]), "bounds.npy", DAMAGED
    ),
    **{
        f"no table of {name}": Bad(
            with_file("texts.sqlite", zeroed_table(name)), "texts.sqlite", DAMAGED
        )
        for name in ("files", "articles")
    },
    "a pointer to nothing": Bad(with_current(b"999999\n"), "damaged", DAMAGED),
    "a pointer out of the index": Bad(with_current(b"../../x\n"), "current", DAMAGED),
    "a pointer that is no text": Bad(with_current(b"\xff\xfe"), "current", DAMAGED),
    "articles of another index": Bad(
        articles_of_another_index, "the articles folder is", "name its folder"
    ),
    "an unknown model": Bad(
        asking(QUESTION, "--model", "no-such-model"), "no-such-model cannot be loaded", "--model"
    ),
    "an empty question": Bad(asking(""), "the question is empty", "ask"),
    "marks alone": Bad(asking("？？？"), "the question is empty", "ask"),
    "a blank question": Bad(asking(" \u3000 \t"), "the question is empty", "ask"),
    "a question too long": Bad(
        asking("字" * 600), "605 tokens, and the model reads 512", "fewer words"
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_the_user_can_mend_is_told(
    name: str, small: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error is a message and a hint on standard error, nothing on standard output, and 1."""
    monkeypatch.chdir(tmp_path)
    bad = BAD[name]
    result = run(*bad.prepare(small.copy(tmp_path)))
    assert_told(result, bad.error, bad.hint)


def assert_told(result: Run, error: str, hint: str) -> None:
    assert (result.code, result.out) == (1, "")
    message = re.search(r"^error: (.*)\nhint: (.*)\n$", result.err, re.MULTILINE)
    assert message, result.err
    assert error in message[1]
    assert hint in re.sub(r" --(articles|index) (?!DIR|a )\S+", "", message[2])
    assert "Traceback" not in result.err


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("ask", QUESTION, "-k", "0"), "Invalid value for '-k': 0 is not in the range"),
        (("ask", QUESTION, "-k", "many"), "Invalid value for '-k': 'many' is not a valid int"),
        (("ask", QUESTION, "--bogus"), "No such option: --bogus"),
        (("--bogus",), "No such option: --bogus"),
        (("bogus",), "No such command 'bogus'"),
        (("ask",), "Missing argument"),
        (("ask", "许昌", "无人机"), "Got unexpected extra argument"),
        (("ask", QUESTION, "--index"), "Option '--index' requires an argument"),
    ],
)
def test_wrong_usage_is_2(arguments: Sequence[str], error: str) -> None:
    """What cannot be understood ends with 2 and a message, and prints nothing."""
    result = run(*arguments)
    assert (result.code, result.out) == (2, "")
    assert f"Error: {error}" in result.err


@pytest.mark.parametrize(
    "arguments", [("ask", QUESTION, "--articles", "none"), ("ask", QUESTION, "-k", "0"), ("bogus",)]
)
def test_a_process_ends_like_a_call(arguments: Sequence[str], tmp_path: Path) -> None:
    """In a process of its own, an error looks and ends as it does inside this one."""
    more = ("--index", str(tmp_path / "index")) if arguments[-1] == "none" else ()
    assert run_process(*arguments, *more) == run(*arguments, *more)


@contextlib.contextmanager
def ordinary_user() -> Iterator[Path]:
    """Give a folder, and be a user without special rights until the end."""
    if os.name != "posix":
        pytest.skip("needs POSIX permissions")
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    try:
        if os.geteuid() == 0:  # root may read everything
            try:
                os.seteuid(65534)  # nobody
            except OSError as error:
                pytest.skip(f"root may read everything, and cannot be anybody else: {error}")
        yield folder
    finally:
        if os.getuid() == 0:
            os.seteuid(0)
        folder.chmod(0o777)
        for path in folder.rglob("*"):
            path.chmod(0o777)
        shutil.rmtree(folder)


def unreadable_file(folder: Path) -> Path:
    write_files(folder / "articles", {"a.txt": "甲。"})
    (folder / "articles" / "a.txt").chmod(0)
    return folder / "articles"


def unreadable_folder(folder: Path) -> Path:
    write_files(folder / "articles", {"a.txt": "甲。"}).chmod(0)
    return folder / "articles"


def folder_below_an_unreadable_one(folder: Path) -> Path:
    articles = write_files(folder / "closed" / "articles", {"a.txt": "甲。"})
    (folder / "closed").chmod(0)
    return articles


@pytest.mark.parametrize(
    ("prepare", "error"),
    [
        (unreadable_file, "a.txt: Permission denied"),
        (unreadable_folder, "cannot be read"),
        (folder_below_an_unreadable_one, "cannot be read"),
    ],
)
def test_articles_that_may_not_be_read(prepare: Callable[[Path], Path], error: str) -> None:
    """Without the permission to read a file or folder, the user is told which one, and a way."""
    run("sources", "--articles", "none", "--index", "none")  # imports what must be imported
    with ordinary_user() as folder:
        articles = prepare(folder)
        result = run("index", "--articles", articles, "--index", folder / "index")
    assert_told(result, error, "read")


def test_an_index_that_may_not_be_written() -> None:
    """Without the permission to write the index, the user is told so, and a way."""
    run("sources", "--articles", "none", "--index", "none")
    with ordinary_user() as folder:
        write_files(folder / "articles", {"a.txt": "甲。"})
        (folder / "closed").mkdir(mode=0o555)
        index = folder / "closed" / "index"
        result = run("index", "--articles", folder / "articles", "--index", index)
    assert_told(result, "the index cannot be written", "--index")


def test_a_file_that_fails_while_it_is_read(
    small: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fails under one article is told with the article's name."""
    library = small.copy(tmp_path)
    shutil.rmtree(library.index)

    def fail(path: Path) -> bytes:
        raise OSError(5, "Input/output error", str(path))

    monkeypatch.setattr(Path, "read_bytes", fail)
    result = run("index", *library.options)
    assert_told(result, "drones.txt: Input/output error, and 2 more", "qa index")


def test_one_writer_at_a_time(small: Library, tmp_path: Path) -> None:
    """While another process builds the index, a second build is refused."""
    library = small.copy(tmp_path)
    with filelock.FileLock(library.index / "lock"):
        result = run("index", "--force", *library.options)
    assert_told(result, "another process is writing", "wait")


def test_more_passages_than_there_are(small: Library) -> None:
    """-k beyond the index gives every passage there is."""
    result = run("ask", QUESTION, "--json", "-k", "1000", *small.options)
    assert (result.code, result.err) == (0, "")
    passages = json.loads(result.out)["passages"]
    assert {passage["article"]["path"] for passage in passages} == set(SMALL)
    assert len(passages) == 3


def test_k_is_how_many_passages_are_shown(small: Library) -> None:
    """-k N shows N passages, before or after the command, where the last one counts; the default
    is five."""
    shown = run("ask", QUESTION, "-k", "2", *small.options).out
    assert [f"[{rank}]" in shown for rank in (1, 2, 3)] == [True, True, False]
    assert run("-k", "2", "ask", QUESTION, *small.options).out == shown
    assert run("-k", "3", "ask", QUESTION, "-k", "2", *small.options).out == shown
    assert AskConfig().top == 5


def test_an_answer_on_the_screen(small: Library) -> None:
    """`qa ask` shows the answer sentence, its file and line, and the passage around it."""
    result = run("ask", QUESTION, "-k", "1", *small.options, COLUMNS="80")
    assert (result.code, result.err) == (0, "")
    sentence = "许昌市公安局购置无人机三十二架,组建警用无人机战队。"
    lines = result.out.splitlines()
    assert lines[0] == sentence
    assert lines[1].startswith("drones.txt:1 · confidence ")
    assert lines[2] == ""
    assert lines[3] == "[1] drones.txt:1–3"
    assert lines[4:] == [f"  «{sentence}»", "  无人机起了大作用。"]


def test_no_answer_is_no_error(small: Library) -> None:
    """When the articles do not answer, the nearest passages are shown, and the exit code is 0."""
    result = run("ask", "谁发明了电话？", *small.options)
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("The articles do not answer this question")
    assert "[3]" in result.out


@pytest.mark.parametrize("command", [("ask", QUESTION), ("sources",), ("sources", "--json")])
def test_options_stand_before_or_after_the_command(
    small: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: Sequence[str]
) -> None:
    """A common option means the same before and after the command, and in the environment."""
    monkeypatch.chdir(tmp_path)
    name, *more = command
    after = run(name, *more, *small.options)
    assert (after.code, after.err) == (0, "")
    assert run(*small.options, name, *more) == after
    assert run(*small.options[:2], name, *more, *small.options[2:]) == after
    environment = {"QA_ARTICLES": str(small.articles), "QA_INDEX": str(small.index)}
    assert run(name, *more, **environment) == after


@pytest.mark.parametrize("place", ["before", "after"])
def test_options_win_over_the_environment(small: Library, tmp_path: Path, place: str) -> None:
    """--articles and --index win over QA_ARTICLES and QA_INDEX."""
    nowhere = {"QA_ARTICLES": str(tmp_path / "a"), "QA_INDEX": str(tmp_path / "i")}
    assert run("sources", **nowhere).code == 1
    arguments = [*small.options, "sources"] if place == "before" else ["sources", *small.options]
    assert run(*arguments, **nowhere) == run("sources", *small.options)


@pytest.mark.parametrize(
    ("environment", "flags", "config"),
    [
        ({}, [], AskConfig()),
        ({"QA_ARTICLES": "a", "QA_INDEX": "i"}, [], AskConfig(Path("a"), Path("i"))),
        ({"QA_ARTICLES": "", "QA_INDEX": ""}, [], AskConfig()),
        ({"QA_ARTICLES": "a"}, [{"articles": Path("b")}], AskConfig(Path("b"))),
        ({}, [{"top": 2}, {"top": 3}], AskConfig(top=3)),
        ({}, [{"top": 2, "json": True}, {"top": None, "json": None}], AskConfig(top=2, json=True)),
        ({}, [{"json": True}, {"json": False}], AskConfig(json=False)),
        ({}, [{"color": False}, {"color": None}], AskConfig(color=False)),
    ],
)
def test_choices_are_merged_once(
    environment: dict[str, str], flags: list[dict[str, object]], config: AskConfig
) -> None:
    """Defaults give way to the environment, and it to flags; what is None was not chosen."""
    assert AskConfig.from_layers(environment, *flags) == config


def test_the_first_question_builds_the_index(tmp_path: Path) -> None:
    """Without an index, a question builds it first; progress goes to standard error."""
    library = Library(write_files(tmp_path / "articles", SMALL), tmp_path / "index")
    result = run("ask", QUESTION, "-k", "1", *library.options)
    assert result.code == 0
    assert result.out.startswith("许昌市公安局购置无人机三十二架")
    assert "encoding" in result.err
    assert "error" not in result.err
    again = run("ask", QUESTION, "-k", "1", *library.options)
    assert (again.out, again.err) == (result.out, "")


def test_index_says_what_it_did(small: Library, tmp_path: Path) -> None:
    """`qa index` counts what is in the index, and says when there was nothing to do."""
    library = small.copy(tmp_path)
    first = run("index", library.articles, "--index", library.index)
    assert (first.code, first.out) == (
        0,
        f"{library.articles}: 3 articles, 3 passages, 5 sentences · 0 texts encoded\n",
    )  # the folder is another, its texts are known
    second = run("index", *library.options)
    assert second.code == 0
    assert second.out.endswith("· up to date\n")
    (library.articles / "empty.txt").touch()
    third = run("index", *library.options)
    assert third.code == 0
    assert "0 texts encoded\nleft out: empty.txt: empty (put text into it" in third.out


def test_sources_lists_the_articles(small: Library) -> None:
    """`qa sources` shows one row for each article, with its file, encoding and passages."""
    result = run("sources", *small.options)
    assert (result.code, result.err) == (0, "")
    rows = [line.split() for line in result.out.splitlines()]
    assert rows[0] == ["#", "headline", "outlet", "date", "file", "encoding", "passages"]
    assert [(row[0], *row[-3:]) for row in rows[1:]] == [
        ("1", "drones.txt", "utf-8", "1"),
        ("2", "library.txt", "utf-8", "1"),
        ("3", "river/flood.txt", "utf-8", "1"),
    ]
    narrow = run("sources", *small.options, COLUMNS="40").out.splitlines()
    beginning = "1  许昌市公安局购置无人机三十二架…"  # there is no headline
    assert narrow[:2] == [beginning, "   drones.txt · utf-8 · 1 passage"]


DATED = {
    "old.txt": "市民讲堂开课\n2020-03-05 来源：北方日报\n市民讲堂周一开课，讲的是无人机。\n",
    "new.txt": "無人機講座\n民國110年5月4日 來源：南方日報\n市民講堂周二開課，講的是無人機。\n",
    "none/undated.txt": "市民讲堂周三开课，讲的是无人机。\n",
}


@pytest.mark.parametrize(
    ("options", "found", "left_out"),
    [
        ((), {"old.txt", "new.txt", "none/undated.txt"}, ""),
        (("--since", "2021"), {"new.txt"}, "date"),
        (("--until", "2020-03"), {"old.txt"}, "date"),
        (("--since", "2020-03-05", "--until", "2020年3月5日"), {"old.txt"}, "date"),
        (("--until", "2019"), set(), "date"),
        (("--outlet", "南方"), {"new.txt"}, "outlet"),
        (("--outlet", "南方", "--until", "2019"), set(), "outlet"),
        (("--outlet", "北方日報", "--outlet", "南方日报"), {"old.txt", "new.txt"}, "outlet"),
        (("--outlet", "南方", "--file", "old.txt"), set(), ""),
        (("--file", "none"), {"none/undated.txt"}, ""),
        (("--file", "*.txt", "--since", "2020-04"), {"new.txt"}, "date"),
        (("--file", "old.txt", "--since", "2021"), set(), ""),
    ],
)
def test_filters_say_what_is_searched(
    tmp_path: Path,
    encoder: BundledEncoder,
    options: tuple[str, ...],
    found: set[str],
    left_out: str,
) -> None:
    """Answers come from the articles that pass alone; told is what was left out though it might
    pass: what has no date, or no outlet."""
    library = Library.from_articles(tmp_path, DATED, encoder=encoder)
    result = run("ask", "--json", *options, *library.options, "市民讲堂哪天开课？")
    assert result.code == 0
    answer = json.loads(result.out)
    assert {passage["article"]["path"] for passage in answer["passages"]} == found
    shown = run("ask", *options, *library.options, "市民讲堂哪天开课？").out
    for lacking in ("a date", "an outlet"):
        told = f"left out: 1 article without {lacking}" in shown
        assert told == lacking.endswith(left_out or "nothing")
    listed = json.loads(run("sources", "--json", *options, *library.options).out)
    assert {article["path"] for article in listed["articles"]} == found
    assert (listed["undated"], listed["without_outlet"]) == (
        left_out == "date",
        left_out == "outlet",
    )


@pytest.mark.parametrize("date", ["gestern", "2020-13", "2020-02-40", "20", "05-04-2020"])
def test_a_date_that_is_none_is_wrong_usage(small: Library, date: str) -> None:
    """A filter that is no date is told as wrong usage, with how to write one."""
    result = run("ask", "--since", date, *small.options, QUESTION)
    assert result.code == 2
    assert "date" in result.err


def touched(articles: Path) -> None:
    write_files(articles, {"library.txt": "图书馆闭馆。"})


def added(articles: Path) -> None:
    write_files(articles, {"new.txt": "新闻。", "below/newer.txt": "新闻。"})


def removed(articles: Path) -> None:
    (articles / "drones.txt").unlink()


def all_at_once(articles: Path) -> None:
    for change in (touched, added, removed):
        change(articles)


@pytest.mark.parametrize(
    ("change", "said", "command"),
    [
        (touched, "1 changed;", ("sources",)),
        (added, "2 new;", ("sources", "--json")),
        (removed, "1 removed;", ("chat",)),
        (all_at_once, "2 new, 1 changed, 1 removed;", ("ask", QUESTION)),
        (shutil.rmtree, "is not there any more;", ("ask", QUESTION, "--json")),
    ],
)
def test_articles_that_changed_since_are_noted(
    tmp_path: Path,
    encoder: BundledEncoder,
    change: Callable[[Path], None],
    said: str,
    command: Sequence[str],
) -> None:
    """A note on standard error says what changed since indexing; the old index still answers."""
    library = Library.from_articles(tmp_path, SMALL, encoder=encoder)
    before = run(*command, *library.options)
    assert (before.code, before.err) == (0, "")
    change(library.articles)
    result = run(*command, *library.options)
    assert (result.code, result.out) == (0, before.out)
    assert result.err.startswith("note: ")
    assert said in result.err
    assert f"qa index --articles {library.articles} --index" in result.err


def test_a_cited_file_that_changed_since_is_named(tmp_path: Path, encoder: BundledEncoder) -> None:
    """Beside the note on the folder: which of the files quoted in this answer it concerns."""
    library = Library.from_articles(tmp_path, SMALL, encoder=encoder)
    touched(library.articles)
    added(library.articles)
    named = run("ask", QUESTION, *library.options).err.split("changed or gone since")[1]
    assert "library.txt" in named
    assert "drones.txt" not in named
    assert "new.txt" not in named


HOSTILE = {
    "mark[red]up[/b].txt": "这里有标记[/b]和[red]红色[/red]的文字,还有[link=http://x]链接[/link]。",
    "n\x1b[31m\u202e.txt": (
        "这篇文章里有转义字符\x1b[31m红字\x1b]8;;http://x.example\x1b\\链接\x1b]8;;\x1b\\以及"
        "反向\u202e文字\u202c和响铃\x07还有隐藏\u200b字符\x9b2J在内,后面是许多普通的文字,"
        "它们只是为了让这篇文章不被当作二进制文件,因为控制字符的比例不能超过百分之五。"
        "普通的文字继续在这里,一句接着一句,直到足够长为止,读者不必细看,只要看到它是文字就行。"
    ),
}
STEERING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f]")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, encoder: BundledEncoder) -> Library:
    """Articles whose texts and names hold markup, escapes and bidi overrides."""
    return Library.from_articles(tmp_path_factory.mktemp("hostile"), HOSTILE, encoder=encoder)


@pytest.mark.parametrize("columns", ["80", "40"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", "这里有标记[/b]和[red]红色\x1b[31m\u202e吗"),
        ("ask", "转义字符\x1b]8;;http://x.example\x1b\\"),
        ("ask", "谁发明了电话？"),
        ("ask", "转义" * 600 + "\x1b[31m[/b]"),
        ("sources",),
        ("index",),
        ("chat",),
        ("ask", QUESTION, "--articles", "no\x1b[31m[red]\u202efolder"),
        ("ask", QUESTION, "--model", "no\x1b[31m[red]\u202emodel"),
    ],
)
def test_nothing_steers_the_terminal(
    hostile: Library, arguments: Sequence[str], columns: str
) -> None:
    """Whatever stands in articles, names, questions and options, only plain text is printed."""
    options = hostile.options if "--articles" not in arguments else hostile.options[2:]
    stdin = "/[/b]\x1b[31m\u202e\n/sources\n转义字符\x1b[31m\n[/b]\n"
    result = run(*arguments, *options, stdin=stdin.encode(), COLUMNS=columns)
    assert result.code in (0, 1)
    assert not STEERING.search(result.out)
    assert not STEERING.search(result.err)
    assert result.out or result.err.startswith("error: ")


def test_markup_is_shown_as_it_stands(hostile: Library) -> None:
    """What looks like markup in an article or its name is shown character for character."""
    shown = run("ask", "标记[/b]和[red]红色", *hostile.options).out
    assert HOSTILE["mark[red]up[/b].txt"] in shown
    assert "mark[red]up[/b].txt:1" in shown
    assert "n␛[31m<U+202E>.txt:1" in shown


def test_a_file_name_that_is_not_utf_8(small: Library, tmp_path: Path) -> None:
    """A file whose name is not UTF-8 is indexed or left out by name; it does not end in a crash."""
    library = small.copy(tmp_path)
    name = os.fsdecode(b"\xc4\xfa.txt")
    try:
        (library.articles / name).write_bytes(SMALL["drones.txt"].encode())  # encoded already
    except OSError:
        pytest.skip("this file system takes no such name")
    result = run_process("index", *library.options)
    assert "Traceback" not in result.err
    assert result.code == 0
    assert run_process("sources", *library.options).code == 0


@pytest.mark.parametrize("command", [("ask", QUESTION), ("ask", QUESTION, "--json"), ("sources",)])
def test_output_closed_early_ends_quietly(small: Library, command: Sequence[str]) -> None:
    """When the reader closes standard output, as `head` does, nothing is told, and all is well."""
    with started(*command, *small.options) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        told = process.stderr.read()
        assert (process.wait(timeout=60), told) == (0, b"")


def test_output_cut_by_head(seeds: Library) -> None:
    """`qa ask ... | head -c 10` shows ten bytes and no traceback."""
    done = subprocess.run(
        ["/bin/sh", "-c", '"$@" | head -c 10', "sh", *COMMAND, "ask", "教育", *seeds.options],
        capture_output=True,
        check=False,
        env=process_environment(),
        timeout=60,
    )
    assert (done.returncode, len(done.stdout), done.stderr) == (0, 10, b"")


@pytest.mark.parametrize("arguments", [("--version",), ("--help",), ("ask", "--help"), ("-h",)])
def test_help_and_version(arguments: Sequence[str]) -> None:
    """Help and version go to standard output, and need no index."""
    result = run(*arguments)
    assert (result.code, result.err) == (0, "")
    assert "article-qa " in result.out if "--version" in arguments else "Usage: qa" in result.out


@pytest.mark.parametrize(
    "command",
    [(), ("chat",), ("ask", QUESTION), ("index",), ("sources",), ("--no-color", "sources")],
)
def test_colour_is_for_terminals(small: Library, tmp_path: Path, command: Sequence[str]) -> None:
    """Output that goes to no terminal is plain text, whatever the command."""
    library = small.copy(tmp_path)
    result = run(*library.options, *command, stdin=f"{QUESTION}\n/quit\n".encode())
    assert result.code == 0
    assert "\x1b" not in result.out + result.err


def test_the_index_of_another_folder_is_not_replaced(small: Library, tmp_path: Path) -> None:
    """Indexing another folder into an index that is in use is refused, unless it is forced."""
    library = small.copy(tmp_path / "one")
    other = write_files(tmp_path / "other", {"other.txt": "另一个文件夹的文章。"})
    result = run("index", other, "--index", library.index)
    assert (result.code, result.out) == (1, "")
    assert "--index DIR" in result.err
    assert "--force" in result.err
    assert run("sources", *library.options).code == 0
    assert run("index", other, "--index", library.index, "--force").code == 0


def test_an_index_without_its_folder_names_it(small: Library, tmp_path: Path) -> None:
    """Asked with --index alone, the hint has the option with which that index is asked."""
    library = small.copy(tmp_path / "one")
    assert run("index", *library.options).code == 0
    other = write_files(tmp_path / "other", {"other.txt": "另一个文件夹的文章。"})
    told = run("ask", QUESTION, "--articles", other, "--index", library.index)
    hint = shlex.split(told.err.split("its folder with ")[1].split(", or")[0])
    assert hint == ["--articles", str(library.articles)]
    assert run("ask", QUESTION, *hint, "--index", library.index).code == 0


def test_the_note_on_changed_articles_names_the_whole_command(
    small: Library, tmp_path: Path
) -> None:
    """The command in the note brings just this index up to date, wherever it is typed."""
    library = small.copy(tmp_path / "one")
    assert run("index", *library.options).code == 0  # a copy: from here on its own
    (library.articles / "new.txt").write_text("新的文章。", encoding="utf-8")
    told = run("ask", "图书馆", *library.options).err
    command = shlex.split(told.split("up to date: qa ")[1])
    assert command == ["index", *library.options]
    assert run(*command).code == 0
    assert "note:" not in run("ask", "图书馆", *library.options).err


def test_the_note_names_the_program_as_it_was_called(small: Library, tmp_path: Path) -> None:
    """Out of a checkout the command in the note begins with scripts/qa."""
    library = small.copy(tmp_path / "one")
    assert run("index", *library.options).code == 0
    (library.articles / "new.txt").write_text("新的文章。", encoding="utf-8")
    told = run("ask", "图书馆", *library.options, QA_PROGRAM="scripts/qa").err
    assert "up to date: scripts/qa index --articles" in told


def test_a_hint_of_qa_index_names_the_folder(tmp_path: Path) -> None:
    """What is wrong with the files of `qa index FOLDER` is mended by a command with that folder."""
    folder = write_files(tmp_path / "my articles", {"a.txt": "二〇二〇年，河水漫过了堤岸。"})
    more = ("--index", "x y", "--encoding", "big5")
    told = run("index", folder, "--articles", "elsewhere", *more, QA_PROGRAM="scripts/qa")
    assert told.code == 1
    assert f"scripts/qa index --articles '{folder}' --index 'x y' --encoding NAME\n" in told.err


def test_wrong_usage_names_the_program_as_it_was_called() -> None:
    """So does what is said of wrong usage, in either language, where it can be typed."""
    for language, told in (
        ("en", "Try 'bin/qa ask -h' for help."),
        ("zh", "查看说明：bin/qa ask -h"),
    ):
        result = run_process("ask", "--lang", language, "--bogus", QA_PROGRAM="bin/qa")
        assert told in result.err
    assert "bin/qa" not in run_process("--show-completion", "bash", QA_PROGRAM="bin/qa").out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("ask", "许昌", "无人机"), "多余的参数：无人机。问题里有空格时，放在引号里。"),
        (("ask", QUESTION, "--foo"), "没有这个选项：--foo，是不是 --format？"),
        (("index", "--encoding", "klingon"), "没有这种编码：klingon"),
        (("ask", QUESTION, "--since", "2024-02-30"), "没有这一天：2024-02-30"),
    ],
)
def test_wrong_usage_is_told_in_chinese(arguments: tuple[str, ...], told: str) -> None:
    """Whatever the libraries say of it in English."""
    result = run_process(*arguments, "--lang", "zh")
    assert (result.code, told in result.err) == (EXIT_USAGE, True)


@pytest.mark.parametrize(("encoding", "warned"), [("latin-1", 1), ("gbk", 1), ("utf-8", 0)])
def test_a_terminal_that_is_not_utf_8_is_warned_of_once(
    small: Library, encoding: str, warned: int
) -> None:
    """What the encoding lacks is replaced, with one note; nothing fails; JSON is UTF-8 still."""
    done = subprocess.run(
        [*COMMAND, "ask", QUESTION, *small.options],
        capture_output=True,
        check=False,
        env=process_environment(PYTHONIOENCODING=encoding, PYTHONUTF8="0"),
        timeout=60,
    )
    assert done.returncode == 0
    assert done.stderr.decode("ascii", "replace").count("not UTF-8") == warned
    assert "drones.txt:1" in done.stdout.decode("ascii", "replace")
    plain = run_process("ask", QUESTION, "--json", *small.options, PYTHONIOENCODING=encoding)
    assert (plain.code, plain.err) == (0, "")
    assert "三十二架" in plain.out
