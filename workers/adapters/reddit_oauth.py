"""Reddit's API with the operator's own keys, as a Fetcher of its addresses alone.

The app signs in by itself (`grant_type=client_credentials`, RFC 6749 §4.4), for no Reddit account. Its token goes to
oauth.reddit.com and nowhere else: strangers choose what the other fetcher reads, so the two are never one. The address
is fixed here and the keys are the operator's, so it is not judged as strangers' addresses are.
"""

import asyncio
import hashlib
import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import httpx
import msgspec

from server.core.errors import SourceRefused, SourceUnavailable, SourceUnreadable, ThreadPrivate
from server.core.ports import Page
from workers.adapters.bounded_body import ENCODINGS, TooLarge, Undecodable, read_bounded
from workers.adapters.guarded_fetcher import user_agent
from workers.adapters.shelf import Shelf
from workers.extract.media import parse_content_type

API_HOST = "oauth.reddit.com"
TOKEN_URL = "https://www.reddit.com/api/v1/access_token"  # noqa: S105 - an address
TIMEOUTS = httpx.Timeout(8.0, connect=5.0)  # seconds a step; the caller has a deadline for all
MARGIN_S = 60.0  # a token is not used in its last minute: a thread's calls may take that long
LONGEST_TOKEN_S = 86_400.0  # what Reddit grants; a larger figure is a mistake
ANSWER_BYTES = 64_000  # of a token's or an error's body
REST_S = 60.0  # where a 429 does not say for how long
LONGEST_REST_S = 600.0  # Reddit counts over ten minutes, so no window lasts longer
PRIVATE = frozenset({"private", "quarantined", "gated", "gold_only", "employees_only"})
NEXT_STEP = (
    "Compare THREADPROOF_REDDIT_CLIENT_ID and THREADPROOF_REDDIT_CLIENT_SECRET with the app's page under "
    "https://www.reddit.com/prefs/apps"
)
_TOKEN = re.compile(r"[\x21-\x7e]{1,4096}")

log = logging.getLogger("threadproof.reddit")


class _Granted(msgspec.Struct):
    access_token: str = ""
    expires_in: float = 0.0


class _Reason(msgspec.Struct):
    reason: str | None = None


class _Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


