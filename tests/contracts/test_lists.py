"""What every CardStore promises of lists: shelves, places to go on from, discussion, addresses, and who is in none."""

from datetime import timedelta

import msgspec
import pytest

from server.core.card import CardId
from server.core.jobs import CardKey
from server.core.ports import CardStore, NewCard
from server.core.shelves import EVERYTHING, Place, Shelf
from tests.fakes import NOON, make_card, make_claim, make_new_card

pytestmark = pytest.mark.anyio

ODD = (
    "..",
    "../..",
    "a/b",
    "%2e%2e",
    "!tech@lemmy.example",
    "r/灯塔",
    "r/x\x00y",
    "r/" + "n" * 5000,
    "'; DROP TABLE x",
)


def on(name: str, hours: float = 0, **changes: object) -> NewCard:
    """A card of a thread of its own; `site`, `community`, `comment_count` are its thread's, `audiences` its TL;DR's."""
    base = make_card()
    thread = {each: changes.pop(each) for each in ("site", "community", "comment_count", "title") if each in changes}
    if "audiences" in changes:
        changes["tldr"] = msgspec.structs.replace(base.tldr, who_should_care=changes.pop("audiences"))
    return make_new_card(
        CardKey(f"https://t.example/{name}", scope=str(changes.pop("scope", "public"))),
        **{
            "id": CardId(name),
            "generated_at": NOON + timedelta(hours=hours),
            "thread": msgspec.structs.replace(base.thread, **thread),
            **changes,
        },
    )


async def listed(store: CardStore, shelf: Shelf = EVERYTHING, **wanted: object) -> list[str]:
    return [summary.id for summary in await store.list_cards(shelf, **wanted)]  # type: ignore[arg-type]


async def test_a_shelf_holds_its_own_cards(store: CardStore) -> None:
    """Of a site, a community there or anywhere, a category, an audience; named in any case."""
    await store.save_card(on("a", 0, category="Security", audiences=("Developers", "Everyone")))
    await store.save_card(on("b", 1, site="lemmy.example", audiences=("Developers",)))
    await store.save_card(on("c", 2, community=None, category=None, audiences=()))
    assert await listed(store) == ["c", "b", "a"]
    assert await listed(store, Shelf(site="Reddit.com")) == ["c", "a"]
    assert await listed(store, Shelf(community="R/lighthouses")) == ["b", "a"]
    assert await listed(store, Shelf(site="reddit.com", community="r/Lighthouses")) == ["a"]
    assert await listed(store, Shelf(category="Security")) == ["a"]
    assert await listed(store, Shelf(audience="Developers")) == ["b", "a"]
    assert await listed(store, Shelf(audience="Investors")) == []
    assert [await store.count_cards(shelf) for shelf in (EVERYTHING, Shelf(site="reddit.com"), Shelf(site="x"))] == [
        3,
        2,
        0,
    ]


@pytest.mark.parametrize("name", ODD, ids=lambda name: repr(name)[:20])
async def test_a_community_may_have_any_name(store: CardStore, name: str) -> None:
    """It is found by that name and no other, in lists and in searches."""
    await store.save_card(on("odd", community=name))
    await store.save_card(on("usual"))
    for shelf in (Shelf(community=name), Shelf(site="reddit.com", community=name)):
        assert await listed(store, shelf) == ["odd"]
        assert await listed(store, shelf, q="lamp") == ["odd"]


