"""The front door: who may knock, and the quick way to answers that lie ready.

Pure ASGI around the whole application, so that 404s and preflights pass it too (Litestar runs its own
middleware behind routing, and what no route takes would slip by).
"""

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from server.core.errors import Forbidden, InsightError
from server.dressing import Dressed
from server.error_answers import answer_to
from server.kept_answers import KeptAnswers
from server.loopback import is_loopback
from server.ready_answers import ReadyAnswer, add_missing, read_headers
from server.settings import Settings
from server.standing_headers import EXTENSION_PATHS
from server.turnstile import Turnstile

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Asked by orchestrators and Prometheus with the container's address as Host; /metrics itself asks who wants to know.
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
EXTENSION_SCHEMES = (b"chrome-extension://", b"moz-extension://")
MANY = 64  # names whose verdict is remembered, ours or not

CORS_METHODS = b"GET, HEAD, POST, DELETE"
CORS_HEADERS = b"Authorization, Content-Type, If-None-Match, Last-Event-ID"


class Door:
    """Refuses foreign host names and foreign pages' writes; answers extensions' preflights; sends what lies ready, and
    has everything else answered by the application.

    What lies ready is for everybody's eyes, but only callers without a key get it from here: a key has to be looked up
    before it may open anything.
    """

    def __init__(self, app: ASGIApp, settings: Settings, kept: KeptAnswers, turnstile: Turnstile) -> None:
        self.app = app
        self.kept, self.turnstile = kept, turnstile
        self.public = settings.address.lower()
        self.public_host = host_of(settings.address)
        self.extensions = frozenset(
            name.rstrip("/").encode("latin-1", "replace") for name in settings.extension_origins
        )
        self.is_ours = lru_cache(MANY)(self._is_ours)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Every HTTP request comes by here first; anything else goes straight through.

        No more than it takes: this is where a known card's rate is made.
        """
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        asked = read_headers(scope)
        extension = self._extension_origin(asked, scope["path"]) if b"origin" in asked else None
        if extension:
            send = _with_headers(send, _cors(extension, asked))
        try:
            self._check_host(scope["path"], asked.get(b"host", b""))
            if scope["method"] not in SAFE_METHODS and not extension:
                self._check_origin(asked)
        except Forbidden as error:
            refusal = answer_to(error, scope["path"], asked.get(b"accept", b"").decode("latin-1"))
            await Dressed(refusal)(scope, receive, send)
            return
        if extension and scope["method"] == "OPTIONS" and b"access-control-request-method" in asked:
            await Dressed(_answer_preflight)(scope, receive, send)
            return
        if scope["method"] in ("GET", "HEAD") and b"authorization" not in asked:
            query = scope["query_string"]
            address = f"{scope['path']}?{query.decode('latin-1')}" if query else scope["path"]
            ready = self.kept.at_hand(address) if self.kept.is_current else await self._find(address)
            if ready is not None and self.turnstile.lets_pass(scope, asked):
                status = await ready.send(asked, send, with_body=scope["method"] == "GET")
                self.turnstile.note_sent(scope["path"], status)
                return
        await self.app(scope, receive, send)

    async def _find(self, address: str) -> ReadyAnswer | None:
        """Without a store nothing is known to be right; the application then tells what is the matter."""
        try:
            return await self.kept.find(address)
        except InsightError:
            return None

    def _extension_origin(self, asked: dict[bytes, bytes], path: str) -> bytes | None:
        origin = asked[b"origin"]
        if not (path.startswith(EXTENSION_PATHS) and origin.startswith(EXTENSION_SCHEMES)):
            return None
        return origin if b"*" in self.extensions or origin in self.extensions else None

    def _check_host(self, path: str, host: bytes) -> None:
        """A page that rebinds its own name to our address still sends its own name."""
        if not self.is_ours(host) and path not in PROBES:
            name = host_of(f"http://{host.decode('latin-1')}") or "(none)"
            raise Forbidden(
                f"This server does not answer to the name {name!r}. Open it at {self.public}, "
                "or set THREADPROOF_PUBLIC_ADDRESS to the address you use."
            )

    def _is_ours(self, host: bytes) -> bool:
        name = host_of(f"http://{host.decode('latin-1')}")
        return name == self.public_host or is_loopback(name)

    def _check_origin(self, asked: dict[bytes, bytes]) -> None:
        """Another page in the visitor's browser must not post or delete for them."""
        origin, site = asked.get(b"origin"), asked.get(b"sec-fetch-site", b"none").decode("latin-1")
        host = asked.get(b"host", b"").decode("latin-1").lower()
        own = {self.public, f"http://{host}", f"https://{host}"}
        named = origin.decode("latin-1") if origin is not None else None
        if origin is not None and origin.startswith(EXTENSION_SCHEMES):
            raise Forbidden(
                f"This server does not answer the extension {named}. "
                "Whoever runs it can name it in THREADPROOF_EXTENSION_ORIGINS."
            )
        if site not in ("none", "same-origin") if named is None else named.lower() not in own:
            raise Forbidden(
                f"A page of another site ({named or site}) may not do this here. Use the extension, "
                f"a script with an access key, or {self.public} itself."
            )


def host_of(address: str) -> str:
    """The host's name in an address, as browsers write it; empty where there is none."""
    try:
        return (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:  # "[::1" in a Host header
        return ""


def _cors(origin: bytes, asked: dict[bytes, bytes]) -> list[tuple[bytes, bytes]]:
    allowed = [
        (b"access-control-allow-origin", origin),
        (b"access-control-expose-headers", b"ETag, Location, Retry-After"),
    ]
    if b"access-control-request-private-network" in asked:  # Chrome asks before public pages reach loopback
        allowed.append((b"access-control-allow-private-network", b"true"))
    return allowed


def _with_headers(send: Send, extra: Iterable[tuple[bytes, bytes]]) -> Send:
    """`send` that adds headers to the start of the answer, whose own list stays as it is: it may be a kept one's."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [*message["headers"]]
            add_missing(headers, extra)
            message["headers"] = headers
        await send(message)

    return send_with_headers


async def _answer_preflight(scope: Scope, receive: Receive, send: Send) -> None:
    headers = [
        (b"access-control-allow-methods", CORS_METHODS),
        (b"access-control-allow-headers", CORS_HEADERS),
        (b"access-control-max-age", b"600"),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
