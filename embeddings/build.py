"""The offline arrow: articles folder → snapshot.

    scan → read → decode → clean → articles → sentences → passages → encode → write

Vectors of texts that were encoded before come from the cache, and are put there group by group,
so that a build that was stopped goes on where it stopped. A file that cannot be used is reported
and left out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from embeddings.cache import VectorCache
from embeddings.config import IndexConfig
from embeddings.encode import Advance, Encoder, Vectors
from embeddings.errors import ArticleBotError, ArticlesError, IndexMissingError
from embeddings.folder import read, scan
from embeddings.intact import damages
from embeddings.intake import Progress, ReadFile, SplitArticle, read_files
from embeddings.manifest import TEXTS, Manifest
from embeddings.plan import YOUNG_NS, Plan
from embeddings.snapshot import Snapshot
from embeddings.store import tidy, writing
from embeddings.texts import Problem, Texts
from embeddings.writer import SnapshotWriter

_GROUP_CHARS = 4_000
"""Of the texts that are encoded between two writes to the cache: what a kill or Ctrl-C costs or
waits for, about a second at 5 000 tokens a second."""

_CHARS_EACH = 8  # that prompt and special tokens are worth


@dataclasses.dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did."""

    articles: int
    passages: int
    sentences: int
    encoded: int  # texts that were not in the cache
    problems: tuple[Problem, ...]
    up_to_date: bool  # nothing had changed, and nothing was written
    new: int = 0  # files, as the next four
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: int = 0  # left out; they are tried again by the next build
    remade: str = ""  # why nothing was taken over from the index before


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
    old, remade = None, ""
    if not force and encoding is None:
        old, remade = _before(index, encoder, config)
    plan = Plan.from_states(states, old, lambda path: read(folder, path))
    if old and plan.is_done and old.manifest.articles_folder == str(folder.resolve()):
        tidy(index)
        return _report(plan, old.manifest, old.problems(), up_to_date=True)
    with writing(index) as snapshot_folder:
        files = read_files(folder, plan, encoder, config, progress, encoding)
        problems = _problems(plan, files)
        articles = [article for file in files.values() for article in file.articles]
        if not articles and not any(plan.known[path].articles for path in _taken(plan, files)):
            raise _nothing_to_index(folder, problems)
        cache = VectorCache(index, encoder.fingerprint)
        try:
            texts = [text for article in articles for text in _texts(article)]
            vectors, encoded = _vectors(texts, encoder, cache, progress)
            progress("writing", 0, 1)
            writer = SnapshotWriter(snapshot_folder, old)
            _add_files(writer, plan, files, snapshot_folder.stat().st_mtime_ns)
            writer.add_problems(problems)
            manifest = writer.finish(
                sentences=_stacked(
                    (s.text for a in articles for s in a.sentences), vectors, encoder
                ),
                passages=_stacked((p.text for a in articles for p in a.passages), vectors, encoder),
                encoder=encoder.fingerprint,
                config=config,
                articles_folder=folder,
            )
            if manifest.replaced == 0:  # so much has changed, or all, that tidying is worth it
                cache.keep_only(_all_texts(snapshot_folder, manifest))
        finally:
            cache.close()
        progress("writing", 1, 1)
    return dataclasses.replace(
        _report(plan, manifest, problems, up_to_date=False), encoded=encoded, remade=remade
    )


def _before(index: Path, encoder: Encoder, config: IndexConfig) -> tuple[Snapshot | None, str]:
    """Return the snapshot to take over from, or why there is none though there is an index."""
    try:
        old = Snapshot.from_index(index, encoder=encoder.fingerprint, config=config)
        for damage in damages(old.folder, old.manifest, hashed=lambda _name: True):
            raise damage
    except IndexMissingError:
        return None, ""
    except ArticleBotError as error:  # damaged, or made with other settings: what building mends
        return None, str(error)
    return old, ""


def _taken(plan: Plan, files: dict[str, ReadFile]) -> list[str]:
    """Return the files that are taken over from the snapshot before."""
    return [state.path for state in plan.states if state.path not in files]


def _problems(plan: Plan, files: dict[str, ReadFile]) -> list[Problem]:
    known = {path: plan.problems.get(path, ()) for path in _taken(plan, files)}
    read_now = {path: file.problems for path, file in files.items()}
    by_path = {**known, **read_now}
    return [problem for state in plan.states for problem in by_path[state.path]]


def _add_files(writer: SnapshotWriter, plan: Plan, files: dict[str, ReadFile], now_ns: int) -> None:
    for state in plan.states:
        settled = state.mtime_ns < now_ns - YOUNG_NS
        file = files.get(state.path)
        if file is None:
            writer.keep_file(plan.known[state.path], state=state, settled=settled)
            continue
        articles = [(one.source, one.text, one.sentences, one.passages) for one in file.articles]
        writer.add_file(state, file.sha256, articles, settled=settled)


def _report(
    plan: Plan, manifest: Manifest, problems: Sequence[Problem], *, up_to_date: bool
) -> BuildReport:
    changes = plan.changes
    return BuildReport(
        articles=manifest.counts["articles"],
        passages=manifest.counts["passages"],
        sentences=manifest.counts["sentences"],
        encoded=0,
        problems=tuple(problems),
        up_to_date=up_to_date,
        new=len(changes.new),
        changed=len(changes.changed),
        unchanged=len(plan.states) - len(changes.new) - len(changes.changed),
        removed=len(changes.removed),
        failed=sum(problem.left_out for problem in problems),
    )


def _all_texts(snapshot_folder: Path, manifest: Manifest) -> list[str]:
    """Return every text of a snapshot that has a vector."""
    snapshot = Snapshot(snapshot_folder, manifest, Texts.from_file(snapshot_folder / TEXTS))
    passages = snapshot.passages_by_number(range(manifest.counts["passages"]))
    sentences = [sentence.text for _, sentence in snapshot.all_sentences()]
    return sentences + [passage.text for passage in passages]


def _texts(article: SplitArticle) -> list[str]:
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
    start = 0
    while start < len(missing):
        progress("encoding", start, len(missing))
        size = max(1, _GROUP_CHARS // (len(missing[start]) + _CHARS_EACH))
        group = missing[start : start + size]
        encoded = encoder.encode_passages(group, _counting(progress, start, len(missing)))
        cache.put(group, encoded)
        vectors.update(zip(group, encoded, strict=True))
        start += len(group)
    progress("encoding", len(missing), len(missing))
    return vectors, len(missing)


def _counting(progress: Progress, before: int, total: int) -> Advance:
    done = before

    def advance(count: int) -> None:
        nonlocal done
        done += count
        progress("encoding", done, total)

    return advance


def _stacked(texts: Iterable[str], vectors: dict[str, Vectors], encoder: Encoder) -> Vectors:
    rows = [vectors[text] for text in texts]
    return np.stack(rows) if rows else np.empty((0, encoder.fingerprint.dimension), np.float32)


def _nothing_to_index(folder: Path, problems: Sequence[Problem]) -> ArticlesError:
    if problems:
        return ArticlesError(
            f"no file in {folder} can be used: {problems[0].path}: {problems[0].reason}"
            + (f", and {len(problems) - 1} more" if len(problems) > 1 else ""),
            hint=problems[0].hint,
        )
    return ArticlesError(
        f"no articles in {folder}",
        hint="put articles into it (.txt, .md, .html, .pdf, .docx), "
        "or name another folder with --articles DIR",
    )
