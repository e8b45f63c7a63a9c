"""What every CardStore promises: one suite, run on the fake, on SQLite and on PostgreSQL."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from server.core.card import CardId
from server.core.jobs import CardKey, JobId, Problem
from server.core.losses import PARKED_FOR
from server.core.money import Payer
from server.core.ports import CardStore
from server.core.shelves import EVERYTHING, Place, Shelf
from tests.fakes import (
    NOON,
    PAGE_TEXT,
    PAGE_URL,
    THREAD_TEXT,
    THREAD_URL,
    make_capture,
    make_card,
    make_claim,
    make_job,
    make_new_card,
    make_source,
)

pytestmark = pytest.mark.anyio

KEY = CardKey(THREAD_URL)
OTHER = CardKey("https://www.reddit.com/r/Lighthouses/comments/2dunnock/")
HOSTILE = "NUL \x00 half \ud83d quote ' % _ / \\ \"; DROP TABLE series; -- \u202e\uffff 🗼"
HOSTILE_JSON = HOSTILE.replace("\ud83d", "")  # JSON cannot hold half a surrogate pair


def test_the_store_is_a_card_store(store: CardStore) -> None:
    """A Protocol used as an injected type is checked at run time."""
    assert isinstance(store, CardStore)


# ---- cards ------------------------------------------------------------------------------------------


async def test_a_saved_card_is_found_by_its_key_and_loaded_by_its_id(store: CardStore) -> None:
    """Both ways lead to the same version, equal to what was saved."""
    saved = await store.save_card(make_new_card())
    assert saved.card == make_card()
    assert (saved.key, saved.visibility, saved.latest_version, saved.deleted_at) == (KEY, "public", 1, None)
    assert await store.find_card(KEY) == saved
    assert await store.load_card(saved.card.id) == saved
    assert await store.load_card(saved.card.id, 1) == saved


async def test_nothing_is_found_where_nothing_was_saved(store: CardStore) -> None:
    """Absence is None, and numbers that no column could hold are merely absent."""
    saved = await store.save_card(make_new_card())
    assert await store.find_card(OTHER) is None
    assert await store.find_card(CardKey(THREAD_URL, "de")) is None
    assert await store.find_card(CardKey(THREAD_URL, "auto", "key-1")) is None
    assert await store.load_card(CardId("nothing\x00here")) is None
    for version in (0, 2, -1, 10**30):
        assert await store.load_card(saved.card.id, version) is None
    assert await store.load_source(saved.card.id, 1, 10**30) is None
    assert await store.load_job(JobId("none")) is None
    assert await store.load_capture("none") is None


async def test_a_second_card_of_a_key_becomes_version_2(store: CardStore) -> None:
    """The latest version answers for the series; the first stays as it was and knows of the second."""
    first = await store.save_card(make_new_card())
    later = NOON + timedelta(hours=2)
    second = await store.save_card(make_new_card(headline=make_claim("The lamp is lit"), generated_at=later, version=2))
    assert (second.card.id, second.card.version, second.latest_version) == (first.card.id, 2, 2)
    assert await store.find_card(KEY) == second
    assert await store.load_card(first.card.id) == second
    old = await store.load_card(first.card.id, 1)
    assert old == msgspec.structs.replace(first, latest_version=2)


async def test_next_version_tells_what_the_next_card_will_carry(store: CardStore) -> None:
    """A key without a card gets a new random id of 16 characters each time."""
    (fresh, number), (other, _) = await store.next_version(KEY), await store.next_version(KEY)
    assert (len(fresh), number) == (16, 1)
    assert fresh != other
    await store.save_card(make_new_card(id=fresh))
    assert await store.next_version(KEY) == (fresh, 2)


async def test_a_card_made_for_a_number_taken_meanwhile_gets_the_next(store: CardStore) -> None:
    """Its body and its permalink are rewritten to the id and number it really has."""
    first = await store.save_card(make_new_card())
    late = make_new_card(id=CardId("another-id-00001"), permalink="http://h/c/another-id-00001-lamp", version=1)
    saved = await store.save_card(late)
    assert (saved.card.id, saved.card.version) == (first.card.id, 2)
    assert saved.card.permalink == f"http://h/c/{first.card.id}-lamp"
    assert await store.find_card(KEY) == saved


async def test_cards_saved_at_once_for_one_key_become_one_series(store: CardStore) -> None:
    """Ten writers, ten ids: one series with the versions 1 to 10, each body saying its own number."""
    ids = [CardId(f"kestrelpoint-{n:03}") for n in range(10)]
    saved = await asyncio.gather(*(store.save_card(make_new_card(id=card_id)) for card_id in ids))
    assert len({stored.card.id for stored in saved}) == 1
    assert sorted(stored.card.version for stored in saved) == list(range(1, 11))
    for version in range(1, 11):
        stored = await store.load_card(saved[0].card.id, version)
        assert stored is not None
        assert (stored.card.version, stored.latest_version) == (version, 10)


async def test_languages_and_scopes_have_series_of_their_own(store: CardStore) -> None:
    """One thread, three keys, three ids."""
    keys = (KEY, CardKey(THREAD_URL, "de"), CardKey(THREAD_URL, "auto", "key-1"))
    saved = [await store.save_card(make_new_card(key, id=CardId(f"kestrel-{n}"))) for n, key in enumerate(keys)]
    assert [stored.card.id for stored in saved] == ["kestrel-0", "kestrel-1", "kestrel-2"]
    for key, stored in zip(keys, saved, strict=True):
        assert await store.find_card(key) == stored


async def test_an_id_that_another_series_has_is_not_taken_from_it(store: CardStore) -> None:
    """The newcomer gets an id of its own."""
    first = await store.save_card(make_new_card())
    second = await store.save_card(make_new_card(OTHER))
    assert second.card.id != first.card.id
    assert len(second.card.id) == 16
    assert await store.find_card(KEY) == first


async def test_a_new_version_may_hide_a_series_and_never_exposes_it(store: CardStore) -> None:
    """A thread that went private stays private, whatever a later reading believes."""
    await store.save_card(make_new_card())
    hidden = await store.save_card(make_new_card(visibility="private"))
    later = await store.save_card(make_new_card(visibility="unlisted"))
    assert (hidden.visibility, later.visibility) == ("private", "private")
    assert await store.list_cards() == []


async def test_an_address_may_be_longer_than_an_index_row(store: CardStore) -> None:
    """PostgreSQL refuses index rows over 2704 bytes; addresses that differ at their end stay apart."""
    long = "https://forum.example/" + "".join(f"{n:x}" for n in range(4000))
    first = await store.save_card(make_new_card(CardKey(long + "a"), id=CardId("first")))
    assert await store.find_card(CardKey(long + "b")) is None
    assert await store.find_card(CardKey(long + "a")) == first
    assert (await store.join_job(make_job("job-a", key=CardKey(long + "a"))))[1]
    assert (await store.join_job(make_job("job-b", key=CardKey(long + "b"))))[1]


async def test_a_card_that_cannot_be_saved_leaves_nothing_behind(store: CardStore) -> None:
    """A source's text that is no text stops the whole card, series and version included."""
    broken = make_new_card(texts={1: THREAD_TEXT, 2: 7})  # type: ignore[dict-item]
    with pytest.raises(AttributeError):
        await store.save_card(broken)
    assert await store.find_card(KEY) is None
    assert await store.list_cards() == []
    assert (await store.next_version(KEY))[1] == 1
    assert (await store.save_card(make_new_card())).card.version == 1


