"""PDFs, written here by hand in the file format's own words."""

import asyncio
import zlib
from datetime import UTC, datetime

import pytest

from server.core.errors import SourceUnreadable
from server.core.ports import Page
from server.core.source import Document
from server.core.urls import canonical_url
from workers.adapters.extraction import SocketExtractor
from workers.adapters.extraction_server import ExtractionServer
from workers.extract.document import read_document
from workers.readers.article import thread_of_document

NOW = datetime(2026, 6, 1, tzinfo=UTC)
URL = "https://kilns.example/papers/drift.pdf"
Placed = tuple[int, int, str]  # size of type, height on the page, words
WORDS = "The kiln drifts by fourteen degrees once the offset is applied twice in a row"
FIRST: list[Placed] = [
    (20, 740, "Cone six drifts"),
    (20, 716, "after an update"),
    (10, 680, f"{WORDS}, as was mea-"),
    (10, 668, f"sured over a week. {WORDS} and again after that"),
    (10, 656, "and then no more."),
    (10, 630, f"A second paragraph follows. {WORDS}."),
    (14, 600, "1 Method"),
    (10, 580, f"{WORDS} and over a second week too."),
    (10, 568, "\\225 a thermocouple of type K"),
    (10, 556, "\\225 a notebook"),
    (10, 40, "1"),
]


def text_of(placed: list[Placed]) -> bytes:
    escaped = [(size, y, words.replace("(", "\\(").replace(")", "\\)")) for size, y, words in placed]
    return b"\n".join(f"BT /F1 {size} Tf 1 0 0 1 72 {y} Tm ({words}) Tj ET".encode() for size, y, words in escaped)


def pdf(*pages: bytes, info: str = "", trailer: str = "") -> bytes:
    """A whole file: catalog, pages, one font, one stream a page, the table of where each object stands."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, content in enumerate(pages):
        page = "/Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >>"
        objects += [
            f"<< /Type /Page {page} /Contents {5 + 2 * number} 0 R >>".encode(),
            b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream"
            % (len(zlib.compress(content)), zlib.compress(content)),
        ]
    objects.append(f"<< {info} >>".encode())
    body, places = b"%PDF-1.4\n", []
    for number, written in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, written)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = f"trailer\n<< /Size {size} /Root 1 0 R /Info {size - 1} 0 R {trailer} >>\nstartxref\n{len(body)}\n%%EOF\n"
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + end.encode()


def page(body: bytes) -> Page:
    return Page(url=URL, media_type="application/pdf", charset=None, body=body, retrieved_at=NOW)


def read(body: bytes) -> Document:
    return read_document(page(body))


def test_lines_become_paragraphs_headings_and_items() -> None:
    """By the space between lines, the size of their type, and bullets; a word broken at a line's end is whole again."""
    document = read(pdf(text_of(FIRST)))
    found = [(block.kind, document.text[block.start : block.end]) for block in document.blocks]
    assert [kind for kind, _ in found] == ["title", "paragraph", "paragraph", "heading", "paragraph", "item", "item"]
    assert found[0][1] == document.title == "Cone six drifts after an update"
    assert "as was measured over a week." in found[1][1]
    assert found[1][1].endswith("and then no more.")
    assert found[3][1] == "1 Method"
    assert found[5][1] == "a thermocouple of type K"
    assert (document.kind, document.site, document.published_at) == ("pdf", "kilns.example", None)


def test_running_heads_and_page_numbers_are_left_out() -> None:
    """What stands first or last on each page, whatever number is in it."""
    pages = [
        [
            (8, 760, f"Kiln papers, page {n}"),
            (10, 700, f"{WORDS} {name}."),
            (10, 688, f"{WORDS} {name}."),
            (8, 40, f"{n}"),
        ]
        for n, name in [(1, "first"), (2, "second"), (3, "third")]
    ]
    document = read(pdf(*map(text_of, pages)))  # type: ignore[arg-type]
    assert document.text.count("Kiln papers") == 1
    assert "third." in document.text
    assert not document.text.rstrip().endswith("3")


def test_what_the_file_says_of_itself_is_used_with_sense() -> None:
    """A stated title and author count; a file's name as its title does not; the date of making is no date of issue."""
    stated = read(pdf(text_of(FIRST), info="/Title (On drift) /Author (Fern, C.) /CreationDate (D:20250208122313Z)"))
    assert (stated.title, stated.author, stated.published_at) == ("On drift", "Fern, C.", None)
    assert read(pdf(text_of(FIRST), info="/Title (drift_v2.docx)")).title == "Cone six drifts after an update"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (pdf(text_of([(10, 700, "Few words")])), "without text"),
        (pdf(b"q 612 0 0 792 0 0 cm /Scan Do Q"), "without text"),
        (
            pdf(text_of(FIRST), trailer="/Encrypt << /Filter /Standard /V 1 /R 2 /O (x) /U (y) /P -4 >>"),
            "locked|damaged",
        ),
        (pdf(text_of(FIRST))[:700], "damaged"),
        (b"%PDF-1.7\n" + b"\x00" * 5000, "damaged"),
        (b"<html>Log in</html>", "damaged"),
        (b"", "damaged"),
    ],
)
def test_a_pdf_without_readable_text_says_why(body: bytes, reason: str) -> None:
    """Scans, passwords, damage and pages that only claim to be a PDF."""
    with pytest.raises(SourceUnreadable, match=reason):
        read(body)


def test_a_pdf_may_be_the_thing_asked_about() -> None:
    """It is a post without comments."""
    thread = thread_of_document(read(pdf(text_of(FIRST))), canonical_url(URL), NOW)
    assert thread.title == "Cone six drifts after an update"
    assert thread.text.startswith("The kiln drifts")


def test_a_pdf_is_read_in_a_child_and_a_bomb_costs_nobody_else() -> None:
    """80 MB of operators in a stream of 80 kB end with the child that met them."""
    bomb = pdf(b"BT /F1 9 Tf (x) Tj ET\n" * 3_600_000)
    with ExtractionServer.start(deadline_s=1.5) as server:
        extractor = SocketExtractor(server.path)
        with pytest.raises(SourceUnreadable):
            asyncio.run(extractor.extract(page(bomb)))
        assert asyncio.run(extractor.extract(page(pdf(text_of(FIRST))))).kind == "pdf"
