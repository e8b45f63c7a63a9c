"""Stack Exchange: a question's page, or its API's documents.

Depth is as the site has it: answers stand at 0, comments at 1, those on the question too.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from html import unescape
from typing import Any

from lxml import etree

from server.core.errors import ThreadUnavailable, ThreadUnreadable
from server.core.thread import Comment, Label, Thread
from server.core.urls import CanonicalUrl, SiteKind
from workers.readers.assemble import MOST_COMMENTS, Post, Said, make_thread
from workers.readers.dom import classes, first, parse_html, words
from workers.readers.prose import prose_of_element, prose_of_html
from workers.readers.reader import HTML, JSON, Way
from workers.readers.values import count, decode_documents, epoch, field, instant, line, rows, text, whole
from workers.readers.walls import refuse_page

API = "https://api.stackexchange.com/2.3"
WANTED = "a Stack Exchange question"
_TITLE_MARK = re.compile(r"\s*\[(closed|duplicate|on hold|migrated|locked)\]$")
_AUTHOR = ".//*[contains(@class, 'user-details') and @itemprop='author']"
_OWNER = re.compile(r"/users/(\d{1,12})\b")


def api_addresses(canonical: CanonicalUrl) -> list[str]:
    """The question alone; what hangs on it follows."""
    return [_asked(canonical, f"questions/{canonical.thread_id}")]


def further_addresses(canonical: CanonicalUrl, told: Sequence[Any]) -> list[str]:
    """The question's answers, its comments, then the answers' comments."""
    question = f"questions/{canonical.thread_id}"
    answers = [str(part["answer_id"]) for part in _items(told) if whole(part.get("answer_id"))]
    found = [f"{question}/answers", f"{question}/comments"]
    if answers:
        found.append(f"answers/{';'.join(answers[:100])}/comments")
    return [_asked(canonical, f"{path}?pagesize=100") for path in found]


def _asked(canonical: CanonicalUrl, path: str) -> str:
    return f"{API}/{path}{'&' if '?' in path else '?'}site={canonical.site}&filter=withbody"


KINDS: tuple[SiteKind, ...] = ("stackexchange",)
WAYS: tuple[Way, ...] = (
    Way("html", HTML, lambda canonical: list(dict.fromkeys([canonical.key, canonical.asked]))),
    Way("api", JSON, api_addresses, further_addresses, most=3),
)
WAY_OUT = "Try again in a few minutes, or open the question in your browser and use the Threadproof extension."


def parse(body: bytes, media_type: str, canonical: CanonicalUrl, captured_at: datetime) -> Thread:
    """The question in either form. See `Reader.parse`."""
    if body.lstrip()[:1] == b"<":
        return _parse_page(body, canonical, captured_at)
    return _parse_json(decode_documents(body, "Stack Exchange's JSON of a question"), canonical, captured_at)


# ---- the page -------------------------------------------------------------------------------------


def _parse_page(body: bytes, canonical: CanonicalUrl, captured_at: datetime) -> Thread:
    tree = parse_html(body, WANTED)
    question = first(tree, "//*[@id='question']")
    title = words(first(tree, "//h1[@itemprop='name']", "//*[@id='question-header']//h1"))
    if question is None or not title:
        refuse_page(body, WANTED)
    said = list(_page_said(tree, question, canonical))[:MOST_COMMENTS]
    return make_thread(_page_post(tree, question, title, said, canonical), said, canonical, captured_at, "html")


def _page_post(
    tree: etree._Element, question: etree._Element, title: str, said: list[Said], canonical: CanonicalUrl
) -> Post:
    site = first(tree, "//meta[@property='og:site_name']")
    shown = _TITLE_MARK.search(title)
    labels: list[Label] = ["closed"] if shown else []
    if first(tree, "//*[contains(@class, 'accepted-answer')]") is not None:
        labels.append("solved")
    return Post(
        url=f"https://{canonical.site}/questions/{question.get('data-questionid') or canonical.thread_id}",
        title=_TITLE_MARK.sub("", title),
        author=_page_author(question),
        posted_at=_page_time(question),
        score=_number(question, "data-score"),
        comment_count=_page_count(tree, said),
        community=line(site.get("content")) if site is not None else None,
        labels=tuple(labels),
        prose=prose_of_element(first(question, _BODY)),
        are_names_unique=False,
    )


_BODY = ".//*[contains(@class, 'js-post-body') or contains(@class, 'post-text')]"


def _page_count(tree: etree._Element, said: list[Said]) -> int:
    """Answers as the page counts them, and comments shown or folded away."""
    counted = first(tree, "//*[@data-answercount]")
    folded = sum(_number(part, "data-remaining-comments-count") or 0 for part in tree.iter("ul"))
    answers = sum(part.comment.depth == 0 for part in said)
    claimed = _number(counted, "data-answercount") if counted is not None else None
    return len(said) + folded + max(0, (claimed or 0) - answers)


def _page_said(tree: etree._Element, question: etree._Element, canonical: CanonicalUrl) -> Iterator[Said]:
    poster = _page_user(question)
    yield from _page_comments(question, None, canonical)
    for part in tree.iter("div"):
        name = part.get("data-answerid", "")
        if name.isdecimal() and "answer" in classes(part):
            yield _page_answer(part, name, poster, canonical)
            yield from _page_comments(part, name, canonical)


def _page_answer(part: etree._Element, name: str, poster: str | None, canonical: CanonicalUrl) -> Said:
    prose = prose_of_element(first(part, _BODY))
    comment = Comment(
        id=name,
        author=_page_author(part),
        posted_at=_page_time(part),
        score=_number(part, "data-score"),
        permalink=f"https://{canonical.site}/a/{name}",
        text=prose.text,
        marks=prose.marks,
        edited=any(words(time).startswith("edited") for time in part.iterfind(".//div[@class='user-action-time']")),
        by_poster=poster is not None and _page_user(part) == poster,
    )
    return Said(comment, prose.links)


def _page_comments(post: etree._Element, parent: str | None, canonical: CanonicalUrl) -> Iterator[Said]:
    for part in post.iter("li"):
        name = part.get("data-comment-id", "")
        if name.isdecimal():
            yield _page_comment(part, name, parent, canonical)


def _page_comment(part: etree._Element, name: str, parent: str | None, canonical: CanonicalUrl) -> Said:
    prose = prose_of_element(first(part, ".//*[contains(@class, 'comment-copy')]"))
    user = first(part, ".//*[contains(concat(' ', @class, ' '), ' comment-user ')]")
    time = first(part, ".//*[contains(@class, 'comment-date')]//*[@title]")
    comment = Comment(
        id=f"comment{name}",
        author=words(user) or None,
        posted_at=instant(time.get("title", "").partition(",")[0]) if time is not None else None,
        score=_number(part, "data-comment-score"),
        parent=parent,
        depth=1,
        permalink=f"{canonical.key}#comment{name}_{parent or canonical.thread_id}",
        text=prose.text,
        marks=prose.marks,
        edited=first(part, ".//*[starts-with(@title, 'this comment was edited')]") is not None,
        by_poster=user is not None and "owner" in classes(user),
        by_moderator=first(part, ".//*[contains(@class, 'mod-flair')]") is not None,
    )
    return Said(comment, prose.links)


def _page_author(post: etree._Element) -> str | None:
    signed = first(post, _AUTHOR)
    return words(first(signed, "./a[not(.//img)]", "./span[@itemprop='name']")) or None


def _page_user(post: etree._Element) -> str | None:
    link = first(post, f"{_AUTHOR}/a[@href]")
    match = _OWNER.search(link.get("href", "")) if link is not None else None
    return match[1] if match else None


def _page_time(post: etree._Element) -> datetime | None:
    """When the post was written, from the box that its author signs; an editor's box may stand before it."""
    time = first(
        post, f"{_AUTHOR}/ancestor::*[contains(@class, 'post-signature')]//*[contains(@class, 'relativetime')]"
    )
    return instant(time.get("title")) if time is not None else None


