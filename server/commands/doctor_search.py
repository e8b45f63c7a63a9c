"""The search providers, as `threadproof doctor` sees them. Nothing is searched for, so nothing is paid."""

import asyncio
from collections.abc import Iterator

from server.commands.findings import Finding, place
from server.core.errors import SourceUnavailable
from server.settings import Settings

NAME = "web search"


def examine_search(settings: Settings) -> Iterator[Finding]:
    """Nothing here is ever "down": a card is made without the web where it must be, and says so."""
    found = [*_own_server(settings), *_keys(settings)]
    yield from found
    if not any(finding.state == "ok" for finding in found) and settings.searxng_url is None:
        yield Finding(
            "note",
            NAME,
            "keyless metasearch, which rations us",
            "Set THREADPROOF_SEARXNG_URL, or the key of a provider, for steady results.",
        )


def _own_server(settings: Settings) -> Iterator[Finding]:
    if settings.searxng_url is None:
        return
    what = f"SearXNG at {_where(settings.searxng_url)}"
    try:
        asyncio.run(_ask_searxng(settings.searxng_url))
    except SourceUnavailable as error:
        yield Finding("note", NAME, f"{what}, which does not search for us", error.message)
    else:
        yield Finding("ok", NAME, what)


def _where(url: str) -> str:
    try:
        return place(url)
    except ValueError:  # no such port, half an IPv6 address
        return "the address that is set"


async def _ask_searxng(url: str) -> None:
    from workers.adapters.search_searxng import SearxngSearcher

    searcher = SearxngSearcher(url)
    try:
        await searcher.check()
    finally:
        await searcher.close()


def _keys(settings: Settings) -> Iterator[Finding]:
    """Whether there are keys; never what they are."""
    for provider, key in (("Brave", settings.brave_api_key), ("Tavily", settings.tavily_api_key)):
        if key:
            yield Finding("ok", NAME, f"{provider}, with the key that is set")
    if settings.anthropic_search and settings.anthropic_api_key:
        what = f"Anthropic's tool, by {settings.anthropic_search_model}; each search is paid"
        yield Finding("ok", NAME, what)
    elif settings.anthropic_search:
        yield Finding(
            "note",
            NAME,
            "Anthropic's tool is switched on and has no key, so it is not used",
            "Set ANTHROPIC_API_KEY, or take THREADPROOF_ANTHROPIC_SEARCH away.",
        )
