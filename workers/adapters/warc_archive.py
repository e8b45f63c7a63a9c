"""A WARC file as a dictionary of answers, opened by its record heads alone.

ISO 28500 compresses each record as a gzip member of its own. A member does not say how long it is, so the file is
searched for gzip's magic number and a place counts as a member when it inflates to a WARC record's first line. Only
4 KB of each is inflated: on 2 cores the heads of 86 records with 15 MB of bodies are read in about 6 ms.
"""

import io
import mmap
import re
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from warcio.archiveiterator import ArchiveIterator

from server.core.errors import WorldUnreadable

HEAD_BYTES = 4096
GZIP_MAGIC = b"\x1f\x8b\x08"
NEXT_STEP = "Give --web a folder with a world.warc.gz, or a .warc or .warc.gz file."


class Entry(NamedTuple):
    """Where an answer stands in the file."""

    url: str
    recorded_at: datetime
    status: int
    start: int
    end: int


class Answer(NamedTuple):
    """A recorded answer, transfer and content encodings undone. Header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class WarcArchive:
    """The HTTP answers of one WARC file; WorldUnreadable, saying why, when it is missing, cut off or no WARC."""

    def __init__(self, path: Path) -> None:
        self.path = _archive_file(path)
        self._exact: dict[str, Entry] = {}
        self._loose: dict[str, list[Entry]] = {}
        for entry in _list_answers(self.path):
            self._exact[entry.url] = entry
            self._loose.setdefault(loose_address(entry.url), []).append(entry)
        if not self._exact:
            raise WorldUnreadable(f"{self.path} holds no recorded answers. {NEXT_STEP}")

    @property
    def entries(self) -> list[Entry]:
        """One an address, in the file's order; the last recorded where an address was recorded twice."""
        return list(self._exact.values())

    def find(self, url: str) -> Entry | None:
        """The answer recorded for an address, or for another spelling of the same address; never another page's."""
        address = url.partition("#")[0]
        exact = self._exact.get(url) or self._exact.get(address)
        if exact:
            return exact
        same = self._loose.get(loose_address(address), [])
        return min(same, key=lambda entry: entry.status != 200, default=None)

    def read(self, entry: Entry) -> Answer:
        """Inflate one record."""
        with self.path.open("rb") as file:
            file.seek(entry.start)
            member = file.read(entry.end - entry.start)
        try:
            # warcio reports broken compression on stderr and goes on with what it has, so it gets the record inflated.
            plain = zlib.decompress(member, wbits=31) if member.startswith(GZIP_MAGIC) else member
            record = next(iter(ArchiveIterator(io.BytesIO(plain))))
            body = record.content_stream().read()
        except Exception as error:  # warcio lets zlib's, its own and plain ValueErrors through
            raise WorldUnreadable(f"{self.path} is damaged where {entry.url} is recorded: {error}") from error
        headers = {name.lower(): value for name, value in record.http_headers.headers}
        return Answer(entry.status, headers, body)


