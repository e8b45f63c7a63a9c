"""What search providers' answers have in common: a bounded body, rows that may hold anything, and failures in words.

The addresses asked are fixed here or the operator's own setting, so they are not judged as strangers' are; what comes
back is a stranger's word, and every address in it is judged before it is fetched.
"""

import html
import re
import ssl
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, NamedTuple

import httpx
import msgspec

from server.core.addresses import LONGEST_URL
from server.core.dates import find_dates
from server.core.errors import SourceUnavailable
from server.core.ports import Hit
from workers.adapters.bounded_body import ENCODINGS, TooLarge, Undecodable, read_bounded

LARGEST_ANSWER = 2_000_000  # bytes, decoded; twenty results with all their extras are about 100 kB
LONGEST_TITLE = 300
LONGEST_SNIPPET = 2_000
TIMEOUTS = httpx.Timeout(6.0, connect=3.0)  # a step; whoever searches has a deadline for all
DAY_S = 86_400.0
BAD_KEY_REST_S = 600.0  # nobody repairs a key sooner, and asking with a bad one is noticed
SPENT_REST_S = 3_600.0  # a plan that is used up says nothing of when it is filled

_TAG = re.compile(r"</?(?:a|b|br|cite|code|em|font|i|mark|p|q|small|span|strong|u|wbr)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u2060\ufeff]+")


class SearchUnavailable(SourceUnavailable):
    """A provider failed. `rest_s` is for how long it is not worth asking again, where it or its status says so."""

    def __init__(self, message: str, *, status: int | None = None, rest_s: float | None = None) -> None:
        super().__init__(message, status=status)
        self.rest_s = rest_s


class Limits(NamedTuple):
    """What may be asked of a provider: searches side by side, seconds between two, seconds for one with its waiting."""

    at_once: int = 4
    spacing_s: float = 0.0
    deadline_s: float = 6.0


class Answer(NamedTuple):
    """What came back, of whatever status."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@cache
def _trust() -> ssl.SSLContext:
    """Loading the authorities takes 18 ms, so all clients share what was loaded once."""
    return httpx.create_ssl_context(trust_env=False)


def open_client(transport: httpx.AsyncBaseTransport | None, proxy: str | None = None) -> httpx.AsyncClient:
    """A client that follows nothing, keeps its connections and takes nothing from the environment."""
    if transport is not None:
        return httpx.AsyncClient(transport=transport, timeout=TIMEOUTS, trust_env=False)
    return httpx.AsyncClient(verify=_trust(), proxy=proxy, timeout=TIMEOUTS, trust_env=False)


def require_key(key: str, setting: str) -> None:
    """SearchUnavailable for a key that no header can carry: the client's own error would show it."""
    if not (key.isascii() and key.isprintable()):
        raise SearchUnavailable(f"{setting} holds characters that no key has. Set it again.")


async def ask_provider(client: httpx.AsyncClient, request: httpx.Request, provider: str) -> Answer:
    """One answer with its body. SearchUnavailable, naming the provider, when there is none or it is too large."""
    request.headers["accept"], request.headers["accept-encoding"] = "application/json", ENCODINGS
    try:
        answer = await client.send(request, stream=True, follow_redirects=False)
        try:
            body = await read_bounded(answer.aiter_raw(), answer.headers.get("content-encoding", ""), LARGEST_ANSWER)
        finally:
            await answer.aclose()
    except httpx.TimeoutException as error:
        raise SearchUnavailable(f"{provider} did not answer in time.") from error
    except httpx.HTTPError as error:
        raise SearchUnavailable(f"{provider} cannot be reached ({type(error).__name__}).") from error
    except TooLarge as error:
        raise SearchUnavailable(f"{provider} answered with {error}, which is not read.") from error
    except Undecodable as error:
        raise SearchUnavailable(f"{provider} answered with what cannot be decoded: {error}.") from error
    return Answer(answer.status_code, answer.headers, body)


def decode_rows(body: bytes, kind: type[Any], provider: str) -> Any:
    """The body as a struct. SearchUnavailable when it is no such JSON."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise SearchUnavailable(f"{provider} did not answer with results in JSON.") from error


def read_hits(rows: Iterable[object], limit: int, *, snippet: str, published: str, url: str = "url") -> list[Hit]:
    """Rows as hits in their order, each address once; a row without an http address, or that is no row, is none.

    `snippet`, `published` and `url` are the provider's names for them.
    """
    hits: dict[str, Hit] = {}
    for row in rows:
        if len(hits) >= limit:
            break
        if isinstance(row, dict) and (address := _address(row.get(url))) and address not in hits:
            title, said = plain(row.get("title"), LONGEST_TITLE), plain(row.get(snippet), LONGEST_SNIPPET)
            hits[address] = Hit(address, title, said, day_of(row.get(published)))
    return list(hits.values())


def _address(value: object) -> str | None:
    if not isinstance(value, str) or len(value) > LONGEST_URL or _UNSEEN.search(value := value.strip()):
        return None
    return value if re.match(r"https?://[^/\s]", value, re.IGNORECASE) and " " not in value else None


def plain(value: object, longest: int) -> str:
    """Words without markup, entities and unseen characters; "" for what is no text."""
    if not isinstance(value, str):
        return ""
    text = html.unescape(_TAG.sub("", value[: 4 * longest]))
    return " ".join(_UNSEEN.sub(" ", text).split())[:longest].strip()


def day_of(value: object) -> str | None:
    """The day a provider names, however it writes it; None for "3 days ago", which needs to know since when."""
    if not isinstance(value, str) or len(value) > 60:
        return None
    found = find_dates(value)
    return found[0].iso if found else None


def fit_query(query: str, longest: int, most_words: int = 50) -> str:
    """A query within a provider's bounds, cut between words where it has any."""
    words = query.split()[:most_words]
    while len(words) > 1 and len(" ".join(words)) > longest:
        words.pop()
    return " ".join(words)[:longest].strip()


def rest_of(headers: Mapping[str, str]) -> float | None:
    """Seconds that Retry-After asks for, as a number or as an instant (RFC 9110, 10.2.3)."""
    told = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}", told):
        return float(told)
    try:
        return max(0.0, (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds()) if told else None
    except (ValueError, TypeError):  # no date, or one without a zone
        return None
