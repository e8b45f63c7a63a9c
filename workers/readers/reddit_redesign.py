"""Reddit's page as it was from 2018 to 2023, as a browser shows it: comments one after another, each with its level.

Its class names change by the week; what stays are `Comment t1_…`, `Post t3_…` and the test ids. The page of 2018 also
carries its data in a script, which says more and is read first (see `reddit_state`). Each comment is parsed by itself:
a page of 2.2 MB as one tree takes five times its size.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from server.core.thread import Comment, CommentState, Label, Thread
from server.core.urls import CanonicalUrl
from workers.readers import reddit_state
from workers.readers.assemble import MOST_COMMENTS, Post, Said, in_depth_order, make_thread
from workers.readers.dom import detach, first, parse_html, words
from workers.readers.prose import Prose, prose_of_element
from workers.readers.reddit import SITE, author, comment_address, community, shown_state_of
from workers.readers.values import shown_number

MARK = re.compile(rb'class="(?:[^"]* )?(?:Comment t1_|Post t3_)|data-test-id="post-content"|window\.___r *=')
WANTED = "a Reddit thread in the markup of 2018 to 2023"
_COMMENT = re.compile(rb'<div\s[^<>]*?class="(?:[^"<>]* )?Comment t1_([0-9a-z]{1,13})[ "]')
_PADDING = re.compile(rb'id="t1_([0-9a-z]{1,13})"[^<>]{0,200}?padding-left: ?(\d{1,5})px')
_LEVEL = re.compile(r"level (\d{1,4})")
_HEAD = re.compile(r"Comment (?:deleted by user|removed by moderator)|\[ ?(?:deleted|removed)[\w ]*\]", re.IGNORECASE)
FIRST_PADDING, PADDING = 16, 21  # pixels: of the first level, and more of each level below
_BODY = ".//*[@data-testid='comment' or @data-test-id='comment']"
_NAME = ".//a[contains(@href, '/user/') and normalize-space(.) != '' and not(.//img)]"
_THREAD_PATH = re.compile(r"/(?:r|user)/([\w-]{2,40})/comments/([0-9a-z]{1,13})/[^\s?#\"]*")
_SORRY: tuple[tuple[str, Label], ...] = (
    ("this post was deleted by the person who originally posted it", "deleted"),
    ("this post has been removed", "removed"),
    ("this post was removed", "removed"),
)


def parse(body: bytes, canonical: CanonicalUrl, captured_at: datetime) -> Thread | None:
    """The thread on a page of either age; None where no one post is it."""
    thread = reddit_state.parse(body, canonical, captured_at)
    if thread is not None:
        return thread
    found = list(_COMMENT.finditer(body))
    post = _post(parse_html(body[: found[0].start()] if found else body, WANTED), canonical)
    if post is None:
        return None
    thread_id = post.url.split("/comments/")[1].split("/")[0] if post.url else ""
    said = in_depth_order(_comments(body, found, thread_id))
    return make_thread(post, said, canonical, captured_at, "html")


# ---- the post -------------------------------------------------------------------------------------


def _post(tree: etree._Element, canonical: CanonicalUrl) -> Post | None:
    part = first(
        tree,
        f"//*[@id='t3_{canonical.thread_id}']",
        f"//*[contains(concat(' ', @class, ' '), ' t3_{canonical.thread_id} ') and .//h1]",
        "//*[@data-test-id='post-content']",
    )
    title = words(first(part, ".//h1", ".//h2"))
    place = _THREAD_PATH.search(_own_address(tree, part))
    if part is None or not title or place is None:
        return None
    text = first(part, ".//*[contains(@class, 'RichTextJSON-root')]", ".//*[@data-click-id='text']")
    labels = _labels(part)
    prose = prose_of_element(text)
    detach(text)
    outside = first(part, ".//a[@data-testid='outbound-link']", ".//a[starts-with(@href, 'http') and @target='_blank']")
    return Post(
        url=f"{SITE}{place[0]}",
        title=title,
        author=_named(first(part, ".//*[@data-testid='post_author_link']", _NAME)),
        score=_score(part),
        comment_count=shown_number(words(first(part, ".//*[@data-test-id='comments-page-link-num-comments']"))),
        community=community(f"u/{place[1]}" if place[0].startswith("/user/") else place[1]),
        flair=words(first(part, ".//a[contains(@href, 'flair_name')]")) or None,
        labels=labels,
        prose=prose if not {"removed", "deleted"} & set(labels) else Prose(),
        linked=(outside.get("href", ""),) if outside is not None else (),
    )


def _own_address(tree: etree._Element, part: etree._Element | None) -> str:
    """Where the page says it lives; else where the post's own link to its comments leads."""
    link = first(tree, "//link[@rel='canonical']")
    told = link.get("href", "") if link is not None else ""
    if "/comments/" in told:
        return told
    comments = first(part, ".//a[contains(@href, '/comments/')]")
    return comments.get("href", "") if comments is not None else ""


