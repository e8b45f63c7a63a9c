"""Everything on one machine."""

import argparse
import os
import signal
import sys
from types import FrameType
from typing import Any

from server.commands.options import add_place, check_world, log_to_stderr, settings_in_place


def add_to(commands: Any) -> None:
    """`threadproof serve`."""
    parser = commands.add_parser("serve", help="everything on one machine: API, pages, workers, valkey, SQLite")
    parser.add_argument("--host", help="the address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, help="the port to listen on (default 8321; 0: any free one)")
    parser.add_argument("--workers", type=_count, metavar="N", help="worker processes (default: one a core)")
    add_place(parser)
    parser.set_defaults(run=run)


def _count(text: str) -> int:
    if not 1 <= (number := int(text)) <= 64:
        raise ValueError
    return number


def run(args: argparse.Namespace) -> int:
    """Until Ctrl-C or SIGTERM."""
    told: list[int] = []

    def tell(number: int, frame: FrameType | None) -> None:
        told.append(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, tell)
    with settings_in_place(args, os.environ) as settings:
        log_to_stderr(settings)
        check_world(settings)
        from server.supervisor import serve

        serve(settings, stopped=lambda: bool(told), say=lambda line: print(line, file=sys.stderr, flush=True))
    return 0
