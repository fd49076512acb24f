"""Vectors → nearest vectors, held against numpy."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from embeddings.encode import Vectors
from embeddings.vectors import VectorIndex

DIMENSION = 64


def _signs(count: int, *, seed: int = 0) -> Vectors:
    """Return unit vectors of ±1/8: every cosine is a multiple of 1/64, so float32 is exact."""
    bits = np.random.default_rng(seed).integers(0, 2, (count, DIMENSION))
    rows: Vectors = ((2 * bits - 1) / 8).astype(np.float32)
    return rows


def _expected(
    vectors: Vectors, question: Vectors, count: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Return what numpy finds: by cosine, then by row."""
    cosines = vectors @ question
    rows = np.lexsort((np.arange(len(vectors)), -cosines))[: max(count, 0)]
    return rows, cosines[rows]


@pytest.mark.parametrize("rows", [0, 1, 2, 7, 100, 3000])
@pytest.mark.parametrize("count", [-1, 0, 1, 3, 10, 99, 100, 150, 5000])
def test_search_finds_what_numpy_finds(rows, count):
    """Search gives the rows of highest cosine, best first, ties by row, at most all of them."""
    vectors, question = _signs(rows), _signs(1, seed=1)[0]
    found, cosines = VectorIndex.from_vectors(vectors).search(question, count)
    expected_rows, expected_cosines = _expected(vectors, question, count)
    np.testing.assert_array_equal(found, expected_rows)
    np.testing.assert_array_equal(cosines, expected_cosines)
    assert found.dtype == np.int64
    assert cosines.dtype == np.float32


@pytest.mark.parametrize("count", [1, 2, 50, 120, 500])
def test_of_equal_vectors_the_first_rows_are_found(count):
    """Where more rows have the same cosine than are wanted, the first of them are given."""
    vectors = np.repeat(_signs(2), [200, 300], axis=0)[::-1].copy()
    found, _ = VectorIndex.from_vectors(vectors).search(vectors[-1], count)
    expected = [*range(300, 500), *range(300)][:count]
    assert found.tolist() == expected


def test_search_takes_any_memory_layout():
    """Rows and questions may be slices of larger arrays."""
    vectors = np.asfortranarray(_signs(20))[::2]
    question = np.repeat(_signs(1, seed=1)[0], 2)[::2]
    found, _ = VectorIndex.from_vectors(vectors).search(question, 3)
    np.testing.assert_array_equal(found, _expected(vectors, question, 3)[0])


@pytest.mark.parametrize("rows", [[], [4], [3, 0, 3, 9], np.array([9, 1])])
def test_cosines_of_rows(rows):
    """The cosines of given rows come in the order of the rows."""
    vectors, question = _signs(10), _signs(1, seed=1)[0]
    cosines = VectorIndex.from_vectors(vectors).cosines(question, rows)
    assert cosines.dtype == np.float32
    np.testing.assert_array_equal(cosines, (vectors @ question)[np.asarray(rows, dtype=int)])


@pytest.mark.parametrize("rows", [0, 1, 100])
def test_index_survives_as_bytes(rows):
    """What is written as bytes is the same index when it is read again."""
    vectors = _signs(rows)
    index = VectorIndex.from_vectors(vectors)
    again = VectorIndex.from_bytes(index.to_bytes())
    assert (len(again), again.dimension) == (len(index), index.dimension) == (rows, DIMENSION)
    assert again.to_bytes() == index.to_bytes()
    question = _signs(1, seed=1)[0]
    np.testing.assert_array_equal(again.search(question, 5)[0], index.search(question, 5)[0])


