"""What pages promise before they are read."""

from typing import Any

import pytest

from server.core.promise import AGREED, POSTED, SURE, WORTH, Found, Promise, Prospects
from server.core.relevance import Topic
from server.core.source import Document
from server.core.thread import Thread
from tests.evidence import make_comment, make_page, make_thread

THREAD = make_thread(
    make_comment("The lighthouse at Kestrel Point has been dark since 1998, and the council finally voted."),
    make_comment("A lamp that bright will wake the whole harbour.", 2),
)


def found(name: str, title: str, snippet: str = "", score: float = 0.03, **changes: Any) -> Found:
    """A search result on a site of its own."""
    known: dict[str, Any] = {"url": f"https://{name}.example/x", "way": "searched", "title": title}
    return Found(**{**known, "snippet": snippet, "score": score, **changes})


NEWS = found(
    "news", "Kestrel Point council votes to relight lamp", "The lighthouse, dark since 1998, will shine again."
)
REPORT = found(
    "report", "A lamp returns to Kestrel Point", "Councillors voted to relight the lighthouse after 28 years."
)
BIRDS = found("birds", "Kestrel pairs rise in the uplands", "Ornithologists counted 412 breeding pairs this spring.")
BREAD = found("bread", "A sourdough loaf in three days", "Feed the starter, fold the dough, bake it until dark.")
NEWS_PAGE = make_page(
    "news",
    "Kestrel Point lamp to shine again\n\nThe council of Kestrel Point voted to relight its lighthouse.\n\n"
    "Fresnel lenses from the Barbier works were cleaned. The Barbier lenses weigh four tons.",
)


def rank(*pages: Found, thread: Thread = THREAD, asked: tuple[str, ...] = (), read: tuple[Document, ...] = ()) -> Any:
    return Prospects(Topic(thread)).rank(pages, asked, read)


def names(promises: list[Promise]) -> list[str]:
    return [promise.found.url.split("/")[2].split(".")[0] for promise in promises]


def value(promises: list[Promise], name: str) -> float:
    return next(promise.value for promise in promises if f"//{name}." in promise.found.url)


def test_results_on_the_subject_stand_before_others_whatever_their_rank() -> None:
    """The best promises 1.0; what shares a name or nothing with the thread is not worth a fetch."""
    high, low = 0.032, 0.016
    ranked = rank(*[found_at(BREAD, high), found_at(BIRDS, high), found_at(NEWS, low), found_at(REPORT, low)])
    assert names(ranked)[:2] == ["news", "report"]
    assert ranked[0].value == 1.0
    assert ranked[1].value >= SURE
    assert value(ranked, "bread") < WORTH


def found_at(page: Found, score: float) -> Found:
    return Found(url=page.url, way="searched", title=page.title, snippet=page.snippet, score=score)


def test_among_equals_the_better_ranked_comes_first() -> None:
    """Search engines know more than three lines of text."""
    other = found("other", NEWS.title or "", NEWS.snippet, score=0.05)
    assert names(rank(NEWS, other)) == ["other", "news"]


def test_how_a_page_was_found_comes_before_what_is_known_of_it() -> None:
    """The post's links, then what the pages read agree on, then results, then what a comment links to."""
    mentioned = Found(url="https://mentioned.example/x", way="mentioned")
    agreed = Found(url="https://agreed.example/x", way="agreed")
    posted = Found(url="https://posted.example/x", way="posted")
    ranked = rank(mentioned, NEWS, agreed, posted)
    assert names(ranked) == ["posted", "agreed", "news", "mentioned"]
    assert [promise.value for promise in ranked[:2]] == [POSTED, AGREED]
    assert WORTH <= ranked[-1].value < SURE


def test_a_further_page_of_one_site_is_worth_less() -> None:
    """Also where the first was asked for long ago; a page's own promise stays what it is."""
    second = found("news", NEWS.title or "", NEWS.snippet, url="https://news.example/again")
    other = found("other", NEWS.title or "", NEWS.snippet, score=0.0299)
    ranked = rank(NEWS, second, other)
    assert names(ranked) == ["news", "other", "news"]
    assert ranked[2].value == pytest.approx(ranked[0].value)
    assert names(rank(NEWS, second, other, asked=(NEWS.key,))) == ["other", "news"]


