"""Extraction in processes that can be killed.

A page is a stranger's program for our parser: 3 MB of unclosed tags keep lxml and trafilatura busy for minutes, a deep
tree fills memory. So a small server is forked from the worker while that has no threads yet, with the parsers already
imported and warm, and forks one child a page: about 5 ms each on 2 cores. A child past its deadline is killed; a child
that asks for too much memory gets none, and the kernel, short of memory itself, takes a child before anything of ours.

Between worker and server stands a keeper, which does nothing but hold the socket and fork the server again when it
ends: who asks meanwhile waits. Keeper, server and children end with the worker.

The protocol, on a unix socket: the caller sends one `Page` in MessagePack and closes its side; one `Reply` comes back,
or nothing when the child was killed.
"""

import contextlib
import gc
import os
import resource
import select
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import msgspec

from server.adapters.leash import die_with_parent
from server.adapters.private_folder import private_folder
from server.core.errors import SourceUnreadable
from server.core.ports import Page
from server.core.source import Document
from workers.extract.document import read_document, warm_up

DEADLINE_S = 5.0
SPARE_BYTES = 192 * 2**20  # that a child may use beyond what it was forked with; 64 MiB do for 215 recorded pages
BACKLOG = 256
SETTLED_S = 1.0  # a server that lived so long did not end of its start
FIRST_PAUSE_S = 0.02
EARLY_DEATHS = 5  # in a row, before the keeper gives up and callers hear that nobody answers


class Reply(msgspec.Struct, frozen=True):
    """The document, or in words why there is none."""

    document: Document | None = None
    problem: str | None = None


class ExtractionServer:
    """The parent's handle on a running server."""

    def __init__(self, path: Path, pid: int, stack: ExitStack) -> None:
        self.path = path
        self.pid = pid  # the keeper's
        self._stack = stack

    @classmethod
    def start(
        cls, *, deadline_s: float = DEADLINE_S, spare_bytes: int = SPARE_BYTES, most: int | None = None
    ) -> "ExtractionServer":
        """Fork the server; it answers at `path` on return. Call it from the main thread, before there are others.

        At most `most` pages are read at once, by default one a processor; the others wait.
        """
        warm_up()
        stack = ExitStack()
        path = stack.enter_context(private_folder("extract")) / "socket"
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(path))
        listener.listen(BACKLOG)
        limits = Limits(deadline_s, spare_bytes, most or os.cpu_count() or 1)
        pid = _fork(lambda: _keep(listener, limits))
        listener.close()
        return cls(path, pid, stack)

    def is_alive(self) -> bool:
        """Whether the keeper runs; it starts everything else again itself."""
        try:
            return os.waitpid(self.pid, os.WNOHANG)[0] == 0
        except ChildProcessError:
            return False

    def stop(self) -> None:
        """End it, and with it the pages it was reading."""
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        self._stack.close()

    def __enter__(self) -> "ExtractionServer":
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()


class Limits(NamedTuple):
    """What a page may cost."""

    deadline_s: float
    spare_bytes: int
    most: int  # pages at once


def _fork(run: Callable[[], None]) -> int:
    """A process that does this, ends with us and never returns. Ctrl-C and SIGTERM reach the whole group; our parent
    decides for us."""
    parent, pid = os.getpid(), os.fork()
    if pid:
        return pid
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        die_with_parent(parent)
        run()
    except BaseException:
        traceback.print_exc(file=sys.stderr)
    finally:
        os._exit(1)


def _keep(listener: socket.socket, limits: Limits) -> None:
    """Fork the server, and again when it ends."""
    gc.freeze()  # so that collecting in a child does not copy the parsers' pages
    early = 0
    while early < EARLY_DEATHS:
        began = time.monotonic()
        with contextlib.suppress(OSError):  # no process is to be had at the moment
            os.waitpid(_fork(lambda: _serve(listener, limits)), 0)
        if time.monotonic() - began > SETTLED_S:
            early = 0
        else:
            early += 1
            time.sleep(FIRST_PAUSE_S * early)


def _serve(listener: socket.socket, limits: Limits) -> None:
    """Accept, fork, reap, kill."""
    woken, waker = os.pipe()
    for end in (woken, waker):
        os.set_blocking(end, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    children: dict[int, float] = {}
    while True:
        wanted: list[int | socket.socket] = [woken, listener] if len(children) < limits.most else [woken]
        wait = min(children.values()) - time.monotonic() if children else None
        ready, _, _ = select.select(wanted, [], [], None if wait is None else max(wait, 0))
        if woken in ready:
            os.read(woken, 4096)
        _reap(children)
        if listener not in ready:
            continue
        with contextlib.suppress(OSError):  # the caller left meanwhile, or no process is to be had: it hears a hang-up
            children[_fork_child(listener, limits)] = time.monotonic() + limits.deadline_s


def _reap(children: dict[int, float]) -> None:
    """Forget children that ended; end those past their deadline."""
    for pid, deadline in list(children.items()):
        if time.monotonic() >= deadline:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            del children[pid]
        elif os.waitpid(pid, os.WNOHANG)[0]:
            del children[pid]


def _fork_child(listener: socket.socket, limits: Limits) -> int:
    connection, _ = listener.accept()

    def answer() -> None:
        signal.set_wakeup_fd(-1)
        listener.close()
        _bound(limits)
        _answer(connection)

    pid = _fork(answer)
    connection.close()
    return pid


def _bound(limits: Limits) -> None:
    """Limits in the kernel: address space, processor time should the server itself be stuck, and our place in the row
    of those it kills when the machine's memory is gone."""
    with contextlib.suppress(OSError, ValueError):
        mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (mapped + limits.spare_bytes, mapped + limits.spare_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (int(limits.deadline_s) + 2, int(limits.deadline_s) + 2))
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def _answer(connection: socket.socket) -> None:
    with connection, connection.makefile("rb") as incoming:
        page = msgspec.msgpack.decode(incoming.read(), type=Page)
        reply = msgspec.msgpack.encode(_read(page))
        with contextlib.suppress(BrokenPipeError):  # the caller waits for the page no longer
            connection.sendall(reply)


def _read(page: Page) -> Reply:
    try:
        return Reply(document=read_document(page))
    except SourceUnreadable as error:
        return Reply(problem=error.message)
    except MemoryError:
        return Reply(problem=f"Not read: {page.url} takes more memory than a page may.")
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, ArithmeticError) as error:
        traceback.print_exc(file=sys.stderr)
        return Reply(problem=f"Not read: {page.url} could not be understood ({type(error).__name__}).")
