"""What `threadproof doctor` says of web search."""

from pathlib import Path
from typing import Any

import pytest

from server.commands.doctor_search import examine_search
from server.commands.findings import Finding
from server.settings import Settings
from tests.workers.adapters.providers import running_searxng, say_searxng


def told(**changes: Any) -> list[Finding]:
    return list(examine_search(Settings(data=Path("/nowhere"), **changes)))


def test_every_provider_that_is_configured_has_a_line() -> None:
    """Whether there is a key, never what it is."""
    with running_searxng(say_searxng()) as server:
        found = told(
            searxng_url=server.url,
            brave_api_key="sesame",
            tavily_api_key="sesame",
            anthropic_search=True,
            anthropic_api_key="sesame",
        )
    assert [finding.state for finding in found] == ["ok"] * 4
    for name, finding in zip(("SearXNG", "Brave", "Tavily", "claude-haiku-5-5"), found, strict=True):
        assert name in finding.what
    assert "sesame" not in repr(found)


def test_keyless_search_is_named_where_nothing_is_configured() -> None:
    """With the better way."""
    (finding,) = told()
    assert (finding.state, "keyless" in finding.what) == ("note", True)
    assert finding.step is not None
    assert "THREADPROOF_SEARXNG_URL" in finding.step


def test_a_searxng_is_asked_whether_it_answers_in_json_and_searches_for_nothing() -> None:
    """Out of reach or not set up, it is a note with what to do: cards are made all the same."""
    with running_searxng(say_searxng()) as server:
        server.formats = ["html"]
        (finding,) = told(searxng_url=server.url)
        assert all("q" not in asked for asked in server.asked)
    assert (finding.state, "search.formats" in (finding.step or "")) == ("note", True)
    (finding,) = told(searxng_url=server.url.replace("//", "//keeper:sesame@"))
    assert (finding.state, "cannot be reached" in (finding.step or "")) == ("note", True)
    assert "sesame" not in repr(finding)


@pytest.mark.parametrize("more", [{}, {"anthropic_base_url": "http://127.0.0.1:9"}])
def test_anthropics_tool_without_a_key_is_not_used(more: dict[str, str]) -> None:
    """And then keyless search is."""
    switched_on, keyless = told(anthropic_search=True, **more)
    assert "ANTHROPIC_API_KEY" in (switched_on.step or "")
    assert "keyless" in keyless.what


@pytest.mark.parametrize("url", ["http://[::1", "http://host:99999", "nowhere", ""])
def test_an_address_that_is_none_is_told(url: str) -> None:
    """Doctor comes to its end."""
    (finding,) = told(searxng_url=url)
    assert finding.state == "note"
    assert finding.step
