"""The compact card inside other people's pages."""

import msgspec
import pytest

from server.core.card import Visibility
from server.pages.card_page import path_of
from tests.server.api.served import Served, load_case
from tests.server.pages.hostile import find_live, parse, words

CASE = load_case()
EMBED = f"/embed/{CASE.id}"


@pytest.fixture
def served() -> Served:
    """A server on loopback that has the card."""
    served = Served()
    served.save(CASE)
    return served


def test_it_tells_the_card_in_short(served: Served) -> None:
    """Whose thread, headline, what changed with its kind and sources, the verdict, how fresh."""
    text = words(parse(served.client.get(EMBED).text).text_content())
    for part in (
        "r/ThreadproofSample", "Industry", "Fresh", CASE.headline.text, CASE.tldr.what_changed.text, "[2]",
        "the web says", "23 of 26 claims supported", "6 sources", "Threadproof",
    ):  # fmt: skip
        assert part in text


def test_any_page_may_frame_it_and_none_the_others(served: Served) -> None:
    """The rest of its policy is as narrow: no script at all."""
    policy = served.client.get(EMBED).headers["content-security-policy"]
    assert "frame-ancestors *" in policy
    assert "script-src" not in policy
    assert policy.startswith("default-src 'none';")
    for path in (path_of(CASE), f"/c/{CASE.id}/source/2", "/", "/jobs/none", "/embed", "/c/0000000000000000"):
        assert "frame-ancestors 'none'" in served.client.get(path).headers["content-security-policy"]


def test_its_links_open_the_permalink_in_a_tab_of_their_own(served: Served) -> None:
    """No script, no form, no way back for the opened page."""
    tree = parse(served.client.get(EMBED).text)
    assert find_live(tree) == []
    assert tree.xpath("//script|//form|//button") == []
    links = tree.xpath("//a")
    assert links
    assert {(link.get("target"), link.get("rel")) for link in links} == {("_blank", "noopener")}
    assert {link.get("href").partition("#")[0] for link in links} == {path_of(CASE)}


def test_a_slug_does_not_matter(served: Served) -> None:
    """An embed outlives a changed headline."""
    assert served.client.get(f"{EMBED}-an-old-headline").content == served.client.get(EMBED).content


def test_what_is_gone_says_so_in_the_frame(served: Served) -> None:
    """410 and 404 that may be framed too, else browsers would show an error of their own."""
    served.client.delete(f"/api/v1/cards/{CASE.id}")
    for path, status, said in ((EMBED, 410, "deleted"), ("/embed/0000000000000000", 404, "no card")):
        answer = served.client.get(path)
        assert answer.status_code == status
        assert said in words(parse(answer.text).text_content())
        assert "frame-ancestors *" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("visibility", "status"), [("public", 200), ("unlisted", 200), ("private", 404)])
def test_whoever_may_read_the_permalink_may_read_it(visibility: Visibility, status: int) -> None:
    """A private card is none to strangers."""
    served = Served(public_address="https://cards.example")
    served.save(msgspec.structs.replace(CASE, visibility=visibility))
    assert served.client.get(path_of(CASE)).status_code == status
    answer = served.client.get(EMBED)
    assert answer.status_code == status
    assert (CASE.headline.text in answer.text) == (status == 200)


def test_it_is_not_sent_twice(served: Served) -> None:
    """Its ETag gives 304, under the same policy."""
    etag = served.client.get(EMBED).headers["etag"]
    again = served.client.get(EMBED, headers={"if-none-match": etag})
    assert again.status_code == 304
    assert "frame-ancestors *" in again.headers["content-security-policy"]
