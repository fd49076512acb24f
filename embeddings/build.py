"""The offline arrow: articles folder → snapshot.

    scan → read → decode → clean → articles → sentences → passages → encode → write

Vectors of texts that were encoded before come from the cache, and are put there group by group,
so that a build that was stopped goes on where it stopped. A file that cannot be used is reported
and left out.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from embeddings.articles import Source
from embeddings.cache import VectorCache
from embeddings.config import IndexConfig
from embeddings.decode import DecodedFile
from embeddings.encode import Advance, Encoder, Vectors
from embeddings.errors import ArticleBotError, ArticlesError, SourceFileError
from embeddings.folder import FileState, read, scan
from embeddings.reading import read_articles
from embeddings.snapshot import Problem, Snapshot
from embeddings.split import Passage, Sentence, split_passages, split_sentences
from embeddings.store import SnapshotWriter, writing
from embeddings.vectors import VectorIndex

Progress = Callable[[str, int, int], None]
"""Told the stage ("reading", "encoding", "writing"), how much of it is done, and of how much."""

_LINES_NAMED = 5  # of a file that is damaged or odd

_LINE_END = re.compile(r"\r\n|\r|\n")
_STEERING = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
"""Controls, escapes, and what turns the direction of text; form feeds end pages and are none."""

_CACHED_GROUP = 512  # texts encoded between two writes to the cache


@dataclasses.dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did."""

    articles: int
    passages: int
    sentences: int
    encoded: int  # texts that were not in the cache
    problems: tuple[Problem, ...]
    up_to_date: bool  # nothing had changed, and nothing was written


@dataclasses.dataclass(frozen=True, slots=True)
class _SplitArticle:
    source: Source
    sentences: tuple[Sentence, ...]
    passages: tuple[Passage, ...]


def build(
    folder: Path,
    index: Path,
    *,
    encoder: Encoder,
    config: IndexConfig,
    progress: Progress = lambda _stage, _done, _total: None,
    force: bool = False,
    encoding: str | None = None,
) -> BuildReport:
    """Bring the index up to date with the articles folder; `force` makes it anew.

    `encoding` is what all text files are taken for; None to tell it from each.

    Raises ArticlesError when the folder does not exist or holds nothing to index, and what
    `store.writing` raises.
    """
    states = scan(folder)
    if not force and encoding is None:
        report = _report_if_current(folder, states, index, encoder, config)
        if report is not None:
            return report
    with writing(index) as snapshot_folder:
        split, problems = _split_files(folder, states, encoder, config, progress, encoding)
        if not split:
            raise _nothing_to_index(folder, problems)
        texts = [text for article in split for text in _texts(article)]
        cache = VectorCache(index, encoder.fingerprint)
        try:
            vectors, encoded = _vectors(texts, encoder, cache, progress)
            progress("writing", 0, 1)
            _write(snapshot_folder, folder, states, split, problems, vectors, encoder, config)
            cache.keep_only(texts)
        finally:
            cache.close()
        progress("writing", 1, 1)
    return BuildReport(
        articles=len(split),
        passages=sum(len(article.passages) for article in split),
        sentences=sum(len(article.sentences) for article in split),
        encoded=encoded,
        problems=tuple(problems),
        up_to_date=False,
    )


def _report_if_current(
    folder: Path,
    states: Sequence[FileState],
    index: Path,
    encoder: Encoder,
    config: IndexConfig,
) -> BuildReport | None:
    """Return a report when the snapshot was made from just these files and settings."""
    try:
        snapshot = Snapshot.from_index(index, encoder=encoder.fingerprint, config=config)
        indexed, problems = snapshot.files(), snapshot.problems()
    except ArticleBotError:  # missing, damaged or other settings: what building mends
        return None
    if tuple(indexed) != tuple(states):
        return None
    if snapshot.manifest.articles_folder != str(folder.resolve()):
        return None
    counts = snapshot.manifest.counts
    return BuildReport(**counts, encoded=0, problems=tuple(problems), up_to_date=True)


