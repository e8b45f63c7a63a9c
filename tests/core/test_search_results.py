"""Many lists of search results made one."""

import time

import pytest

from server.core.ports import Hit
from server.core.search_results import RRF_K, fuse_hits, merge_hits, order_hits, page_key

STORY = (
    "The harbour board voted seven to two on Thursday to relight the lamp at Corran Point, which has been dark for two "
    "winters while nine ships ran aground."
)


def hit(name: str, title: str = "", snippet: str = "", published_at: str | None = None) -> Hit:
    return Hit(name if "://" in name else f"https://{name}.example/", title, snippet, published_at)


def urls(hits: list[Hit]) -> list[str]:
    return [each.url for each in hits]


def test_ranks_are_fused_by_their_reciprocals() -> None:
    """As Cormack, Clarke and Büttcher have it: what several lists hold beats what one has first."""
    answers = [[hit("a"), hit("b"), hit("c")], [hit("c"), hit("d")], [hit("c"), hit("b")]]
    fused = fuse_hits(answers)
    assert [found.hit.url for found in fused] == [f"https://{name}.example/" for name in "cbad"]
    assert fused[0].score == pytest.approx(2 / (RRF_K + 1) + 1 / (RRF_K + 3))
    assert fused[1].score == pytest.approx(2 / (RRF_K + 2))


def test_the_first_of_equals_is_the_one_that_came_first() -> None:
    """So that one order comes of one set of answers."""
    answers = [[hit("a")], [hit("b")], [hit("c")]]
    assert urls(merge_hits(answers)) == ["https://a.example/", "https://b.example/", "https://c.example/"]
    assert merge_hits([]) == merge_hits([[], []]) == []


def test_a_page_counts_once_in_a_list_whatever_its_spellings() -> None:
    """A provider that lists one page three times lifts it no higher."""
    twice = [hit("https://a.example/x"), hit("http://www.a.example/x/?utm_source=n"), hit("b")]
    assert fuse_hits([twice])[0].score == pytest.approx(1 / (RRF_K + 1))
    assert fuse_hits([twice])[1].score == pytest.approx(1 / (RRF_K + 2))


@pytest.mark.parametrize(
    "same",
    [
        "http://site.example/story",
        "https://www.site.example/story/",
        "https://site.example/story?utm_source=feed&fbclid=1#top",
        "https://m.site.example/story",
        "https://mobile.site.example/story",
        "https://amp.site.example/story",
        "https://site.example/amp/story",
        "https://site.example/story/amp",
        "https://site.example/story/amp/",
        "https://site.example/story?amp=1",
        "https://site.example/story?outputType=amp",
        "https://site.example/story/print",
        "https://site.example/print/story",
        "https://site.example/story?print=1",
        "https://site.example/story?view=print",
        "https://site.example/story/index.html",
        "https://www-site-example.cdn.ampproject.org/c/s/site.example/story",
        "https://www.google.com/amp/s/site.example/story",
    ],
)
def test_phone_amp_and_print_versions_are_the_page(same: str) -> None:
    """One key, whichever provider has which."""
    assert page_key(same) == page_key("https://site.example/story")


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("https://site.example/story", "https://site.example/story/2"),
        ("https://site.example/story?id=1", "https://site.example/story?id=2"),
        ("https://site.example/story", "https://blog.site.example/story"),
        ("https://site.example/ampere", "https://site.example/ere"),
        ("https://site.example/printing", "https://site.example/ing"),
        ("https://site.example:8443/story", "https://site.example/story"),
        ("https://m.me/x", "https://me/x"),
        ("https://amp.dev/", "https://dev/"),
        ("https://en.wikipedia.org/wiki/Amp", "https://de.wikipedia.org/wiki/Amp"),
        ("https://site.example/story?m=2024", "https://site.example/story"),
        ("https://site.example/story?format=print-shop", "https://site.example/story"),
    ],
)
def test_pages_that_only_look_alike_are_two(one: str, two: str) -> None:
    """A segment, a host or a parameter that merely begins so is not such a version."""
    assert page_key(one) != page_key(two)


def test_a_thread_keeps_its_own_key_and_what_is_no_address_keeps_itself() -> None:
    """Sites with rules of their own know their spellings better."""
    assert page_key("https://old.reddit.com/r/a/comments/1abcde/x/") == page_key("https://redd.it/1abcde")
    assert page_key("https://en.m.wikipedia.org/wiki/Lamp") == "https://en.wikipedia.org/wiki/Lamp"
    for nothing in ("", "javascript:alert(1)", "http://", "http://[::1/x"):
        assert page_key(nothing) == nothing


