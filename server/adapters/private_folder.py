"""Short-lived folders that only we may enter, and that the next start removes when their owner was killed.

A folder is alive while somebody holds the flock of the `alive` file in it; the kernel lets go of that lock whatever
way its holder dies, so a pid that was given out again cannot deceive us.
"""

import fcntl
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ALIVE = "alive"
PREFIX = "threadproof-"
BEING_MADE_S = 60.0


@contextmanager
def private_folder(kind: str, base: Path | None = None) -> Iterator[Path]:
    """A new folder with mode 0700, gone when the block ends; folders that dead owners left in `base` are swept."""
    base = base or Path(tempfile.gettempdir())
    sweep(base)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{kind}-", dir=base))
    held = _hold(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def _hold(folder: Path) -> int:
    """Locked under another name first: a sweeper never sees an `alive` file that nobody holds yet."""
    coming = folder / f"{ALIVE}.coming"
    held = os.open(coming, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    fcntl.flock(held, fcntl.LOCK_EX)
    coming.rename(folder / ALIVE)
    return held


def sweep(base: Path) -> list[Path]:
    """Remove our own folders in `base` whose owner is gone; returns them."""
    gone = [folder for folder in base.glob(f"{PREFIX}*-*") if _is_abandoned(folder)]
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=True)
    return gone


def _is_abandoned(folder: Path) -> bool:
    try:
        facts = folder.lstat()
        if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.getuid():
            return False
        if not (folder / ALIVE).exists():  # just being made, or its maker was killed at that moment
            return time.time() - facts.st_mtime > BEING_MADE_S
        probe = os.open(folder / ALIVE, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(probe)
    return True
