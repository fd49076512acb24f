"""Text → folded terms → the lexical index (BM25); the only module that knows Tantivy.

In: texts. Out: for the terms of a question, the passages with the highest BM25. Folding makes
both scripts, both widths and both cases one: it is for terms alone, never for what is shown.

Tantivy rather than bm25s, measured over 26 275 passages of 8 000 news articles: built in 6.3 s
(28.0), 16 MB on disk (64), opened in 0.3 ms (746), a question in 0.6 ms (0.9); the scores are
the same formula with the same k1 and b.
"""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import opencc
    import tantivy

_ZERO_WIDTH = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_MAY_NORMALISE = re.compile(r".?[^\x00-\x7f\u2014-\u2026\u3001-\u3003\u3008-\u3011\u4e00-\u9fff]+")
"""Stretches that NFKC may change, with the letter before, which may take a combining mark."""

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TERM = re.compile(
    rf"(?P<han>[{_HAN}]+)"
    r"|(?P<number>\d+(?:[.,:]\d+)*)"
    r"|(?P<word>[a-z0-9]+(?:[-'.&][a-z0-9]+)*)"
    rf"|(?P<other>[^\W\d_{_HAN}]+)"
)
_UNIT = re.compile(rf"(?P<magnitude>[百千万亿兆]*)[多余来]?(?P<unit>[{_HAN}]?)")
_DATE = re.compile(r"\d+年(?:\d+月(?:\d+日)?)?|\d+月\d+日")

_WRITER_BYTES = 150_000_000
"""Memory for what is being indexed: 8 000 articles in one piece, so that no term is kept twice."""


def fold(text: str) -> str:
    """Return the text as terms are taken from it: NFKC, lower case, Simplified, nothing hidden.

    >>> fold("ＡＢＣ１２ 許昌")
    'abc12 许昌'
    """
    text = _MAY_NORMALISE.sub(
        lambda match: unicodedata.normalize("NFKC", match.group()), _ZERO_WIDTH.sub("", text)
    )
    return simplified(text.lower())


def simplified(text: str) -> str:
    """Return the text in Simplified characters; surrogates become U+FFFD.

    >>> simplified("許昌市 Xuchang")
    '许昌市 Xuchang'
    """
    converted: str = _simplifier().convert(_SURROGATE.sub("\ufffd", text))
    return converted


def traditional(text: str) -> str:
    """Return the text in Traditional characters; one that has any already is left alone.

    Its dictionary takes 45 ms to load.

    >>> traditional("许昌市"), traditional("許昌的台灣人")
    ('許昌市', '許昌的台灣人')
    """
    if simplified(text) != text:
        return text
    converted: str = _to_traditional().convert(text)
    return converted


def terms(folded: str) -> list[str]:
    """Return the terms of folded text, in reading order and with repetitions.

    Chinese: every character and every pair of neighbours. Latin words and numbers: whole. A
    number counts also with its unit, and a date also whole.

    >>> terms("购置32架")
    ['购', '置', '购置', '32', '32架', '架']
    """
    found: list[str] = []
    for match in _TERM.finditer(folded):
        kind, term = match.lastgroup, match.group()
        if kind == "han":
            found.extend(term)
            found.extend(term[at : at + 2] for at in range(len(term) - 1))
            continue
        found.append(term)
        if kind == "number":
            found.extend(_with_unit(term, folded, match.end()))
    found.extend(match.group() for match in _DATE.finditer(folded))
    return found


def stems(text: str) -> list[str]:
    """Return the stems of an English text's words (Porter, 1980), without those that say nothing.

    >>> stems("the supervision teams of Meishan's police")
    ['supervis', 'team', 'meishan', 'polic']
    """
    words: list[str] = _english().analyze(text)
    return [word for word in words if len(word) > 1]


def _with_unit(number: str, folded: str, end: int) -> list[str]:
    """Return the number with its magnitude, and with its unit: 1.8万余株 → 1.8万, 1.8万株."""
    follows = _UNIT.match(folded, end)
    if follows is None:
        return []
    size = number + follows["magnitude"]
    return list(dict.fromkeys(whole for whole in (size, size + follows["unit"]) if whole != number))


Entry = tuple[int, int, str]
"""A passage: its file's key, its place among the file's passages, its text."""

Numbering = npt.NDArray[np.int64]
"""Shape (files, 2): the files' keys, ascending, and the number of each one's first passage."""


