"""Strangers' servers at their worst, played on loopback: each fetch ends in time, with a reason that a person can read,
reaches nothing private, and leaves the fetcher as it was.
"""

import asyncio
import contextlib
import gzip
import json
import random
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from server.core.errors import InsightError, SourceError, ThreadError
from server.core.ports import Page
from server.core.urls import canonical_url
from tests.workers.adapters.hostile_rows import HTML, OTHERS, ROWS
from tests.workers.adapters.hostile_server import FINE, GOOD, HostileServer, LoopbackWeb
from tests.workers.adapters.network import PUBLIC, ScriptedNetwork, ScriptedResolver
from tests.workers.adapters.worlds import RECORDED_AT
from workers.adapters.extraction import InProcessExtractor, SocketExtractor
from workers.adapters.extraction_server import ExtractionServer
from workers.adapters.guarded_fetcher import GuardedFetcher
from workers.stages.read import read_thread

pytestmark = pytest.mark.anyio
SHARED = Path(__file__).resolve().parents[4] / "shared" / "hostile" / "hostile_sources.jsonl"
SHARED_ROWS = [json.loads(line) for line in SHARED.read_text().splitlines()] if SHARED.is_file() else []
DEADLINE_S = 3.0
PATIENCE_S = 0.8  # with servers that never come to an end
SPARE_S = 1.5  # beyond the deadline, for a busy machine
THREAD = "https://www.reddit.com/r/Lighthouses/comments/1abcde/kestrel/"
PLAIN = re.compile(r"[A-Z][a-z]+Error|Exception|Errno|Traceback|0x|object at|\bNone\b|h11|httpcore|httpx|[\x00-\x1f]")


def title(row: dict[str, Any]) -> str:
    """How a test names a row."""
    return f"{row['kind']}: {row['why']}"[:70]


class Names:
    """A resolver that knows one private name, and a row's, which may change its mind."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self._host = spec.get("host")
        self._answers = [list(answer) for answer in spec.get("answers", [])]

    async def __call__(self, host: str, port: int) -> list[str]:
        if host == self._host and self._answers:
            return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return ["10.9.9.9"] if host == "private.example" else [PUBLIC]


class Played:
    """A row on the stage: the server that plays it, and the fetcher that has to live through it."""

    def __init__(self, row: dict[str, Any], server: HostileServer) -> None:
        self.row, self.server = row, server
        self.web = LoopbackWeb(server.port)
        self.deadline_s = PATIENCE_S if {"drip_bytes_per_s", "silent"} & set(row["spec"]) else DEADLINE_S
        self.fetcher = GuardedFetcher(dial=self.web, resolver=Names(row["spec"]))
        self.url = f"http://{row['spec'].get('host', 'shop.example')}/"

    async def fetch(self, url: str | None = None, **how: Any) -> Page | SourceError:
        """The page, or the error that says why there is none. Other errors are faults."""
        began = time.monotonic()
        try:
            answer = await self.fetcher.ask(url or self.url, timeout_s=self.deadline_s, **how)
        except SourceError as error:
            answer = error  # type: ignore[assignment]
        assert time.monotonic() - began < self.deadline_s + SPARE_S
        return answer  # type: ignore[return-value]

    async def check_aftermath(self) -> None:
        """Nothing private was dialled, and the next page is read as if nothing had happened."""
        assert (set(self.web.dialled) <= {PUBLIC}, self.server.secret_visits) == (True, 0)
        for url in (f"http://{FINE}/", f"http://{FINE}/again"):
            answer = await self.fetch(url)
            assert isinstance(answer, Page), answer
            assert answer.body == GOOD


@asynccontextmanager
async def on_stage(row: dict[str, Any]) -> AsyncIterator[Played]:
    with HostileServer() as server:
        server.prepare(row["kind"], row["spec"])
        played = Played(row, server)
        yield played
        await played.check_aftermath()
        assert not any(b"cookie:" in head.lower() for head in server.heard)
        await played.fetcher.close()


def check_verdict(row: dict[str, Any], answer: Page | InsightError) -> None:
    """The row's `must`, and a reason in plain words."""
    if isinstance(answer, InsightError):
        assert not PLAIN.search(answer.message), answer.message
        assert (answer.message[-1], len(answer.message) < 400) == (".", True), answer.message
        assert re.search(row.get("says", ""), answer.message), answer.message
    if row["must"].startswith(("allow or refuse", "refuse, or dial only")):
        return
    # A page that would like to send us elsewhere, and is only read, has sent nobody anywhere.
    harmless = row["kind"] == "redirect" and not row["spec"].get("chain")
    allowed = row["must"].startswith("allow") or harmless
    assert isinstance(answer, Page) == allowed, answer


