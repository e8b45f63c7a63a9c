"""old.reddit, and all of Reddit before 2018: posts and comments are `thing`s, replies stand inside their parents."""

import re
from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from server.core.thread import Comment, CommentState, Label, Thread
from server.core.urls import CanonicalUrl
from workers.readers.assemble import MOST_COMMENTS, Post, Said, in_reading_order, make_thread
from workers.readers.dom import classes, first, parse_html, words
from workers.readers.prose import Prose, prose_of_element
from workers.readers.reddit import SITE, author, comment_address, community, permalink, state_of
from workers.readers.values import instant, milliseconds, shown_number

MARK = re.compile(rb'id="siteTable"|data-fullname="t3_|id="thing_t3_')
WANTED = "a Reddit thread in old.reddit's markup"
_NAME = re.compile(r"(t[13])_([0-9a-z]{1,13})")
_TEXT = ".//*[contains(concat(' ', @class, ' '), ' usertext-body ')]//*[contains(concat(' ', @class, ' '), ' md ')]"
_TITLE = ".//a[contains(concat(' ', @class, ' '), ' title ')]"
_BYLINE = ".//a[contains(concat(' ', @class, ' '), ' author ')]"
_ENTRY = "./div[contains(concat(' ', @class, ' '), ' entry ')]"
_LABELS: tuple[tuple[Label, str], ...] = (("nsfw", "data-nsfw"), ("spoiler", "data-spoiler"))
_CLASSES: dict[str, Label] = {"over18": "nsfw", "spoiler": "spoiler", "locked": "locked", "archived": "archived"}


def parse(body: bytes, canonical: CanonicalUrl, captured_at: datetime) -> Thread | None:
    """The thread on a page; None where no one post is it."""
    tree = parse_html(body, WANTED)
    things = [part for part in tree.iter("div") if "thing" in classes(part)]
    posts = [part for part in things if _name(part)[0] == "t3" and "promoted" not in classes(part)]
    own = [part for part in posts if _name(part)[1] == canonical.thread_id]
    if not own and len(posts) != 1:
        return None
    part = (own or posts)[0]
    title = words(first(part, _TITLE))
    if not title:
        return None
    said = in_reading_order(_comments(things, _name(part)[1]))
    return make_thread(_post(tree, part, title), said, canonical, captured_at, "html")


def _name(part: etree._Element) -> tuple[str, str]:
    """("t3", id) of a post, ("t1", id) of a comment, by attribute or, before 2014, by class."""
    told = part.get("data-fullname") or part.get("id", "").removeprefix("thing_")
    match = _NAME.fullmatch(told) or _NAME.search(" ".join(classes(part)))
    return (match[1], match[2]) if match else ("", "")


# ---- the post -------------------------------------------------------------------------------------


def _post(tree: etree._Element, part: etree._Element, title: str) -> Post:
    body = prose_of_element(first(part, f".//*[contains(@class, 'expando')]{_TEXT[1:]}", _TEXT))
    gone = state_of(body.text)
    address = part.get("data-url", "") or _href(first(part, _TITLE))
    comments = first(part, ".//a[contains(concat(' ', @class, ' '), ' comments ')]")
    place = permalink(part.get("data-permalink")) or _here(_href(comments))
    return Post(
        url=place or f"{SITE}/comments/{_name(part)[1]}/",
        title=title,
        author=_author(part),
        posted_at=_posted_at(part),
        score=_post_score(tree, part),
        comment_count=shown_number(part.get("data-comments-count", "") or words(comments)),
        community=community(part.get("data-subreddit-prefixed") or part.get("data-subreddit")) or _place(place),
        flair=words(first(part, ".//*[contains(concat(' ', @class, ' '), ' linkflairlabel ')]")) or None,
        labels=_labels(tree, part, gone),
        prose=Prose() if gone else body,
        linked=(address,) if address.startswith(("http://", "https://")) else (),
        private=first(tree, "//*[contains(@class, 'quarantine-notice')]") is not None,
    )


