"""An article → sentences → passages."""

from __future__ import annotations

import dataclasses
import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.articles import Article, articles_of
from embeddings.clean import clean, fits_file, squash
from embeddings.config import IndexConfig
from embeddings.decode import decode
from embeddings.errors import SourceFileError
from embeddings.source import Source, Span
from embeddings.split import Passage, Sentence, split_passages, split_sentences
from tests.fakes import FakeEncoder
from tests.samples import PROPERTY, SEED_FILES

count_tokens = FakeEncoder().count_tokens


def _article(text: str) -> Article:
    return _whole(text.encode())


def _whole(raw: bytes) -> Article:
    """Take a file as one article, nothing left out: that is another stage's business."""
    file = decode("a.txt", raw)
    source = Source(path=file.path, encoding=file.encoding, sha256=file.sha256)
    return Article(source, clean(file.text), file)


def _sentences(text: str, limit: int = 64) -> list[str]:
    return [part.text for part in split_sentences(_article(text), count_tokens, limit=limit)]


@pytest.mark.parametrize(
    "sentences",
    [
        pytest.param(["甲来了。", "乙走了！", "丙呢？", "丁；", "戊…", "己"], id="each end"),
        pytest.param(["真的？！", "甲……", "乙。。。", "丙"], id="several marks are one end"),
        pytest.param(["他说：“甲来了。”", "乙走了。"], id="closing quote"),
        pytest.param(["「甲。」", "『乙！』", "《丙？》", "丁"], id="other quotes"),
        pytest.param(["“甲来。", "乙走。”局长丙表示。", "丁。"], id="a speaker behind a quote"),
        pytest.param(["「甲！」副市長、局長丙說。", "丁。"], id="likewise in Traditional"),
        pytest.param(["“甲。”会上，丙回忆道。", "“乙。”", "丁说：“戊。”"], id="and before one"),
        pytest.param(["“甲。”", "法院为他们铺平道路。"], id="no speaker"),
        pytest.param(["甲来。", "乙走。近日,丙高兴地说。", "丁。"], id="without quotes"),
        pytest.param(["“甲”。黨委書記丙介紹。", "丁。"], id="quotes closed before the full stop"),
        pytest.param(
            ["甲。", "待雨过天晴后再说。", "对女性来说。", "会上作了介绍。", "尚未对此表示。"],
            id="nobody",
        ),
        pytest.param(["甲。", "丙说：“乙。”", "丁说，乙。"], id="a speaker before the words"),
        pytest.param(["（甲来了。）", "【乙。】", "（“丙。”）", "(丁。)", "戊"], id="brackets"),
        pytest.param(["“甲？”", "“乙？”", "丙。"], id="quotes in a row"),
        pytest.param(["为官不为者耻!", "真的?", "真的?!", "甲"], id="ASCII marks before Chinese"),
        pytest.param(["他问:'走吗?'", '她答:"走!"', "甲"], id="ASCII quotes"),
        pytest.param(["甲;", "乙"], id="ASCII semicolon between Chinese"),
        pytest.param(["甲 ;乙;b;c;丙,丁:戊、己·庚"], id="no ends"),
        pytest.param(["见http://a.cn/x?id=1!b&c=2了。", "乙"], id="URL"),
        pytest.param(["见https://a.cn/search?q=a.b/c?d#e"], id="URL at the end"),
        pytest.param(["上升58.2%,办理5.1万余起。", "乙"], id="decimals"),
        pytest.param(["GDP grew 3.5 percent to 1.2 trillion."], id="decimals in English"),
        pytest.param(["v1.2.Beta和a.B.c。", "乙"], id="dots without a space"),
    ],
)
def test_sentences_end_at_their_marks(sentences):
    """A sentence ends after 。！？!?；… and the quotes and brackets that close after it."""
    assert _sentences("".join(sentences)) == sentences


def test_a_speaker_on_another_line_is_a_sentence_of_its_own():
    """What stands on the next line may be the next paragraph."""
    assert _sentences("“甲。”\n丙说。") == ["“甲。”", "丙说。"]


@pytest.mark.parametrize(
    "sentences",
    [
        ["He came.", "She left."],
        ["Mr. Smith met Dr. Li.", "They talked with Prof. Wang of Acme Inc. today."],
        ["It is No. 5 in St. Louis vs. Denver Co. Ltd. now.", "Yes."],
        ["It cost $3.50 at 10.30 today.", "Fine."],
        ["He said “yes.”", "She said 'no.'", "Both (left.)", "Then?", "Now!", "The end"],
        ["The casino. The end."[:11], "The end."],
        ["English stops here.", "中文开始。"],
    ],
    ids=" ".join,
)
def test_english_sentences(sentences):
    """In English a full stop before a capital ends a sentence, unless it is an abbreviation's."""
    assert _sentences(" ".join(sentences)) == sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("标题\n正文。\n又一段", ["标题", "正文。", "又一段"], id="paragraphs"),
        pytest.param("甲来了。\n——\n乙走了。", ["甲来了。\n——", "乙走了。"], id="a line of marks"),
        pytest.param("甲来了。……乙走了。", ["甲来了。……", "乙走了。"], id="more marks"),
        pytest.param("……", ["……"], id="nothing but marks"),
        pytest.param("——\n甲", ["——", "甲"], id="marks first"),
        pytest.param("甲。 \u3000乙。", ["甲。", "乙。"], id="no white space at the ends"),
        pytest.param("甲\r\n\r\n\r\n乙", ["甲", "乙"], id="empty lines"),
        pytest.param("😀。🎉！", ["😀。🎉！"], id="no word at all"),
        pytest.param("\u200b甲\u200b。", ["\u200b甲\u200b。"], id="zero-width"),
    ],
)
def test_sentences_of_lines(text, expected):
    """A line end parts sentences; a stretch without a word joins the sentence before it."""
    assert _sentences(text) == expected


