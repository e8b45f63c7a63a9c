"""What every CardStore counts: changes to what cards show, and nothing else."""

from datetime import timedelta

import pytest

from server.core.ports import CardStore
from tests.fakes import NOON, THREAD_URL, make_capture, make_claim, make_job, make_key, make_new_card

pytestmark = pytest.mark.anyio


async def test_the_count_moves_with_every_change_to_a_card(store: CardStore) -> None:
    """A first version, another one, a narrower one, and the end; it never comes back to what it was."""
    counts = [await store.changes()]
    saved = await store.save_card(make_new_card())
    counts.append(await store.changes())
    await store.save_card(make_new_card(headline=make_claim("Lit"), generated_at=NOON + timedelta(hours=1)))
    counts.append(await store.changes())
    await store.save_card(make_new_card(visibility="private", generated_at=NOON + timedelta(hours=2)))
    counts.append(await store.changes())
    await store.delete_card(saved.card.id, NOON)
    counts.append(await store.changes())
    assert counts == sorted(set(counts))


async def test_the_count_rests_while_cards_do(store: CardStore) -> None:
    """Reading, jobs, captures, aliases and keys change no card, so they cost nobody what is kept."""
    saved = await store.save_card(make_new_card())
    count = await store.changes()
    await store.load_card(saved.card.id)
    await store.list_cards()
    job, _ = await store.join_job(make_job())
    await store.save_job(job)
    await store.save_capture("c1", make_capture(), canonical_url=THREAD_URL, owner="local", received_at=NOON)
    await store.save_alias("https://short.example/1", THREAD_URL, NOON)
    await store.save_key(make_key())
    assert await store.changes() == count
    await store.delete_card(saved.card.id, NOON)
    count = await store.changes()
    assert not await store.delete_card(saved.card.id, NOON)
    assert await store.changes() == count
