"""Telling over Redis that a card changed: heard at once, and no harm where it is not."""

import asyncio
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from server.adapters import redis_changes
from server.adapters.embedded_valkey import EmbeddedValkey, find_binary
from server.adapters.redis_changes import RedisChanges
from tests.valkey import running_valkey

pytestmark = pytest.mark.anyio


class Ears:
    """Counts what is heard."""

    def __init__(self) -> None:
        self.times = 0

    def heard(self) -> None:
        self.times += 1

    async def wait_for(self, times: int, within_s: float = 5.0) -> None:
        """Until so much was heard."""
        async with asyncio.timeout(within_s):
            while self.times < times:
                await asyncio.sleep(0.002)


@asynccontextmanager
async def listening(url: str) -> AsyncIterator[Ears]:
    """Somebody who has subscribed already."""
    ears, changes = Ears(), RedisChanges(url)
    await changes.listen(ears.heard)
    try:
        await ears.wait_for(1)
        yield ears
    finally:
        await changes.close()


async def test_what_one_process_tells_every_other_hears() -> None:
    """Each message is heard by all who listen, also by two on one machine."""
    with running_valkey() as url:
        teller = RedisChanges(url)
        async with listening(url) as first, listening(url) as second:
            for times in (2, 3):
                await teller.tell()
                await first.wait_for(times, within_s=1.0)
                await second.wait_for(times, within_s=1.0)
        await teller.close()


async def test_without_redis_telling_costs_a_second_at_most_and_fails_nothing(tmp_path: Path) -> None:
    """Neither where nobody listens on the socket, nor at an address from which no answer comes."""
    silent = await asyncio.start_server(lambda *_: asyncio.sleep(60), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    for url in (f"unix://{tmp_path}/nobody.sock", f"redis://127.0.0.1:{port}"):
        teller, began = RedisChanges(url), time.monotonic()
        await teller.tell()
        assert time.monotonic() - began < 2.5
        await teller.close()
    silent.close()


async def test_after_redis_was_away_it_looks_again_and_hears_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that was sent meanwhile is made up for by looking when the connection breaks and when it is back."""
    monkeypatch.setattr(redis_changes, "PAUSE_S", 0.02)
    with tempfile.TemporaryDirectory(prefix="valkey-") as name:
        process, url = start_valkey(Path(name))
        async with listening(url) as ears:
            process.kill()
            process.wait()
            await ears.wait_for(2)
            process, url = start_valkey(Path(name))
            await ears.wait_for(ears.times + 1)
            teller, heard = RedisChanges(url), ears.times
            async with asyncio.timeout(5):
                while ears.times == heard:
                    await teller.tell()
                    await asyncio.sleep(0.02)
            await teller.close()
        process.kill()
        process.wait()


def start_valkey(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """On the same socket each time."""
    valkey = EmbeddedValkey(folder, folder, find_binary())
    process = subprocess.Popen(valkey.command())
    assert valkey.wait(lambda: process.poll() is None), valkey.last_words()
    return process, valkey.url
