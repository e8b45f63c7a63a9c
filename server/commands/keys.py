"""Access keys: make one for a person, see whose there are, take one back."""

import argparse
import asyncio
import os
import secrets
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from server.commands.display import printable
from server.commands.options import make_data_folder, settings_with_data
from server.core.access import KEY_SCOPES, USUAL_SCOPES, AccessKey, hash_secret, write_token
from server.core.errors import InvalidRequest, NotFound
from server.settings import Settings

if TYPE_CHECKING:
    from server.core.ports import CardStore

LONGEST_NAME = 100
SCOPES_HELP = "what it lets its owner do, once for each (default: post and delete; admin: delete anybody's card)"


def add_to(commands: Any) -> None:
    """`threadproof keys add|list|revoke`."""
    parser = commands.add_parser("keys", help="access keys for people beyond this machine: add, list, revoke")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    add = actions.add_parser("add", help="make a key and print it; it is shown this once")
    add.add_argument("name", metavar="NAME", help="whose it is; keys of one name count as one person")
    add.add_argument("--trusted", action="store_true", help="what this person's browser saw is public at once")
    add.add_argument("--scope", action="append", choices=KEY_SCOPES, dest="scopes", help=SCOPES_HELP)
    _finish(add, add_key)
    _finish(actions.add_parser("list", help="every key, a line each, without its secret"), list_keys)
    revoke = actions.add_parser("revoke", help="from now on the key opens nothing")
    revoke.add_argument("id", metavar="ID", help="the key's id, or the key itself")
    _finish(revoke, revoke_key)


def _finish(parser: argparse.ArgumentParser, action: "Callable[..., Coroutine[Any, Any, None]]") -> None:
    parser.add_argument("--data", type=Path, metavar="DIR", help="the data folder (default: THREADPROOF_DATA)")
    parser.set_defaults(run=run, action=action)


def run(args: argparse.Namespace) -> int:
    """In the store of the data folder, or of DATABASE_URL; a running server sees the change at once."""
    asyncio.run(_with_store(args, settings_with_data(args.data, os.environ)))
    return 0


async def _with_store(args: argparse.Namespace, settings: Settings) -> None:
    from server.adapters.sql_store import SqlCardStore, migrate

    if settings.database_url is None:
        make_data_folder(settings.data)
    migrate(settings.store_url)
    store = SqlCardStore(settings.store_url)
    try:
        await args.action(args, store)
    finally:
        await store.close()


async def add_key(args: argparse.Namespace, store: "CardStore") -> None:
    """The key goes to standard output, alone, so that a script can keep it."""
    name = " ".join(args.name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidRequest(f"A key's name is a line of 1 to {LONGEST_NAME} printable characters. Name its owner.")
    secret = secrets.token_urlsafe(24)
    key = AccessKey(
        id=secrets.token_hex(6),
        name=name,
        secret_sha256=hash_secret(secret),
        trusted=args.trusted,
        scopes=tuple(dict.fromkeys(args.scopes or USUAL_SCOPES)),
        created_at=datetime.now(UTC),
    )
    await store.save_key(key)
    print(write_token(key.id, secret))
    print(f"Key {key.id} for {name}. It is shown only now; take it back with: keys revoke {key.id}", file=sys.stderr)


async def list_keys(args: argparse.Namespace, store: "CardStore") -> None:
    """Id, since when, trusted or not, scopes, name; tabs between them."""
    for key in await store.list_keys():
        state = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else "trusted" if key.trusted else "-"
        line = (key.id, f"{key.created_at:%Y-%m-%d}", state, ",".join(key.scopes), printable(key.name))
        print("\t".join(line))


async def revoke_key(args: argparse.Namespace, store: "CardStore") -> None:
    """By the id, also where the whole key was given."""
    key_id = args.id.removeprefix("tp_").partition("_")[0]
    if not await store.revoke_key(key_id, datetime.now(UTC)):
        raise NotFound(f"There is no standing key {key_id!r}. `threadproof keys list` shows those there are.")
    print(f"Key {key_id} is revoked.", file=sys.stderr)
