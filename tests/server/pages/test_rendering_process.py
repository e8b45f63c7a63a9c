"""The process that renders pictures: it dies, hangs and refuses without taking a page with it."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import msgspec
import pytest

from server.core.card import Card
from server.pages import preview_image
from server.pages.preview.drawing import Drawing, draw
from server.pages.preview.rendering import NICENESS, Renderer, RenderingFailed
from server.pages.preview_image import PreviewImages
from tests.server.api.served import Served, load_case, run

CASE = load_case()
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><path d="M0 0h8v8H0z" fill="#fff"/></svg>'
PNG = b"\x89PNG"


@pytest.fixture
def renderer() -> Iterator[Renderer]:
    """A child of this test's own."""
    renderer = Renderer(patience_s=20)
    yield renderer
    renderer.close()


def test_pictures_are_rendered_beside_the_server_and_give_way_to_it(renderer: Renderer) -> None:
    """One child for all of them, nicer than its parent by ten."""
    assert renderer.pid is None
    drawing = draw(CASE)
    first = renderer.render(drawing.svg, drawing.fonts)
    pid = renderer.pid
    assert first.startswith(PNG)
    assert renderer.render(drawing.svg, drawing.fonts) == first
    assert renderer.pid == pid != os.getpid()
    assert pid is not None
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, pid) == min(19, ours + NICENESS)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGALRM], ids=["killed", "idle for long"])
def test_a_child_that_ended_meanwhile_is_replaced(renderer: Renderer, number: signal.Signals) -> None:
    """Whoever asks next does not notice."""
    renderer.render(SQUARE, [])
    pid = renderer.pid
    assert pid is not None
    os.kill(pid, number)
    assert renderer.render(SQUARE, []).startswith(PNG)
    assert renderer.pid not in (pid, None)


def test_a_child_that_hangs_is_ended(renderer: Renderer) -> None:
    """After its time; the drawing then goes to another, which has its own."""
    renderer.render(SQUARE, [])
    pid = renderer.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    renderer._patience_s = 3
    assert renderer.render(SQUARE, []).startswith(PNG)
    assert renderer.pid not in (pid, None)


def test_what_is_no_drawing_is_refused_and_the_child_goes_on(renderer: Renderer) -> None:
    """The fault is the drawing's."""
    renderer.render(SQUARE, [])
    pid = renderer.pid
    with pytest.raises(RenderingFailed, match="refused"):
        renderer.render("<svg", [])
    assert renderer.render(SQUARE, []).startswith(PNG)
    assert renderer.pid == pid


def test_the_child_ends_with_a_server_that_was_killed() -> None:
    """However the server ended, its end of the pipe is closed."""
    code = (
        "from server.pages.preview.rendering import Renderer; import time; r = Renderer(); "
        f"r.render({SQUARE!r}, []); print(r.pid, flush=True); time.sleep(60)"
    )
    server = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    pid = int(server.stdout.readline())
    server.kill()
    server.communicate()
    deadline = time.monotonic() + 10
    while is_running(pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    """Whether there is such a process that is more than its parent's memory of it."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


def test_whoever_asks_while_too_many_wait_is_told_when_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """503 at once, instead of a place in a queue without end; kept pictures are given as ever."""
    monkeypatch.setattr(preview_image, "MOST_WAITING", 2)

    async def ask() -> list[bytes | BaseException]:
        images = PreviewImages(slowly)
        cards = [version(n) for n in range(1, 5)]
        await images.image(cards[0])
        waiting = [asyncio.create_task(images.image(card)) for card in (*cards, cards[0])]
        return await asyncio.gather(*waiting, return_exceptions=True)

    told = [type(each).__name__ for each in run(ask())]
    assert told == ["bytes", "bytes", "bytes", "Overloaded", "bytes"]
    monkeypatch.setattr(preview_image, "MOST_WAITING", 0)
    served = Served()
    served.save(CASE)
    answer = served.client.get(f"/c/{CASE.id}.png")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


def slowly(drawing: Drawing) -> bytes:
    """As the child does."""
    time.sleep(0.02)
    return b"png"


def version(n: int) -> Card:
    """One of the invented card's."""
    return msgspec.structs.replace(CASE, version=n)
