"""One complete index, open for reading."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from embeddings.articles import Article, articles_of
from embeddings.build import build
from embeddings.clean import fits_file
from embeddings.config import IndexConfig
from embeddings.decode import decode
from embeddings.errors import IndexDamagedError, IndexMismatchError, IndexMissingError
from embeddings.folder import scan
from embeddings.manifest import (
    BOUNDS,
    FIRSTS,
    MANIFEST,
    NUMBERING,
    PASSAGES,
    SENTENCES,
    TEXTS,
    sealed,
)
from embeddings.snapshot import Snapshot, StoredPassage, StoredSentence
from embeddings.split import split_passages, split_sentences
from tests.fakes import FakeEncoder
from tests.samples import needs_permissions, write_files

CONFIG = IndexConfig()
FILES: dict[str, str | bytes] = {
    "a.txt": "\ufeff许昌市公安局\0购置无人机。\r\n\r\n"
    + "".join(f"第{n}架飞了。\r\n" for n in range(40)),
    "包头/b\n c.txt": "内蒙古法制报\n\n“包头样本”应民意。" + "😀民警走访了。" * 30,
    "gbk.txt": "新闻来了。".encode("gbk"),
    "bad.txt": b"\x01\x02\x03" * 99,
    "z.txt": "一句。",
}


def _open(index: Path, encoder: FakeEncoder | None = None) -> Snapshot:
    fingerprint = (encoder or FakeEncoder()).fingerprint
    return Snapshot.from_index(index, encoder=fingerprint, config=CONFIG)


def _passages(snapshot: Snapshot) -> list[StoredPassage]:
    return snapshot.passages_by_number(range(snapshot.manifest.counts["passages"]))


def _sentences_of(snapshot: Snapshot, passage: StoredPassage) -> list[StoredSentence]:
    return snapshot.sentences_by_number(range(passage.first, passage.last + 1))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with `articles` and `index`. Not to be changed: copy it."""
    folder = tmp_path_factory.mktemp("built")
    write_files(folder / "articles", FILES)
    build(folder / "articles", folder / "index", encoder=FakeEncoder(), config=CONFIG)
    return folder


@pytest.fixture
def index(built: Path, tmp_path: Path) -> Path:
    """Return a copy of the index, to be damaged."""
    shutil.copytree(built / "index", tmp_path / "index")
    return tmp_path / "index"


def _folder(index: Path) -> Path:
    (folder,) = (index / "snapshots").iterdir()
    return folder


def _articles(built: Path) -> list[Article]:
    """Return the articles as the stages before the index make them, in the index's order."""
    articles: list[Article] = []
    for state in scan(built / "articles"):
        if state.path != "bad.txt":
            file = decode(state.path, (built / "articles" / state.path).read_bytes())
            articles += articles_of(file)
    return articles


def test_every_field_comes_back(built):
    """Articles, passages and sentences come back with each of their fields, in order."""
    snapshot, encoder = _open(built / "index"), FakeEncoder()
    sentence_id = passage_id = 0
    entries = snapshot.articles()
    for number, article in enumerate(_articles(built)):
        sentences = split_sentences(article, encoder.count_tokens, limit=encoder.token_limit)
        passages = split_passages(article, sentences, config=CONFIG, limit=encoder.token_limit)
        entry = entries[number]
        assert (entry.id, entry.source, entry.passages) == (number, article.source, len(passages))
        for passage in passages:
            (stored,) = snapshot.passages_by_number([passage_id])
            assert (stored.id, stored.article, stored.source) == (
                passage_id,
                number,
                article.source,
            )
            assert (stored.text, stored.start, stored.span) == (
                passage.text,
                passage.start,
                passage.span,
            )
            assert (stored.first, stored.last) == (
                sentence_id + passage.first,
                sentence_id + passage.last,
            )
            passage_id += 1
        found = snapshot.sentences_by_number(range(sentence_id, sentence_id + len(sentences)))
        assert [(s.id, s.text, s.start, s.span) for s in found] == [
            (place, s.text, s.start, s.span) for place, s in enumerate(sentences, sentence_id)
        ]
        sentence_id += len(sentences)
    counts = {"articles": len(entries), "passages": passage_id, "sentences": sentence_id}
    assert snapshot.manifest.counts == counts
    assert passage_id > 3