async def test_pages_of_a_list_leave_nothing_out_and_repeat_nothing(store: CardStore) -> None:
    """Also where many cards were made at once, in lists and in searches."""
    for number in range(7):
        await store.save_card(on(f"card-{number}", hours=number // 3))
    for wanted in ({}, {"q": "lamp"}):
        seen: list[str] = []
        place = None
        while found := await store.list_cards(before=place, limit=2, **wanted):  # type: ignore[arg-type]
            seen += [summary.id for summary in found]
            place = Place(found[-1].generated_at, found[-1].id)
        assert seen == ["card-6", "card-5", "card-4", "card-3", "card-2", "card-1", "card-0"]


async def test_a_search_may_be_kept_to_a_shelf(store: CardStore) -> None:
    """Not by what a card says: a community's name in another's text puts nothing there."""
    await store.save_card(on("here", 0))
    await store.save_card(on("there", 1, community="r/Ferries", headline=make_claim("r/Lighthouses relights its lamp")))
    place = Shelf(site="reddit.com", community="r/Lighthouses")
    assert await listed(store, q="relights lamp") == ["there", "here"]
    assert await listed(store, place, q="relights lamp") == ["here"]
    assert await listed(store, place, q="lighthouses lam") == ["here"]
    assert await listed(store, Shelf(category="Industry"), q="relights") == ["there", "here"]
    assert await listed(store, Shelf(category="Security"), q="relights") == []


async def test_a_line_tells_its_language_what_changed_and_both_dates(store: CardStore) -> None:
    """A refreshed card moves to the front of its list and keeps the date of its first version."""
    await store.save_card(on("old", 0, lang="de"))
    await store.save_card(on("new", 1))
    await store.save_card(on("old", 2, lang="de", hook=None))
    line, _ = await store.list_cards()
    assert (line.id, line.version, line.lang, line.hook) == ("old", 2, "de", None)
    assert line.lead == "The council voted 7 to 2 to relight the lamp."
    assert (line.created_at, line.generated_at) == (NOON, NOON + timedelta(hours=2))


async def test_the_latest_version_decides_where_a_card_stands(store: CardStore) -> None:
    """It leaves the shelves that it no longer names."""
    await store.save_card(on("a", 0, category="Security"))
    await store.save_card(on("a", 1, category="Policy", community="r/Elsewhere"))
    assert await listed(store, Shelf(category="Security")) == []
    assert await listed(store, Shelf(community="r/Lighthouses")) == []
    assert await listed(store, Shelf(category="Policy")) == ["a"]


async def test_the_most_discussed_are_those_with_most_comments_of_late(store: CardStore) -> None:
    """None without any, and none from before."""
    for name, hours, comments in (
        ("few", 3, 4),
        ("many", 1, 90),
        ("none", 2, 0),
        ("unknown", 2, None),
        ("old", -1, 500),
    ):
        await store.save_card(on(name, hours, comment_count=comments))
    assert [each.id for each in await store.most_discussed(NOON)] == ["many", "few"]
    assert [each.id for each in await store.most_discussed(NOON, limit=1)] == ["many"]
    assert await store.most_discussed(NOON, Shelf(site="nowhere.example")) == []


async def test_addresses_come_in_the_order_of_their_last_change(store: CardStore) -> None:
    """So that a file full of them stays as it is until one of its cards changes."""
    for number in range(5):
        await store.save_card(on(f"card-{number}", number))
    await store.save_card(on("card-1", 9, headline=make_claim("The lamp is lit")))
    found = await store.list_addresses(first=2, limit=2)
    assert [each.id for each in found] == ["card-3", "card-4"]
    (last,) = await store.list_addresses(first=4, limit=2)
    assert (last.id, last.headline, last.updated_at) == ("card-1", "The lamp is lit", NOON + timedelta(hours=9))
    assert await store.list_addresses(first=5, limit=2) == []


async def test_what_is_not_for_everybody_is_in_no_list(store: CardStore) -> None:
    """Unlisted, private, partial, deleted: not on a shelf, found, counted, discussed, addressed or loaded."""
    hidden = ("unlisted", "private", "partial", "deleted", "hidden")
    await store.save_card(on("unlisted", scope="a" * 12, visibility="unlisted"))
    await store.save_card(on("private", scope="b" * 12, visibility="private"))
    await store.save_card(on("partial", status="partial"))
    await store.save_card(on("deleted"))
    await store.delete_card(CardId("deleted"), NOON)
    await store.save_card(on("hidden"))
    await store.save_card(on("hidden", visibility="unlisted"))
    await store.save_card(on("shown"))
    for shelf in (EVERYTHING, Shelf(site="reddit.com"), Shelf(community="r/Lighthouses"), Shelf(category="Industry"),
                  Shelf(audience="Everyone"), Shelf(site="reddit.com", community="r/Lighthouses")):  # fmt: skip
        assert await listed(store, shelf) == ["shown"]
        assert await listed(store, shelf, q="lamp") == ["shown"]
        assert await store.count_cards(shelf) == 1
        assert [each.id for each in await store.most_discussed(NOON, shelf)] == ["shown"]
    assert [each.id for each in await store.list_addresses(first=0, limit=9)] == ["shown"]
    asked = [CardId(name) for name in (*hidden, "shown", "nobody", "shown")]
    assert {stored.card.id for stored in await store.load_listed(asked)} == {"shown"}


async def test_listed_cards_are_loaded_in_the_order_asked_for(store: CardStore) -> None:
    """Their latest versions, whole."""
    await store.save_card(on("a"))
    saved = await store.save_card(on("a"))
    await store.save_card(on("b"))
    found = await store.load_listed([CardId("b"), CardId("a")])
    assert [stored.card.id for stored in found] == ["b", "a"]
    assert found[1] == saved
    assert await store.load_listed([]) == []
