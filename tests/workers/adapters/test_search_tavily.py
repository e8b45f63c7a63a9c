"""Search through Tavily's API, on the wire format as it documents it."""

import json

import pytest

from tests.workers.adapters.providers import KEY, Reply, Row, Wire, say_tavily
from workers.adapters.search_answers import BAD_KEY_REST_S, SPENT_REST_S, SearchUnavailable
from workers.adapters.search_tavily import BUSY_REST_S, TavilySearcher

pytestmark = pytest.mark.anyio


async def test_it_is_asked_with_the_key_as_bearer() -> None:
    """The basic search, which costs one credit; days are told in several ways."""
    wire = Wire(
        say_tavily(
            Row("https://a.example/", "A", "a", "Mon, 23 Feb 2026 12:00:00 GMT"),
            Row("https://b.example/", "B", "b", "2026-02-24"),
            Row("https://c.example/", "C", "c"),
        )
    )
    searcher = TavilySearcher(KEY, transport=wire.transport())
    hits = await searcher.search("corran point", limit=50)
    assert [hit.published_at for hit in hits] == ["2026-02-23", "2026-02-24", None]
    request = wire.asked[0]
    assert (request.method, str(request.url)) == ("POST", "https://api.tavily.com/search")
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert json.loads(request.content) == {"query": "corran point", "max_results": 20, "search_depth": "basic"}


@pytest.mark.parametrize(
    ("status", "headers", "says", "rest_s"),
    [
        (401, {}, "THREADPROOF_TAVILY_API_KEY", BAD_KEY_REST_S),
        (403, {}, "THREADPROOF_TAVILY_API_KEY", BAD_KEY_REST_S),
        (429, {}, "429", BUSY_REST_S),
        (429, {"retry-after": "30"}, "429", 30.0),
        (432, {}, "used up", SPENT_REST_S),
        (433, {}, "used up", SPENT_REST_S),
        (400, {}, "answered 400", None),
        (500, {}, "answered 500", None),
    ],
)
async def test_a_refusal_says_what_to_do_and_for_how_long_it_holds(
    status: int, headers: dict[str, str], says: str, rest_s: float | None
) -> None:
    """432 and 433 are its own: a plan that is used up, and a limit that was set on paying as one goes."""
    reply = Reply(status, b'{"detail": {"error": "This request exceeds your plan"}}', headers)
    with pytest.raises(SearchUnavailable, match=says) as raised:
        await TavilySearcher(KEY, transport=Wire(reply).transport()).search("x")
    assert raised.value.rest_s == rest_s


async def test_a_key_that_no_header_can_carry_is_not_shown() -> None:
    """The client's own error would."""
    with pytest.raises(SearchUnavailable, match="THREADPROOF_TAVILY_API_KEY"):
        await TavilySearcher("schlüssel", transport=Wire(say_tavily()).transport()).search("x")
