"""What there is to read: the thread's links, what searches found, what pages on the subject link to."""

from collections.abc import Collection, Iterable, Sequence

import msgspec

from server.core.errors import InsightError
from server.core.ports import Hit
from server.core.promise import Found, Way
from server.core.search_results import Merged, fuse_hits, page_key
from server.core.setting_aside import set_aside
from server.core.thread import Thread
from server.core.urls import canonical_url

POSTED = 3  # the first links of a thread are the post's, or those of its first comments
LINK_POST = 300  # code points; a post that says more is about more than its link


class Finder:
    """Turns links and answers into pages to consider, each once, the best-trusted way it was found."""

    def __init__(self, thread: Thread, blocked: Sequence[str], allow: Collection[str]) -> None:
        self._own = canonical_url(thread.url)
        self._blocked, self._allow = blocked, frozenset(allow)
        self._links = thread.links
        self._readable: dict[str, bool] = {}
        self._fused: tuple[int, list[Merged]] = (0, [])

    def pages(
        self, answers: Sequence[Sequence[Hit]], agreed: Iterable[str] = (), failed: Collection[str] = ()
    ) -> list[Found]:
        """All pages worth considering. Where one of `failed` has copies elsewhere, these are among them."""
        found: dict[str, Found] = {}
        described = {page_key(merged.hit.url): merged for merged in self._fuse(answers)}
        for way, urls in self._linked(agreed):
            for url in urls:
                key = page_key(url)
                if key not in found and self._may_read(Hit(url, "")):
                    found[key] = _describe(url, way, described.get(key))
        for key, merged in described.items():
            if key not in found and self._may_read(merged.hit):
                found[key] = _describe(merged.hit.url, "searched", merged)
        for key in [key for key in found if key in failed]:
            for url in found[key].copies:
                copy = msgspec.structs.replace(found[key], url=url, copies=())
                found.setdefault(copy.key, copy)
        for url in self._links[POSTED:]:
            if page_key(url) not in found and self._may_read(Hit(url, "")):
                found[page_key(url)] = Found(url=url, way="mentioned")
        return list(found.values())

    def results(self, answers: Sequence[Sequence[Hit]]) -> int:
        """How many pages the searches found."""
        return len(self._fuse(answers))

    def _linked(self, agreed: Iterable[str]) -> list[tuple[Way, Iterable[str]]]:
        return [("posted", self._links[:POSTED]), ("agreed", agreed)]

    def _fuse(self, answers: Sequence[Sequence[Hit]]) -> list[Merged]:
        """Merged anew only when another answer has come."""
        if self._fused[0] != len(answers):
            self._fused = (len(answers), fuse_hits(answers, allow=self._allow))
        return self._fused[1]

    def _may_read(self, hit: Hit) -> bool:
        """Not the thread itself, nor another page of the forum it stands in, nor what is set aside."""
        forum = self._own.site if self._own.kind != "page" else ""
        if hit.url not in self._readable:
            aside = page_key(hit.url) == self._own.key or set_aside(hit, forum, self._blocked)
            self._readable[hit.url] = not aside
        return self._readable[hit.url]


def _describe(url: str, way: Way, merged: Merged | None) -> Found:
    if merged is None:
        return Found(url=url, way=way)
    copies = tuple(hit.url for hit in merged.copies)
    return Found(
        url=url, way=way, title=merged.hit.title or None, snippet=merged.hit.snippet, score=merged.score, copies=copies
    )


def is_posts_own(url: str, thread: Thread) -> bool:
    """Whether the post links to it, as far as a thread tells: a short post's first link that no comment spells out, or
    one spelled out in the post. A link post's page is about the thread whatever its words; a commenter's may be a joke.
    """
    key = page_key(url)
    posted = [link for link in thread.links[:POSTED] if page_key(link) == key]
    return any(link in thread.text or (link == thread.links[0] and _is_link_post(thread)) for link in posted)


def _is_link_post(thread: Thread) -> bool:
    return len(thread.text) < LINK_POST and not any(thread.links[0] in comment.text for comment in thread.comments)


def site_of(url: str) -> str:
    """The site of an address; "" where it is none that anybody could open."""
    try:
        return canonical_url(url).site
    except InsightError:
        return ""