def test_vectors_stand_at_their_numbers(built):
    """Row n of a vector index is the vector of sentence n or passage n."""
    snapshot, encoder = _open(built / "index"), FakeEncoder()
    counts = snapshot.manifest.counts
    assert (len(snapshot.sentences), len(snapshot.passages)) == (
        counts["sentences"],
        counts["passages"],
    )
    for sentence in snapshot.sentences_by_number(range(counts["sentences"])):
        vector = encoder.encode_question(sentence.text)
        assert snapshot.sentences.cosines(vector, [sentence.id])[0] == pytest.approx(1, abs=1e-5)
    for passage in _passages(snapshot):
        vector = encoder.encode_question(passage.text)
        assert snapshot.passages.cosines(vector, [passage.id])[0] == pytest.approx(1, abs=1e-5)


def test_places_lead_into_the_files(built):
    """Every stored span, cut out of its file's bytes and decoded, is the stored text."""
    snapshot = _open(built / "index")
    for passage in _passages(snapshot):
        raw = (built / "articles" / passage.source.path).read_bytes()
        assert fits_file(raw, passage.source.encoding, passage.span, passage.text)
        for sentence in _sentences_of(snapshot, passage):
            assert fits_file(raw, passage.source.encoding, sentence.span, sentence.text)
            start = sentence.start - passage.start
            assert passage.text[start:].startswith(sentence.text)


def test_files_and_problems_come_back(built):
    """The state of each file when it was read is kept, and which were left out and why."""
    snapshot = _open(built / "index")
    assert tuple(snapshot.files()) == scan(built / "articles")
    odd, problem = snapshot.problems()
    assert (odd.path, odd.left_out) == ("a.txt", False)
    assert odd.reason.endswith("made visible on line 1")
    assert (problem.path, problem.reason, problem.left_out) == ("bad.txt", "binary, not text", True)
    assert problem.hint


def test_passages_of_sentences(built):
    """The passages of some sentences are all that hold one of them, ascending, each once."""
    snapshot = _open(built / "index")
    counts = snapshot.manifest.counts
    passages = _passages(snapshot)

    def expected(wanted: list[int]) -> list[int]:
        return [p.id for p in passages if any(p.first <= s <= p.last for s in wanted)]

    every = list(range(counts["sentences"]))
    questions = [[], *([sentence] for sentence in every), every, every[::-5], [3, 3, 0]]
    for wanted in questions:
        assert snapshot.passages_of(np.array(wanted, dtype=np.int64)) == expected(wanted)
    assert any(len(expected([sentence])) == 2 for sentence in every)  # some are repeated


def test_parts_come_in_the_order_of_their_numbers(built):
    """Passages and sentences are given by number: in order, each once, and only those there are."""
    snapshot = _open(built / "index")
    for wanted in ([], [0], [3, 1, 2], [2, 2, 0], [1, 10**6], np.arange(3).tolist()):
        expected = sorted({number for number in wanted if number < 10**6})
        assert [passage.id for passage in snapshot.passages_by_number(wanted)] == expected
        assert [sentence.id for sentence in snapshot.sentences_by_number(wanted)] == expected


@pytest.mark.parametrize("count", [1_000, 40_000])  # SQLite takes 32 766 parameters, by default
def test_any_number_of_parts_can_be_asked_for(built, count):
    """There is no limit to how many passages and sentences are given at once."""
    snapshot = _open(built / "index")
    counts = snapshot.manifest.counts
    assert len(snapshot.passages_by_number(range(count))) == counts["passages"]
    assert len(snapshot.sentences_by_number(range(count))) == counts["sentences"]


def test_open_reads_no_article(built, tmp_path):
    """A snapshot is whole: it is opened and read without the articles."""
    shutil.copytree(built / "index", tmp_path / "索 引?#%41")
    snapshot = _open(tmp_path / "索 引?#%41")
    assert _passages(snapshot)[0].text.startswith("许昌市公安局")


def test_no_index_is_an_error(tmp_path):
    """Where nothing was built there is no index, and the hint says how to make one."""
    with pytest.raises(IndexMissingError, match="no index in") as caught:
        _open(tmp_path / "none")
    assert caught.value.hint == "run: qa index"
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"model": "other"}, "model"),
        ({"revision": "2"}, "revision"),
        ({"dimension": 8}, "dimension"),
    ],
)
def test_other_encoder_is_a_mismatch(built, other, field):
    """A snapshot made by another encoder is not opened."""
    with pytest.raises(IndexMismatchError) as caught:
        _open(built / "index", FakeEncoder(**other))
    assert caught.value.field == field


def test_other_settings_are_a_mismatch(built):
    """A snapshot made with other settings is not opened."""
    with pytest.raises(IndexMismatchError) as caught:
        Snapshot.from_index(
            built / "index",
            encoder=FakeEncoder().fingerprint,
            config=IndexConfig(passage_tokens=10),
        )
    assert (caught.value.field, caught.value.indexed) == ("passage_tokens", 300)