def fetched_rows(rows: list[dict[str, Any]]) -> list[Any]:
    """Those that are decided by fetching alone."""
    return [pytest.param(row, id=title(row)) for row in rows if row["kind"] not in ("html", "json", "xml")]


@pytest.mark.parametrize("row", [*fetched_rows(ROWS), *fetched_rows(SHARED_ROWS)])
async def test_a_hostile_answer_ends_in_time_with_a_reason_and_is_forgotten(row: dict[str, Any]) -> None:
    """The verdict is as the row says, no address outside global unicast is dialled, and the fetcher still works."""
    async with on_stage(row) as played:
        if row["must"].startswith("parse the first"):
            answer = await played.fetch(max_bytes=500 * 1024, prefix=True)
            assert isinstance(answer, Page)
            assert len(answer.body) == 500 * 1024
        elif row["kind"] in ("robots", "private"):
            answer = await played.fetch(prefix=row["kind"] == "robots")
            assert isinstance(answer, Page) or answer.status == row["spec"]["status"]  # type: ignore[union-attr]
        else:
            check_verdict(row, await played.fetch())
            if isinstance(answer := await played.fetch(), Page):
                assert b"smuggled" not in answer.body
                assert "set-cookie" not in answer.headers


ENDLESS_ROWS = [row for row in [*ROWS, *SHARED_ROWS] if row["spec"].get("endless") and row["kind"] == "body"]


@pytest.mark.parametrize("row", [pytest.param(row, id=title(row)) for row in ENDLESS_ROWS])
async def test_what_is_too_large_is_not_fetched_much_further(row: dict[str, Any]) -> None:
    """Of an endless body hardly more is read than the limit."""
    async with on_stage(row) as played:
        await played.fetch(max_bytes=1_000_000)
        assert played.web.read_bytes < 1_000_000 + 2**20


async def test_answers_damaged_at_random_end_with_a_page_or_a_reason() -> None:
    """Five hundred answers put together and damaged by dice raise nothing that is not ours."""
    dice = random.Random(7)
    lines = ["content-type: text/html", "content-length: 5", "transfer-encoding: chunked", "location: /a", "x:",
             "content-encoding: gzip", "content-encoding: br", "content-encoding: zstd", "content-type: a;charset*0*=b",
             "content-type: text/html; charset=\xff", "retry-after: Mon, 99 Foo 9999999 00:00"]  # fmt: skip
    bodies = [b"hello", b"5\r\nhello\r\n0\r\n\r\n", gzip.compress(b"hello"), b"", b"5;x\r\nhello\r\n0\r\nx: y\r\n\r\n"]
    statuses = ["200 OK", "200 OK", "302 Found", "103 Hints", "304 Same", "429 Slow", "599 \xff"]
    for _ in range(500):
        made = f"HTTP/1.{dice.choice('11012')} {dice.choice(statuses)}\r\n"
        made += "".join(f"{line}\r\n" for line in dice.sample(lines, dice.randrange(4)))
        answer = bytearray(made.encode("latin-1") + b"\r\n" + dice.choice(bodies))
        for _ in range(dice.choice((0, 0, 1, 4))):
            answer[dice.randrange(len(answer))] = dice.randrange(256)
        fetcher = GuardedFetcher(dial=ScriptedNetwork(*[bytes(answer)] * 7), resolver=ScriptedResolver())
        with contextlib.suppress(SourceError):
            await fetcher.ask("http://shop.example/", max_bytes=dice.choice((3, 100)), prefix=dice.random() < 0.2)


# ---- documents and threads ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def extraction() -> Iterator[ExtractionServer]:
    """The real one, with its real limits."""
    with ExtractionServer.start() as running:
        yield running