class LexicalIndex:
    """BM25 (k1 = 1.2, b = 0.75) over the terms of passages.

    A passage is written under its file's key, which stays when other files come and go; `numbering`
    turns keys into numbers.
    """

    def __init__(
        self, searcher: tantivy.Searcher, schema: tantivy.Schema, numbering: Numbering
    ) -> None:
        self._searcher = searcher
        self._schema = schema
        self._numbering = numbering

    @staticmethod
    def write(folder: Path, entries: Iterable[Entry], *, without: Iterable[int] = ()) -> None:
        """Add passages to the index in a folder, a new one if it is empty; first take some out.

        `without` are the keys of the files whose passages go. Until all is written anew, BM25
        counts these among the passages that hold a term.
        """
        import tantivy

        try:
            index = tantivy.Index(_schema(), path=str(folder))
            writer = index.writer(_WRITER_BYTES, num_threads=1)
            for key in without:
                writer.delete_documents_by_term("key", key)
            for key, place, text in entries:
                content = " ".join(terms(fold(text)))
                writer.add_document(tantivy.Document(terms=content, key=key, place=place))
            writer.commit()
            writer.wait_merging_threads()
        except ValueError as error:  # so Tantivy tells of a full disk
            raise OSError(f"the lexical index cannot be written: {error}") from error
        for lock in folder.glob(".tantivy-*.lock"):
            lock.unlink()

    @classmethod
    def from_folder(cls, folder: Path, numbering: Numbering) -> LexicalIndex:
        """Open what `write` wrote; ValueError when it is something else."""
        import tantivy

        try:
            index = tantivy.Index.open(str(folder))
            searcher = index.searcher()
            # Tantivy takes a file that is gone for an empty one, and finds out in the first search.
            searcher.doc_freq("terms", "")
            return cls(searcher, _schema(), numbering)
        except (ValueError, OSError) as error:
            raise ValueError("not a lexical index") from error
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # Rust's, which derives from no Exception
                raise
            raise ValueError("not a lexical index") from error

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def document_frequency(self, term: str) -> int:
        """Return how many passages hold the term."""
        return int(self._searcher.doc_freq("terms", term))

    def idf(self, frequency: int) -> float:
        """Return what a term weighs that so many passages hold: BM25's inverse document frequency.

        In Lucene's form, which is never negative.
        """
        return math.log(1 + (len(self) - frequency + 0.5) / (frequency + 0.5))

    def search(
        self, wanted: Sequence[str], count: int, *, among: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return the numbers of the best passages for some terms, and their BM25, best first.

        `among` are the numbers to choose from; None for all.
        """
        import tantivy

        if not wanted or count <= 0:
            return []
        clauses = [
            tantivy.Query.term_query(self._schema, "terms", term, "freq")
            for term in dict.fromkeys(wanted)
        ]
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, one) for one in clauses])
        depth = count if among is None else len(self)
        hits = self._searcher.search(query, depth, count=False).hits
        numbers = self._numbers([address for _, address in hits])
        found = [
            (int(number), float(bm25 or 0)) for number, (bm25, _) in zip(numbers, hits, strict=True)
        ]
        if among is not None:
            found = [pair for pair in found if pair[0] in among]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:count]

    def _numbers(self, addresses: list[tantivy.DocAddress]) -> npt.NDArray[np.int64]:
        """Return the numbers of the passages at some addresses."""
        keys = np.array(self._searcher.fast_field_values("key", addresses), np.int64)
        places = np.array(self._searcher.fast_field_values("place", addresses), np.int64)
        rows = np.searchsorted(self._numbering[:, 0], keys)
        numbers: npt.NDArray[np.int64] = self._numbering[rows, 1] + places
        return numbers


@functools.cache
def _english() -> tantivy.TextAnalyzer:
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.lowercase())
    return builder.filter(Filter.stopword("english")).filter(Filter.stemmer("english")).build()


@functools.cache
def _simplifier() -> opencc.OpenCC:
    import opencc

    return opencc.OpenCC("t2s")


@functools.cache
def _to_traditional() -> opencc.OpenCC:
    import opencc

    return opencc.OpenCC("s2t")


def _schema() -> tantivy.Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("terms", stored=False, tokenizer_name="whitespace", index_option="freq")
    builder.add_integer_field("key", stored=False, indexed=True, fast=True)
    builder.add_integer_field("place", stored=False, indexed=False, fast=True)
    return builder.build()