def test_what_was_asked_for_is_not_ranked_but_still_the_measure() -> None:
    """What is left does not become worth a fetch because the best is gone."""
    ranked = rank(NEWS, REPORT, BREAD, asked=(NEWS.key, REPORT.key))
    assert names(ranked) == ["bread"]
    assert ranked[0].value < WORTH


def test_the_page_of_somebody_whom_the_thread_names_stands_higher() -> None:
    """It is where others have it from."""
    stranger = found("stranger", "Lamp to be relit", "The lighthouse lamp of Kestrel Point.")
    own = found("kestrelpoint", "Lamp to be relit", "The lighthouse lamp of Kestrel Point.")
    thread = make_thread(title="KestrelPoint votes to relight its lamp")
    assert names(rank(stranger, own, thread=thread)) == ["kestrelpoint", "stranger"]


@pytest.mark.parametrize("url", ["https://x.com/a/status/1", "https://www.wsj.com/a", "https://lamp.example/a.pdf"])
def test_what_is_seldom_read_is_asked_for_after_what_is(url: str) -> None:
    """Pages behind a login or a bill, and those that are slow to read."""
    walled = found("walled", NEWS.title or "", NEWS.snippet, url=url)
    ranked = rank(walled, NEWS)
    assert ranked[0].found == NEWS
    assert ranked[1].value < 1.0


def test_pages_that_were_read_show_which_results_are_like_them() -> None:
    """Words that the thread does not know."""
    lens = found("lens", "Barbier lenses cleaned", "Four tons of Fresnel lenses from the Barbier works.")
    bread = found("bread", "Sourdough loaves baked", "Three days of starter and dough from the Hearth works.")
    before, after = rank(NEWS, lens, bread), rank(NEWS, lens, bread, read=(NEWS_PAGE,))
    gap = [value(ranked, "lens") - value(ranked, "bread") for ranked in (before, after)]
    assert gap[1] > gap[0] + 0.1


def test_a_result_without_a_snippet_is_not_taken_for_one_that_says_nothing() -> None:
    """Some providers give none: such a result counts as if its snippet said as much as others do."""
    bare = found("bare", NEWS.title or "", "")
    assert value(rank(NEWS, REPORT, bare), "bare") >= SURE


def test_results_without_any_words_are_taken_in_their_order() -> None:
    """All are worth a fetch then, for nothing else is known."""
    pages = [found(f"p{n}", "", url=f"https://p{n}.example/{n}", score=1 / (60 + n)) for n in range(6)]
    ranked = rank(*pages)
    assert [promise.found for promise in ranked] == pages
    assert all(promise.value >= SURE for promise in ranked)


def test_where_no_result_tells_of_the_thread_their_likeness_proves_nothing() -> None:
    """A crowd that is alike among itself does not push out what the search put first."""
    thread = make_thread(title="Minister opens ferry museum beside granite quarry railway bridge, tunnel, salt works")
    said = "Starter, dough, crust, oven, flour, salt."
    crowd = [found(f"loaf{n}", f"Sourdough loaf of baker {n}", said) for n in range(6)]
    first = found("first", "Minutes of a meeting", "An agenda in nine parts.", score=0.06)
    assert value(rank(*crowd, first, thread=thread), "first") >= SURE


def test_odd_results_are_ranked_without_fault() -> None:
    """No results, no words, no address, other scripts, a thread that says nothing."""
    odd = [found(f"o{n}", text, text) for n, text in enumerate(["", "\x00", "🚀", "灯台が光る。", "مرحبا", "9" * 5000])]
    nowhere = Found(url="http://[::1/x", way="searched", title="Lamp")
    assert rank() == []
    assert len(rank(*odd, nowhere)) == 7
    assert len(rank(*odd, thread=make_thread(title=""))) == 6
