import pytest
from lxml import html

from workers.extract.sites import find_site
from workers.extract.titles import find_title
from workers.extract.visible import VisibleText

URL = "https://www.harbour.example/2026/lamp"


def titled(head: str, body: str, *stated: str, site: str = "The Harbour") -> tuple[str, bool]:
    markup = f"<html><head>{head}</head><body>{body}</body></html>"
    return find_title(html.document_fromstring(markup), URL, stated, site, VisibleText(markup))


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>The lamp - The Harbour</title>", "<h2>The lamp</h2>", ("The lamp", True)),
        ("<title>The Harbour | The lamp</title>", "<p>The lamp", ("The lamp", True)),
        ("<title>Dark - an essay</title>", "<h1>The Harbour</h1><p>Dark - an essay", ("Dark - an essay", True)),
        ("<title>The lamp</title>", "<h1>Harbour</h1><p>no", ("The lamp", False)),
        ("<title>The Harbour | The lamp | The Harbour</title>", "<h1>The lamp</h1>", ("The lamp", True)),
        ("", "<p>nothing", ("", False)),
    ],
)
def test_a_title_is_the_first_that_the_page_shows(head: str, body: str, title: tuple[str, bool]) -> None:
    """Without the site's name, and never the site's name alone."""
    assert titled(head, body) == title


def test_a_logo_is_no_title() -> None:
    """A blog's main heading often leads home and stands on every page."""
    head = "<title>Four Years » Archive » Of lamps</title>"
    body = "<h1><a href='/'>Four Years</a></h1><h2>Of lamps</h2>"
    assert titled(head, body, site="fouryears.example") == ("Of lamps", True)


def test_a_section_above_the_article_is_no_title() -> None:
    """Where the page states none, the longest part of <title> that stands in a heading is the article's."""
    head = "<title>Customs online - Notices - New duties on seaweed from May</title>"
    body = "<h1>Notices</h1><h1>New duties on seaweed from May</h1>"
    assert titled(head, body) == ("New duties on seaweed from May", True)
    assert titled(head, body, "Notices") == ("Notices", True)


@pytest.mark.parametrize(
    ("url", "stated", "titles", "site"),
    [
        (URL, ["The Harbour | Daily News"], [], "The Harbour"),
        (URL, ["{$plugin.site_name}"], [], "harbour.example"),
        (URL, [], [], "harbour.example"),
        (URL, ["", "@harbour"], [], "harbour"),
        (URL, ["harbour", "The Harbour"], [], "The Harbour"),
        (URL, [], ["The lamp | Harbour"], "Harbour"),
        (URL, ["The lamp"], ["The lamp"], "harbour.example"),
        ("https://www.bbc.com/news/1", ["BBC"], [], "BBC News"),
        ("https://old.reddit.com/r/lamps", [], [], "Reddit"),
        (
            "https://sandiegouniontribune.com/1",
            [],
            ["Lamp - The San Diego Union-Tribune"],
            "The San Diego Union-Tribune",
        ),
        ("https://leandatainc.com/1", [], ["LeanData | The Winds"], "LeanData"),
        ("https://www.mdr.de/1", [], ["Die Lampe | MDR.DE"], "MDR.DE"),
        ("https://lamps.example/1", [], ["Lamps - a history of the lamps - Ada"], "Lamps"),
        ("https://lamps.example/1", [], ["Off | An essay by Ada"], "lamps.example"),
    ],
)
def test_a_site_has_the_name_its_readers_know(url: str, stated: list[str], titles: list[str], site: str) -> None:
    """Its own, without a slogan; what stands beside its titles and spells its host; else its host."""
    assert find_site(url, stated, titles) == site
