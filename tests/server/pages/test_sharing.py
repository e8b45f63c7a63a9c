"""What other places show of a card whose address is passed on."""

import lxml.html
import msgspec
import pytest

from server.core.card import Visibility
from server.pages.card_page import path_of
from tests.server.api.served import ADDRESS, Served, load_case
from tests.server.pages.hostile import parse

CASE = load_case()
LINK = f"https://cards.example{path_of(CASE)}"


def page(
    visibility: Visibility = "public", *, operator: bool = False, path: str = path_of(CASE)
) -> lxml.html.HtmlElement:
    """The card's page on a public server, or on the operator's own."""
    served = Served() if operator else Served(public_address="https://cards.example")
    for _ in range(2):
        served.save(msgspec.structs.replace(CASE, visibility=visibility))
    return parse(served.client.get(path).text)


def told(tree: lxml.html.HtmlElement) -> dict[str, str]:
    """Its meta elements by name or property."""
    return {str(meta.get("property") or meta.get("name")): str(meta.get("content")) for meta in tree.xpath("//meta")}


def alternates(tree: lxml.html.HtmlElement) -> dict[str, str]:
    """Its other forms by media type."""
    return {str(link.get("type")): str(link.get("href")) for link in tree.xpath("//link[@rel='alternate']")}


def test_a_public_card_previews_with_title_text_and_image() -> None:
    """Open Graph, which Twitter reads too; every address absolute, the image with its size and its text."""
    found = told(page())
    assert found["og:type"] == "article"
    assert found["og:title"] == CASE.headline.text
    assert found["og:description"] == found["description"] == CASE.tldr.what_changed.text
    assert found["og:url"] == LINK
    assert found["og:image"] == f"https://cards.example/c/{CASE.id}/v/2.png"
    assert (found["og:image:width"], found["og:image:height"]) == ("1200", "630")
    assert CASE.headline.text in found["og:image:alt"]
    assert found["twitter:card"] == "summary_large_image"
    assert found["article:published_time"] == CASE.generated_at.isoformat()


def test_an_unlisted_card_has_no_image_and_a_private_one_no_preview() -> None:
    """Images are kept by those who show previews; of a private card its operator's own page tells nothing."""
    found = told(page("unlisted"))
    assert found["og:title"] == CASE.headline.text
    assert "og:image" not in found
    assert "application/json+oembed" not in alternates(page("unlisted"))
    assert not [name for name in told(page("private", operator=True)) if name.startswith(("og:", "twitter:"))]


def test_the_page_names_itself_and_its_other_forms() -> None:
    """Canonical from every version; the very version as JSON and Markdown; where to ask for oEmbed."""
    for path, form in ((path_of(CASE), f"/c/{CASE.id}"), (f"/c/{CASE.id}/v/1", f"/c/{CASE.id}/v/1")):
        tree = page(path=path)
        assert tree.xpath("//link[@rel='canonical']/@href") == [LINK]
        assert alternates(tree) == {
            "application/json": f"{form}.json",
            "text/markdown": f"{form}.md",
            "application/json+oembed": "https://cards.example/oembed?url="
            f"https%3A//cards.example{path_of(CASE)}&format=json",
            "text/xml+oembed": f"https://cards.example/oembed?url=https%3A//cards.example{path_of(CASE)}&format=xml",
        }


@pytest.mark.parametrize(
    "path", ["/", path_of(CASE), f"/embed/{CASE.id}", f"/c/{CASE.id}/source/2", "/c/0000000000000000"]
)
def test_search_engines_are_asked_to_stay_away(path: str) -> None:
    """In the page and in its header."""
    served = Served()
    served.save(CASE)
    answer = served.client.get(path)
    assert told(parse(answer.text))["robots"] == "noindex"
    assert answer.headers["x-robots-tag"] == "noindex"


def listing(path: str, visibility: Visibility = "public", **settings: object) -> tuple[str, str, str]:
    """What page, header and robots.txt say of a path, of two versions' card."""
    served = Served(**settings)
    for _ in range(2):
        served.save(msgspec.structs.replace(CASE, visibility=visibility))
    operator = Served().client.get("/robots.txt").text
    answer = served.client.get(path)
    sitemap = f"\nSitemap: {ADDRESS}/sitemap.xml\n" if settings.get("indexing") else ""
    assert served.client.get("/robots.txt").text == operator + sitemap
    return told(parse(answer.text))["robots"], answer.headers["x-robots-tag"], operator


@pytest.mark.parametrize("path", ["/", path_of(CASE)])
def test_an_operator_may_let_search_engines_in(path: str) -> None:
    """To the front page and the latest version of public cards; page and header say the same."""
    assert listing(path, indexing=True)[:2] == ("all", "all")


@pytest.mark.parametrize(
    ("path", "visibility"),
    [
        (path_of(CASE), "unlisted"),
        (path_of(CASE), "private"),
        (f"/c/{CASE.id}/v/1", "public"),
        (f"/c/{CASE.id}/source/2", "public"),
        (f"/embed/{CASE.id}", "public"),
        ("/?url=https://a.example/", "public"),
        ("/c/0000000000000000", "public"),
    ],
)
def test_everything_else_stays_out_of_search_engines(path: str, visibility: Visibility) -> None:
    """Whatever the operator lets them list."""
    assert listing(path, visibility, indexing=True)[:2] == ("noindex", "noindex")


def test_robots_may_fetch_what_they_must_not_list() -> None:
    """Else they would never read that they must not; and link previews need the page and its picture."""
    refused = [line.split()[1] for line in listing("/")[2].splitlines() if line.startswith("Disallow")]
    assert refused == ["/api/", "/jobs/"]


def test_copying_waits_for_a_script() -> None:
    """Without one the buttons are not there; the links beside them are."""
    tree = page(operator=True)
    buttons = tree.xpath("//button[@data-copy or @data-copy-from]")
    assert buttons
    assert all(button.get("hidden") is not None for button in buttons)
    assert {button.get("data-copy") for button in buttons} == {f"{ADDRESS}{path_of(CASE)}", None}
    assert f"/c/{CASE.id}.md" in tree.xpath("//p[@class='exports']/a/@href")
