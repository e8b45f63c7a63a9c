"""GitHub's pages: issues since 2025 as data in a script; all else, and issues before, as rendered comments."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from lxml import etree

from server.core.thread import Comment, CommentState, Label, Thread
from server.core.urls import CanonicalUrl
from workers.readers.assemble import MOST_COMMENTS, Post, Said, in_reading_order, make_thread
from workers.readers.dom import classes, first, parse_html, words
from workers.readers.prose import Prose, prose_of_element, prose_of_html
from workers.readers.values import count, field, instant, line, rows, text, whole
from workers.readers.walls import refuse_page

WANTED = "a GitHub issue, pull request or discussion"
DEEPEST = 12
_TITLE = "//*[contains(@class, 'js-issue-title') or contains(@class, 'markdown-title')]"
_NAME = re.compile(r"(issuecomment|discussioncomment|pullrequestreview|discussion_r|issue|pull|discussion)-?(\d{1,19})")
_OFFICIAL = ("Owner", "Member", "Collaborator", "Maintainer")
_BODY = ".//*[contains(concat(' ', @class, ' '), ' comment-body ')]"


def parse(body: bytes, canonical: CanonicalUrl, captured_at: datetime) -> Thread:
    """The thread on a page of either age."""
    tree = parse_html(body, WANTED)
    issue = _embedded(tree, canonical)
    if issue is not None:
        said = in_reading_order(_nodes(issue, canonical))
        return make_thread(_issue_post(issue, canonical), said, canonical, captured_at, "html")
    parts = list(_shown(tree, canonical))
    title = words(first(tree, _TITLE))
    if not title or not parts:
        refuse_page(body, WANTED)
    head, *said = parts
    post = _page_post(tree, title, head, canonical)
    return make_thread(post, in_reading_order(said[:MOST_COMMENTS]), canonical, captured_at, "html")


# ---- data in a script -----------------------------------------------------------------------------


def _embedded(tree: etree._Element, canonical: CanonicalUrl) -> dict[str, Any] | None:
    """The issue in the page's data, wherever this month's page keeps it."""
    number = whole(int((canonical.thread_id or "#0").partition("#")[2] or 0))
    for script in tree.iter("script"):
        if not script.get("data-target", "").endswith("embeddedData"):
            continue
        try:
            data = msgspec.json.decode(script.text or "")
        except (msgspec.MsgspecError, ValueError, RecursionError):
            continue
        found = [part for part in _walk(data, 0) if "bodyHTML" in part and line(part.get("title"))]
        for part in found:
            if part.get("number") == number:
                return part
    return None


def _walk(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > DEEPEST:
        return
    if type(value) is dict:
        yield value
        for inner in value.values():
            yield from _walk(inner, depth + 1)
    elif type(value) is list:
        for inner in value[:MOST_COMMENTS]:
            yield from _walk(inner, depth + 1)


def _issue_post(issue: dict[str, Any], canonical: CanonicalUrl) -> Post:
    labels: list[Label] = ["closed"] if text(issue.get("state")).upper() == "CLOSED" else []
    if issue.get("locked") is True:
        labels.append("locked")
    return Post(
        url=canonical.key,
        title=line(issue.get("title")) or "",
        author=_login(issue),
        posted_at=instant(issue.get("createdAt")),
        comment_count=count(field(issue.get("comments"), "totalCount")),
        community=line(field(issue.get("repository"), "nameWithOwner"))
        or (canonical.thread_id or "").partition("#")[0],
        labels=tuple(labels),
        prose=prose_of_html(text(issue.get("bodyHTML"))),
        is_counted=False,
    )


def _nodes(issue: dict[str, Any], canonical: CanonicalUrl) -> Iterator[Said]:
    """Comments among the timeline's events; a long timeline's middle is not on the page."""
    for shelf in ("frontTimelineItems", "backTimelineItems", "timelineItems", "comments"):
        items = issue.get(shelf)
        nodes = rows(field(items, "nodes")) or [field(edge, "node") for edge in rows(field(items, "edges"))]
        for node in nodes:
            if type(node) is dict and "bodyHTML" in node and whole(node.get("databaseId")):
                yield _node(node, canonical)


def _node(node: dict[str, Any], canonical: CanonicalUrl) -> Said:
    prose = prose_of_html(text(node.get("bodyHTML")))
    name = str(node["databaseId"])
    comment = Comment(
        id=name,
        author=_login(node),
        posted_at=instant(node.get("createdAt")),
        permalink=f"{canonical.key}#issuecomment-{name}",
        text=prose.text,
        marks=prose.marks,
        state="collapsed" if node.get("isMinimized") is True or node.get("isHidden") is True else "ok",
        edited=instant(node.get("lastEditedAt")) is not None,
        by_moderator=text(node.get("authorAssociation")).capitalize() in _OFFICIAL,
    )
    return Said(comment, prose.links)


def _login(part: dict[str, Any]) -> str | None:
    login = line(field(part.get("author"), "login"))
    return None if login == "ghost" else login


# ---- rendered comments ----------------------------------------------------------------------------


def _page_post(tree: etree._Element, title: str, head: Said, canonical: CanonicalUrl) -> Post:
    state = words(first(tree, "//*[contains(concat(' ', @class, ' '), ' State ')]"))
    repository = first(tree, "//meta[@name='octolytics-dimension-repository_nwo' or @property='og:repository']")
    return Post(
        url=canonical.key,
        title=title,
        author=head.comment.author,
        posted_at=head.comment.posted_at,
        community=(repository.get("content") if repository is not None else None)
        or (canonical.thread_id or "").partition("#")[0],
        labels=("closed",) if state == "Closed" else (),
        prose=Prose(head.comment.text, head.comment.marks, head.links),
        is_counted=first(tree, "//*[contains(@class, 'ajax-pagination-form')]") is None,
    )


def _shown(tree: etree._Element, canonical: CanonicalUrl) -> Iterator[Said]:
    """Comments in the page's order. In discussions an answer stands inside the container of what it answers."""
    seen: set[str] = set()
    parent: str | None = None
    for part in tree.iter("div"):
        match = _NAME.fullmatch(part.get("id", ""))
        body = first(part, _BODY) if match else None
        if match is None or body is None or match[0] in seen:
            continue
        seen.add(match[0])
        name = f"r{match[2]}" if match[1] == "discussion_r" else match[2]
        is_answer = any("nested" in name for around in part.iterancestors("div") for name in classes(around))
        yield _one(part, body, name, parent if is_answer else None, f"{canonical.key}#{match[0]}")
        parent = parent if is_answer else name


def _one(part: etree._Element, body: etree._Element, name: str, parent: str | None, place: str) -> Said:
    prose = prose_of_element(body)
    time = first(part, ".//relative-time[@datetime]", ".//time-ago[@datetime]", ".//time[@datetime]")
    author = words(
        first(part, ".//a[contains(concat(' ', @class, ' '), ' author ')]", ".//*[contains(@class, 'author')]")
    )
    minimized = first(part, ".//*[contains(@class, 'minimized-comment')]") is not None
    state: CommentState = "collapsed" if minimized else "ok"
    comment = Comment(
        id=name,
        author=author if author not in ("", "ghost") else None,
        posted_at=instant(time.get("datetime")) if time is not None else None,
        parent=parent,
        permalink=place,
        text=prose.text,
        marks=prose.marks,
        state=state,
        edited=first(part, ".//*[contains(@class, 'js-comment-edit-history') and normalize-space(.) != '']")
        is not None,
        by_moderator=any(words(label) in _OFFICIAL for label in part.iter("span")),
    )
    return Said(comment, prose.links)
