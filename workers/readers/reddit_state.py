"""The data that Reddit's page of 2018 carries in a script: `window.___r = {…}`, posts and comments by their names.

Texts are Reddit's rich text: a tree of paragraphs and runs (`par`, `text`, `link`, …), here laid out as HTML is.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from server.core.thread import Comment, CommentState, Label, Thread
from server.core.urls import CanonicalUrl
from workers.readers.assemble import MOST_COMMENTS, Post, Said, in_reading_order, make_thread
from workers.readers.prose import Prose, prose_of_html
from workers.readers.reddit import SITE, author, comment_address, community, permalink, state_of
from workers.readers.rich_text import prose_of_rich_text
from workers.readers.values import count, epoch, field, line, milliseconds, text, whole

_SCRIPT = re.compile(rb"window\.___r *= *(?=\{)")
_GONE: dict[str, CommentState] = {"author": "deleted", "user": "deleted", "moderator": "removed", "admin": "removed"}
_LABELS: tuple[tuple[Label, str], ...] = (
    ("nsfw", "isNSFW"),
    ("spoiler", "isSpoiler"),
    ("locked", "isLocked"),
    ("archived", "isArchived"),
    ("contest", "contestMode"),
)
_TYPES: dict[str, Label] = {"gallery": "gallery", "video": "video", "gifvideo": "video", "poll": "poll"}

Scalar = str | int | float | bool | None
Models = dict[str, Any]


class Shelf(msgspec.Struct):
    """Models by name."""

    models: "Models | Scalar | list[Any]" = None


class Features(msgspec.Struct):
    """Where later pages keep the comments."""

    comments: "Shelf | Scalar | list[Any]" = None


class State(msgspec.Struct):
    """The part of the page's state that is the thread."""

    posts: "Shelf | Scalar | list[Any]" = None
    comments: "Shelf | Scalar | list[Any]" = None
    features: "Features | Scalar | list[Any]" = None


def parse(body: bytes, canonical: CanonicalUrl, captured_at: datetime) -> Thread | None:
    """The thread in the page's state; None where there is no state or this thread's comments are not in it."""
    state, name = _state_of_page(body), f"t3_{canonical.thread_id}"
    post = _models(state.posts).get(name) if state else None
    if state is None or not line(field(post, "title")):
        return None
    later = state.features.comments if isinstance(state.features, Features) else None
    said = in_reading_order(_comments(_models(state.comments) or _models(later), name))
    thread_id = name.removeprefix("t3_")
    return make_thread(_post(post, thread_id), said, canonical, captured_at, "html")


def _state_of_page(body: bytes) -> State | None:
    match = _SCRIPT.search(body)
    end = body.find(b"</script>", match.end()) if match else -1
    if match is None or end < 0:
        return None
    try:
        return msgspec.json.decode(body[match.end() : end].rstrip(b" \n;"), type=State)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def _models(shelf: Any) -> Models:
    return shelf.models if isinstance(shelf, Shelf) and isinstance(shelf.models, dict) else {}


def _post(told: Any, thread_id: str) -> Post:
    media = field(told, "media")
    source = text(field(field(told, "source"), "url"))
    prose = _prose(media) if text(field(media, "type")) in ("rtjson", "text", "gallery", "") else Prose()
    labels = _labels(told, media)
    return Post(
        url=permalink(_path(field(told, "permalink"))) or f"{SITE}/comments/{thread_id}/",
        title=line(field(told, "title")) or "",
        author=author(field(told, "author")),
        posted_at=milliseconds(field(told, "created")),
        score=None if field(told, "hideScore") is True else whole(field(told, "score")),
        comment_count=count(field(told, "numComments")),
        community=_community(text(field(told, "permalink"))),
        flair=_flair(field(told, "flair")),
        labels=labels,
        prose=prose if not {"removed", "deleted"} & set(labels) else Prose(),
        linked=(source,) if source.startswith(("http://", "https://")) else (),
    )


def _labels(told: Any, media: Any) -> tuple[Label, ...]:
    found: list[Label] = [label for label, name in _LABELS if field(told, name) is True]
    if kind := _TYPES.get(text(field(media, "type"))):
        found.append(kind)
    if text(field(told, "crosspostParentId")) or text(field(told, "crosspostRootId")):
        found.append("crosspost")
    gone = state_of(text(field(media, "markdownContent")) or text(field(media, "content")))
    if gone or _GONE.get(text(field(told, "removedBy")) or text(field(told, "removedByCategory"))):
        found.append("deleted" if gone == "deleted" else "removed")
    return tuple(found)


def _flair(value: Any) -> str | None:
    told = [text(field(part, "text")) for part in value if type(part) is dict] if isinstance(value, list) else []
    return line(" ".join(told))


def _path(value: Any) -> str:
    """A path; the state also spells it as a whole address."""
    return text(value).removeprefix("https://www.reddit.com").partition("?")[0]


def _community(path: str) -> str | None:
    match = re.search(r"/(r|user)/([\w-]{2,40})/comments/", path)
    return community(("u/" if match[1] == "user" else "r/") + match[2]) if match else None


def _comments(models: Models, post: str) -> Iterator[Said]:
    """Comments as the page chains them, what no chain reaches behind them."""
    for name in list(_in_chain(models))[:MOST_COMMENTS]:
        told = models[name]
        if type(told) is dict and text(told.get("postId")) in (post, ""):
            yield _comment(told, name.removeprefix("t1_"), post.removeprefix("t3_"))


def _in_chain(models: Models) -> Iterator[str]:
    seen: set[str] = set()
    heads = [name for name, told in models.items() if not text(field(field(told, "prev"), "id"))]
    for head in [*heads, *models]:
        name = head
        while name in models and name not in seen:
            seen.add(name)
            yield name
            name = text(field(field(models[name], "next"), "id"))


def _comment(told: Models, name: str, thread_id: str) -> Said:
    media = told.get("media")
    prose = _prose(media)
    state = _state(told, prose)
    kept = prose if state in ("ok", "collapsed") else Prose()
    comment = Comment(
        id=name,
        author=author(told.get("author")),
        posted_at=epoch(told.get("created")),
        score=None if told.get("isScoreHidden") is True else whole(told.get("score")),
        parent=text(told.get("parentId")).removeprefix("t1_") or None,
        permalink=permalink(_path(told.get("permalink"))) or comment_address(thread_id, name),
        text=kept.text,
        marks=kept.marks,
        state=state,
        edited=epoch(told.get("editedAt")) is not None,
        by_moderator=told.get("distinguishType") in ("moderator", "admin"),
    )
    return Said(comment, kept.links)


def _state(told: Models, prose: Prose) -> CommentState:
    gone = _GONE.get(text(told.get("deletedBy"))) or state_of(prose.text)
    if gone or told.get("isDeleted") is True:
        return gone or "deleted"
    return "collapsed" if told.get("collapsed") is True else "ok"


def _prose(media: Any) -> Prose:
    document = field(field(media, "richtextContent"), "document")
    if isinstance(document, list):
        return prose_of_rich_text(document)
    return prose_of_html(text(field(media, "content")))