def _labels(tree: etree._Element, part: etree._Element, gone: CommentState | None) -> tuple[Label, ...]:
    found = [label for label, name in _LABELS if part.get(name) == "true"]
    found += [label for name, label in _CLASSES.items() if name in classes(part) and label not in found]
    if first(tree, "//*[contains(@class, 'archived-infobar')]") is not None:
        found.append("archived")
    if first(tree, "//*[contains(@class, 'locked-infobar')]") is not None:
        found.append("locked")
    if gone:
        found.append("deleted" if gone == "deleted" else "removed")
    return tuple(dict.fromkeys(found))


def _post_score(tree: etree._Element, part: etree._Element) -> int | None:
    """Exact in an attribute or in the box beside the thread, else as the arrows show it."""
    told = part.get("data-score", "") or words(first(tree, "//*[contains(@class, 'linkinfo')]//*[@class='number']"))
    return shown_number(told or words(first(part, ".//*[contains(concat(' ', @class, ' '), ' unvoted ')]")))


def _href(link: etree._Element | None) -> str:
    return link.get("href", "") if link is not None else ""


def _here(address: str) -> str | None:
    match = re.match(r"https?://[\w.]*reddit\.com(/[^?#]*)", address)
    return permalink(match[1]) if match else permalink(address)


def _place(address: str | None) -> str | None:
    match = re.search(r"/(r|user)/([\w-]{2,40})/comments/", address or "")
    return community(("u/" if match[1] == "user" else "r/") + match[2]) if match else None


# ---- comments -------------------------------------------------------------------------------------


def _comments(things: list[etree._Element], thread_id: str) -> Iterator[Said]:
    parents: dict[etree._Element, str] = {}
    for part in things[: 2 * MOST_COMMENTS]:
        kind, name = _name(part)
        entry = first(part, _ENTRY)
        if kind != "t1" or entry is None or "morechildren" in classes(part):
            continue
        parents[part] = name
        above = next((parents[around] for around in part.iterancestors("div") if around in parents), None)
        yield _comment(part, entry, name, above, thread_id)


def _comment(part: etree._Element, entry: etree._Element, name: str, above: str | None, thread_id: str) -> Said:
    prose = prose_of_element(first(entry, _TEXT))
    state = state_of(prose.text) or _state(part, prose)
    kept = prose if state in ("ok", "collapsed") else Prose()
    byline = first(entry, _BYLINE)
    marks = classes(byline) if byline is not None else []
    comment = Comment(
        id=name,
        author=_author(part if part.get("data-author") else entry),
        posted_at=_posted_at(entry),
        score=_comment_score(entry),
        parent=above,
        permalink=permalink(part.get("data-permalink"))
        or _here(_href(first(entry, ".//a[contains(concat(' ', @class, ' '), ' bylink ')]")))
        or comment_address(thread_id, name),
        text=kept.text,
        marks=kept.marks,
        state=state,
        edited=first(
            entry, ".//time[contains(@class, 'edited-timestamp')]", ".//em[starts-with(@title, 'last edited')]"
        )
        is not None,
        by_poster="submitter" in marks,
        by_moderator=bool({"moderator", "admin"} & set(marks)),
    )
    return Said(comment, kept.links)


def _state(part: etree._Element, prose: Prose) -> CommentState:
    if not prose.text and ("deleted" in classes(part) or "[deleted]" in words(first(part, f"{_ENTRY}//em"))):
        return "deleted"
    return "collapsed" if "collapsed" in classes(part) else "ok"


def _comment_score(entry: etree._Element) -> int | None:
    score = first(
        entry, ".//span[contains(@class, 'score') and contains(@class, 'unvoted')]", ".//span[@class='score']"
    )
    return shown_number(score.get("title", "") or words(score)) if score is not None else None


def _author(part: etree._Element) -> str | None:
    return author(part.get("data-author")) or author(
        words(first(part, ".//a[contains(concat(' ', @class, ' '), ' author ')]"))
    )


def _posted_at(part: etree._Element) -> datetime | None:
    time = first(part, ".//time[@datetime]")
    told = instant(time.get("datetime")) if time is not None else None
    stamp = part.get("data-timestamp", "")
    return milliseconds(int(stamp)) if told is None and re.fullmatch(r"\d{10,14}", stamp, re.ASCII) else told
