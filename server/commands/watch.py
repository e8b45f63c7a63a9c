"""Watched communities: add, list, pause, resume, remove them, or look at them now."""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from server.commands.display import printable
from server.commands.options import add_place, check_world, settings_in_place
from server.core.errors import InvalidRequest, NotFound
from server.core.watching import STARTERS, check_top, every_words, parse_every
from server.settings import Settings

if TYPE_CHECKING:
    from server.core.following import WatchStore
    from server.core.targets import Target
    from server.core.watching import Watch

NAMES = "r/LocalLLaMA, hn, hn/show, lobsters, lobsters/t/ai, !technology@lemmy.world, discourse:forum.example"
Action = Callable[[argparse.Namespace, "WatchStore", Settings], Coroutine[Any, Any, None]]


def add_to(commands: Any) -> None:
    """`threadproof watch add|list|pause|resume|remove|run`."""
    parser = commands.add_parser("watch", help="communities whose new threads become cards by themselves")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    add = actions.add_parser("add", help="watch a community; one that is watched gets the new interval and number")
    add.add_argument("target", metavar="COMMUNITY", nargs="+", help=NAMES)
    add.add_argument(
        "--every", metavar="TIME", help="how often to look: 30m, 2h, 1d (default: THREADPROOF_WATCH_EVERY)"
    )
    add.add_argument("--top", type=int, metavar="N", help="threads from the top of the list (default: …_WATCH_TOP)")
    _finish(add, add_watches)
    _finish(actions.add_parser("list", help="every watched community: last and next look, what came of it"), show)
    for name, action, told in (
        ("pause", pause, "do not look at a community until it is resumed"),
        ("resume", resume, "look at a paused community again, at once"),
        ("remove", remove, "stop watching a community; its cards stay"),
    ):
        each = actions.add_parser(name, help=told)
        each.add_argument("target", metavar="COMMUNITY", nargs="+", help="as `watch list` names it")
        _finish(each, action)
    now = actions.add_parser("run", help="look now, and wait for the cards that come of it")
    now.add_argument("target", metavar="COMMUNITY", nargs="*", help="as `watch list` names it (default: all)")
    add_place(now)
    now.set_defaults(run=run_now)


def _finish(parser: argparse.ArgumentParser, action: Action) -> None:
    add_place(parser)
    parser.set_defaults(run=run, action=action)


def run(args: argparse.Namespace) -> int:
    """In the store of the data folder, or of DATABASE_URL; a running server sees the change within seconds."""
    with settings_in_place(args, os.environ) as settings:
        asyncio.run(_with_store(args, settings))
    return 0


def run_now(args: argparse.Namespace) -> int:
    """Through the running server of the data folder, else with workers of our own. 3 when no list could be had."""
    from server.commands.card import somewhere_to_work
    from server.commands.outcomes import DONE, NO_THREAD

    with settings_in_place(args, os.environ) as settings:
        check_world(settings)
        with somewhere_to_work(settings, trace=False) as (settings, stack):
            from server.commands.watch_now import look

            went_well = asyncio.run(look(args.target, settings, stack))
    return DONE if went_well else NO_THREAD


async def _with_store(args: argparse.Namespace, settings: Settings) -> None:
    from server.adapters.migrations import migrate
    from server.adapters.sql_following import SqlWatchStore

    if settings.database_url is None:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    migrate(settings.store_url)
    store = SqlWatchStore(settings.store_url)
    try:
        await args.action(args, store, settings)
    finally:
        await store.close()


async def add_watches(args: argparse.Namespace, store: "WatchStore", settings: Settings) -> None:
    """Nothing is added unless all that was named can be watched."""
    from server.core.targets import parse_target
    from server.following import new_watch

    every_s, top = parse_every(args.every or settings.watch_every), check_top(args.top or settings.watch_top)
    targets = [parse_target(text) for text in args.target]
    for target in targets:
        check_not_blocked(target, settings)
    for target in targets:
        watch = new_watch(target.name, every_s, top, _now())
        if not await store.add_watch(watch):
            await _change(store, target.name, every_s=every_s, top=top)
        _say(f"{target.name} is looked at every {every_words(every_s)}; its top {top} become cards.")
    _say("`threadproof serve` or `threadproof scheduler` does the looking; `threadproof watch run` looks now.")


def check_not_blocked(target: "Target", settings: Settings) -> None:
    """Blocked, where the operator takes no threads from there."""
    from server.core.blocking import Blocklist
    from server.core.urls import canonical_url

    place = f"/r/{target.place}/comments/aaaaa/" if target.kind == "reddit" else "/"
    blocked = Blocklist(settings.blocked_sites, settings.blocked_communities)
    blocked.check_address(canonical_url(f"https://{target.host}{place}"))


async def show(args: argparse.Namespace, store: "WatchStore", settings: Settings) -> None:
    """A line each on standard output, tabs between its fields, and below it what the last look said."""
    from server.commands.watch_words import watch_fields, watch_notes

    watches, tallies, now = await store.list_watches(), await store.tallies(), _now()
    for watch in watches:
        tally = tallies.get(watch.target)
        print("\t".join(printable(field) for field in watch_fields(watch, tally, now)))
        for note in watch_notes(watch, tally):
            print(f"\t{printable(note)}")
    if not watches:
        _say(f"Nothing is watched. Begin with: threadproof watch add {' '.join(STARTERS)}")


async def pause(args: argparse.Namespace, store: "WatchStore", settings: Settings) -> None:
    """A run under way is not stopped."""
    for name in args.target:
        watch = await _change(store, name, paused=True)
        _say(f"{watch.target} is paused.")


async def resume(args: argparse.Namespace, store: "WatchStore", settings: Settings) -> None:
    """Past failures are forgotten."""
    for name in args.target:
        watch = await _change(store, name, paused=False, failures=0, next_at=_now())
        _say(f"{watch.target} is looked at again, every {every_words(watch.every_s)}.")


async def remove(args: argparse.Namespace, store: "WatchStore", settings: Settings) -> None:
    """What the settings name would come back at the next start, so it has to go there."""
    from server.core.targets import parse_target

    configured = {parse_target(text).key for text in settings.watch}
    for name in args.target:
        watch = await _find(store, name)
        if parse_target(watch.target).key in configured:
            raise InvalidRequest(f"{watch.target} stands in THREADPROOF_WATCH. Take it out there, or pause it.")
        await store.remove_watch(parse_target(watch.target).key)
        _say(f"{watch.target} is no longer watched. Its cards stay.")


async def _change(store: "WatchStore", name: str, **changes: Any) -> "Watch":
    watch = msgspec.structs.replace(await _find(store, name), **changes)
    if not await store.save_watch(watch):
        raise NotFound(f"{watch.target} was removed at this moment. Add it again with: threadproof watch add.")
    return watch


async def _find(store: "WatchStore", name: str) -> "Watch":
    from server.core.targets import parse_target

    target = parse_target(name)
    watch = await store.load_watch(target.key)
    if watch is None:
        raise NotFound(f"{target.name} is not watched. `threadproof watch list` shows what is.")
    return watch


def _say(text: str) -> None:
    print(printable(text), file=sys.stderr)


def _now() -> datetime:
    return datetime.now(UTC)
