"""Lemmy, on any instance: the API's post and its comments, or the page, which brings the same along in a script."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec

from server.core.errors import ThreadPrivate, ThreadUnavailable, ThreadUnreadable
from server.core.thread import Comment, CommentState, Label, Thread
from server.core.urls import CanonicalUrl, SiteKind
from workers.readers.assemble import Post, Said, in_reading_order, make_thread
from workers.readers.markdown import prose_of_markdown
from workers.readers.prose import Prose
from workers.readers.reader import HTML, JSON, PartOfThread, Way
from workers.readers.values import count, decode_documents, field, instant, line, rows, text, whole
from workers.readers.walls import refuse_page

WANTED = "a Lemmy post"
_PRIVATE = ("instance_is_private", "not_logged_in", "community_is_private", "incorrect_login")
_STATE = re.compile(rb"window\.isoData *= *(?=\{)")
_UNDEFINED = re.compile(rb"(?<=[:\[,])undefined(?=[,}\]])")  # the script is JavaScript, and no text of it can hold this
MOST_PAGES = 10


def api_addresses(canonical: CanonicalUrl) -> list[str]:
    """The post; for a comment's own address the comment, which names its post."""
    site = _root(canonical)
    if canonical.thread_id is None:
        return [f"{site}/api/v3/comment?id={canonical.comment}"]
    return [f"{site}/api/v3/post?id={canonical.thread_id}"]


def comments_addresses(canonical: CanonicalUrl, told: Sequence[Any]) -> list[str]:
    """All comments at once where the instance gives them so, else page by page until none is new."""
    claimed = _claimed(field(field(told[0], "post_view"), "counts"), field(field(told[0], "post_view"), "post"))
    pages = [
        {whole(field(field(view, "comment"), "id")) for view in rows(field(page, "comments"))} for page in told[1:]
    ]
    had = set().union(*pages[:-1])
    if claimed == 0 or (pages and (not pages[-1] - had or len(had | pages[-1]) >= (claimed or 0))):
        return []
    asked = f"post_id={canonical.thread_id}&type_=All&sort=Top&max_depth=8&limit=50"
    return [f"{_root(canonical)}/api/v3/comment/list?{asked}&page={len(pages) + 1}"]


def _root(canonical: CanonicalUrl) -> str:
    parts = urlsplit(canonical.key)
    return f"{parts.scheme}://{parts.netloc}"


KINDS: tuple[SiteKind, ...] = ("lemmy",)
WAYS: tuple[Way, ...] = (
    Way("api", JSON, api_addresses, comments_addresses, most=MOST_PAGES),
    Way("html", HTML, lambda canonical: list(dict.fromkeys([canonical.key, canonical.asked]))),
)
WAY_OUT = "Check that the post opens in your browser, then use the Threadproof extension on it."


def parse(body: bytes, media_type: str, canonical: CanonicalUrl, captured_at: datetime) -> Thread:
    """The post in either form; PartOfThread for a comment. See `Reader.parse`."""
    if body.lstrip()[:1] == b"<":
        return _from_json(_in_page(body), canonical, captured_at, "html")
    return _from_json(decode_documents(body, "Lemmy's JSON of a post"), canonical, captured_at, "api")


def _in_page(body: bytes) -> list[Any]:
    """The API's answers that a page was made from."""
    match = _STATE.search(body)
    end = body.find(b"</script>", match.end()) if match else -1
    if match is None or end < 0:
        refuse_page(body, WANTED)
    script = _UNDEFINED.sub(b"null", body[match.end() : end]).rstrip(b" \n;")
    try:
        state = msgspec.json.decode(script)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ThreadUnreadable(f"What came is not {WANTED}: its data is damaged. Try again.") from error
    answers = field(state, "routeData")
    return [field(field(answers, name), "data") or field(answers, name) for name in ("postRes", "commentsRes")]


