"""The operator's own proxy as the only way out.

Names are resolved and judged here before the proxy hears of them, so a machine whose resolver does not know the web
reaches nothing through it. The proxy is then asked by name, since its rules are about names; it resolves again by
itself, so it should refuse private addresses as well, as Stripe's smokescreen does. Its own address is not judged.
"""

import base64
import re
from urllib.parse import unquote_to_bytes, urlsplit

import httpcore

from server.core.addresses import join_authority
from server.core.errors import InvalidSetting
from workers.adapters.http_connection import Connection, Headers
from workers.adapters.pinned_dialer import Judge, Place, Timeouts, secure


class ProxyRefused(httpcore.ProxyError):
    """The proxy does not let us through. The message tells a person so."""


class ProxiedDialer:
    """To the proxy, and through it. `dial` is the network."""

    def __init__(self, judge: Judge, dial: httpcore.AsyncNetworkBackend, proxy: str) -> None:
        self._judge = judge
        self._dial = dial
        self._host, self._port, self._headers = read_proxy(proxy)

    async def open(self, place: Place, timeouts: Timeouts) -> Connection:
        """A tunnel for https; for http the proxy itself, which is told the whole URL."""
        await self._judge.find(place)
        try:
            stream = await self._dial.connect_tcp(self._host, self._port, timeouts["connect"])
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            raise ProxyRefused("the proxy on the way cannot be reached") from error
        connection = Connection(stream, timeouts)
        if place.scheme == "http":
            return connection
        try:
            await self._ask_for_tunnel(connection, place)
        except BaseException:
            await connection.close()
            raise
        return Connection(await secure(stream, place.host, timeouts), timeouts)

    def spell(self, place: Place, path: bytes) -> tuple[bytes, Headers]:
        """The whole URL for http (RFC 9112, 3.2.2), with the credentials; inside a tunnel the path alone."""
        if place.scheme == "https":
            return path, []
        host = f"[{place.host}]" if ":" in place.host else place.host
        authority = host if place.port == 80 else f"{host}:{place.port}"
        return b"http://" + authority.encode("ascii") + path, self._headers

    async def _ask_for_tunnel(self, connection: Connection, place: Place) -> None:
        authority = join_authority(place.host, place.port).encode("ascii")
        answer = await connection.ask(b"CONNECT", authority, [(b"Host", authority), *self._headers])
        if not 200 <= answer.status_code < 300:
            raise ProxyRefused(f"the proxy on the way answers {answer.status_code}")
        if connection.leftover:
            raise ProxyRefused("the proxy on the way speaks out of turn")


def read_proxy(proxy: str) -> tuple[str, int, Headers]:
    """Host, port and credentials of `http://[user:password@]host[:port]`; InvalidSetting for anything else."""
    try:
        parts = urlsplit(proxy if "//" in proxy else f"http://{proxy}")
        host, port = parts.hostname, parts.port or 80
    except ValueError:
        host, port = None, 0
    if not host or parts.scheme != "http" or parts.path.strip("/") or not re.fullmatch(r"[\w.:-]+", host, re.ASCII):
        # The value may hold a password, so it is not shown.
        raise InvalidSetting("THREADPROOF_EGRESS_PROXY is not valid: it has to be http://[user:password@]host:port.")
    if parts.username is None:
        return host, port, []
    pair = unquote_to_bytes(parts.username) + b":" + unquote_to_bytes(parts.password or "")
    return host, port, [(b"Proxy-Authorization", b"Basic " + base64.b64encode(pair))]
