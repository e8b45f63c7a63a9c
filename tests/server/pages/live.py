"""The application over memory behind the real web server, on a thread, for a browser to visit."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

from granian.constants import Interfaces
from granian.server.embed import Server

from tests.server.api.served import Served

T = TypeVar("T")


class Live:
    """`served` at an address of its own; its ports are used through `run`, on the server's loop."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.address = f"http://127.0.0.1:{served.settings.port}"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """A port's coroutine, to its end. Playwright keeps a loop of its own on the test's thread."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def start(self) -> None:
        """Answers when it returns."""
        self._thread.start()
        for _ in range(500):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.served.settings.port), 1):
                return
            threading.Event().wait(0.01)
        raise AssertionError("the web server did not come up")

    def stop(self) -> None:
        """The server, its thread and its loop are gone."""
        self._loop.call_soon_threadsafe(self._server.stop)
        self._thread.join(10)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._server = Server(
            self.served.app,
            port=self.served.settings.port,
            interface=Interfaces.ASGI,
            log_enabled=False,
        )
        self._loop.run_until_complete(self._server.serve())
        self._loop.close()


@contextlib.contextmanager
def live(
    prepare: Callable[[Any], object] = lambda served: None, kind: type[Served] = Served, **settings: Any
) -> Iterator[Live]:
    """A running server whose store holds what `prepare` puts there. `kind` is what it serves."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = Live(kind(port=port, **settings))
    prepare(running.served)
    running.start()
    try:
        yield running
    finally:
        running.stop()
