"""How good the cards of recorded worlds are, a row a thread."""

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from server.commands.display import printable

FORMATS = ("text", "json")
EXPLAINED = """columns:
  facts      of what the manifest expects of the thread, how much was read; !n: so much that must not be there
  first 12   of the first pages read: on the subject / on another / walls / not listed
  relevant   of the pages on the subject, how many were read
  sources    cited: as under "first 12"
  key facts  of the event's facts, how many the card tells
  quotes     that stand in the stored text where the card says
  claims     that pass the gate once more
  dropped    claims that were proposed and did not get on the card
  s, $       seconds and US dollars a card took; – where it cost none, or the manifest says nothing to compare with"""


def add_to(commands: Any) -> None:
    """`threadproof eval`."""
    parser = commands.add_parser(
        "eval",
        help="how good the cards of recorded worlds are",
        description="Make a card of each thread of recorded worlds and compare it with their manifests.",
        epilog=EXPLAINED,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("worlds", nargs="+", type=Path, metavar="WORLD", help="a recorded world with its world.json")
    parser.add_argument("--format", choices=FORMATS, default="text", help="json has what is missing, and the reasons")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Every world's table. All worlds are looked at before the first card is made."""
    import msgspec

    from server.commands.options import check_world
    from server.settings import Settings
    from workers.evaluation import load_manifest, to_text

    settings = Settings.from_env(os.environ)
    worlds: list[tuple[Settings, Any]] = []
    for path in (each.expanduser().absolute() for each in args.worlds):
        world = msgspec.structs.replace(settings, web=path, record=None)
        check_world(world)
        worlds.append((world, load_manifest(path)))
    told: list[dict[str, Any]] = []
    for world, manifest in worlds:
        rows = asyncio.run(_evaluate(world, manifest))
        if args.format == "text":
            print(printable(to_text(manifest.name, rows)), flush=True)
        told.append({"world": manifest.name, "threads": msgspec.to_builtins(rows)})
    if args.format == "json":
        print(json.dumps(told, indent=2, ensure_ascii=False))
    return 0


async def _evaluate(settings: Any, manifest: Any) -> list[Any]:
    """A row for each thread of the world, progress on stderr."""
    from workers.evaluation import Maker, score

    rows = []
    async with Maker(settings) as maker:
        for entry in manifest.threads:
            rows.append(score(await maker.make(entry.url), entry, manifest))
            print(printable(f"{entry.url}: {rows[-1].problem or 'made'}"), file=sys.stderr, flush=True)
    return rows
