"""What every CardStore promises of keys, whose captures are whose, aliases, look-ups and moving jobs."""

from datetime import timedelta

import msgspec
import pytest

from server.adapters.sql.series import digest
from server.core.card import CardId
from server.core.jobs import CardKey, JobId
from server.core.ports import CardStore
from tests.fakes import NOON, THREAD_URL, make_capture, make_job, make_key, make_new_card

pytestmark = pytest.mark.anyio
KEY = CardKey(THREAD_URL)
OTHER_URL = "https://www.reddit.com/comments/2dunnock/"


# ---- keys -------------------------------------------------------------------------------------------


async def test_a_key_comes_back_as_it_was_saved(store: CardStore) -> None:
    """Every field; an id that nobody has is None."""
    full = make_key(name="Ada Lovelace 🗼", trusted=True, scopes=("post", "admin"), revoked_at=NOON)
    await store.save_key(full)
    assert await store.load_key(full.id) == full
    assert await store.load_key("ffffffffffff") is None


async def test_keys_are_listed_oldest_first(store: CardStore) -> None:
    """Revoked ones too: a list that forgets them would hide what a card's scope means."""
    keys = [make_key(f"{n:012x}", created_at=NOON + timedelta(hours=hours)) for n, hours in enumerate((3, 1, 2))]
    for key in keys:
        await store.save_key(key)
    await store.revoke_key(keys[1].id, NOON)
    assert [key.id for key in await store.list_keys()] == [keys[1].id, keys[2].id, keys[0].id]


async def test_a_key_is_revoked_once(store: CardStore) -> None:
    """The first instant stands; what is not there cannot be revoked."""
    await store.save_key(make_key())
    assert await store.revoke_key(make_key().id, NOON)
    assert not await store.revoke_key(make_key().id, NOON + timedelta(days=1))
    assert not await store.revoke_key("ffffffffffff", NOON)
    key = await store.load_key(make_key().id)
    assert key is not None
    assert key.revoked_at == NOON


# ---- captures ---------------------------------------------------------------------------------------


async def keep(store: CardStore, name: str, owner: str, minutes: int, url: str = THREAD_URL) -> None:
    """A capture that tells its own name."""
    at = NOON + timedelta(minutes=minutes)
    await store.save_capture(name, make_capture(html=name), canonical_url=url, owner=owner, received_at=at)


async def persons(store: CardStore, **options: int) -> list[tuple[str, str | None]]:
    """Whose captures of the thread there are, and which."""
    return [(found.person, found.capture.html) for found in await store.captures_of(THREAD_URL, **options)]


async def test_a_capture_knows_its_owner(store: CardStore) -> None:
    """By the key's id."""
    await keep(store, "one", "0123456789ab", 0)
    assert await store.capture_owner("one") == "0123456789ab"
    assert await store.capture_owner("none") is None


async def test_each_persons_latest_capture_of_a_thread_is_found(store: CardStore) -> None:
    """Newest first, and of this thread alone; an owner without a key stands for themselves."""
    await store.save_key(make_key("a" * 12, name="Ada"))
    await store.save_key(make_key("b" * 12, name="Bo"))
    for minutes, (name, owner) in enumerate([("old", "a" * 12), ("bo", "b" * 12), ("new", "a" * 12), ("own", "local")]):
        await keep(store, name, owner, minutes)
    await keep(store, "elsewhere", "b" * 12, 9, OTHER_URL)
    assert await persons(store) == [("local", "own"), ("ada", "new"), ("bo", "bo")]
    assert await persons(store, limit=2) == [("local", "own"), ("ada", "new")]


async def test_two_keys_of_one_name_are_one_person(store: CardStore) -> None:
    """However it is spelled: nobody confirms themselves with a second key."""
    await store.save_key(make_key("a" * 12, name="Ada  Lovelace"))
    await store.save_key(make_key("b" * 12, name="ada lovelace"))
    await keep(store, "one", "a" * 12, 0)
    await keep(store, "two", "b" * 12, 1)
    assert await persons(store) == [("ada lovelace", "two")]


async def test_a_revoked_keys_captures_confirm_nothing(store: CardStore) -> None:
    """Whoever lost the operator's trust has lost it for what they sent before."""
    await store.save_key(make_key())
    await keep(store, "one", make_key().id, 0)
    await store.revoke_key(make_key().id, NOON)
    assert await persons(store) == []


