"""What is configured, reachable and missing, with the next step for each."""

import argparse
import asyncio
import os
import platform
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from server.commands.doctor_model import examine_model
from server.commands.doctor_search import examine_search
from server.commands.doctor_watching import examine_watching
from server.commands.findings import Finding, place
from server.commands.options import add_place
from server.commands.outcomes import DONE, SERVICE_DOWN
from server.core.errors import InsightError
from server.settings import Settings


def add_to(commands: Any) -> None:
    """`threadproof doctor`."""
    parser = commands.add_parser("doctor", help="what is configured, reachable and missing, and what to do about it")
    add_place(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when it can run, 4 when a needed service is down. Starts nothing and writes nothing."""
    settings = Settings.from_env(os.environ)
    for name in ("data", "web"):
        if getattr(args, name) is not None:
            settings = msgspec.structs.replace(settings, **{name: getattr(args, name).expanduser().absolute()})
    findings = list(examine(settings))
    for finding in findings:
        print(f"{finding.state:<5} {finding.name:<12} {finding.what}")
        if finding.step:
            print(f"      {'':<12} → {finding.step}")
    return SERVICE_DOWN if any(finding.state == "down" for finding in findings) else DONE


def examine(settings: Settings) -> Iterator[Finding]:
    """Everything worth knowing, in the order in which things are needed."""
    yield _python()
    yield _data_folder(settings.data)
    yield _store(settings)
    yield from _queue(settings)
    yield from examine_search(settings) if settings.web is None else [_recorded(settings)]
    yield _reddit(settings)
    yield _fetch_exceptions(settings)
    yield _manners(settings)
    yield from examine_model(settings, _redis_url(settings))
    yield from examine_watching(settings)


def _python() -> Finding:
    return Finding("ok", "python", f"{platform.python_version()} on {platform.system()} {platform.machine()}")


def _data_folder(path: Path) -> Finding:
    from server.adapters.data_folder import find_owner

    owner = find_owner(path)
    if owner is not None:
        where = f" at {owner.address}" if owner.address else ""
        return Finding("ok", "data folder", f"{path}, in use by threadproof {owner.kind} (process {owner.pid}){where}")
    nearest = next(folder for folder in (path, *path.parents) if folder.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        return Finding("down", "data folder", f"{path} cannot be written", "Set THREADPROOF_DATA or use --data DIR.")
    return Finding("ok", "data folder", f"{path}{'' if path.exists() else ' (made at the first start)'}")


def _store(settings: Settings) -> Finding:
    if settings.database_url is None and not (settings.data / "threadproof.sqlite3").exists():
        return Finding("ok", "store", "SQLite in the data folder (made at the first start)")
    what = f"PostgreSQL at {place(settings.database_url)}" if settings.database_url else "SQLite in the data folder"
    try:
        asyncio.run(_ask_store(settings.store_url))
    except InsightError as error:
        return Finding("down", "store", what, error.message)
    return Finding("ok", "store", what)


async def _ask_store(url: str) -> None:
    from server.adapters.sql_store import SqlCardStore

    store = SqlCardStore(url)
    try:
        await store.list_cards(limit=1)
    finally:
        await store.close()


def _queue(settings: Settings) -> Iterator[Finding]:
    url = _redis_url(settings)
    if url is None:
        yield _embedded()
        yield Finding("note", "workers", "none run now", "`threadproof serve` starts them.")
        return
    what = f"REDIS_URL, {place(url)}" if settings.redis_url else "the running server's own valkey"
    try:
        waiting, workers = asyncio.run(_ask_queue(url))
    except InsightError as error:
        yield Finding("down", "queue", what, f"Start it, or correct REDIS_URL. {error.message}")
        return
    yield Finding("ok", "queue", f"{what}; {waiting} job(s) waiting")
    if workers:
        yield Finding("ok", "workers", f"{workers} at work or waiting for it")
    else:
        yield Finding("note", "workers", "none", "Start one with `threadproof worker`, or everything with `serve`.")


def _redis_url(settings: Settings) -> str | None:
    """The one configured, or a running server's own."""
    from server.adapters.data_folder import find_owner

    owner = find_owner(settings.data)
    return settings.redis_url or (owner.redis_url if owner is not None else None)


async def _ask_queue(url: str) -> tuple[int, int]:
    from server.adapters.rq_queue import RqJobQueue

    queue = RqJobQueue(url)
    try:
        return await queue.depth(), await queue.workers()
    finally:
        await queue.close()


def _embedded() -> Finding:
    from server.adapters.embedded_valkey import find_binary, runtime_base

    try:
        binary, base = find_binary(), runtime_base()
    except InsightError as error:
        return Finding("down", "queue", "no REDIS_URL and no valkey to start", error.message)
    return Finding("ok", "queue", f"our own valkey, {binary}, on a socket under {base}")


def _recorded(settings: Settings) -> Finding:
    from server.commands.options import check_world

    try:
        check_world(settings)
    except InsightError as error:
        return Finding("down", "web", f"recorded: {settings.web}", error.message)
    return Finding("ok", "web", f"recorded: {settings.web}; the network is not touched")


def _reddit(settings: Settings) -> Finding:
    """Whether there are keys; never what they are."""
    keys = {
        "THREADPROOF_REDDIT_CLIENT_ID": settings.reddit_client_id,
        "THREADPROOF_REDDIT_CLIENT_SECRET": settings.reddit_client_secret,
    }
    missing = [name for name, value in keys.items() if not value]
    if not missing:
        return Finding("ok", "reddit", "an app's id and secret are set; Reddit's API is asked first")
    if len(missing) == 1:
        return Finding("note", "reddit", "half of an app's keys is set, so they are not used", f"Set {missing[0]} too.")
    return Finding("note", "reddit", "no keys; it turns most servers away", "Use the extension, or --capture FILE.")


def _fetch_exceptions(settings: Settings) -> Finding:
    if settings.fetch_allow:
        return Finding("note", "fetching", f"public addresses, and by exception {', '.join(settings.fetch_allow)}")
    return Finding("ok", "fetching", "public addresses only")


def _manners(settings: Settings) -> Finding:
    """How hosts are treated, and whether they learn whom to write to."""
    what = f"{max(1, settings.host_requests)} at a host at once, {max(0.0, settings.host_delay_s):g} s between two"
    if settings.contact:
        return Finding("ok", "manners", f"{what}; sites may write to {settings.contact}")
    return Finding(
        "note", "manners", f"{what}; sites cannot learn whom to write to", "Set THREADPROOF_CONTACT to an address."
    )
