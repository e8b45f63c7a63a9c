"""Hacker News: its own page, Algolia's JSON with the whole tree, Firebase's with one item a document."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from lxml import etree

from server.core.errors import ThreadUnreadable
from server.core.thread import Comment, CommentState, Mark, Thread
from server.core.urls import CanonicalUrl, SiteKind
from workers.readers.assemble import MOST_COMMENTS, Post, Said, in_depth_order, make_thread
from workers.readers.dom import classes, drop, first, parse_html, words
from workers.readers.prose import Prose, prose_of_element, prose_of_html
from workers.readers.reader import HTML, JSON, PartOfThread, Way
from workers.readers.values import count, decode_documents, epoch, field, instant, line, rows, text, whole
from workers.readers.walls import refuse_page

SITE = "https://news.ycombinator.com"
COMMUNITY = "Hacker News"
WANTED = "a Hacker News thread"
_QUOTED = re.compile(r"(?:\A|(?<=\n\n))>+[ ]?(\S[^\n]*)")
FIREBASE = "https://hacker-news.firebaseio.com/v0/item"
MOST_ITEMS = 60  # asked of Firebase one by one, when nothing else answers: the first comments and their answers
INDENT_PIXELS = 40  # per depth, in the width of a spacer image; newer pages say it in `indent` as well


def kids_addresses(canonical: CanonicalUrl, told: Sequence[Any]) -> list[str]:
    """The comments that the items so far name, the story's own first."""
    have = {whole(field(item, "id")) for item in told}
    kids = [whole(kid) for item in told for kid in rows(field(item, "kids"))]
    return [f"{FIREBASE}/{kid}.json" for kid in kids if kid and kid not in have]


KINDS: tuple[SiteKind, ...] = ("hackernews",)
WAYS: tuple[Way, ...] = (
    Way("html", HTML, lambda canonical: [canonical.key]),
    Way("api", JSON, lambda canonical: [f"https://hn.algolia.com/api/v1/items/{canonical.thread_id}"]),
    Way("api", JSON, lambda canonical: [f"{FIREBASE}/{canonical.thread_id}.json"], kids_addresses, MOST_ITEMS),
)
WAY_OUT = "Try again in a few minutes, or open the thread in your browser and use the Threadproof extension."


def parse(body: bytes, media_type: str, canonical: CanonicalUrl, captured_at: datetime) -> Thread:
    """The thread in any of the three forms; PartOfThread for a comment's own page. See `Reader.parse`."""
    start = body.lstrip()[:1]
    if start == b"<":
        return _parse_page(body, canonical, captured_at)
    item = _in_tree(decode_documents(body, "Hacker News' JSON of an item"))
    if type(item) is not dict:
        raise ThreadUnreadable(f"There is no such item on Hacker News: {canonical.key}. Check the address.")
    return _parse_item(item, canonical, captured_at)


# ---- the site's page ------------------------------------------------------------------------------


def _parse_page(body: bytes, canonical: CanonicalUrl, captured_at: datetime) -> Thread:
    tree = parse_html(body, WANTED)
    head = first(tree, "//table[contains(concat(' ', @class, ' '), ' fatitem ')]")
    link = first(head, ".//*[contains(@class, 'titleline')]/a | .//a[contains(@class, 'storylink')]")
    if head is None or link is None:
        _refuse_comment(head)
        refuse_page(body, WANTED)
    said = in_depth_order(_page_comments(tree))
    return make_thread(_page_post(head, link, canonical), said, canonical, captured_at, "html")


def _refuse_comment(head: etree._Element | None) -> None:
    story = first(head, ".//*[contains(@class, 'onstory')]//a[contains(@href, 'item?id=')]")
    match = re.search(r"item\?id=(\d{1,12})", story.get("href", "")) if story is not None else None
    if match:
        raise PartOfThread(f"{SITE}/item?id={match[1]}")


def _page_post(head: etree._Element, link: etree._Element, canonical: CanonicalUrl) -> Post:
    subtext = first(head, ".//td[contains(@class, 'subtext')]")
    counted = re.findall(r"(\d[\d,]*)\s+comments?\b", words(subtext))
    told = first(head, ".//*[contains(@class, 'toptext')]", "./tr/td[2][not(@class) and not(.//form)]")
    options = [row for row in head.iterfind(".//tr") if "pollopt" in classes(row)]
    href = link.get("href", "")
    return Post(
        url=canonical.key,
        title=words(link),
        author=words(first(head, ".//a[contains(@class, 'hnuser')]")) or None,
        posted_at=_age(head),
        score=_points(first(head, ".//*[contains(@class, 'score')]")),
        comment_count=int(counted[-1].replace(",", "")) if counted else (0 if "discuss" in words(subtext) else None),
        community=COMMUNITY,
        prose=prose_of_element(told) if not options else Prose(),
        linked=(href,) if href.startswith(("http://", "https://")) else (),
    )


def _page_comments(tree: etree._Element) -> Iterator[tuple[Said, int]]:
    rows_found = tree.iterfind(".//tr")
    number = 0
    for row in rows_found:
        if "comtr" not in classes(row):
            continue
        number += 1
        if number > MOST_COMMENTS:
            return
        yield _page_comment(row, number), _indent(row)


