"""Shelves of cards, and places in a list."""

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from server.core.shelves import EVERYTHING, Place, Shelf, read_place, shelf_word, shelves_of
from server.core.words import words
from tests.fakes import NOON, make_card

NAMES = (
    "",
    "..",
    "../../etc",
    "a/b",
    "%2e%2e",
    "r/x",
    "!x@y",
    "灯塔",
    "r/ＬＬＭ",
    "\x00",
    "x" * 9000,
    "\ud800",
    "all",
    "si:",
)


def test_a_card_stands_on_every_shelf_that_it_names() -> None:
    """Everything, its site, its community anywhere and there, its category, its audiences."""
    card = make_card()
    place = Shelf(site="reddit.com", community="r/Lighthouses")
    assert set(shelves_of(card)) == {
        EVERYTHING, Shelf(site="reddit.com"), Shelf(community="r/Lighthouses"), place, Shelf(category="Industry"),
        Shelf(audience="Everyone"),
    }  # fmt: skip
    bare = msgspec.structs.replace(
        card, category=None, thread=msgspec.structs.replace(card.thread, community=None),
        tldr=msgspec.structs.replace(card.tldr, who_should_care=()),
    )  # fmt: skip
    assert set(shelves_of(bare)) == {EVERYTHING, Shelf(site="reddit.com")}


def test_case_makes_no_other_shelf() -> None:
    """Reddit answers to a name in any case, and so do readers' fingers; nor do slashes around it."""
    assert Shelf(community="r/LocalLLaMA").key == Shelf(community="/R/localllama/").key
    assert Shelf(site="Reddit.com").key == Shelf(site="reddit.com").key


def test_different_names_and_kinds_are_different_shelves() -> None:
    """However odd the name; keys are short and plain, fit for an index."""
    named = [Shelf(**{kind: name}) for name in NAMES for kind in ("site", "community", "category", "audience")]
    keys = {shelf.key for shelf in (*named, EVERYTHING, *(Shelf(site="a", community=name) for name in NAMES))}
    assert len(keys) == len(named) + 1 + len(NAMES)
    assert all(key.isascii() and len(key) < 64 for key in keys)


def test_no_text_holds_a_shelfs_word() -> None:
    """Else a query could name a shelf, or a card stand on one by what it says."""
    word = shelf_word(Shelf(community="r/x"))
    assert word not in words(f"a {word} b")
    assert words(word) != [word]


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ("2026-02-23T12:00:00Z", Place(NOON)),
        ("2026-02-23T12:00:00", Place(NOON)),
        ("2026-02-23T21:00:00+09:00", Place(NOON)),
        ("2026-02-23T21:00:00 09:00", Place(NOON)),
        ("2026-02-23 12:00", Place(NOON)),
        ("2026-02-23", Place(NOON - timedelta(hours=12))),
        (" 2026-02-23T12:00:00.000001Z~ab-_9 ", Place(NOON + timedelta(microseconds=1), "ab-_9")),
        ("0001-01-01T00:00:00+09:00", None),
        ("", None), ("~", None), ("yesterday", None), ("2026-13-01", None), ("2026-02-23~", None),
        ("2026-02-23~a/b", None), ("2026-02-23~" + "a" * 65, None), ("\x00", None), ("1" * 10_000, None),
    ],
)  # fmt: skip
def test_a_place_is_read_as_it_may_be_told(told: str, place: Place | None) -> None:
    """An instant in any zone, a day, or what a list said to go on with; nothing else, and without complaint."""
    assert read_place(told) == place


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=-7))])
def test_a_place_comes_back_as_it_was_written(zone: timezone) -> None:
    """To the microsecond."""
    place = Place(datetime(2026, 2, 23, 12, 0, 0, 7, tzinfo=zone), "kestrelpoint-001")
    assert read_place(str(place)) == place


def test_what_comes_behind_a_place() -> None:
    """Older cards; of those made at once the ones with lower ids. An instant alone leaves out all made at it."""
    older, newer = NOON - timedelta(microseconds=1), NOON + timedelta(microseconds=1)
    cards = [(older, "z"), (NOON, "a"), (NOON, "b"), (NOON, "c"), (newer, "a")]
    assert [Place(NOON, "b").is_before(*card) for card in cards] == [True, True, False, False, False]
    assert not Place(NOON).is_before(NOON, "a")
