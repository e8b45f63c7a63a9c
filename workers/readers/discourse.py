"""Discourse, on any host: a topic's JSON, or its page with that JSON in it, or the plain page it serves to robots."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
from lxml import etree

from server.core.errors import ThreadPrivate, ThreadUnavailable, ThreadUnreadable
from server.core.thread import Comment, CommentState, Label, Thread
from server.core.urls import CanonicalUrl, SiteKind
from workers.readers.assemble import Post, Said, in_reading_order, make_thread
from workers.readers.dom import first, parse_html, words
from workers.readers.prose import Prose, prose_of_html
from workers.readers.reader import HTML, JSON, Way
from workers.readers.values import count, decode_documents, field, instant, line, rows, shown_number, text, whole
from workers.readers.walls import refuse_page

WANTED = "a Discourse topic"
SMALL_ACTION = 3  # "closed this topic": the site speaks, nobody says anything
LIKE = 2
BATCH = 50  # posts asked for at once
_PRIVATE = ("invalid_access", "not_logged_in")
_PICTURE_META = re.compile(r'<div class="meta">(?:(?!<div class="meta">).){0,2000}?</div>', re.DOTALL)  # name, size
_ASIDE = re.compile(r"<(/?)aside\b")


def posts_addresses(canonical: CanonicalUrl, told: Sequence[Any]) -> list[str]:
    """Where the posts are that a topic names and did not bring: twenty come with it."""
    stream = [name for name in rows(field(field(told[0], "post_stream"), "stream")) if type(name) is int]
    have = {whole(post.get("id")) for post in _posts(told)}
    missing = [name for name in stream if name not in have]
    query = "&".join(f"post_ids%5B%5D={name}" for name in missing[:BATCH])
    return [f"{canonical.key}/posts.json?{query}"] if missing else []


def json_addresses(canonical: CanonicalUrl) -> list[str]:
    """The topic's JSON by its number, then by the path a person has."""
    return list(dict.fromkeys([f"{canonical.key}.json", f"{canonical.asked.partition('?')[0]}.json"]))


KINDS: tuple[SiteKind, ...] = ("discourse",)
WAYS: tuple[Way, ...] = (
    Way("json", JSON, json_addresses, posts_addresses),
    Way("html", HTML, lambda canonical: list(dict.fromkeys([canonical.asked, canonical.key]))),
)
WAY_OUT = "Check that the topic opens in your browser, then use the Threadproof extension on it."


def parse(body: bytes, media_type: str, canonical: CanonicalUrl, captured_at: datetime) -> Thread:
    """The topic in any of the three forms. See `Reader.parse`."""
    if body.lstrip()[:1] != b"<":
        documents = decode_documents(body, "Discourse's JSON of a topic")
        _refuse_error(documents[0] if documents else None)
        return _from_json(documents, canonical, captured_at, "json")
    tree = parse_html(body, WANTED)
    topic = _preloaded(tree, canonical)
    if topic is not None:
        return _from_json([topic], canonical, captured_at, "html")
    return _from_page(body, tree, canonical, captured_at)


# ---- JSON -----------------------------------------------------------------------------------------


def _refuse_error(topic: Any) -> None:
    kind = text(field(topic, "error_type"))
    if kind in _PRIVATE:
        raise ThreadPrivate(f"The forum shows this topic to its members only. {WAY_OUT}")
    if kind or rows(field(topic, "errors")):
        raise ThreadUnavailable(
            f"The forum answered “{kind or 'error'}” instead of the topic.", retryable="rate" in kind
        )


def _from_json(documents: list[Any], canonical: CanonicalUrl, captured_at: datetime, via: Any) -> Thread:
    topic = documents[0] if documents else None
    title, name = line(field(topic, "title")), whole(field(topic, "id"))
    posts = _posts(documents)
    if not title or name is None or not posts:
        raise ThreadUnreadable(f"What came is not {WANTED}: it has no title or no posts.")
    opening = next((post for post in posts if post.get("post_number") == 1), {})
    names = {whole(post.get("post_number")): _name(post) for post in posts if post is not opening}
    told = [post for post in posts if post is not opening and not _is_small(post)]
    said = in_reading_order(_comment(post, names, canonical) for post in told)
    post = _post(topic, opening, title, f"{canonical.key.rpartition('/')[0]}/{name}")
    return make_thread(post, said, canonical, captured_at, via)


def _posts(documents: Sequence[Any]) -> list[dict[str, Any]]:
    """All posts of all documents, each once, in the order of the topic."""
    found: dict[str, dict[str, Any]] = {}
    for document in documents:
        for post in rows(field(field(document, "post_stream"), "posts")):
            if type(post) is dict:
                found.setdefault(_name(post), post)
    return sorted(found.values(), key=lambda post: whole(post.get("post_number")) or 0)


def _name(post: dict[str, Any]) -> str:
    return str(whole(post.get("id")) or f"post_{whole(post.get('post_number')) or 0}")


def _is_small(post: dict[str, Any]) -> bool:
    return post.get("post_type") == SMALL_ACTION and not text(post.get("cooked")).strip()


