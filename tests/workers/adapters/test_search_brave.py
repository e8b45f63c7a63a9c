"""Search through Brave's API, on the wire format as it documents it."""

import pytest

from server.core.errors import SourceUnavailable
from tests.workers.adapters.providers import KEY, Reply, Row, Wire, say_brave
from workers.adapters.search_answers import BAD_KEY_REST_S, SPENT_REST_S, SearchUnavailable
from workers.adapters.search_brave import BraveSearcher

pytestmark = pytest.mark.anyio


def brave(*replies: Reply) -> tuple[BraveSearcher, Wire]:
    wire = Wire(*replies)
    return BraveSearcher(KEY, transport=wire.transport()), wire


def refusal(status: int, code: str, headers: dict[str, str] | None = None) -> Reply:
    """As Brave refuses."""
    body = f'{{"type":"ErrorResponse","error":{{"id":"1","code":"{code}","detail":"x","status":{status}}},"time":1}}'
    return Reply(status, body.encode(), {"content-type": "application/json", **(headers or {})})


async def failure(reply: Reply) -> SearchUnavailable:
    with pytest.raises(SearchUnavailable) as raised:
        await brave(reply)[0].search("x")
    return raised.value


async def test_it_is_asked_for_web_results_with_the_key_in_a_header() -> None:
    """At most twenty, without its marks around the words that were found."""
    searcher, wire = brave(say_brave(Row("https://a.example/", "A &amp; B", "the <strong>lamp</strong>&#x27;s oil",
                                         "2026-02-23T18:00:00")))  # fmt: skip
    hits = await searcher.search("corran point", limit=50)
    assert [(hit.title, hit.snippet, hit.published_at) for hit in hits] == [("A & B", "the lamp's oil", "2026-02-23")]
    request = wire.asked[0]
    assert str(request.url) == (
        "https://api.search.brave.com/res/v1/web/search"
        "?q=corran+point&count=20&result_filter=web&text_decorations=false"
    )  # fmt: skip
    assert request.headers["x-subscription-token"] == KEY


@pytest.mark.parametrize(
    ("reply", "says", "rest_s"),
    [
        (refusal(422, "SUBSCRIPTION_TOKEN_INVALID"), "THREADPROOF_BRAVE_API_KEY", BAD_KEY_REST_S),
        (refusal(401, "x"), "THREADPROOF_BRAVE_API_KEY", BAD_KEY_REST_S),
        (refusal(403, "OPTION_NOT_IN_PLAN"), "THREADPROOF_BRAVE_API_KEY", BAD_KEY_REST_S),
        (refusal(402, "USAGE_LIMIT_EXCEEDED"), "used up", SPENT_REST_S),
        (refusal(422, "VALIDATION"), "answered 422", None),
        (refusal(500, "INTERNAL"), "answered 500", None),
        (refusal(503, "x", {"retry-after": "7"}), "answered 503", 7.0),
    ],
)
async def test_a_refusal_says_what_to_do_and_for_how_long_it_holds(
    reply: Reply, says: str, rest_s: float | None
) -> None:
    """A key that Brave does not know is answered as an invalid query is, but for the code."""
    failed = await failure(reply)
    assert says in failed.message
    assert failed.rest_s == rest_s


@pytest.mark.parametrize(
    ("headers", "rest_s"),
    [
        ({"x-ratelimit-remaining": "0, 1000", "x-ratelimit-reset": "1, 1419704"}, 1.0),
        ({"x-ratelimit-remaining": "1, 0", "x-ratelimit-reset": "1, 1419704"}, 1_419_704.0),
        ({"x-ratelimit-remaining": "0, 0", "x-ratelimit-reset": "1, 1419704"}, 1_419_704.0),
        ({"x-ratelimit-reset": "3, 1419704"}, 3.0),
        ({"retry-after": "5"}, 5.0),
        ({"x-ratelimit-remaining": "soon", "x-ratelimit-reset": "-"}, 1.0),
        ({}, 1.0),
    ],
)
async def test_when_too_many_were_asked_it_rests_until_the_full_window_ends(
    headers: dict[str, str], rest_s: float
) -> None:
    """A second's or a month's, whichever is used up."""
    assert (await failure(refusal(429, "RATE_LIMITED", headers))).rest_s == rest_s


async def test_its_pace_is_what_the_plan_allows() -> None:
    """Known from the first answer on, a refusal included; windows of a month are no pace."""
    one_a_second = {"x-ratelimit-policy": "1;w=1, 15000;w=2592000"}
    searcher, _ = brave(refusal(429, "RATE_LIMITED", one_a_second), say_brave())
    assert searcher.limits.spacing_s == 0.0
    with pytest.raises(SourceUnavailable):
        await searcher.search("x")
    assert searcher.limits.spacing_s == 1.0
    await searcher.search("x")
    assert searcher.limits.spacing_s == 0.02


@pytest.mark.parametrize("key", ["schlüssel", "two\nlines", "\x00"])
async def test_a_key_that_no_header_can_carry_is_not_shown(key: str) -> None:
    """The client's own error would."""
    with pytest.raises(SourceUnavailable, match="THREADPROOF_BRAVE_API_KEY") as raised:
        await BraveSearcher(key, transport=Wire(say_brave()).transport()).search("x")
    assert key not in raised.value.message
