"""`--record`: what another fetcher brings is also appended to a WARC, which `--web` can answer from later."""

from datetime import UTC
from io import BytesIO
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from server.core.ports import Fetcher, Page

# The body is stored decoded, so what described it on the wire no longer does.
WIRE_HEADERS = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection", "set-cookie"})


class RecordingFetcher:
    """A Fetcher that records every page under the address it was asked for and the one it was found at."""

    def __init__(self, fetcher: Fetcher, path: Path) -> None:
        self._fetcher = fetcher
        self._path = path

    async def fetch(
        self, url: str, *, accept: str = "*/*", max_bytes: int = 5_000_000, timeout_s: float = 10.0
    ) -> Page:
        """The other fetcher's page, recorded."""
        page = await self._fetcher.fetch(url, accept=accept, max_bytes=max_bytes, timeout_s=timeout_s)
        with self._path.open("ab") as file:
            writer = WARCWriter(file, gzip=True, warc_version="1.1")
            for address in dict.fromkeys((url, page.url)):
                writer.write_record(_record(writer, address, page))
        return page


def _record(writer: WARCWriter, address: str, page: Page) -> object:
    headers = [(name, value) for name, value in page.headers.items() if name not in WIRE_HEADERS]
    headers.append(("content-length", str(len(page.body))))
    return writer.create_warc_record(
        address,
        "response",
        payload=BytesIO(page.body),
        http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
        warc_headers_dict={"WARC-Date": page.retrieved_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")},
    )
