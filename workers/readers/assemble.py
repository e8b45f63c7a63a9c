"""From what a site said to a Thread: order, depth, links and the receipt are decided here, once for all sites."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from server.core.errors import InvalidUrl
from server.core.instructions import addresses_machine
from server.core.thread import CaptureReceipt, Comment, Label, Thread, Via, fingerprint
from server.core.urls import CanonicalUrl, canonical_url
from workers.readers.links import outbound
from workers.readers.prose import Prose

MOST_COMMENTS = 20_000  # more is somebody's joke: the largest thread of our worlds claims 23,335 and shows 197


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """What opened the thread, as its site told it."""

    url: str | None = None
    title: str
    author: str | None = None
    posted_at: datetime | None = None
    score: int | None = None
    comment_count: int | None = None
    community: str | None
    language: str | None = None
    flair: str | None = None
    labels: tuple[Label, ...] = ()
    prose: Prose = Prose()
    linked: tuple[str, ...] = ()  # the page a link post is about
    is_counted: bool = True  # False: the form shows some comments and does not say how many there are
    are_names_unique: bool = True  # two people on one site cannot be called the same
    private: bool = False


class Said(msgspec.Struct, frozen=True):
    """A comment and the addresses in it."""

    comment: Comment
    links: tuple[str, ...] = ()


def make_thread(post: Post, said: Sequence[Said], canonical: CanonicalUrl, captured_at: datetime, via: Via) -> Thread:
    """The thread. `said` is in reading order, parents before children (see `in_reading_order`)."""
    comments = tuple(_by_poster(part.comment, post) for part in said[:MOST_COMMENTS])
    # Whoever gives orders to machines leads them nowhere.
    heard = (part for part in said if not (part.links and addresses_machine(part.comment.text)))
    links = [*post.linked, *post.prose.links, *(link for part in heard for link in part.links)]
    read = sum(1 for comment in comments if comment.text and comment.state in ("ok", "collapsed"))
    receipt = CaptureReceipt(
        via=via,
        captured_at=captured_at,
        comments_read=read,
        comments_total=_total(post, read, len(comments)),
        fingerprint=fingerprint(post.title, post.prose.text, comments),
    )
    return Thread(
        url=_own_url(post.url, canonical),
        site=canonical.site,
        community=post.community,
        title=post.title,
        author=post.author,
        posted_at=post.posted_at,
        score=post.score,
        comment_count=post.comment_count,
        language=post.language,
        text=post.prose.text,
        marks=post.prose.marks,
        links=outbound(links, canonical),
        comments=comments,
        flair=post.flair,
        labels=post.labels,
        private=post.private,
        capture=receipt,
    )


def in_reading_order(said: Iterable[Said]) -> list[Said]:
    """Comments that name their parents, parents first and depths set. A parent that is missing, or a circle of
    parents, makes a comment top-level."""
    by_id: dict[str, Said] = {}
    for part in said:
        by_id.setdefault(part.comment.id, part)
        if len(by_id) == MOST_COMMENTS:
            break
    children: dict[str | None, list[str]] = {}
    for name, part in by_id.items():
        parent = part.comment.parent
        children.setdefault(parent if parent in by_id and parent != name else None, []).append(name)
    ordered: dict[str, Said] = {}
    _descend([(name, None, 0) for name in children.get(None, ())], children, by_id, ordered)
    circles = [(name, None, 0) for name in by_id if name not in ordered]
    _descend(circles, children, by_id, ordered)
    return list(ordered.values())


def in_depth_order(told: Iterable[tuple[Said, int]]) -> list[Said]:
    """Comments that say only how deep they stand: each answers the last one less deep."""
    above: list[str] = []
    placed: list[Said] = []
    for said, depth in told:
        del above[min(depth, len(above)) :]
        comment = msgspec.structs.replace(said.comment, parent=above[-1] if above else None, depth=len(above))
        above.append(comment.id)
        placed.append(Said(comment, said.links))
    return placed


def _descend(
    roots: Sequence[tuple[str, str | None, int]],
    children: dict[str | None, list[str]],
    by_id: dict[str, Said],
    ordered: dict[str, Said],
) -> None:
    waiting = list(reversed(roots))
    while waiting:
        name, parent, depth = waiting.pop()
        if name in ordered:
            continue
        placed = msgspec.structs.replace(by_id[name].comment, parent=parent, depth=depth)
        ordered[name] = Said(placed, by_id[name].links)
        waiting += [(child, name, depth + 1) for child in reversed(children.get(name, []))]


def _total(post: Post, read: int, shown: int) -> int | None:
    """As the site says, and not less than was read; where it says nothing, a whole form has shown them all."""
    if post.comment_count is not None:
        return max(post.comment_count, read)
    return read if shown and post.is_counted else None


def _by_poster(comment: Comment, post: Post) -> Comment:
    """Marked as the poster's where the name says so; a site's own mark stands as it is."""
    if comment.by_poster or not post.are_names_unique or comment.author is None or comment.author != post.author:
        return comment
    return msgspec.structs.replace(comment, by_poster=True)


def _own_url(url: str | None, canonical: CanonicalUrl) -> str:
    """The site's own spelling where it is an address of a thread, else the canonical one."""
    try:
        return canonical_url(url).asked if url and canonical_url(url).kind == canonical.kind else canonical.key
    except InvalidUrl:
        return canonical.key
