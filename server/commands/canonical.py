"""The canonical URL of each address."""

import argparse
import sys
from typing import Any


def add_to(commands: Any) -> None:
    """`threadproof canonical`."""
    parser = commands.add_parser(
        "canonical", help="the canonical URL of each address, a line each; `? URL` where only a look-up can tell"
    )
    parser.add_argument("urls", nargs="*", metavar="URL", help="addresses; without any they are read from stdin")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """One line an address, an empty one where it is none; 2 when there was such a one."""
    from server.commands.outcomes import DONE, USAGE

    urls = args.urls or (line.strip() for line in sys.stdin)
    good = [_answer(url) for url in urls if url]
    return DONE if all(good) else USAGE


def _answer(url: str) -> bool:
    from server.core.errors import InvalidUrl
    from server.core.urls import canonical_url

    try:
        found = canonical_url(url)
    except InvalidUrl as error:
        print()
        print(f"threadproof: {url}: {error.message}", file=sys.stderr)
        return False
    print(f"? {url}" if found.needs_lookup else found.key)
    return True
