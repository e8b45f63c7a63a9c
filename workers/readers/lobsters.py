"""Lobsters: a story's page, or its JSON with a flat list of comments."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lxml import etree

from server.core.errors import ThreadUnreadable
from server.core.thread import Comment, CommentState, Thread
from server.core.urls import CanonicalUrl, SiteKind
from workers.readers.assemble import Post, Said, in_depth_order, in_reading_order, make_thread
from workers.readers.dom import classes, first, parse_html, words
from workers.readers.prose import prose_of_element, prose_of_html
from workers.readers.reader import HTML, JSON, Way
from workers.readers.values import count, decode_json, epoch, field, instant, line, rows, text, whole
from workers.readers.walls import refuse_page

SITE = "https://lobste.rs"
COMMUNITY = "Lobsters"
WANTED = "a Lobsters story"


def page_addresses(canonical: CanonicalUrl) -> list[str]:
    """The story's page, without and with its slug."""
    return list(dict.fromkeys([canonical.key, canonical.asked.removesuffix(".json")]))


KINDS: tuple[SiteKind, ...] = ("lobsters",)
WAYS: tuple[Way, ...] = (
    Way("json", JSON, lambda canonical: [f"{canonical.key}.json"]),
    Way("html", HTML, page_addresses),
)
WAY_OUT = "Try again in a few minutes, or open the story in your browser and use the Threadproof extension."


def parse(body: bytes, media_type: str, canonical: CanonicalUrl, captured_at: datetime) -> Thread:
    """The story in either form. See `Reader.parse`."""
    if body.lstrip()[:1] == b"<":
        return _parse_page(body, canonical, captured_at)
    return _parse_json(decode_json(body, "Lobsters' JSON of a story"), canonical, captured_at)


# ---- the page -------------------------------------------------------------------------------------


def _parse_page(body: bytes, canonical: CanonicalUrl, captured_at: datetime) -> Thread:
    tree = parse_html(body, WANTED)
    story = first(tree, "//li[starts-with(@id, 'story_')]", "//*[contains(@class, 'story_liner')]")
    link = first(story, ".//a[contains(@class, 'u-url')]")
    if story is None or link is None:
        refuse_page(body, WANTED)
    said = in_reading_order(_page_comments(tree))
    return make_thread(_page_post(tree, story, link, canonical), said, canonical, captured_at, "html")


def _page_post(tree: etree._Element, story: etree._Element, link: etree._Element, canonical: CanonicalUrl) -> Post:
    name = story.get("data-shortid", "")
    label = re.search(r"(\d+)\s+comments?\b", words(first(story, ".//*[contains(@class, 'comments_label')]")))
    href = link.get("href", "")
    return Post(
        url=f"{SITE}/s/{name}" if name else canonical.key,
        title=words(link),
        author=_author(first(story, ".//*[@class='byline']")),
        posted_at=_time(first(story, ".//*[@class='byline']")),
        score=_score(story),
        comment_count=int(label[1]) if label else None,
        community=COMMUNITY,
        prose=prose_of_element(first(tree, "//*[contains(@class, 'story_text')]")),
        linked=(href,) if href.startswith(("http://", "https://")) else (),
    )


def _page_comments(tree: etree._Element) -> Iterator[Said]:
    for part in tree.iterfind(".//div[@id]"):
        if "comment" in classes(part) and part.get("id", "").startswith("c_"):
            yield _page_comment(part)


def _page_comment(part: etree._Element) -> Said:
    name = part.get("id", "").removeprefix("c_")
    body = first(part, ".//*[contains(@class, 'comment_text')]")
    state = _state(words(body), part)
    prose = prose_of_element(body if state in ("ok", "collapsed") else None)
    comment = Comment(
        id=name,
        author=_author(first(part, ".//*[@class='byline']")),
        posted_at=_time(first(part, ".//*[@class='byline']")),
        score=_score(part),
        parent=_parent(part),
        permalink=f"{SITE}/c/{name}",
        text=prose.text,
        marks=prose.marks,
        state=state,
    )
    return Said(comment, prose.links)


