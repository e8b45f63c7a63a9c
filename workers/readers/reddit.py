"""What Reddit's forms have in common: addresses, and how Reddit says that words are gone."""

import re
from typing import Any
from urllib.parse import quote

from server.core.thread import CommentState
from server.core.urls import SiteKind
from workers.readers.values import line, text

KINDS: tuple[SiteKind, ...] = ("reddit",)
SITE = "https://www.reddit.com"
WAY_OUT = (
    "Reddit turns servers away: open the thread in your browser and use the Threadproof extension there, "
    "or save the page and name it with --capture FILE. Whoever runs the server can give it keys to Reddit's API "
    "(THREADPROOF_REDDIT_CLIENT_ID)."
)
_GONE: dict[str, CommentState] = {"[removed]": "removed", "[deleted]": "deleted"}
_GONE_SHOWN: dict[str, CommentState] = {
    "comment deleted by user": "deleted",
    "deleted by user": "deleted",
    "comment removed by moderator": "removed",
    "removed by moderator": "removed",
}
_BY_REDDIT = re.compile(r"\[ ?removed by reddit ?\]", re.IGNORECASE)


def state_of(body: str) -> CommentState | None:
    """What stands for a text that is gone; None for a text. People cannot write these, brackets and all, unnoticed."""
    told = body.strip().lower()
    return _GONE.get(told) or ("removed" if _BY_REDDIT.match(told) and len(told) < 200 else None)


def shown_state_of(body: str) -> CommentState | None:
    """The same, where a page shows it in words of its own."""
    return _GONE_SHOWN.get(" ".join(body.split()).lower()) or state_of(body)


def permalink(value: Any) -> str | None:
    """The address of a path that Reddit gives; None for anything that is no such path."""
    path = text(value)
    return f"{SITE}{path}" if re.fullmatch(r"/[\w/%~.-]+", path) else None


def comment_address(post: str, comment: str) -> str:
    """A comment's address made of ids."""
    return f"{SITE}/comments/{post}/_/{quote(comment)}/"


def author(value: Any) -> str | None:
    """A name; None where the account is gone."""
    name = line(value)
    return None if name == "[deleted]" else name


def community(name: Any) -> str | None:
    """ "r/name", or "u/name" for a profile, from the bare name or either spelling."""
    told = (line(name) or "").strip("/")
    if not told:
        return None
    if told.startswith("u_"):
        return f"u/{told[2:]}"
    return told if told.startswith(("r/", "u/")) else f"r/{told}"
