"""Passages → the lexical index."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from random import Random

import numpy as np
import pytest

from embeddings.lexical import LexicalIndex
from embeddings.terms import fold, terms
from tests.libraries import lexical_index
from tests.samples import full_disk

ONE_FILE = np.array([[7, 0]])


def _entries(texts: Iterable[str], key: int = 7) -> Iterator[tuple[int, int, str]]:
    return ((key, place, text) for place, text in enumerate(texts))


TEXTS = ("无人机 无人机", "公安局购置無人機", "河水漫过了堤岸", "", "Ａ b", "机 机 机 b")


def _bm25(wanted: list[str], count: int, texts: Sequence[str] = TEXTS) -> list[tuple[int, float]]:
    """Return what the formula says: k1 = 1.2, b = 0.75, each wanted term once."""
    documents = [terms(fold(text)) for text in texts]
    mean = sum(map(len, documents)) / len(documents)
    scores = dict.fromkeys(range(len(documents)), 0.0)
    for term in set(wanted):
        frequency = sum(term in document for document in documents)
        idf = math.log(1 + (len(documents) - frequency + 0.5) / (frequency + 0.5))
        for number, document in enumerate(documents):
            times = document.count(term)
            norm = 1.2 * (1 - 0.75 + 0.75 * len(document) / mean)
            scores[number] += idf * times * 2.2 / (times + norm)
    found = [(number, score) for number, score in scores.items() if score]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))[: max(count, 0)]


@pytest.mark.parametrize(
    "wanted",
    [["机"], ["无人", "机"], ["b"], ["机", "机", "b"], ["没有"], [], ["没有", "河"]],
)
@pytest.mark.parametrize("count", [-1, 0, 1, 2, 100])
def test_search_gives_what_the_formula_says(tmp_path, wanted, count):
    """Search gives the best texts by BM25, best first, and none that holds no term."""
    found = lexical_index(tmp_path, TEXTS).search(wanted, count)
    expected = _bm25(wanted, count)
    assert [number for number, _ in found] == [number for number, _ in expected]
    assert [bm25 for _, bm25 in found] == pytest.approx([bm25 for _, bm25 in expected], rel=1e-4)


def test_document_frequency(tmp_path):
    """A term's document frequency is the number of texts that hold it."""
    index = lexical_index(tmp_path, TEXTS)
    assert [index.document_frequency(term) for term in ("机", "无人", "b", "没有")] == [3, 2, 2, 0]


@pytest.mark.parametrize("count", [1, 3, 250, 400])
def test_of_equal_texts_the_first_are_found(tmp_path, count):
    """Where more texts are equally good than are wanted, the first of them are given."""
    index = lexical_index(tmp_path, [*["同一句话"] * 300, "另外"])
    assert [number for number, _ in index.search(["同"], count)] == list(range(min(count, 300)))


@pytest.mark.parametrize("count", [0, 1, 500])
def test_index_holds_every_text(tmp_path, count):
    """The index has as many entries as there were texts, empty ones included."""
    assert len(lexical_index(tmp_path, ["甲", "", "乙"] * count)) == 3 * count


def test_nothing_is_left_beside_the_index(tmp_path):
    """A written index has no lock of its own, so that its files are those that were checked."""
    LexicalIndex.write(tmp_path, _entries(TEXTS))
    assert not list(tmp_path.glob("*.lock"))


@pytest.mark.parametrize("content", [None, {}, {"meta.json": b""}, {"meta.json": b"{}"}])
def test_other_folder_is_a_mistake(tmp_path, content):
    """A folder that holds no whole index is refused."""
    folder = tmp_path / "lexical"
    if content is not None:
        folder.mkdir()
        for name, raw in content.items():
            (folder / name).write_bytes(raw)
    with pytest.raises(ValueError, match="not a lexical index"):
        LexicalIndex.from_folder(folder, ONE_FILE)


@pytest.mark.parametrize("size", [0, 100, 1000])
def test_full_disk_is_an_operating_system_error(tmp_path, size):
    """An index that does not fit on the disk fails as any other file does, with OSError."""
    with full_disk(size), pytest.raises(OSError, match="too large"):
        LexicalIndex.write(tmp_path, _entries(f"第{number}条 x{number}" for number in range(2000)))


def test_either_script_gives_the_same_ranking(tmp_path):
    """許昌市 and 许昌市 find the same texts, in the same order, with the same BM25."""
    index = lexical_index(tmp_path, ["许昌市公安局", "許昌市的無人機在許昌市", "眉山市", "許昌"])
    found = [index.search(terms(fold(asked)), 10) for asked in ("許昌市", "许昌市")]
    assert found[0] == found[1]
    assert {number for number, _ in found[0][:2]} == {0, 1}


def test_numbers_point_at_the_right_texts(tmp_path):
    """Over 200 random texts of equal length, the numbers and BM25 are those of the formula."""
    random = Random(7)  # noqa: S311 - test data
    texts = [" ".join(random.choices("abcdefghij", k=12)) for _ in range(200)]
    index = lexical_index(tmp_path, texts)
    for wanted in (["a"], ["b", "c"], ["d", "e", "f"]):
        found, expected = index.search(wanted, 200), _bm25(wanted, 200, texts)
        assert [bm25 for _, bm25 in found] == pytest.approx([b for _, b in expected], rel=1e-4)
        assert dict(found) == pytest.approx(dict(expected), rel=1e-4)


def test_a_file_that_goes_while_the_index_is_opened_is_told_at_once(tmp_path):
    """Not in the first search: who opens an index while it is swapped then opens the new one."""
    lexical_index(tmp_path, ["许昌市公安局。"])
    next(tmp_path.glob("*.pos")).unlink()
    with pytest.raises(ValueError, match="not a lexical index"):
        LexicalIndex.from_folder(tmp_path, np.array([[1, 0]]))


def test_files_come_and_go(tmp_path):
    """After passages are added and taken out, those that stay are found under their new numbers."""
    middle, last = 1 << 40, (1 << 62) + 1
    LexicalIndex.write(tmp_path, [*_entries(["甲 一", "甲 二"], last), *_entries(["甲 三"], 3)])
    LexicalIndex.write(tmp_path, _entries(["甲 四", "乙"], middle), without=[3])
    index = LexicalIndex.from_folder(tmp_path, np.array([[middle, 5], [last, 0]]))
    assert len(index) == 4
    assert sorted(number for number, _ in index.search(["甲"], 10)) == [0, 1, 5]
    assert [number for number, _ in index.search(["四"], 10)] == [5]
    assert [number for number, _ in index.search(["二"], 10)] == [1]
    assert index.search(["三"], 10) == []
    assert [number for number, _ in index.search(["甲"], 10, among=[1, 2])] == [1]