COMMAS = "一二三四五六七，八九十甲乙丙丁，戊己庚辛壬癸子，丑寅卯辰巳午未，申酉戌亥天地人。"


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        pytest.param(COMMAS, 64, [COMMAS], id="short enough"),
        pytest.param(
            COMMAS,
            20,
            [COMMAS[:16], COMMAS[16:32], COMMAS[32:]],
            id="at the last comma that fits",
        ),
        pytest.param(
            COMMAS.replace("，", ""),
            20,
            ["一二三四五六七八九十甲乙丙丁戊己庚辛", "壬癸子丑寅卯辰巳午未申酉戌亥天地人。"],
            id="without a comma, where it must",
        ),
        pytest.param(
            "一，" + COMMAS.replace("，", ""),
            20,
            [
                "一，一二三四五六七八九十甲乙丙丁戊己",
                "庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地",
                "人。",
            ],
            id="not at a comma far back",
        ),
        pytest.param("a b c d e f g h i j", 7, ["a b c d e", "f g h i j"], id="at a space"),
        pytest.param(
            "标题（一二三四五六七八）九十甲乙丙丁戊己",
            14,
            ["标题（一二三四五六七八）", "九十甲乙丙丁戊己"],
            id="after a bracket",
        ),
    ],
)
def test_long_sentence_is_cut_at_a_weak_place(text, limit, expected):
    """A sentence longer than the limit is cut at the last weak place of what fits."""
    assert _sentences(text, limit) == expected


@pytest.mark.parametrize("length", [1_000, 20_000])
def test_text_without_any_break_is_cut_whole(length):
    """A text without a single place to cut is cut into full pieces, and nothing is lost."""
    pieces = _sentences("甲" * length, 64)
    assert "".join(pieces) == "甲" * length
    assert {len(piece) for piece in pieces[:-1]} == {62}


def test_sentence_knows_its_place_and_its_tokens():
    """A sentence carries its place in the clean text and in the file, and its tokens."""
    sentences = split_sentences(_article("标题\r\n\r\n 正文来了。"), count_tokens, limit=64)
    assert sentences == [
        Sentence("标题", 0, 2, Span(1, 1, 0, 2, 0, 6), 4),
        Sentence("正文来了。", 3, 8, Span(3, 3, 7, 12, 11, 26), 7),
    ]


SEVEN = ["甲一二三。", "乙一二三。", "丙一二三。", "丁一二三。", "戊一二三。"]  # 7 tokens each


@pytest.mark.parametrize(
    ("sentences", "limit", "overlap", "expected"),
    [
        pytest.param(SEVEN, 64, 1, [(0, 4)], id="all in one"),
        pytest.param(SEVEN, 35, 1, [(0, 4)], id="just full"),
        pytest.param(SEVEN, 34, 1, [(0, 3), (3, 4)], id="one too many"),
        pytest.param(SEVEN, 21, 1, [(0, 2), (2, 4)], id="one sentence repeated"),
        pytest.param(SEVEN, 21, 0, [(0, 2), (3, 4)], id="none repeated"),
        pytest.param(SEVEN, 28, 2, [(0, 3), (2, 4)], id="two repeated"),
        pytest.param(SEVEN, 13, 1, [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4)], id="one each"),
        pytest.param(
            ["甲。", "乙一二三四五六七八九十。", "丙。"], 18, 1, [(0, 1), (2, 2)],
            id="a long one is not repeated",
        ),
        pytest.param(["甲。"], 64, 1, [(0, 0)], id="one sentence"),
    ],
)  # fmt: skip
def test_passages_group_sentences(sentences, limit, overlap, expected):
    """A passage takes sentences up to the limit and begins with the last of the one before it."""
    article = _article("".join(sentences))
    split = split_sentences(article, count_tokens, limit=limit)
    config = IndexConfig(overlap_sentences=overlap)
    passages = split_passages(article, split, config=config, limit=limit)
    assert [(passage.first, passage.last) for passage in passages] == expected
    assert [passage.text for passage in passages] == [
        "".join(sentences[first : last + 1]) for first, last in expected
    ]


def test_passage_knows_its_place():
    """A passage's text and span reach from its first sentence to its last."""
    article = _article("标题\r\n\r\n 正文来了。")
    sentences = split_sentences(article, count_tokens, limit=64)
    assert split_passages(article, sentences, config=IndexConfig(), limit=64) == [
        Passage("标题\n正文来了。", 0, 0, 1, Span(1, 3, 0, 12, 0, 26))
    ]


