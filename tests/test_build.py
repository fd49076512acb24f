"""The offline arrow: articles folder → snapshot."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import filelock
import pytest

from embeddings.build import BuildReport, build
from embeddings.clean import fits_file
from embeddings.config import IndexConfig
from embeddings.encode import Advance, Vectors
from embeddings.errors import ArticlesError, IndexBusyError, IndexMissingError, IndexWriteError
from embeddings.folder import scan
from embeddings.manifest import TEXTS
from embeddings.snapshot import Snapshot
from tests.fakes import FakeEncoder
from tests.libraries import Library
from tests.samples import ROOT, SEEDS, full_disk, write_files

CONFIG = IndexConfig()
FILES = {
    "a.txt": "许昌市公安局购置无人机。\n无人机在巡逻中起了大作用。\n",
    "包头/b.txt": "“包头样本”应民意。民警走访了一万户。\n",
    "c.txt": "暴雨之后，河水漫过了堤岸。",
}


class StoppingEncoder(FakeEncoder):
    """Raises something when it is asked for the second group of texts."""

    def __init__(self, stop: BaseException) -> None:
        super().__init__()
        self._stop = stop
        self._calls = 0

    def encode_passages(self, texts: Sequence[str], advance: Advance | None = None) -> Vectors:
        """Encode once, then stop."""
        self._calls += 1
        if self._calls > 1:
            raise self._stop
        return super().encode_passages(texts, advance)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """Return a folder of three articles."""
    return write_files(tmp_path / "articles", FILES)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Return where the index is to be."""
    return tmp_path / "index"


def _build(
    articles: Path, index: Path, encoder: FakeEncoder | None = None, *, force: bool = False
) -> BuildReport:
    return build(articles, index, encoder=encoder or FakeEncoder(), config=CONFIG, force=force)


def _open(index: Path) -> Snapshot:
    return Snapshot.from_index(index, encoder=FakeEncoder().fingerprint, config=CONFIG)


def _paths(index: Path) -> list[str]:
    return [entry.source.path for entry in _open(index).articles()]


def _texts(index: Path) -> set[str]:
    """Return every text that a snapshot has a vector of."""
    snapshot = _open(index)
    counts = snapshot.manifest.counts
    sentences = snapshot.sentences_by_number(range(counts["sentences"]))
    passages = snapshot.passages_by_number(range(counts["passages"]))
    return {sentence.text for sentence in sentences} | {passage.text for passage in passages}


def _written(index: Path) -> tuple[str, int]:
    pointer = index / "current"
    return pointer.read_text(encoding="utf-8"), pointer.stat().st_mtime_ns


def _many(count: int) -> dict[str, str]:
    """Return one file of so many sentences, no two of which are alike."""
    return {"many.txt": "".join(f"第{number}条是这样写的。\n" for number in range(count))}


def test_report_counts_what_was_built(articles, index):
    """A build says how many articles, passages and sentences there are, and what it encoded."""
    encoder = FakeEncoder()
    report = _build(articles, index, encoder)
    assert report == BuildReport(
        articles=3, passages=3, sentences=5, encoded=7, problems=(), up_to_date=False, new=3
    )
    # Two articles of two sentences, and one of which sentence and passage are the same text.
    assert encoder.encoded == report.encoded == len(_texts(index))
    assert _open(index).manifest.counts == {"articles": 3, "passages": 3, "sentences": 5}
    assert _paths(index) == ["a.txt", "c.txt", "包头/b.txt"]


def test_every_passage_of_the_seeds_can_be_cut_out_of_its_file(index):
    """What the index holds of the first five articles stands at its place in the files."""
    encoder = FakeEncoder()
    _build(SEEDS, index, encoder)
    snapshot = _open(index)
    assert snapshot.manifest.counts["articles"] == 11
    for passage in snapshot.passages_by_number(range(snapshot.manifest.counts["passages"])):
        raw = (SEEDS / passage.source.path).read_bytes()
        assert fits_file(raw, passage.source.encoding, passage.span, passage.text)
        assert encoder.count_tokens(passage.text) <= encoder.token_limit


def test_nothing_changed_is_up_to_date(articles, index):
    """When neither files nor settings have changed, nothing is encoded and nothing is written."""
    first = _build(articles, index)
    before, encoder = _written(index), FakeEncoder()
    report = _build(articles, index, encoder)
    assert report == BuildReport(
        articles=first.articles,
        passages=first.passages,
        sentences=first.sentences,
        encoded=0,
        problems=(),
        up_to_date=True,
        unchanged=3,
    )
    assert encoder.encoded == 0
    assert _written(index) == before


