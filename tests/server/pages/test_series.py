"""Where a version stands in its series, and which cards are on its subject."""

import lxml.html
import msgspec

from server.core.card import CardId
from server.core.changes import tell_changes
from server.pages.card_page import path_of
from tests.fakes import make_claim
from tests.server.api.served import ADDRESS, Served, load_case
from tests.server.pages.hostile import parse, words

CASE = load_case()
FOLDER = f"/c/{CASE.id}/v"


def series() -> Served:
    """Three versions; the third says something new."""
    served = Served()
    served.save(CASE)
    served.save(CASE)
    third = msgspec.structs.replace(CASE, version=3, hook=make_claim("The fork has its first release.", source=2))
    before = msgspec.structs.replace(CASE, changes=({"version": 2, "summary": "31 more comments read."},))
    served.save(msgspec.structs.replace(third, changes=tell_changes(before, third)))
    return served


def page(served: Served, path: str) -> lxml.html.HtmlElement:
    return parse(served.client.get(path).text)


def place(tree: lxml.html.HtmlElement) -> list[tuple[str, str]]:
    return [(words(link.text_content()), str(link.get("href"))) for link in tree.xpath("//p[@class='place']/a")]


def test_a_version_tells_its_place_and_leads_to_its_neighbours() -> None:
    """And to the latest, whose address names no version."""
    served = series()
    latest = ("Latest: version 3", path_of(CASE))
    assert place(page(served, f"{FOLDER}/1")) == [("Next: version 2", f"{FOLDER}/2"), latest]
    assert place(page(served, f"{FOLDER}/2")) == [("Previous: version 1", f"{FOLDER}/1"), latest]
    tree = page(served, path_of(CASE))
    assert place(tree) == [("Previous: version 2", f"{FOLDER}/2")]
    assert words(tree.get_element_by_id("versions-title").text_content()) == "Version 3 of 3"


def test_the_top_of_a_page_leads_to_what_changed() -> None:
    """On an old one to the latest version's changes."""
    served = series()
    assert page(served, path_of(CASE)).xpath("//p[@class='badges']//a/@href") == ["#versions"]
    old = page(served, f"{FOLDER}/1").xpath("//p[@class='notice']//a/@href")
    assert old[-2:] == [path_of(CASE), f"{path_of(CASE)}#versions"]


def test_an_old_version_is_passed_on_as_itself() -> None:
    """Its files are those of the version that is read, not of the latest."""
    links = page(series(), f"{FOLDER}/1").xpath("//a[@download]/@href | //button/@data-copy-from")
    assert set(links) == {f"{FOLDER}/1.html", f"{FOLDER}/1.md"}


def test_what_changed_is_told_newest_first_and_in_detail() -> None:
    """Sentences that are new and those that are gone, which open without a script."""
    tree = page(series(), path_of(CASE))
    told = [words(line.text_content()) for line in tree.xpath("//ul[@class='changes']/li/p")]
    assert told == ["Version 3 1 new sentence, 1 sentence gone.", "Version 2 31 more comments read."]
    (detail,) = tree.xpath("//ul[@class='changes']//details")
    assert "The fork has its first release." in words(detail.text_content())
    assert CASE.hook is not None
    assert CASE.hook.text in words(detail.text_content())


def test_a_card_of_one_version_says_nothing_of_versions() -> None:
    """There is nothing to say."""
    served = Served()
    served.save(CASE)
    assert page(served, path_of(CASE)).xpath("//*[@id='versions']") == []


def test_a_change_of_an_unknown_shape_is_left_out() -> None:
    """A card may come from another maker, or from a later day."""
    served = series()
    odd = ({"summary": 7}, {"note": "x"}, {"summary": "Told.", "added": [1]}, {"summary": "Kept.", "more": [1]})
    served.save(msgspec.structs.replace(CASE, changes=odd))
    tree = page(served, path_of(CASE))
    assert [words(line.text_content()) for line in tree.xpath("//ul[@class='changes']/li")] == ["Kept."]


def test_related_cards_stand_on_the_page_and_in_its_exports() -> None:
    """Those of the store, at their addresses of today; what a card once said of them is not asked."""
    served = Served()
    served.save(CASE)
    other = msgspec.structs.replace(CASE, id=CardId("other-card-00001"))
    served.save(other, url="https://example.org/other")
    link = f"{ADDRESS}{path_of(other)}"
    assert page(served, path_of(CASE)).xpath("//section[@class='related']//@href") == [link]
    assert served.client.get(f"/c/{CASE.id}.json").json()["related"] == [
        {"id": other.id, "headline": CASE.headline.text, "permalink": link}
    ]
    assert served.client.get(f"/api/v1/cards/{CASE.id}").json()["related"][0]["id"] == other.id
    assert link in served.client.get(f"/c/{CASE.id}.md").text
    assert link in served.client.get(f"/c/{CASE.id}.html").text


def test_hidden_cards_are_related_to_nobodys() -> None:
    """Unlisted and private ones; a deleted one goes from the page with the next look."""
    served = Served()
    served.save(CASE)
    for number, visibility in enumerate(("unlisted", "private", "public")):
        hidden = msgspec.structs.replace(CASE, id=CardId(f"other-card-0000{number}"), visibility=visibility)
        served.save(hidden, url=f"https://example.org/{number}")
    assert len(page(served, path_of(CASE)).xpath("//section[@class='related']//li")) == 1
    assert served.client.delete("/api/v1/cards/other-card-00002").status_code == 204
    assert page(served, path_of(CASE)).xpath("//section[@class='related']") == []
