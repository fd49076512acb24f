"""Building with progress on the console."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from embeddings.encode import Advance, Vectors
from qa.config import AskConfig
from qa.indexing import build_with_progress
from tests.fakes import FakeEncoder

SHOWN = 0.3  # seconds; a screen of progress is drawn ten times a second


class Slow(FakeEncoder):
    """An encoder that takes its time before each text."""

    def encode_passages(self, texts: Sequence[str], advance: Advance | None = None) -> Vectors:
        time.sleep(SHOWN)
        if advance:
            advance(1)
        time.sleep(SHOWN)
        return super().encode_passages(texts)


def test_while_nothing_is_encoded_it_says_what_it_waits_for(tmp_path: Path) -> None:
    """The bar that stands at nothing says that the model is being loaded, and then what it does."""
    (tmp_path / "a.txt").write_text("图书馆每天早上九点开门。", encoding="utf-8")
    flags = {"articles": tmp_path, "index": tmp_path / "index"}
    console = Console(file=io.StringIO(), force_terminal=True, width=80)
    build_with_progress(AskConfig.from_layers({}, flags), Slow(), console, force=False)
    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    assert shown.index("loading the model") < shown.index("encoding")