# ---- sources ----------------------------------------------------------------------------------------


async def test_a_sources_text_is_kept_with_its_version(store: CardStore) -> None:
    """Text, digest, title and address come back; a number without a text is None."""
    saved = await store.save_card(make_new_card(texts={2: PAGE_TEXT}))
    source = await store.load_source(saved.card.id, 1, 2)
    assert source is not None
    assert (source.n, source.url, source.title) == (2, PAGE_URL, "Lamp to shine again")
    assert (source.text, source.sha256, source.retrieved_at) == (PAGE_TEXT, saved.card.sources[1].sha256, NOON)
    assert await store.load_source(saved.card.id, 1, 1) is None
    assert await store.load_source(saved.card.id, 2, 2) is None


async def test_each_version_keeps_the_text_it_quotes(store: CardStore) -> None:
    """A page that changed between two versions is there twice; one that did not is shared."""
    changed = PAGE_TEXT.replace("1 March", "2 March")
    sources = (make_card().sources[0], make_source(2, PAGE_URL, changed, "will be lit on 2 March"))
    card_id = (await store.save_card(make_new_card())).card.id
    await store.save_card(make_new_card(sources=sources, texts={1: THREAD_TEXT, 2: changed}))
    found = [await store.load_source(card_id, version, 2) for version in (1, 2)]
    assert [source and source.text for source in found] == [PAGE_TEXT, changed]


