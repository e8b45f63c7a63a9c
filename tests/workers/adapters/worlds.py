"""Small recorded webs made on the spot, and the shared ones where this machine has them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from server.core.ports import Page

SHARED = Path(__file__).resolve().parents[4] / "shared"
RECORDED_AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Recorded(NamedTuple):
    """One answer to record."""

    url: str
    body: str | bytes = ""
    content_type: str = "text/html; charset=utf-8"
    status: str = "200 OK"
    headers: tuple[tuple[str, str], ...] = ()


def write_world(path: Path, answers: Iterable[Recorded], *, gzip: bool = True) -> Path:
    """A WARC with these answers."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=gzip, warc_version="1.1")
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "tests"}))
        for answer in answers:
            body = answer.body.encode() if isinstance(answer.body, str) else answer.body
            headers = [("Content-Type", answer.content_type), *answer.headers]
            writer.write_record(
                writer.create_warc_record(
                    answer.url,
                    "response",
                    payload=BytesIO(body),
                    http_headers=StatusAndHeaders(answer.status, headers, protocol="HTTP/1.1"),
                    warc_headers_dict={"WARC-Date": "2026-03-01T12:00:00Z"},
                )
            )
    return path


def article(title: str, *paragraphs: str, head: str = "") -> str:
    """An HTML page with a title and paragraphs."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{title}</title>{head}</head>"
        f"<body><nav><a href='/'>Home</a></nav><article><h1>{title}</h1>{text}</article></body></html>"
    )


def page(body: str | bytes, url: str = "https://news.example/story", media_type: str = "text/html") -> Page:
    """A page as a fetcher hands it over."""
    raw = body.encode() if isinstance(body, str) else body
    return Page(url=url, media_type=media_type, charset="utf-8", body=raw, retrieved_at=RECORDED_AT)


LIGHTHOUSE = (
    "The lighthouse at Corran Point was switched off on Tuesday after 141 years of service, the harbour board said.",
    "Its lamp could be seen from 22 nautical miles away, which made it the brightest on that coast.",
    "Ships now steer by satellite, and the board expects to save 80,000 pounds a year.",
)
BAKERY = (
    "A bakery in Dunmere has baked bread with seaweed since January and sells four hundred loaves a day.",
    "The owner says that dried dulse replaces half of the salt and keeps the crumb moist for three days.",
    "Customers asked for the recipe, so it is printed on every bag.",
)