@pytest.mark.parametrize(
    ("vectors", "message"),
    [
        pytest.param(_signs(2)[0], "not float32 rows: float32 (64,)", id="one dimension"),
        pytest.param(_signs(2)[None], "not float32 rows: float32 (1, 2, 64)", id="three"),
        pytest.param(_signs(2).astype(np.float64), "not float32 rows: float64", id="float64"),
        pytest.param(_signs(2).astype(np.float16), "not float32 rows: float16", id="float16"),
        pytest.param(_signs(2) * np.float32(1.01), "not unit vectors", id="too long"),
        pytest.param(_signs(2) * np.float32(0.99), "not unit vectors", id="too short"),
        pytest.param(np.zeros((1, 8), np.float32), "not unit vectors", id="zero"),
        pytest.param(np.full((1, 8), np.nan, np.float32), "not unit vectors", id="NaN"),
        pytest.param(np.full((1, 8), np.inf, np.float32), "not unit vectors", id="infinite"),
    ],
)
def test_other_vectors_are_a_mistake(vectors, message):
    """Only float32 rows of unit length are indexed."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is checked below
        VectorIndex.from_vectors(vectors)
    assert message in str(caught.value)


def test_rounding_is_no_mistake():
    """Rows whose length is off by what rounding does are indexed."""
    assert len(VectorIndex.from_vectors(_signs(2) * np.float32(1.0005))) == 2


def _units(count: int, *, seed: int = 0) -> Vectors:
    """Return unit vectors around a few centres, as sentences of a few subjects have."""
    random = np.random.default_rng(seed)
    rows = random.normal(size=(20, DIMENSION))[random.integers(0, 20, count)]
    rows = rows + random.normal(size=(count, DIMENSION))
    units: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return units


@pytest.fixture(scope="module")
def coded() -> tuple[Vectors, VectorIndex]:
    """Vectors, and the index that holds codes of them."""
    vectors = _units(4000)
    return vectors, VectorIndex.from_vectors(vectors, exact_rows=100)


def test_codes_find_what_is_near(coded):
    """Of the 50 nearest, 99 of 100 are among the 100 that codes find, in a quarter of the bytes."""
    vectors, index = coded
    assert len(index.to_bytes()) < vectors.nbytes / 4
    found = 0
    for question in _units(40, seed=1):
        near, _ = _expected(vectors, question, 50)
        rows, cosines = index.search(question, 100)
        assert len(set(rows.tolist())) == 100
        np.testing.assert_allclose(cosines, vectors[rows] @ question, atol=0.05)
        assert (np.diff(cosines) <= 0).all()
        found += len(set(near.tolist()) & set(rows.tolist()))
    assert found >= 0.99 * 40 * 50


def test_codes_are_searched_among_some_rows(coded):
    """A search among some rows gives those alone, with the cosines that they have otherwise."""
    vectors, index = coded
    among = np.arange(7, 4000, 13)
    rows, cosines = index.search(vectors[20], 30, among=among)
    assert rows[0] == 20
    assert set(rows.tolist()) <= set(among.tolist())
    np.testing.assert_array_equal(cosines, index.cosines(vectors[20], rows))
    repeated = [5, 3999, 5, 0]
    expected = vectors[repeated] @ vectors[20]
    np.testing.assert_allclose(index.cosines(vectors[20], repeated), expected, atol=0.05)


def test_of_equal_codes_the_first_rows_are_found():
    """Ties are broken by row among codes too, however many there are."""
    vectors = np.repeat(_units(2), [200, 300], axis=0)[::-1].copy()
    index = VectorIndex.from_vectors(vectors, exact_rows=100)
    for count in (1, 50, 120):
        assert index.search(vectors[-1], count)[0].tolist() == [*range(300, 500)][:count]


@pytest.mark.parametrize("exact_rows", [10_000, 100], ids=["exact", "codes"])
def test_merged_index_is_the_index_of_the_merged_vectors(exact_rows):
    """Rows that are kept, moved, dropped and new give what indexing all of them would give."""
    vectors, fresh = _units(1000), _units(3, seed=2)
    old = VectorIndex.from_vectors(vectors, exact_rows=exact_rows)
    rows = np.array([5, -1, 3, 3, -1, *range(900, 1000), -1, 0])
    merged = old.merged(rows, fresh, exact_rows=exact_rows)
    expected = vectors[rows]
    expected[rows < 0] = fresh
    atol = 1e-6 if exact_rows > 1000 else 0.05
    question = _units(1, seed=3)[0]
    everything = range(len(rows))
    np.testing.assert_allclose(merged.cosines(question, everything), expected @ question, atol=atol)
    again = VectorIndex.from_bytes(merged.to_bytes()).merged(
        np.arange(len(rows)), fresh[:0], exact_rows=exact_rows
    )
    assert again.to_bytes() == merged.to_bytes()


def test_index_that_grows_becomes_one_of_codes():
    """An exact index to which many rows are added is the same as one made of all of them."""
    vectors = _units(300)
    small = VectorIndex.from_vectors(vectors[:100], exact_rows=100)
    rows = np.array([*range(100), *[-1] * 200])
    grown = small.merged(rows, vectors[100:], exact_rows=100)
    expected = VectorIndex.from_vectors(vectors, exact_rows=100)
    assert grown.to_bytes() == expected.to_bytes()


GOOD = VectorIndex.from_vectors(_signs(5)).to_bytes()
CODED = VectorIndex.from_vectors(_signs(5), exact_rows=0).to_bytes()


@pytest.mark.parametrize("good", [GOOD, CODED], ids=["exact", "codes"])
def test_no_length_is_believed(good):
    """Whichever number beside the rows is changed, the bytes are refused before FAISS sees them."""
    length = len(good) - 9 - 4 * DIMENSION  # of the centre, which may hold any finite numbers
    head = range(45) if good is GOOD else [*range(73), *range(length, length + 8), len(good) - 1]
    assert VectorIndex.from_bytes(good)
    for at in head:
        for value in (0xFF, 0x7F):
            raw = bytearray(good)
            raw[at] = value if raw[at] != value else 0
            with pytest.raises(ValueError, match="not a FAISS index"):
                VectorIndex.from_bytes(bytes(raw))


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\0", id="one byte"),
        pytest.param("新闻".encode() * 100, id="text"),
        pytest.param(bytes(len(GOOD)), id="zeros"),
        pytest.param(GOOD[:20], id="cut in the header"),
        pytest.param(GOOD[:-1], id="cut at the end"),
        pytest.param(GOOD[:36] + b"\xff" * 8 + GOOD[44:], id="a length beyond all memory"),
    ],
)
def test_other_bytes_are_a_mistake(raw):
    """Bytes that are not a whole index are refused."""
    with pytest.raises(ValueError, match="not a FAISS index"):
        VectorIndex.from_bytes(raw)