async def test_two_sources_may_have_the_same_text(store: CardStore) -> None:
    """Syndicated copies are stored once and found under both numbers."""
    copy = make_source(3, "https://copy.example/", PAGE_TEXT, "will be lit on 1 March")
    texts = {1: THREAD_TEXT, 2: PAGE_TEXT, 3: PAGE_TEXT}
    saved = await store.save_card(make_new_card(sources=(*make_card().sources, copy), texts=texts))
    found = await store.load_source(saved.card.id, 1, 3)
    assert found is not None
    assert (found.url, found.text) == ("https://copy.example/", PAGE_TEXT)


# ---- lists ------------------------------------------------------------------------------------------


async def save_hours(store: CardStore) -> list[CardId]:
    """Four public cards, an hour apart, oldest first; the last in another community."""
    headlines = ("Lamp relit", "100% of keepers agree", "Fog_horn retired", "Ferry delayed")
    saved = []
    for n, headline in enumerate(headlines):
        card = make_new_card(
            CardKey(f"https://t.example/{n}"),
            id=CardId(f"hour-{n}"),
            headline=make_claim(headline),
            hook=make_claim("Said the Harbour board.") if n == 2 else None,
            generated_at=NOON + timedelta(hours=n),
            thread=msgspec.structs.replace(make_card().thread, community="r/Ferries" if n == 3 else "r/Lighthouses"),
        )
        saved.append((await store.save_card(card)).card.id)
    return saved


async def listed(store: CardStore, **wanted: object) -> list[str]:
    shelf = Shelf(community=str(wanted.pop("community"))) if "community" in wanted else EVERYTHING
    if isinstance(before := wanted.get("before"), datetime):
        wanted["before"] = Place(before)
    return [summary.id for summary in await store.list_cards(shelf, **wanted)]  # type: ignore[arg-type]


async def test_lists_show_public_cards_newest_first(store: CardStore) -> None:
    """Unlisted and private cards are for those who have their address."""
    await save_hours(store)
    await store.save_card(make_new_card(CardKey("https://t.example/u"), visibility="unlisted"))
    await store.save_card(make_new_card(CardKey("https://t.example/p"), visibility="private"))
    assert await listed(store) == ["hour-3", "hour-2", "hour-1", "hour-0"]
    assert await listed(store, limit=2) == ["hour-3", "hour-2"]
    assert await listed(store, limit=0) == []


async def test_lists_page_backwards_in_time(store: CardStore) -> None:
    """`before` leaves out the instant itself, and may be told in any zone."""
    await save_hours(store)
    before = NOON + timedelta(hours=2)
    assert await listed(store, before=before) == ["hour-1", "hour-0"]
    assert await listed(store, before=before.astimezone(timezone(timedelta(hours=9)))) == ["hour-1", "hour-0"]
    assert await listed(store, before=datetime.min.replace(tzinfo=timezone(timedelta(hours=9)))) == []


async def test_lists_show_one_community(store: CardStore) -> None:
    """Named as its site writes it."""
    await save_hours(store)
    assert await listed(store, community="r/Ferries") == ["hour-3"]
    assert await listed(store, community="r/%") == []


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("relit", ["hour-0"]),
        ("RELIT Lamps", ["hour-0"]),
        ("harbour", ["hour-2"]),
        ("retired harbour", ["hour-2"]),
        ("relit harbour", []),
        ("keeper", ["hour-1"]),
        ("100% k", ["hour-1"]),
        ("eeper", []),
        ("k 100%", []),
        ("fog horn", ["hour-2"]),
        ("ferries", ["hour-3"]),
        ("shining", ["hour-3", "hour-2", "hour-1", "hour-0"]),
        ("naïve", []),
        ("%", []),
        ("\\", []),
        ("'; DROP TABLE series; --", []),
        ('" OR relit*', []),
        ("NOT harbour relit", []),
        ("headline:relit", []),
        ("\x00", []),
        ("\ud83d", []),
        ("  ", ["hour-3", "hour-2", "hour-1", "hour-0"]),
        ("a" * 200_000, []),
        ("march " * 5_000, ["hour-3", "hour-2", "hour-1", "hour-0"]),
    ],
    ids=lambda value: repr(value)[:20],
)
async def test_a_search_finds_cards_with_all_its_words(store: CardStore, q: str, found: list[str]) -> None:
    """Wherever they stand on a card and in whatever form, the last as a beginning; signs that mean something to a
    database mean nothing, and no query is too long or too strange."""
    await save_hours(store)
    assert await listed(store, q=q) == found


