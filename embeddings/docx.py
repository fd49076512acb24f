"""A Word file → its paragraphs.

The XML is read by a parser that resolves no entities and fetches nothing, and only as much of the
archive as is needed; a part that would inflate to too much is refused.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from embeddings.extracted import Extracted, Refused, if_in, joined

if TYPE_CHECKING:
    import zipfile

    from lxml import etree

MAX_ZIP_ENTRIES = 10_000
"""A Word file has a dozen parts and one for each picture."""

MAX_UNZIPPED = 500_000_000
"""Bytes of all parts of a Word file together, as its directory states them."""

MAX_XML = 32_000_000
"""Bytes of one XML part that is read: 8 million characters in long paragraphs; 900 MB as a tree."""

MAX_ZIP_RATIO = 200
"""Inflated to deflated bytes of a part that is read: prose as Word writes it has 5 to 40."""

_DOCUMENT = re.compile(r"word/document\d*\.xml")

_NOT_SHOWN = frozenset({"Fallback", "moveFrom", "del"})

_WORD_MARKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def extract_docx(raw: bytes) -> Extracted:
    """Return the paragraphs of a Word file, those in tables and text boxes in their place."""
    import zipfile

    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused("encrypted, or an old .doc", "save it as .docx without its password")
    if raw.count(b"PK\x01\x02") > MAX_ZIP_ENTRIES:
        raise Refused(f"has more than {MAX_ZIP_ENTRIES} parts", "save it anew")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_UNZIPPED:
                raise Refused("inflates to too much", "save it anew, with smaller pictures")
            names = [name for name in archive.namelist() if _DOCUMENT.fullmatch(name)]
            body = _part(archive, names[0] if names else "word/document.xml")
            has_core = "docProps/core.xml" in archive.namelist()
            core = _part(archive, "docProps/core.xml") if has_core else None
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, zlib.error) as error:
        raise Refused("damaged, or no Word file", "save it anew as .docx") from error
    paragraphs = [line for line in _paragraphs(body) if line.strip()]
    if not paragraphs:
        raise Refused("no text in this document", "put text into it, or take it away")
    beginning = "\n".join(paragraphs[:20])
    properties = {_local(part): part.text for part in core or ()}
    return joined(
        paragraphs,
        "docx",
        title=if_in(beginning, properties.get("title")),
        author=if_in(beginning, properties.get("creator")),
    )


def _part(archive: zipfile.ZipFile, name: str) -> etree._Element:
    """Return one part as XML; nothing is fetched and no entity is put in."""
    from lxml import etree

    info = archive.getinfo(name)
    defines = Refused("defines entities, as no Word file does", "save it anew as .docx")
    too_much = Refused("inflates to too much", "save it anew as .docx")
    if info.file_size > max(MAX_ZIP_RATIO * info.compress_size, 1_000_000):
        raise too_much
    if info.compress_type not in {0, 8}:  # stored and deflated: others Word does not write
        raise Refused("packed in a way Word does not", "save it anew as .docx")
    with archive.open(info) as file:
        source = file.read(MAX_XML + 1)  # what the directory states need not be so
    if len(source) > MAX_XML:
        raise too_much
    if b"<!DOCTYPE" in source:
        raise defines
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(source, parser)
    except etree.XMLSyntaxError as error:
        raise Refused("damaged, or no Word file", "save it anew as .docx") from error
    if root.getroottree().docinfo.doctype:  # in an encoding of two bytes
        raise defines
    return root


def _paragraphs(body: etree._Element) -> Iterator[str]:
    """Yield paragraphs; a text box's own come before the one it is anchored in."""
    from lxml import etree

    open_paragraphs: list[list[str]] = []
    skipped = 0  # how deep within what is not shown: moved away, or shown in another form
    for event, part in etree.iterwalk(body, events=("start", "end")):
        name = _local(part)
        if name in _NOT_SHOWN:
            skipped += 1 if event == "start" else -1
        elif skipped:
            continue
        elif name == "p" and event == "start":
            open_paragraphs.append([])
        elif name == "p":
            yield "".join(open_paragraphs.pop())
        elif event == "start" and open_paragraphs:
            text = part.text or "" if name == "t" else _WORD_MARKS.get(name, "")
            open_paragraphs[-1].append(text)


def _local(part: etree._Element) -> str:
    """Return a tag without its namespace: Word has two for the same."""
    return part.tag.rpartition("}")[2] if isinstance(part.tag, str) else ""
