"""The feed of recaps: Atom that a strict parser opens, with right dates, whatever the cards say."""

from datetime import UTC, datetime, timedelta

import lxml.etree
import lxml.html
import msgspec
import pytest

from server.core.card import CardId
from server.pages.feed_entries import FORBIDDEN
from tests.following.served import FollowServed, make_cards
from tests.server.pages.hostile import STRINGS, find_live, hostile_card, words

MONDAY = datetime(2026, 2, 23, 9, tzinfo=UTC)
NS = {"a": "http://www.w3.org/2005/Atom"}
FEED = "/recap/feed.atom"
FIT = {"html", "head", "body", "div", "p", "small", "h2", "h3", "a"}


@pytest.fixture
def served() -> FollowServed:
    """Two weeks with cards, the Wednesday after them."""
    served = FollowServed()
    served.now = datetime(2026, 3, 4, 12, tzinfo=UTC)
    served.save_all(make_cards(4, MONDAY))
    return served


def feed_of(served: FollowServed) -> lxml.etree._Element:
    """The feed, through a parser that forgives nothing."""
    answer = served.client.get(FEED)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/atom+xml")
    return lxml.etree.fromstring(answer.content)


def found(feed: lxml.etree._Element, path: str) -> list[str]:
    return [element.text or "" for element in feed.iterfind(path, NS)]


def test_each_week_with_cards_is_an_entry_with_what_atom_demands(served: FollowServed) -> None:
    """Id, title, updated and a link for the feed and for each entry (RFC 4287 §4.1); an author for all."""
    feed = feed_of(served)
    assert feed.xpath("a:link[@rel='alternate']/@href", namespaces=NS) == ["http://127.0.0.1:8321/recap"]
    assert found(feed, "a:author/a:name") == ["Threadproof"]
    assert feed.xpath("a:link[@rel='self']/@href", namespaces=NS) == [f"http://127.0.0.1:8321{FEED}"]
    [week] = found(feed, "a:entry/a:id")
    assert week.startswith("urn:uuid:")
    assert feed.xpath("a:entry/a:link[@rel='alternate']/@href", namespaces=NS) == [
        "http://127.0.0.1:8321/recap/2026-W09"
    ]
    assert found(feed, "a:entry/a:title") == ["Week 9, 2026: 23 February to 1 March 2026"]
    [content] = found(feed, "a:entry/a:content")
    shown = words(lxml.html.document_fromstring(content).text_content())
    assert "Builder3 moved the 3 lamps of Harbour3 on Tuesday, the board said." in shown
    assert "http://127.0.0.1:8321/c/week000000000003-builder3" in content


def test_the_same_weeks_come_as_json_feed(served: FollowServed) -> None:
    """With the same ids and dates."""
    answer = served.client.get("/recap/feed.json")
    assert answer.headers["content-type"].startswith("application/feed+json")
    [item] = answer.json()["items"]
    assert [item["id"]] == found(feed_of(served), "a:entry/a:id")
    assert [item["date_modified"]] == found(feed_of(served), "a:entry/a:updated")
    assert item["url"] == "http://127.0.0.1:8321/recap/2026-W09"


def test_dates_are_those_of_the_cards_and_not_of_the_asking(served: FollowServed) -> None:
    """An hour later the feed is the same to the byte; a new card moves it."""
    newest = (MONDAY + timedelta(hours=3)).isoformat().replace("+00:00", "Z")
    assert found(feed_of(served), "a:entry/a:updated") == found(feed_of(served), "a:updated") == [newest]
    before = served.client.get(FEED)
    served.now += timedelta(hours=1)
    assert served.client.get(FEED, headers={"If-None-Match": before.headers["etag"]}).status_code == 304
    later = [
        msgspec.structs.replace(card, id=CardId("later00000000000"), generated_at=served.now)
        for card in make_cards(1, served.now)
    ]
    served.save_all(
        [
            msgspec.structs.replace(
                later[0], thread=msgspec.structs.replace(later[0].thread, url="https://example.org/later")
            )
        ]
    )
    assert len(found(feed_of(served), "a:entry/a:id")) == 2
    assert served.client.get(FEED).headers["etag"] != before.headers["etag"]


def test_a_feed_without_any_week_is_valid() -> None:
    """Nobody has made a card yet."""
    assert found(feed_of(FollowServed()), "a:entry/a:id") == []


@pytest.mark.parametrize("text", [*STRINGS, "\x00\x01\ufffe\x1b[31m \u0085"])
def test_a_hostile_card_leaves_the_feed_valid_and_nothing_in_it_acts(text: str) -> None:
    """Once as XML, and once more as the HTML that a reader makes of an entry; the text is there."""
    served = FollowServed()
    card = hostile_card(text)
    served.save(card, {}, url="https://example.org/hostile")
    served.now = card.generated_at
    served.keep_up()
    [content] = found(feed_of(served), "a:entry/a:content")
    tree = lxml.html.document_fromstring(content)
    assert [fault for fault in find_live(tree) if fault != "element small"] == []
    assert {element.tag for element in tree.iter() if isinstance(element.tag, str)} <= FIT
    assert FORBIDDEN.search(text) or words(text) in words(tree.text_content())