def test_problems_are_reported_as_long_as_they_last(articles, index):
    """A file that was left out is named by every build, also by one with nothing to do."""
    write_files(articles, {"bad.txt": b"\x01\x02\x03" * 99, "empty.txt": ""})
    for up_to_date in (False, True):
        report = _build(articles, index)
        assert report.up_to_date is up_to_date
        assert [(problem.path, problem.reason) for problem in report.problems] == [
            ("bad.txt", "binary, not text"),
            ("empty.txt", "empty"),
        ]
        assert all(problem.hint for problem in report.problems)
    assert _paths(index) == ["a.txt", "c.txt", "包头/b.txt"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        pytest.param("x.txt", b"PK\x03\x04" + b"\0" * 50, "binary, not text", id="binary"),
        pytest.param("x.txt", " \r\n\u3000", "empty", id="white space"),
        pytest.param("x.txt", "\xa0\u2003\u2028", "empty", id="other white space"),
    ],
)
def test_unusable_file_is_left_out(articles, index, name, content, reason):
    """A file that cannot be used is reported, and the others are indexed."""
    write_files(articles, {name: content})
    report = _build(articles, index)
    assert [(problem.path, problem.reason) for problem in report.problems] == [(name, reason)]
    assert _paths(index) == ["a.txt", "c.txt", "包头/b.txt"]


def test_name_that_is_not_utf8_does_not_stop_the_build(articles, index):
    """A file whose name is not UTF-8, as old archives leave them, costs at most itself."""
    try:
        Path(os.fsdecode(os.fsencode(articles) + b"/\xd0\xc2\xce\xc5.txt")).write_bytes(b"a b c.")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    report = _build(articles, index)
    assert set(_paths(index)) >= {"a.txt", "c.txt", "包头/b.txt"}
    assert len(report.problems) + report.articles == 4
    assert _build(articles, index).up_to_date


def test_changed_file_is_encoded_alone(articles, index):
    """Only the new texts of a changed file are encoded; what it no longer says is gone."""
    _build(articles, index)
    write_files(articles, {"a.txt": "许昌市公安局购置无人机。\n无人机停飞了。\n"})
    encoder = FakeEncoder()
    report = _build(articles, index, encoder)
    assert sorted(encoder.passages) == sorted(
        ["无人机停飞了。", "许昌市公安局购置无人机。\n无人机停飞了。"]
    )
    assert (report.encoded, report.up_to_date) == (2, False)
    assert "无人机在巡逻中起了大作用。" not in _texts(index)


def test_added_file_is_encoded_alone(articles, index):
    """A new file is read, and of it only what no other file says is encoded."""
    _build(articles, index)
    write_files(articles, {"new/d.txt": "民警走访了一万户。\n图书馆关门了。"})
    encoder = FakeEncoder()
    report = _build(articles, index, encoder)
    assert "民警走访了一万户。" not in encoder.passages
    assert (encoder.encoded, report.articles) == (2, 4)


def test_removed_file_leaves(articles, index):
    """An article whose file is gone is gone, and nothing is encoded for that."""
    _build(articles, index)
    (articles / "a.txt").unlink()
    encoder = FakeEncoder()
    report = _build(articles, index, encoder)
    assert (report.articles, encoder.encoded) == (2, 0)
    assert _paths(index) == ["c.txt", "包头/b.txt"]
    assert not any("无人机" in text for text in _texts(index))


def test_renamed_file_keeps_its_vectors(articles, index):
    """A file under another name is another article of the same texts."""
    _build(articles, index)
    (articles / "a.txt").rename(articles / "z.txt")
    encoder = FakeEncoder()
    _build(articles, index, encoder)
    assert encoder.encoded == 0
    assert _paths(index) == ["c.txt", "z.txt", "包头/b.txt"]


def test_touched_file_is_read_again(articles, index):
    """A file with another time of change is read again, and encoded only where it is new."""
    _build(articles, index)
    os.utime(articles / "a.txt", ns=(1, 1))
    encoder = FakeEncoder()
    assert not _build(articles, index, encoder).up_to_date
    assert encoder.encoded == 0
    assert _build(articles, index).up_to_date


