"""Readers: one site a file, from bytes to a Thread, without network.

A new site is one file here that follows `reader.Reader`, one line in `READERS`, a saved page under
`tests/cases/pages/` with the JSON it should give.
"""

from server.core.urls import SiteKind
from workers.readers import (
    discourse,
    github,
    hackernews,
    lemmy,
    lobsters,
    mastodon,
    reddit_atom,
    reddit_html,
    reddit_json,
    reddit_more,
    stackexchange,
)
from workers.readers.reader import PartOfThread, Reader, Way, join_answers, nothing_further
from workers.readers.walls import Gate

__all__ = ["READERS", "Gate", "PartOfThread", "Reader", "Way", "join_answers", "nothing_further", "readers_of"]

READERS: tuple[Reader, ...] = (
    reddit_more,
    reddit_json,
    reddit_atom,
    reddit_html,
    hackernews,
    lobsters,
    discourse,
    stackexchange,
    github,
    lemmy,
    mastodon,
)


def readers_of(kind: SiteKind) -> list[Reader]:
    """The readers that know a kind of thread, in the order in which they are tried."""
    return [reader for reader in READERS if kind in reader.KINDS]