def test_of_several_spellings_the_plainest_is_kept_with_all_that_is_known() -> None:
    """Encrypted, no phone's or AMP's page, the longest words, a title and a date where one has them."""
    answers = [
        [hit("https://m.site.example/story/amp", "", "short")],
        [hit("http://site.example/story", "The story", "", "2026-02-23")],
        [hit("https://site.example/story", "", "somewhat longer words")],
    ]
    assert merge_hits(answers) == [
        Hit("https://site.example/story", "The story", "somewhat longer words", "2026-02-23")
    ]
    only = [hit("https://m.site.example/story", "T")]
    assert urls(merge_hits([only])) == ["https://m.site.example/story"]


def test_what_nobody_may_fetch_is_no_result_unless_the_operator_says_so() -> None:
    """Private hosts, other ports and other schemes; nothing is resolved to know it."""
    private = [
        hit("http://127.0.0.1/x"), hit("http://169.254.169.254/latest"), hit("http://localhost/"), hit("https://a.example:22/"),
        hit("ftp://a.example/x"), hit("javascript:alert(1)//://"), hit("http://0x7f.1/"), hit("https://user@a.example/"),
    ]  # fmt: skip
    assert urls(merge_hits([[*private, hit("a")]])) == ["https://a.example/"]
    allowed = merge_hits([[hit("http://127.0.0.1:18099/x"), hit("a")]], allow=frozenset({"127.0.0.1:18099"}))
    assert urls(allowed) == ["http://127.0.0.1:18099/x", "https://a.example/"]


def test_a_syndicated_copy_stands_behind_the_best_ranked_and_is_not_lost() -> None:
    """The same title, but for the site's name in it, and mostly the same words: it can stand in for the other."""
    answers = [
        [hit("wire", "Corran Point lamp to be relit, board says", STORY), hit("other", "Herring falls", "Herring.")],
        [hit("copy", "Corran Point lamp to be relit, board says | The Copy", f"CORRAN — {STORY[:110]} …")],
    ]  # fmt: skip
    fused = fuse_hits(answers)
    assert [found.hit.url for found in fused] == ["https://wire.example/", "https://other.example/"]
    assert [copy.url for copy in fused[0].copies] == ["https://copy.example/"]


def test_a_copy_where_anybody_may_post_stands_behind_the_other_even_when_ranked_above_it() -> None:
    """It keeps the better one's place."""
    title = "Corran Point lamp to be relit, board says"
    copy, paper = hit("https://lamps.vercel.app/p/1", title, STORY), hit("https://paper.example/lamp", title, STORY)
    fused = fuse_hits([[copy, hit("other", "Other"), paper]])
    assert [found.hit.url for found in fused] == ["https://paper.example/lamp", "https://other.example/"]
    assert fused[0].copies == (copy,)


@pytest.mark.parametrize(
    ("title", "snippet"),
    [
        (
            "Corran Point lamp to be relit, board says",
            "Seven members were for it; the keeper, who was not asked, wept.",
        ),
        ("Herring prices fall as boats stay in", STORY),
        ("Corran Point lamp to be relit, board says", ""),
        ("", STORY),
        ("Corran Point lamp to be relit, board says", "Subscribe to read more"),
    ],
)
def test_two_reports_of_one_event_are_two(title: str, snippet: str) -> None:
    """A title or a few words in common prove nothing, nor do no words at all."""
    answers = [[hit("a", "Corran Point lamp to be relit, board says", STORY), hit("b", title, snippet)]]
    assert len(merge_hits(answers)) == 2
    walls = [hit("a", "Log in", "Subscribe to read more"), hit("b", "Log in", "Subscribe to read more")]
    assert len(merge_hits([walls])) == 2


def test_pages_the_thread_links_to_come_first_then_first_hand_ones() -> None:
    """Within their kind by score; a strong page is not passed by a weak one for its address alone."""
    lists = [
        [hit("https://report.example/a"), hit("https://corran.example/blog/lamp"), hit("https://linked.example/x")]
    ]
    fused = fuse_hits(lists)
    ordered = order_hits(fused, linked=["http://www.linked.example/x?utm_source=thread"], names=["Corran"])
    assert [found.hit.url for found in ordered] == [
        "https://linked.example/x", "https://corran.example/blog/lamp", "https://report.example/a",
    ]  # fmt: skip
    strong = fuse_hits([[hit("report")], [hit("report")], [hit("https://corran.example/b")]])
    assert order_hits(strong, names=["Corran"])[0].hit.url == "https://report.example/"


def test_a_thousand_results_are_merged_in_a_moment() -> None:
    """Eight queries at five providers with twenty results each are eight hundred."""
    found = [hit(f"https://site{n % 200}.example/page/{n * 7 % 350}", f"Title {n % 90}", STORY) for n in range(1_000)]
    answers = [found[n : n + 20] for n in range(0, 1_000, 20)]
    began = time.perf_counter()
    fuse_hits(answers)
    assert time.perf_counter() - began < 2
