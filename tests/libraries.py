"""Folders of articles with an index made from them."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from embeddings.build import build
from embeddings.config import IndexConfig
from embeddings.encode import Encoder
from embeddings.lexical import LexicalIndex
from embeddings.snapshot import Snapshot
from qa.reader import LazyReader
from qa.session import Session
from tests.fakes import FakeEncoder, FakeReader
from tests.samples import write_files

SMALL = {
    "drones.txt": "许昌市公安局购置无人机三十二架,组建警用无人机战队。\n\n无人机起了大作用。\n",
    "library.txt": "\ufeff图书馆每天早上九点开门,\r\n晚上八点关门。\r\n\r\n周一闭馆。\r\n",
    "river/flood.txt": "暴雨之后,河水漫过了堤岸,\n两千名居民连夜转移。\n",
}
"""Three articles of one passage each; one has a byte order mark, CRLF and a sentence cut by a
line break, one lies in a folder below."""


def lexical_index(folder: Path, texts: Iterable[str]) -> LexicalIndex:
    """Write a lexical index of one file's passages into a folder, and open it."""
    LexicalIndex.write(folder, ((1, place, text) for place, text in enumerate(texts)))
    return LexicalIndex.from_folder(folder, np.array([[1, 0]]))


READER = LazyReader()
"""The real reader, loaded once, when it is first needed."""


@dataclasses.dataclass(frozen=True, slots=True)
class Library:
    """A folder of articles and the folder of an index made from it."""

    articles: Path
    index: Path

    @classmethod
    def from_articles(
        cls, folder: Path, articles: Mapping[str, str | bytes], *, encoder: Encoder
    ) -> Library:
        """Write articles into a new folder, and build their index beside them."""
        library = cls(write_files(folder / "articles", articles), folder / "index")
        build(library.articles, library.index, encoder=encoder, config=IndexConfig())
        return library

    @property
    def options(self) -> tuple[str, ...]:
        """The options that name both."""
        return "--articles", str(self.articles), "--index", str(self.index)

    def copy(self, folder: Path) -> Library:
        """Return a copy that a test may change; files keep their times."""
        return Library(
            Path(shutil.copytree(self.articles, folder / "articles")),
            Path(shutil.copytree(self.index, folder / "index")),
        )

    def session(self, encoder: Encoder, *, top: int = 5) -> Session:
        """Open a conversation; with the real reader if the encoder is real."""
        reader = FakeReader() if isinstance(encoder, FakeEncoder) else READER
        return Session(self.snapshot(encoder), encoder, reader, top=top)

    def snapshot(self, encoder: Encoder) -> Snapshot:
        """Open the index."""
        return Snapshot.from_index(self.index, encoder=encoder.fingerprint, config=IndexConfig())
