"""The SDK's client as we use it: one POST that streams, bounded in time and size, its errors translated.

Proxies named in the environment are not used: prompt and key go to the configured address and nowhere else. Redirects
are not followed for the same reason. Importing this takes a second, most of it the SDK.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from functools import cache
from typing import Any, cast

import anthropic
import httpx2
import msgspec

from server.core.errors import ModelUnavailable
from server.core.model import Role
from workers.adapters import anthropic_errors as errors
from workers.adapters.anthropic_reply import Reply, StreamError

ANTHROPIC = "https://api.anthropic.com"
NO_KEY = "none"  # servers of one's own ask for none, but the SDK wants to send one
CONNECT_S = 5.0
FIRST_SHARE, IDLE_SHARE = 0.5, 0.25  # of the whole time: until the model's first word, and between two events
MOST_BYTES = 8_000_000  # of a stream: 50,000 events of some 150 bytes, each of which brings a token or a few
CHECK_S = 5.0
UNTRANSLATED = (anthropic.AnthropicError, httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL, OSError)


@cache
def load_certificates() -> ssl.SSLContext:
    """Those this machine trusts, once a process: it takes 40 ms."""
    return ssl.create_default_context()


class AnthropicClient:
    """Opening it does not connect."""

    def __init__(self, *, api_key: str | None, base_url: str | None, timeout_s: float) -> None:
        self.base_url = (base_url or ANTHROPIC).rstrip("/").removesuffix("/v1")
        self._key = api_key or NO_KEY
        self._first_s, self._idle_s = timeout_s * FIRST_SHARE, timeout_s * IDLE_SHARE
        self._client: anthropic.AsyncAnthropic | None = None

    async def post(self, body: dict[str, Any], role: Role, reply: Reply) -> None:
        """One HTTP request, its events taken by `reply` until that has enough. Raises what `errors` makes of failures.

        The model's first word may take half of the whole time, and no silence after it a quarter; other events, such as
        pings, do not count as words. An answer whose end was told is whole, whatever becomes of the connection.
        """
        try:
            async with asyncio.timeout(self._first_s) as patience:
                await self._stream(body, reply, patience)
        except StreamError as error:
            raise errors.of_kind(error.kind, role) from error
        except TimeoutError as error:
            if not reply.stop:
                where = "fell silent" if reply.has_content else f"wrote no word within {self._first_s:g} s"
                raise errors.silent(where) from error
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            if not reply.stop:
                raise errors.broke_off() from error
        except UNTRANSLATED as error:
            if not reply.stop:
                cause = errors.reason_for_log(error, self._key, _words(body))
                raise errors.of_exception(error, role) from cause
        if not reply.stop and not reply.is_too_long:
            raise errors.broke_off()

    async def _stream(self, body: dict[str, Any], reply: Reply, patience: asyncio.Timeout) -> None:
        async with self._open().messages.with_streaming_response.create(**body, stream=True) as response:
            _require_stream(response.http_response)
            async for event in anthropic.AsyncStream.raw_events(response.http_response):
                if event.data:
                    reply.take(event.data)
                if reply.is_done:
                    return
                if reply.has_content:
                    patience.reschedule(asyncio.get_running_loop().time() + self._idle_s)

    async def check(self) -> None:
        """Whether the server answers and takes the key. Any other answer counts: not every server lists its models."""
        try:
            async with asyncio.timeout(CHECK_S):
                await self._open().models.list(limit=1)
        except TimeoutError as error:
            raise errors.silent(f"did not answer within {CHECK_S:g} s") from error
        except anthropic.APIStatusError as error:
            if error.status_code in errors.FINAL:
                raise errors.of_exception(error, "write") from errors.reason_for_log(error, self._key, "")
        except UNTRANSLATED as error:
            raise errors.of_exception(error, "write") from error

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.close()

    def _open(self) -> anthropic.AsyncAnthropic:
        if not (self._key.isascii() and self._key.isprintable()):
            raise ModelUnavailable(  # the HTTP client's own error would show it
                "ANTHROPIC_API_KEY holds characters that no key has. Set it again.", retryable=False
            )
        if self._client is None:
            timeout = httpx2.Timeout(self._first_s, connect=CONNECT_S, pool=CONNECT_S, read=None)
            http = httpx2.AsyncClient(
                transport=httpx2.AsyncHTTPTransport(verify=load_certificates(), trust_env=False),
                timeout=timeout,
                trust_env=False,
                follow_redirects=False,
                event_hooks={"response": [_bound]},
            )
            self._client = anthropic.AsyncAnthropic(
                api_key=self._key,
                base_url=self.base_url,
                max_retries=0,
                timeout=timeout,
                http_client=http,
                open_telemetry=False,
                default_headers={"accept-encoding": "identity"},  # so that the bytes we count are those we keep
            )
        return self._client


class _Bounded(httpx2.AsyncByteStream):
    """A body that ends with an error instead of growing on and on."""

    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = MOST_BYTES
        async for chunk in self._stream:
            left -= len(chunk)
            if left < 0:
                raise errors.TooLarge(f"more than {MOST_BYTES:,} bytes")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


async def _bound(response: httpx2.Response) -> None:
    response.stream = _Bounded(cast(httpx2.AsyncByteStream, response.stream))


def _require_stream(response: httpx2.Response) -> None:
    media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in ("text/event-stream", ""):
        raise ModelUnavailable(
            f"The model's server does not answer as a stream, but with {media_type[:40]}. Look at ANTHROPIC_BASE_URL.",
            retryable=False,
        )


def _words(body: dict[str, Any]) -> str:
    blocks = [*body.get("system", ()), *(block for message in body["messages"] for block in message["content"])]
    return "\n".join(block.get("text", "") for block in blocks)