@pytest.mark.parametrize("q", ["c++", "node.js", "don't", "gpt-4", "灯台", "маяк", "łódź", "مرحبا"])
async def test_a_search_knows_the_words_of_any_script_with_the_signs_in_them(store: CardStore, q: str) -> None:
    """And does not cut them where its database would."""
    told = "They don’t port C++ to Node.js, says GPT-4: 灯台守, маяка, Łódź, مرحبا."
    saved = await store.save_card(make_new_card(headline=make_claim(told)))
    await store.save_card(
        make_new_card(OTHER, id=CardId("other"), headline=make_claim("They do port C to a node: 灯 GPT"))
    )
    assert await listed(store, q=q) == [saved.card.id]


async def test_a_search_finds_what_the_latest_version_says(store: CardStore) -> None:
    """And nothing of a card that was hidden or deleted since."""
    await store.save_card(make_new_card(headline=make_claim("Lamp relit")))
    saved = await store.save_card(make_new_card(headline=make_claim("Lantern relit")))
    assert await listed(store, q="lantern") == [saved.card.id]
    assert await listed(store, q="lantern dark") == []
    hidden = await store.save_card(make_new_card(OTHER, id=CardId("other"), headline=make_claim("Lantern dark")))
    assert await listed(store, q="lantern dark") == [hidden.card.id]
    await store.save_card(make_new_card(OTHER, headline=make_claim("Lantern dark"), visibility="unlisted"))
    await store.delete_card(saved.card.id, NOON)
    assert await listed(store, q="lantern") == []


async def test_a_summary_says_what_a_list_shows(store: CardStore) -> None:
    """It is the latest version's, and needs no body to be read."""
    await store.save_card(make_new_card(headline=make_claim("An older headline")))
    await store.save_card(make_new_card())
    (summary,) = await store.list_cards()
    card = make_card()
    assert (summary.id, summary.permalink, summary.headline) == (card.id, card.permalink, card.headline.text)
    assert (summary.hook, summary.site, summary.community) == (
        "The council voted 7 to 2.",
        "reddit.com",
        "r/Lighthouses",
    )
    assert (summary.category, summary.source_count, summary.comment_count) == ("Industry", 2, 38)
    assert summary.generated_at == NOON


# ---- deletion ---------------------------------------------------------------------------------------


async def test_a_deleted_card_leaves_its_name_and_none_of_its_words(store: CardStore) -> None:
    """Each version comes back with `deleted_at` set and nothing of thread, claims or sources in it."""
    await store.save_card(make_new_card())
    card_id = (await store.save_card(make_new_card())).card.id
    assert await store.delete_card(card_id, NOON)
    for version in (None, 1, 2):
        stored = await store.load_card(card_id, version)
        assert stored is not None
        assert (stored.deleted_at, stored.card.id, stored.card.thread.url) == (NOON, card_id, THREAD_URL)
        body = msgspec.json.encode(stored.card).lower()
        assert not [word for word in (b"lamp", b"council", b"march", b"keeper", b"courier") if word in body]
    assert await store.load_source(card_id, 1, 2) is None
    assert await store.find_card(KEY) is None
    assert await store.list_cards() == []


async def test_deleting_twice_or_nothing_says_so(store: CardStore) -> None:
    """Only the first time there was something to delete, and its instant stands."""
    card_id = (await store.save_card(make_new_card())).card.id
    assert await store.delete_card(card_id, NOON)
    assert not await store.delete_card(card_id, NOON + timedelta(days=1))
    assert not await store.delete_card(CardId("none"), NOON)
    stored = await store.load_card(card_id)
    assert stored is not None
    assert stored.deleted_at == NOON


