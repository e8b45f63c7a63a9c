"""What has to happen by the clock, for a set-up of many machines; `serve` does the same itself."""

import argparse
import os
import signal
import threading
from typing import Any

from server.commands.options import log_to_stderr


def add_to(commands: Any) -> None:
    """`threadproof scheduler`."""
    parser = commands.add_parser("scheduler", help="what happens by the clock: finds lost jobs (needs REDIS_URL)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Sweep until told to stop."""
    from server.adapters.migrations import migrate
    from server.core.errors import InvalidSetting
    from server.settings import Settings
    from server.supervisor import SWEEP_S, Sweeper, sweep

    settings = Settings.from_env(os.environ)
    if settings.redis_url is None:
        raise InvalidSetting("The scheduler needs REDIS_URL. `threadproof serve` does its work by itself.")
    log_to_stderr(settings)
    migrate(settings.store_url)
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: told.set())
    sweep(settings)
    sweeper = Sweeper(settings)
    while not told.wait(SWEEP_S / 10):
        sweeper.sweep_when_due()
    return 0
