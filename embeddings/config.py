"""What changes an index: the model, the splitter's settings and the versions of each stage."""

from __future__ import annotations

import dataclasses

DEFAULT_MODEL = "multilingual-e5-small"
"""The name of the packaged model: see bundled.py."""

CURRENT = "current"
"""The file of an index folder that names the snapshot in use."""

CLEAN_VERSION = 11
"""Counts up whenever the same file gives other articles, text or metadata: `clean.py` and what it
takes its lines from."""

FOLD_VERSION = 1
"""Counts up whenever `terms.py` gives other terms for the same text."""

SPLIT_VERSION = 4
"""Counts up whenever `split.py` gives other sentences or passages for the same text."""


@dataclasses.dataclass(frozen=True, slots=True)
class IndexConfig:
    """Everything, beside the encoder and the files, that changes what an index holds."""

    passage_tokens: int = 300  # a passage is closed before it exceeds this; DESIGN.md
    overlap_sentences: int = 1  # sentences that a passage repeats from the one before
    fold_version: int = FOLD_VERSION
    clean_version: int = CLEAN_VERSION
    split_version: int = SPLIT_VERSION

    def as_fields(self) -> dict[str, int]:
        """Return the settings by name, as the manifest stores them and compares them."""
        return dataclasses.asdict(self)
