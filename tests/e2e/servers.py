"""A real `threadproof serve` for tests, and a web site that answers when it is told to."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from tests.processes import descendants, is_alive, soon

READY_S = 60.0
PAGE = """<!doctype html><html lang=en><title>Kestrel Point relights its lamp</title><article>
<h1>Kestrel Point relights its lamp</h1><p>By A. Keeper, 23 February 2026</p>
<p>The council of Kestrel Point voted 7 to 2 on Monday to relight the lamp of its lighthouse on 1 March 2026.</p>
<p>The harbour board said the new lamp needs 40 percent less power than the one it replaces, which failed in 1988.</p>
<p>Fishing boats had asked for the light since a grounding on the north reef cost one of them its keel in 2024.</p>
<p>The work takes three weeks and costs 48,000 crowns, of which the harbour fund pays 30,000 crowns.</p>
</article></html>"""


def clean_environment(**settings: str) -> dict[str, str]:
    """This process's environment without anything that would configure Threadproof."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("THREADPROOF_", "ANTHROPIC_")) and name not in ("REDIS_URL", "DATABASE_URL")
    }
    return kept | settings


def start_cli(*argv: str, **settings: str) -> "subprocess.Popen[str]":
    """A running command with a process group of its own, its streams caught.

    Ctrl-C reaches it also where the tests run in the background, whose children a shell has ignore it.
    """
    return subprocess.Popen(  # heed_ctrl_c is one system call between fork and exec
        [sys.executable, "-P", "-m", "server.cli", *argv],
        env=clean_environment(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
        preexec_fn=heed_ctrl_c,
    )


def heed_ctrl_c() -> None:
    """Undo an ignored SIGINT."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def run_cli(*argv: str, timeout_s: float = 60, **settings: str) -> "subprocess.CompletedProcess[str]":
    """A finished command."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "server.cli", *argv],
        env=clean_environment(**settings),
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )


class Event(NamedTuple):
    """A server-sent event, its data decoded."""

    id: str
    name: str
    data: Any


def parse_events(stream: str) -> list[Event]:
    """Every event of a stream; an error where a line is no field, a field is missing or data is no JSON."""
    events = []
    for block in stream.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            events.append(Event(fields.pop("id", ""), fields.pop("event"), json.loads(fields.pop("data"))))
            assert not fields, fields
    return events


class Server:
    """`threadproof serve` as a process."""

    def __init__(self, data: Path, *argv: str, log: Path, **settings: str) -> None:
        self.data = data
        self._log = log.open("a")
        self._position = log.stat().st_size
        self._path = log
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "server.cli", "serve", "--port", "0", "--data", str(data), *argv],
            env=clean_environment(**settings),
            stdout=self._log,
            stderr=self._log,
            process_group=0,
        )

    @property
    def said(self) -> str:
        """What it and its children have said."""
        return self._path.read_text()[self._position :]

    def wait_until_ready(self) -> "Server":
        """Its friendly line has come."""
        assert soon(lambda: "is ready" in self.said or self.process.poll() is not None, within_s=READY_S)
        assert "is ready" in self.said, self.said
        return self

    @property
    def address(self) -> str:
        """As it told in the lock file."""
        return str(json.loads((self.data / "lock").read_text())["address"])

    def family(self) -> list[int]:
        """The pids of all that it runs."""
        return descendants(self.process.pid)

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and decoded body of an answer."""
        request = urllib.request.Request(
            self.address + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                raw, status = answer.read(), answer.status
        except urllib.error.HTTPError as error:
            with error:
                raw, status = error.read(), error.code
        return status, json.loads(raw) if raw else None

    def events(self, job_id: str, *, after: str = "") -> list[Event]:
        """A job's events up to its last, every one parsed; behind one id when that is given."""
        place = {"Last-Event-ID": after} if after else {}
        request = urllib.request.Request(f"{self.address}/api/v1/jobs/{job_id}/events", headers=place)
        with urllib.request.urlopen(request, timeout=60) as stream:
            assert stream.headers.get_content_type() == "text/event-stream"
            return parse_events(stream.read().decode())

    def job(self, job_id: str) -> Any:
        """A job as the API shows it."""
        return self.ask("GET", f"/api/v1/jobs/{job_id}")[1]

    def finish(self, job_id: str) -> Any:
        """The job once it has finished."""
        assert soon(lambda: self.job(job_id)["state"] in ("done", "failed", "cancelled"), within_s=60), self.said
        return self.job(job_id)

    def kill(self) -> list[int]:
        """With -9; the pids of what it ran."""
        family = self.family()
        self.process.kill()
        self.process.wait()
        self._log.close()
        return family

    def stop(self, within_s: float = 30) -> float:
        """With SIGTERM; the seconds it took."""
        began = time.monotonic()
        self.process.terminate()
        assert self.process.wait(timeout=within_s) == 0, self.said
        self._log.close()
        return time.monotonic() - began


def all_gone(pids: list[int]) -> bool:
    """Whether none of them runs any more, soon."""
    return soon(lambda: not any(is_alive(pid) for pid in pids), within_s=5)


class SlowSite:
    """A page that is answered once `let_go` was called; asking is counted. Searches on it find nothing."""

    def __init__(self) -> None:
        self.asked = 0
        self._open = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path.startswith("/search"):
                    self.answer("application/json", b'{"results": []}')
                elif self.path.startswith("/thread"):
                    site.asked += 1
                    site._open.wait(60)
                    self.answer("text/html; charset=utf-8", PAGE.encode())
                else:
                    self.send_error(404)

            def answer(self, media_type: str, body: bytes) -> None:
                self.send_response(200)
                self.send_header("content-type", media_type)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign] # clients are killed on purpose
        self.place = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.place}/thread"

    @property
    def settings(self) -> dict[str, str]:
        """What lets a server of ours go there."""
        return {
            "THREADPROOF_FETCH_ALLOW": self.place,
            "THREADPROOF_SEARXNG_URL": f"http://{self.place}",
        }

    def let_go(self) -> None:
        """Answer from here on."""
        self._open.set()


@contextmanager
def slow_site() -> Iterator[SlowSite]:
    """Runs on loopback, on a port of its own."""
    site = SlowSite()
    thread = threading.Thread(target=site.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.let_go()
        site.server.shutdown()
        site.server.server_close()
        thread.join()
