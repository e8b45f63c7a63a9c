"""Reddit's page in today's markup: `shreddit-post` and `shreddit-comment`, whose facts are attributes.

The extension's capture is the same elements with everything else left out, so one reader knows both.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from server.core.thread import Comment, CommentState, Label, Thread
from server.core.urls import CanonicalUrl
from workers.readers.assemble import Post, Said, in_reading_order, make_thread
from workers.readers.dom import first, parse_html, words
from workers.readers.prose import Prose, prose_of_element
from workers.readers.reddit import SITE, author, permalink, shown_state_of
from workers.readers.values import instant

MARK = re.compile(rb"<shreddit-post\b")
WANTED = "a Reddit thread in today's markup"
_NUMBER = re.compile(r"-?\d{1,9}", re.ASCII)
_LABELS: tuple[tuple[Label, str], ...] = (
    ("nsfw", "nsfw"),
    ("spoiler", "spoiler"),
    ("locked", "locked"),
    ("archived", "archived"),
)
_TYPES: dict[str, Label] = {"poll": "poll", "gallery": "gallery", "video": "video", "crosspost": "crosspost"}


def parse(body: bytes, canonical: CanonicalUrl, captured_at: datetime) -> Thread | None:
    """The thread on a page or in a capture; None where no one post is it. Recommendations bring others along."""
    tree = parse_html(body, WANTED)
    found = list(tree.iter("shreddit-post"))
    own = [post for post in found if post.get("id") == f"t3_{canonical.thread_id}"]
    if not own and len(found) != 1:
        return None
    post = (own or found)[0]
    title = _title(post)
    if not title:
        return None
    said = in_reading_order(_comments(tree))
    return make_thread(_post(post, title), said, canonical, captured_at, "html")


def _title(post: etree._Element) -> str:
    return words(first(post, ".//*[@slot='title']")) or " ".join(post.get("post-title", "").split())


def _post(post: etree._Element, title: str) -> Post:
    name = post.get("id", "").removeprefix("t3_")
    body = prose_of_element(first(post, ".//*[@slot='text-body']"))
    gone = shown_state_of(body.text)
    linked = post.get("content-href", "")
    return Post(
        url=permalink(post.get("permalink")) or f"{SITE}/comments/{name}/",
        title=title,
        author=author(post.get("author")),
        posted_at=instant(post.get("created-timestamp")),
        score=_number(post, "score"),
        comment_count=_count(post),
        community=_community(post),
        language=post.get("post-language") or None,
        flair=words(first(post, ".//*[@slot='post-flair']", ".//shreddit-post-flair")) or None,
        labels=_labels(post, gone),
        prose=Prose() if gone else body,
        linked=(linked,) if linked.startswith(("http://", "https://")) else (),
        private=any(_is_set(post, name) for name in ("quarantined", "is-quarantined", "private")),
    )


def _labels(post: etree._Element, gone: CommentState | None) -> tuple[Label, ...]:
    found = [label for label, name in _LABELS if _is_set(post, name)]
    if kind := _TYPES.get(post.get("post-type", "").lower()):
        found.append(kind)
    if gone or first(post, ".//*[@slot='post-removed-banner']") is not None:
        found.append("deleted" if gone == "deleted" else "removed")
    return tuple(found)


def _comments(tree: etree._Element) -> Iterator[Said]:
    """In document order. A comment says whom it answers by standing inside it, by `parentid`, or by its depth."""
    bodies, moderators = _bodies(tree), _moderators(tree)
    above: list[str] = []
    for number, part in enumerate(tree.iter("shreddit-comment")):
        name = part.get("thingid", "").removeprefix("t1_") or f"unnamed-{number}"
        depth = min(_number(part, "depth") or 0, len(above))
        parent = _parent(part) or (above[depth - 1] if depth > 0 else None)
        del above[max(0, depth) :]
        above.append(name)
        yield _comment(part, name, parent, bodies.get(part), by_moderator=part in moderators)


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


def _moderators(tree: etree._Element) -> set[etree._Element]:
    """The comments that bear a moderator's or an admin's mark, each its own and not an answer's."""
    marks = tree.iter("shreddit-comment-author-modifier-icon")
    marked = (mark for mark in marks if mark.get("distinguished-as", "").lower() in ("moderator", "admin"))
    owners = (next(mark.iterancestors("shreddit-comment"), None) for mark in marked)
    return {owner for owner in owners if owner is not None}


def _parent(part: etree._Element) -> str | None:
    around = next(part.iterancestors("shreddit-comment"), None)
    named = around.get("thingid", "") if around is not None else part.get("parentid", "")
    return named.removeprefix("t1_") if named.startswith("t1_") else None


def _comment(
    part: etree._Element, name: str, parent: str | None, body: etree._Element | None, *, by_moderator: bool
) -> Said:
    prose = prose_of_element(body)
    state = _state(part, prose.text)
    kept = prose if state in ("ok", "collapsed") else Prose()
    comment = Comment(
        id=name,
        author=author(part.get("author")),
        posted_at=instant(part.get("created") or part.get("created-timestamp")),
        score=_number(part, "score"),
        parent=parent,
        permalink=permalink(part.get("permalink")),
        text=kept.text,
        marks=kept.marks,
        state=state,
        by_moderator=by_moderator,
    )
    return Said(comment, kept.links)


def _state(part: etree._Element, text: str) -> CommentState:
    told = shown_state_of(text)
    if told or _is_set(part, "is-comment-deleted") or _is_set(part, "deleted"):
        return told or "deleted"
    return "collapsed" if _is_set(part, "collapsed") else "ok"


def _is_set(part: etree._Element, name: str) -> bool:
    """HTML's way: a bare attribute is true. Reddit also writes "true" and "false"."""
    return part.get(name, "false").lower() != "false"


def _community(post: etree._Element) -> str | None:
    name = post.get("subreddit-name", "").strip()
    return post.get("subreddit-prefixed-name", "").strip() or (f"r/{name}" if name else None)


def _number(part: etree._Element, name: str) -> int | None:
    told = part.get(name, "")
    return int(told) if _NUMBER.fullmatch(told) else None


def _count(post: etree._Element) -> int | None:
    number = _number(post, "comment-count")
    return number if number is not None and number >= 0 else None