def test_force_makes_the_index_anew(articles, index):
    """With force the index is written though nothing has changed, out of the vectors at hand."""
    _build(articles, index)
    before, encoder = _written(index), FakeEncoder()
    report = _build(articles, index, encoder, force=True)
    assert (report.up_to_date, report.articles, encoder.encoded) == (False, 3, 0)
    assert _written(index) != before


def test_other_encoder_encodes_everything(articles, index):
    """With another model, every text is encoded anew and the old vectors are forgotten."""
    _build(articles, index)
    other = FakeEncoder(model="other")
    assert _build(articles, index, other).encoded == other.encoded == 7
    first = FakeEncoder()
    assert _build(articles, index, first).encoded == first.encoded == 7


def test_other_settings_split_anew(articles, index):
    """With other settings the index is made anew, and only new texts are encoded."""
    _build(articles, index)
    encoder, config = FakeEncoder(), IndexConfig(passage_tokens=14)
    report = build(articles, index, encoder=encoder, config=config)
    assert (report.articles, report.up_to_date) == (3, False)
    assert 0 < encoder.encoded < 7
    snapshot = Snapshot.from_index(index, encoder=encoder.fingerprint, config=config)
    for passage in snapshot.passages_by_number(range(report.passages)):
        assert encoder.count_tokens(passage.text) <= 14
    assert build(articles, index, encoder=encoder, config=config).up_to_date


def test_other_folder_is_not_up_to_date(articles, index, tmp_path):
    """The same files in another folder are another folder's articles."""
    _build(articles, index)
    shutil.copytree(articles, tmp_path / "copy")  # with its times
    assert not _build(tmp_path / "copy", index).up_to_date
    assert _open(index).manifest.articles_folder == str((tmp_path / "copy").resolve())


def test_text_that_occurs_often_is_encoded_once(index, tmp_path):
    """A sentence that many articles repeat is encoded once, and found in each of them."""
    articles = write_files(tmp_path / "a", {f"{number}.txt": "本报讯。" for number in range(9)})
    encoder = FakeEncoder()
    assert _build(articles, index, encoder).encoded == encoder.encoded == 1
    rows, _ = _open(index).sentences.search(encoder.encode_question("本报讯。"), 20)
    assert rows.tolist() == list(range(9))


@pytest.mark.parametrize(
    ("files", "message", "hint"),
    [
        pytest.param({}, "no articles in", "--articles DIR", id="empty folder"),
        pytest.param({"a.doc": "甲"}, "no articles in", ".txt", id="no text file"),
        pytest.param({"a.txt": b"\xff"}, "a.txt: binary", "text files", id="one bad byte"),
        pytest.param({"a.txt": "", "b.txt": b"\xff"}, "a.txt: empty, and 1 more", "", id="two"),
        pytest.param({"a.txt": "\xa0\u2003\n"}, "a.txt: empty", "", id="other white space"),
    ],
)
def test_nothing_to_index_is_an_error(index, tmp_path, files, message, hint):
    """A folder without a usable file is an error that says why; no index comes into being."""
    articles = write_files(tmp_path / "a", files)
    with pytest.raises(ArticlesError) as caught:
        _build(articles, index)
    assert message in str(caught.value)
    assert str(articles) in str(caught.value)
    assert hint in caught.value.hint
    assert caught.value.hint
    with pytest.raises(IndexMissingError):
        _open(index)


def test_folder_that_is_emptied_leaves_the_old_index(articles, index):
    """When all articles are gone, that is an error, and the index of before can still be asked."""
    _build(articles, index)
    shutil.rmtree(articles)
    with pytest.raises(ArticlesError, match="does not exist"):
        _build(articles, index)
    articles.mkdir()
    with pytest.raises(ArticlesError, match="no articles in"):
        _build(articles, index)
    assert _paths(index) == ["a.txt", "c.txt", "包头/b.txt"]


@pytest.mark.parametrize(
    "stop",
    [KeyboardInterrupt(), MemoryError(), RuntimeError("the model failed")],
    ids=lambda stop: type(stop).__name__,
)
def test_stopped_build_goes_on_where_it_stopped(articles, index, stop):
    """A build that stops half-way leaves the old index, and the next encodes only the rest."""
    _build(articles, index)
    write_files(articles, _many(700))
    stopping = StoppingEncoder(stop)
    with pytest.raises(type(stop)):
        _build(articles, index, stopping)
    assert _paths(index) == ["a.txt", "c.txt", "包头/b.txt"]
    assert [path.name for path in (index / "snapshots").iterdir()] == ["000001"]
    assert stopping.encoded > 0
    encoder = FakeEncoder()
    report = _build(articles, index, encoder)
    assert report.encoded == encoder.encoded
    assert not set(encoder.passages) & set(stopping.passages)
    assert set(encoder.passages) | set(stopping.passages) >= {
        text for text in _texts(index) if text.startswith("第")
    }
    assert _paths(index) == ["a.txt", "c.txt", "many.txt", "包头/b.txt"]


