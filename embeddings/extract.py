"""A web page, a PDF or a Word file → its text and what it states about itself.

In: the bytes of an .html, .pdf or .docx file. Out: an `Extracted`. It does not clean lines, read
dates or by-lines out of prose, or recognise scanned pages.

The libraries are the optional extra "formats": lxml for HTML and DOCX, PDFium for PDF. What can
take long or crash is read by a process of its own, which is ended when it takes too much.
"""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

from embeddings.docx import extract_docx
from embeddings.errors import SourceFileError
from embeddings.extracted import Extracted, Refused
from embeddings.pdf import extract_pdf
from embeddings.webbytes import decode_html
from embeddings.webpage import extract_html

EXTRACTED = {".html": "html", ".htm": "html", ".pdf": "pdf", ".docx": "docx"}

MAX_BYTES = {"html": 20_000_000, "pdf": 200_000_000, "docx": 100_000_000}
"""A page saved with its pictures has some MB, a newspaper's PDF of one day up to 100."""

MAX_SECONDS = 15
"""For one file. A newspaper's PDF of 100 pages takes under 1 s on two old cores."""

MAX_MEMORY = 1_000_000_000
"""Bytes of address space for one file, where the system has such a limit (not on Windows)."""

INLINE_HTML = 200_000
"""Bytes of a page that is parsed in this process: libxml2 takes time with the square of the number
of attributes in a tag, which is 1 s at this size. A process of its own costs 0.1 s a file."""

_AGAIN = ", then run: qa index"

_NAMES = {"html": "HTML", "pdf": "PDF", "docx": "DOCX"}


def extract(path: str, raw: bytes, *, text: str | None = None) -> Extracted:
    """Return the text of a file, whose kind its name tells.

    `text` is the decoded page, for HTML whose encoding the caller knows; without it the page's own
    declaration counts, as far as the bytes agree with it. Raises SourceFileError when the file has
    no text, is damaged or encrypted, asks for too much time or memory, or needs a library that is
    not installed.
    """
    kind = EXTRACTED.get(Path(path).suffix.lower())
    if kind is None:
        raise ValueError(f"not a kind of file that is extracted: {path}")
    try:
        _check_size(kind, raw)
        if kind == "html":
            raw = (decode_html(raw) if text is None else text).encode(errors="replace")
        if kind == "html" and len(raw) <= INLINE_HTML:
            return _extract(kind, raw)
        return _extract_apart(kind, raw)
    except ImportError as error:
        raise SourceFileError(
            path,
            f"{_NAMES[kind]} needs an extra that is not installed",
            hint="install it: pip install 'article-qa[formats]'" + _AGAIN,
        ) from error
    except Refused as error:
        cause = error.__cause__ or error
        raise SourceFileError(path, error.reason, hint=error.hint + _AGAIN) from cause


def _check_size(kind: str, raw: bytes) -> None:
    if not raw:
        raise Refused("empty", "put text into it, or take it away")
    if len(raw) > MAX_BYTES[kind]:
        raise Refused(f"larger than {MAX_BYTES[kind] // 1_000_000} MB", "divide it")


def _extract(kind: str, raw: bytes) -> Extracted:
    """Read a file in this process."""
    return {"html": extract_html, "pdf": extract_pdf, "docx": extract_docx}[kind](raw)


def _extract_apart(kind: str, raw: bytes) -> Extracted:
    """Read a file in a process that may take MAX_SECONDS and MAX_MEMORY, and may crash."""
    __import__({"html": "lxml", "pdf": "pypdfium2", "docx": "lxml"}[kind])
    try:
        done = subprocess.run(  # noqa: S603  # this program itself, and a word of our own
            [sys.executable, "-m", "embeddings.extract", kind],
            input=raw,
            capture_output=True,
            cwd=Path(__file__).parents[1],
            timeout=MAX_SECONDS,
            check=True,
        )
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise Refused(f"takes longer than {MAX_SECONDS} s to read", "save it anew") from error
    except (subprocess.CalledProcessError, OSError, ValueError) as error:
        raise Refused("damaged, or takes too much memory to read", "save it anew") from error
    if "reason" in answer:
        raise Refused(answer["reason"], answer["hint"])
    return Extracted(**answer | {"starts": tuple(answer["starts"])})


def _answer() -> None:
    """Read a file from the standard input and write what it holds as JSON: the other process."""
    try:
        import resource

        for limit, value in (
            (resource.RLIMIT_AS, MAX_MEMORY),
            (resource.RLIMIT_CPU, MAX_SECONDS),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.setrlimit(limit, (value, value))
    except (ImportError, ValueError, OSError):  # Windows has none; macOS none for memory
        pass
    try:
        answer = dataclasses.asdict(_extract(sys.argv[1], sys.stdin.buffer.read()))
    except Refused as error:
        answer = {"reason": error.reason, "hint": error.hint}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    _answer()
