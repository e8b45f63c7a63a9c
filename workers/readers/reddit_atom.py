"""Reddit's Atom feed of a post: the post and its newest comments, flat, without scores."""

import re
from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from server.core.errors import ThreadUnreadable
from server.core.thread import Comment, Thread
from server.core.urls import CanonicalUrl
from workers.readers.assemble import MOST_COMMENTS, Post, Said, make_thread
from workers.readers.dom import LARGEST_BYTES
from workers.readers.prose import Prose, prose_of_html
from workers.readers.reader import Way
from workers.readers.reddit import KINDS, SITE, WAY_OUT, author, comment_address, community, permalink, state_of
from workers.readers.values import instant
from workers.readers.walls import refuse_page

__all__ = ["KINDS", "WAYS", "WAY_OUT", "addresses", "parse"]

WANTED = "Reddit's Atom feed of a thread"
ATOM = "{http://www.w3.org/2005/Atom}"
_LINK = re.compile(r'<a href="([^"<>]*)">\[link\]</a>')
WRITTEN = ("<!-- SC_OFF -->", "<!-- SC_ON -->")  # around what a person wrote; the rest Reddit adds


def addresses(canonical: CanonicalUrl) -> list[str]:
    """The feed under the thread's short path, then under the path a person has."""
    asked = canonical.asked.partition("?")[0].removesuffix(".rss").rstrip("/")
    short = f"{SITE}/comments/{canonical.thread_id}/.rss"
    return list(dict.fromkeys([f"{short}?limit=500", short, f"{asked}/.rss"]))


WAYS: tuple[Way, ...] = (Way("atom", "application/atom+xml", addresses),)


def parse(body: bytes, media_type: str, canonical: CanonicalUrl, captured_at: datetime) -> Thread:
    """The thread in a feed; parents are not told, so every comment is top-level. See `Reader.parse`."""
    entries = _entries(body)
    posts = [entry for entry in entries if _id(entry).startswith("t3_")]
    own = [entry for entry in posts if _id(entry) == f"t3_{canonical.thread_id}"]
    if not own and len(posts) != 1:
        raise ThreadUnreadable(f"What came is not {WANTED}: it holds {len(posts)} posts, none of them this one.")
    post = _post((own or posts)[0])
    said = _unique(_comment(entry, post) for entry in entries if _id(entry).startswith("t1_"))
    return make_thread(post, list(said), canonical, captured_at, "atom")


def _entries(body: bytes) -> list[etree._Element]:
    if b"<feed" not in body[:2000]:
        refuse_page(body, WANTED)
    if len(body) > LARGEST_BYTES:
        raise ThreadUnreadable(f"What came instead of {WANTED} is larger than {LARGEST_BYTES:,} bytes.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, recover=False)
    try:
        feed = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ThreadUnreadable(f"What came is not {WANTED}: truncated, damaged or another page. Try again.") from error
    return [entry for entry in feed.iterfind(f"{ATOM}entry") if _text(entry, "title")]


def _post(entry: etree._Element) -> Post:
    content = entry.findtext(f"{ATOM}content") or ""
    prose = _prose(content)
    link = _LINK.search(content)
    category = entry.find(f"{ATOM}category")
    return Post(
        url=_address(entry) or f"{SITE}/comments/{_id(entry)[3:]}/",
        title=_text(entry, "title"),
        author=_author(entry),
        posted_at=instant(_text(entry, "published") or _text(entry, "updated")),
        community=community(category.get("label") or category.get("term")) if category is not None else None,
        labels=("removed",) if state_of(prose.text) == "removed" else (),
        prose=Prose() if state_of(prose.text) else prose,
        linked=prose_of_html(link[0]).links if link else (),
        is_counted=False,
    )


def _comment(entry: etree._Element, post: Post) -> Said:
    name = _id(entry)[3:]
    prose = _prose(entry.findtext(f"{ATOM}content") or "")
    gone = state_of(prose.text)
    kept = Prose() if gone else prose
    thread_id = (post.url or "").partition("/comments/")[2].partition("/")[0]
    comment = Comment(
        id=name,
        author=_author(entry),
        posted_at=instant(_text(entry, "published") or _text(entry, "updated")),
        permalink=_address(entry) or comment_address(thread_id, name),
        text=kept.text,
        marks=kept.marks,
        state=gone or "ok",
    )
    return Said(comment, kept.links)


def _unique(told: Iterator[Said]) -> Iterator[Said]:
    seen: set[str] = set()
    for said in told:
        if said.comment.id not in seen and len(seen) < MOST_COMMENTS:
            seen.add(said.comment.id)
            yield said


def _prose(content: str) -> Prose:
    start, end = content.find(WRITTEN[0]), content.rfind(WRITTEN[1])
    return prose_of_html(content[start:end]) if 0 <= start < end else Prose()


def _id(entry: etree._Element) -> str:
    told = _text(entry, "id")
    return told if re.fullmatch(r"t[13]_[0-9a-z]{1,13}", told) else ""


def _author(entry: etree._Element) -> str | None:
    """The name without "/u/"; an account that is gone has no author element."""
    return author((entry.findtext(f"{ATOM}author/{ATOM}name") or "").strip().removeprefix("/u/"))


def _address(entry: etree._Element) -> str | None:
    link = entry.find(f"{ATOM}link")
    return permalink(link.get("href", "").removeprefix(SITE)) if link is not None else None


def _text(entry: etree._Element, name: str) -> str:
    return " ".join((entry.findtext(f"{ATOM}{name}") or "").split())
