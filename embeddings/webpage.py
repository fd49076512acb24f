"""A web page → the text of its article.

In: HTML in UTF-8. Out: an `Extracted`, a paragraph a line, without menus, comments and scripts. The
article is found by its sentences: of eight Chinese layouts,
trafilatura 2.3.1 kept menu or related headlines in five (it takes less than 250 characters for a
failure, which in Chinese is an article), and with that limit lowered lost all paragraphs of two.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from embeddings.extracted import CONTROL, Extracted, Refused, joined
from embeddings.webmeta import stated_by_page
from embeddings.webtitle import headline_in, outlet_of_title

if TYPE_CHECKING:
    from lxml import html

_DROPPED_TAGS = (
    "script style noscript template iframe object svg math select button textarea form nav "
    "footer aside head"
)
_DROPPED = frozenset(_DROPPED_TAGS.split())

_DEBRIS = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|breadcrumbs?|footer|copyright|sidebar|comments?|pinglun|related|"
    r"relate|recommend|xiangguan|share|sns|hot|ranking|ad|ads|advert|pager|pagination|toolbar|login"
    r")(?:[\s_-]|$)",
    re.IGNORECASE,
)

_BLOCKS_TAGS = (
    "html body address article aside blockquote br caption center dd details div dl dt "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr legend li main nav ol "
    "option p pre section summary table tbody td tfoot th thead title tr ul"
)
_BLOCKS = frozenset(_BLOCKS_TAGS.split())
_PARAGRAPHS_TAGS = "p h1 h2 h3 h4 h5 h6 li dd dt pre blockquote"
_PARAGRAPHS = frozenset(_PARAGRAPHS_TAGS.split())

_SENTENCE = re.compile(r"[，。！？；：、]|[,.!?;:](?:\s|$)")
_SENTENCE_END = re.compile(r"[。！？…；.!?][”」』）)]*$")

_HAN_SPACE = re.compile(
    r"(?<=[\u2e80-\u9fff\uff00-\uffef])\s*\n\s*(?=[\u2e80-\u9fff\uff00-\uffef])"
)

_INFO = re.compile(r"(?:19|20)\d\d\s*[-/.年]\s*\d|来源|來源|稿源|记者|記者|作者|编辑|編輯")

_LIKE_PARAGRAPHS = frozenset({"div", "section", "span", "font", "center"})
_HTML_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)

_MAIN_SHARE = 0.75
"""A part of the page with this share of its prose holds the article. Half would cut a page of two
articles, all would take in one sentence of a notice."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Block:
    """A run of text that stands in lines of its own."""

    text: str
    linked: int  # characters within links

    @property
    def prose(self) -> int:
        """Characters of sentences: those outside links, if any of them ends a clause."""
        return len(self.text) - self.linked if _SENTENCE.search(self.text) else 0

    @property
    def is_link(self) -> bool:
        share = self.linked / len(self.text)
        return share > 0.9 or (share > 0.5 and not _SENTENCE_END.search(self.text))


def extract_html(raw: bytes) -> Extracted:
    """Return the article of a page in UTF-8: headline, its line of date and source, paragraphs."""
    from lxml import etree, html

    source = CONTROL.sub("", raw.decode())
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_pis=True, huge_tree=True)
    try:
        root = etree.fromstring(source.encode(), parser)
    except etree.LxmlError as error:
        raise Refused("no HTML that can be read", "save it anew") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise Refused("its elements are nested too deep", "save the article's text")
    if root is None:
        raise Refused("empty", "put text into it, or take it away")
    stated = stated_by_page(root, source)
    titles = [stated.pop("headline", None), root.findtext(".//title"), root.findtext(".//h1")]
    stated["named"] = outlet_of_title(titles[1] or "")
    _drop([*root.iter(*_DROPPED, etree.Comment)])
    page = _Page.read(root)
    limit = _MAIN_SHARE * page.prose(root)
    _drop(
        [
            part
            for part in root.iter(etree.Element)
            if _is_debris(part) and page.prose(part) <= limit
        ]
    )
    page = _Page.read(root)
    first, end = page.spans[page.main(root)]
    told = [_one_line(title) for title in titles if title and title.strip()]
    headline = headline_in([block.text for block in page.blocks[:end]], told)
    paragraphs = _article(page.blocks, first, end, headline)
    if not paragraphs:
        raise Refused("no text in this page", "save the article's own page")
    return joined(paragraphs, "html", title=headline, **stated)


