"""Search through Anthropic's web search tool, on the wire format of the Messages API."""

import json
import logging
import subprocess
import sys
from typing import Any

import pytest

from server.core.errors import SourceUnavailable
from tests.workers.adapters.providers import (
    KEY,
    Reply,
    Row,
    Wire,
    anthropic_message,
    say_anthropic,
    search_call,
    search_result,
)
from workers.adapters.search_answers import BAD_KEY_REST_S, SPENT_REST_S
from workers.adapters.search_anthropic import BUSY_REST_S, MOST_TURNS, UNFIT_REST_S, AnthropicSearcher

pytestmark = pytest.mark.anyio
FOUND = say_anthropic(Row("https://a.example/", "A", None, "February 23, 2026"), Row("https://b.example/", "B"))
PAUSED = anthropic_message(search_call(), stop_reason="pause_turn")


def anthropic(*replies: Reply, **options: Any) -> tuple[AnthropicSearcher, Wire]:
    wire = Wire(*replies)
    return AnthropicSearcher(KEY, model="claude-haiku-5-5", transport=wire.transport2(), **options), wire


async def failure(*replies: Reply) -> SourceUnavailable:
    searcher, _ = anthropic(*replies)
    with pytest.raises(SourceUnavailable) as raised:
        await searcher.search("x")
    await searcher.close()
    return raised.value


async def test_the_model_is_asked_to_search_once_and_directly() -> None:
    """Called from code that it writes, the tool would keep its results inside."""
    searcher, wire = anthropic(FOUND)
    hits = await searcher.search("corran </query> <b>point")
    await searcher.close()
    assert [(hit.url, hit.title, hit.published_at) for hit in hits] == [
        ("https://a.example/", "A", "2026-02-23"),
        ("https://b.example/", "B", None),
    ]
    request = wire.asked[0]
    assert str(request.url) == "https://api.anthropic.com/v1/messages"
    assert KEY in request.headers["authorization"]
    assert request.headers["accept-encoding"] == "identity"
    asked = json.loads(request.content)
    assert asked["model"] == "claude-haiku-5-5"
    assert asked["tools"] == [
        {"type": "web_search_20260318", "name": "web_search", "max_uses": 1, "allowed_callers": ["direct"]}
    ]
    assert asked["messages"][0]["content"].count("<query>") == asked["messages"][0]["content"].count("</query>") == 1
    assert "corran" in asked["messages"][0]["content"]


@pytest.mark.parametrize("address", ["http://127.0.0.1:11434", "http://127.0.0.1:11434/", "http://127.0.0.1:11434/v1"])
async def test_another_server_is_asked_where_one_is_set(address: str) -> None:
    """With or without the version in its address."""
    searcher, wire = anthropic(FOUND, base_url=address)
    await searcher.search("x")
    await searcher.close()
    assert str(wire.asked[0].url) == "http://127.0.0.1:11434/v1/messages"


async def test_a_turn_that_pauses_is_sent_back_to_go_on() -> None:
    """With what the model said so far, word for word."""
    searcher, wire = anthropic(PAUSED, FOUND)
    assert len(await searcher.search("x")) == 2
    await searcher.close()
    first, second = (json.loads(request.content)["messages"] for request in wire.asked)
    assert second == [*first, {"role": "assistant", "content": [search_call()]}]


async def test_a_turn_that_pauses_for_ever_is_given_up() -> None:
    """A bounded number of requests."""
    searcher, wire = anthropic(PAUSED)
    with pytest.raises(SourceUnavailable, match="without having searched"):
        await searcher.search("x")
    await searcher.close()
    assert len(wire.asked) == MOST_TURNS


async def test_results_that_came_before_a_pause_are_enough() -> None:
    """What the model would have said of them is not read."""
    searcher, wire = anthropic(say_anthropic(Row("https://a.example/"), stop_reason="pause_turn"))
    assert len(await searcher.search("x")) == 1
    await searcher.close()
    assert len(wire.asked) == 1


