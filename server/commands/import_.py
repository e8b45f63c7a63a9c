"""A store out of what `threadproof export` wrote."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

EXPLAINED = """The store (the data folder's, or DATABASE_URL) must be empty. All of FILE is imported or nothing: a file
that was cut off or does not fit is refused with the number of its line. Unfinished jobs go on once a server runs."""


def add_to(commands: Any) -> None:
    """`threadproof import`."""
    parser = commands.add_parser(
        "import",
        help="fill an empty store with what `export` wrote",
        epilog=EXPLAINED,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", metavar="FILE", help="JSON lines; - for standard input")
    parser.add_argument("--data", type=Path, metavar="DIR", help="the data folder (default: THREADPROOF_DATA)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Tells how many rows there were."""
    from server.adapters.migrations import migrate
    from server.adapters.sql.database import Database
    from server.adapters.sql.transfer import load
    from server.commands.options import make_data_folder, settings_with_data
    from server.core.errors import InvalidRequest

    settings = settings_with_data(args.data, os.environ)
    if settings.database_url is None:
        make_data_folder(settings.data)
    migrate(settings.store_url)
    database = Database(settings.store_url)
    try:
        if args.file == "-":
            counts = database.write(load, sys.stdin.buffer)
        else:
            with Path(args.file).expanduser().open("rb") as lines:
                counts = database.write(load, lines)
    except OSError as error:
        raise InvalidRequest(f"{args.file} cannot be read: {error.strerror}. Name a file that exists.") from error
    finally:
        database.close()
    told = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    print(f"Imported: {told or 'nothing, the export was empty'}.", file=sys.stderr)
    return 0