def _labels(part: etree._Element) -> tuple[Label, ...]:
    told = " ".join(words(part).split()).lower()
    found: list[Label] = [label for sorry, label in _SORRY if sorry in told][:1]
    shown = {words(mark).lower() for mark in part.iter("span") if len(mark) == 0}
    found += [label for label in ("nsfw", "spoiler") if label in shown]
    return tuple(found)


def _score(part: etree._Element) -> int | None:
    return shown_number(words(first(part, ".//*[starts-with(@id, 'vote-arrows-')]")))


def _named(link: etree._Element | None) -> str | None:
    return author(words(link).removeprefix("u/"))


# ---- comments -------------------------------------------------------------------------------------


def _comments(body: bytes, found: list[re.Match[bytes]], thread_id: str) -> Iterator[tuple[Said, int]]:
    """Each once: pages repeat what a visitor loaded twice."""
    paddings = {match[1]: int(match[2]) for match in _PADDING.finditer(body)}
    seen: set[bytes] = set()
    for number, match in enumerate(found):
        if match[1] in seen or len(seen) == MOST_COMMENTS:
            continue
        seen.add(match[1])
        end = found[number + 1].start() if number + 1 < len(found) else len(body)
        part = first(parse_html(body[match.start() : end], WANTED), "//div")
        if part is not None:
            level = _LEVEL.search(words(first(part, ".//span[starts-with(normalize-space(.), 'level ')]")))
            depth = int(level[1]) - 1 if level else (paddings.get(match[1], 0) - FIRST_PADDING) // PADDING
            yield _comment(part, match[1].decode(), thread_id), max(0, depth)


def _comment(part: etree._Element, name: str, thread_id: str) -> Said:
    body = first(part, _BODY)
    prose = prose_of_element(body)
    detach(body)
    head = words(first(part, ".//*[starts-with(@data-testid, 'post-comment-header')]") if body is not None else part)
    state = _state(body, prose, head)
    kept = prose if state in ("ok", "collapsed") else Prose()
    comment = Comment(
        id=name,
        author=_named(first(part, ".//*[@data-testid='comment_author_link']", _NAME)),
        score=_score(part) if body is not None else None,
        permalink=comment_address(thread_id, name),
        text=kept.text,
        marks=kept.marks,
        state=state,
        edited=re.search(r"· ?edited\b", head) is not None,
        by_moderator=first(part, ".//*[normalize-space(.) = 'MOD' and not(self::a)]") is not None,
    )
    return Said(comment, kept.links)


def _state(body: etree._Element | None, prose: Prose, head: str) -> CommentState:
    """A folded comment keeps its head; what the head says of the text is all there is of it."""
    if body is not None:
        return shown_state_of(prose.text) or "ok"
    told = _HEAD.search(head)
    return (shown_state_of(told[0]) if told else None) or "collapsed"