async def test_deleting_a_card_spares_a_text_that_another_quotes(store: CardStore) -> None:
    """Texts are shared between cards and go with the last that uses them."""
    card_id = (await store.save_card(make_new_card())).card.id
    other_id = (await store.save_card(make_new_card(OTHER))).card.id
    await store.delete_card(card_id, NOON)
    kept = await store.load_source(other_id, 1, 2)
    assert kept is not None
    assert kept.text == PAGE_TEXT


async def test_a_thread_may_have_a_card_again_after_deletion(store: CardStore) -> None:
    """It begins a new series under another id; the deleted one stays deleted."""
    old = (await store.save_card(make_new_card())).card.id
    await store.delete_card(old, NOON)
    again = await store.save_card(make_new_card(id=old))
    assert (again.card.version, again.deleted_at) == (1, None)
    assert again.card.id != old
    assert await store.find_card(KEY) == again
    gone = await store.load_card(old)
    assert gone is not None
    assert gone.deleted_at == NOON


async def test_deleting_a_card_deletes_the_captures_it_was_made_from(store: CardStore) -> None:
    """A capture holds the thread's words; one that an unfinished job still needs stays."""
    for capture_id in ("used", "needed"):
        await store.save_capture(capture_id, make_capture(), canonical_url=THREAD_URL, owner="local", received_at=NOON)
    card_id = (await store.save_card(make_new_card())).card.id
    await store.join_job(make_job("job-1", capture_id="used"))
    await store.save_job(make_job("job-1", capture_id="used", state="done", finished_at=NOON, card_id=card_id))
    await store.join_job(make_job("job-2", capture_id="needed"))
    await store.delete_card(card_id, NOON)
    assert await store.load_capture("used") is None
    assert await store.load_capture("needed") == make_capture()


# ---- jobs -------------------------------------------------------------------------------------------

PROBLEM = Problem(type="thread-private", title=HOSTILE_JSON, status=422, detail="Send a capture.", retryable=False)


async def test_what_would_be_joined_is_found_without_joining(store: CardStore) -> None:
    """Nothing is created by looking; what was parked lately stands in the way too, and what has ended does not."""
    job = make_job()
    assert await store.find_job(job.key, NOON) is None
    await store.join_job(job)
    assert await store.find_job(job.key, NOON) == job
    assert await store.find_job(msgspec.structs.replace(job.key, lang="de"), NOON) is None
    parked = msgspec.structs.replace(job, state="parked", finished_at=NOON, error=PROBLEM)
    await store.save_job(parked)
    found = [await store.find_job(job.key, NOON + PARKED_FOR * share) for share in (0.5, 1.5)]
    assert [each and each.state for each in found] == ["parked", None]


async def test_a_job_comes_back_as_it_was_saved(store: CardStore) -> None:
    """Every field, instants in UTC."""
    full = make_job(
        key=CardKey(THREAD_URL, "de", "key-1"),
        state="working",
        stage="verify",
        attempt=3,
        started_at=NOON,
        heartbeat_at=NOON + timedelta(microseconds=1),
        card_id=CardId("kestrelpoint-001"),
        capture_id="capture-1",
        refresh=True,
        payer=Payer("key-1", "digest"),
        error=PROBLEM,
    )
    assert await store.join_job(full) == (full, True)
    assert await store.load_job(full.id) == full
    finished = msgspec.structs.replace(full, state="failed", finished_at=NOON + timedelta(hours=1))
    assert await store.save_job(finished)
    assert await store.load_job(full.id) == msgspec.structs.replace(finished, payer=Payer("key-1"))


async def test_the_address_that_asked_is_forgotten_when_its_job_is_finished(store: CardStore) -> None:
    """However it ended; an unfinished one keeps it for its next attempt."""
    for n, state in enumerate(("done", "failed", "cancelled")):
        job = make_job(f"job-{n}", payer=Payer(address="digest"))
        await store.join_job(job)
        await store.save_job(msgspec.structs.replace(job, state="working"))
        working = await store.load_job(job.id)
        assert working is not None
        assert working.payer == Payer(address="digest")
        await store.save_job(msgspec.structs.replace(working, state=state, finished_at=NOON))
        finished = await store.load_job(job.id)
        assert finished is not None
        assert finished.payer == Payer()


