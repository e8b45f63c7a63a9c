"""Walking a page's elements into pieces: where a block begins or ends, the words before it are a piece."""

import re
from collections.abc import Iterator

from lxml import etree

from server.core.source import BlockKind
from workers.extract.layout import Piece

KINDS: dict[str, BlockKind] = {
    "h1": "heading", "h2": "heading", "h3": "heading", "h4": "heading", "h5": "heading", "h6": "heading",
    "p": "paragraph", "li": "item", "dt": "item", "dd": "item", "blockquote": "quote",
}  # fmt: skip
DIVIDERS = frozenset(
    {"address", "article", "aside", "body", "caption", "center", "details", "dialog", "div", "dl", "fieldset",
     "figcaption", "figure", "footer", "form", "header", "hr", "legend", "main", "nav", "ol", "section", "summary",
     "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"}
)  # fmt: skip
# Those that put together what belongs together; the others only set apart.
DIVISIONS = frozenset(
    {"article", "body", "center", "details", "div", "figure", "header", "main", "section", "td", "th"}
)
UNREAD = frozenset(
    {"audio", "button", "canvas", "datalist", "embed", "head", "iframe", "input", "map", "math", "meter",
     "object", "option", "progress", "script", "select", "style", "svg", "textarea", "title", "video"}
)  # fmt: skip
BLOCKS = DIVIDERS | frozenset(KINDS)
ROLES = BLOCKS | UNREAD | {"pre", "code", "br", "a"}  # any other element is part of a line
UNSEEN = str.maketrans(dict.fromkeys("\u00ad\u200b\ufeff"))  # where a word may be broken; whoever compares skips them
LONGEST_CELL = 400  # characters; a table with longer ones only sets the page's columns
LONE_CELL = 60  # characters; a shorter row of one cell tells nothing without its picture or its neighbours


def list_pieces(root: etree._Element) -> list[Piece]:
    """The blocks under an element in reading order. Words that stand in no block are paragraphs."""
    walk, skipped = _Walk(), False
    steps = etree.iterwalk(root, events=("start", "end"))
    for event, element in steps:
        if event == "start":
            skipped = walk.enter(element)
            if skipped:
                steps.skip_subtree()
            continue
        if not skipped:
            walk.leave(str(element.tag))
        skipped = False
        if element is not root:
            walk.say(element.tail)
    walk.end_block()
    return walk.pieces


class _Walk:
    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self._kinds: list[BlockKind] = ["paragraph"]
        self._divisions = [0]
        self._divided = 0
        self._link = ""
        self._tables = 0
        self._broken = False  # whether a line break stands last
        self._words: list[str] = []
        self._links: dict[str, None] = {}
        self._linked = 0

    def enter(self, element: etree._Element) -> bool:
        """True where what is inside has been read already, or is not for reading."""
        tag = str(element.tag)
        if tag in ROLES:
            if tag in UNREAD and not (tag == "button" and self._is_in_a_sentence(element)):
                return True
            if tag == "pre" or (tag == "code" and _is_alone(element)):
                self.end_block()
                self._add("code", _code(element), element)
                return True
            if tag == "table" and not is_layout(element):
                self.end_block()
                self._add_rows(element)
                return True
            if tag in BLOCKS:
                self._begin_block(element, tag)
            elif tag == "br":
                self._break_line()
            elif tag == "a":
                self._link = _target(element)
        self.say(element.text)
        return False

    def _begin_block(self, element: etree._Element, tag: str) -> None:
        self.end_block()
        own = KINDS.get(tag, "paragraph") if tag != "li" or not _holds_sections(element) else "paragraph"
        self._kinds.append(self._kinds[-1] if own == "paragraph" and tag != "li" else own)
        if tag in DIVISIONS:
            self._divided += 1
            self._divisions.append(self._divided)

    def leave(self, tag: str) -> None:
        """The element's words are over, its tail comes next."""
        if tag in BLOCKS:
            self.end_block()
            self._kinds.pop()
            if tag in DIVISIONS:
                self._divisions.pop()
        elif tag == "a":
            self._link = ""

    def say(self, words: str | None) -> None:
        """Words in the present block."""
        if not words:
            return
        self._words.append(words)
        if not words.isspace():
            self._broken = False
            if self._link:
                self._links[self._link] = None
                self._linked += len("".join(words.split()))

    def end_block(self) -> None:
        """What was said since the last block is one."""
        if not self._words:
            return
        text = " ".join("".join(self._words).translate(UNSEEN).split())
        if text:
            linked = min(1.0, self._linked / (len(text) - text.count(" "))) if self._linked else 0.0
            self.pieces.append(Piece(self._kinds[-1], text, tuple(self._links), linked, 0, self._divisions[-1]))
        self._words, self._links, self._linked, self._broken = [], {}, 0, False

    def _is_in_a_sentence(self, button: etree._Element) -> bool:
        """Journals make buttons of "Figure 1" in the midst of a paragraph, and of whole headings."""
        parent = button.getparent()
        within = parent is not None and parent.tag in ("p", "li", "span", "sup")
        return self._kinds[-1] == "heading" or (within and any(not words.isspace() for words in self._words))

    def _break_line(self) -> None:
        """Two in a row are how the markup of old days ends a paragraph."""
        if self._broken:
            self.end_block()
        else:
            self._words.append(" ")
            self._broken = True

    def _add(self, kind: BlockKind, text: str, element: etree._Element, table: int = 0) -> None:
        text = text.translate(UNSEEN)
        if text.strip():
            links = dict.fromkeys(target for link in element.iter("a") if (target := _target(link)))
            self.pieces.append(Piece(kind, text, tuple(links), 0.0, table, self._divisions[-1]))

    def _add_rows(self, table: etree._Element) -> None:
        self._tables += 1
        for row in table.iter("caption", "tr"):
            if row.tag == "caption":
                self._add("paragraph", words_of(row), row)
                continue
            cells = [words for cell in row.iterchildren("td", "th") if (words := _cell(cell))]
            if len(cells) > 1 or any(len(cell) > LONE_CELL for cell in cells):
                self._add("row", " | ".join(cells), row, self._tables)


