"""What an HTTP answer is worth: a page, or the reason why there is none."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

from server.core.errors import SourceUnavailable, SourceUnreadable
from server.core.ports import Page
from workers.adapters.bounded_body import TooLarge, Undecodable, read_bounded
from workers.adapters.faults import shorten
from workers.extract.media import parse_content_type, require_readable


async def read_page(url: str, answer: httpx.Response, max_bytes: int, *, accept: str = "*/*", prefix: bool) -> Page:
    """The page an answer holds. SourceUnavailable for any status but 200 and a broken body; SourceUnreadable for a type
    we cannot read, before the body is, and for a size. With `prefix` type and size do not matter.
    """
    if answer.status_code != 200:
        raise describe_status(url, answer)
    media_type, charset = parse_content_type(answer.headers.get("content-type", ""))
    if not prefix:
        require_readable(media_type, shorten(url), accept)
    try:
        body = await _read_body(answer, max_bytes, prefix)
    except TooLarge as error:
        raise SourceUnreadable(f"Not read: {shorten(url)} is too large ({error}).") from error
    except Undecodable as error:
        raise SourceUnavailable(f"{shorten(url)} could not be fetched: {error}.") from error
    return Page(
        url=url,
        media_type=media_type,
        charset=charset,
        body=body,
        retrieved_at=datetime.now(UTC),
        headers=keep_headers(answer),
    )


def keep_headers(answer: httpx.Response) -> dict[str, str]:
    """The answer's headers without its cookies, which nobody may learn of."""
    return {name: value for name, value in answer.headers.items() if name not in ("set-cookie", "set-cookie2")}


def describe_status(url: str, answer: httpx.Response) -> SourceUnavailable:
    """The error for a status that is not 200; what the server asks for is in it, its own words are not."""
    status = answer.status_code
    phrase = f" {HTTPStatus(status).phrase}" if status in set(HTTPStatus) else ""
    return SourceUnavailable(
        f"{shorten(url)} answered {status}{phrase}{_describe_wait(answer.headers.get('retry-after', ''))}.",
        status=status,
        retryable=status in (408, 425, 429) or status >= 500,
    )


async def _read_body(answer: httpx.Response, max_bytes: int, prefix: bool) -> bytes:
    declared = answer.headers.get("content-length", "")
    if not prefix and declared.isdecimal() and int(declared[:18]) > max_bytes:
        raise TooLarge(f"{int(declared[:18]):,} bytes")
    assert isinstance(answer.stream, httpx.AsyncByteStream)
    return await read_bounded(answer.stream, answer.headers.get("content-encoding", ""), max_bytes, prefix)


def _describe_wait(retry_after: str) -> str:
    if retry_after.isdecimal():
        return f"; it asks to be left alone for {int(retry_after[:9])} s"
    try:
        return f"; try after {parsedate_to_datetime(retry_after).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError):
        return ""
