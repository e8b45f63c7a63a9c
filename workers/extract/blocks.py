"""Walking a tree of elements into pieces: where a block begins or ends, the words before it are a piece."""

from collections.abc import Iterator, Mapping

from lxml import etree

from server.core.source import BlockKind
from workers.extract.layout import Piece

# trafilatura's own vocabulary, and HTML's for pages where it finds nothing.
EXTRACTED: Mapping[str, BlockKind] = {"head": "heading", "p": "paragraph", "item": "item", "quote": "quote"}
HTML: Mapping[str, BlockKind] = {
    "h1": "heading", "h2": "heading", "h3": "heading", "h4": "heading", "h5": "heading", "h6": "heading",
    "p": "paragraph", "li": "item", "blockquote": "quote",
}  # fmt: skip
DIVIDERS = frozenset(
    {"article", "body", "div", "dl", "figure", "form", "header", "list", "main", "ol", "section", "table", "tbody",
     "thead", "ul", "script", "style", "nav", "footer", "aside"}
)  # fmt: skip
UNREAD = frozenset({"script", "style", "nav", "footer", "aside", "form", "noscript", "template", "svg"})


def list_pieces(root: etree._Element, kinds: Mapping[str, BlockKind]) -> Iterator[Piece]:
    """The blocks under an element in reading order. Words that stand in no block are paragraphs."""
    yield from _Walk(kinds).walk(root, "paragraph")


class _Walk:
    def __init__(self, kinds: Mapping[str, BlockKind]) -> None:
        self._kinds = kinds
        self._words: list[str] = []

    def walk(self, element: etree._Element, kind: BlockKind) -> Iterator[Piece]:
        """The element's blocks; `kind` is what its own words are."""
        self._words.append(element.text or "")
        for child in element:
            if isinstance(child.tag, str) and child.tag not in UNREAD:
                yield from self._enter(child, kind)
            self._words.append(child.tail or "")
        if element.tag in self._kinds or element.tag in DIVIDERS:
            yield from self._flush(kind)

    def _enter(self, child: etree._Element, kind: BlockKind) -> Iterator[Piece]:
        if _is_code_block(child):
            yield from self._flush(kind)
            yield from _whole(child, "code")
        elif child.tag in ("row", "tr"):
            yield from self._flush(kind)
            yield from _row(child)
        elif child.tag in self._kinds or child.tag in DIVIDERS:
            yield from self._flush(kind)
            own = self._kinds.get(str(child.tag), "paragraph")
            yield from self.walk(child, kind if own == "paragraph" and kind in ("item", "quote") else own)
        else:
            self._words.append(" " if child.tag in ("lb", "br") else "")
            yield from self.walk(child, kind)

    def _flush(self, kind: BlockKind) -> Iterator[Piece]:
        text = " ".join("".join(self._words).split())
        self._words.clear()
        if text:
            yield Piece(kind, text)


def words_of(element: etree._Element) -> str:
    """An element's text on one line."""
    return " ".join(_text(element).split())


def _text(element: etree._Element) -> str:
    return "".join(element.itertext())  # type: ignore[arg-type]  # the stubs allow for bytes, which Python 3 has not


def _whole(element: etree._Element, kind: BlockKind) -> Iterator[Piece]:
    text = _text(element).strip("\n")
    if text.strip():
        yield Piece(kind, text)


def _is_code_block(element: etree._Element) -> bool:
    parent = element.getparent()
    alone = parent is not None and parent.tag in ("body", "div")
    return element.tag == "pre" or (element.tag == "code" and (alone or "\n" in _text(element)))


def _row(row: etree._Element) -> Iterator[Piece]:
    cells = [words_of(cell) for cell in row if isinstance(cell.tag, str)]
    text = " | ".join(cell for cell in cells if cell)
    if text:
        yield Piece("row", text)