def _target(link: etree._Element) -> str:
    """Where a link leads, in its own words; empty for places on this page and for what is no page."""
    target = (link.get("href") or "").strip()
    return "" if target.startswith("#") or re.match(r"(?i)(?:javascript|mailto|tel|data|sms):", target) else target


def _holds_sections(item: etree._Element) -> bool:
    """Whether a list's item is a whole text: blogs list their posts, forums what people said."""
    return sum(1 for child in item.iter("h1", "h2", "h3", "p", "pre", "table")) > 2


def is_layout(table: etree._Element) -> bool:
    """Whether a table only sets the columns of a page: one that holds tables, headings, code or long texts."""
    if table.get("role") in ("presentation", "none"):
        return True
    if next(table.iterdescendants("table", "pre", "h1", "h2", "h3", "article"), None) is not None:
        return True
    cells = [list(row.iterchildren("td", "th")) for row in table.iter("tr")]
    if all(len(row) < 2 for row in cells):
        return True
    return any(len(text(cell)) > LONGEST_CELL for row in cells for cell in row)


def words_of(element: etree._Element) -> str:
    """An element's text on one line."""
    return " ".join(text(element).split())


def text(element: etree._Element) -> str:
    """All of its text as it stands in the source."""
    return "".join(_texts(element))


def _texts(element: etree._Element) -> Iterator[str]:
    return element.itertext()  # type: ignore[return-value]  # the stubs allow for bytes, which Python 3 has not


def _cell(cell: etree._Element) -> str:
    apart = next(cell.iterdescendants("p", "div", "li", "br"), None) is not None
    return " ".join((" " if apart else "").join(_texts(cell)).translate(UNSEEN).split())


def _is_alone(code: etree._Element) -> bool:
    """Whether code is a block of its own: of several lines, or all there is in its parent."""
    parent = code.getparent()
    if "\n" in text(code).strip() or parent is None:
        return True
    return parent.tag in ("div", "body") and len(parent) == 1 and not f"{parent.text or ''}{code.tail or ''}".strip()


def _code(element: etree._Element) -> str:
    """Lines of code, where they are set by line breaks or as blocks as well."""
    lines: list[str] = []
    for event, inner in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            lines.append("\n" if inner.tag == "br" else inner.text or "")
        else:
            if inner.tag in ("div", "p", "li", "tr") and not "".join(lines[-1:]).endswith("\n"):
                lines.append("\n")
            lines.append(inner.tail or "" if inner is not element else "")
    return "".join(lines).strip("\n").rstrip()
