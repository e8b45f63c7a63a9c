"""A worker alone, for a machine of its own."""

import argparse
from typing import Any


def add_to(commands: Any) -> None:
    """`threadproof worker`."""
    parser = commands.add_parser("worker", help="one worker alone (needs REDIS_URL)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Until told to stop; the job at hand is finished first."""
    from workers.__main__ import main

    return main()
