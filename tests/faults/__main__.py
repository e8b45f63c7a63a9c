"""`make test-faults`: every fault in full, as a table. Ends with 1 where something did not hold."""

import os
import platform
import sys
import time
from collections.abc import Callable

from tests.faults import cases
from tests.faults.cases import Outcome

PLAYS: tuple[Callable[[], Outcome], ...] = (
    lambda: cases.one_job(asks=200, late_asks=500),
    lambda: cases.killed(jobs=100, whole_trees=False),
    lambda: cases.killed(jobs=100, whole_trees=True),
    lambda: cases.valkey_killed(jobs=20, empty=False),
    lambda: cases.valkey_killed(jobs=20, empty=True),
    lambda: cases.postgres_restarted(jobs=20),
    lambda: cases.disk_full(jobs=10),
    lambda: cases.poisoned(others=20),
    lambda: cases.models_fail(jobs=20),
    lambda: cases.cut_off(jobs=8),
)


def main() -> int:
    """A line each, as it is known."""
    print(f"Faults, with real processes on {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print("| fault | found | seconds |\n|---|---|---|")
    broken = 0
    for play in PLAYS:
        began = time.monotonic()
        try:
            outcome = play()
        except AssertionError as error:
            outcome = Outcome("a fault that did not come to its end", "", (str(error)[-2000:],))
        broken += bool(outcome.faults)
        held = "".join(f"; **does not hold: {fault}**" for fault in outcome.faults)
        print(f"| {outcome.name} | {outcome.figures}{held} | {time.monotonic() - began:.0f} |", flush=True)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
