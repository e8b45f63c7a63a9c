"""Which search results are not worth a fetch, and why."""

import time

import pytest

from server.core import setting_aside
from server.core.ports import Hit
from server.core.setting_aside import is_blocked, set_aside


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://www.google.com/search?q=lamp", setting_aside.RESULT_PAGE),
        ("https://www.bing.com/search?q=lamp&form=x", setting_aside.RESULT_PAGE),
        ("https://duckduckgo.com/?q=lamp", setting_aside.RESULT_PAGE),
        ("https://html.duckduckgo.com/html/?q=lamp", setting_aside.RESULT_PAGE),
        ("https://search.yahoo.com/search?p=lamp", setting_aside.RESULT_PAGE),
        ("https://www.baidu.com/s?wd=lamp", setting_aside.RESULT_PAGE),
        ("https://news.google.com/search?q=lamp&hl=en", setting_aside.RESULT_PAGE),
        ("https://site.example/search?query=lamp", setting_aside.RESULT_PAGE),
        ("https://site.example/en/search/lamp", setting_aside.RESULT_PAGE),
        ("https://blog.example/?s=lamp", setting_aside.RESULT_PAGE),
        ("https://blog.example/tag/lamps/", setting_aside.LISTING),
        ("https://blog.example/tags/lamps/page/2", setting_aside.LISTING),
        ("https://blog.example/category/harbour", setting_aside.LISTING),
        ("https://blog.example/en/author/ines-okerveld/", setting_aside.LISTING),
        ("https://blog.example/news/page/12", setting_aside.LISTING),
        ("https://stackoverflow.com/questions/tagged/lamp", setting_aside.LISTING),
        ("https://github.com/topics/lighthouse", setting_aside.LISTING),
        ("https://site.example/login?next=/lamp", setting_aside.LOGIN),
        ("https://site.example/users/sign_in", setting_aside.LOGIN),
        ("https://site.example/wp-login.php", setting_aside.LOGIN),
        ("https://accounts.google.com/v3/signin/identifier?x=1", setting_aside.LOGIN),
        ("https://login.site.example/", setting_aside.LOGIN),
        ("https://twitter.com/intent/tweet?text=lamp", setting_aside.SHARE),
        ("https://www.facebook.com/sharer/sharer.php?u=x", setting_aside.SHARE),
        ("https://www.linkedin.com/shareArticle?url=x", setting_aside.SHARE),
        ("https://www.reddit.com/submit?url=x", setting_aside.SHARE),
        ("https://news.ycombinator.com/submitlink?u=x", setting_aside.SHARE),
        ("https://bit.ly/3xYz", setting_aside.SHORTENER),
        ("https://t.co/abc", setting_aside.SHORTENER),
        ("https://nitter.host.example/user/status/1", setting_aside.MIRROR),
        ("https://redlib.host.example/r/a/comments/1/x", setting_aside.MIRROR),
        ("https://stackoom.com/question/1", setting_aside.MIRROR),
        ("https://qastack.com.br/programming/1/x", setting_aside.MIRROR),
        ("javascript:alert(1)", setting_aside.NO_ADDRESS),
        ("", setting_aside.NO_ADDRESS),
    ],
)
def test_pages_that_can_be_no_source_are_set_aside_with_the_reason(url: str, reason: str) -> None:
    """Told by the address alone."""
    assert set_aside(Hit(url, "T")) == reason


@pytest.mark.parametrize(
    "url",
    [
        "https://site.example/",
        "https://site.example/2026/02/lamp-relit",
        "https://github.com/keepers/lampd/releases/tag/v1.2.0",
        "https://gitlab.com/keepers/lampd/-/tags/v1.2.0",
        "https://blog.example/category/harbour/the-lamp-is-back",
        "https://site.example/authors-guild-sues-over-lamps",
        "https://site.example/research/search-engines-compared",
        "https://site.example/search-for-the-lost-lamp",
        "https://site.example/blog/how-we-built-login",
        "https://site.example/docs/login-flow",
        "https://www.google.com/about/lamps",
        "https://blog.google/products/search/lamps/",
        "https://support.google.com/websearch/answer/1?hl=en",
        "https://x.com/keeper/status/1234567890",
        "https://www.youtube.com/watch?v=abcdefghijk",
        "https://en.wikipedia.org/wiki/Lamp",
        "https://docs.example/en/4.2/topics/auth/?q=1",
        "https://arxiv.org/abs/2401.00001",
        "https://piped-water.example/news",
        "https://www.reddit.com/r/a/comments/1abcde/x/",
        "https://site.example/page?text=1&id=4",
    ],
)
def test_pages_that_only_look_so_are_not(url: str) -> None:
    """Release notes, posts that speak of searching or signing in, and a search engine's own pages."""
    assert set_aside(Hit(url, "T"), "lobste.rs") is None


def test_the_threads_own_site_is_set_aside_whatever_its_spelling() -> None:
    """Where the caller names one."""
    for url in ("https://old.reddit.com/r/b/comments/2bcdef/y/", "https://www.reddit.com/r/b/"):
        assert set_aside(Hit(url, "T"), "reddit.com") == setting_aside.OWN_SITE
    assert set_aside(Hit("https://www.reddit.com/r/b/comments/2bcdef/y/", "T")) is None
    assert set_aside(Hit("https://notreddit.com/x", "T"), "reddit.com") is None


@pytest.mark.parametrize(
    "blocked", ["farm.example", "FARM.example", "www.farm.example", "*.farm.example", ".farm.example."]
)
def test_what_the_operator_blocks_is_blocked_with_its_subdomains(blocked: str) -> None:
    """Whatever site it is, and however it is written; a site whose name merely ends so is another."""
    for url in ("https://farm.example/a", "https://www.farm.example/a", "http://m.farm.example:8080/a"):
        assert set_aside(Hit(url, "T"), "", [blocked]) == setting_aside.BLOCKED
    assert set_aside(Hit("https://wheatfarm.example/a", "T"), "", [blocked]) is None
    assert (
        set_aside(Hit("https://www.reddit.com/r/b/comments/2bcdef/y/", "T"), "", ["reddit.com"])
        == setting_aside.BLOCKED
    )
    assert not is_blocked("farm.example", ["", "."])


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/" + "login/" * 1_300,
        "https://a.example/" + "a" * 8_000 + "/page/1x",
        "https://a.example/search?" + "q=&" * 2_600,
        "https://" + "nitter1" * 9 + ".example/",
    ],
    ids=["login", "page", "search", "host"],
)
def test_an_address_made_to_cost_time_costs_none(url: str) -> None:
    """No pattern tries it again at each of its characters."""
    began = time.perf_counter()
    set_aside(Hit(url, "T"), "reddit.com", ["farm.example"])
    assert time.perf_counter() - began < 0.1
