"""A decoded file → its articles."""

from __future__ import annotations

import pytest

from embeddings.articles import Source, articles_of
from embeddings.decode import Span, decode


def test_file_is_one_article_of_which_nothing_is_known():
    """Today a file is one article; its source is its path, encoding and hash, and no more."""
    file = decode("甲/a.txt", "\ufeff标题\r\n正文。".encode())
    (article,) = articles_of(file)
    assert article.source == Source(path="甲/a.txt", encoding="utf-8", sha256=file.sha256)
    assert (article.source.title, article.source.date, article.source.outlet) == (None, None, None)
    assert article.clean.text == "标题\n正文。"
    assert article.file is file


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 2, Span(1, 1, 3, 5, 5, 11)),
        (3, 6, Span(2, 2, 7, 10, 13, 22)),
        (0, 6, Span(1, 2, 3, 10, 5, 22)),
    ],
)
def test_span_leads_from_clean_text_to_the_file(start, end, expected):
    """A range of an article's clean text has its place in the file on disk."""
    (article,) = articles_of(decode("a.txt", "\ufeff  标题\r\n正文。".encode()))
    assert article.span(start, end) == expected


def test_span_of_nothing_is_a_mistake():
    """An empty range has no place."""
    (article,) = articles_of(decode("a.txt", "甲".encode()))
    with pytest.raises(ValueError, match="no such range"):
        article.span(1, 1)
