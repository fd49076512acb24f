"""A chat with questions that take half a minute: python -m tests.slow_chat FOLDER."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from embeddings.encode import Vectors
from qa import repl
from qa.config import AskConfig
from qa.language import ENGLISH
from qa.line_editor import LineEditor
from qa.opening import Opening
from qa.screen import errors, screen
from tests.fakes import FakeEncoder
from tests.libraries import SMALL, Library

SLOW = "慢"


class SlowEncoder(FakeEncoder):
    """Takes its time over questions that ask for it."""

    def encode_question(self, text: str) -> Vectors:
        """Return the vector, after half a minute if the question says so."""
        if SLOW in text:
            end = time.monotonic() + 30
            while time.monotonic() < end:
                time.sleep(0.02)
        return super().encode_question(text)


def main() -> int:
    """Talk in this terminal about three small articles."""
    encoder = SlowEncoder()
    library = Library.from_articles(Path(sys.argv[1]), SMALL, encoder=encoder)
    config = AskConfig.from_layers(os.environ)
    opening = Opening(lambda _: library.session(encoder))
    keyboard = LineEditor(history=None, complete=lambda _: ())
    terminal = repl.Terminal(keyboard, screen(config), errors(config), lambda _text, _line: False)
    options = repl.Options(ENGLISH, explain=False, refresh=lambda: sys.exit("not asked for"))
    return repl.chat(opening, terminal, options)


if __name__ == "__main__":
    sys.exit(main())
