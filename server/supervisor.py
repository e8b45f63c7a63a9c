"""Everything on one machine: the data folder, valkey, workers and the API, started together and stopped together."""

import asyncio
import http.client
import logging
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from server.adapters import data_folder
from server.adapters.data_folder import DataFolder
from server.adapters.embedded_valkey import EmbeddedValkey, find_binary, runtime_base
from server.adapters.leash import leashed
from server.adapters.private_folder import private_folder
from server.children import Child, stop_all
from server.core.errors import InsightError, InvalidSetting, PortInUse, QueueUnavailable, SetupError
from server.settings import Settings

log = logging.getLogger("threadproof.serve")

HANDING_BACK_S = 8.0  # beyond the grace, for workers to put back what they did not finish
READY_S = 60.0
SWEEP_S = 5.0
AFTER_OUTAGE_S = 15.0
TICK_S = 0.1
USUAL = ("redis_url", "database_url", "anthropic_api_key", "anthropic_base_url")  # without our prefix

Stopped = Callable[[], bool]


class Stack:
    """What runs, and the settings that reach it."""

    def __init__(self, settings: Settings, folder: DataFolder, children: list[Child]) -> None:
        self.settings = settings
        self.children = children
        self._folder = folder

    def look_after(self) -> None:
        """Start again what died. SetupError when a part dies at every start."""
        for child in self.children:
            if child.look_after():
                log.warning("%s had ended and was started again", child.name)
            if child.is_broken:
                raise SetupError(f"The {child.name} process ends as soon as it starts: {child.last_words}.")

    async def keep_watch(self) -> None:
        """Look after everything until cancelled."""
        while True:
            self.look_after()
            await asyncio.sleep(TICK_S)

    def wait_until_ready(self, stopped: Stopped) -> bool:
        """Until the API says so; False when told to stop before."""
        deadline = time.monotonic() + READY_S
        while not is_ready(self.settings):
            self.look_after()
            if stopped():
                return False
            if time.monotonic() > deadline:
                raise SetupError(f"The server did not become ready within {READY_S:.0f} s; what it said stands above.")
            time.sleep(0.05)
        return True

    def announce(self) -> None:
        """Let other commands on the same data folder join."""
        self._folder.announce(
            msgspec.structs.replace(
                self._folder.owner,
                ready=True,
                redis_url=self.settings.redis_url,
                address=self.settings.address,
                web=str(self.settings.web) if self.settings.web else None,
            )
        )

    def run(self, stopped: Stopped) -> None:
        """Watch, and sweep for jobs that nobody has, until told to stop."""
        sweeper = Sweeper(self.settings)
        while not stopped():
            self.look_after()
            sweeper.sweep_when_due()
            time.sleep(TICK_S)


def serve(settings: Settings, *, stopped: Stopped, say: Callable[[str], None]) -> None:
    """Run everything until `stopped`; `say` hears one line once the server answers.

    PortInUse, DataFolderUnusable and DataFolderInUse come before anything was started.
    """
    settings = msgspec.structs.replace(settings, port=free_port(settings.host, settings.port))
    with local_stack(settings, api=True) as stack:
        if stack.wait_until_ready(stopped):
            stack.announce()
            say(f"Threadproof is ready: {stack.settings.address} (data in {settings.data}; Ctrl-C stops it)")
            stack.run(stopped)


@contextmanager
def local_stack(settings: Settings, *, api: bool = False, output: Path | None = None) -> Iterator[Stack]:
    """Own the data folder and run valkey (without a REDIS_URL), workers and, if asked, the API, until the block ends.

    Unfinished jobs of a former life are queued again. What the parts print goes to `output`, else to stderr.
    """
    with ExitStack() as cleanup:
        if not api:  # for one card, whatever serves many stays at home
            settings = msgspec.structs.replace(settings, workers=settings.workers or 1)
        folder = data_folder.claim(settings.data, "serve" if api else "card")
        cleanup.callback(folder.release)
        owns_queue = settings.redis_url is None
        watched: list[Child] = []
        if owns_queue:
            settings, valkey = _start_valkey(settings, folder, cleanup)
            watched.append(valkey)
        parts = _parts(settings, api, output)
        cleanup.callback(_stop, parts, settings.grace_s + HANDING_BACK_S)
        for child in parts:
            child.start()
        _prepare_store(settings, everything=owns_queue and settings.database_url is None)
        yield Stack(settings, folder, watched + parts)


def _start_valkey(settings: Settings, folder: DataFolder, cleanup: ExitStack) -> tuple[Settings, Child]:
    runtime = cleanup.enter_context(private_folder("run", runtime_base()))
    valkey = EmbeddedValkey(settings.data, runtime, find_binary())
    child = Child("valkey", valkey.command(), os.environ, output=valkey.log, keeps=(folder.held,))
    cleanup.callback(stop_all, [child], 5.0)
    child.start()
    if not valkey.wait(lambda: child.alive):
        child.end()
        broken = valkey.set_aside()
        log.warning("valkey could not load its log (%s); it is kept as %s", valkey.last_words(), broken)
        child.start()
        if not valkey.wait(lambda: child.alive):
            raise QueueUnavailable(f"The embedded valkey does not start: {valkey.last_words()} (see {valkey.log}).")
    from server.adapters.rq_queue import forget_rq

    forget_rq(valkey.url)
    return msgspec.structs.replace(settings, redis_url=valkey.url), child