async def test_deleting_a_public_card_leaves_no_capture_to_remake_it_from(store: CardStore) -> None:
    """Whoever sent it; other threads' captures, and those an unfinished job needs, stay."""
    await keep(store, "theirs", "a" * 12, 0)
    await keep(store, "needed", "b" * 12, 0)
    await keep(store, "elsewhere", "a" * 12, 0, OTHER_URL)
    await store.join_job(make_job("job-1", key=CardKey(THREAD_URL, scope="b" * 12), capture_id="needed"))
    card_id = (await store.save_card(make_new_card())).card.id
    await store.delete_card(card_id, NOON)
    assert [await store.load_capture(name) is None for name in ("theirs", "needed", "elsewhere")] == [
        True, False, False,
    ]  # fmt: skip


async def test_deleting_an_owners_card_leaves_others_captures(store: CardStore) -> None:
    """It was not made from them."""
    await keep(store, "theirs", "a" * 12, 0)
    own = await store.save_card(make_new_card(CardKey(THREAD_URL, scope="b" * 12), visibility="unlisted"))
    await store.delete_card(own.card.id, NOON)
    assert await store.load_capture("theirs") is not None


# ---- aliases ----------------------------------------------------------------------------------------


async def test_an_alias_leads_to_its_thread(store: CardStore) -> None:
    """What was found last counts."""
    share = "https://www.reddit.com/r/lighthouses/s/AbC"
    assert await store.find_alias(share) is None
    await store.save_alias(share, OTHER_URL, NOON)
    await store.save_alias(share, THREAD_URL, NOON + timedelta(days=1))
    assert await store.find_alias(share) == THREAD_URL
    assert await store.find_alias(share.lower()) is None


# ---- look-ups ---------------------------------------------------------------------------------------


async def test_a_prefix_finds_public_cards_alone(store: CardStore) -> None:
    """Not unlisted, private or deleted ones, nor those of other addresses."""
    sha256 = digest(THREAD_URL)
    for number, visibility in enumerate(("unlisted", "private")):
        key = CardKey(THREAD_URL, scope=f"{number:012x}")
        await store.save_card(make_new_card(key, id=CardId(f"hidden-{number}"), visibility=visibility))
    assert await store.lookup_cards(sha256[:3]) == []
    saved = await store.save_card(make_new_card())
    found = await store.lookup_cards(sha256[:3])
    assert [(known.url_sha256, known.id) for known in found] == [(sha256, saved.card.id)]
    assert await store.lookup_cards(f"{int(sha256[:3], 16) ^ 1:03x}") == []
    await store.delete_card(saved.card.id, NOON)
    assert await store.lookup_cards(sha256[:3]) == []


async def test_of_several_languages_a_look_up_names_the_threads_own(store: CardStore) -> None:
    """Else the newest."""
    for number, lang in enumerate(("de", "fr")):
        key = CardKey(THREAD_URL, lang)
        at = NOON + timedelta(hours=number)
        await store.save_card(make_new_card(key, id=CardId(f"card-{lang}"), generated_at=at))
    prefix = digest(THREAD_URL)[:3]
    assert [known.id for known in await store.lookup_cards(prefix)] == ["card-fr"]
    await store.save_card(make_new_card(id=CardId("card-own"), generated_at=NOON - timedelta(days=1)))
    assert [known.id for known in await store.lookup_cards(prefix)] == ["card-own"]


# ---- moving jobs ------------------------------------------------------------------------------------


async def test_a_job_moves_to_a_free_key(store: CardStore) -> None:
    """Whoever asks for that key joins it; its old key is free again."""
    share = CardKey("https://www.reddit.com/r/x/s/AbC")
    await store.join_job(make_job("job-1", key=share))
    assert await store.move_job(JobId("job-1"), KEY) is None
    moved, is_new = await store.join_job(make_job("job-2"))
    assert (moved.id, moved.key, is_new) == ("job-1", KEY, False)
    assert (await store.join_job(make_job("job-3", key=share)))[1]


async def test_a_job_does_not_move_to_a_taken_key(store: CardStore) -> None:
    """It is told who has it, and stays where it is; a finished job is in nobody's way."""
    share = CardKey("https://www.reddit.com/r/x/s/AbC")
    await store.join_job(make_job("job-1", key=share))
    first, _ = await store.join_job(make_job("job-2"))
    assert await store.move_job(JobId("job-1"), KEY) == first
    job = await store.load_job(JobId("job-1"))
    assert job is not None
    assert job.key == share
    await store.save_job(msgspec.structs.replace(first, state="done", finished_at=NOON))
    assert await store.move_job(JobId("job-1"), KEY) is None
    assert await store.move_job(JobId("job-1"), KEY) is None


async def test_a_finished_job_does_not_move(store: CardStore) -> None:
    """Its row is history."""
    done = make_job("job-1", state="done", finished_at=NOON)
    await store.save_job(done)
    assert await store.move_job(done.id, CardKey(OTHER_URL)) is None
    assert await store.load_job(done.id) == done