def test_no_sentence_no_passage():
    """An article without a sentence has no passage."""
    assert split_passages(_article("甲"), [], config=IndexConfig(), limit=64) == []


def _assert_nothing_lost_or_moved(raw: bytes, limit: int, overlap: int) -> None:
    """Check what must hold for the sentences and passages of any file."""
    article = _whole(raw)
    file = article.file
    sentences = split_sentences(article, count_tokens, limit=limit)
    config = IndexConfig(overlap_sentences=overlap)
    passages = split_passages(article, sentences, config=config, limit=limit)
    line_ends = [match.end() for match in re.finditer(r"\r\n|\r|\n", file.text)]
    parts: list[Sentence | Passage] = [*sentences, *passages]
    for part in parts:
        span = part.span
        assert fits_file(raw, file.encoding, span, part.text)
        cut = file.text[span.char_start : span.char_end]
        assert raw[span.byte_start : span.byte_end].decode() == cut
        assert span.line_start == 1 + sum(end <= span.char_start for end in line_ends)
        assert span.line_end == 1 + sum(end <= span.char_end - 1 for end in line_ends)
        assert part.text == part.text.strip() != ""
        assert count_tokens(part.text) <= limit
    for sentence in sentences:
        assert sentence.text == article.clean.text[sentence.start : sentence.end]
        assert sentence.tokens == count_tokens(sentence.text)
    for one, following in itertools.pairwise(sentences):
        assert one.end <= following.start
        assert one.span.byte_end <= following.span.byte_start
    assert squash(file.text.removeprefix("\ufeff")) == "".join(
        squash(sentence.text) for sentence in sentences
    )
    _assert_passages_cover(passages, sentences, article, overlap)


def _assert_passages_cover(
    passages: list[Passage], sentences: list[Sentence], article: Article, overlap: int
) -> None:
    assert passages[0].first == 0
    assert passages[-1].last == len(sentences) - 1
    for one, following in itertools.pairwise(passages):
        assert one.first < following.first <= one.last + 1
        assert one.last < following.last
        assert one.last + 1 - following.first in (0, overlap)
    for passage in passages:
        first, last = sentences[passage.first], sentences[passage.last]
        assert passage.start == first.start
        assert passage.text == article.clean.text[first.start : last.end]
        assert passage.span == dataclasses.replace(
            first.span,
            line_end=last.span.line_end,
            char_end=last.span.char_end,
            byte_end=last.span.byte_end,
        )


_FRAGMENTS = st.one_of(
    st.sampled_from(["\r\n", "\r", "\n", "\n\n", " ", "\u3000", "\t", "\ufeff", "\u200b", "\0"]),
    st.sampled_from(["。", "！”", "?", "!", "…", "；", "，", "）", ". ", "Mr. ", "3.5", "a?b=c"]),
    st.sampled_from(
        ["警民“鱼水情”，曾经是写照", "治病救人的目", "的。", "一、", "【】", "😀", "👩‍👩‍👧", "é"]
    ),
    st.sampled_from(["The quick brown fox ", "jumps over. ", "Wort" * 30, "甲" * 90]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
)


@st.composite
def _raw_files(draw: st.DrawFn) -> bytes:
    text = draw(st.sampled_from(["", "\ufeff"])) + "".join(draw(st.lists(_FRAGMENTS, max_size=25)))
    try:
        decode("a.txt", text.encode())
    except SourceFileError:  # empty or binary: such a file never comes here
        text += "甲乙丙丁" * (5 * len(text) + 1)
    return text.encode()


@settings(PROPERTY, max_examples=400)
@given(_raw_files(), st.integers(8, 64), st.integers(0, 2))
def test_any_file_is_split_without_loss(raw, limit, overlap):
    """Sentences and passages of any file keep its text, order, places and the limit."""
    _assert_nothing_lost_or_moved(raw, limit, overlap)


@pytest.mark.parametrize("path", SEED_FILES, ids=lambda path: path.name[:3])
@pytest.mark.parametrize("limit", [20, 64, 300])
def test_seeds_are_split_without_loss(path, limit):
    """Sentences and passages of the first five articles keep text, order, places and the limit."""
    _assert_nothing_lost_or_moved(path.read_bytes(), limit, 1)


@pytest.mark.parametrize("path", SEED_FILES, ids=lambda path: path.name[:3])
@pytest.mark.parametrize("limit", [20, 300])
def test_articles_of_a_page_keep_their_places(path, limit):
    """Where lines are left out, no sentence and no passage reaches over them."""
    raw = path.read_bytes()
    file = decode(path.name, raw)
    for article in articles_of(file):
        sentences = split_sentences(article, count_tokens, limit=limit)
        passages = split_passages(article, sentences, config=IndexConfig(), limit=limit)
        assert passages[-1].last == len(sentences) - 1
        parts: list[Sentence | Passage] = [*sentences, *passages]
        for part in parts:
            assert fits_file(raw, file.encoding, part.span, part.text), part.text
