"""Which search providers a job gets by which settings, and which way out they take."""

import asyncio
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from server.core.errors import SourceUnavailable
from server.settings import Settings
from tests.valkey import running_valkey
from workers.bootstrap import open_searchers

pytestmark = pytest.mark.anyio
ALL = {
    "searxng_url": "http://127.0.0.1:9",
    "brave_api_key": "b-sesame",
    "tavily_api_key": "t-sesame",
    "anthropic_search": True,
    "anthropic_api_key": "a-sesame",
}


async def names(**changes: Any) -> list[str]:
    async with AsyncExitStack() as stack:
        return [searcher.name for searcher in open_searchers(Settings(data=Path("/nowhere"), **changes), stack)]


async def test_all_that_is_configured_is_asked_and_keyless_search_where_nothing_is() -> None:
    """Anthropic's tool only where it is switched on and there is a key."""
    assert await names(**ALL) == ["SearXNG", "Brave", "Tavily", "Anthropic's web search"]
    assert await names() == ["web metasearch"]
    assert await names(brave_api_key="b") == ["Brave"]
    assert await names(anthropic_api_key="a") == ["web metasearch"]
    assert await names(anthropic_search=True) == ["web metasearch"]


async def test_one_that_fails_takes_nothing_from_the_others_and_rests() -> None:
    """What it was refused for is known to the next job, over Redis; no key is in it."""
    with running_valkey() as url:
        settings = Settings(data=Path("/nowhere"), redis_url=url, searxng_url="http://127.0.0.1:9")
        for _ in range(2):
            async with AsyncExitStack() as stack:
                (searcher,) = open_searchers(settings, stack)
                for _ in range(2):
                    with pytest.raises(SourceUnavailable, match="cannot be reached"):
                        await searcher.search("x")


@pytest.mark.parametrize(
    ("setting", "host"),
    [
        ("brave_api_key", "api.search.brave.com"),
        ("tavily_api_key", "api.tavily.com"),
        ("anthropic_api_key", "api.anthropic.com"),
    ],
)
async def test_providers_elsewhere_are_asked_by_the_way_out_that_is_set(setting: str, host: str) -> None:
    """The proxy is told the host, and never sees the key: TLS begins behind it."""
    heard: list[bytes] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    proxy = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    settings = Settings(data=Path("/nowhere"), egress_proxy=proxy, anthropic_search=True, **{setting: "sesame"})  # type: ignore[arg-type]
    async with AsyncExitStack() as stack:
        (searcher,) = open_searchers(settings, stack)
        with pytest.raises(SourceUnavailable):
            await searcher.search("x")
    server.close()
    await server.wait_closed()
    assert heard[0].startswith(f"CONNECT {host}:443 ".encode())
    assert b"sesame" not in heard[0]


def test_opening_costs_no_start_up_time() -> None:
    """Neither the SDK nor the metasearch's client is loaded before it is asked."""
    program = (
        "import sys\nfrom contextlib import AsyncExitStack\nfrom pathlib import Path\n"
        "from server.settings import Settings\nfrom workers.bootstrap import open_searchers\n"
        f"open_searchers(Settings(data=Path('/nowhere'), **{ALL!r}), AsyncExitStack())\n"
        "open_searchers(Settings(data=Path('/nowhere')), AsyncExitStack())\n"
        "print(sorted({'anthropic', 'primp', 'ddgs.ddgs'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