def _page_comment(row: etree._Element, number: int) -> Said:
    body = first(row, ".//*[contains(@class, 'commtext')]")
    drop(body, ".//div[@class='reply']")  # inside the text in older pages, beside it in newer ones
    prose = _with_quotes(prose_of_element(body))
    name = row.get("id") or ""
    comment = Comment(
        id=name or f"unnamed-{number}",
        author=words(first(row, ".//a[contains(@class, 'hnuser')]")) or None,
        posted_at=_age(row),
        permalink=f"{SITE}/item?id={name}" if name.isdigit() else None,
        text=prose.text,
        marks=prose.marks,
        state=_state(row, body),
    )
    return Said(comment, prose.links)


def _state(row: etree._Element, body: etree._Element | None) -> CommentState:
    if body is not None:
        return "collapsed" if "coll" in classes(row) else "ok"
    return "removed" if re.search(r"\[(?:flagged|dead)\]", words(row)) else "deleted"


def _indent(row: etree._Element) -> int:
    cell = first(row, ".//td[contains(concat(' ', @class, ' '), ' ind ')]")
    if cell is None:
        return 0
    said = cell.get("indent", "")
    if said.isdecimal() and len(said) < 5:
        return int(said)
    image = first(cell, ".//img")
    width = image.get("width", "") if image is not None else ""
    return int(width) // INDENT_PIXELS if width.isdecimal() and len(width) < 6 else 0


def _age(part: etree._Element) -> datetime | None:
    age = first(part, ".//*[contains(@class, 'age')]")
    return instant((age.get("title", "").split() or [""])[0]) if age is not None else None


def _points(score: etree._Element | None) -> int | None:
    match = re.match(r"(-?\d{1,9})\s+point", words(score))
    return int(match[1]) if match else None


def _with_quotes(prose: Prose) -> Prose:
    """Hacker News has no mark for quoting; people put ">" in front. The mark leaves that character out."""
    quoted = [Mark(match.start(1), match.end(1), "quote") for match in _QUOTED.finditer(prose.text)]
    plain = [mark for mark in prose.marks if not any(mark.start <= quote.start < mark.end for quote in quoted)]
    return Prose(prose.text, tuple(sorted([*plain, *quoted], key=lambda mark: mark.start)), prose.links)


# ---- JSON -----------------------------------------------------------------------------------------


def _in_tree(items: list[Any]) -> Any:
    """The first item, the others as `children` of those that they answer, as Algolia has them."""
    by_id = {whole(field(item, "id")): item for item in reversed(items) if type(item) is dict}
    for item in items[1:]:
        above = by_id.get(whole(field(item, "parent")))
        if above is None or type(item) is not dict or item is above:
            continue
        if type(above.setdefault("children", [])) is list:
            above["children"].append(item)
    return items[0] if items else None


def _parse_item(item: dict[str, Any], canonical: CanonicalUrl, captured_at: datetime) -> Thread:
    if item.get("type") == "comment":
        above = whole(item.get("story_id")) or whole(item.get("parent_id")) or whole(item.get("parent"))
        if above:
            raise PartOfThread(f"{SITE}/item?id={above}")
    title, name = line(item.get("title")), whole(item.get("id"))
    if not title or name is None or item.get("type") not in ("story", "job", "poll"):
        raise ThreadUnreadable(f"What came is not {WANTED}: the item is no story or has no title.")
    said = [_json_comment(child, parent, depth, n) for n, (child, parent, depth) in enumerate(_walk(item))]
    address = text(item.get("url"))
    post = Post(
        url=f"{SITE}/item?id={name}",
        title=title,
        author=line(item.get("author")) or line(item.get("by")),
        posted_at=epoch(item.get("created_at_i")) or epoch(item.get("time")),
        score=whole(item.get("points")) if "points" in item else whole(item.get("score")),
        comment_count=count(item.get("descendants")),
        community=COMMUNITY,
        prose=prose_of_html(text(item.get("text"))),
        linked=(address,) if address.startswith(("http://", "https://")) else (),
    )
    return make_thread(post, said, canonical, captured_at, "api")


def _walk(item: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str | None, int]]:
    waiting: list[tuple[Any, str | None, int]] = [(child, None, 0) for child in reversed(rows(item.get("children")))]
    number = 0
    while waiting and number < MOST_COMMENTS:
        child, parent, depth = waiting.pop()
        if type(child) is not dict or field(child, "type") not in ("comment", None):
            continue
        number += 1
        child["name"] = str(whole(child.get("id")) or f"unnamed-{number}")
        yield child, parent, depth
        waiting += [(reply, child["name"], depth + 1) for reply in reversed(rows(child.get("children")))]


def _json_comment(child: dict[str, Any], parent: str | None, depth: int, number: int) -> Said:
    prose = Prose() if child.get("dead") is True else _with_quotes(prose_of_html(text(child.get("text"))))
    name = child["name"]
    comment = Comment(
        id=name,
        author=line(child.get("author")) or line(child.get("by")),
        posted_at=epoch(child.get("created_at_i")) or epoch(child.get("time")) or instant(child.get("created_at")),
        score=whole(child.get("points")),
        parent=parent,
        depth=depth,
        permalink=f"{SITE}/item?id={name}" if name.isdigit() else None,
        text=prose.text,
        marks=prose.marks,
        state="removed" if child.get("dead") is True else "ok" if prose.text else "deleted",
    )
    return Said(comment, prose.links)
