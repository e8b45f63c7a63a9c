"""Search providers played on the wire: each in the shape in which it really answers, with rows of our own."""

import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import httpx
import httpx2

from workers.adapters.search_anthropic import AnthropicSearcher
from workers.adapters.search_brave import BraveSearcher
from workers.adapters.search_limits import Provider
from workers.adapters.search_searxng import SearxngSearcher
from workers.adapters.search_tavily import TavilySearcher

KEY = "sk-Hush-hush_0001"
PIECE = 65_536


class Row(NamedTuple):
    """What a provider found; None where its answer has null, as several do."""

    url: object
    title: object = "A title"
    text: object = "Some words of the page."
    day: object = None


class Reply(NamedTuple):
    """What goes over the wire."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = {"content-type": "application/json"}  # noqa: RUF012 - never changed


class Wire:
    """A provider's server: it answers with the next of `replies`, the last for ever, and keeps what it was asked.

    `sent` counts the bytes of bodies that were taken off it.
    """

    def __init__(self, *replies: Reply | Exception) -> None:
        self.replies = list(replies)
        self.asked: list[Any] = []
        self.sent = 0

    def _next(self, request: Any) -> Reply:
        self.asked.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        return reply

    async def _pieces(self, body: bytes) -> AsyncIterator[bytes]:
        for at in range(0, len(body), PIECE):
            self.sent += len(body[at : at + PIECE])
            yield body[at : at + PIECE]

    def transport(self) -> httpx.MockTransport:
        """For clients of httpx; bodies come in pieces, as from a socket."""

        def reply(request: httpx.Request) -> httpx.Response:
            answer = self._next(request)
            return httpx.Response(answer.status, headers=answer.headers, content=self._pieces(answer.body))

        return httpx.MockTransport(reply)

    def transport2(self) -> httpx2.MockTransport:
        """The same for the SDK's client."""

        def reply(request: httpx2.Request) -> httpx2.Response:
            answer = self._next(request)
            return httpx2.Response(answer.status, headers=answer.headers, content=self._pieces(answer.body))

        return httpx2.MockTransport(reply)


def as_json(value: object) -> Reply:
    """A good answer."""
    return Reply(200, json.dumps(value).encode())


# ---- what each provider says --------------------------------------------------------------------


def say_searxng(*rows: object) -> Reply:
    """As SearXNG of 2026.2 answers; only what is read is kept short."""
    results = [
        {
            "url": row.url, "title": row.title, "content": row.text, "publishedDate": row.day, "thumbnail": "",
            "engine": "duckduckgo", "template": "default.html", "parsed_url": ["https", "x", "/", "", "", ""],
            "img_src": "", "priority": "", "engines": ["duckduckgo", "brave"], "positions": [1, 2], "score": 3.0,
            "category": "general",
        }
        if isinstance(row, Row) else row
        for row in rows
    ]  # fmt: skip
    return as_json(
        {"query": "q", "results": results, "answers": [], "corrections": [], "infoboxes": [], "suggestions": [],
         "unresponsive_engines": [["google", "Suspended: CAPTCHA"]] if rows else []}
    )  # fmt: skip


def say_brave(*rows: object) -> Reply:
    """As Brave's API answers, with the headers of a plan that allows fifty searches a second."""
    results = [
        {
            "title": row.title, "url": row.url, "is_source_local": False, "is_source_both": False,
            "description": row.text, "page_age": row.day, "age": "2 days ago",
            "profile": {"name": "X", "url": row.url, "long_name": "x.example", "img": "https://imgs.example/1"},
            "language": "en", "family_friendly": True, "type": "search_result", "subtype": "generic",
            "meta_url": {"scheme": "https", "netloc": "x.example", "hostname": "x.example", "path": "› a"},
        }
        if isinstance(row, Row) else row
        for row in rows
    ]  # fmt: skip
    found: dict[str, Any] = {"type": "search", "query": {"original": "q", "more_results_available": True}, "mixed": {}}
    if rows:  # what found nothing has no "web"
        found["web"] = {"type": "search", "results": results, "family_friendly": True}
    headers = {
        "content-type": "application/json", "x-ratelimit-limit": "50, 0", "x-ratelimit-policy": "50;w=1, 0;w=2678400",
        "x-ratelimit-remaining": "49, 0", "x-ratelimit-reset": "1, 589000",
    }  # fmt: skip
    return as_json(found)._replace(headers=headers)


