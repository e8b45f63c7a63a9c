"""The parts of Threadproof as processes of their own, on a valkey that can be killed and a store that all share."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import Any

from sqlalchemy import text

from server.adapters.embedded_valkey import EmbeddedValkey, find_binary
from server.adapters.migrations import migrate
from server.adapters.sql.database import open_engine
from server.supervisor import free_port
from tests.e2e.servers import clean_environment
from tests.faults.internet import Internet
from tests.processes import connected_to, descendants, is_alive, soon

ENDED = ("done", "failed", "cancelled")


class House:
    """One installation. Only processes that it started are ever killed, each by its id."""

    def __init__(self, folder: Path, internet: Internet, **settings: str) -> None:
        """`DATABASE_URL` among the settings names another store than SQLite."""
        self.folder, self.internet = folder, internet
        self.port = free_port("127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{self.port}"
        self._valkey = EmbeddedValkey(folder, folder, find_binary())
        self._valkey_process: subprocess.Popen[bytes] | None = None
        self.database = folder / "store.sqlite3"
        self._settings = {
            "REDIS_URL": self._valkey.url,
            "DATABASE_URL": f"sqlite:///{self.database}",
            "THREADPROOF_PORT": str(self.port),
            "THREADPROOF_POSTS_PER_MINUTE": "100000",
            "THREADPROOF_LOG_LEVEL": "warning",
            **internet.settings,
            **settings,
        }
        self.parts: list[subprocess.Popen[bytes]] = []
        migrate(self._settings["DATABASE_URL"])
        self._engine = open_engine(self._settings["DATABASE_URL"])

    # ---- processes ------------------------------------------------------------------------------------

    def start_valkey(self, *, empty: bool = False) -> None:
        """With the data it had, or with none."""
        if empty:
            rmtree(self._valkey.folder, ignore_errors=True)
        self._valkey_process = subprocess.Popen(self._valkey.command())
        process = self._valkey_process
        assert self._valkey.wait(lambda: process.poll() is None), self._valkey.last_words()

    def kill_valkey(self) -> None:
        """With -9."""
        assert self._valkey_process is not None
        self._valkey_process.kill()
        self._valkey_process.wait()

    def start(self, name: str, *, host: str = "one", **settings: str) -> "subprocess.Popen[bytes]":
        """`threadproof NAME` on a host: a process group and a data folder of its own."""
        data = self.folder / host
        data.mkdir(exist_ok=True)
        environment = clean_environment(**self._settings | {"THREADPROOF_DATA": str(data)} | settings)
        with (self.folder / f"{host}-{name}.log").open("ab") as log:
            part = subprocess.Popen(
                [sys.executable, "-P", "-m", "server.cli", name],
                env=environment,
                stdout=log,
                stderr=log,
                process_group=0,
            )
        self.parts.append(part)
        return part

    def start_api(self) -> None:
        """And wait until it answers."""
        self.start("api")
        assert soon(lambda: self.status("/readyz") in (200, 503), within_s=180), self.said()

    def wait_for_workers(self, worker: "subprocess.Popen[bytes]") -> None:
        """Until its pools have forked."""
        assert soon(lambda: len(descendants(worker.pid)) >= 4, within_s=180), self.said()

    def kill_tree(self, worker: "subprocess.Popen[bytes]") -> None:
        """Worker and children with -9, as when a machine loses its power."""
        family = [worker.pid, *descendants(worker.pid)]
        for pid in family:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        worker.wait()
        assert soon(lambda: not any(is_alive(pid) for pid in family))

    def reading(self) -> list[int]:
        """Workers that wait for a page of the internet's site."""
        family = [pid for part in self.parts if part.poll() is None for pid in descendants(part.pid)]
        return connected_to(self.internet.port, family)

    def close(self) -> None:
        """Everything ends."""
        for part in self.parts:
            if part.poll() is None:
                os.killpg(part.pid, signal.SIGCONT)
                self.kill_tree(part)
        if self._valkey_process is not None:
            self.kill_valkey()
        self._engine.dispose()

    def said(self) -> str:
        """What the parts printed."""
        return "\n".join(f"{log.name}: {log.read_text()}" for log in sorted(self.folder.glob("*.log")))

    # ---- asking ----------------------------------------------------------------------------------------

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and decoded body."""
        request = urllib.request.Request(
            self.address + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                raw, status = answer.read(), answer.status
        except urllib.error.HTTPError as error:
            with error:
                raw, status = error.read(), error.code
        return status, json.loads(raw) if raw else None

    def status(self, path: str) -> int:
        """The status alone; 0 when nobody answers."""
        try:
            return self.ask("GET", path)[0]
        except OSError:
            return 0

    def post(self, url: str, **more: Any) -> tuple[int, Any]:
        """Ask for a card."""
        return self.ask("POST", "/api/v1/cards", {"url": url, **more})

    def post_all(self, urls: Iterable[str], *, at_once: int = 16) -> list[tuple[int, Any]]:
        """Side by side."""
        with ThreadPoolExecutor(at_once) as threads:
            return list(threads.map(self.post, urls))

    def begin(self, lamps: Iterable[int]) -> dict[int, str]:
        """Jobs for lamps; their ids."""
        lamps = list(lamps)
        answers = self.post_all([self.internet.thread(n) for n in lamps])
        assert {status for status, _ in answers} == {202}, answers
        return {n: str(answer["job"]["id"]) for n, (_, answer) in zip(lamps, answers, strict=True)}

    def rows(self) -> list[dict[str, Any]]:
        """All jobs, as the store has them."""
        return self.query("SELECT * FROM jobs")

    def query(self, statement: str) -> list[dict[str, Any]]:
        """Rows of the store."""
        with self._engine.connect() as connection:
            return [dict(row._mapping) for row in connection.execute(text(statement))]

    def finish(self, jobs: Iterable[str], *, within_s: float) -> float:
        """Seconds until all of them have ended."""
        began, wanted = time.monotonic(), set(jobs)
        ended = lambda: wanted <= {row["id"] for row in self.rows() if row["finished_at"]}  # noqa: E731
        assert soon(ended, within_s=within_s), self.stuck()
        return time.monotonic() - began

    def stuck(self) -> str:
        """What has not ended, and what was said."""
        open_rows = [row for row in self.rows() if not row["finished_at"]]
        return f"{len(open_rows)} have not ended: {open_rows[:3]}\n{self.said()[-4000:]}"

    def cards_of(self, lamp: int) -> int:
        """How many versions its series has."""
        found = self.query(
            "SELECT count(*) AS n FROM versions JOIN series ON series.id = versions.series_id "
            f"WHERE series.canonical_url = '{self.internet.thread(lamp)}'"
        )
        return int(found[0]["n"])


@contextmanager
def open_house(**settings: str) -> Iterator[House]:
    """An installation with its internet, gone at the end. Under /tmp, since a socket's path may take 104 bytes."""
    with tempfile.TemporaryDirectory(prefix="tp-fault-", dir="/tmp") as name, Internet().running() as internet:
        house = House(Path(name), internet, **settings)
        try:
            house.start_valkey()
            yield house
        finally:
            house.close()
