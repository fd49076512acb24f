"""Files → articles with their sentences and passages; what is wrong with a file is told.

In: a `Plan`. Out: a `ReadFile` for each file that had to be read. A file that cannot be used is
left out, and is not the end of the build.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from embeddings.config import IndexConfig
from embeddings.decode import DecodedFile
from embeddings.encode import Encoder
from embeddings.errors import SourceFileError
from embeddings.folder import read
from embeddings.plan import Plan
from embeddings.reading import read_articles
from embeddings.source import Source
from embeddings.split import Passage, Sentence, split_passages, split_sentences
from embeddings.texts import Problem

Progress = Callable[[str, int, int], None]
"""Told the stage ("reading", "encoding", "writing"), how much of it is done, and of how much."""

_LINES_NAMED = 5  # of a file that is damaged or odd

_LINE_END = re.compile(r"\r\n|\r|\n")
_STEERING = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
"""Controls, escapes, and what turns the direction of text; form feeds end pages and are none."""


@dataclasses.dataclass(frozen=True, slots=True)
class SplitArticle:
    """An article and its parts."""

    source: Source
    text: str  # clean
    sentences: tuple[Sentence, ...]
    passages: tuple[Passage, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was read, or could not be."""

    sha256: str  # empty when it could not be used
    articles: tuple[SplitArticle, ...]
    problems: tuple[Problem, ...]


def read_files(
    folder: Path,
    plan: Plan,
    encoder: Encoder,
    config: IndexConfig,
    progress: Progress,
    encoding: str | None,
) -> dict[str, ReadFile]:
    """Read the files that the plan does not keep; one with the same content is none of them."""
    limit = min(config.passage_tokens, encoder.token_limit)
    to_read = [state.path for state in plan.states if state.path not in plan.kept]
    files: dict[str, ReadFile] = {}
    for done, path in enumerate(to_read):
        progress("reading", done, len(to_read))
        try:
            raw = read(folder, path)
            sha256 = hashlib.sha256(raw).hexdigest()
            if path in plan.known and plan.known[path].sha256 == sha256:
                continue
            file, articles = read_articles(path, raw, encoding=encoding)
        except SourceFileError as error:
            problem = Problem(error.path, error.reason, error.hint)
            files[path] = ReadFile("", (), (problem,))
            continue
        split = []
        for article in articles:
            sentences = split_sentences(article, encoder.count_tokens, limit=limit)
            passages = split_passages(article, sentences, config=config, limit=limit)
            parts = tuple(sentences), tuple(passages)
            split.append(SplitArticle(article.source, article.clean.text, *parts))
        files[path] = ReadFile(sha256, tuple(split), tuple(_oddities(file)))
    progress("reading", len(to_read), len(to_read))
    return files


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
