"""Which pages become sources, and where those point to."""

import msgspec
import pytest

from server.core.card import Unread
from server.core.ports import Hit
from server.core.promise import Found
from server.core.relevance import Topic
from server.core.source import Document
from server.core.thread import Thread
from tests.evidence import make_comment, make_page, make_thread
from workers.stages.ground.finding import Finder, is_posts_own
from workers.stages.ground.keeping import (
    MAX_PER_SITE,
    MAX_SOURCES,
    Read,
    agreed_links,
    keep_relevant,
    widen_queries,
    without_sources,
)
from workers.stages.ground.policy import ENOUGH

SAID = "The lighthouse at Kestrel Point has been dark since 1998, and the council finally voted."
THREAD = make_thread(make_comment(SAID), make_comment("A lamp that bright will wake the whole harbour.", 2))
BREAD = "A sourdough loaf in three days\n\nFeed the starter, fold the dough, bake until the crust is dark."


def told(n: int) -> str:
    """One page on the subject among many that share few words in a row."""
    numbers = " ".join(f"keeper{n}x{word}" for word in range(30))
    return f"Page {n} on Kestrel Point\n\nThe council voted to relight the Kestrel Point lamp. {numbers}."


def page(n: int, **changes: object) -> Document:
    return msgspec.structs.replace(make_page(f"p{n}", told(n)), **changes)


def read(*documents: Document) -> list[Read]:
    return [Read(Found(url=document.url, way="searched"), document) for document in documents]


def keep(*documents: Document, thread: Thread = THREAD) -> tuple[list[str], dict[str, str]]:
    kept, left = keep_relevant(Topic(thread), read(*documents))
    return [document.url for document in kept], {each.url: each.reason for each in left}


def test_no_more_sources_are_kept_than_a_card_can_carry() -> None:
    """The rest was read and is not needed."""
    pages = [page(n) for n in range(MAX_SOURCES + 2)]
    kept, left = keep(*pages)
    assert len(kept) == MAX_SOURCES
    assert list(left.values()) == ["read, not needed"] * 2


def test_one_site_speaks_twice_where_there_are_others() -> None:
    """More often only where there are few others."""
    same = [page(n, site="Harbour Board") for n in range(4)]
    others = [page(n) for n in range(4, 8)]
    kept, left = keep(*same, *others)
    assert sum(document.url in kept for document in same) == MAX_PER_SITE
    assert list(left.values()) == ["another page of the same site says it"] * 2
    kept, left = keep(*same)
    assert len(kept) == 4


def test_a_copy_is_no_second_source() -> None:
    """Four of five words in a row are the same."""
    first = page(1)
    copy = msgspec.structs.replace(first, url="https://mirror.example/lamp", site="Mirror", title="Other title")
    kept, left = keep(first, copy, page(2))
    assert list(left.values()) == ["a copy of a source above"]
    assert len(kept) == 2


def test_one_page_at_two_addresses_is_one_source() -> None:
    """A print view says the same in other words around it."""
    first = page(1)
    twin = page(2, url="https://p1.example/print", site=first.site, title=first.title.upper())
    kept, left = keep(first, twin, page(3))
    assert list(left.values()) == ["a copy of a source above"]
    assert len(kept) == 2


def test_a_page_that_tells_of_everything_stands_behind_reports_of_it() -> None:
    """Though it has the words of both reports, and they have few of one another's."""
    one = "The Kestrel Point council voted on Monday to relight the lamp, said the harbour board in a notice."
    two = "The harbour board at Kestrel Point lights its lamp after 28 years; keepers had signed a petition."
    rest = "\n\n".join(f"Town number {n} opened a bakery, a library and a swimming pool." for n in range(60))
    week = make_page("week", f"This week on the coast\n\n{one}\n\n{two}\n\n{rest}")
    reports = [make_page("one", f"Lamp to shine at Kestrel Point\n\n{one}")]
    reports += [make_page("two", f"Light again at Kestrel Point\n\n{two}")]
    assert keep(week, *reports)[0] == [reports[0].url, reports[1].url, week.url]


def test_the_thread_itself_is_no_source() -> None:
    """By whatever address it was found."""
    kept, left = keep(page(1, url=THREAD.url), page(2))
    assert kept == ["https://p2.example/lamp"]
    assert THREAD.url not in left


# ---- links ---------------------------------------------------------------------------------------------

NOTICE = "https://harbour-board.example/notices/2026/lamp"


