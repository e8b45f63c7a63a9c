from datetime import UTC, datetime

import pytest
from lxml import html

from workers.extract.bylines import find_author, find_published_at, find_site, find_title, read_metas, spell_date
from workers.extract.linked_data import LinkedArticle, find_linked_article
from workers.extract.visible import VisibleText

URL = "https://www.harbour.example/2026/lamp"
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def author(head: str, body: str = "", site: str = "The Harbour") -> str | None:
    tree = html.document_fromstring(f"<html><head>{head}</head><body>{body}<p>x</p></body></html>")
    return find_author(tree, read_metas(tree), find_linked_article(tree), site)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ('<meta name="author" content="Ada Keel">', "Ada Keel"),
        ('<meta name="author" content="By ADA KEEL, Staff Writer">', "Ada Keel"),
        ('<meta name="author" content="Ada Keel and Ben Mast">', "Ada Keel and Ben Mast"),
        ('<meta name="author" content="Lindsey O&amp;#039;Donnell">', "Lindsey O'Donnell"),
        ('<meta name="citation_author" content="Keel, Ada"><meta name="citation_author" content="Mast, Ben">',
         "Ada Keel and Ben Mast"),
        ("".join(f'<meta name="citation_author" content="{name}, Ada">' for name in ("Ab", "Cd", "Ef", "Gh")),
         "Ada Ab and 3 others"),
        ('<meta name="author" content="admin">', None),
        ('<meta name="author" content="The Harbour">', None),
        ('<meta property="article:author" content="https://facebook.com/ada">', None),
        ('<meta name="author" content="Ada Keel (ada@harbour.example)">', None),
        ("", None),
    ],
)  # fmt: skip
def test_an_author_is_a_persons_name_or_none(head: str, name: str | None) -> None:
    """Addresses, roles and the site's own name are no people."""
    assert author(head) == name


def test_a_byline_is_read_from_the_page_when_its_head_is_silent() -> None:
    """The first marked name only: later ones belong to other articles."""
    assert author("", "<a rel=author>Ada Keel</a><a rel=author>Ben Mast</a>") == "Ada Keel"
    assert author("", "<div class='post-byline'>By Ada Keel</div>") == "Ada Keel"
    assert author("", "<div class='author-box'>About our authors</div>") is None


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("2026-02-23", "2026-02-23"),
        ("2026/2/3", "2026-02-03"),
        ("2026-02", "2026-02"),
        ("2026", "2026"),
        ("2026-02-23T20:22:55.000Z", "2026-02-23T20:22:55.000Z"),
        ("2026-07-09 12:21 -0700", "2026-07-09T12:21-07:00"),
        ("2026-02-23T20:22:55", "2026-02-23"),
        ("2026-02-23T00:00:00Z", "2026-02-23"),
        ("0001-01-01T00:00:00Z", None),
        ("2026-02-31", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_is_as_precise_as_it_was_said(value: str, date: str | None) -> None:
    """No day is made up, and a default value is no date."""
    assert spell_date(value) == date


def published(head: str, linked: LinkedArticle | None = None) -> str | None:
    tree = html.document_fromstring(f"<html><head>{head}</head><body><p>Printed in 2019 or so.</p></body></html>")
    return find_published_at(tree, URL, read_metas(tree), linked or LinkedArticle(), NOW)


def test_a_page_without_a_date_gets_none() -> None:
    """Never today's, never a guess from the text, and nothing from the future."""
    assert published("") is None
    assert (
        published('<meta property="article:published_time" content="2026-02-23T08:00:00Z">') == "2026-02-23T08:00:00Z"
    )
    assert published('<meta property="article:published_time" content="2031-01-01">') is None
    assert published("", LinkedArticle(published_at="2026-02-20")) == "2026-02-20"


@pytest.mark.parametrize(
    ("head", "site"),
    [
        ('<meta property="og:site_name" content="The Harbour | Daily News">', "The Harbour"),
        ('<meta property="og:site_name" content="{$plugin.site_name}">', "harbour.example"),
        ("", "harbour.example"),
    ],
)
def test_a_site_has_the_name_its_readers_know(head: str, site: str) -> None:
    """Its own, without a slogan, else its host."""
    tree = html.document_fromstring(f"<html><head>{head}</head><body>x</body></html>")
    assert find_site(URL, read_metas(tree), LinkedArticle()) == site
    assert find_site("https://www.bbc.com/news", read_metas(tree), LinkedArticle()) == "BBC News"


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>The lamp - The Harbour</title>", "<h2>The lamp</h2>", ("The lamp", True)),
        ("<title>The Harbour | The lamp</title>", "<p>The lamp", ("The lamp", True)),
        ("<title>Dark - an essay</title>", "<h1>The Harbour</h1><p>Dark - an essay", ("Dark - an essay", True)),
        ("<title>The lamp</title>", "<h1>Harbour</h1><p>no", ("The lamp", False)),
        ("", "<p>nothing", ("", False)),
    ],
)
def test_a_title_is_the_first_that_the_page_shows(head: str, body: str, title: tuple[str, bool]) -> None:
    """Without the site's name, and never the site's name alone."""
    markup = f"<html><head>{head}</head><body>{body}</body></html>"
    tree = html.document_fromstring(markup)
    assert find_title(tree, URL, read_metas(tree), "The Harbour", VisibleText(markup)) == title


def test_broken_or_deep_linked_data_is_no_accident() -> None:
    """Whatever stands in the script, an article comes back, empty if need be."""
    for text in ("{", "[" * 5000, "null", '{"@type": "NewsArticle", "author": [null, 3, {"name": 7}]}'):
        tree = html.document_fromstring(f'<html><script type="application/ld+json">{text}</script><p>x</p></html>')
        assert find_linked_article(tree) == LinkedArticle()