_BUILD_SLOWLY = """
import sys, time
from pathlib import Path
from embeddings.build import build
from embeddings.config import IndexConfig
from tests.fakes import FakeEncoder
class Slow(FakeEncoder):
    def encode_passages(self, texts, advance=None):
        if self.encoded:
            print("one group is done", flush=True)
            time.sleep(600)
        return super().encode_passages(texts, advance)
build(Path(sys.argv[1]), Path(sys.argv[2]), encoder=Slow(), config=IndexConfig())
"""


def test_killed_build_goes_on_where_it_stopped(articles, index):
    """A build that is killed leaves the old index, no lock, and what it has encoded."""
    _build(articles, index)
    write_files(articles, _many(700))
    process = subprocess.Popen(
        [sys.executable, "-c", _BUILD_SLOWLY, str(articles), str(index)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"one group is done\n"
        with pytest.raises(IndexBusyError):
            _build(articles, index)
    finally:
        process.kill()
        process.communicate()
    assert _paths(index) == ["a.txt", "c.txt", "包头/b.txt"]
    encoder = FakeEncoder()
    report = _build(articles, index, encoder)
    assert 0 < encoder.encoded == report.encoded < len(_texts(index)) - 3
    assert _paths(index) == ["a.txt", "c.txt", "many.txt", "包头/b.txt"]
    assert len(list((index / "snapshots").iterdir())) == 1


def test_busy_index_is_left_alone(articles, index):
    """While another process writes, a build is refused; one with nothing to do is not."""
    _build(articles, index)
    with filelock.FileLock(index / "lock"):
        assert _build(articles, index).up_to_date
        with pytest.raises(IndexBusyError):
            _build(articles, index, force=True)
    assert _paths(index) == ["a.txt", "c.txt", "包头/b.txt"]


@pytest.mark.parametrize("cached", [False, True], ids=["encoding", "all is in the cache"])
@pytest.mark.parametrize("size", [0, 100, 1_000, 20_000, 100_000, 300_000])
def test_full_disk_leaves_the_old_index(articles, index, size, cached):
    """Whichever file does not fit on the disk, the old index stays and the error has a hint."""
    _build(articles, index)
    write_files(articles, _many(500))
    if cached:
        _build(articles, index)
        write_files(articles, {"d.txt": "本报讯。"})
        _build(articles, index)
        (articles / "d.txt").unlink()
    before = _paths(index)
    with full_disk(size), pytest.raises(IndexWriteError) as caught:
        _build(articles, index)
    assert "--index" in caught.value.hint
    assert _paths(index) == before
    assert len(list((index / "snapshots").iterdir())) == 1
    assert _build(articles, index).articles == 4


def test_damaged_index_is_made_anew(articles, index):
    """A build mends an index of which files are missing or garbled, and encodes nothing for it."""
    _build(articles, index)
    encoder = FakeEncoder()
    for name in ("texts.sqlite", "sentences.faiss", "bounds.npy", "manifest.json"):
        for damage in (None, b"", b"\xa5" * 20_000):
            path = next((index / "snapshots").iterdir()) / name
            path.unlink()
            if damage is not None:
                path.write_bytes(damage)
            assert not _build(articles, index, encoder).up_to_date
            assert _build(articles, index, encoder).up_to_date
    assert encoder.encoded == 0


def test_damage_inside_the_texts_is_mended(index):
    """A build mends a database of which any page is garbled."""
    _build(SEEDS, index)
    raw = (next((index / "snapshots").iterdir()) / TEXTS).read_bytes()
    state_pages = [at for at in range(PAGE, len(raw), PAGE) if SEEDS_NAME in raw[at : at + PAGE]]
    assert state_pages
    for start in state_pages:
        path = next((index / "snapshots").iterdir()) / TEXTS
        path.write_bytes(raw[:start] + b"\xa5" * PAGE + raw[start + PAGE :])
        _build(SEEDS, index)
        assert len(_open(index).files()) == 5


PAGE = 16_384
SEEDS_NAME = b"000_6f32380fe83f3501.txt"


@pytest.mark.parametrize("damage", [b"", b"not a database", b"\xa5"], ids=["no", "text", "inside"])
def test_damaged_cache_costs_no_more_than_its_vectors(articles, index, damage):
    """With a damaged vector cache the build encodes again, and all is well."""
    write_files(articles, _many(300))
    first = _build(articles, index)
    path = index / "vectors.sqlite"
    if damage == b"\xa5":
        raw = path.read_bytes()
        damage = raw[:4096] + damage * (len(raw) - 4096)
    path.write_bytes(damage)
    assert _build(articles, index, force=True).encoded == first.encoded
    assert _build(articles, index, force=True).encoded == 0


def test_progress_goes_from_nothing_to_all(articles, index):
    """Each stage reports from 0 to its total, never back, and the stages come in order."""
    write_files(articles, {**_many(700), "bad.txt": b"\x01\x02\x03" * 99})
    calls: list[tuple[str, int, int]] = []
    build(
        articles,
        index,
        encoder=FakeEncoder(),
        config=CONFIG,
        progress=lambda stage, done, total: calls.append((stage, done, total)),
    )
    stages = list(dict.fromkeys(stage for stage, _, _ in calls))
    assert stages == ["reading", "encoding", "writing"]
    assert [stage for stage, _, _ in calls] == sorted(
        (stage for stage, _, _ in calls), key=stages.index
    )
    totals = {"reading": 5, "encoding": len(_texts(index)), "writing": 1}
    for stage in stages:
        done = [done for name, done, _ in calls if name == stage]
        assert {total for name, _, total in calls if name == stage} == {totals[stage]}
        assert (done[0], done[-1]) == (0, totals[stage])
        assert done == sorted(done)
    assert len([stage for stage, _, _ in calls if stage == "encoding"]) > 50  # a bar that moves


def test_nothing_to_encode_is_still_a_whole_stage(articles, index):
    """When every vector is in the cache, encoding goes from 0 to 0."""
    _build(articles, index)
    calls: list[tuple[str, int, int]] = []
    build(
        articles,
        index,
        encoder=FakeEncoder(),
        config=CONFIG,
        progress=lambda stage, done, total: calls.append((stage, done, total)),
        force=True,
    )
    assert {call for call in calls if call[0] == "encoding"} == {("encoding", 0, 0)}


def test_file_changed_during_the_build_is_read_by_the_next(articles, index):
    """A file that changes after it was listed is not taken for indexed."""

    def change(stage: str, _done: int, _total: int) -> None:
        if stage == "writing":
            write_files(articles, {"c.txt": "河水退了，居民回家了。"})

    build(articles, index, encoder=FakeEncoder(), config=CONFIG, progress=change)
    assert "河水退了，居民回家了。" not in _texts(index)
    assert not _build(articles, index).up_to_date
    assert "河水退了，居民回家了。" in _texts(index)


def test_file_that_vanishes_during_the_build_is_left_out(articles, index):
    """A file that is gone when it is read is reported, and the others are indexed."""

    def remove(stage: str, done: int, _total: int) -> None:
        if (stage, done) == ("reading", 0):
            (articles / "c.txt").unlink()

    report = build(articles, index, encoder=FakeEncoder(), config=CONFIG, progress=remove)
    assert [problem.path for problem in report.problems] == ["c.txt"]
    assert _paths(index) == ["a.txt", "包头/b.txt"]


def test_articles_are_not_touched(articles, index):
    """A build neither writes into the articles folder nor changes a file in it."""
    before = scan(articles)
    content = {path: path.read_bytes() for path in articles.rglob("*.txt")}
    _build(articles, index)
    assert scan(articles) == before
    assert {path: path.read_bytes() for path in articles.rglob("*") if path.is_file()} == content


def test_what_a_killed_build_left_goes_with_the_next_one(tmp_path: Path) -> None:
    """Killed between the swap and the end, a build leaves the snapshot before; the next build takes
    it away, also when no article has changed.
    """
    library = Library.from_articles(tmp_path, {"a.txt": "甲地下雨。"}, encoder=FakeEncoder())
    (library.index / "snapshots" / "000000").mkdir()
    build(library.articles, library.index, encoder=FakeEncoder(), config=IndexConfig())
    assert [one.name for one in (library.index / "snapshots").iterdir()] == ["000001"]