_DATA = (TEXTS, SENTENCES, PASSAGES, BOUNDS, FIRSTS, NUMBERING)


@pytest.mark.parametrize("name", [*_DATA, MANIFEST])
def test_missing_file_is_damage(index, name):
    """A file that is gone is damage, named, and the hint says how to mend it."""
    (_folder(index) / name).unlink()
    with pytest.raises(IndexDamagedError) as caught:
        _open(index)
    assert caught.value.file == name
    assert "qa index --force" in caught.value.hint


@pytest.mark.parametrize("name", _DATA)
@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda raw: raw[:-1], id="cut short"),
        pytest.param(lambda _raw: b"", id="empty"),
        pytest.param(lambda raw: raw + b"\0", id="too long"),
        pytest.param(lambda raw: bytes(len(raw)), id="zeros"),
        pytest.param(lambda raw: b"\xa5" * len(raw), id="garbled"),
    ],
)
def test_damaged_file_is_damage(index, name, damage: Callable[[bytes], bytes]):
    """A file that is not what was written is damage, named."""
    path = _folder(index) / name
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(IndexDamagedError) as caught:
        _open(index)
    assert caught.value.file == name


def test_damage_inside_the_texts_is_damage_when_it_is_read(index):
    """A damaged page of the database is named when it is opened or read, and is no crash."""
    path = _folder(index) / TEXTS
    raw, page = path.read_bytes(), 16_384
    for start in range(page, len(raw), page):
        path.write_bytes(raw[:start] + b"\xa5" * page + raw[start + page :])
        with pytest.raises(IndexDamagedError) as caught:
            _read_everything(index)
        assert caught.value.file == TEXTS


def _read_everything(index: Path) -> None:
    snapshot = _open(index)
    snapshot.articles()
    snapshot.files()
    snapshot.problems()
    for passage in _passages(snapshot):
        _sentences_of(snapshot, passage)


@pytest.mark.parametrize(
    ("count", "name"),
    [("articles", FIRSTS), ("passages", PASSAGES), ("sentences", SENTENCES)],
)
def test_wrong_counts_are_damage(index, count, name):
    """A file with another number of rows than the manifest says is damage, named."""
    path = _folder(index) / MANIFEST
    content = json.loads(path.read_text(encoding="utf-8"))
    content["counts"][count] += 1
    del content["checksum"]
    path.write_bytes(sealed(content))
    with pytest.raises(IndexDamagedError, match="rows, not") as caught:
        _open(index)
    assert caught.value.file == name


def test_lexical_index_that_is_gone_is_damage(index):
    """Without the lexical index the snapshot is damaged."""
    shutil.rmtree(_folder(index) / "lexical")
    with pytest.raises(IndexDamagedError) as caught:
        _open(index)
    assert caught.value.file.startswith("lexical")


