"""The whole store as JSON lines: a backup, and the way to another database."""

import argparse
import os
import sys
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

EXPLAINED = """Cards with all their versions, stored texts, jobs, captures, addresses and access keys go to FILE, or to
standard output: a JSON object a line, as the store is at one instant; it may be in use meanwhile. Of keys there are
only hashes, but captures and private cards are in it, so keep it to yourself. `threadproof import` reads it, on SQLite
and PostgreSQL alike."""


def add_to(commands: Any) -> None:
    """`threadproof export`."""
    parser = commands.add_parser(
        "export",
        help="the whole store as JSON lines: a backup, and the way to another database",
        epilog=EXPLAINED,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", nargs="?", default="-", metavar="FILE", help="where to; - for standard output")
    parser.add_argument("--data", type=Path, metavar="DIR", help="the data folder (default: THREADPROOF_DATA)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """A file appears whole or not at all, for its owner's eyes."""
    from server.adapters.migrations import migrate
    from server.adapters.sql.database import Database
    from server.commands.options import settings_with_data
    from server.core.errors import DataFolderUnusable

    settings = settings_with_data(args.data, os.environ)
    if settings.database_url is None and not (settings.data / "threadproof.sqlite3").is_file():
        raise DataFolderUnusable(f"There is no store in {settings.data}. Name its data folder with --data DIR.")
    migrate(settings.store_url)
    database = Database(settings.store_url)
    try:
        if args.file == "-":
            count = _write(database, sys.stdout.buffer)
        else:
            count = _write_file(database, Path(args.file).expanduser())
    finally:
        database.close()
    print(f"{count} rows exported.", file=sys.stderr)
    return 0


def _write(database: Any, out: IO[bytes]) -> int:
    from server.adapters.sql.transfer import dump

    def work(connection: Any) -> int:
        count = -2  # the first line and the last are no rows
        for line in dump(connection):
            out.write(line + b"\n")
            count += 1
        out.flush()
        return count

    return int(database.read(work))


def _write_file(database: Any, path: Path) -> int:
    from server.core.errors import DataFolderUnusable

    try:  # for the owner alone, under a name that nobody can have laid a link to
        with NamedTemporaryFile(dir=path.parent, prefix=f"{path.name}.", suffix=".part", delete=False) as out:
            try:
                count = _write(database, out)
                out.flush()
                os.fsync(out.fileno())
                Path(out.name).replace(path)
            except BaseException:
                Path(out.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise DataFolderUnusable(f"{path} cannot be written: {error.strerror}. Name another file.") from error
    return count
