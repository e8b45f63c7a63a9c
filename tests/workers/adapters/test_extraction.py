import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.core.errors import SourceUnreadable
from tests.processes import descendants, is_alive, soon
from tests.workers.adapters.worlds import LIGHTHOUSE, article, page
from workers.adapters.extraction import InProcessExtractor, SocketExtractor
from workers.adapters.extraction_server import ExtractionServer

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.anyio
STORY = page(article("Corran Point goes dark", *LIGHTHOUSE))
# What takes longer than any page is worth, were there no bounds before the parsers: see test_hostile_markup.py.
SLOW = page("<html><body><article><p>" + "&lt;" * 1_000_000)
GREEDY = """
import asyncio
from server.core.errors import SourceUnreadable
from tests.workers.adapters.worlds import LIGHTHOUSE, article, page
from workers.adapters.extraction import SocketExtractor
from workers.adapters.extraction_server import ExtractionServer

with ExtractionServer.start(spare_bytes=32 * 2**20) as server:
    for body in ("<html><body><p>" + "word " * 900_000, article("Corran Point goes dark", *LIGHTHOUSE)):
        try:
            print(asyncio.run(SocketExtractor(server.path).extract(page(body))).title)
        except SourceUnreadable as error:
            print(error.message)
"""


@pytest.fixture
def server() -> Iterator[ExtractionServer]:
    """A server with a short deadline."""
    with ExtractionServer.start(deadline_s=1.5) as running:
        yield running


async def test_a_page_comes_back_as_the_same_document_from_here_and_from_a_child(server: ExtractionServer) -> None:
    """Going through a socket changes nothing."""
    here = await InProcessExtractor().extract(STORY)
    assert await SocketExtractor(server.path).extract(STORY) == here
    assert here.title == "Corran Point goes dark"


async def test_a_page_that_takes_too_long_is_killed_and_the_next_one_works() -> None:
    """It costs its deadline and nothing else."""
    with ExtractionServer.start(deadline_s=0.3) as server:
        extractor = SocketExtractor(server.path)
        with pytest.raises(SourceUnreadable, match="more time or memory"):
            await extractor.extract(SLOW)
        assert (await extractor.extract(STORY)).title == "Corran Point goes dark"


def test_a_page_that_wants_too_much_memory_is_refused() -> None:
    """The kernel says no to the child, not to us. In a process of its own: this one has freed much that forks use."""
    told = subprocess.run(
        [sys.executable, "-c", GREEDY], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert "memory" in told.stdout
    assert "Corran Point goes dark" in told.stdout


async def test_a_server_that_was_killed_is_there_again_for_the_next_page(server: ExtractionServer) -> None:
    """The kernel may take it when memory is short; whoever asks meanwhile waits."""
    extractor = SocketExtractor(server.path)
    for _ in range(3):
        assert soon(lambda: descendants(server.pid))
        killed = descendants(server.pid)[0]
        os.kill(killed, signal.SIGKILL)
        assert (await extractor.extract(STORY)).title == "Corran Point goes dark"
        assert killed not in descendants(server.pid)


async def test_a_server_that_cannot_live_is_given_up(server: ExtractionServer) -> None:
    """Callers hear that nobody answers instead of waiting for it."""
    while is_alive(server.pid):
        for child in descendants(server.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(server.pid, os.WNOHANG)
        await asyncio.sleep(0.02)
    with pytest.raises(SourceUnreadable, match="no extraction server answers"):
        await SocketExtractor(server.path).extract(STORY)


async def test_many_pages_wait_their_turn(server: ExtractionServer) -> None:
    """More pages than processors are all answered."""
    extractor = SocketExtractor(server.path)
    documents = await asyncio.gather(*(extractor.extract(STORY) for _ in range(20)))
    assert {document.title for document in documents} == {"Corran Point goes dark"}


async def test_a_wall_is_named_across_the_socket(server: ExtractionServer) -> None:
    """The child's reason arrives as it was said."""
    wall = page("<title>Just a moment...</title><p>Checking your browser before accessing the site.</p>")
    with pytest.raises(SourceUnreadable, match="a bot check instead of the page"):
        await SocketExtractor(server.path).extract(wall)


async def test_callers_that_hang_up_do_not_hurt_the_server(server: ExtractionServer) -> None:
    """A cancelled job closes its socket at any point."""
    for data in (b"", b"\x00\x01nonsense"):
        _, writer = await asyncio.open_unix_connection(server.path)
        writer.write(data)
        writer.close()
    assert (await SocketExtractor(server.path).extract(STORY)).title == "Corran Point goes dark"


async def test_without_a_server_a_page_is_unreadable_not_an_accident(server: ExtractionServer) -> None:
    """A job goes on without the page."""
    server.stop()
    with pytest.raises(SourceUnreadable):
        await SocketExtractor(server.path).extract(STORY)


def test_server_and_children_end_when_their_parent_is_killed() -> None:
    """kill -9 of the worker leaves nothing behind."""
    told, tell = os.pipe()
    worker = os.fork()
    if worker == 0:
        running = ExtractionServer.start(deadline_s=60)
        os.write(tell, str(running.pid).encode())
        signal.pause()
        os._exit(0)
    keeper = int(os.read(told, 100))
    assert soon(lambda: bool(descendants(keeper)))
    ours = [keeper, *descendants(keeper)]
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    assert soon(lambda: not any(map(is_alive, ours)))