class RedditOauth:
    """A Fetcher of `https://oauth.reddit.com/…`. `shelf` holds the token for all workers; `transport` is for tests."""

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        *,
        shelf: Shelf,
        contact: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._auth = httpx.BasicAuth(client_id, client_secret)
        self._shelf = shelf
        # An app's id is no secret, and is not shown either. Another app has another token.
        app = hashlib.sha256(client_id.encode()).hexdigest()[:16]
        self._token_name, self._rest_name = f"reddit-token:{app}", f"reddit-rest:{app}"
        # trust_env would let a .netrc replace the token by somebody's password.
        self._client = httpx.AsyncClient(
            transport=transport,
            timeout=TIMEOUTS,
            trust_env=False,
            headers={"user-agent": user_agent(contact), "accept-encoding": ENCODINGS},
        )

    async def fetch(
        self, url: str, *, accept: str = "*/*", max_bytes: int = 5_000_000, timeout_s: float = 10.0
    ) -> Page:
        """The answer of Reddit's API; besides the port's errors ThreadPrivate, and SourceUnreadable for its size."""
        _require_api(url)
        try:
            async with asyncio.timeout(timeout_s):
                return await self._fetch(url, accept, max_bytes)
        except TimeoutError as error:
            raise SourceUnavailable(f"Reddit's API did not answer within {timeout_s:g} s.") from error
        except httpx.HTTPError as error:
            raise SourceUnavailable(f"Reddit's API could not be asked: {_fault(error)}.") from error
        except Undecodable as error:
            raise SourceUnavailable(f"Reddit's API could not be asked: {error}.") from error
        except TooLarge as error:
            raise SourceUnreadable(f"Not read: what Reddit's API answered is too large ({error}).") from error

    async def close(self) -> None:
        """Close all connections; the shelf is whoever's it is."""
        await self._client.aclose()

    async def _fetch(self, url: str, accept: str, max_bytes: int) -> Page:
        if await self._shelf.take(self._rest_name) is not None:
            raise _too_many()
        answer = await self._ask(url, accept, max_bytes)
        if answer.status == 401:  # withdrawn before its time
            await self._shelf.drop(self._token_name)
            answer = await self._ask(url, accept, max_bytes)
        if answer.status != 200:
            raise _refusal(answer)
        media_type, charset = parse_content_type(answer.headers.get("content-type", ""))
        return Page(
            url=url,
            media_type=media_type,
            charset=charset,
            body=answer.body,
            retrieved_at=datetime.now(UTC),
            headers=dict(answer.headers),
        )

    async def _ask(self, url: str, accept: str, max_bytes: int) -> _Answer:
        headers = {"authorization": f"bearer {await self._token()}", "accept": accept}
        return await self._send(self._client.build_request("GET", url, headers=headers), max_bytes)

    async def _token(self) -> str:
        """The one on the shelf, else a new one. Two workers that ask at once both get one: Reddit lets both stand."""
        kept = await self._shelf.take(self._token_name)
        if kept is not None and _TOKEN.fullmatch(kept):
            return kept
        form = {"grant_type": "client_credentials"}
        request = self._client.build_request("POST", TOKEN_URL, data=form)
        answer = await self._send(next(self._auth.auth_flow(request)), ANSWER_BYTES)
        if answer.status != 200:
            raise _refusal(answer, signing_in=True)
        granted: _Granted | None = _decode(answer.body, _Granted)
        if granted is None or not _TOKEN.fullmatch(granted.access_token):
            raise SourceUnavailable(f"Reddit gave no token for the keys that are set. {NEXT_STEP}.", retryable=False)
        await self._shelf.put(self._token_name, granted.access_token, _kept_s(granted.expires_in))
        return granted.access_token

    async def _send(self, request: httpx.Request, max_bytes: int) -> _Answer:
        """One answer with its body, redirects not followed: a token is not carried elsewhere."""
        answer = await self._client.send(request, stream=True, follow_redirects=False)
        encoding, is_good = answer.headers.get("content-encoding", ""), answer.status_code == 200
        try:
            await self._note_limits(answer)
            body = await read_bounded(answer.aiter_raw(), encoding, max_bytes if is_good else ANSWER_BYTES)
        except (TooLarge, Undecodable):
            if is_good:
                raise
            body = b""  # a wall page of 200 kB: its status says enough
        finally:
            await answer.aclose()
        return _Answer(answer.status_code, answer.headers, body)

    async def _note_limits(self, answer: httpx.Response) -> None:
        """Rest, all workers of us, when Reddit says that what it allows is used up."""
        remaining = _number(answer.headers.get("x-ratelimit-remaining"))
        if answer.status_code == 429 or (remaining is not None and remaining < 1):
            told = (_number(answer.headers.get(name)) for name in ("retry-after", "x-ratelimit-reset"))
            rest_s = next((seconds for seconds in told if seconds is not None), REST_S)
            await self._shelf.put(self._rest_name, "1", min(max(rest_s, 1.0), LONGEST_REST_S))


def _require_api(url: str) -> None:
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise SourceRefused("Not fetched: that is no address of Reddit's API.") from error
    if parts.scheme != "https" or parts.host != API_HOST or parts.port is not None or parts.userinfo:
        raise SourceRefused(f"Not fetched: Reddit's keys are for https://{API_HOST}/ alone.")


def _refusal(answer: _Answer, *, signing_in: bool = False) -> SourceUnavailable | ThreadPrivate:
    """What a status means and what to do. Of a body only a known word is ever repeated."""
    reason = told.reason if (told := _decode(answer.body, _Reason)) else None
    if answer.status in (403, 404) and reason in PRIVATE:
        return ThreadPrivate(f"Reddit says the community is {reason}; only its members may read it.")
    if answer.status == 429:
        return _too_many()
    if answer.status == 401 or (signing_in and answer.status == 400):
        message = f"Reddit does not accept the API keys that are set ({answer.status}). {NEXT_STEP}."
        log.warning("%s", message)  # the thread may be had another way, and then nobody else would say it
        return SourceUnavailable(message, status=answer.status, retryable=False)
    to_what = " to signing in" if signing_in else ""  # 403: it turns away this machine, whatever the keys
    return SourceUnavailable(
        f"Reddit's API answered {answer.status}{to_what}.", status=answer.status, retryable=answer.status >= 500
    )


def _too_many() -> SourceUnavailable:
    return SourceUnavailable(
        "Reddit's API allows the keys that are set no more requests for now; try again in some minutes.", status=429
    )


def _decode(body: bytes, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def _kept_s(expires_in: float) -> float:
    return min(expires_in, LONGEST_TOKEN_S) - MARGIN_S


def _number(told: str | None) -> float | None:
    """A count or seconds as headers have them: "598.0"."""
    return float(told) if told and re.fullmatch(r"\d{1,9}(?:\.\d{1,9})?", told) else None


def _fault(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__
