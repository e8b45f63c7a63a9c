"""The data folder and its one owner.

The owner holds an flock on DATA/lock for as long as it lives and writes into that file how to reach it, so that a
second command on the same folder can join instead of starting everything again. The embedded valkey inherits the
lock, which keeps the folder taken until the last process that writes to it is gone.
"""

import errno
import fcntl
import os
import time
from pathlib import Path
from typing import Literal

import msgspec

from server.core.errors import DataFolderInUse, DataFolderUnusable

LOCK = "lock"
DYING_S = 5.0  # how long the children of a killed owner may take to follow it; measured: under 0.1 s


class Owner(msgspec.Struct, frozen=True, kw_only=True):
    """Who has the data folder, as the lock file tells. Addresses are there once everything is up (`ready`)."""

    pid: int
    kind: Literal["serve", "card"]
    ready: bool = False
    redis_url: str | None = None
    address: str | None = None
    web: str | None = None  # the recorded world that answers instead of the internet


class DataFolder:
    """A claimed data folder; `release` or the end of the process gives it up."""

    def __init__(self, path: Path, held: int, owner: Owner) -> None:
        self.path = path
        self.held = held
        self.owner = owner

    def announce(self, owner: Owner) -> None:
        """Tell others how to reach us. One write under the size of a page, so a reader sees all of it or none."""
        self.owner = owner
        document = msgspec.json.encode(owner)
        os.ftruncate(self.held, 0)
        os.pwrite(self.held, document, 0)

    def release(self) -> None:
        """Give the folder up; the lock file stays, since removing it would let two owners hold two inodes."""
        os.ftruncate(self.held, 0)
        os.close(self.held)


def claim(path: Path, kind: Literal["serve", "card"]) -> DataFolder:
    """Make the folder if need be and become its owner.

    DataFolderUnusable when it cannot be made or written, DataFolderInUse when another process owns it. A folder whose
    owner was killed a moment ago is waited for while that owner's children follow it.
    """
    held = _open_lock(path)
    deadline = time.monotonic() + DYING_S
    while not _lock(held):
        owner = find_owner(path)
        if (owner is not None and _lives(owner.pid)) or time.monotonic() > deadline:
            os.close(held)
            raise DataFolderInUse(_in_use(path, owner))
        time.sleep(0.05)
    folder = DataFolder(path, held, Owner(pid=os.getpid(), kind=kind))
    folder.announce(folder.owner)
    return folder


def find_owner(path: Path) -> Owner | None:
    """The process that owns the folder now; None when nobody does, or nobody has said so yet."""
    try:
        probe = os.open(path / LOCK, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(probe, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return _read(probe)
    else:
        return None
    finally:
        os.close(probe)


def _read(held: int) -> Owner | None:
    try:
        return msgspec.json.decode(os.pread(held, 4096, 0), type=Owner)
    except msgspec.MsgspecError:  # the owner is between truncating and writing
        return None


def _open_lock(path: Path) -> int:
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = path / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
        return os.open(path / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DataFolderUnusable(
            f"The data folder {path} cannot be used: {error.strerror}. "
            "Choose another with --data DIR (or THREADPROOF_DATA), or make this one writable."
        ) from error


def _lock(held: int) -> bool:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.EAGAIN, errno.EACCES):
            raise DataFolderUnusable(
                f"The data folder's file system cannot lock files ({error.strerror}). Choose one on a local disk."
            ) from error
        return False
    return True


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _in_use(path: Path, owner: Owner | None) -> str:
    if owner is None:
        return f"Another threadproof uses the data folder {path}. Stop it, or choose another folder with --data DIR."
    where = f" at {owner.address}" if owner.address else ""
    return (
        f"threadproof {owner.kind} (process {owner.pid}) already uses the data folder {path}{where}. "
        "Use that one, stop it, or choose another folder with --data DIR."
    )
