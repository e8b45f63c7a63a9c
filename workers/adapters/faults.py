"""Why a page did not come, in plain words. They are shown to people; the error itself is kept for the log."""

import ssl
from collections.abc import Iterator

import httpcore
import httpx

from workers.adapters.egress_proxy import ProxyRefused
from workers.adapters.http_connection import BadAnswer
from workers.adapters.name_lookup import Unresolved

# httpcore has no common base error. A test walks its errors for one that is missing here.
TRANSPORT_FAULTS = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
    httpcore.ConnectionNotAvailable,
)
PLAIN = (BadAnswer, ProxyRefused, Unresolved)  # whose messages are meant for people
# The first that fits the error or what caused it; errors of the parts below never reach a reader in their own words.
WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (ssl.SSLCertVerificationError, "its certificate is not valid"),
    (ssl.SSLError, "no secure connection to it can be made"),
    (ConnectionRefusedError, "it refuses the connection"),
    (httpcore.ConnectTimeout, "no connection to it could be made in time"),
    (httpcore.ConnectError, "it cannot be reached"),
    (httpcore.TimeoutException, "it fell silent"),
    (httpcore.NetworkError, "the connection broke"),
    (httpx.TimeoutException, "it fell silent"),
    (httpx.TransportError, "it cannot be reached"),
)
LONGEST_SHOWN = 200


def describe_fault(error: Exception) -> str:
    """A few words after "could not be fetched: "."""
    if isinstance(error, PLAIN):
        return str(error)
    causes = list(_causes(error))
    return next((words for kind, words in WORDS if any(isinstance(cause, kind) for cause in causes)), "it went wrong")


def shorten(url: str) -> str:
    """A URL as it may stand in a sentence: not endless, and without what would break the line."""
    shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in url[:LONGEST_SHOWN])
    return shown if len(url) <= LONGEST_SHOWN else f"{shown}…"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(8):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__
