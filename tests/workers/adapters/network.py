"""A network that answers from a script and remembers whom it was asked to dial."""

import ssl
from collections.abc import Iterable, Mapping
from typing import Any

import httpcore

PUBLIC = "93.184.215.14"
OK = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n<p>fine</p>"


def answer(status: str, headers: str = "", body: bytes = b"") -> bytes:
    """An HTTP answer; `headers` are lines separated by "; "."""
    lines = "".join(f"{line}\r\n" for line in headers.split("; ") if line)
    return f"HTTP/1.1 {status}\r\n{lines}connection: close\r\n\r\n".encode() + body


class ScriptedNetwork(httpcore.AsyncNetworkBackend):
    """Each connection answers with the next of `answers`; `dialled` and `names` say where and under which TLS name."""

    def __init__(self, *answers: bytes) -> None:
        self._answers = list(answers)
        self.dialled: list[tuple[str, int]] = []
        self.names: list[str | None] = []
        self.sent: list[bytes] = []
        self.dead: set[str] = set()  # addresses that refuse the connection

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self.dialled.append((host, port))
        if host in self.dead:
            raise httpcore.ConnectError("nobody listens")
        return _Stream(self, self._answers.pop(0) if self._answers else OK)

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing here waits")


class _Stream(httpcore.AsyncMockStream):
    def __init__(self, network: ScriptedNetwork, data: bytes) -> None:
        super().__init__([data[start : start + 65536] for start in range(0, len(data), 65536)])
        self._network = network

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._network.sent.append(buffer)

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        self._network.names.append(server_hostname)
        return self


class ScriptedResolver:
    """Names to addresses; a list of lists answers differently each time it is asked."""

    def __init__(self, names: Mapping[str, list[str]] | None = None) -> None:
        self._names = dict(names or {})
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        if host in self._names:
            return self._names[host]
        return [host] if host.replace(".", "").isdigit() or ":" in host else [PUBLIC]
