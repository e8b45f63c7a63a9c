"""Reddit's API with the operator's keys, on the wire format as Reddit documents it."""

import asyncio
import base64
import json
import logging
import traceback
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import httpx
import pytest
import redis

from server.core.errors import InsightError, SourceRefused, SourceUnavailable, SourceUnreadable, ThreadPrivate
from server.core.ports import Fetcher
from tests.valkey import running_valkey
from workers.adapters.reddit_oauth import LONGEST_REST_S, TOKEN_URL, RedditOauth
from workers.adapters.shelf import OwnShelf, RedisShelf, Shelf

pytestmark = pytest.mark.anyio

LISTING_URL = "https://oauth.reddit.com/comments/1abcde?raw_json=1&limit=500"
MORE_URL = "https://oauth.reddit.com/api/morechildren?link_id=t3_1abcde&children=k8,k9&api_type=json&raw_json=1"
LISTING = (Path(__file__).parents[2] / "cases/pages/reddit-listing.json").read_bytes()
MORE = {
    "json": {
        "errors": [],
        "data": {
            "things": [
                {
                    "kind": "t1",
                    "data": {
                        "id": "k8", "name": "t1_k8", "parent_id": "t1_k2", "link_id": "t3_1abcde", "author": "fern",
                        "body": "Late.", "replies": "", "depth": 1, "score": 2, "subreddit": "kilnlog",
                    },
                }
            ]
        },
    }
}  # fmt: skip
CLIENT_ID, SECRET, TOKEN = "kiln-App_Id-0001", "Sh-hush.secret-0002", "eyJhbGciOi.token-0003"


class Answer(NamedTuple):
    """What goes over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes

    def response(self) -> httpx.Response:
        """In pieces, as from a socket."""

        async def pieces() -> AsyncIterator[bytes]:
            for at in range(0, len(self.body), 4096):
                yield self.body[at : at + 4096]

        return httpx.Response(self.status, headers=self.headers, content=pieces())


Reply = Answer | Exception


class Clock:
    """Seconds that pass when a test says so."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Reddit:
    """Both of Reddit's hosts. `api` and `sign_in` are what they answer next, the last for ever."""

    def __init__(self, *api: Reply, sign_in: list[Reply] | None = None) -> None:
        self.api = list(api) or [answer(200, LISTING)]
        self.sign_in: list[Reply] = sign_in or [granted(TOKEN)]
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        replies = self.sign_in if str(request.url) == TOKEN_URL else self.api
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if isinstance(reply, Exception):
            raise reply
        return reply.response()

    @property
    def calls(self) -> list[str]:
        return [f"{request.method} {request.url.host}" for request in self.requests]


def answer(status: int, body: Any = b"", **headers: str) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    told = {"content-type": "application/json; charset=UTF-8", **{n.replace("_", "-"): v for n, v in headers.items()}}
    return Answer(status, told, content)


def granted(token: str, **fields: Any) -> Answer:
    """As Reddit grants a token."""
    return answer(200, {"access_token": token, "token_type": "bearer", "expires_in": 86400, "scope": "*", **fields})


def client(
    reddit: Callable[[httpx.Request], httpx.Response], shelf: Shelf | None = None, **options: Any
) -> RedditOauth:
    shelf = shelf or OwnShelf(Clock())
    return RedditOauth(CLIENT_ID, SECRET, shelf=shelf, transport=httpx.MockTransport(reddit), **options)


# ---- the wire ---------------------------------------------------------------------------------------


async def test_the_app_signs_in_and_reads_the_listing() -> None:
    """Basic authentication and a form for the token; the token for the thread; who asks, in both."""
    reddit = Reddit()
    page = await client(reddit, contact="mailto:ops@kiln.example").fetch(LISTING_URL, accept="application/json")
    assert (page.url, page.media_type, page.body) == (LISTING_URL, "application/json", LISTING)
    signing_in, reading = reddit.requests
    assert (signing_in.method, str(signing_in.url)) == ("POST", TOKEN_URL)
    assert parse_qs(signing_in.content.decode()) == {"grant_type": ["client_credentials"]}
    basic = base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
    assert signing_in.headers["authorization"] == f"Basic {basic}"
    assert (reading.method, str(reading.url)) == ("GET", LISTING_URL)
    assert reading.headers["authorization"] == f"bearer {TOKEN}"
    for request in reddit.requests:
        assert request.headers["user-agent"].startswith("Threadproof/")
        assert "mailto:ops@kiln.example" in request.headers["user-agent"]


