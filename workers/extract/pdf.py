"""PDFs as documents: the text of their pages, in paragraphs.

A PDF has no paragraphs, only words at places. Lines come from pypdf; a paragraph ends where the space below a line is
wider than the page's usual, where the type's size changes, or where a line that ends a sentence stops short.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby, pairwise
from statistics import median
from typing import Any, NamedTuple

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from server.core.errors import SourceUnreadable
from server.core.language import find_language
from server.core.ports import Page
from server.core.source import Block, BlockKind, Document
from workers.extract.layout import Piece, bound_pieces
from workers.extract.sites import find_site
from workers.extract.walls import TOO_SHORT

MOST_PAGES = 200  # at 10 ms a page (pypdf 7.1, two manuals set in TeX) well within a child's five seconds
MOST_CHARACTERS = 600_000
WIDER = 1.35  # times the usual distance of lines is a border
LARGER = 1.12  # times the usual size of type is a heading
SHORTER = 0.8  # of the usual length of a line is a last line
LONGEST_HEADING = 200
REPEATED = 2  # pages that begin or end with the same words have a running head or foot
_BROKEN = (
    PyPdfError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    NotImplementedError,
    OSError,
)
_BULLET = re.compile(r"[•◦▪‣·–-]\s+|\(?\d{1,2}[.)]\s+(?=\S)")
_ENDS = re.compile(r"[.!?:…。！？][\"'”’»)\]]*$")
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b")


class Line(NamedTuple):
    """A line as it stands on its page."""

    text: str
    y: float
    size: float


def read_pdf(page: Page) -> Document:
    """The pages' text in reading order. SourceUnreadable when it is locked, damaged, or made of pictures."""
    try:
        reader = PdfReader(io.BytesIO(page.body))
        if reader.is_encrypted and not reader.decrypt(""):
            raise SourceUnreadable(f"Not read: {page.url} is locked by a password.")
        pages, told = list(_pages(reader)), _told(reader)
    except _BROKEN as error:
        raise SourceUnreadable(f"Not read: {page.url} is a damaged PDF, or one we cannot open.") from error
    found = (Piece(*paragraph) for lines in _without_running_lines(pages) for paragraph in _paragraphs(lines))
    paragraphs = [(piece.kind, piece.text) for piece in bound_pieces(found)]
    if sum(len(text) for _, text in paragraphs) < TOO_SHORT:
        raise SourceUnreadable(f"Not read: {page.url} is a PDF without text, perhaps of scanned pages.")
    return _document(page, _title(told.get("title", ""), pages), told.get("author") or None, paragraphs)


# ---- lines ----------------------------------------------------------------------------------------


def _pages(reader: PdfReader) -> Iterator[list[Line]]:
    """Each page's lines, until there is enough."""
    length = 0
    for page in reader.pages[:MOST_PAGES]:
        if length > MOST_CHARACTERS:
            return
        parts: list[tuple[str, float, float]] = []
        page.extract_text(visitor_text=lambda *told, parts=parts: parts.append(_part(*told)))
        lines = [line for line in _lines(parts) if line.text]
        length += sum(len(line.text) for line in lines)
        yield lines


def _part(text: str, user: list[float], matrix: list[float], font: Any, size: float) -> tuple[str, float, float]:
    """Words with their height on the page and their size on paper."""
    return text, matrix[5] * user[3] + user[5], abs(size * matrix[3] * user[3]) or size


def _lines(parts: list[tuple[str, float, float]]) -> Iterator[Line]:
    words, y, size = "", 0.0, 0.0
    for text, height, points in parts:
        for number, piece in enumerate(text.split("\n")):
            if number:
                yield Line(_tidy(words), y, size)
                words = ""
            if piece.strip():
                y, size = (height, points) if not words.strip() else (y, max(size, points))
            words += piece
    yield Line(_tidy(words), y, size)


def _tidy(words: str) -> str:
    """One line without what no reader sees; a soft hyphen at its end was a hyphen."""
    return " ".join(words.replace("\x00", "").split()).replace(
        "\u00ad", "-" if words.rstrip().endswith("\u00ad") else ""
    )


