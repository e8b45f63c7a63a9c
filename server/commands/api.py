"""The API and the pages alone, for a machine of their own."""

import argparse
import os
import signal
from functools import partial
from typing import TYPE_CHECKING, Any

from server.commands.options import log_to_stderr

if TYPE_CHECKING:
    from litestar import Litestar

STREAMS_END_S = 2  # open event streams would otherwise hold up the end for as long as a reader stays


def add_to(commands: Any) -> None:
    """`threadproof api`."""
    parser = commands.add_parser("api", help="the API and the pages alone (needs REDIS_URL)")
    parser.add_argument("--host", help="the address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, help="the port to listen on (default 8321)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Until told to stop."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from server.adapters.migrations import migrate
    from server.core.errors import InvalidSetting
    from server.settings import Settings
    from server.supervisor import free_port

    for name in ("host", "port"):
        if getattr(args, name) is not None:
            os.environ[f"THREADPROOF_{name.upper()}"] = str(getattr(args, name))
    settings = Settings.from_env(os.environ)
    if settings.redis_url is None:
        raise InvalidSetting("The API needs REDIS_URL. `threadproof serve` starts everything with a queue of its own.")
    log_to_stderr(settings)
    migrate(settings.store_url)
    Granian(
        "server.asgi:create",
        address=settings.host,
        port=free_port(settings.host, settings.port),
        interface=Interfaces.ASGI,
        log_access=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=STREAMS_END_S,
        websockets=False,
    ).serve(target_loader=partial(load_on_leash, os.getpid()), wrap_loader=False)
    return 0


def load_on_leash(granian_pid: int) -> "Litestar":
    """The application in granian's worker process, which granian alone would let outlive a killed parent.

    The leash comes before the imports: in their half second 6 of 40 killed parents left their worker behind. Until
    granian installs its own handlers the worker has those of its parent, which would only make note of a SIGTERM.
    """
    from server.adapters.leash import die_with_parent

    die_with_parent(granian_pid)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    from server.asgi import create
    from server.settings import Settings

    log_to_stderr(Settings.from_env(os.environ))
    return create()