def loose_address(url: str) -> str:
    """The same for all spellings of one address.

    Scheme, "www.", default port, a slash at the end, case of percent-encodings and order of parameters are dropped;
    whatever could name another page stays.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return url
    path = _spell_percent(parts.path).rstrip("/")
    query = "&".join(sorted(_spell_percent(parts.query).split("&")))
    return f"{host}{'' if port in (None, 80, 443) else f':{port}'}{path}?{query}"


def _spell_percent(text: str) -> str:
    """Percent-encodings in capitals, and none where RFC 3986 (§2.3) calls it needless."""

    def spell(match: re.Match[str]) -> str:
        character = chr(int(match[1], 16))
        return character if re.fullmatch(r"[A-Za-z0-9\-._~]", character) else match[0].upper()

    return re.sub(r"%([0-9A-Fa-f]{2})", spell, quote(text, safe="%/:?#[]@!$&'()*+,;=-._~"))


def _archive_file(path: Path) -> Path:
    file = path / "world.warc.gz" if path.is_dir() else path
    if not file.is_file():
        raise WorldUnreadable(f"There is no recorded web at {file}. {NEXT_STEP}")
    return file


def _list_answers(path: Path) -> Iterator[Entry]:
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            members = list(_gzip_members(data, path) if data[:3] == GZIP_MAGIC else _plain_records(data, path))
    except (OSError, ValueError) as error:  # mmap: "cannot mmap an empty file"
        raise WorldUnreadable(f"{path} cannot be read: {error}. {NEXT_STEP}") from error
    for start, end, head in members:
        entry = _parse_head(start, end, head)
        if entry:
            yield entry


def _gzip_members(data: mmap.mmap, path: Path) -> Iterator[tuple[int, int, bytes]]:
    """Each member's place and the first bytes it inflates to."""
    found = [
        (match.start(), head)
        for match in re.finditer(re.escape(GZIP_MAGIC), data)
        if (head := _inflate_head(data[match.start() : match.start() + HEAD_BYTES])).startswith(b"WARC/")
    ]
    if not found:
        raise WorldUnreadable(f"{path} is compressed, but holds no WARC records. {NEXT_STEP}")
    ends = [start for start, _ in found[1:]] + [len(data)]
    _check_last_member(data[found[-1][0] :], alone=len(found) == 1, path=path)
    for (start, head), end in zip(found, ends, strict=True):
        yield start, end, head


def _inflate_head(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(data, HEAD_BYTES)
    except zlib.error:
        return b""


def _check_last_member(member: bytes, *, alone: bool, path: Path) -> None:
    """A file cut off in the middle shows in its last member, which then never ends."""
    inflater = zlib.decompressobj(wbits=31)
    try:
        whole = inflater.decompress(member)
    except zlib.error as error:
        raise WorldUnreadable(f"{path} is damaged at its end: {error}. Copy it again.") from error
    if not inflater.eof:
        raise WorldUnreadable(f"{path} is cut off in the middle of its last record. Copy it again.")
    if alone and whole.count(b"\r\n\r\n\r\nWARC/1"):
        raise WorldUnreadable(f"{path} is compressed as a whole, not record by record: run `warcio recompress` on it.")


def _plain_records(data: mmap.mmap, path: Path) -> Iterator[tuple[int, int, bytes]]:
    """Each record's place and first bytes, in a file that is not compressed."""
    start = 0
    while start < len(data):
        if data[start : start + 5] != b"WARC/":
            raise WorldUnreadable(f"{path} is no WARC file. {NEXT_STEP}")
        head_end = data.find(b"\r\n\r\n", start)
        length = re.search(rb"(?im)^content-length:\s*(\d+)", data[start:head_end])
        end = head_end + 4 + int(length[1]) + 4 if head_end > 0 and length else len(data) + 1
        if end > len(data):
            raise WorldUnreadable(f"{path} is cut off in the middle of its last record. Copy it again.")
        yield start, end, data[start : min(end, start + HEAD_BYTES)]
        start = end


def _parse_head(start: int, end: int, head: bytes) -> Entry | None:
    """The entry of a record that is an HTTP answer."""
    record, _, http = head.partition(b"\r\n\r\n")
    fields = _parse_fields(record.decode("utf-8", "replace"))
    status = re.match(rb"HTTP/\S+ (\d{3})", http)
    url = fields.get("warc-target-uri", "").strip("<>")
    if fields.get("warc-type") != "response" or not status or not url:
        return None
    return Entry(url, _parse_instant(fields), int(status[1]), start, end)


def _parse_fields(text: str) -> Mapping[str, str]:
    lines = (line.partition(":") for line in text.splitlines()[1:])
    return {name.strip().lower(): value.strip() for name, _, value in lines}


def _parse_instant(fields: Mapping[str, str]) -> datetime:
    try:
        return datetime.fromisoformat(fields["warc-date"]).astimezone(UTC)
    except (KeyError, ValueError) as error:
        raise WorldUnreadable(f"A record without a readable WARC-Date: {fields.get('warc-target-uri')}") from error