async def test_it_is_a_fetcher_of_morechildren_too() -> None:
    """Its address goes out as it is, ids and all."""
    reddit = Reddit(answer(200, MORE))
    reader: Fetcher = client(reddit)
    assert json.loads((await reader.fetch(MORE_URL)).body) == MORE
    assert reddit.requests[-1].url.params["children"] == "k8,k9"


@pytest.mark.parametrize(
    "url",
    [
        "https://www.reddit.com/comments/1abcde.json",
        "http://oauth.reddit.com/comments/1abcde",
        "https://oauth.reddit.com.evil.example/",
        "https://oauth.reddit.com:8443/",
        "https://me@oauth.reddit.com/",
        "https://oauth.reddit.com\\@evil.example/",
        "https://[",
        "",
    ],
)
async def test_the_token_goes_nowhere_else(url: str) -> None:
    """Such an address is refused before anything is sent."""
    reddit = Reddit()
    with pytest.raises(SourceRefused):
        await client(reddit).fetch(url)
    assert reddit.requests == []


async def test_a_redirect_is_not_followed() -> None:
    """It would carry the token along."""
    reddit = Reddit(answer(302, location="https://evil.example/"))
    with pytest.raises(SourceUnavailable, match="302"):
        await client(reddit).fetch(LISTING_URL)
    assert reddit.calls == ["POST www.reddit.com", "GET oauth.reddit.com"]


# ---- the token --------------------------------------------------------------------------------------


async def test_a_token_is_used_until_a_minute_before_its_end() -> None:
    """Then the app signs in again."""
    reddit, clock = Reddit(sign_in=[granted("one", expires_in=3600), granted("two")]), Clock()
    reader = client(reddit, OwnShelf(clock))
    for passed in (0.0, 3539.0, 2.0):
        clock.now += passed
        await reader.fetch(LISTING_URL)
    used = [r.headers["authorization"] for r in reddit.requests if r.method == "GET"]
    assert used == ["bearer one", "bearer one", "bearer two"]


async def test_workers_share_the_token_through_redis() -> None:
    """Under a name that holds no key, for no longer than it lasts."""
    reddit = Reddit()
    with running_valkey() as url, redis.Redis.from_url(url) as store:
        for _ in range(2):
            shelf = RedisShelf(url)
            await client(reddit, shelf).fetch(LISTING_URL)
            await shelf.close()
        (name,) = store.keys()
        assert reddit.calls.count("POST www.reddit.com") == 1
        assert store.get(name) == TOKEN.encode()
        assert 86_330 < store.ttl(name) <= 86_340
        assert not any(secret in name.decode() for secret in (CLIENT_ID, SECRET, TOKEN))


async def test_without_redis_each_reading_signs_in_for_itself() -> None:
    """A cache that is away costs a request and no thread."""
    reddit, shelf = Reddit(), RedisShelf("redis://127.0.0.1:9/0")
    assert (await client(reddit, shelf).fetch(LISTING_URL)).body == LISTING
    await shelf.close()


async def test_a_token_withdrawn_before_its_time_is_replaced_once() -> None:
    """A 401 from the API drops it; a second one is the keys' fault."""
    reddit = Reddit(
        answer(401, {"message": "Unauthorized"}), answer(200, LISTING), sign_in=[granted("1"), granted("2")]
    )
    assert (await client(reddit).fetch(LISTING_URL)).body == LISTING
    assert [r.headers["authorization"] for r in reddit.requests if r.method == "GET"] == ["bearer 1", "bearer 2"]
    refusing = Reddit(answer(401, {"message": "Unauthorized"}))
    with pytest.raises(SourceUnavailable, match="REDDIT_CLIENT_ID"):
        await client(refusing).fetch(LISTING_URL)
    assert len(refusing.requests) == 4


