"""A card as schema.org's Article, for machines that read pages."""

import json
from typing import Any

import msgspec
import pytest

from server.core.card import Card
from server.pages.card_page import CardPage, path_of
from server.pages.linked_data import describe, linked_data
from tests.server.api.served import Served, load_case
from tests.server.pages.hostile import parse

CASE = load_case()


def page_of(card: Card) -> CardPage:
    return CardPage(card, path_of(card), card.version)


def served(**changes: Any) -> list[str]:
    """The data blocks of a card's page."""
    server = Served()
    server.save(msgspec.structs.replace(CASE, **changes))
    return [str(text) for text in parse(server.client.get(path_of(CASE)).text).xpath("//script[not(@src)]/text()")]


def test_the_article_tells_what_it_says_when_and_by_whom() -> None:
    """Its addresses are the permalink's, and its dates instants."""
    told = describe(page_of(CASE))
    assert (told["@context"], told["@type"]) == ("https://schema.org", "Article")
    assert told["headline"] == CASE.headline.text
    assert told["url"] == told["mainEntityOfPage"] == CASE.permalink
    assert told["dateModified"] == CASE.generated_at.isoformat()
    assert told["publisher"]["name"] == told["author"]["name"] == "Threadproof"
    assert told["version"] == str(CASE.version)
    assert told["image"].endswith(f"/c/{CASE.id}/v/{CASE.version}.png")


def test_it_cites_every_source_and_is_based_on_the_thread() -> None:
    """The thread is no citation of itself; what a source does not tell is left out."""
    told = describe(page_of(CASE))
    web = [source for source in CASE.sources if source.n != 1]
    assert [cited["url"] for cited in told["citation"]] == [source.url for source in web]
    assert [cited.get("datePublished") for cited in told["citation"]] == [source.published_at for source in web]
    assert told["isBasedOn"]["url"] == CASE.thread.url
    assert told["isBasedOn"]["@type"] == "DiscussionForumPosting"
    assert None not in [value for cited in told["citation"] for value in cited.values()]


def test_only_the_first_version_tells_when_the_series_began() -> None:
    """Later ones know when they were made, and nothing of the first."""
    assert "datePublished" not in describe(page_of(msgspec.structs.replace(CASE, version=2)))
    assert describe(page_of(msgspec.structs.replace(CASE, version=1)))["datePublished"] == CASE.generated_at.isoformat()


def test_the_page_carries_it_as_data() -> None:
    """The same, in one block that no policy has to allow."""
    (text,) = served()
    assert json.loads(text)["headline"] == CASE.headline.text


def test_a_private_card_has_none() -> None:
    """Nothing of it is for machines; an unlisted one names no picture."""
    card = msgspec.structs.replace(CASE, visibility="private")
    server = Served()
    server.save(card)
    assert "ld+json" not in server.client.get(path_of(CASE)).text
    assert "image" not in describe(page_of(msgspec.structs.replace(CASE, visibility="unlisted")))


@pytest.mark.parametrize("text", ["</script><script>alert(1)</script>", "<!--<script>", "]]>&lt;", "\u2028\u2029'\""])
def test_no_string_can_end_the_block(text: str) -> None:
    """Not a sign of HTML is left in it, and JSON gives the text back."""
    card = msgspec.structs.replace(CASE, headline=msgspec.structs.replace(CASE.headline, text=text))
    block = str(linked_data(page_of(card)))
    assert not set("<>&'\u2028\u2029") & set(block)
    assert json.loads(block)["headline"] == text