async def test_who_joins_a_job_does_not_pay_for_it(store: CardStore) -> None:
    """Whoever came first does."""
    await store.join_job(make_job("job-1", payer=Payer("key-1")))
    job, _ = await store.join_job(make_job("job-2", payer=Payer(address="digest")))
    assert job.payer == Payer("key-1")


async def test_whoever_asks_for_the_same_joins_the_unfinished_job(store: CardStore) -> None:
    """Queued or working it is joined; finished in any way it makes room."""
    first, is_new = await store.join_job(make_job("job-1"))
    assert is_new
    for state in ("queued", "working"):
        current = msgspec.structs.replace(first, state=state)
        await store.save_job(current)
        assert await store.join_job(make_job("job-2")) == (current, False)
    for number, state in enumerate(("done", "failed", "cancelled"), start=1):
        await store.save_job(make_job(f"job-{number}", state=state, finished_at=NOON))
        assert await store.join_job(make_job(f"job-{number + 1}")) == (make_job(f"job-{number + 1}"), True)


async def test_other_languages_and_scopes_are_other_jobs(store: CardStore) -> None:
    """A key is all three."""
    for n, key in enumerate((KEY, OTHER, CardKey(THREAD_URL, "de"), CardKey(THREAD_URL, "auto", "key-1"))):
        assert (await store.join_job(make_job(f"job-{n}", key=key)))[1]


async def test_twenty_who_ask_at_once_share_one_job(store: CardStore) -> None:
    """Exactly one of them is told that the job is new."""
    answers = await asyncio.gather(*(store.join_job(make_job(f"job-{n}")) for n in range(20)))
    assert sum(is_new for _, is_new in answers) == 1
    assert len({job.id for job, _ in answers}) == 1


async def test_a_finished_job_stays_as_it_is(store: CardStore) -> None:
    """A worker's late heartbeat cannot undo a cancellation, and learns of it."""
    await store.join_job(make_job())
    cancelled = make_job(state="cancelled", finished_at=NOON)
    assert await store.save_job(cancelled)
    assert not await store.save_job(make_job(state="working", heartbeat_at=NOON))
    assert await store.load_job(cancelled.id) == cancelled


async def test_a_job_that_is_not_there_is_created_by_saving_it(store: CardStore) -> None:
    """So that a row can be put back from a copy."""
    assert await store.save_job(make_job())
    assert await store.load_job(make_job().id) == make_job()


async def test_unfinished_jobs_come_oldest_first(store: CardStore) -> None:
    """Finished ones are left out."""
    for n, hours in enumerate((3, 1, 2)):
        await store.join_job(
            make_job(f"job-{n}", key=CardKey(f"https://t.example/{n}"), created_at=NOON + timedelta(hours=hours))
        )
    await store.join_job(make_job("job-9", key=OTHER))
    await store.save_job(make_job("job-9", key=OTHER, state="done", finished_at=NOON))
    assert [job.id for job in await store.unfinished_jobs()] == ["job-1", "job-2", "job-0"]


async def test_silent_jobs_are_those_without_a_sign_of_life_since(store: CardStore) -> None:
    """Creation, start and heartbeat are signs; the instant itself counts as silence."""
    late = NOON + timedelta(minutes=5)
    signs = {
        "silent-waiting": {},
        "silent-started": {"state": "working", "started_at": NOON},
        "silent-beaten": {"state": "working", "started_at": NOON, "heartbeat_at": NOON + timedelta(minutes=1)},
        "alive-created": {"created_at": late},
        "alive-started": {"state": "working", "started_at": late, "heartbeat_at": NOON},
        "alive-beating": {"state": "working", "started_at": NOON, "heartbeat_at": late},
    }
    for name, changes in signs.items():
        await store.join_job(make_job(name, key=CardKey(f"https://t.example/{name}"), **changes))
    silent = await store.unfinished_jobs(silent_since=NOON + timedelta(minutes=1))
    assert sorted(job.id for job in silent) == ["silent-beaten", "silent-started", "silent-waiting"]


# ---- captures, instants, hostile strings -----------------------------------------------------------


