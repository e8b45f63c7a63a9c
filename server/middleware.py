"""The front door: who may knock, and what every answer says about itself.

Pure ASGI around the whole application, so that 404s and preflights pass it too (Litestar runs its own
middleware behind routing, and what no route takes would slip by).
"""

from urllib.parse import urlsplit

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

from server.core.errors import Forbidden
from server.error_answers import answer_to
from server.loopback import is_loopback
from server.settings import Settings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
PROBES = frozenset({"/healthz", "/readyz"})  # asked by orchestrators with the container's address as Host
EXTENSION_SCHEMES = ("chrome-extension://", "moz-extension://")

CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
SECURITY_HEADERS: dict[bytes, bytes] = {
    b"content-security-policy": CSP.encode(),
    b"x-content-type-options": b"nosniff",
    # Not "no-referrer": with it browsers send "Origin: null" on our own forms, which the door would refuse.
    b"referrer-policy": b"same-origin",
    b"x-robots-tag": b"noindex",
    b"cross-origin-opener-policy": b"same-origin",
}
CORS_METHODS = b"GET, POST, DELETE"
CORS_HEADERS = b"Authorization, Content-Type, If-None-Match, Last-Event-ID"


class Door:
    """Refuses foreign host names and foreign pages' writes; answers extensions' preflights; sets security headers."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.public = _Origin(settings.address)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Every HTTP request comes by here first; anything else goes straight through."""
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        extension = _extension_origin(headers) if scope["path"].startswith(("/api/", "/healthz")) else None
        send = _with_headers(send, _cors(extension, headers) if extension else {})
        try:
            self._check_host(scope["path"], headers.get("host", ""))
            self._check_origin(scope["method"], headers, extension)
        except Forbidden as error:
            await answer_to(error, scope["path"], headers.get("accept", ""))(scope, receive, send)
            return
        if extension and scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await _answer_preflight(send)
            return
        await self.app(scope, receive, send)

    def _check_host(self, path: str, host: str) -> None:
        """A page that rebinds its own name to our address still sends its own name."""
        name = _Origin(f"http://{host}").host
        if path not in PROBES and name != self.public.host and not is_loopback(name):
            raise Forbidden(
                f"This server does not answer to the name {name or '(none)'!r}. Open it at {self.public.text}, "
                "or set THREADPROOF_PUBLIC_ADDRESS to the address you use."
            )

    def _check_origin(self, method: str, headers: dict[str, str], extension: str | None) -> None:
        """Another page in the visitor's browser must not post or delete for them."""
        if method in SAFE_METHODS or extension:
            return
        origin, site = headers.get("origin"), headers.get("sec-fetch-site", "none")
        own = {self.public.text, *(f"{scheme}://{headers.get('host', '').lower()}" for scheme in ("http", "https"))}
        if site not in ("none", "same-origin") if origin is None else origin.lower() not in own:
            raise Forbidden(
                f"A page of another site ({origin or site}) may not do this here. Use the extension, "
                f"a script with an access key, or {self.public.text} itself."
            )


class _Origin:
    """Scheme, host and port of an address, as browsers write them."""

    def __init__(self, address: str) -> None:
        try:
            parts = urlsplit(address)
            self.host = (parts.hostname or "").rstrip(".")
        except ValueError:  # "[::1" in a Host header
            self.host = ""
        self.text = address.rstrip("/").lower()


def _extension_origin(headers: dict[str, str]) -> str | None:
    origin = headers.get("origin", "")
    return origin if origin.startswith(EXTENSION_SCHEMES) else None


def _cors(origin: str, headers: dict[str, str]) -> dict[bytes, bytes]:
    allowed = {
        b"access-control-allow-origin": origin.encode("latin-1"),
        b"access-control-expose-headers": b"ETag, Location, Retry-After",
        b"vary": b"Origin",
    }
    if "access-control-request-private-network" in headers:  # Chrome asks before public pages reach loopback
        allowed[b"access-control-allow-private-network"] = b"true"
    return allowed


def _with_headers(send: Send, extra: dict[bytes, bytes]) -> Send:
    """`send` that adds our headers to the start of the answer, except those the answer already set itself."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            _add_headers(message, {**SECURITY_HEADERS, **extra})
        await send(message)

    return send_with_headers


def _add_headers(message: HTTPResponseStartEvent, wanted: dict[bytes, bytes]) -> None:
    present = {name.lower() for name, _ in message["headers"]}
    missing = [(name, value) for name, value in wanted.items() if name not in present]
    message["headers"] = [*message["headers"], *missing]


async def _answer_preflight(send: Send) -> None:
    headers = [
        (b"access-control-allow-methods", CORS_METHODS),
        (b"access-control-allow-headers", CORS_HEADERS),
        (b"access-control-max-age", b"600"),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
