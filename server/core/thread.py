"""A thread: one post and what people answered, as a reader understood it."""

import hashlib
from datetime import datetime
from typing import Literal

import msgspec

CommentState = Literal["ok", "removed", "deleted", "collapsed"]
Via = Literal["browser", "oauth", "json", "atom", "html", "api"]
Label = Literal[
    "nsfw", "spoiler", "locked", "archived", "removed", "deleted", "contest", "live", "poll", "gallery", "video",
    "crosspost", "solved", "closed",
]  # fmt: skip
Trust = Literal["server", "corroborated", "trusted", "browser"]


class Mark(msgspec.Struct, frozen=True):
    """A run of a plain text that is no ordinary paragraph: words quoted from someone else, code, a list's item."""

    start: int
    end: int
    kind: Literal["quote", "code", "item", "heading", "row"]


class Comment(msgspec.Struct, frozen=True, kw_only=True):
    """One reply. `text` is plain with paragraphs kept (a blank line between them)."""

    id: str
    author: str | None = None
    posted_at: datetime | None = None
    score: int | None = None
    parent: str | None = None  # the id of the comment it answers; None at top level
    depth: int = 0
    permalink: str | None = None
    text: str = ""
    marks: tuple[Mark, ...] = ()
    state: CommentState = "ok"
    edited: bool = False
    by_poster: bool = False  # written by whoever opened the thread
    by_moderator: bool = False  # marked by the site as a moderator's or an official's


class CaptureReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """How much of the thread was read, by which way, and who vouches for it."""

    via: Via
    captured_at: datetime
    comments_read: int
    comments_total: int | None
    fingerprint: str
    verified: Trust = "server"


class Thread(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader made of a thread page. `comments` are in reading order, parents before children."""

    url: str  # as its site spells it; `canonical_url(url).key` is the thread's key
    site: str  # host without "www.", e.g. "reddit.com"
    community: str | None = None  # as its site writes it: "r/LocalLLaMA", "Hacker News"
    title: str
    author: str | None = None
    posted_at: datetime | None = None
    score: int | None = None
    comment_count: int | None = None  # as the site says
    language: str | None = None
    text: str = ""
    marks: tuple[Mark, ...] = ()
    links: tuple[str, ...] = ()  # outbound, the linked page of a link post first
    comments: tuple[Comment, ...] = ()
    flair: str | None = None
    labels: tuple[Label, ...] = ()  # what the site says of the post
    private: bool = False  # behind an invitation, a quarantine or a login: no card of it may be public
    capture: CaptureReceipt

    def readable_comments(self) -> list[Comment]:
        """Comments whose own words are there."""
        return [comment for comment in self.comments if comment.text and comment.state in ("ok", "collapsed")]


def fingerprint(title: str, text: str, comments: tuple[Comment, ...]) -> str:
    """SHA-256 over the post and the set of comment bodies; votes, order and spacing do not move it."""

    def plain(value: str) -> str:
        return " ".join(value.split())

    bodies = sorted(
        f"{comment.id}\x1f{plain(comment.text)}" for comment in comments if comment.state in ("ok", "collapsed")
    )
    whole = "\x1e".join([plain(title), plain(text), *bodies])
    return hashlib.sha256(whole.encode()).hexdigest()
