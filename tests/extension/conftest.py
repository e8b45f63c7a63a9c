"""A Threadproof server that plays a script, and a Chromium with the extension in it."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
EXTENSION = ROOT / "extension"
REDDIT_PAGE = ROOT / "tests/cases/pages/reddit-shreddit.html"
THREAD_URL = "https://www.reddit.com/r/BrewlineKettles/comments/1zk2brw/brewline_k2_firmware_41_refuses_thirdparty/"


@dataclass
class Received:
    """One request as the stub server got it."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Script:
    """What the stub server says, set by each test.

    Events are (id, name, data); an event named `wait` holds the stream until
    the test calls `go_on`, one named `hang-up` breaks the connection.
    """

    known_card: dict[str, Any] | None = None
    refusal: dict[str, Any] | None = None
    events: list[tuple[str, str, Any]] = field(default_factory=list)
    is_job_lost: bool = False
    retry_after: str = ""
    earlier_card: dict[str, Any] | None = None
    takes_corrections: bool = False
    known_keys: list[str] = field(default_factory=list)  # canonical URLs that have a public card


class StubServer:
    """Speaks the API the extension talks to, from a script."""

    def __init__(self) -> None:
        self.script = Script()
        self.received: list[Received] = []
        self._gate = threading.Semaphore(0)
        self._is_closed = threading.Event()
        stub = self

        class Handler(_Handler):
            server_state = stub

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)
        self._thread.start()

    def go_on(self) -> None:
        """Let the stream pass its next `wait`."""
        self._gate.release()

    def hold(self) -> None:
        """Stop here until the test goes on, or is over."""
        while not self._is_closed.is_set():
            if self._gate.acquire(timeout=0.05):
                return

    def posts(self) -> list[Any]:
        """The bodies posted for cards so far."""
        return [
            request.body for request in self.received if (request.method, request.path) == ("POST", "/api/v1/cards")
        ]

    def streams(self) -> list[Received]:
        """The requests for an event stream so far."""
        return [request for request in self.received if request.path.endswith("/events")]

    def close(self) -> None:
        """Stop answering; the port is free afterwards."""
        self._is_closed.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    server_state: StubServer

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """Keep quiet: what was received is in `received`."""

    def do_GET(self) -> None:
        self._take()
        script = self.server_state.script
        if self.path == "/healthz":
            self._answer(200, {"status": "ok"})
        elif self.path == "/api/v1/jobs/job-1/events" and not script.is_job_lost:
            self._stream()
        elif self.path.startswith("/api/v1/lookup/"):
            self._answer(200, lookup_answer(self.path.rpartition("/")[2], script.known_keys))
        elif self.path.startswith("/api/v1/cards/") and "?version=" in self.path and script.earlier_card:
            self._answer(200, script.earlier_card)
        elif self.path.startswith("/api/v1/cards/") and script.known_card:
            self._answer(200, script.known_card)
        elif self.path.startswith("/c/") and self.path.endswith(".md"):
            self._answer(200, "# The card\n\n[^1]: A quotation.", "text/markdown")
        else:
            self._answer(
                404, {"type": "not-found", "title": "Not here", "detail": "", "status": 404, "retryable": False}
            )

    def do_POST(self) -> None:
        self._take()
        script = self.server_state.script
        if self.path.endswith("/corrections"):
            self._answer(202 if script.takes_corrections else 404, {})
        elif script.refusal:
            self._answer(script.refusal["status"], script.refusal, "application/problem+json")
        elif script.known_card:
            self._answer(200, script.known_card)
        else:
            self._answer(202, {"job": job()}, location="/api/v1/jobs/job-1")

    def do_DELETE(self) -> None:
        self._take()
        self._answer(200, {"job": job(state="cancelled")})

    def _take(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.loads(raw) if raw else None
        self.server_state.received.append(Received(self.command, self.path, dict(self.headers), body))

    def _answer(self, status: int, body: Any, kind: str = "application/json", location: str = "") -> None:
        raw = body.encode() if kind == "text/markdown" else json.dumps(body).encode()
        self.send_response(status)
        if self.server_state.script.retry_after:
            self.send_header("Retry-After", self.server_state.script.retry_after)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(raw)

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        done = self.headers.get("Last-Event-ID", "")
        ids = [event[0] for event in self.server_state.script.events]
        for event_id, name, data in self.server_state.script.events[ids.index(done) + 1 if done in ids else 0 :]:
            if name == "wait":
                self.server_state.hold()
            elif name == "hang-up" and not done:
                return
            elif name != "hang-up":
                self._write_in_pieces(f"id: {event_id}\nevent: {name}\ndata: {json.dumps(data)}\n\n")

    def _write_in_pieces(self, text: str) -> None:
        raw = text.encode()
        for piece in (raw[: len(raw) // 2], raw[len(raw) // 2 :]):
            try:
                self.wfile.write(piece)
                self.wfile.flush()
            except (BrokenPipeError, ConnectionResetError):
                return
            time.sleep(0.002)


def lookup_answer(prefix: str, keys: list[str]) -> dict[str, Any]:
    """The known cards whose address's hash begins with these digits."""
    hashes = [hashlib.sha256(key.encode()).hexdigest() for key in keys]
    matches = [{"suffix": found[len(prefix) :], "id": "k2-card"} for found in hashes if found.startswith(prefix)]
    return {"prefix": prefix, "matches": matches}


def job(**changes: Any) -> dict[str, Any]:
    """A job document as the API shows it."""
    return {
        "id": "job-1",
        "state": "queued",
        "url": THREAD_URL,
        "stage": None,
        "attempt": 1,
        "created_at": "2026-11-24T09:00:00Z",
        "finished_at": None,
        "card": None,
        "error": None,
        "events": "/api/v1/jobs/job-1/events",
        **changes,
    }


def claim(text: str, kind: str = "web", source: int = 2) -> dict[str, Any]:
    """A claim that cites quote `a` of one source."""
    return {
        "label": None,
        "text": text,
        "kind": kind,
        "citations": [{"source": source, "quote": "a"}],
        "support": "supported",
        "corroborated": False,
    }


def card(**changes: Any) -> dict[str, Any]:
    """A short complete card about the thread of the Reddit page."""
    return {
        "schema": 1,
        "id": "k2-card",
        "permalink": "http://127.0.0.1:8321/c/k2-card-brewline",
        "version": 1,
        "status": "complete",
        "visibility": "public",
        "lang": "en",
        "thread": {
            "url": THREAD_URL,
            "site": "reddit.com",
            "community": "r/BrewlineKettles",
            "title": "Brewline K2",
            "author": "kettle_of_theseus",
            "posted_at": "2026-11-23T21:00:00Z",
            "score": 1204,
            "comment_count": 14,
            "language": "en",
            "links": [],
        },
        "capture": {
            "via": "browser",
            "captured_at": "2026-11-24T09:00:00Z",
            "comments_read": 9,
            "comments_total": 14,
            "fingerprint": "f0f0",
            "verified": "trusted",
        },
        "headline": claim("Brewline’s K2 kettle now refuses other makers’ descalers"),
        "hook": claim("A kettle that will not boil until it has read a tag.", "interpretation"),
        "category": "Incident",
        "tldr": {
            "what_changed": claim("Version 4.1 accepts certified cartridges only, says Brewline’s notice."),
            "why_it_matters": None,
            "what_to_do_next": [],
            "who_should_care": ["Everyone"],
        },
        "insight": {"takeaways": [], "technical": [], "implications": [], "timeline": []},
        "discussion": {"points": [claim("One owner went back to the old image.", "thread", 1)]},
        "disputed": [],
        "sources": [
            {
                "n": 1,
                "url": THREAD_URL,
                "title": "Brewline K2 firmware 4.1 refuses third-party descalers",
                "site": "Reddit",
                "author": "kettle_of_theseus",
                "published_at": "2026-11-23",
                "retrieved_at": "2026-11-24T09:00:00Z",
                "sha256": "ab" * 32,
                "kind": "thread",
                "language": "en",
                "quotes": [
                    {"id": "a", "text": "Roll back.", "start": 0, "end": 10, "url": THREAD_URL, "by": "nine_volt_nan"}
                ],
            },
            {
                "n": 2,
                "url": "https://support.brewline.example/notices/k2-4-1",
                "title": "Notice K2 4.1",
                "site": "Brewline",
                "author": None,
                "published_at": "2026-11-01",
                "retrieved_at": "2026-11-24T09:00:02Z",
                "sha256": "cd" * 32,
                "kind": "article",
                "language": None,
                "quotes": [
                    {
                        "id": "a",
                        "text": "From version 4.1 the K2 accepts certified cartridges only.",
                        "start": 120,
                        "end": 178,
                        "by": None,
                        "url": "https://support.brewline.example/notices/k2-4-1#:~:text=From%20version%204.1",
                    }
                ],
            },
        ],
        "unread": [],
        "verification": {
            "claims": 14,
            "supported": 12,
            "partial": 0,
            "dropped": 2,
            "corroborated": 0,
            "method": "Deterministic.",
        },
        "provenance": {
            "writer": "extractive",
            "model": None,
            "prompts": None,
            "tokens": None,
            "cost_usd": None,
            "made_in_s": 4.2,
            "stages": {"read": 0.4},
        },
        "generated_at": "2026-11-24T09:00:06Z",
        "collected_after_s": 43200.0,
        "freshness": "fresh",
        "fresh_until": "2026-11-30T00:00:00Z",
        "changes": [],
        "related": [],
        **changes,
    }


@pytest.fixture
def server() -> Iterator[StubServer]:
    """A stub server of this test's own."""
    stub = StubServer()
    yield stub
    stub.close()


class Browser:
    """Chromium with the extension loaded, every reddit.com page answered by the saved one."""

    def __init__(self, context: Any) -> None:
        self.context = context
        worker = context.service_workers[0] if context.service_workers else context.wait_for_event("serviceworker")
        self.worker = worker
        self.extension_id = worker.url.split("/")[2]
        self.cdp = context.browser.new_browser_cdp_session()
        self.welcome = self._take_welcome()

    def _take_welcome(self) -> str:
        """What the page that opens at installing is called; it is closed again, for it would stand in front."""
        is_first = lambda page: page.url.endswith("/welcome/welcome.html")  # noqa: E731
        found = next(filter(is_first, self.context.pages), None)
        page = found or self.context.wait_for_event("page", predicate=is_first)
        url = str(page.url)
        page.close()
        return url

    def set_server(self, address: str, key: str = "") -> None:
        """Settings as the options page would store them."""
        self.worker.evaluate(
            "settings => chrome.storage.local.set({settings})", {"v": 1, "server": address, "key": key}
        )

    def open_reddit(self, body: str | None = None, url: str = THREAD_URL) -> Any:
        """The thread page in a tab of its own."""
        html = REDDIT_PAGE.read_text(encoding="utf-8") if body is None else body
        self.context.route(
            "https://www.reddit.com/**",
            lambda route: (
                route.fulfill(body=html, content_type="text/html; charset=utf-8")
                if route.request.resource_type == "document"
                else route.abort()
            ),
        )
        page = self.context.new_page()
        page.goto(url)
        return page

    def open_panel(self, query: str = "") -> Any:
        """The panel as a page of its own, with the state it would have in the side."""
        page = self.context.new_page()
        page.goto(f"chrome-extension://{self.extension_id}/panel/panel.html{query}")
        return page

    def targets(self, kind: str) -> list[dict[str, Any]]:
        """What the browser is showing, side panels included."""
        found = self.cdp.send("Target.getTargets", {"filter": [{}]})["targetInfos"]
        return [target for target in found if target["type"] == kind]

    def click_action(self, page: Any) -> None:
        """Click the toolbar button on this page: a real gesture, which grants activeTab."""
        page.bring_to_front()
        tab = next(target for target in self.targets("tab") if target["url"] == page.url)
        self.cdp.send("Extensions.triggerAction", {"id": self.extension_id, "targetId": tab["targetId"]})


class SidePanel:
    """The side panel, which Playwright does not count among its pages, driven over CDP."""

    def __init__(self, browser: Browser, clock: Any) -> None:
        self._cdp = browser.cdp
        self._clock = clock
        self._answers: dict[int, Any] = {}
        self._last_id = 0
        self._cdp.on("Target.receivedMessageFromTarget", self._keep)
        target = self._wait(lambda: self._find(browser))
        attached = self._cdp.send("Target.attachToTarget", {"targetId": target["targetId"], "flatten": False})
        self._session = attached["sessionId"]

    def evaluate(self, expression: str) -> Any:
        """The value of an expression in the panel."""
        self._last_id += 1
        message_id = self._last_id
        parameters = {"expression": expression, "returnByValue": True, "awaitPromise": True}
        message = {"id": message_id, "method": "Runtime.evaluate", "params": parameters}
        self._cdp.send("Target.sendMessageToTarget", {"sessionId": self._session, "message": json.dumps(message)})
        answer = self._wait(lambda: self._answers.pop(message_id, None))
        return answer["result"]["result"].get("value")

    def wait_for(self, expression: str) -> Any:
        """The expression's value once it is true."""
        return self._wait(lambda: self.evaluate(expression))

    @staticmethod
    def _find(browser: Browser) -> dict[str, Any] | None:
        panels = [target for target in browser.targets("page") if target["url"].endswith("/panel/panel.html")]
        return panels[0] if panels else None

    def _keep(self, event: dict[str, Any]) -> None:
        answer = json.loads(event["message"])
        self._answers[answer.get("id", 0)] = answer

    def _wait(self, probe: Callable[[], Any], timeout_s: float = 10) -> Any:
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            found = probe()
            if found:
                return found
            self._clock.wait_for_timeout(20)
        raise AssertionError("the side panel did not get there in time")


@contextmanager
def running_chromium(profile: Path, *arguments: str, extension: Path = EXTENSION) -> Iterator[Browser]:
    """A Chromium with a profile of its own and the unpacked extension, or a skip that says what is missing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        pytest.skip("no Chromium on this machine: install the package `chromium`")
    given = [
        f"--disable-extensions-except={extension}",
        f"--load-extension={extension}",
        "--no-sandbox",
        # Lets the test click the toolbar button over the debugging pipe.
        "--enable-unsafe-extension-debugging",
        *arguments,
    ]
    with playwright.sync_playwright() as driver:
        context = driver.chromium.launch_persistent_context(
            profile, executable_path=chromium, headless=True, args=given
        )
        context.set_default_timeout(10_000)
        yield Browser(context)
        context.close()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    """A fresh Chromium with the extension in it."""
    with running_chromium(tmp_path / "profile") as running:
        yield running
