"""Which adapters a job gets by which settings."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from server.core.errors import SourceRefused, SourceUnavailable
from server.settings import Settings
from tests.valkey import running_valkey
from tests.workers.adapters.worlds import Recorded, write_world
from workers.adapters.recorded_web import RecordedWeb
from workers.adapters.recording_fetcher import RecordingFetcher
from workers.adapters.reddit_oauth import RedditOauth
from workers.adapters.shelf import OwnShelf, RedisShelf
from workers.bootstrap import open_reddit, open_web, warm_up

pytestmark = pytest.mark.anyio
KEYS = {"THREADPROOF_REDDIT_CLIENT_ID": "an-id", "THREADPROOF_REDDIT_CLIENT_SECRET": "a-secret"}


async def test_reddits_api_is_asked_where_both_keys_are_set() -> None:
    """Its token is shared where there is a Redis."""
    async with AsyncExitStack() as stack:
        for given in ({}, dict.fromkeys(list(KEYS)[:1], "x"), dict.fromkeys(list(KEYS)[1:], "x")):
            assert open_reddit(Settings.from_env(given), stack) is None
        alone = open_reddit(Settings.from_env(KEYS), stack)
        shared = open_reddit(Settings.from_env({**KEYS, "REDIS_URL": "redis://127.0.0.1:9/0"}), stack)
        assert isinstance(alone, RedditOauth)
        assert isinstance(shared, RedditOauth)
        assert isinstance(alone._shelf, OwnShelf)
        assert isinstance(shared._shelf, RedisShelf)


async def test_what_reddits_api_says_is_recorded_and_answered_from(tmp_path: Path) -> None:
    """A world without it does not pretend to have the API, keys or none."""
    settings = Settings.from_env(KEYS)
    async with AsyncExitStack() as stack:
        recording = msgspec.structs.replace(settings, record=tmp_path / "new.warc.gz")
        assert isinstance((await open_web(recording, warm_up(recording), stack)).reddit, RecordingFetcher)
        for url, is_there in (
            ("https://oauth.reddit.com/comments/1abcde?raw_json=1", True),
            ("https://a.example/", False),
        ):
            world = write_world(tmp_path / f"{is_there}.warc.gz", [Recorded(url, "[]", "application/json")])
            replaying = msgspec.structs.replace(settings, web=world)
            web = await open_web(replaying, warm_up(replaying), stack)
            assert (web.reddit is not None) is is_there


class Site:
    """A web server of our own on this machine; `asked` are the paths it was asked for, and `agents` by whom."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.agents: list[str] = []
        self.address = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One answer a connection."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        path = head.split(" ")[1]
        self.asked.append(path)
        self.agents += [line.partition(": ")[2] for line in head.splitlines() if line.lower().startswith("user-agent")]
        body = b"User-agent: *\nDisallow: /private" if path == "/robots.txt" else f"<p>{path}</p>".encode()
        kind = "text/plain" if path == "/robots.txt" else "text/html"
        status = "429 Slow Down\r\nretry-after: 60" if path == "/busy" else "200 OK"
        writer.write(f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\nconnection: close\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def running_site() -> AsyncIterator[Site]:
    """On a free port of 127.0.0.1."""
    site = Site()
    server = await asyncio.start_server(site.answer, "127.0.0.1", 0)
    site.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield site


async def test_found_pages_are_read_politely_and_once_for_all_workers() -> None:
    """What somebody named is read without robots.txt and without the cache, but waits where the host asked for it."""
    async with running_site() as site, AsyncExitStack() as stack:
        settings = Settings(
            data=Path("/nowhere"),
            redis_url=stack.enter_context(running_valkey()),
            fetch_allow=(site.address,),
            contact="keeper@kestrel.example",
            host_delay_s=0.0,
        )
        one, two = [await open_web(settings, warm_up(settings), stack) for _ in range(2)]
        page = await one.pages.fetch(f"http://{site.address}/lamp")
        with pytest.raises(SourceRefused, match=r"robots\.txt"):
            await two.pages.fetch(f"http://{site.address}/private")
        await asyncio.sleep(0.1)  # the page is kept beside what comes next
        assert await two.pages.fetch(f"http://{site.address}/lamp") == page
        assert site.asked == ["/robots.txt", "/lamp"]
        assert all(agent.endswith("(+keeper@kestrel.example)") for agent in site.agents)
        assert (await two.fetcher.fetch(f"http://{site.address}/lamp")).body == page.body
        assert (await two.fetcher.fetch(f"http://{site.address}/private")).body == b"<p>/private</p>"
        with pytest.raises(SourceUnavailable, match="429"):
            await one.fetcher.fetch(f"http://{site.address}/busy")
        with pytest.raises(SourceUnavailable, match="left alone until"):
            await two.fetcher.fetch(f"http://{site.address}/")
        assert site.asked[2:] == ["/lamp", "/private", "/busy"]


async def test_without_redis_a_command_is_as_polite_by_itself() -> None:
    """`threadproof read` needs no server."""
    async with running_site() as site, AsyncExitStack() as stack:
        settings = Settings(data=Path("/nowhere"), fetch_allow=(site.address,), host_delay_s=0.0)
        web = await open_web(settings, warm_up(settings), stack)
        for _ in range(2):
            assert (await web.pages.fetch(f"http://{site.address}/lamp")).body == b"<p>/lamp</p>"
            await asyncio.sleep(0.02)  # it is kept beside what comes next
        with pytest.raises(SourceRefused, match=r"robots\.txt"):
            await web.pages.fetch(f"http://{site.address}/private")
        assert site.asked == ["/robots.txt", "/lamp"]


async def test_what_came_from_the_cache_is_recorded_as_what_was_fetched(tmp_path: Path) -> None:
    """A recorded world is whole, though others had read half of it just before; robots.txt is no page of it."""
    async with running_site() as site, AsyncExitStack() as stack:
        url = stack.enter_context(running_valkey())
        settings = Settings(data=tmp_path, redis_url=url, fetch_allow=(site.address,), host_delay_s=0.0)
        before = await (await open_web(settings, warm_up(settings), stack)).pages.fetch(f"http://{site.address}/lamp")
        await asyncio.sleep(0.1)  # it is kept beside what comes next
        recording = msgspec.structs.replace(settings, record=tmp_path / "new.warc.gz")
        web = await open_web(recording, warm_up(recording), stack)
        await web.fetcher.fetch(f"http://{site.address}/thread")
        await web.pages.fetch(f"http://{site.address}/lamp")
    world = RecordedWeb(tmp_path / "new.warc.gz")
    assert {entry.url.removeprefix(f"http://{site.address}") for entry in world._archive.entries} == {
        "/thread",
        "/lamp",
    }
    page = await world.fetch(f"http://{site.address}/lamp")
    assert page.body == before.body
    assert page.retrieved_at == before.retrieved_at.replace(microsecond=0)
