"""Inside the door: each request gets its id, is counted and timed, and clients that read too often wait.

Reading is limited by each API process alone, without asking Redis: a known page must cost neither a round trip nor
fail with it. What makes work (posting) is limited in Redis, where all processes draw from the same buckets.
"""

import logging
import re
import secrets
from collections import Counter
from collections.abc import Mapping
from time import monotonic

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from server.adapters.logs import about
from server.adapters.own_limits import OwnLimits
from server.api.access import address_of, peer_of
from server.api.limits import too_many
from server.core.limits import Bucket
from server.core.money import payer_of
from server.error_answers import NOTED, answer_to, note_problem
from server.http_errors import problem_of
from server.parts import Parts

UNLIMITED = ("/static/", "/healthz", "/readyz", "/metrics")
FLUSH_S = 2.0
KINDS = (
    ("/static/", "static"),
    ("/api/v1/jobs", "jobs"),
    ("/api/", "api"),
    ("/c/", "card"),
    ("/jobs/", "growing"),
    ("/healthz", "probe"),
    ("/readyz", "probe"),
    ("/metrics", "probe"),
)
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
log = logging.getLogger("threadproof.http")


class Turnstile:
    """ASGI around the application."""

    def __init__(self, app: ASGIApp, parts: Parts) -> None:
        self._app, self._parts = app, parts
        self._limits = OwnLimits(monotonic)
        self._reads = Bucket("reads", max(1, parts.settings.reads_per_minute))
        self._flushed_s = monotonic()
        self._sent_ready: Counter[tuple[str, int]] = Counter()

    def lets_pass(self, scope: Scope, asked: Mapping[bytes, bytes]) -> bool:
        """Whether an answer that lies ready may go out to a caller without a key; reads are limited there as here.

        It goes out without coming by here, which would take longer than all the rest of it.
        """
        if self._parts.is_local:
            return True
        forwarded = asked.get(b"x-forwarded-for")
        sender = address_of(scope, self._parts) if forwarded is not None else peer_of(scope)
        return self._limits.draw(f"address:{payer_of(sender)}", self._reads).allowed

    def note_sent(self, path: str, status: int) -> None:
        """An answer that lay ready went out. It is counted; its time is less than what measuring it would take."""
        self._sent_ready["api" if path.startswith("/api/") else kind_of(path), status] += 1

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Every HTTP request passes; anything else goes straight through."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        self._count_sent()
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        request_id = self._request_id(scope, headers)
        about(request_id=request_id)
        counted = self._counting(scope, send, request_id, monotonic())
        path = scope["path"]
        if not self._parts.is_local and not path.startswith(UNLIMITED):
            standing = self._limits.draw(self._client(scope, headers), self._reads)
            if not standing.allowed:
                refusal = too_many(standing)
                note_problem(scope, problem_of(refusal))
                await answer_to(refusal, path, headers.get(b"accept", ""))(scope, receive, counted)
                return
        await self._app(scope, receive, counted)
        await self._flush_when_due()

    def _client(self, scope: Scope, headers: dict[bytes, str]) -> str:
        """The key's owner where the key has been seen to be one; else the address.

        Tokens that are not known (yet) draw from a bucket of their own: a stranger who spends the address's cannot keep
        a key's owner beside them from being known.
        """
        token = headers.get(b"authorization", "")
        if token and (owner := self._parts.seen_keys.owner_of(token)):
            return f"key:{owner}"
        address = payer_of(address_of(scope, self._parts))
        return f"token:{address}" if token else f"address:{address}"

    def _request_id(self, scope: Scope, headers: dict[bytes, str]) -> str:
        """A proxy of the operator's may have given it one; nobody else's is taken."""
        given = headers.get(b"x-request-id", "")
        if given and REQUEST_ID.fullmatch(given) and peer_of(scope) in self._parts.trusted:
            return given
        return secrets.token_hex(8)

    def _counting(self, scope: Scope, send: Send, request_id: str, began_s: float) -> Send:
        kind, method, path = kind_of(scope["path"]), str(scope.get("method", "")), scope["path"]

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                took_s, status = monotonic() - began_s, message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
                meter = self._parts.meter
                meter.count("threadproof_http_requests_total", kind=kind, status=str(status))
                meter.observe("threadproof_http_seconds", took_s, kind=kind)
                if problem := scope.get(NOTED):
                    meter.count("threadproof_refusals_total", problem=str(problem))
                is_quiet = kind == "probe" or (method in ("GET", "HEAD") and status < 500)
                level = logging.DEBUG if is_quiet else logging.INFO
                log.log(level, "%s %s: %d in %.1f ms", method, path, status, took_s * 1000)
            await send(message)

        return counted

    def _count_sent(self) -> None:
        for (kind, status), times in self._sent_ready.items():
            self._parts.meter.count("threadproof_http_requests_total", times, kind=kind, status=str(status))
        self._sent_ready.clear()

    async def _flush_when_due(self) -> None:
        if monotonic() - self._flushed_s > FLUSH_S:
            self._flushed_s = monotonic()
            await self._parts.meter.flush()


def kind_of(path: str) -> str:
    """What was asked for, in few words: metrics are kept for each."""
    return next((kind for prefix, kind in KINDS if path.startswith(prefix)), "page")
