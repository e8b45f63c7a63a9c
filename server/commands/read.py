"""The thread as we read it."""

import argparse
import asyncio
import os
import sys
from contextlib import AsyncExitStack
from typing import Any

from server.commands.options import add_capture, add_place, check_world, read_capture


def add_to(commands: Any) -> None:
    """`threadproof read`."""
    parser = commands.add_parser("read", help="the thread we extract, as JSON")
    parser.add_argument("url", metavar="URL", help="the thread's address")
    add_capture(parser)
    add_place(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Read it and print it. Nothing is stored, so no data folder is touched."""
    import msgspec

    from server.settings import Settings

    settings = Settings.from_env(os.environ)
    if args.web is not None:
        settings = msgspec.structs.replace(settings, web=args.web.expanduser().absolute())
    check_world(settings)
    thread = asyncio.run(_read(args, settings))
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(thread), indent=2) + b"\n")
    return 0


async def _read(args: argparse.Namespace, settings: Any) -> Any:
    from server.core.urls import canonical_url
    from server.sample import THREAD_URL
    from workers import bootstrap
    from workers.stages.read import read_thread

    canonical = canonical_url(args.url)
    capture = read_capture(args.capture, args.url)
    async with AsyncExitStack() as stack:
        warm = bootstrap.warm_up(settings)
        is_sample = canonical.key == canonical_url(THREAD_URL).key
        web = warm.sample if is_sample else await bootstrap.open_web(settings, warm, stack)
        return await read_thread(
            canonical,
            fetcher=web.fetcher,
            extractor=bootstrap.open_extractor(warm),
            capture=capture,
            now=bootstrap.utc_now(),
            reddit=web.reddit,
            private_too=True,  # the operator reads on their own terminal; nothing is made or shared
        )