def _from_json(documents: list[Any], canonical: CanonicalUrl, captured_at: datetime, via: Any) -> Thread:
    _refuse_error(documents[0] if documents else None)
    lone = field(field(field(documents[0] if documents else None, "comment_view"), "post"), "id")
    if whole(lone):
        raise PartOfThread(f"{_root(canonical)}/post/{lone}")
    view = field(documents[0] if documents else None, "post_view")
    told = field(view, "post")
    title, name = line(field(told, "name")), whole(field(told, "id"))
    if not title or name is None:
        raise ThreadUnreadable(f"What came is not {WANTED}: it has no title or no number.")
    post = _post(view, told, title, f"{_root(canonical)}/post/{name}", canonical)
    said = in_reading_order(_comments(documents[1:], field(told, "creator_id"), canonical))
    return make_thread(post, said, canonical, captured_at, via)


def _refuse_error(answer: Any) -> None:
    told = text(field(answer, "error"))
    if told in _PRIVATE:
        raise ThreadPrivate("The instance or the community shows this post to its members only.")
    if told:
        raise ThreadUnavailable(f"The instance answered “{told}” instead of the post.", retryable="rate_limit" in told)


def _claimed(*counts: Any) -> int | None:
    return next((found for each in counts if (found := count(field(each, "comments"))) is not None), None)


def _post(view: Any, told: Any, title: str, url: str, canonical: CanonicalUrl) -> Post:
    labels = _labels(told)
    address = text(field(told, "url"))
    counts = field(view, "counts") or told
    community = field(view, "community")
    return Post(
        url=url,
        title=title,
        author=_person(field(view, "creator"), canonical),
        posted_at=instant(field(told, "published") or field(told, "published_at")),
        score=whole(field(counts, "score")),
        comment_count=_claimed(counts),
        community=f"!{_at(community, canonical)}" if line(field(community, "name")) else None,
        labels=labels,
        prose=prose_of_markdown(text(field(told, "body"))) if not {"removed", "deleted"} & set(labels) else Prose(),
        linked=(address,) if address.startswith(("http://", "https://")) else (),
        private=text(field(community, "visibility")).lower() in ("private", "localonlyprivate"),
    )


def _labels(told: Any) -> tuple[Label, ...]:
    return tuple(label for label in _FLAGS if field(told, label) is True)


_FLAGS: tuple[Label, ...] = ("nsfw", "locked", "removed", "deleted")


def _comments(answers: Sequence[Any], poster: Any, canonical: CanonicalUrl) -> Iterator[Said]:
    for view in (view for answer in answers for view in rows(field(answer, "comments"))):
        told = field(view, "comment")
        if whole(field(told, "id")):
            yield _comment(view, told, poster, canonical)


def _comment(view: Any, told: Any, poster: Any, canonical: CanonicalUrl) -> Said:
    state: CommentState = "ok"
    if field(told, "removed") is True or field(told, "deleted") is True:
        state = "removed" if field(told, "removed") is True else "deleted"
    prose = prose_of_markdown(text(field(told, "content"))) if state == "ok" else Prose()
    name = str(told["id"])
    above = text(field(told, "path")).split(".")[1:-1]  # "0.12.15": from the post through 12 to 15
    comment = Comment(
        id=name,
        author=_person(field(view, "creator"), canonical),
        posted_at=instant(field(told, "published") or field(told, "published_at")),
        score=whole(field(field(view, "counts") or told, "score")),
        parent=above[-1] if above else None,
        permalink=f"{_root(canonical)}/comment/{name}",
        text=prose.text,
        marks=prose.marks,
        state=state,
        edited=instant(field(told, "updated") or field(told, "updated_at")) is not None,
        by_poster=poster is not None and field(told, "creator_id") == poster,
        by_moderator=field(told, "distinguished") is True,
    )
    return Said(comment, prose.links)


def _person(creator: Any, canonical: CanonicalUrl) -> str | None:
    return _at(creator, canonical) or None if field(creator, "deleted") is not True else None


def _at(told: Any, canonical: CanonicalUrl) -> str:
    """A name as this instance shows it: "name", or "name@instance" for one from elsewhere."""
    name, home = line(field(told, "name")) or "", urlsplit(text(field(told, "actor_id") or field(told, "ap_id"))).netloc
    return f"{name}@{home}" if name and home and home.removeprefix("www.") != canonical.site else name
