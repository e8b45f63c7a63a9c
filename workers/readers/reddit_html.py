"""Reddit's page in today's markup: `shreddit-post` and `shreddit-comment`, whose facts are attributes.

The extension's capture is the same elements with everything else left out, so one reader knows both.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from server.core.thread import Comment, CommentState, Thread
from server.core.urls import CanonicalUrl, SiteKind
from workers.readers import reddit_json
from workers.readers.assemble import Post, Said, in_reading_order, make_thread
from workers.readers.dom import first, parse_html, words
from workers.readers.prose import Prose, prose_of_element
from workers.readers.reader import Way
from workers.readers.values import instant
from workers.readers.walls import refuse_page

SITE = "https://www.reddit.com"
WANTED = "a Reddit thread in today's markup"
_GONE: dict[str, CommentState] = {
    "[deleted]": "deleted",
    "comment deleted by user": "deleted",
    "deleted by user": "deleted",
    "[removed]": "removed",
    "[ removed by reddit ]": "removed",
    "comment removed by moderator": "removed",
    "removed by moderator": "removed",
}
_NUMBER = re.compile(r"-?\d{1,9}", re.ASCII)

KINDS: tuple[SiteKind, ...] = ("reddit",)
WAYS: tuple[Way, ...] = ()  # a server asking for this page gets a robot check; captures bring it
WAY_OUT = reddit_json.WAY_OUT


def parse(body: bytes, media_type: str, canonical: CanonicalUrl, captured_at: datetime) -> Thread:
    """The thread on a page or in a capture. See `Reader.parse`."""
    tree = parse_html(body, WANTED)
    posts = tree.xpath("//shreddit-post")
    found = [post for post in posts if isinstance(post, etree._Element)] if isinstance(posts, list) else []
    own = [post for post in found if post.get("id") == f"t3_{canonical.thread_id}"]
    if not own and len(found) != 1:
        refuse_page(body, WANTED)
    post = (own or found)[0]
    title = _title(post)
    if not title:
        refuse_page(body, WANTED)
    said = in_reading_order(_comments(tree))
    return make_thread(_post(post, title), said, canonical, captured_at, "html")


def _title(post: etree._Element) -> str:
    return words(first(post, ".//*[@slot='title']")) or " ".join(post.get("post-title", "").split())


def _post(post: etree._Element, title: str) -> Post:
    name = post.get("id", "").removeprefix("t3_")
    body = prose_of_element(first(post, ".//*[@slot='text-body']"))
    removed = first(post, ".//*[@slot='post-removed-banner']") is not None or body.text.lower() in _GONE
    linked = post.get("content-href", "")
    return Post(
        url=reddit_json.permalink(post.get("permalink")) or f"{SITE}/comments/{name}/",
        title=title,
        author=_author(post),
        posted_at=instant(post.get("created-timestamp")),
        score=_number(post, "score"),
        comment_count=_count(post),
        community=_community(post),
        language=post.get("post-language") or None,
        flair=words(first(post, ".//*[@slot='post-flair']", ".//shreddit-post-flair")) or None,
        prose=Prose() if removed and body.text.lower() in _GONE else body,
        linked=(linked,) if linked.startswith(("http://", "https://")) else (),
        private=any(_is_set(post, name) for name in ("quarantined", "is-quarantined", "private")),
    )


def _comments(tree: etree._Element) -> Iterator[Said]:
    """In document order. A comment says whom it answers by standing inside it, by `parentid`, or by its depth."""
    bodies = _bodies(tree)
    above: list[str] = []
    for number, part in enumerate(tree.iter("shreddit-comment")):
        name = part.get("thingid", "").removeprefix("t1_") or f"unnamed-{number}"
        depth = min(_number(part, "depth") or 0, len(above))
        parent = _parent(part) or (above[depth - 1] if depth > 0 else None)
        del above[max(0, depth) :]
        above.append(name)
        yield _comment(part, name, parent, bodies.get(part))


def _bodies(tree: etree._Element) -> dict[etree._Element, etree._Element]:
    """Each comment's text element: the nearest comment around a text is its own."""
    found: dict[etree._Element, etree._Element] = {}
    texts = tree.xpath(
        "//*[@slot='comment'] | //*[contains(@id, '-comment-rtjson-content') or contains(@id, '-post-rtjson-content')]"
    )
    for text in texts if isinstance(texts, list) else ():
        if isinstance(text, etree._Element):
            owner = next(text.iterancestors("shreddit-comment", "shreddit-post"), None)
            if owner is not None:
                found.setdefault(owner, text)
    return found


def _parent(part: etree._Element) -> str | None:
    around = next(part.iterancestors("shreddit-comment"), None)
    named = around.get("thingid", "") if around is not None else part.get("parentid", "")
    return named.removeprefix("t1_") if named.startswith("t1_") else None


def _comment(part: etree._Element, name: str, parent: str | None, body: etree._Element | None) -> Said:
    prose = prose_of_element(body)
    state = _state(part, prose.text)
    kept = prose if state in ("ok", "collapsed") else Prose()
    comment = Comment(
        id=name,
        author=_author(part),
        posted_at=instant(part.get("created") or part.get("created-timestamp")),
        score=_number(part, "score"),
        parent=parent,
        permalink=reddit_json.permalink(part.get("permalink")),
        text=kept.text,
        marks=kept.marks,
        state=state,
    )
    return Said(comment, kept.links)


def _state(part: etree._Element, text: str) -> CommentState:
    told = _GONE.get(text.lower().strip())
    if told or _is_set(part, "is-comment-deleted") or _is_set(part, "deleted"):
        return told or "deleted"
    return "collapsed" if _is_set(part, "collapsed") else "ok"


def _is_set(part: etree._Element, name: str) -> bool:
    """HTML's way: a bare attribute is true. Reddit also writes "true" and "false"."""
    return part.get(name, "false").lower() != "false"


def _author(part: etree._Element) -> str | None:
    name = part.get("author", "").strip()
    return None if name in ("", "[deleted]") else name


def _community(post: etree._Element) -> str | None:
    name = post.get("subreddit-name", "").strip()
    return post.get("subreddit-prefixed-name", "").strip() or (f"r/{name}" if name else None)


def _number(part: etree._Element, name: str) -> int | None:
    told = part.get(name, "")
    return int(told) if _NUMBER.fullmatch(told) else None


def _count(post: etree._Element) -> int | None:
    number = _number(post, "comment-count")
    return number if number is not None and number >= 0 else None
