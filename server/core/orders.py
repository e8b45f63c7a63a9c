"""What is left of a thread and of a page when orders to machines are taken out.

It is done at the door, once: what is taken out is not searched for, not followed, not shown to a model, not quoted, and
its links are nobody's. The thread about such an attack keeps its discussion. What remains says how much was read.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile
from urllib.parse import urlsplit

import msgspec

from server.core.instructions import addresses_machine
from server.core.source import Block, Document
from server.core.thread import Comment, Thread

BEFORE, AFTER = 1, 2  # paragraphs around an order that go with it: bait, and what it wants said
_PARAGRAPH = re.compile(r"(?:(?!\n\s*\n).)+", re.DOTALL)
_TITLE_END = re.compile(r"(?<=[.!?|])\s+")


class Heeded(msgspec.Struct, frozen=True):
    """A thread without orders to machines, and the texts that were taken out of it."""

    thread: Thread
    orders: tuple[str, ...] = ()


def without_orders(thread: Thread) -> Heeded:
    """A comment that gives orders goes whole; of a post, the paragraphs that do and those around them; a name that does
    becomes nobody's. The links in what was taken out go with it, unless what remains has them too.

    A title ends before the sentence that gives one; where nothing is left, the thread is called by its place.
    """
    orders: list[str] = []
    title = _plain_title(thread, orders)
    text = _blanked(thread.text, orders)
    comments = tuple(_heard(comment, orders) for comment in thread.comments)
    author = _nobody(thread.author, orders)
    if not orders:
        return Heeded(thread)
    left = "\n".join([title, text, *(comment.text for comment in comments)])
    links = _lasting(thread.links, "\n".join(orders), left)
    kept = msgspec.structs.replace(thread, title=title, text=text, comments=comments, author=author, links=links)
    return Heeded(kept, tuple(orders))


def mark_orders(document: Document) -> Document:
    """The page with the blocks that give orders, and those around them, marked as such: they cannot be cited.

    A title, site or author that gives some is left out; links that only the marked text names are none of the page's.
    """
    blocks = list(document.blocks)
    given = [i for i, block in enumerate(blocks) if addresses_machine(document.text[block.start : block.end])]
    for i in _around(given, len(blocks)):
        if i in given or blocks[i].kind not in ("title", "heading"):
            blocks[i] = Block(blocks[i].start, blocks[i].end, "order")
    named = [name for name in (document.title, document.site, document.author) if name and addresses_machine(name)]
    if not given and not named:
        return document
    kept = msgspec.structs.replace(
        document,
        blocks=tuple(blocks),
        title="" if document.title in named else document.title,
        site=(urlsplit(document.url).hostname or "") if document.site in named else document.site,
        author=None if document.author in named else document.author,
    )
    left = "\n".join(kept.text[block.start : block.end] for block in blocks if block.kind != "order")
    return msgspec.structs.replace(kept, links=_lasting(document.links, "\n".join(orders_in(kept)), left))


def orders_in(document: Document) -> Sequence[str]:
    """The texts that were marked as orders."""
    return [document.text[block.start : block.end] for block in document.blocks if block.kind == "order"]


def _plain_title(thread: Thread, orders: list[str]) -> str:
    if not addresses_machine(thread.title):
        return thread.title
    orders.append(thread.title)
    before = list(takewhile(lambda part: not addresses_machine(part), _TITLE_END.split(thread.title)))
    plain = " ".join(before).strip(" :|")
    return plain if len(plain.split()) > 1 else f"A thread in {thread.community or thread.site}"


def _heard(comment: Comment, orders: list[str]) -> Comment:
    author = _nobody(comment.author, orders)
    if comment.text and addresses_machine(comment.text):
        orders.append(comment.text)
        return msgspec.structs.replace(comment, author=author, text="", marks=())
    return comment if author == comment.author else msgspec.structs.replace(comment, author=author)


def _nobody(name: str | None, orders: list[str]) -> str | None:
    if name and addresses_machine(name):
        orders.append(name)
        return None
    return name


def _blanked(text: str, orders: list[str]) -> str:
    """Spaces in place of what goes, so that positions in the text stay right."""
    if not addresses_machine(text):
        return text
    parts = list(_PARAGRAPH.finditer(text))
    given = [i for i, part in enumerate(parts) if addresses_machine(part[0])] or list(range(len(parts)))
    for i in _around(given, len(parts)):
        orders.append(parts[i][0])
        text = text[: parts[i].start()] + re.sub(r"\S", " ", parts[i][0]) + text[parts[i].end() :]
    return text


def _around(given: Iterable[int], count: int) -> list[int]:
    return sorted({near for i in given for near in range(max(0, i - BEFORE), min(count, i + AFTER + 1))})


def _lasting(links: Sequence[str], orders: str, left: str) -> tuple[str, ...]:
    """The links without those whose host is named by orders alone."""
    orders, left = orders.casefold(), left.casefold()
    hosts = {link: _host(link) for link in links}
    return tuple(link for link in links if not hosts[link] or hosts[link] not in orders or hosts[link] in left)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
