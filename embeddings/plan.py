"""The folder as it is, and as it was indexed → which files have to be read.

In: the states of the files and the snapshot before. Out: a `Plan`. A file whose size and time are
the same is not read again, with two exceptions: one that could not be used is tried again, and one
that was so young when it was read that a later change may have left its time as it was is hashed.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Sequence

from embeddings.errors import SourceFileError
from embeddings.folder import Changes, FileState
from embeddings.reading import read_articles
from embeddings.snapshot import Snapshot
from embeddings.texts import FileRecord, Problem

Read = Callable[[str], bytes]
"""Path → the file's bytes; raises SourceFileError."""

YOUNG_NS = 2_000_000_000
"""A file system keeps the time of a change to 2 s (FAT) or better."""


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """What a build has to do."""

    states: tuple[FileState, ...]  # of all files, sorted by path
    known: dict[str, FileRecord]  # as they were indexed; empty when all is made anew
    kept: frozenset[str]  # files that need not be read
    problems: dict[str, tuple[Problem, ...]]  # of the known files, by path
    changes: Changes

    @classmethod
    def from_states(cls, states: Sequence[FileState], old: Snapshot | None, read: Read) -> Plan:
        """Compare the files with those of the snapshot; None for no snapshot to take over from."""
        records = old.records() if old else []
        problems: dict[str, tuple[Problem, ...]] = {}
        for problem in old.problems() if old else ():
            problems[problem.path] = (*problems.get(problem.path, ()), problem)
        changes = Changes.between((record.state for record in records), states)
        to_read = {*changes.new, *changes.changed}
        kept = {
            record.state.path
            for record in records
            if record.state.path not in {*to_read, *changes.removed}
            and _is_same(record, problems.get(record.state.path, ()), read)
        }
        known = {record.state.path: record for record in records}
        return cls(tuple(states), known, frozenset(kept), problems, changes)

    @property
    def is_done(self) -> bool:
        """Whether nothing is to be read and nothing to be taken out."""
        return not self.changes and len(self.kept) == len(self.states)


def _is_same(record: FileRecord, problems: Sequence[Problem], read: Read) -> bool:
    """Say whether a file of the same size and time gives what it gave."""
    path, left_out = record.state.path, [one.reason for one in problems if one.left_out]
    if record.settled and not left_out:
        return True
    try:
        raw = read(path)
        if left_out:
            read_articles(path, raw)
    except SourceFileError as error:
        return error.reason in left_out
    return not left_out and hashlib.sha256(raw).hexdigest() == record.sha256