def _parts(settings: Settings, api: bool, output: Path | None) -> list[Child]:
    """`-P` keeps the current folder off the import path: it may well hold another package named `server`."""
    env = child_environment(settings, os.environ)

    def part(name: str, *args: str) -> Child:
        return Child(name, leashed([sys.executable, "-P", "-m", *args]), env, output=output)

    parts = [part("workers", "workers")]
    return [*parts, part("API", "server.cli", "api")] if api else parts


def _stop(parts: list[Child], grace_s: float) -> None:
    """The API stops at once; jobs at work get their grace and are otherwise handed back for the next start."""
    cut_short = stop_all(parts, grace_s)
    if cut_short:
        log.warning("%s did not stop in time; an unfinished job runs again at the next start", ", ".join(cut_short))


def _prepare_store(settings: Settings, *, everything: bool) -> None:
    from server.adapters.migrations import migrate

    migrate(settings.store_url)
    sweep(settings, everything=everything)


class Sweeper:
    """Looks every SWEEP_S for jobs whose worker is gone or that lost their place, and lets the clock tick."""

    def __init__(self, settings: Settings) -> None:
        from server.clockwork import Clockwork
        from server.retention import Retention

        self._settings = settings
        self._clockwork = Clockwork(settings)
        self._retention = Retention(settings)
        self._due_at = time.monotonic() + SWEEP_S

    def sweep_when_due(self) -> None:
        """A store or queue that was away is given time first: its workers' signs of life come late too."""
        if time.monotonic() < self._due_at:
            return
        went_well = sweep(self._settings)
        self._clockwork.tick()
        self._retention.tick(datetime.now(UTC))
        self._due_at = time.monotonic() + (SWEEP_S if went_well else AFTER_OUTAGE_S)


def sweep(settings: Settings, *, everything: bool = False) -> bool:
    """Queue again the jobs that nobody has; False when the store or the queue is away."""
    try:
        found = asyncio.run(_sweep(settings, everything))
    except InsightError as error:
        log.warning("could not look for lost jobs: %s", error.message)
        return False
    if found:
        log.info("%d unfinished job(s) queued again", found)
    return True


async def _sweep(settings: Settings, everything: bool) -> int:
    from server.adapters.redis_progress import RedisProgress
    from server.adapters.rq_queue import RqJobQueue
    from server.adapters.sql_store import SqlCardStore
    from server.recovery import recover_jobs

    store = SqlCardStore(settings.store_url)
    queue = RqJobQueue(settings.redis_url or "", job_timeout_s=settings.job_timeout_s)
    progress = RedisProgress(settings.redis_url or "")
    try:
        return len(await recover_jobs(store, queue, progress, datetime.now(UTC), everything=everything))
    finally:
        await progress.close()
        await queue.close()
        await store.close()


def free_port(host: str, port: int) -> int:
    """The port, found free by binding it for a moment; a free one where `port` is 0.

    PortInUse, or InvalidSetting when this machine has no such address.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            return int(probe.getsockname()[1])
    except socket.gaierror as error:
        raise InvalidSetting(f"{host!r} is no address this machine can listen on. Correct --host.") from error
    except PermissionError as error:
        raise PortInUse(f"Port {port} needs more rights than we have. Choose one above 1023 with --port.") from error
    except OSError as error:
        raise PortInUse(
            f"Port {port} on {host} is taken ({error.strerror}). Stop what listens there, or choose another: --port."
        ) from error


def is_ready(settings: Settings) -> bool:
    """Whether /readyz answers 200. Asked by the public name, since the server checks the Host header."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - not binding
    line = http.client.HTTPConnection(here, settings.port, timeout=5)
    try:
        line.request("GET", "/readyz", headers={"Host": urlsplit(settings.address).netloc})
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def child_environment(settings: Settings, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment that gives a child these very settings; what `Settings.from_env` reads back."""
    child = {name: value for name, value in environ.items() if not name.startswith("THREADPROOF_")}
    for field in msgspec.structs.fields(Settings):
        name = field.name.upper() if field.name in USUAL else f"THREADPROOF_{field.name.upper()}"
        child.pop(name, None)
        value = getattr(settings, field.name)
        if value is not None and value != ():
            child[name] = ",".join(value) if isinstance(value, tuple) else str(value)
    # Forked jobs look up proxies, and macOS kills a forked process that does so without this.
    child.setdefault("OBJC_DISABLE_INITIALIZE_FORK_SAFETY", "YES")
    return child
