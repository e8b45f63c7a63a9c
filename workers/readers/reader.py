"""What every reader declares, and the words it may raise."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec

from server.core.errors import ThreadUnreadable
from server.core.thread import Thread, Via
from server.core.urls import CanonicalUrl, SiteKind

JSON = "application/json"
HTML = "text/html,application/xhtml+xml"


Further = Callable[[CanonicalUrl, Sequence[Any]], Sequence[str]]


def nothing_further(canonical: CanonicalUrl, told: Sequence[Any]) -> Sequence[str]:
    """Of forms that tell a thread in one document."""
    return ()


class Way(msgspec.Struct, frozen=True):
    """One representation of a thread and the addresses that may hold it, tried in turn where one answers 404.

    A form in several JSON documents names the next ones by `further`, given those decoded so far; it is asked again
    after each. The reader then gets them as one JSON array (see `join_answers`).
    """

    via: Via
    accept: str
    addresses: Callable[[CanonicalUrl], Sequence[str]]
    further: Further = nothing_further
    most: int = 20  # documents after the first


def join_answers(answers: Sequence[bytes]) -> bytes:
    """The documents of one thread as one document."""
    return b"[" + b",".join(answers) + b"]"


class Reader(Protocol):
    """A module that knows one site's shape."""

    KINDS: tuple[SiteKind, ...]
    WAYS: tuple[Way, ...]  # in order of preference
    WAY_OUT: str  # what a person can do when every way is barred

    def parse(self, body: bytes, media_type: str, canonical: CanonicalUrl, captured_at: datetime) -> Thread:
        """The thread a page tells. Pure and total: ThreadUnreadable, ThreadPrivate or ThreadUnavailable, nothing else.

        `captured_at` is aware. A page of another thread gives that thread; whoever asked compares addresses.
        """


class PartOfThread(ThreadUnreadable):
    """The page is one comment; `url` is its thread, or the next comment on the way there."""

    def __init__(self, url: str) -> None:
        super().__init__(f"That address is one comment of another thread. Ask for {url} instead.")
        self.url = url
