"""Drawings become PNG in a process of their own.

resvg holds Python's lock for all of its 60 ms (resvg-py 0.5): within the server every page would wait for every
picture. The child is nice, so that on a single core pages come first too; it ends when its input does, which is when
the server ends, however that ended.

Run as a program this file is the child: frames of four bytes' length and JSON come in, frames of PNG go out, empty
where nothing could be rendered.
"""

import atexit
import os
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from typing import IO

import msgspec

PATIENCE_S = 20.0  # for one picture, the child's start included, on a machine that does much else
IDLE_S = 300  # then the child ends and gives its 30 MB back
NICENESS = 10
COMMAND = (sys.executable, "-P", __file__)  # -P keeps this file's folder off the import path
LENGTH = struct.Struct(">I")


class RenderingFailed(Exception):
    """The renderer died, hung or refused; the next picture gets another child."""


class Renderer:
    """One child, started when first needed, for one drawing at a time."""

    def __init__(self, *, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._child: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()

    @property
    def pid(self) -> int | None:
        """The child's, while there is one."""
        return self._child.pid if self._child else None

    def render(self, svg: str, fonts: Sequence[str]) -> bytes:
        """The drawing as PNG, its texts in fonts of these files. Blocks; RenderingFailed when it cannot be had.

        A child of earlier may have ended meanwhile, idle or killed; one that ends over a drawing is not tried again.
        """
        with self._turn:
            if self._child is not None:
                with suppress(OSError):
                    return self._ask(self._child, svg, fonts)
                self.close()
            try:
                self._child = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
                return self._ask(self._child, svg, fonts)
            except OSError as error:
                self.close()
                raise RenderingFailed("the renderer ended") from error

    def _ask(self, child: subprocess.Popen[bytes], svg: str, fonts: Sequence[str]) -> bytes:
        """OSError when the child has ended, or was ended because it took too long."""
        assert child.stdin is not None
        assert child.stdout is not None
        watchdog = threading.Timer(self._patience_s, child.kill)
        watchdog.start()
        try:
            write_frame(child.stdin, msgspec.json.encode((svg, fonts)))
            picture = read_frame(child.stdout)
        finally:
            watchdog.cancel()
        if picture is None:
            raise BrokenPipeError
        if not picture:
            raise RenderingFailed("the renderer refused the drawing")
        return picture

    def close(self) -> None:
        """End the child."""
        if self._child is not None:
            self._child.kill()
            self._child.communicate()  # which closes its pipes
            self._child = None


@cache
def own_renderer() -> Renderer:
    """This process's."""
    renderer = Renderer()
    atexit.register(renderer.close)
    return renderer


def write_frame(pipe: IO[bytes], content: bytes) -> None:
    """Length first."""
    pipe.write(LENGTH.pack(len(content)) + content)
    pipe.flush()


def read_frame(pipe: IO[bytes]) -> bytes | None:
    """None where the other side has ended."""
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    content = pipe.read(length)
    return content if len(content) == length else None


def serve_frames() -> None:
    """The child: until its input ends, or nothing has come for long."""
    import resvg_py

    os.nice(NICENESS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then closes our input
    while True:
        signal.alarm(IDLE_S)
        asked = read_frame(sys.stdin.buffer)
        if asked is None:
            return
        svg, fonts = msgspec.json.decode(asked, type=tuple[str, list[str]])
        try:
            picture = resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, font_files=fonts)
        except ValueError:
            picture = b""
        write_frame(sys.stdout.buffer, picture)


if __name__ == "__main__":
    serve_frames()