@pytest.mark.parametrize("token", ["", "two words", "a\r\nx-evil: 1", "ü", "x" * 5000, 7, None])
async def test_a_token_that_is_none_is_not_sent(token: Any) -> None:
    """It goes into a header, so it has to be a word."""
    reddit = Reddit(sign_in=[granted(token)])
    with pytest.raises(SourceUnavailable, match="gave no token"):
        await client(reddit).fetch(LISTING_URL)
    assert reddit.calls == ["POST www.reddit.com"]


async def test_a_token_that_somebody_spoiled_on_the_shelf_is_replaced() -> None:
    """Redis is shared."""
    reddit, shelf = Reddit(), OwnShelf(Clock())
    reader = client(reddit, shelf)
    await reader.fetch(LISTING_URL)
    await shelf.put(reader._token_name, "a\r\nx-evil: 1", 60)
    await reader.fetch(LISTING_URL)
    assert reddit.requests[-1].headers["authorization"] == f"bearer {TOKEN}"


# ---- refusals ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "refusal", [answer(401, {"message": "Unauthorized", "error": 401}), answer(400, {"error": "invalid_grant"})]
)
async def test_a_wrong_key_names_the_settings_and_where_to_look(
    refusal: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    """In the log as well, since the thread may be had another way and nobody would hear of it."""
    with pytest.raises(SourceUnavailable, match=r"THREADPROOF_REDDIT_CLIENT_SECRET.*prefs/apps") as caught:
        await client(Reddit(sign_in=[refusal])).fetch(LISTING_URL)
    assert caught.value.retryable is False
    assert "THREADPROOF_REDDIT_CLIENT_ID" in caplog.text


@pytest.mark.parametrize(
    ("reply", "error", "says", "retryable"),
    [
        (answer(403, {"reason": "private", "message": "Forbidden", "error": 403}), ThreadPrivate, "is private", False),
        (answer(403, {"reason": "quarantined", "error": 403}), ThreadPrivate, "quarantined", False),
        (answer(403, {"message": "Forbidden"}), SourceUnavailable, "403", False),
        (answer(403, b"<html>" + b"x" * 300_000), SourceUnavailable, "403", False),
        (answer(403, b"?", content_encoding="br"), SourceUnavailable, "403", False),
        (answer(404, {"reason": "banned", "error": 404}), SourceUnavailable, "404", False),
        (answer(500, b"oops"), SourceUnavailable, "500", True),
        (answer(503, b'"\xff'), SourceUnavailable, "503", True),
        (answer(200, LISTING, content_encoding="br"), SourceUnavailable, "not compressed", True),
        (answer(200, b"x" * 20_001), SourceUnreadable, "too large", False),
    ],
)
async def test_each_refusal_has_its_word(reply: Reply, error: type[InsightError], says: str, retryable: bool) -> None:
    """What is private is said to be; what may pass is tried again."""
    with pytest.raises(error, match=says) as caught:
        await client(Reddit(reply)).fetch(LISTING_URL, max_bytes=20_000)
    assert caught.value.retryable is retryable


async def test_a_server_that_may_not_sign_in_does_not_blame_the_keys() -> None:
    """Reddit turns whole networks away with 403, whatever they send."""
    with pytest.raises(SourceUnavailable, match="answered 403 to signing in"):
        await client(Reddit(sign_in=[answer(403, b"<title>Blocked</title>")])).fetch(LISTING_URL)


def faults(kind: type[httpx.HTTPError] = httpx.RequestError) -> list[type[httpx.HTTPError]]:
    """Every error a request of httpx can end in."""
    return [kind, *(each for below in kind.__subclasses__() for each in faults(below))]


@pytest.mark.parametrize("fault", faults(), ids=lambda fault: fault.__name__)
async def test_every_fault_of_the_line_is_unavailable(fault: type[httpx.RequestError]) -> None:
    """Whether it happens while signing in or while reading."""
    for reddit in (Reddit(fault("broken")), Reddit(sign_in=[fault("")])):
        with pytest.raises(SourceUnavailable, match="could not be asked") as caught:
            await client(reddit).fetch(LISTING_URL)
        assert caught.value.retryable


async def test_an_answer_that_does_not_come_is_given_up_in_time() -> None:
    """The caller's deadline covers signing in as well."""

    async def sleep(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(5)
        return httpx.Response(200)

    reader = RedditOauth(CLIENT_ID, SECRET, shelf=OwnShelf(Clock()), transport=httpx.MockTransport(sleep))
    with pytest.raises(SourceUnavailable, match=r"within 0\.05 s"):
        await reader.fetch(LISTING_URL, timeout_s=0.05)


# ---- limits -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "rest_s"),
    [
        ({"retry-after": "30"}, 30),
        ({"x-ratelimit-remaining": "0.0", "x-ratelimit-used": "100", "x-ratelimit-reset": "45"}, 45),
        ({}, 60),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, 60),
        ({"retry-after": "999999"}, LONGEST_REST_S),
        ({"retry-after": "0"}, 1),
    ],
)
async def test_after_a_429_nobody_asks_until_the_time_is_over(headers: dict[str, str], rest_s: float) -> None:
    """Not even for a token."""
    reply = answer(429, {"message": "Too Many Requests", "error": 429})
    reply.headers.update(headers)
    reddit, clock = Reddit(reply, answer(200, LISTING)), Clock()
    shelf = OwnShelf(clock)
    for passed in (0.0, rest_s - 0.5):
        clock.now += passed
        with pytest.raises(SourceUnavailable, match="no more requests") as caught:
            await client(reddit, shelf).fetch(LISTING_URL)
        assert (caught.value.status, caught.value.retryable) == (429, True)
    assert len(reddit.requests) == 2
    clock.now += 0.5
    assert (await client(reddit, shelf).fetch(LISTING_URL)).body == LISTING