def test_a_page_that_two_sites_link_to_is_where_they_have_it_from() -> None:
    """One alone is not enough, and two pages of one site are one."""
    topic = Topic(THREAD)
    assert agreed_links(topic, [page(1, links=(NOTICE,)), page(2, links=(NOTICE,))]) == [NOTICE]
    assert agreed_links(topic, [page(1, links=(NOTICE,))]) == []
    assert agreed_links(topic, [page(1, links=(NOTICE,), site="X"), page(2, links=(NOTICE,), site="X")]) == []


def test_a_page_of_somebody_whom_the_title_names_needs_one_link() -> None:
    """It is theirs."""
    own = "https://kestrel.example/council/minutes"
    assert agreed_links(Topic(THREAD), [page(1, links=(own,))]) == [own]


@pytest.mark.parametrize(
    "link",
    [THREAD.url, "https://p1.example/other/page", "https://harbour-board.example/", "http://[::1/x", "mailto:a@b"],
)
def test_what_leads_nowhere_new_is_not_agreed_on(link: str) -> None:
    """The thread's own site, the linking page's, a front page, no address."""
    assert agreed_links(Topic(THREAD), [page(1, links=(link,)), page(2, links=(link,))][:1]) == []


def test_a_list_of_everything_agrees_with_nobody() -> None:
    """Only a page's first links count, and only few come of it."""
    many = tuple(f"https://site{n}.example/a/b" for n in range(300))
    assert len(agreed_links(Topic(THREAD), [page(1, links=many), page(2, links=many)])) == 4
    assert agreed_links(Topic(THREAD), [page(1, links=(*many, NOTICE)), page(2, links=(NOTICE,))]) == []


def test_a_posts_own_link_is_told_from_a_commenters() -> None:
    """A link post's first, and what a post spells out; what a comment spells out is the comment's."""
    link = "https://harbour-board.example/lamp"
    assert is_posts_own(link, make_thread(links=(link,)))
    assert is_posts_own(link, make_thread(text=f"{'Long story. ' * 60} See {link}", links=(link,)))
    assert not is_posts_own(link, make_thread(text="Long story. " * 60, links=(link,)))
    assert not is_posts_own(link, make_thread(make_comment(f"Look: {link}"), links=(link,)))
    assert not is_posts_own("https://other.example/", make_thread(links=(link,)))


def test_a_commenters_joke_is_no_source_for_being_linked() -> None:
    """The post's own page is, whatever its words."""
    loaf = make_page("bread", BREAD)
    posted = make_thread(make_comment(SAID), links=(loaf.url,))
    joked = make_thread(make_comment(f"{SAID} {loaf.url}"), links=(loaf.url,))
    assert loaf.url in keep(page(1), page(2), loaf, thread=posted)[0]
    assert keep(page(1), page(2), loaf, thread=joked)[1][loaf.url] == "read, but about something else"


def test_pages_are_found_once_by_the_way_that_is_trusted_most() -> None:
    """A link that a search found too has its title; what is blocked or the forum's own is not found."""
    thread = make_thread(links=(NOTICE, "https://blocked.example/x", "https://www.reddit.com/r/x/comments/1/y/"))
    finder = Finder(thread, ("blocked.example",), ())
    hits = [Hit(NOTICE, "Notice to mariners", "The lamp."), Hit("https://p1.example/lamp", "Lamp", "A lamp.")]
    pages = finder.pages([hits], agreed=["https://p1.example/lamp", "https://p2.example/lamp"])
    assert [(each.url, each.way, each.title) for each in pages] == [
        (NOTICE, "posted", "Notice to mariners"),
        ("https://p1.example/lamp", "agreed", "Lamp"),
        ("https://p2.example/lamp", "agreed", None),
    ]
    assert finder.results([hits]) == 2


# ---- words ---------------------------------------------------------------------------------------------


def test_second_questions_are_what_the_nearest_pages_say_beyond_the_title() -> None:
    """Their titles, and whom they name most."""
    first = make_page(
        "news", "Harbour board pays for Fresnel lens\n\nThe Barbier works and the Barbier family. Barbier."
    )
    asked = widen_queries(THREAD, [first, page(2, title=THREAD.title)])
    assert asked[0] == "Harbour board pays for Fresnel lens"
    assert THREAD.title not in asked
    assert "Barbier" in asked[-1]


def test_an_address_is_unread_once_and_never_beside_the_source_it_leads_to() -> None:
    """Two links may lead to one page."""
    kept = page(1)
    twice = [Unread(url="https://late.example/a", title=None, reason=reason) for reason in ("too slow", ENOUGH)]
    unread = without_sources([*twice, Unread(url=kept.url, title=None, reason=ENOUGH)], [kept])
    assert unread == (twice[0],)