def _without_running_lines(pages: list[list[Line]]) -> list[list[Line]]:
    """Heads, feet and page numbers repeat from page to page; what differs in them is a number. The first page's stay:
    a head may be the title."""
    seen = Counter(key for lines in pages for key in {_key(line) for line in [*lines[:1], *lines[-1:]]})
    running = {key for key, times in seen.items() if times >= REPEATED}
    return [
        [line for line in lines if not _is_running(line, lines, running if n else set())]
        for n, lines in enumerate(pages)
    ]


def _is_running(line: Line, lines: list[Line], running: set[str]) -> bool:
    return (line is lines[0] or line is lines[-1]) and (not _key(line) or _key(line) in running)


def _key(line: Line) -> str:
    return _NUMBER.sub("", line.text).strip(" -–|.")


# ---- paragraphs -----------------------------------------------------------------------------------


def _paragraphs(lines: list[Line]) -> Iterator[tuple[BlockKind, str]]:
    """Runs of lines that belong together, each with its kind."""
    if not lines:
        return
    usual = median(line.size for line in lines)
    steps = [above.y - below.y for above, below in pairwise(lines) if above.y > below.y]
    step, length = (median(steps) if steps else 0.0), median(len(line.text) for line in lines)
    run = [lines[0]]
    for above, line in pairwise(lines):
        if _is_border(above, line, step, length):
            yield _kind(run, usual), _joined(run)
            run = []
        run.append(line)
    yield _kind(run, usual), _joined(run)


def _is_border(above: Line, line: Line, step: float, length: float) -> bool:
    if _BULLET.match(line.text) or abs(line.size - above.size) > 0.1 * max(line.size, above.size):
        return True
    if above.y - line.y > WIDER * step:
        return True
    return _ENDS.search(above.text) is not None and len(above.text) < SHORTER * length


def _kind(run: list[Line], usual: float) -> BlockKind:
    if _BULLET.match(run[0].text):
        return "item"
    is_large = run[0].size > LARGER * usual and sum(len(line.text) for line in run) < LONGEST_HEADING
    return "heading" if is_large else "paragraph"


def _joined(run: list[Line]) -> str:
    """One text; a word broken at a line's end is made whole where the next line goes on in small letters."""
    text = run[0].text
    for line in run[1:]:
        if re.search(r"[^\W\d_]-$", text) and line.text[:1].islower():
            text = text[:-1] + line.text
        else:
            text += f" {line.text}"
    return _BULLET.sub("", text, count=1) if _BULLET.match(run[0].text) else text


# ---- the document ---------------------------------------------------------------------------------


def _told(reader: PdfReader) -> dict[str, str]:
    """What the file says of itself. When it was made is not when it was published."""
    told: dict[str, object] = reader.metadata or {}
    found = {name.strip("/").lower(): " ".join(str(value).split()) for name, value in told.items()}
    return {name: value for name, value in found.items() if len(value) < LONGEST_HEADING}


def _title(stated: str, pages: list[list[Line]]) -> str:
    """As stated, unless a program named its file there; else the largest words of the first page."""
    if stated and not re.search(r"(?i)\.(?:docx?|tex|dvi|indd|pdf|pptx?|qxd)$|^(?:microsoft word|untitled)", stated):
        return stated
    lines = next((lines for lines in pages if lines), [])
    largest = max((line.size for line in lines), default=0.0)
    runs = groupby(lines, key=lambda line: line.size > 0.95 * largest)
    return " ".join(line.text for line in next((run for is_largest, run in runs if is_largest), ()))[:LONGEST_HEADING]


def _document(page: Page, title: str, author: str | None, paragraphs: list[tuple[BlockKind, str]]) -> Document:
    blocks: list[Block] = []
    start = 0
    for kind, text in paragraphs:
        is_title = text == title and not any(block.kind == "title" for block in blocks)
        blocks.append(Block(start, start + len(text), "title" if is_title else kind))
        start += len(text) + 2
    text = "\n\n".join(text for _, text in paragraphs)
    return Document(
        url=page.url,
        title=title or page.url.rpartition("/")[2],
        site=find_site(page.url, (), ()),
        author=author,
        retrieved_at=page.retrieved_at,
        language=find_language(text, ()),
        kind="pdf",
        text=text,
        blocks=tuple(blocks),
    )
