"""A server on the loopback address that speaks the Messages API from a script, byte by byte where that matters.

It runs in the test's own event loop and listens on a port of its own.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import Any

import msgspec


class Asked(msgspec.Struct, frozen=True):
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """One answer: a status, headers and pieces of a body, each after `wait_s`; `cut` breaks the connection after them.

    `hang` keeps the connection open and silent instead of ending the answer.
    """

    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("content-type", "text/event-stream; charset=utf-8"),)
    pieces: Sequence[bytes] = ()
    wait_s: float = 0.0
    cut: bool = False
    hang: bool = False


class StubModelServer:
    """Answers the next of `script`, or what it returns for a request where it is a function; `asked` has what came."""

    def __init__(self, script: Sequence[Exchange] | Callable[[Asked], Exchange]) -> None:
        self._script = script if callable(script) else list(script)
        self._tasks: set[asyncio.Task[None]] = set()
        self.asked: list[Asked] = []
        self.url = ""

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["StubModelServer"]:
        """Listening, until the end of the block."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            while asked := await _read(reader):
                self.asked.append(asked)
                if not await self._answer(self._next(asked), writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # whoever asked has gone, or the test is over
        finally:
            writer.close()

    def _next(self, asked: Asked) -> Exchange:
        if callable(self._script):
            return self._script(asked)
        return self._script.pop(0) if self._script else failure(418, "script_ended")

    async def _answer(self, exchange: Exchange, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection can be used again."""
        lines = [f"HTTP/1.1 {exchange.status} Scripted", "transfer-encoding: chunked"]
        lines += [f"{name}: {value}" for name, value in exchange.headers]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        for piece in exchange.pieces:
            await writer.drain()
            await asyncio.sleep(exchange.wait_s)
            writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        await writer.drain()
        if exchange.hang:
            await asyncio.sleep(3600)
        if exchange.cut:
            return False
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode() if not reader.at_eof() else ""
    if not head:
        return None
    first, *lines = head.strip().split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    method, path, _ = first.split(" ")
    return Asked(method, path, headers, json.loads(body) if body else {})


# ---- answers ---------------------------------------------------------------------------------------------


def event(kind: str, **fields: Any) -> bytes:
    """One server-sent event."""
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()


def begin(**usage: Any) -> bytes:
    """`message_start`, with what the prompt took."""
    counts = {"input_tokens": 100, "output_tokens": 1, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
    message = {
        "id": "msg_stub", "type": "message", "role": "assistant", "model": "claude-stub-1", "content": [],
        "stop_reason": None, "stop_sequence": None, "usage": {**counts, **usage},
    }  # fmt: skip
    return event("message_start", message=message)


def block(index: int, text: str, *, kind: str = "text", piece: int = 8) -> list[bytes]:
    """A content block of text, thinking or tool input, in pieces."""
    empty: dict[str, Any] = {"type": kind, "text": ""}
    field, delta = "text", "text_delta"
    if kind == "thinking":
        empty, field, delta = {"type": kind, "thinking": "", "signature": ""}, "thinking", "thinking_delta"
    elif kind == "tool_use":
        empty = {"type": kind, "id": "toolu_stub", "name": "answer", "input": {}}
        field, delta = "partial_json", "input_json_delta"
    pieces = [text[at : at + piece] for at in range(0, len(text), piece)]
    return [
        event("content_block_start", index=index, content_block=empty),
        *(event("content_block_delta", index=index, delta={"type": delta, field: part}) for part in pieces),
        event("content_block_stop", index=index),
    ]


def finish(stop: str = "end_turn", output_tokens: int = 20, **delta: Any) -> list[bytes]:
    """`message_delta` and `message_stop`."""
    return [
        event(
            "message_delta",
            delta={"stop_reason": stop, "stop_sequence": None, **delta},
            usage={"output_tokens": output_tokens},
        ),
        event("message_stop"),
    ]


def streamed(*pieces: bytes | Iterable[bytes], **changes: Any) -> Exchange:
    """A stream of events."""
    flat = [each for part in pieces for each in ([part] if isinstance(part, bytes) else part)]
    return Exchange(pieces=flat, **changes)


def said(text: str, *, stop: str = "end_turn", kind: str = "text", **changes: Any) -> Exchange:
    """A whole answer in one block."""
    return streamed(begin(), block(0, text, kind=kind), finish(stop), **changes)


def failure(status: int, kind: str, message: str = "It did not work.", **headers: str) -> Exchange:
    """An error as the API answers it."""
    body = json.dumps({"type": "error", "error": {"type": kind, "message": message}}).encode()
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Exchange(status=status, headers=(("content-type", "application/json"), *named), pieces=[body])