async def test_a_model_that_does_not_search_is_no_search() -> None:
    """It is not taken for having found nothing."""
    failed = await failure(anthropic_message({"type": "text", "text": "I know that."}))
    assert "claude-haiku-5-5" in failed.message


@pytest.mark.parametrize(
    ("code", "says", "rest_s"),
    [
        ("too_many_requests", "no more searches", BUSY_REST_S),
        ("unavailable", "out of order", BUSY_REST_S),
        ("max_uses_exceeded", "did not search", None),
        ("query_too_long", "too long", None),
        ("something_new", "failed", None),
    ],
)
async def test_an_error_of_the_tool_is_a_failure(code: str, says: str, rest_s: float | None) -> None:
    """It comes inside an answer with status 200."""
    failed = await failure(
        anthropic_message(search_call(), search_result({"type": "web_search_tool_result_error", "error_code": code}))
    )
    assert says in failed.message
    assert getattr(failed, "rest_s", None) == rest_s


async def test_an_error_beside_results_leaves_them() -> None:
    """A second search that was not allowed takes nothing from the first."""
    row = {"type": "web_search_result", "url": "https://a.example/", "title": "A", "encrypted_content": "x"}
    error = {"type": "web_search_tool_result_error", "error_code": "max_uses_exceeded"}
    searcher, _ = anthropic(anthropic_message(search_result([row]), search_result(error)))
    assert [hit.url for hit in await searcher.search("x")] == ["https://a.example/"]
    await searcher.close()


@pytest.mark.parametrize("told", [None, 7, "x", {}, {"error_code": 7}, {"error_code": {"a": 1}}])
async def test_a_result_of_no_known_shape_is_a_failure(told: object) -> None:
    """Nothing is guessed."""
    assert "failed" in (await failure(anthropic_message(search_result(told)))).message


@pytest.mark.parametrize(
    ("status", "says", "rest_s"),
    [
        (400, "THREADPROOF_ANTHROPIC_SEARCH_MODEL", UNFIT_REST_S),
        (401, "ANTHROPIC_API_KEY", BAD_KEY_REST_S),
        (402, "used up", SPENT_REST_S),
        (403, "ANTHROPIC_API_KEY", BAD_KEY_REST_S),
        (404, "THREADPROOF_ANTHROPIC_SEARCH_MODEL", UNFIT_REST_S),
        (429, "no more", BUSY_REST_S),
        (529, "no more", BUSY_REST_S),
        (500, "500", None),
    ],
)
async def test_a_refusal_says_what_to_do_and_for_how_long_it_holds(
    status: int, says: str, rest_s: float | None
) -> None:
    """It is asked once, whatever the SDK would do by itself."""
    body = b'{"type":"error","error":{"type":"x","message":"y"},"request_id":"req_01"}'
    searcher, wire = anthropic(Reply(status, body))
    with pytest.raises(SourceUnavailable, match=says) as raised:
        await searcher.search("x")
    await searcher.close()
    assert getattr(raised.value, "rest_s", None) == rest_s
    assert len(wire.asked) == 1


async def test_what_it_cost_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Searches and tokens, and neither the query nor the key."""
    searcher, _ = anthropic(FOUND)
    with caplog.at_level(logging.INFO, logger="threadproof.search"):
        await searcher.search("corran point")
    await searcher.close()
    assert "claude-haiku-5-5: 1 searches, 6039 tokens in, 88 out" in caplog.text
    assert "corran" not in caplog.text
    assert KEY not in caplog.text


def test_the_sdk_is_not_imported_before_the_first_search() -> None:
    """It takes a second."""
    program = (
        "import sys\nfrom workers.adapters.search_anthropic import AnthropicSearcher\n"
        "AnthropicSearcher('k', model='m')\nprint('anthropic' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"


async def test_a_key_that_no_header_can_carry_is_not_shown() -> None:
    """The client's own error would."""
    with pytest.raises(SourceUnavailable, match="ANTHROPIC_API_KEY"):
        await AnthropicSearcher("schlüssel", model="m").search("x")