async def test_the_last_allowed_request_is_noticed_before_the_first_refused_one() -> None:
    """Its answer counts; the next one waits, for all workers."""
    last = answer(200, LISTING, x_ratelimit_remaining="0.0", x_ratelimit_used="1000", x_ratelimit_reset="120")
    reddit = Reddit(answer(200, LISTING, x_ratelimit_remaining="1.0", x_ratelimit_reset="121"), last)
    shelf = OwnShelf(Clock())
    for _ in range(2):
        assert (await client(reddit, shelf).fetch(LISTING_URL)).body == LISTING
    with pytest.raises(SourceUnavailable, match="no more requests"):
        await client(reddit, shelf).fetch(LISTING_URL)
    assert reddit.calls.count("GET oauth.reddit.com") == 2


@pytest.mark.parametrize("told", ["nan", "-1", "inf", "", "many", "9" * 400])
async def test_a_count_that_is_none_bars_nobody(told: str) -> None:
    """Only a number below one does."""
    reddit = Reddit(answer(200, LISTING, x_ratelimit_remaining=told, x_ratelimit_reset=told))
    reader = client(reddit)
    for _ in range(2):
        assert (await reader.fetch(LISTING_URL)).body == LISTING


# ---- secrets ----------------------------------------------------------------------------------------


async def test_no_secret_is_in_any_message_log_or_traceback(caplog: pytest.LogCaptureFixture) -> None:
    """Even where Reddit repeats them, and with every logger at its most talkative."""
    caplog.set_level(logging.DEBUG)
    echo = {"message": f"{SECRET} {TOKEN} {CLIENT_ID}", "reason": SECRET, "error": SECRET}
    told = [repr(client(Reddit()))]
    for reddit in (
        *(Reddit(answer(status, echo)) for status in (400, 401, 403, 404, 429, 500)),
        *(Reddit(sign_in=[answer(status, echo)]) for status in (200, 400, 401, 403, 429, 500)),
        Reddit(httpx.ConnectError("broken")),
        Reddit(sign_in=[httpx.ReadTimeout("")]),
    ):
        with pytest.raises(InsightError) as caught:
            await client(reddit).fetch(LISTING_URL)
        told += [caught.value.message, *traceback.format_exception(caught.value)]
    await client(Reddit()).fetch(LISTING_URL)
    basic = base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
    everything = "\n".join([*told, caplog.text])
    assert not [secret for secret in (CLIENT_ID, SECRET, TOKEN, basic) if secret in everything]