def _drop(parts: Sequence[html.HtmlElement]) -> None:
    """Take elements out; the text after each stays."""
    for part in parts:
        if part.getparent() is not None:
            part.drop_tree()


def _is_debris(part: html.HtmlElement) -> bool:
    hidden = part.get("hidden") is not None or _HIDDEN.search(part.get("style", ""))
    named = (_DEBRIS.search(part.get(name, "")) for name in ("class", "id"))
    return part.tag not in {"html", "body"} and bool(hidden or any(named))


@dataclasses.dataclass(frozen=True, slots=True)
class _Page:
    """A page as lines, and which of them each element holds."""

    blocks: tuple[_Block, ...]
    spans: dict[html.HtmlElement, tuple[int, int]]  # of blocks, half open
    sums: tuple[int, ...]  # characters of prose before each block

    @classmethod
    def read(cls, root: html.HtmlElement) -> _Page:
        from lxml import etree

        lines, begun, spans, links = _Lines([], [], []), {}, {}, 0
        for event, part in etree.iterwalk(root, events=("start", "end")):
            if part.tag in _BLOCKS:
                lines.end()
            links += (part.tag == "a") * (1 if event == "start" else -1)
            if event == "start":
                begun[part] = len(lines.blocks)
                lines.add(part.text, linked=links > 0, verbatim=part.tag == "pre")
            else:
                spans[part] = (begun.pop(part), len(lines.blocks))
                if part is not root:
                    lines.add(part.tail, linked=links > 0, verbatim=part.getparent().tag == "pre")
        sums = itertools.accumulate((block.prose for block in lines.blocks), initial=0)
        return cls(tuple(lines.blocks), spans, tuple(sums))

    def prose(self, part: html.HtmlElement) -> int:
        """Return how many characters of prose an element holds."""
        first, end = self.spans[part]
        return self.sums[end] - self.sums[first]

    def main(self, root: html.HtmlElement) -> html.HtmlElement:
        """Return the smallest element that holds the article."""
        for named in (root.xpath(".//*[@itemprop='articleBody']"), root.xpath(".//article")):
            if len(named) == 1 and self.prose(named[0]) > self.prose(root) / 2:
                return named[0]
        part = root
        while True:
            limit = max(1, _MAIN_SHARE * self.prose(part))
            heavy = (child for child in part if self.prose(child) >= limit)
            child = next((child for child in heavy if child.tag not in _PARAGRAPHS), None)
            if child is None:
                break
            part = child
        while part.tag in _LIKE_PARAGRAPHS and any(
            self.prose(other)
            for other in part.getparent()
            if other is not part and _look(other) == _look(part)
        ):
            part = part.getparent()
        return part


def _look(part: html.HtmlElement) -> tuple[object, object]:
    return part.tag, part.get("class")


@dataclasses.dataclass(slots=True)
class _Lines:
    """Blocks, and the one that is being read."""

    blocks: list[_Block]
    pieces: list[str]
    linked: list[str]

    def add(self, text: str | None, *, linked: bool, verbatim: bool) -> None:
        for number, line in enumerate((text or "").split("\n") if verbatim else [text or ""]):
            if number:
                self.end()
            self.pieces.append(line)
            if linked:
                self.linked.append(line)

    def end(self) -> None:
        if text := _one_line("".join(self.pieces)):
            self.blocks.append(_Block(text, min(len(text), len(_one_line("".join(self.linked))))))
        self.pieces.clear()
        self.linked.clear()


def _one_line(text: str) -> str:
    return _HTML_SPACE.sub(" ", _HAN_SPACE.sub("", text)).strip()


def _article(blocks: Sequence[_Block], first: int, end: int, headline: str | None) -> list[str]:
    """Return headline, the lines between it and the article that state a source, paragraphs."""
    heads = [at for at, block in enumerate(blocks[:first]) if block.text == headline]
    between = blocks[heads[-1] + 1 : first] if heads else ()
    info = [b.text for b in between if len(b.text) <= 60 and _INFO.search(b.text)]
    kept: list[str] = []
    for at in range(first, end):
        is_label = len(blocks[at].text) <= 10 and not blocks[at].prose
        ahead = blocks[at + 1 : min(at + 3, end)]
        if blocks[at].is_link or (is_label and len(ahead) == 2 and all(b.is_link for b in ahead)):
            continue
        if blocks[at].text != headline:
            kept.append(blocks[at].text)
    return [*([headline] if headline else []), *info[:5], *kept] if kept else []
