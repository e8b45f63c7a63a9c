"""The quick way to what lies ready: it decides and says exactly what the long way does."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from server.core.access import USUAL_SCOPES, hash_secret, write_token
from server.core.card import Visibility
from server.core.errors import StoreUnavailable
from server.pages.card_page import path_of
from tests.fakes import make_key
from tests.server.api.served import Served, load_case, run
from tests.server.api.test_who_pays import client_at

CASE = load_case()
SECRET = "s" * 32
TOKEN = write_token("0123456789ab", SECRET)
PAGE = path_of(CASE)
PATHS = (
    f"/api/v1/cards/{CASE.id}",
    f"/api/v1/cards/{CASE.id}?version=1",
    PAGE,
    f"/c/{CASE.id}/v/1",
    f"/c/{CASE.id}/source/2",
    f"/c/{CASE.id}.json",
    f"/c/{CASE.id}.md",
    f"/c/{CASE.id}.html",
    f"/embed/{CASE.id}",
)  # fmt: skip
OTHER_PATHS = (
    f"/c/{CASE.id}-other-words",
    f"/c/{CASE.id}",
    f"/api/v1/cards/{CASE.id}/",
    f"/api/v1/cards/{CASE.id}?version=9",
    f"/api/v1/cards/{CASE.id}?x=1",
    f"{PAGE}?",
    f"{PAGE}?x=1",
    f"/embed/{CASE.id}-words",
    f"/c/{CASE.id}.exe",
    f"/c/{CASE.id}/v/01",
    "/c/nothing-here-000",
)
REQUESTS: dict[str, tuple[str, dict[str, str]]] = {
    "plain": ("GET", {}),
    "gzip": ("GET", {"accept-encoding": "gzip"}),
    "no gzip": ("GET", {"accept-encoding": "gzip;q=0"}),
    "head": ("HEAD", {}),
    "head, gzip": ("HEAD", {"accept-encoding": "gzip"}),
    "known": ("GET", {"if-none-match": "*"}),
    "head, known": ("HEAD", {"if-none-match": 'W/"x", *'}),
    "another tag": ("GET", {"if-none-match": '"other"'}),
    "for a page": ("GET", {"accept": "text/html"}),
    "foreign host": ("GET", {"host": "evil.example"}),
    "rebound name with our port": ("GET", {"host": "127.0.0.1.evil.example:8321"}),
    "no host": ("GET", {"host": ""}),
    "another loopback name": ("GET", {"host": "localhost:1"}),
    "extension": ("GET", {"origin": "chrome-extension://abc", "access-control-request-private-network": "true"}),
    "extension, known": ("HEAD", {"origin": "moz-extension://abc", "if-none-match": "*"}),
    "another site's script": ("GET", {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}),
    "a key": ("GET", {"authorization": f"Bearer {TOKEN}"}),
    "a key that is none": ("GET", {"authorization": "Bearer tp_0123456789ab_nonsense"}),
    "a proxy's password": ("GET", {"authorization": "Basic YTpi"}),
    "preflight": ("OPTIONS", {"origin": "chrome-extension://abc", "access-control-request-method": "GET"}),
    "options": ("OPTIONS", {}),
    "put": ("PUT", {}),
    "a foreign page's delete": ("DELETE", {"origin": "https://evil.example"}),
}
FEW = ("gzip", "head", "known", "foreign host", "a key", "a key that is none")  # for what differs by its path alone
CARDS = [("public", "this machine's"), ("public", "public"), ("unlisted", "public"), ("private", "public")]
SERVERS: dict[str, dict[str, Any]] = {
    "this machine's": {},
    "public": {"host": "0.0.0.0", "public_address": "https://cards.example"},
}


def serve(*, most_bytes: int, **settings: Any) -> Served:
    """A server that looks at its store once and then believes what it keeps, if it may keep anything."""
    served = Served(most_age_s=1e9, **settings)
    served.kept._most_bytes = most_bytes
    run(served.store.save_key(make_key(secret_sha256=hash_secret(SECRET), scopes=USUAL_SCOPES)))
    return served


def ask(served: Served, path: str, method: str, headers: dict[str, str]) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, every header but those that name the request itself, and the bytes as they travelled."""
    plain = {"accept-encoding": "identity", **headers}
    with served.client.stream(method, path, headers=plain, follow_redirects=False) as answer:
        body = b"".join(answer.iter_raw())
    return answer.status_code, sorted(each for each in answer.headers.multi_items() if each[0] != "x-request-id"), body


@pytest.mark.parametrize(("visibility", "server"), CARDS)
def test_it_says_and_decides_what_the_long_way_does(visibility: Visibility, server: str) -> None:
    """For every address, request, visibility and kind of server: the same status, the same headers, the same bytes."""
    quick, long = (serve(most_bytes=size, **SERVERS[server]) for size in (1 << 25, 0))
    for served in (quick, long):
        served.save(msgspec.structs.replace(CASE, visibility=visibility))
    for path in (*PATHS, *OTHER_PATHS):
        ask(quick, path, "GET", {"accept-encoding": "gzip"})  # so that everything which may lie ready does
        for name in REQUESTS if path in (PATHS[0], PAGE) else FEW:
            method, headers = REQUESTS[name]
            assert ask(quick, path, method, headers) == ask(long, path, method, headers), (path, name)
    assert [path for path in PATHS if path in long.kept] == []
    assert [path for path in PATHS if path in quick.kept] == ([] if visibility == "private" else list(PATHS))
    assert not [path for path in OTHER_PATHS if path in quick.kept]


