"""What the rules of a site say about an address."""

from typing import Literal

import msgspec

SiteKind = Literal[
    "reddit", "hackernews", "lobsters", "lemmy", "discourse", "stackexchange", "github", "mastodon", "page"
]


class CanonicalUrl(msgspec.Struct, frozen=True, kw_only=True):
    """A thread's one address. Two addresses are the same thread exactly when their keys are equal."""

    key: str  # the one spelling; a person can open it too
    site: str  # host without "www."
    kind: SiteKind
    thread_id: str | None = None  # as the site counts, unique within `site`
    comment: str | None = None  # the comment a permalink points at; the thread stays the key
    needs_lookup: bool = False  # only the web can tell which thread this is
    asked: str  # the address as it was given, cleaned of tracking: where a page whose key does not answer is tried
