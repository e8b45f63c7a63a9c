"""Whether the fetcher may go to an address: the judgement alone, without a network."""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

LONGEST_LINE = 2**20  # a DNS answer of thousands of addresses fits; what is longer is refused without being kept


def add_to(commands: Any) -> None:
    """`threadproof admits`."""
    parser = commands.add_parser(
        "admits",
        help="may the fetcher go there? A JSON line a URL; nothing is resolved or dialled",
        description="One JSON line an address: url, verdict (allow or refuse) and reason. Nothing is resolved or "
        'dialled: a line {"url": …, "resolve": {host: [addresses]}} is judged with those DNS answers, and a name '
        "without answers by its address alone.",
    )
    parser.add_argument("urls", nargs="*", metavar="URL", help="addresses; without any, lines are read from stdin")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Always 0 once the settings are read: a refusal is an answer."""
    from server.settings import Settings

    settings = Settings.from_env(os.environ)
    for line in args.urls or _lines(sys.stdin.buffer):
        url, verdict, reason = _judge(line, settings.fetch_allow, settings.blocked_sites)
        # In ASCII, so that no terminal or locale has a say, and at once, for who asks line by line.
        print(json.dumps({"url": url, "verdict": verdict, "reason": reason}), flush=True)
    return 0


def _lines(stream: BinaryIO) -> Iterator[str]:
    """The lines that hold something, of a too long one only its beginning."""
    while line := stream.readline(LONGEST_LINE + 1):
        part = line
        while len(part) > LONGEST_LINE and not part.endswith(b"\n"):
            part = stream.readline(LONGEST_LINE + 1)
        if line.strip():
            yield line.rstrip(b"\r\n").decode("utf-8-sig", "replace")


def _judge(line: str, allow: tuple[str, ...], blocked: tuple[str, ...]) -> tuple[str, str, str]:
    from server.core.admission import admit, parse_question
    from server.core.errors import InsightError

    url = line
    try:
        url, answers = parse_question(line)
        return url, "allow", admit(url, answers, allow=allow, blocked=blocked)
    except InsightError as error:
        return url, "refuse", error.message