def test_lexical_index_with_a_damaged_file_is_damage(index):
    """A lexical index of which a file is cut short is damage, however it is met."""
    files = [path for path in (_folder(index) / "lexical").iterdir() if path.stat().st_size > 20]
    for path in files:
        raw = path.read_bytes()
        path.write_bytes(raw[: len(raw) // 2])
        with pytest.raises(IndexDamagedError) as caught:
            _open(index)
        assert caught.value.file.startswith("lexical")
        path.write_bytes(raw)
    _open(index)


@pytest.mark.parametrize("name", ["000002", "../snapshots/000001", "", "..", "000001/../000001"])
def test_pointer_to_no_snapshot_is_damage(index, name):
    """A pointer to a snapshot that is not there, or out of the snapshots, is damage."""
    (index / "current").write_text(name, encoding="utf-8")
    with pytest.raises(IndexDamagedError):
        _open(index)


def test_reader_keeps_what_it_opened(built, tmp_path):
    """A build that swaps the snapshot does not disturb a reader of the old one."""
    shutil.copytree(built, tmp_path / "copy")
    articles, index = tmp_path / "copy" / "articles", tmp_path / "copy" / "index"
    reader = _open(index)
    before = _passages(reader)
    (articles / "a.txt").write_text("另一篇文章。", encoding="utf-8")
    build(articles, index, encoder=FakeEncoder(), config=CONFIG)
    build(articles, index, encoder=FakeEncoder(), config=CONFIG, force=True)
    assert _passages(reader) == before
    assert reader.passages_of(np.array([0])) == [0]
    assert reader.sentences.search(FakeEncoder().encode_question("许昌"), 1)[0].tolist() != []
    assert reader.lexical.search(["许"], 5)
    assert _passages(_open(index))[0].text == "另一篇文章。"


def test_snapshot_that_is_swapped_while_it_is_opened(monkeypatch, built, tmp_path):
    """When a build swaps the snapshot between two steps of opening, the new one is opened."""
    shutil.copytree(built, tmp_path / "copy")
    articles, index = tmp_path / "copy" / "articles", tmp_path / "copy" / "index"
    read, swaps = Path.read_bytes, iter([1])

    def read_then_swap(path: Path) -> bytes:
        content = read(path)
        if path.name == MANIFEST:
            for _ in swaps:  # once: the manifest of the old snapshot has just been read
                (articles / "a.txt").write_text("另一篇文章。", encoding="utf-8")
                build(articles, index, encoder=FakeEncoder(), config=CONFIG, force=True)
        return content

    monkeypatch.setattr(Path, "read_bytes", read_then_swap)
    assert _passages(_open(index))[0].text == "另一篇文章。"


@needs_permissions
def test_index_that_may_only_be_read_can_be_asked(index):
    """An index on a medium that cannot be written is opened and searched like any other."""
    folders = [index, *(path for path in index.rglob("*") if path.is_dir())]
    try:
        for folder in folders[::-1]:
            folder.chmod(0o500)
        snapshot = _open(index)
        assert snapshot.lexical.search(["许"], 1)
        assert _passages(snapshot)
    finally:
        for folder in folders:
            folder.chmod(0o700)


def test_texts_are_opened_for_reading_only(built):
    """Nothing can be written through an open snapshot."""
    snapshot = _open(built / "index")
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        snapshot._texts._database.execute("DELETE FROM articles")


def _resealed(index: Path, name: str) -> None:
    """Make the manifest fit a file that was exchanged, as a stranger can."""
    path = _folder(index) / MANIFEST
    content = json.loads(path.read_bytes())
    raw = (_folder(index) / name).read_bytes()
    content["files"][name] = {"bytes": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}
    del content["checksum"]
    path.write_bytes(sealed(content))


@pytest.mark.parametrize("name", [*_DATA, "lexical/meta.json", "lexical"])
def test_no_link_is_followed(index, tmp_path, name):
    """A file or folder that is a link, though to the right content, is refused."""
    path = _folder(index) / name
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(IndexDamagedError, match="no file of its own"):
        _open(index)


def test_file_that_is_not_of_the_snapshot_is_refused(index):
    """What the manifest does not name does not lie beside the rest."""
    (_folder(index) / "lexical" / "more.idx").write_bytes(b"\0")
    with pytest.raises(IndexDamagedError) as caught:
        _open(index)
    assert caught.value.file == "lexical/more.idx"


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW v AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        " SELECT i FROM n",
        "CREATE TRIGGER t AFTER INSERT ON files BEGIN DELETE FROM articles; END",
        "ALTER TABLE files ADD COLUMN more",
        "DROP TABLE problems",
    ],
)
def test_texts_with_other_tables_are_refused(index, statement):
    """A stranger's database with views, triggers or other columns is refused unread."""
    with sqlite3.connect(_folder(index) / TEXTS) as database:
        database.execute(statement)
    database.close()
    _resealed(index, TEXTS)
    with pytest.raises(IndexDamagedError, match="other tables") as caught:
        _open(index)
    assert caught.value.file == TEXTS


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        (BOUNDS, [[0, 2**31 - 1]]),
        (BOUNDS, [[-1, 0]]),
        (BOUNDS, [[1, 0]]),
        (FIRSTS, [[0, 0], [2**31 - 1, 1]]),
        (FIRSTS, [[0, 0], [-5, 1]]),
        (NUMBERING, [[5, 2**62]]),
        (NUMBERING, [[5, 0], [5, 0]]),
    ],
)
def test_wild_numbers_are_refused(index, name, numbers):
    """Numbers that lead beyond the texts, in a file that fits its checksum, are refused."""
    path = _folder(index) / name
    old = np.load(path)
    new = np.concatenate([np.array(numbers, old.dtype), old])[: len(old)]
    if name == FIRSTS:
        new = old.copy()
        new[1 : 1 + len(numbers)] = numbers[: len(new) - 1]
    np.save(path, new)
    _resealed(index, name)
    with pytest.raises(IndexDamagedError) as caught:
        _open(index)
    assert caught.value.file == name


def test_wild_shape_is_refused_before_memory_is_taken(index):
    """A header that claims more rows than there are bytes is refused, not believed."""
    path = _folder(index) / BOUNDS
    raw = path.read_bytes()
    path.write_bytes(raw.replace(b"'shape': (", b"'shape': (9999999999", 1)[: len(raw)])
    _resealed(index, BOUNDS)
    with pytest.raises(IndexDamagedError) as caught:
        _open(index)
    assert caught.value.file == BOUNDS