def _number(part: etree._Element, name: str) -> int | None:
    told = part.get(name, "")
    return int(told) if re.fullmatch(r"-?\d{1,9}", told, re.ASCII) else None


# ---- JSON -----------------------------------------------------------------------------------------


def _parse_json(documents: list[Any], canonical: CanonicalUrl, captured_at: datetime) -> Thread:
    failed = next((part for part in documents if field(part, "error_id") is not None), None)
    if failed is not None:
        told = line(failed.get("error_message")) or line(failed.get("error_name"))
        raise ThreadUnavailable(f"Stack Exchange's API answered “{told}”.", retryable=failed["error_id"] in (502, 503))
    items = _items(documents)
    question = next((part for part in items if line(part.get("title")) and whole(part.get("question_id"))), None)
    if question is None:
        raise ThreadUnreadable(f"What came is not {WANTED}: it has no title.")
    said = list(_json_said(items, question, canonical))[:MOST_COMMENTS]
    title = unescape(text(question.get("title")))
    post = Post(
        url=f"https://{canonical.site}/questions/{question['question_id']}",
        title=_TITLE_MARK.sub("", title),
        author=_owner(question),
        posted_at=epoch(question.get("creation_date")),
        score=whole(question.get("score")),
        comment_count=_json_count(question, said),
        community=None,
        labels=_json_labels(question),
        prose=prose_of_html(text(question.get("body"))),
        are_names_unique=False,
    )
    return make_thread(post, said, canonical, captured_at, "api")