MARKUP_ROWS = [row for row in [*HTML, *OTHERS, *SHARED_ROWS] if row["kind"] in ("html", "xml")]


@pytest.mark.parametrize("row", [pytest.param(row, id=title(row)) for row in MARKUP_ROWS])
async def test_markup_that_is_hard_on_parsers_costs_its_own_page_only(
    row: dict[str, Any], extraction: ExtractionServer
) -> None:
    """It is read or given up within its budget, and the next page is read."""
    async with on_stage(row) as played:
        extractor, began = SocketExtractor(extraction.path), time.monotonic()
        answer = await played.fetch()
        if isinstance(answer, Page):
            try:
                await extractor.extract(answer)
            except SourceError as error:
                check_verdict(row, error)
        assert time.monotonic() - began < row.get("budget", {}).get("seconds", 10)
        good = await played.fetch(f"http://{FINE}/")
        assert isinstance(good, Page)
        await extractor.extract(good)


JSON_ROWS = [row for row in [*OTHERS, *SHARED_ROWS] if row["kind"] == "json"]


@pytest.mark.parametrize("row", [pytest.param(row, id=title(row)) for row in JSON_ROWS])
async def test_a_thread_that_is_none_ends_with_a_thread_or_a_reason(row: dict[str, Any]) -> None:
    """Readers end whatever the JSON says of itself."""
    async with on_stage(row) as played:
        began, told = time.monotonic(), ""
        try:
            await read_thread(
                canonical_url(THREAD),
                fetcher=played.fetcher,
                extractor=InProcessExtractor(),
                capture=None,
                now=RECORDED_AT,
            )
        except (ThreadError, SourceError) as error:
            told = error.message
        assert not PLAIN.search(told), told
        assert time.monotonic() - began < row.get("budget", {}).get("seconds", 10)


# ---- many at once -----------------------------------------------------------------------------------------


async def test_slow_servers_do_not_hold_up_the_others() -> None:
    """Fifty that send a byte now and then are being waited for; pages of another host come at once."""
    row = {"kind": "body", "spec": {"drip_bytes_per_s": 1, "part": "headers"}}
    with HostileServer() as server:
        server.prepare(row["kind"], row["spec"])
        played = Played(row, server)
        slow = [asyncio.create_task(played.fetch(f"http://slow{n}.example/")) for n in range(50)]
        await asyncio.sleep(0.3)
        took = []
        for _ in range(30):
            began = time.monotonic()
            assert isinstance(await played.fetch(f"http://{FINE}/"), Page)
            took.append(time.monotonic() - began)
        assert max(took) < 0.2
        assert not any(isinstance(answer, Page) for answer in await asyncio.gather(*slow))
        await played.fetcher.close()


async def test_one_slow_host_does_not_take_all_connections() -> None:
    """However many of its pages are wanted, a few are asked for at a time."""
    row = {"kind": "body", "spec": {"silent": True}}
    with HostileServer() as server:
        server.prepare(row["kind"], row["spec"])
        played = Played(row, server)
        slow = [asyncio.create_task(played.fetch(f"http://slow.example/{n}")) for n in range(400)]
        await asyncio.sleep(0.3)
        assert isinstance(await played.fetch(f"http://{FINE}/"), Page)
        assert len(played.web.dialled) < 20
        await asyncio.gather(*slow)
        await played.fetcher.close()


async def test_fetches_that_are_given_up_leave_no_connection_behind() -> None:
    """A caller that stops waiting, at any moment, costs nobody else their turn or their page."""
    row = {"kind": "redirect", "spec": {"html": "<p>a page</p>" * 20_000}}
    with HostileServer() as server:
        server.prepare(row["kind"], row["spec"])
        played = Played(row, server)
        for n in range(120):
            task = asyncio.create_task(played.fetcher.fetch("http://shop.example/"))
            await asyncio.sleep(n * 0.0001)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        answers = await asyncio.gather(*(played.fetch() for _ in range(16)))
        assert {len(answer.body) for answer in answers if isinstance(answer, Page)} == {len("<p>a page</p>") * 20_000}
        assert len(answers) == 16
        await played.fetcher.close()