async def test_a_capture_comes_back_as_it_was_received(store: CardStore) -> None:
    """Either form, whatever the page put into it."""
    for number, capture in enumerate(
        (
            make_capture(html=HOSTILE_JSON),
            make_capture(via="json", html=None, json=[{"kind": HOSTILE_JSON, "ups": 2**60, "x": [None, 1.5, True]}]),
        )
    ):
        await store.save_capture(
            f"capture-{number}", capture, canonical_url=THREAD_URL, owner="key-1", received_at=NOON
        )
        assert await store.load_capture(f"capture-{number}") == capture


async def test_instants_come_back_aware_and_in_utc(store: CardStore) -> None:
    """Whatever zone they were told in, to the microsecond."""
    told = datetime(2026, 2, 23, 21, 0, 0, 123456, tzinfo=timezone(timedelta(hours=9)))
    source = msgspec.structs.replace(make_card().sources[0], retrieved_at=told)
    saved = await store.save_card(make_new_card(generated_at=told, sources=(source,)))
    await store.delete_card((await store.save_card(make_new_card(OTHER))).card.id, told)
    (summary,) = await store.list_cards()
    found = await store.load_source(saved.card.id, 1, 1)
    assert found is not None
    assert summary.generated_at == told == found.retrieved_at
    assert await listed(store, before=told) == []
    assert await listed(store, before=told + timedelta(microseconds=1)) == [saved.card.id]


async def test_hostile_words_come_back_to_the_letter_where_letters_count(store: CardStore) -> None:
    """Bodies and texts are exact; lists show U+FFFD for what PostgreSQL cannot hold."""
    text = f"{HOSTILE} and more"
    card = make_card(
        headline=make_claim(HOSTILE_JSON), sources=(make_source(1, PAGE_URL, text, "and more", title=HOSTILE_JSON),)
    )
    saved = await store.save_card(make_new_card(sources=card.sources, headline=card.headline, texts={1: text}))
    found = await store.find_card(KEY)
    source = await store.load_source(saved.card.id, 1, 1)
    (summary,) = await store.list_cards(q="DROP")
    assert found is not None
    assert source is not None
    assert found.card.headline.text == HOSTILE_JSON
    assert source.text == text
    assert source.sha256 == card.sources[0].sha256
    assert summary.headline == HOSTILE_JSON.replace("\x00", "\ufffd")


async def test_made_up_numbers_and_dates_of_a_thread_are_no_obstacle(store: CardStore) -> None:
    """A page may claim any comment count and any date."""
    thread = msgspec.structs.replace(
        make_card().thread,
        comment_count=10**18,
        posted_at=datetime.max.replace(tzinfo=timezone(timedelta(hours=-9))),
    )
    saved = await store.save_card(make_new_card(thread=thread))
    assert saved.card.thread.comment_count == 10**18
    await store.save_card(
        make_new_card(thread=msgspec.structs.replace(thread, posted_at=datetime.min.replace(tzinfo=UTC)))
    )


# ---- forgetting by the clock --------------------------------------------------------------------------


async def test_old_captures_and_ended_jobs_are_forgotten_and_nothing_else(store: CardStore) -> None:
    """What an unfinished job needs stays, so do cards; None keeps everything."""
    old, new = NOON - timedelta(days=40), NOON
    for name, at in (("old", old), ("needed", old), ("new", new)):
        await store.save_capture(name, make_capture(), canonical_url=THREAD_URL, owner="local", received_at=at)
    stored = await store.save_card(make_new_card())
    await store.join_job(make_job("job-waiting-0001", created_at=old, capture_id="needed"))
    for name, at in (("job-old-00000001", old), ("job-new-00000001", new)):
        await store.save_job(make_job(name, key=CardKey(f"https://a.example/{name}"), state="done", finished_at=at))
    limit = NOON - timedelta(days=30)
    assert await store.forget_old(captures_before=None, jobs_before=None) == (0, 0)
    assert await store.forget_old(captures_before=limit, jobs_before=limit) == (1, 1)
    assert [await store.load_capture(name) is not None for name in ("old", "needed", "new")] == [False, True, True]
    assert await store.load_job(JobId("job-old-00000001")) is None
    assert await store.load_job(JobId("job-waiting-0001")) is not None
    assert await store.load_job(JobId("job-new-00000001")) is not None
    assert await store.load_card(stored.card.id) is not None
