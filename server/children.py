"""Processes of ours that run beside us: started on a leash, started again when they die, stopped politely."""

import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 30.0
SETTLED_S = 60.0  # one that lived so long starts anew with the first pause
CRASH_LOOP = 3  # early deaths in a row before we call it broken


class Child:
    """One process and its restarts.

    Start it from the main thread (see leash.py). It has its own process group, so that Ctrl-C reaches us alone and we
    decide the order in which things stop.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        env: Mapping[str, str],
        *,
        output: Path | None = None,
        keeps: Sequence[int] = (),
    ) -> None:
        """`output` takes what it prints, our stderr where there is none; `keeps` are open files it inherits."""
        self.name = name
        self.early_deaths = 0
        self._command = list(command)
        self._env = dict(env)
        self._output = output
        self._keeps = tuple(keeps)
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._due_at: float | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process is not None and self.alive else None

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def is_broken(self) -> bool:
        """Whether it keeps dying right after its start."""
        return self.early_deaths >= CRASH_LOOP

    @property
    def last_words(self) -> str:
        """The end of what it printed, where that was kept; else where to look."""
        try:
            lines = self._output.read_text(errors="replace").splitlines() if self._output else []
        except OSError:
            lines = []
        return lines[-1] if lines else "what it said stands above"

    def start(self) -> None:
        """Start the process."""
        self._due_at = None
        self._started_at = time.monotonic()
        if self._output is None:
            self._process = self._spawn(2)
            return
        with self._output.open("ab") as output:
            self._process = self._spawn(output.fileno())

    def _spawn(self, output: int) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(  # noqa: S603 - our own programs
            self._command,
            env=self._env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=self._keeps,
            process_group=0,
        )

    def look_after(self) -> bool:
        """Start it again when it died, after a pause that doubles with each early death; True when it did."""
        if self.alive or self._process is None:
            return False
        now = time.monotonic()
        if self._due_at is None:
            self.early_deaths = 0 if now - self._started_at > SETTLED_S else self.early_deaths + 1
            self._due_at = now + min(FIRST_PAUSE_S * 2 ** max(self.early_deaths - 1, 0), LONGEST_PAUSE_S)
        if now < self._due_at:
            return False
        self.start()
        return True

    def ask_to_stop(self) -> None:
        """SIGTERM; it may finish what it is at."""
        if self._process is not None and self.alive:
            self._process.terminate()

    def end(self) -> None:
        """SIGKILL, and collect it; what it started itself is on its leash."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


def stop_all(children: Iterable[Child], grace_s: float) -> list[str]:
    """Ask all to stop at once and end those still alive after the grace; returns the names of those."""
    remaining = [child for child in children if child.alive]
    for child in remaining:
        child.ask_to_stop()
    deadline = time.monotonic() + grace_s
    while remaining and time.monotonic() < deadline:
        time.sleep(0.02)
        remaining = [child for child in remaining if child.alive]
    for child in remaining:
        child.end()
    return [child.name for child in remaining]