def _post(topic: Any, opening: dict[str, Any], title: str, url: str) -> Post:
    claimed = count(topic.get("posts_count"))
    featured = text(topic.get("featured_link"))
    return Post(
        url=url,
        title=title,
        author=line(opening.get("username")) or line(field(field(field(topic, "details"), "created_by"), "username")),
        posted_at=instant(opening.get("created_at")) or instant(topic.get("created_at")),
        score=_likes(opening),
        comment_count=max(0, claimed - 1) if claimed is not None else None,
        community=None,
        labels=_labels(topic),
        prose=_prose(opening.get("cooked")),
        linked=(featured,) if featured.startswith(("http://", "https://")) else (),
        private=text(topic.get("archetype")) == "private_message",
    )


def _labels(topic: Any) -> tuple[Label, ...]:
    found: list[Label] = [label for label in ("closed", "archived") if topic.get(label) is True]
    return (*found, "solved") if topic.get("accepted_answer") else tuple(found)


def _comment(post: dict[str, Any], names: dict[Any, str], canonical: CanonicalUrl) -> Said:
    state = _state(post)
    prose = _prose(post.get("cooked")) if state in ("ok", "collapsed") else Prose()
    answered, number = whole(post.get("reply_to_post_number")), whole(post.get("post_number"))
    comment = Comment(
        id=_name(post),
        author=line(post.get("username")),
        posted_at=instant(post.get("created_at")),
        score=_likes(post),
        parent=names.get(answered) if answered and answered > 1 else None,
        permalink=f"{canonical.key}/{number}" if number else None,
        text=prose.text,
        marks=prose.marks,
        state=state,
        edited=(whole(post.get("version")) or 1) > 1,
        by_moderator=any(post.get(name) is True for name in ("moderator", "admin", "staff")),
    )
    return Said(comment, prose.links)


def _state(post: dict[str, Any]) -> CommentState:
    if post.get("user_deleted") is True:
        return "deleted"
    if post.get("deleted_at") is not None:
        return "removed"
    return "collapsed" if post.get("hidden") is True else "ok"


def _likes(post: dict[str, Any]) -> int | None:
    """Likes, the only votes Discourse has; an action nobody took is left out of the list."""
    actions = post.get("actions_summary")
    if type(actions) is not list:
        return None
    return next((count(field(action, "count")) for action in actions if field(action, "id") == LIKE), 0)


def _prose(cooked: Any) -> Prose:
    """A post's words. What stands in an `aside` is quoted from another post or page."""
    return prose_of_html(_ASIDE.sub(r"<\1blockquote", _PICTURE_META.sub("", text(cooked))))


# ---- the page -------------------------------------------------------------------------------------


def _preloaded(tree: etree._Element, canonical: CanonicalUrl) -> Any:
    """The topic among the documents that a page brings along; each is a JSON text in a JSON object."""
    holder = first(tree, "//*[@id='data-preloaded']")
    try:
        stored = msgspec.json.decode(holder.get("data-preloaded", "")) if holder is not None else None
        topic = text(field(stored, f"topic_{canonical.thread_id}"))
        return msgspec.json.decode(topic) if topic else None
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def _from_page(body: bytes, tree: etree._Element, canonical: CanonicalUrl, captured_at: datetime) -> Thread:
    title = words(
        first(tree, "//h1[contains(@class, 'crawler-topic-title')]", "//h1[.//*[contains(@class, 'fancy-title')]]")
    )
    said = list(_shown(tree, canonical))
    if not title or not said:
        refuse_page(body, WANTED)
    head, *replies = said
    post = Post(
        url=canonical.key,
        title=title,
        author=head.comment.author,
        posted_at=head.comment.posted_at,
        score=head.comment.score,
        community=words(first(tree, "//*[contains(@class, 'category-title')]")) or None,
        prose=Prose(head.comment.text, head.comment.marks, head.links),
        is_counted=first(tree, "//*[@rel='next']") is None,
    )
    return make_thread(post, in_reading_order(replies), canonical, captured_at, "html")


def _shown(tree: etree._Element, canonical: CanonicalUrl) -> Iterator[Said]:
    """Posts of the page for robots, or of the page as a browser shows it. Whom one answers is not told."""
    for number, part in enumerate(tree.iter("div", "article"), 1):
        named = part.get("class", "")
        if "crawler-post" in named.split() or part.get("data-post-id"):
            yield _shown_post(part, number, canonical)


def _shown_post(part: etree._Element, place: int, canonical: CanonicalUrl) -> Said:
    number = shown_number(words(first(part, ".//*[@itemprop='position']")).lstrip("#"))
    time = first(part, ".//*[@itemprop='datePublished']", ".//time[not(@itemprop='dateModified')]")
    body = first(
        part,
        ".//*[@itemprop='articleBody' or @itemprop='text']",
        ".//*[contains(concat(' ', @class, ' '), ' cooked ')]",
    )
    prose = _prose(etree.tostring(body, encoding="unicode", with_tail=False) if body is not None else "")
    comment = Comment(
        id=part.get("data-post-id") or f"post_{number or place}",
        author=words(first(part, ".//*[@itemprop='author']//*[@itemprop='name']", ".//*[@data-user-card]")) or None,
        posted_at=instant(time.get("datetime") or time.get("content")) if time is not None else None,
        permalink=f"{canonical.key}/{number}" if number else None,
        text=prose.text,
        marks=prose.marks,
        edited=first(part, ".//*[@itemprop='dateModified']") is not None,
    )
    return Said(comment, prose.links)