def say_tavily(*rows: object) -> Reply:
    """As Tavily's API answers."""
    results = [
        {"url": row.url, "title": row.title, "content": row.text, "score": 0.9, "raw_content": None,
         "published_date": row.day}
        if isinstance(row, Row) else row
        for row in rows
    ]  # fmt: skip
    return as_json(
        {"query": "q", "follow_up_questions": None, "answer": None, "images": [], "results": results,
         "response_time": 0.9, "request_id": "123e4567-e89b-12d3-a456-426614174111"}
    )  # fmt: skip


def say_anthropic(*rows: object, **changes: Any) -> Reply:
    """As the Messages API answers with one call of the web search tool."""
    results = [
        {"type": "web_search_result", "url": row.url, "title": row.title, "page_age": row.day,
         "encrypted_content": "Eo8B"}
        if isinstance(row, Row) else row
        for row in rows
    ]  # fmt: skip
    return anthropic_message(search_call(), search_result(results), {"type": "text", "text": "done"}, **changes)


def search_call() -> dict[str, Any]:
    """The model's call of the tool."""
    return {"type": "server_tool_use", "id": "srvtoolu_01", "name": "web_search", "input": {"query": "q"}, "caller": {"type": "direct"}}  # fmt: skip  # noqa: E501


def search_result(content: object) -> dict[str, Any]:
    """What the tool answered."""
    return {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_01", "content": content, "caller": {"type": "direct"}}  # fmt: skip  # noqa: E501


def anthropic_message(*content: object, stop_reason: str = "end_turn") -> Reply:
    """A message of the assistant's."""
    usage = {
        "input_tokens": 6_039, "output_tokens": 88, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0,
        "service_tier": "standard", "server_tool_use": {"web_search_requests": 1, "web_fetch_requests": 0},
    }  # fmt: skip
    return as_json(
        {"id": "msg_01", "type": "message", "role": "assistant", "model": "claude-haiku-5-5", "content": list(content),
         "stop_reason": stop_reason, "stop_sequence": None, "usage": usage}
    )  # fmt: skip


# ---- the adapters before them -------------------------------------------------------------------


class Kind(NamedTuple):
    """A provider: how it says its rows, and the adapter that reads them."""

    say: Callable[..., Reply]
    open: Callable[[Wire], Provider]
    has_snippets: bool = True


KINDS = {
    "searxng": Kind(say_searxng, lambda wire: SearxngSearcher("http://127.0.0.1:8888", transport=wire.transport())),
    "brave": Kind(say_brave, lambda wire: BraveSearcher(KEY, transport=wire.transport())),
    "tavily": Kind(say_tavily, lambda wire: TavilySearcher(KEY, transport=wire.transport())),
    "anthropic": Kind(
        say_anthropic,
        lambda wire: AnthropicSearcher(KEY, model="claude-haiku-5-5", transport=wire.transport2()),
        has_snippets=False,
    ),
}


# ---- a SearXNG that listens ---------------------------------------------------------------------


class Searxng:
    """A server that behaves as SearXNG does, on loopback. `formats` and `reply` may be changed while it runs."""

    def __init__(self, reply: Reply) -> None:
        self.reply, self.formats = reply, ["html", "json"]
        self.asked: list[dict[str, list[str]]] = []
        self.url = ""

    def answer(self, path: str, asked: dict[str, list[str]]) -> Reply:
        """What SearXNG's own webapp answers, in the order in which it decides."""
        if path != "/search":
            return Reply(404, b"<h1>Page not found", {"content-type": "text/html"})
        self.asked.append(asked)
        wanted, query = asked.get("format", ["html"])[0], asked.get("q", [""])[0]
        if wanted not in self.formats:
            return Reply(403, b"<h1>403 Forbidden", {"content-type": "text/html"})
        if not query:
            return Reply(400, b'{"error": "No query"}')
        if query.startswith("!!"):
            return Reply(302, b"", {"location": f"https://elsewhere.example/?q={query}"})
        return self.reply


@contextmanager
def running_searxng(reply: Reply) -> Iterator[Searxng]:
    """A SearXNG on a port of its own."""
    played = Searxng(reply)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            answer = played.answer(parts.path, parse_qs(parts.query))
            self.send_response(answer.status)
            for name, value in {**answer.headers, "content-length": str(len(answer.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    played.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield played
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
