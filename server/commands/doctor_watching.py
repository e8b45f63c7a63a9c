"""What `doctor` says of watched communities."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from server.commands.display import printable
from server.commands.findings import Finding
from server.commands.watch_words import next_words, run_words, tally_words
from server.core.errors import InsightError
from server.core.watching import STARTERS, Tally, check_top, every_words, parse_every
from server.settings import Settings

if TYPE_CHECKING:
    from server.core.watching import Watch

START = f"threadproof watch add {' '.join(STARTERS)}"


def examine_watching(settings: Settings, now: datetime | None = None) -> Iterator[Finding]:
    """A line for each community, with what keeps it from giving cards; where none is watched, a list to begin with."""
    yield from _settings(settings)
    has_store = settings.database_url is not None or (settings.data / "threadproof.sqlite3").exists()
    try:
        watches, tallies = asyncio.run(_ask(settings.store_url)) if has_store else ([], {})
    except InsightError:  # the store's own line tells
        return
    if not watches and not settings.watch:
        yield Finding("note", "watching", "no community is watched", f"To begin with: {START}")
    for watch in watches:
        yield _of_watch(watch, tallies.get(watch.target, Tally()), now or datetime.now(UTC))


def _settings(settings: Settings) -> Iterator[Finding]:
    from server.core.targets import parse_target

    try:
        names = [parse_target(text).name for text in settings.watch]
        every_s, top = parse_every(settings.watch_every), check_top(settings.watch_top)
    except InsightError as error:
        yield Finding("down", "watching", "THREADPROOF_WATCH and its like are not understood", error.message)
        return
    if names:
        yield Finding(
            "ok",
            "watching",
            f"by setting: {', '.join(names)}, each every {every_words(every_s)}, top {top}",
        )


async def _ask(url: str) -> "tuple[list[Watch], dict[str, Tally]]":
    from server.adapters.sql_following import SqlWatchStore

    store = SqlWatchStore(url)
    try:
        return await store.list_watches(), await store.tallies()
    finally:
        await store.close()


def _of_watch(watch: "Watch", tally: Tally, now: datetime) -> Finding:
    what = f"{watch.target} every {every_words(watch.every_s)}, {next_words(watch, now)}; {tally_words(tally)}"
    last = watch.last
    if last is None or watch.paused:
        return Finding("ok", "watching", what)
    if last.problem is not None:
        return Finding("note", "watching", f"{what}; the last look failed", printable(last.problem))
    return Finding("ok", "watching", f"{what}; last: {run_words(last)}")