def _state(told: str, part: etree._Element) -> CommentState:
    if re.fullmatch(r"\[?(?:Comment )?removed by (?:the )?author\]?\.?", told, re.IGNORECASE):
        return "deleted"
    if re.match(r"\[?(?:Comment|Thread) (?:removed|deleted) by\b", told, re.IGNORECASE) and len(told) < 300:
        return "removed"
    return "deleted" if not told or "deleted" in classes(part) else "ok"


def _parent(part: etree._Element) -> str | None:
    """The comment whose list of replies this one stands in."""
    own = True
    for above in part.iterancestors("li"):
        if "comments_subtree" not in classes(above):
            continue
        if own:
            own = False
            continue
        answered = first(above, "./div[starts-with(@id, 'c_')]")
        return answered.get("id", "").removeprefix("c_") if answered is not None else None
    return None


def _author(byline: etree._Element | None) -> str | None:
    named = first(byline, ".//a[(starts-with(@href, '/~') or starts-with(@href, '/u/')) and not(.//img)]")
    return words(named) or None


def _time(byline: etree._Element | None) -> datetime | None:
    time = first(byline, ".//time")
    if time is None:
        old = first(byline, ".//span[@title]")  # before 2023: <span title="2021-04-05 09:13:37 -0500">
        return instant(re.sub(r" ([+-]\d{4})$", r"\1", old.get("title", ""))) if old is not None else None
    seconds = time.get("data-at-unix", "")
    return epoch(int(seconds)) if seconds.isdecimal() and len(seconds) < 12 else None


def _score(part: etree._Element) -> int | None:
    told = words(first(part, ".//*[contains(@class, 'upvoter')]", ".//*[contains(@class, 'score')]"))
    return int(told) if re.fullmatch(r"-?\d{1,9}", told, re.ASCII) else None


# ---- JSON -----------------------------------------------------------------------------------------


def _parse_json(story: Any, canonical: CanonicalUrl, captured_at: datetime) -> Thread:
    title, name = line(field(story, "title")), line(field(story, "short_id"))
    if not title or not name:
        raise ThreadUnreadable(f"What came is not {WANTED}: it has no title.")
    comments = [part for part in rows(story.get("comments")) if type(part) is dict]
    told = [_json_comment(part, number) for number, part in enumerate(comments)]
    if comments and not any("parent_comment" in part for part in comments):  # JSON of 2021 says only how deep
        depths = [max(0, (whole(part.get("indent_level")) or 1) - 1) for part in comments]
        said = in_depth_order(zip(told, depths, strict=True))
    else:
        said = in_reading_order(told)
    address = text(story.get("url"))
    post = Post(
        url=f"{SITE}/s/{name}",
        title=title,
        author=_user(story.get("submitter_user")),
        posted_at=instant(story.get("created_at")),
        score=whole(story.get("score")),
        comment_count=count(story.get("comment_count")),
        community=COMMUNITY,
        prose=prose_of_html(text(story.get("description"))),
        linked=(address,) if address.startswith(("http://", "https://")) else (),
    )
    return make_thread(post, said, canonical, captured_at, "json")


def _json_comment(part: dict[str, Any], number: int) -> Said:
    name = line(part.get("short_id"))
    state: CommentState = "ok"
    if part.get("is_moderated") is True or part.get("is_deleted") is True:
        state = "removed" if part.get("is_moderated") is True else "deleted"
    prose = prose_of_html(text(part.get("comment")) if state == "ok" else "")
    comment = Comment(
        id=name or f"unnamed-{number}",
        author=_user(part.get("commenting_user")),
        posted_at=instant(part.get("created_at")),
        score=whole(part.get("score")),
        parent=line(part.get("parent_comment")),
        permalink=f"{SITE}/c/{name}" if name and name.isalnum() else None,
        text=prose.text,
        marks=prose.marks,
        state=state,
    )
    return Said(comment, prose.links)


def _user(value: Any) -> str | None:
    """A name; older JSON has the whole account in its place."""
    return line(value) or line(field(value, "username"))
