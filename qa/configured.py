"""A configuration → what it names: the encoder, the index as it is, the command that renews it."""

from __future__ import annotations

import datetime as dt
import shlex

from embeddings.bundled import BundledEncoder
from embeddings.config import DEFAULT_MODEL, IndexConfig
from embeddings.encode import Encoder, SentenceTransformerEncoder
from embeddings.snapshot import Snapshot
from qa.config import AskConfig


def today() -> str:
    """Return the day, as citations of web pages name it."""
    return dt.datetime.now().astimezone().date().isoformat()


def encoder_for(model: str, *, lasting: bool = False) -> Encoder:
    """Return the default model, or any sentence-transformers model by name or folder.

    `lasting` is whether many questions are to come.
    """
    if model == DEFAULT_MODEL:
        return BundledEncoder(lasting=lasting)
    return SentenceTransformerEncoder.from_name(model)


def index_command(config: AskConfig) -> str:
    """Return the command that brings this very index up to date, whatever the defaults are."""
    command = ["qa", "index", "--articles", str(config.articles), "--index", str(config.index)]
    if config.model != DEFAULT_MODEL:
        command += ["--model", config.model]
    return shlex.join(command)


def open_snapshot(config: AskConfig, encoder: Encoder) -> Snapshot:
    """Open the index as it is; raises what hinders it."""
    return Snapshot.from_index(config.index, encoder=encoder.fingerprint, config=IndexConfig())
