"""One card, through the same queue and pipeline as everybody's."""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from server.commands.display import printable
from server.commands.options import add_capture, add_place, check_world, log_to_stderr, read_capture, settings_in_place
from server.core.errors import DataFolderInUse
from server.settings import Settings

if TYPE_CHECKING:
    from server.adapters.data_folder import Owner
    from server.core.card import Card
    from server.supervisor import Stack

FORMATS = ("text", "json", "markdown", "html")
POLL_S = 0.1


def add_to(commands: Any) -> None:
    """`threadproof card`."""
    parser = commands.add_parser("card", help="make (or find) one card")
    parser.add_argument("url", metavar="URL", help="the thread's address")
    parser.add_argument("--format", choices=FORMATS, default="text", help="html is one self-contained file")
    parser.add_argument("--refresh", action="store_true", help="make a new version though a card is known")
    parser.add_argument("--lang", metavar="LANG", help="the card's language (default: the thread's)")
    parser.add_argument("--trace", action="store_true", help="tell each step and what the worker logs on stderr")
    parser.add_argument("--texts", type=Path, metavar="DIR", help="write each source's stored text there, as N.txt")
    add_capture(parser)
    add_place(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the card. Nothing is started before the address and the files have been looked at."""
    from server.core.urls import canonical_url

    canonical_url(args.url)
    capture = read_capture(args.capture, args.url)
    if args.texts is not None:
        args.texts.mkdir(parents=True, exist_ok=True)
    with settings_in_place(args, os.environ) as settings:
        check_world(settings)
        if args.trace:
            log_to_stderr(settings)
        with somewhere_to_work(settings, trace=args.trace) as (settings, stack):
            from server.commands.follow import Wish, make_card

            wish = Wish(url=args.url, lang=args.lang, refresh=args.refresh, capture=capture, trace=args.trace)
            card, texts = asyncio.run(make_card(wish, settings, stack, with_texts=args.texts is not None))
    for n, text in texts.items():
        (args.texts / f"{n}.txt").write_bytes(text.encode())
    sys.stdout.write(render(card, args.format))
    sys.stdout.flush()
    return 0


@contextmanager
def somewhere_to_work(settings: Settings, *, trace: bool) -> Iterator[tuple[Settings, "Stack | None"]]:
    """The running server of this data folder, else a queue and a worker of our own for as long as the block lasts."""
    with ExitStack() as cleanup:
        yield _settle(settings, trace, cleanup)


def _settle(settings: Settings, trace: bool, cleanup: ExitStack) -> tuple[Settings, "Stack | None"]:
    from server.adapters.data_folder import find_owner
    from server.supervisor import local_stack

    deadline = time.monotonic() + settings.job_timeout_s
    while True:
        owner = find_owner(settings.data)
        if owner is not None and owner.kind == "serve" and owner.ready:
            return _join(settings, owner), None
        try:
            stack = cleanup.enter_context(local_stack(settings, output=None if trace else settings.data / "worker.log"))
        except DataFolderInUse:
            if time.monotonic() > deadline:
                raise
            time.sleep(POLL_S)  # a server is starting, or another `card` is at work: soon one of the two ways is open
        else:
            return stack.settings, stack


def _join(settings: Settings, owner: "Owner") -> Settings:
    """Settings that reach a running server; DataFolderInUse when it does not see the web that was asked for."""
    if settings.web is not None and str(settings.web) != owner.web:
        raise DataFolderInUse(
            f"The server on {settings.data} (process {owner.pid}) does not answer from {settings.web}. "
            "Leave out --data to work in a temporary folder, or name another."
        )
    return msgspec.structs.replace(settings, redis_url=owner.redis_url, public_address=owner.address)


def render(card: "Card", form: str) -> str:
    """The card in one of FORMATS."""
    if form == "json":
        return msgspec.json.format(msgspec.json.encode(card), indent=2).decode() + "\n"
    from server.pages import exports, one_file

    text = {"text": exports.to_text, "markdown": exports.to_markdown, "html": one_file.to_html}[form](card)
    text = text if form == "html" else printable(text)
    return text if text.endswith("\n") else text + "\n"