def _split_files(
    folder: Path,
    states: Sequence[FileState],
    encoder: Encoder,
    config: IndexConfig,
    progress: Progress,
    encoding: str | None,
) -> tuple[list[_SplitArticle], list[Problem]]:
    limit = min(config.passage_tokens, encoder.token_limit)
    split: list[_SplitArticle] = []
    problems: list[Problem] = []
    for done, state in enumerate(states):
        progress("reading", done, len(states))
        try:
            raw = read(folder, state.path)
            file, articles = read_articles(state.path, raw, encoding=encoding)
        except SourceFileError as error:
            problems.append(Problem(error.path, error.reason, error.hint))
            continue
        problems.extend(_oddities(file))
        for article in articles:
            sentences = split_sentences(article, encoder.count_tokens, limit=limit)
            passages = split_passages(article, sentences, config=config, limit=limit)
            split.append(_SplitArticle(article.source, tuple(sentences), tuple(passages)))
    progress("reading", len(states), len(states))
    return split, problems


def _oddities(file: DecodedFile) -> Iterator[Problem]:
    """Yield what a reader should know of a file that is read all the same."""
    if file.damage:
        lines = _lines_named(file.damage)
        reason = f"not all of it is {file.encoding}; shown as \ufffd on {lines}"
        yield Problem(file.path, reason, "mend the file, then run: qa index", left_out=False)
    steering = [
        number
        for number, line in enumerate(_LINE_END.split(file.text), 1)
        if _STEERING.search(line)
    ]
    if steering:
        reason = f"holds characters that steer a terminal; made visible on {_lines_named(steering)}"
        yield Problem(file.path, reason, "", left_out=False)


def _lines_named(lines: Sequence[int]) -> str:
    named = ", ".join(str(line) for line in lines[:_LINES_NAMED])
    more = ", …" if len(lines) > _LINES_NAMED else ""
    return f"line{'s' if len(lines) > 1 else ''} {named}{more}"


def _texts(article: _SplitArticle) -> list[str]:
    """Return what is encoded of an article: its sentences, then its passages."""
    return [s.text for s in article.sentences] + [p.text for p in article.passages]


def _vectors(
    texts: Sequence[str], encoder: Encoder, cache: VectorCache, progress: Progress
) -> tuple[dict[str, Vectors], int]:
    """Return the vector of every text, and how many had to be encoded."""
    vectors: dict[str, Vectors] = {}
    missing: list[str] = []
    for text in dict.fromkeys(texts):
        vector = cache.get(text)
        if vector is None:
            missing.append(text)
        else:
            vectors[text] = vector
    missing.sort(key=len, reverse=True)  # batches of one length, and the most memory first
    for start in range(0, len(missing), _CACHED_GROUP):
        progress("encoding", start, len(missing))
        group = missing[start : start + _CACHED_GROUP]
        encoded = encoder.encode_passages(group, _counting(progress, start, len(missing)))
        cache.put(group, encoded)
        vectors.update(zip(group, encoded, strict=True))
    progress("encoding", len(missing), len(missing))
    return vectors, len(missing)


def _counting(progress: Progress, before: int, total: int) -> Advance:
    done = before

    def advance(count: int) -> None:
        nonlocal done
        done += count
        progress("encoding", done, total)

    return advance


def _write(
    snapshot_folder: Path,
    folder: Path,
    states: Sequence[FileState],
    split: Sequence[_SplitArticle],
    problems: Sequence[Problem],
    vectors: dict[str, Vectors],
    encoder: Encoder,
    config: IndexConfig,
) -> None:
    writer = SnapshotWriter(snapshot_folder)
    writer.add_files(states, problems)
    for article in split:
        writer.add_article(article.source, article.sentences, article.passages)
    sentences = [vectors[part.text] for article in split for part in article.sentences]
    passages = [vectors[part.text] for article in split for part in article.passages]
    writer.finish(
        sentences=VectorIndex.from_vectors(np.stack(sentences)),
        passages=VectorIndex.from_vectors(np.stack(passages)),
        encoder=encoder.fingerprint,
        config=config,
        articles_folder=folder,
    )


def _nothing_to_index(folder: Path, problems: Sequence[Problem]) -> ArticlesError:
    if problems:
        return ArticlesError(
            f"no file in {folder} can be used: {problems[0].path}: {problems[0].reason}"
            + (f", and {len(problems) - 1} more" if len(problems) > 1 else ""),
            hint=problems[0].hint,
        )
    return ArticlesError(
        f"no articles in {folder}",
        hint="put .txt files into it, or name another folder with --articles DIR",
    )