def test_what_lies_ready_needs_neither_store_nor_application() -> None:
    """All that is asked is whether anything has changed."""
    served = Served()
    served.save(CASE)
    first = {path: served.client.get(path).content for path in PATHS}

    async def fail(*_: object) -> None:
        raise AssertionError("asked for again")

    served.store.load_card = served.store.load_source = fail  # type: ignore[assignment]
    assert {path: served.client.get(path).content for path in PATHS} == first


def test_a_post_of_a_known_thread_is_answered_with_the_same_bytes() -> None:
    """From what lies ready, with its tag, and to be kept by nobody."""
    served = Served()
    served.save(CASE)
    read = served.client.get(f"/api/v1/cards/{CASE.id}")
    posted = served.client.post("/api/v1/cards", json={"url": CASE.thread.url})
    assert (posted.status_code, posted.content) == (200, read.content)
    assert posted.headers["etag"] == read.headers["etag"]
    assert posted.headers["cache-control"] == "no-store"


# ---- changes ------------------------------------------------------------------------------------------


def changed(served: Served, what: str) -> tuple[int, int]:
    """What is answered at the API and at the permalink after a change behind the server's back, and a second."""
    if what == "deleted":
        run(served.store.delete_card(CASE.id, served.now))
    elif what == "another version":
        served.save(msgspec.structs.replace(CASE, headline=msgspec.structs.replace(CASE.headline, text="Moved on")))
    else:
        served.save(msgspec.structs.replace(CASE, visibility=what))  # type: ignore[arg-type]
    served.seconds += 1.0
    return tuple(served.client.get(path, follow_redirects=False).status_code for path in (PATHS[0], PAGE))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("what", "statuses"),
    [("deleted", (410, 410)), ("private", (404, 404)), ("unlisted", (200, 200)), ("another version", (200, 301))],
)
def test_a_change_by_another_process_is_seen_within_a_second(what: str, statuses: tuple[int, int]) -> None:
    """Every address of the card follows, with no message from anybody."""
    served = Served(most_age_s=0.9, public_address="https://cards.example")
    served.save(CASE)
    before = {path: served.client.get(path) for path in PATHS}
    assert {answer.status_code for answer in before.values()} == {200}
    assert changed(served, what) == statuses
    for path in PATHS:
        again = served.client.get(path, headers={"if-none-match": before[path].headers["etag"]}, follow_redirects=False)
        if statuses[0] in (404, 410):
            assert (path, again.status_code) == (path, statuses[0])
        if what == "unlisted":
            assert again.headers["cache-control"] == "private, no-cache"


def test_an_answer_ages_with_its_card() -> None:
    """The clock alone moves it; the old tag no longer gets 304."""
    served = Served(most_age_s=1e9)
    served.now = CASE.fresh_until
    served.save(CASE)
    for path in (PATHS[0], PAGE, f"/c/{CASE.id}.md", f"/embed/{CASE.id}"):
        tags = []
        for now in (CASE.fresh_until, CASE.fresh_until + timedelta(seconds=1), CASE.fresh_until + timedelta(days=30)):
            served.now = now
            answer = served.client.get(path, headers={"if-none-match": tags[-1] if tags else '"none"'})
            assert answer.status_code == 200, path
            tags.append(answer.headers["etag"])
        assert len(set(tags)) == 3, path


def test_without_its_store_a_server_says_so() -> None:
    """It does not go on telling what may be wrong by now."""
    served = Served(most_age_s=0.9)
    served.save(CASE)
    assert served.client.get(PATHS[0]).status_code == 200

    async def fail(*_: object) -> int:
        raise StoreUnavailable("The disk is gone. Bring it back.")

    served.kept._changes = fail
    assert served.client.get(PATHS[0]).status_code == 200
    served.seconds += 1.0
    answer = served.client.get(PATHS[0])
    assert (answer.status_code, answer.json()["type"]) == (503, "store-unavailable")


def test_ones_own_deletion_is_seen_at_once() -> None:
    """The process that deleted does not wait for its second."""
    served = Served(most_age_s=1e9)
    served.save(CASE)
    for path in PATHS:
        served.client.get(path)
    assert served.client.delete(PATHS[0]).status_code == 204
    assert {served.client.get(path).status_code for path in PATHS} == {410}


# ---- limits and counts ----------------------------------------------------------------------------------


def test_reading_too_often_is_refused_also_where_the_answer_lies_ready() -> None:
    """By the same bucket as everything else that is read, to each client alone."""
    served = Served(most_age_s=1e9, reads_per_minute=4, **SERVERS["public"])
    served.save(CASE)
    answers = [served.client.get(path) for path in (PATHS[0], PATHS[0], "/api/v1/cards", PATHS[0], PATHS[0])]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert answers[-1].json()["type"] == "too-many-requests"
    assert int(answers[-1].headers["retry-after"]) > 0
    assert "x-request-id" in answers[0].headers  # made for this one
    assert "x-request-id" not in answers[1].headers  # lay ready
    assert client_at(served, "203.0.113.9").get(PATHS[0]).status_code == 200


def test_what_goes_out_ready_is_counted() -> None:
    """By kind and status, with what was made."""
    served = Served(most_age_s=1e9)
    served.save(CASE)
    etag = served.client.get(PATHS[0]).headers["etag"]
    for path in (PATHS[0], PAGE, PAGE, f"/embed/{CASE.id}"):
        served.client.get(path)
    served.client.head(PATHS[0], headers={"if-none-match": etag})
    lines = served.client.get("/metrics").text.splitlines()
    counted = [line.removeprefix("threadproof_http_requests_total") for line in lines if "requests_total{" in line]
    assert sorted(counted) == [
        '{kind="api",status="200"} 2',
        '{kind="api",status="304"} 1',
        '{kind="card",status="200"} 2',
        '{kind="page",status="200"} 1',
    ]
