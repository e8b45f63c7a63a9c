import pytest
from lxml import html

from workers.extract.authors import find_author
from workers.extract.linked_data import LinkedArticle, find_linked_article
from workers.extract.metas import read_metas


def author(head: str, body: str = "", site: str = "The Harbour") -> str | None:
    tree = html.document_fromstring(f"<html><head>{head}</head><body>{body}<p>x</p></body></html>")
    return find_author(tree, read_metas(tree), find_linked_article(tree), site)


def meta(name: str, *contents: str) -> str:
    return "".join(f'<meta name="{name}" content="{content}">' for content in contents)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (meta("author", "Ada Keel"), "Ada Keel"),
        (meta("author", "By ADA KEEL, Staff Writer"), "Ada Keel"),
        (meta("author", "Ada Keel and Ben Mast"), "Ada Keel and Ben Mast"),
        (meta("author", "Lindsey O&amp;#039;Donnell"), "Lindsey O'Donnell"),
        (meta("citation_author", "Keel, Ada", "Mast, Ben"), "Ada Keel and Ben Mast"),
        (meta("citation_author", "Ab, Ada", "Cd, Ada", "Ef, Ada", "Gh, Ada"), "Ada Ab and 3 others"),
        (meta("author", "Ada Keel, Senior Staff Technologist, Board of Light, Privacy, and Technology"), "Ada Keel"),
        (meta("author", "Ada Keel, Reuters"), "Ada Keel"),
        (meta("author", "Ada Keel | The Harbour"), "Ada Keel"),
        (meta("author", ": Ada K."), "Ada K."),
        (meta("author", "Harbour Friends e.V."), "Harbour Friends e.V."),
        (meta("author", "&lt;a href='/ada'&gt;Ada Keel&lt;/a&gt;"), "Ada Keel"),
        (meta("author", "José Ortega y Gasset"), "José Ortega y Gasset"),
        (meta("author", "admin"), None),
        (meta("author", "The Harbour"), None),
        (meta("author", "The Harbour Newsdesk"), None),
        (meta("author", "harbour.com"), None),
        (meta("article:author", "https://facebook.com/ada"), None),
        (meta("author", "Ada Keel (ada@harbour.example)"), None),
        (meta("author", "https://harbour.example/ada") + meta("byl", "By Ada Keel"), "Ada Keel"),
        ("", None),
    ],
)
def test_an_author_is_a_persons_name_or_none(head: str, name: str | None) -> None:
    """Addresses, roles and the site's own name are no people, and a long list is cut short."""
    assert author(head) == name


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("<a rel=author>Ada Keel</a><a rel=author>Ben Mast</a>", "Ada Keel"),
        ("<div class='post-byline'>By Ada Keel</div>", "Ada Keel"),
        ("<p class=byline>February 23, 2026 at 6:08 PM by <a>Ada Keel</a></p>", "Ada Keel"),
        ("<p class=byline>By Ada Keel Feb. 23, 2026 5 PM</p>", "Ada Keel"),
        ("<p class=byline>By <a href=/ada>Ada Keel</a><span>NEWS EDITOR</span></p>", "Ada Keel"),
        ("<p class=byline>von Ada Keel</p>", "Ada Keel"),
        ("<span class='article__author'>Ada Keel</span>", "Ada Keel"),
        ("<span class='byline-name'>Ada van der Keel</span>", "Ada van der Keel"),
        ("<div class='author-box'>About our authors</div>", None),
        ("<div class='author'>all stories</div>", None),
        ("<div id=comments><p class='comment-author'>Ben Mast</p></div>", None),
        ("<li class=comment><span class='author'>Ben Mast</span></li>", None),
    ],
)
def test_a_byline_is_read_from_the_page_when_its_head_is_silent(body: str, name: str | None) -> None:
    """Lines that say "by" and names in elements that are called so; those of commenters are not the author's."""
    assert author("", body) == name


def test_the_articles_own_data_count_before_the_pages() -> None:
    """A page may name its webmaster in its head."""
    linked = '{"@type": "NewsArticle", "author": [{"@type": "Person", "name": "Ada Keel"}]}'
    assert author(f'<script type="application/ld+json">{linked}</script>{meta("author", "Ben Mast")}') == "Ada Keel"


def test_broken_or_deep_linked_data_is_no_accident() -> None:
    """Whatever stands in the script, an article comes back, empty if need be."""
    broken = ("{", "[" * 5000, "null", '{"@type": "NewsArticle", "author": [null, 3, {"name": 7}], "wordCount": {}}')
    for text in (*broken, '{"@type": ["Article"], "datePublished": [[]], "isAccessibleForFree": null}'):
        tree = html.document_fromstring(f'<html><script type="application/ld+json">{text}</script><p>x</p></html>')
        assert find_linked_article(tree) == LinkedArticle()


def test_articles_that_a_page_only_lists_do_not_speak_for_it() -> None:
    """A list of others may stand before the page's own description."""
    others = '{"@type": "ItemList", "itemListElement": [{"@type": "Article", "headline": "Other"}]}'
    own = '{"@type": "http://schema.org/NewsArticle", "headline": "Own", "wordCount": "90"}'
    scripts = "".join(f'<script type="application/ld+json">{each}</script>' for each in (others, own))
    found = find_linked_article(html.document_fromstring(f"<html><head>{scripts}</head><p>x</p></html>"))
    assert (found.headline, found.words) == ("Own", 90)
