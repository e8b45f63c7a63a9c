"""Reddit's `.json`: two listings, the post and a tree of comments.

Without `raw_json=1` every text field has `&`, `<` and `>` escaped once more, HTML fields included. The rendered HTML
is read rather than the Markdown beside it, which shows marks that no visitor sees. See `reddit_listing` for the shape.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from server.core.errors import ThreadPrivate, ThreadUnavailable, ThreadUnreadable
from server.core.thread import Comment, Label, Thread
from server.core.urls import CanonicalUrl
from workers.readers.assemble import MOST_COMMENTS, Post, Said, make_thread
from workers.readers.markdown import prose_of_markdown
from workers.readers.prose import Prose, join_prose, lay_out, prose_of_html
from workers.readers.reader import JSON, Way
from workers.readers.reddit import (
    KINDS,
    SITE,
    WAY_OUT,
    author,
    comment_address,
    community,
    permalink,
    state_of,
)
from workers.readers.reddit_listing import Listing, Told, children, decode_listings, raw_text
from workers.readers.values import count, epoch, field, line, rows, text, whole
from workers.readers.walls import refuse_page

__all__ = ["KINDS", "WAYS", "WAY_OUT", "addresses", "parse"]

WANTED = "Reddit's JSON of a thread"
_PRIVATE_REASONS = {"private", "quarantined", "gated", "gold_only"}
_PRIVATE_TYPES = {"private", "employees_only", "gold_only"}
_RAW = re.compile(r"[<>]|&(?!(?:amp|lt|gt);)")
_LABELS: tuple[tuple[Label, str], ...] = (
    ("nsfw", "over_18"),
    ("spoiler", "spoiler"),
    ("locked", "locked"),
    ("archived", "archived"),
    ("contest", "contest_mode"),
    ("gallery", "is_gallery"),
    ("video", "is_video"),
)


def addresses(canonical: CanonicalUrl) -> list[str]:
    """The thread's `.json`, under the spellings that Reddit and recorded webs know it by; its comment's view last."""
    post, asked = canonical.thread_id, canonical.asked.partition("?")[0].removesuffix("/").removesuffix(".json")
    spelled = [
        f"{SITE}/comments/{post}.json?raw_json=1&limit=500",
        f"{SITE}/comments/{post}.json?raw_json=1",
        f"{SITE}/comments/{post}.json",
        f"{asked}.json",
        f"{asked}.json?raw_json=1",
        f"{SITE}/comments/{post}.json?sort=top",
    ]
    if canonical.comment:
        spelled.append(f"{SITE}/comments/{post}/_/{canonical.comment}.json?context=100&raw_json=1")
    return list(dict.fromkeys(spelled))


WAYS: tuple[Way, ...] = (Way("json", JSON, addresses),)


def parse(body: bytes, media_type: str, canonical: CanonicalUrl, captured_at: datetime) -> Thread:
    """The thread in a `.json` answer, `more` stubs counted as unread. See `Reader.parse`."""
    if body.lstrip()[:1] == b"<":
        refuse_page(body, WANTED)
    return thread_of_listings(decode_listings(body, WANTED), canonical, captured_at)


def thread_of_listings(listings: list[Any], canonical: CanonicalUrl, captured_at: datetime) -> Thread:
    """The thread in decoded listings, the post's and the comments'."""
    _refuse_error(listings[0] if listings else None)
    post = _find_post(listings, canonical)
    tree = children(listings[1]) if len(listings) > 1 else []
    spelling = _Spelling.of(post, tree)
    said = [spelling.comment(told, parent, depth, post) for told, parent, depth in _walk(tree)]
    return make_thread(spelling.post(post), said, canonical, captured_at, "json")


def _refuse_error(listing: Any) -> None:
    if not isinstance(listing, Listing):
        return
    reason = text(listing.reason)
    if reason in _PRIVATE_REASONS:
        raise ThreadPrivate(f"Reddit says the community is {reason}; only its members may read it. {WAY_OUT}")
    if reason or listing.error is not None:
        told = f"Reddit answered {listing.error or reason} instead of the thread."
        raise ThreadUnavailable(told, retryable=listing.error == 429)


def _find_post(listings: list[Any], canonical: CanonicalUrl) -> Told:
    """The post asked for; any other only where it stands alone."""
    things = children(listings[0] if listings else None)
    posts = [thing.data for thing in things if thing.kind == "t3" and isinstance(thing.data, Told)]
    titled = [told for told in posts if line(told.title)]
    wanted = [told for told in titled if told.id == canonical.thread_id]
    if not wanted and len(titled) != 1:
        raise ThreadUnreadable(f"What came is not {WANTED}: it holds {len(titled)} posts, none of them this one.")
    return (wanted or titled)[0]


def _walk(tree: list[Any]) -> Iterator[tuple[Told, str | None, int]]:
    """Comments with their parent and depth, in reading order, without recursion: hostile trees are deep."""
    seen: set[str] = set()
    waiting: list[tuple[Any, str | None, int]] = [(thing, None, 0) for thing in reversed(tree)]
    while waiting and len(seen) < MOST_COMMENTS:
        thing, parent, depth = waiting.pop()
        told = thing.data
        if thing.kind != "t1" or not isinstance(told, Told):
            continue
        name = text(told.id) or f"unnamed-{len(seen)}"
        if name not in seen:
            seen.add(name)
            told.id = name
            waiting += [(reply, name, depth + 1) for reply in reversed(children(told.replies))]
            told.replies = None
            yield told, parent, depth


class _Spelling:
    """How this answer spells its text: escaped once more or not."""

    def __init__(self, escaped: bool) -> None:
        self.escaped = escaped

    @classmethod
    def of(cls, post: Told, tree: list[Any]) -> "_Spelling":
        """Rendered fields give it away; without any, a bare `&`, `<` or `>` does."""
        comments = [thing.data for thing in tree[:20] if isinstance(thing.data, Told)]
        for rendered in (post.selftext_html, *(told.body_html for told in comments)):
            if html := raw_text(rendered):
                return cls(html.lstrip().startswith("&lt;"))
        return cls(not any(_RAW.search(told) for told in (text(post.title), raw_text(post.selftext), text(post.url))))

    def plain(self, value: Any) -> str:
        """The text itself."""
        found = text(value)
        if self.escaped and "&" in found:
            found = found.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        return found

    def prose(self, html: str, markdown: str) -> Prose:
        """A text from its rendered form, or from its Markdown where that is all there is."""
        return prose_of_html(self.plain(html)) if html else prose_of_markdown(self.plain(markdown))

    def comment(self, told: Told, parent: str | None, depth: int, post: Told) -> Said:
        """One comment; of a removed or deleted one only its place is left."""
        body = raw_text(told.body)
        gone = state_of(body)
        prose = Prose() if gone else self.prose(raw_text(told.body_html), body)
        said = Comment(
            id=told.id,
            author=author(told.author),
            posted_at=epoch(told.created_utc),
            score=None if told.score_hidden is True else whole(told.score),
            parent=parent,
            depth=depth,
            permalink=permalink(told.permalink) or comment_address(text(post.id), told.id),
            text=prose.text,
            marks=prose.marks,
            state=gone or ("collapsed" if told.collapsed is True else "ok"),
            edited=told.edited is True or epoch(told.edited) is not None,
            by_poster=told.is_submitter is True and not gone,
            by_moderator=told.distinguished in ("moderator", "admin"),
        )
        return Said(said, prose.links)

    def post(self, told: Told) -> Post:
        """What opened the thread, its crossposted original, poll and gallery captions included."""
        selftext = raw_text(told.selftext)
        own = Prose() if state_of(selftext) else self.prose(raw_text(told.selftext_html), selftext)
        return Post(
            url=permalink(told.permalink) or f"{SITE}/comments/{text(told.id)}/",
            title=line(self.plain(told.title)) or "",
            author=author(told.author),
            posted_at=epoch(told.created_utc),
            score=None if told.hide_score is True else whole(told.score),
            comment_count=count(told.num_comments),
            community=community(told.subreddit) or line(told.subreddit_name_prefixed),
            flair=line(self.plain(told.link_flair_text)),
            labels=_labels(told),
            prose=join_prose(own, self._poll(told), self._captions(told), self._original(told)),
            linked=self._linked(told),
            private=told.quarantine is True or text(told.subreddit_type) in _PRIVATE_TYPES,
        )

    def _linked(self, told: Told) -> tuple[str, ...]:
        """The page a link post is about; a crosspost is about its original's."""
        original = _crossposted(told)
        found = (told.url_overridden_by_dest, told.url, original.get("url_overridden_by_dest"), original.get("url"))
        plain = (self.plain(address) for address in found)
        return tuple(address for address in plain if address.startswith(("http://", "https://")))

    def _poll(self, told: Told) -> Prose:
        options = rows(field(told.poll_data, "options"))
        return lay_out([("item", name) for option in options if (name := line(self.plain(field(option, "text"))))], ())

    def _captions(self, told: Told) -> Prose:
        items = rows(field(told.gallery_data, "items"))
        captions = [("item", caption) for item in items if (caption := line(self.plain(field(item, "caption"))))]
        return lay_out(captions, tuple(url for item in items if (url := self.plain(field(item, "outbound_url")))))

    def _original(self, told: Told) -> Prose:
        """A crosspost's original text: somebody else's words."""
        original = _crossposted(told)
        selftext = text(original.get("selftext"))
        if state_of(selftext):
            return Prose()
        prose = self.prose(text(original.get("selftext_html")), selftext)
        return lay_out([("quote", part) for part in prose.text.split("\n\n") if part], prose.links)


def _crossposted(told: Told) -> dict[str, Any]:
    original = next(iter(rows(told.crosspost_parent_list)), None)
    return original if type(original) is dict else {}


def _labels(told: Told) -> tuple[Label, ...]:
    found: list[Label] = [label for label, name in _LABELS if getattr(told, name) is True]
    if told.poll_data is not None:
        found.append("poll")
    if _crossposted(told):
        found.append("crosspost")
    if text(told.discussion_type).upper() == "CHAT":
        found.append("live")
    removed = text(told.removed_by_category)
    if gone := state_of(raw_text(told.selftext)) or removed:
        found.append("deleted" if gone == "deleted" or removed == "deleted" else "removed")
    return tuple(found)
