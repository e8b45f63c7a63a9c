"""Mastodon, and what speaks its API, on any instance: a status and what answers it. Pages show nothing to servers."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from server.core.errors import InvalidUrl, ThreadPrivate, ThreadUnavailable, ThreadUnreadable
from server.core.thread import Comment, Label, Thread
from server.core.urls import CanonicalUrl, SiteKind, canonical_url
from workers.readers.assemble import Post, Said, in_reading_order, make_thread
from workers.readers.prose import Prose, join_prose, lay_out, prose_of_html, prose_of_text
from workers.readers.reader import JSON, PartOfThread, Way
from workers.readers.values import count, decode_documents, field, instant, line, rows, text, whole
from workers.readers.walls import refuse_page

WANTED = "a Mastodon post"
LONGEST_TITLE = 100  # characters; a status has no title, its first words serve as one


def status_addresses(canonical: CanonicalUrl) -> list[str]:
    """The status on its own instance."""
    return [f"{_root(canonical)}/api/v1/statuses/{_status_id(canonical)}"]


def context_addresses(canonical: CanonicalUrl, told: Sequence[Any]) -> list[str]:
    """What stands above and below it."""
    return [f"{_root(canonical)}/api/v1/statuses/{_status_id(canonical)}/context"]


def _status_id(canonical: CanonicalUrl) -> str:
    return canonical.thread_id or canonical.key.rpartition("/")[2]


def _root(canonical: CanonicalUrl) -> str:
    parts = urlsplit(canonical.key)
    return f"{parts.scheme}://{parts.netloc}"


KINDS: tuple[SiteKind, ...] = ("mastodon",)
WAYS: tuple[Way, ...] = (Way("api", JSON, status_addresses, context_addresses, most=1),)
WAY_OUT = "Some instances show posts to their members only; open it in your browser and use the Threadproof extension."


def parse(body: bytes, media_type: str, canonical: CanonicalUrl, captured_at: datetime) -> Thread:
    """The status as a post, its descendants as comments; PartOfThread for an answer or another instance's copy."""
    if body.lstrip()[:1] == b"<":
        refuse_page(body, WANTED)
    documents = decode_documents(body, "Mastodon's JSON of a post")
    status = documents[0] if documents else None
    _refuse_error(status)
    name, address = _name(status), text(field(status, "url"))
    if not name or not text(field(field(status, "account"), "acct")):
        raise ThreadUnreadable(f"What came is not {WANTED}: it has no number or no author.")
    context = documents[1] if len(documents) > 1 else None
    _refuse_part(address, field(context, "ancestors"), canonical)
    said = in_reading_order(_comments(context, name, canonical))
    post = _post(status, address, len(said), canonical)
    return make_thread(post, said, canonical, captured_at, "api")


def _refuse_error(status: Any) -> None:
    told = line(field(status, "error"))
    if told and re.search(r"authenticated|authori[sz]ed|log ?in", told, re.IGNORECASE):
        raise ThreadPrivate(f"The instance shows its posts to members only (“{told}”).")
    if told:
        retryable = "many requests" in told.lower()
        raise ThreadUnavailable(f"The instance answered “{told}” instead of the post.", retryable=retryable)


def _refuse_part(address: str, ancestors: Any, canonical: CanonicalUrl) -> None:
    """An answer belongs to the thread of its oldest ancestor, a copy to the instance that it came from."""
    above = next((text(field(status, "url")) for status in rows(ancestors)), address)
    try:
        found = canonical_url(above)
    except InvalidUrl:
        return
    if found.kind == "mastodon" and found.key != canonical.key:
        raise PartOfThread(found.key)


def _name(status: Any) -> str:
    told = text(field(status, "id"))
    return told if re.fullmatch(r"[\w-]{1,64}", told, re.ASCII) else ""


def _post(status: Any, address: str, shown: int, canonical: CanonicalUrl) -> Post:
    prose = _prose(status)
    card = text(field(field(status, "card"), "url"))
    warning = line(field(status, "spoiler_text"))
    return Post(
        url=address or canonical.key,
        title=_title(warning or prose.text or "") or f"A post by {field(field(status, 'account'), 'acct')}",
        author=_person(status, canonical),
        posted_at=instant(field(status, "created_at")),
        score=whole(field(status, "favourites_count")),
        comment_count=max(shown, count(field(status, "replies_count")) or 0),
        community=None,
        language=line(field(status, "language")),
        labels=_labels(status),
        prose=prose,
        linked=(card,) if card.startswith(("http://", "https://")) else (),
        private=text(field(status, "visibility")) in ("private", "direct"),
    )


def _title(words: str) -> str:
    """The first sentence or line, cut between words where it is long."""
    first = re.split(r"(?<=[.!?…。！？])\s|\n", words.strip(), maxsplit=1)[0]
    if len(first) <= LONGEST_TITLE:
        return first
    return (
        first[:LONGEST_TITLE].rpartition(" ")[0].rstrip(" ,;:") + "…"
        if " " in first[:LONGEST_TITLE]
        else first[:99] + "…"
    )


def _labels(status: Any) -> tuple[Label, ...]:
    found: list[Label] = ["nsfw"] if field(status, "sensitive") is True else []
    return (*found, "poll") if field(status, "poll") else tuple(found)


def _comments(context: Any, root: str, canonical: CanonicalUrl) -> Iterator[Said]:
    for status in rows(field(context, "descendants")):
        name = _name(status)
        if not name:
            continue
        prose, above = _prose(status), text(field(status, "in_reply_to_id"))
        address = text(field(status, "url"))
        comment = Comment(
            id=name,
            author=_person(status, canonical),
            posted_at=instant(field(status, "created_at")),
            score=whole(field(status, "favourites_count")),
            parent=above if above != root else None,
            permalink=address if address.startswith("https://") else None,
            text=prose.text,
            marks=prose.marks,
            state="collapsed" if line(field(status, "spoiler_text")) else "ok",
            edited=instant(field(status, "edited_at")) is not None,
        )
        yield Said(comment, prose.links)


def _prose(status: Any) -> Prose:
    """The words, behind their warning, and before a poll's options and what pictures are said to show."""
    warning = prose_of_text(text(field(status, "spoiler_text")))
    options = rows(field(field(status, "poll"), "options"))
    items = [("item", name) for option in options if (name := line(field(option, "title")))]
    return join_prose(warning, prose_of_html(text(field(status, "content"))), lay_out(items, ()))


def _person(status: Any, canonical: CanonicalUrl) -> str | None:
    """ "name" here, "name@instance" for one from elsewhere, as the instance writes it."""
    return line(field(field(status, "account"), "acct"))