def _json_count(question: dict[str, Any], said: list[Said]) -> int:
    answers = sum(part.comment.depth == 0 for part in said)
    return len(said) + max(0, (count(question.get("answer_count")) or 0) - answers)


def _json_labels(question: dict[str, Any]) -> tuple[Label, ...]:
    found: list[Label] = ["closed"] if question.get("closed_date") else []
    return (*found, "solved") if question.get("accepted_answer_id") else tuple(found)


def _items(documents: Sequence[Any]) -> list[dict[str, Any]]:
    """Questions, answers and comments, wherever a filter put them."""
    found: list[dict[str, Any]] = []
    waiting = [item for document in documents for item in rows(field(document, "items"))]
    while waiting and len(found) < MOST_COMMENTS:
        item = waiting.pop(0)
        if type(item) is dict:
            found.append(item)
            waiting += [*rows(item.get("answers")), *rows(item.get("comments"))]
    return found


def _json_said(items: list[dict[str, Any]], question: dict[str, Any], canonical: CanonicalUrl) -> Iterator[Said]:
    answers = {name: part for part in items if (name := whole(part.get("answer_id")))}
    poster = field(question.get("owner"), "user_id")
    comments: dict[Any, dict[int, dict[str, Any]]] = {}
    for part in items:
        if name := whole(part.get("comment_id")):
            comments.setdefault(whole(part.get("post_id")), {})[name] = part
    for post in (None, *answers):
        if post is not None:
            yield _json_one(answers[post], str(post), None, 0, poster, f"https://{canonical.site}/a/{post}")
        for name, part in comments.get(post or question["question_id"], {}).items():
            place = f"{canonical.key}#comment{name}_{post or canonical.thread_id}"
            yield _json_one(part, f"comment{name}", str(post) if post else None, 1, poster, place)


def _json_one(part: dict[str, Any], name: str, parent: str | None, depth: int, poster: Any, place: str) -> Said:
    prose = prose_of_html(text(part.get("body")))
    comment = Comment(
        id=name,
        author=_owner(part),
        posted_at=epoch(part.get("creation_date")),
        score=whole(part.get("score")),
        parent=parent,
        depth=depth,
        permalink=place,
        text=prose.text,
        marks=prose.marks,
        edited=part.get("edited") is True or epoch(part.get("last_edit_date")) is not None,
        by_poster=poster is not None and field(part.get("owner"), "user_id") == poster,
        by_moderator=text(field(part.get("owner"), "user_type")) == "moderator",
    )
    return Said(comment, prose.links)


def _owner(part: dict[str, Any]) -> str | None:
    return line(unescape(text(field(part.get("owner"), "display_name"))))
