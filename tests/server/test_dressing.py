"""What happens to every answer on its way out: HEAD wherever GET is, gzip where it helps, and the standing headers."""

import asyncio
import gzip
import re
from typing import Any

import pytest

from server.core.jobs import JobId, StageEvent
from server.dressing import Dressed
from server.pages.card_page import path_of
from tests.server.api.served import Served, load_case, run

CASE = load_case()
PATHS = (
    "/",
    "/no/such/page",
    "/healthz",
    "/readyz",
    "/schema/openapi.json",
    "/static/threadproof.css",
    "/static/fonts/serif-text.woff2",
    "/static/fonts",
    "/static/../app.py",
    "/static/nothing.js",
    "/api/v1/cards",
    "/api/v1/cards?limit=0",
    f"/api/v1/cards/{CASE.id}",
    "/api/v1/lookup/abc",
    "/api/v1/jobs/job-quillbase-01",
    "/jobs/job-quillbase-01",
    path_of(CASE),
    f"/c/{CASE.id}",
    f"/c/{CASE.id}.md",
    f"/c/{CASE.id}/source/1",
    f"/embed/{CASE.id}",
    "/oembed?url=nothing",
)


@pytest.fixture(scope="module")
def served() -> Served:
    """A server on loopback with a card and a job that works."""
    served = Served()
    served.save(CASE)
    served.job(state="working")
    run(served.progress.publish(JobId("job-quillbase-01"), 1, StageEvent("read", "started")))
    return served


@pytest.mark.parametrize("coding", ["identity", "gzip"])
@pytest.mark.parametrize("path", PATHS)
def test_head_says_what_get_says_without_the_body(served: Served, path: str, coding: str) -> None:
    """The same status and the same headers, the length included; errors too."""
    headers = {"accept-encoding": coding}
    get, head = (served.client.request(way, path, headers=headers, follow_redirects=False) for way in ("GET", "HEAD"))
    assert (head.status_code, head.content) == (get.status_code, b"")
    shown = [{name: value for name, value in each.headers.items() if name != "x-request-id"} for each in (get, head)]
    assert shown[0] == shown[1]
    assert head.headers["content-length"] == str(len(get.content)) or coding == "gzip"


def test_head_of_a_stream_ends(served: Served) -> None:
    """Though the stream itself would go on for as long as the job does."""
    answer = served.client.head("/api/v1/jobs/job-quillbase-01/events")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"].startswith("text/event-stream")


def test_head_is_answered_on_every_route(served: Served) -> None:
    """Also on those that nobody thought of here; with invented ids most say that there is nothing."""
    for route in served.app.routes:
        if "GET" in getattr(route, "methods", ()) and not route.path.endswith("/events"):
            path = re.sub(r"\{\w+:int\}", "1", re.sub(r"\{\w+:(?!int)\w+\}", "x", route.path))
            get, head = (served.client.request(way, path, follow_redirects=False) for way in ("GET", "HEAD"))
            assert (path, head.status_code, head.content) == (path, get.status_code, b"")
            assert head.headers.get("content-type") == get.headers.get("content-type")


def test_methods_that_are_allowed_are_told(served: Served) -> None:
    """HEAD among them, always in one order."""
    assert served.client.put(f"/api/v1/cards/{CASE.id}").headers["allow"] == "DELETE, GET, HEAD, OPTIONS"
    assert served.client.options("/api/v1/lookup/abc").headers["allow"] == "GET, HEAD, OPTIONS"
    assert served.client.head("/api/v1/jobs/nothing/nothing").status_code == 404


@pytest.mark.parametrize(
    ("path", "is_packed"),
    [
        ("/", True),
        (path_of(CASE), True),
        ("/static/threadproof.css", True),
        ("/static/growing.js", True),
        (f"/c/{CASE.id}.md", True),
        ("/schema/openapi.json", True),
        ("/static/fonts/serif-text.woff2", False),
        (f"/c/{CASE.id}.png", False),
        (f"/api/v1/cards/{CASE.id}", False),
        ("/healthz", False),
    ],
)
def test_only_what_shrinks_is_packed(served: Served, path: str, is_packed: bool) -> None:
    """Text of some size. Fonts and pictures are packed already; a card's JSON is tagged as it is."""
    with served.client.stream("GET", path, headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers.get("content-encoding") == ("gzip" if is_packed else None)
    assert answer.headers["content-length"] == str(len(raw))
    plain = served.client.get(path, headers={"accept-encoding": "identity"})
    assert plain.content == (gzip.decompress(raw) if is_packed else raw)
    for headers in (answer.headers, plain.headers):
        assert ("Accept-Encoding" in headers.get("vary", "")) is is_packed


def test_what_extensions_may_read_varies_by_who_asks(served: Served) -> None:
    """Whether they ask or not, so that no cache hands one answer to the other."""
    for path in ("/api/v1/cards", f"/api/v1/cards/{CASE.id}", "/api/v1/cards/nothing"):
        for headers in ({}, {"origin": "chrome-extension://abc"}):
            assert "Origin" in served.client.get(path, headers=headers).headers["vary"], path
    assert "Origin" not in served.client.get("/").headers["vary"]


def test_a_file_that_a_browser_has_is_not_sent_again(served: Served) -> None:
    """Each form has its tag, and all may be kept for a week under an address that changes with the content."""
    for path in ("/static/threadproof.css", "/static/fonts/serif-text.woff2"):
        first = served.client.get(path)
        again = served.client.get(path, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert first.headers["cache-control"] == again.headers["cache-control"] == "public, max-age=604800"
    assert served.client.get("/static/fonts/serif-text.woff2").headers["content-type"] == "font/woff2"


@pytest.mark.parametrize("path", ["/static/", "/static/fonts", "/static/..%2fapp.py", "/static/../app.py", "/static/x"])
def test_nothing_but_the_files_is_served(served: Served, path: str) -> None:
    """Neither folders nor what lies beside them."""
    assert served.client.get(path).status_code == 404


@pytest.mark.parametrize(("method", "parts"), [("GET", [b"one", b""]), ("HEAD", [b""])])
def test_a_stream_begins_before_it_has_anything_to_say(method: str, parts: list[bytes]) -> None:
    """A reader learns at once that it is connected; HEAD is over with that, whatever the stream waits for."""
    told: list[Any] = []

    async def talk() -> None:
        said = asyncio.Event()

        async def stream(scope: Any, receive: Any, send: Any) -> None:
            headers = [(b"content-type", b"text/event-stream")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await said.wait()
            await send({"type": "http.response.body", "body": b"one", "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})

        async def send(message: Any) -> None:
            told.append(message)

        scope: Any = {"type": "http", "method": method, "path": "/x", "headers": [(b"accept-encoding", b"gzip")]}
        talking = asyncio.create_task(Dressed(stream)(scope, send, send))
        await asyncio.sleep(0)
        assert told[0]["status"] == 200
        assert [message["more_body"] for message in told[1:]] == ([False] if method == "HEAD" else [])
        said.set()
        await talking

    asyncio.run(talk())
    assert [message["body"] for message in told[1:]] == parts
    assert (b"x-content-type-options", b"nosniff") in told[0]["headers"]
