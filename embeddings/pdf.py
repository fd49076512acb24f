"""A PDF with a text layer → its printed lines, page by page."""

from __future__ import annotations

import re

from embeddings.extracted import MAX_TEXT, Extracted, Refused, if_in, joined

MAX_PAGES = 5_000
"""Pages of a PDF: the longest bound volumes of a paper have fewer."""

_UNMAPPED = re.compile(r"[\ufffd\ue000-\uf8ff\x00-\x08]")

_MAX_UNMAPPED = 0.2  # of the characters; some bullets and logos are in private fonts everywhere


def extract_pdf(raw: bytes) -> Extracted:
    """Return the printed lines of every page, in the order in which the file draws them."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise Refused("encrypted", "save it without its password") from error
        raise Refused("damaged, or no PDF", "save it anew") from error
    if len(document) > MAX_PAGES:
        raise Refused(f"has {len(document)} pages, more than {MAX_PAGES}", "divide it")
    pages: list[str] = []
    for number in range(len(document)):
        try:
            page = document[number]
            text = page.get_textpage().get_text_bounded()
            page.close()
        except pypdfium2.PdfiumError:  # a damaged page does not take the others with it
            text = ""
        pages.append(_printed(text))
        if sum(map(len, pages)) > MAX_TEXT:
            raise Refused(f"has more than {MAX_TEXT} characters", "divide it")
    whole = "\n".join(pages)
    if not whole.strip():
        raise Refused(
            "has no text layer; it may be a scan", "make one with a program that reads scans (OCR)"
        )
    if len(_UNMAPPED.findall(whole)) > _MAX_UNMAPPED * len(whole):
        raise Refused(
            "its text layer cannot be read: its fonts do not say which characters they draw",
            "print it to a new PDF, or make a text layer with OCR",
        )
    properties = document.get_metadata_dict()
    stated = {name: if_in(pages[0], properties.get(name.title())) for name in ("title", "author")}
    return joined(pages, "pdf", **stated)


def _printed(text: str) -> str:
    """Return the text of a page in lines: PDFium marks a hyphen at a line's end by U+FFFE."""
    lines = re.sub(r"\ufffe|\x02", "-", text).splitlines()
    return "\n".join(line.rstrip() for line in lines)
