"""A web and a model for fault tests, in this process: whatever is killed, they go on and keep count."""

import asyncio
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.workers.adapters.stub_model_server import (
    Asked,
    Exchange,
    StubModelServer,
    begin,
    block,
    failure,
    finish,
    streamed,
)
from tests.workers.faults import request_of
from tests.workers.newsroom import answer_well

LONGEST_S = 120.0
NAME = re.compile(r"Lamp (\d+) is relit")
PAGE = """<!doctype html><html lang=en><title>Lamp {n} is relit</title><article><h1>Lamp {n} is relit</h1>
<p>By A. Keeper, 23 February 2026</p>
<p>The council of Kestrel Point voted 7 to 2 on Monday to relight lamp {n} of its lighthouse on 1 March 2026.</p>
<p>The harbour board said the new lamp needs 40 percent less power than the one it replaces, which failed in 1988.</p>
<p>Fishing boats had asked for the light since a grounding on the north reef cost one of them its keel in 2024.</p>
<p>The work takes three weeks and costs 48,000 crowns, of which the harbour fund pays 30,000 crowns.</p>
</article></html>"""

Answer = Callable[[int, int, Exchange], Exchange]  # of a lamp, how often its stage was asked before, and a good answer


class Internet:
    """Threads at `thread(n)`, searches that find nothing, and a model that counts its calls by lamp and stage."""

    def __init__(self) -> None:
        self.pages: Counter[int] = Counter()
        self.calls: Counter[tuple[int, str]] = Counter()
        self.closed: set[int] = set()  # lamps whose page is not answered yet
        self.model_wait_s = 0.0  # before each piece of an answer; an answer has some forty
        self.spoil: Answer = lambda lamp, before, good: good
        self._site = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._site.daemon_threads = True
        self._site.handle_error = _quietly  # type: ignore[method-assign] # clients are killed on purpose
        self._model = StubModelServer(self._script)
        self._ready, self._over = threading.Event(), threading.Event()

    @property
    def port(self) -> int:
        """The site's."""
        return self._site.server_port

    def thread(self, n: int) -> str:
        """The address of a thread."""
        return f"http://127.0.0.1:{self.port}/thread/{n}"

    @property
    def settings(self) -> dict[str, str]:
        """What lets our programs go there."""
        return {
            "THREADPROOF_FETCH_ALLOW": f"127.0.0.1:{self.port}",
            "THREADPROOF_SEARXNG_URL": f"http://127.0.0.1:{self.port}",
            "THREADPROOF_HOST_DELAY_S": "0",
            "THREADPROOF_HOST_REQUESTS": "1000",
            "ANTHROPIC_BASE_URL": self._model.url,
            "THREADPROOF_DAY_BUDGET_USD": "1000",
            "THREADPROOF_ADDRESS_BUDGET_USD": "1000",
        }

    def sets_of_calls(self, lamp: int) -> int:
        """How often a card's worth of questions was asked about a lamp: as often as the stage most asked for."""
        return max((count for (n, stage), count in self.calls.items() if n == lamp and stage != "repair"), default=0)

    def _handler(internet) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - `self` is the handler's
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                found = re.fullmatch(r"/thread/(\d+)", self.path)
                if self.path.startswith("/search"):
                    self.answer("application/json", b'{"results": []}')
                elif found:
                    n = int(found[1])
                    internet.pages[n] += 1
                    until = time.monotonic() + LONGEST_S
                    while n in internet.closed and time.monotonic() < until:
                        time.sleep(0.01)
                    self.answer("text/html; charset=utf-8", PAGE.format(n=n).encode())
                else:
                    self.send_error(404)

            def answer(self, media_type: str, body: bytes) -> None:
                self.send_response(200)
                self.send_header("content-type", media_type)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        return Handler

    def _script(self, asked: Asked) -> Exchange:
        """The next answer of the model, good unless `spoil` makes something else of it."""
        if asked.method != "POST":
            return failure(404, "not_found_error")
        request = request_of(asked)
        found = NAME.search(json.dumps(asked.body))
        lamp = int(found[1]) if found else 0
        before = self.calls[lamp, request.stage]
        self.calls[lamp, request.stage] += 1
        text = json.dumps(answer_well(request), ensure_ascii=False)
        tokens = sum(len(part.text) for part in request.parts) // 4
        good = streamed(begin(input_tokens=tokens), block(0, text, piece=60), finish("end_turn", len(text) // 4))
        good = Exchange(headers=good.headers, pieces=good.pieces, wait_s=self.model_wait_s)
        return self.spoil(lamp, before, good)

    def _run_model(self) -> None:
        async def serve() -> None:
            async with self._model.running():
                self._ready.set()
                await asyncio.to_thread(self._over.wait)

        asyncio.run(serve())

    @contextmanager
    def running(self) -> Iterator["Internet"]:
        """Both, until the end of the block."""
        threads = [
            threading.Thread(target=self._site.serve_forever, daemon=True),
            threading.Thread(target=self._run_model, daemon=True),
        ]
        for each in threads:
            each.start()
        self._ready.wait(10)
        try:
            yield self
        finally:
            self.closed.clear()
            self._over.set()
            self._site.shutdown()
            self._site.server_close()
            for each in threads:
                each.join(10)


def _quietly(request: Any, client_address: Any) -> None:
    """Whoever asked has been killed."""
