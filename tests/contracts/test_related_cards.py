"""What every CardStore promises of related cards: same subject, other thread, public and as they are now."""

import msgspec
import pytest

from server.core.card import CardId, Tldr
from server.core.jobs import CardKey
from server.core.ports import CardStore, NewCard
from tests.fakes import NOON, make_card, make_claim, make_new_card

pytestmark = pytest.mark.anyio

SUBJECTS = {
    "vote": ("Kestrel Point council votes to relight its lamp", "The council voted 7 to 2 to relight the lamp."),
    "lens": ("Kestrel Point lamp gets a new lens", "Divers recovered the old lens of the Kestrel Point lamp."),
    "grant": ("Harbour trust grants money for the lamp at Kestrel Point", "A grant pays for half of the new lamp."),
    "ferry": ("Dunnock Island ferry stays in port", "The ferry to Dunnock Island is out of service until May."),
    "timetable": ("New timetable for the Dunnock Island ferry", "The ferry will sail twice a day in summer."),
    "bakery": ("Bakery wins a prize for rye bread", "A jury of bakers chose the loaf among ninety."),
}


def on(name: str, *, url: str = "", lang: str = "auto", scope: str = "public", **changes: object) -> NewCard:
    """A card on one of SUBJECTS, of a thread of its own."""
    headline, changed = SUBJECTS[name]
    tldr = Tldr(what_changed=make_claim(changed), why_it_matters=None, what_to_do_next=(), who_should_care=())
    thread = msgspec.structs.replace(make_card().thread, title=headline)
    base = {
        "id": CardId(name),
        "headline": make_claim(headline),
        "hook": None,
        "tldr": tldr,
        "insight": None,
        "thread": thread,
    }
    return make_new_card(CardKey(url or f"https://t.example/{name}", lang, scope), **(base | changes))


async def save_all(store: CardStore) -> None:
    for name in SUBJECTS:
        await store.save_card(on(name))


async def related(store: CardStore, name: str, **options: int) -> list[str]:
    return [summary.id for summary in await store.related_cards(CardId(name), **options)]


async def test_cards_on_the_same_subject_are_related(store: CardStore) -> None:
    """Those that share its names first; a card on something else has none, rather than any."""
    await save_all(store)
    assert sorted(await related(store, "vote")) == ["grant", "lens"]
    assert await related(store, "ferry") == ["timetable"]
    assert await related(store, "bakery") == []
    assert len(await related(store, "vote", limit=1)) == 1
    assert await related(store, "vote", limit=0) == []
    assert await related(store, "nobody") == []


async def test_a_related_card_is_told_as_lists_tell_it(store: CardStore) -> None:
    """The latest version's head and address."""
    await save_all(store)
    (found,) = await store.related_cards(CardId("ferry"))
    assert found in await store.list_cards()


async def test_a_card_is_not_related_to_its_own_thread(store: CardStore) -> None:
    """Neither to itself nor to the same thread in another language or of another reader."""
    await store.save_card(on("vote"))
    await store.save_card(on("lens", url="https://t.example/vote", lang="de"))
    assert await related(store, "vote") == []


@pytest.mark.parametrize("visibility", ["unlisted", "private"])
async def test_what_is_not_public_is_related_to_nothing(store: CardStore, visibility: str) -> None:
    """However its series became so. Its own page may still name public ones."""
    await store.save_card(on("vote"))
    await store.save_card(on("lens", scope="a" * 12, visibility=visibility))
    await store.save_card(on("grant"))
    assert await related(store, "vote") == ["grant"]
    assert sorted(await related(store, "lens")) == ["grant", "vote"]
    await store.save_card(on("grant", visibility=visibility))
    assert await related(store, "vote") == []


async def test_a_deleted_card_is_related_to_nothing(store: CardStore) -> None:
    """From either side."""
    await save_all(store)
    await store.delete_card(CardId("lens"), NOON)
    assert await related(store, "vote") == ["grant"]
    assert await related(store, "lens") == []


async def test_a_partial_card_is_related_to_nothing(store: CardStore) -> None:
    """It lives on its job; one that got into a store all the same is shown to nobody."""
    await store.save_card(on("vote"))
    await store.save_card(on("lens", status="partial"))
    assert await related(store, "vote") == []


async def test_the_latest_version_decides(store: CardStore) -> None:
    """A series that came to be about something else leaves the old company."""
    await save_all(store)
    headline, changed = SUBJECTS["ferry"]
    await store.save_card(
        on("lens", headline=make_claim(headline), thread=msgspec.structs.replace(make_card().thread, title=headline),
           tldr=msgspec.structs.replace(make_card().tldr, what_changed=make_claim(changed)))
    )  # fmt: skip
    assert await related(store, "vote") == ["grant"]
    assert sorted(await related(store, "timetable")) == ["ferry", "lens"]


async def test_a_topic_of_very_many_cards_relates_none_of_them(store: CardStore) -> None:
    """What a hundred cards share is a word of the day; those that share more than it stay found among them."""
    for number in range(70):
        await store.save_card(on("bakery", url=f"https://t.example/b{number}", id=CardId(f"bakery-{number}")))
    await save_all(store)
    assert await related(store, "bakery") == []
    assert sorted(await related(store, "vote")) == ["grant", "lens"]
