"""Links that only a look-up can resolve: asked once, remembered, and never a second card of the same thread."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from server.core.card import Card
from server.core.jobs import CardEvent, CardKey, Job, JobId, SectionEvent
from server.core.ports import NewCard
from server.core.urls import canonical_url
from tests.fakes import make_job, make_new_card
from tests.hands import work
from tests.server.captured import NOW, House, Told
from workers.pipeline import make_card

TOLD = Told(id="1kestrel")
KEY = canonical_url(TOLD.url).key
SHARE = "https://www.reddit.com/r/Lighthouses/s/AbCdEfGhIj"
SHARE_KEY = canonical_url(SHARE).key
HN_PAGES = Path(__file__).parents[1] / "cases/pages"


@pytest.fixture
def house(sqlite_url: str) -> Iterator[House]:
    """On loopback, where the share link leads to the thread, which the server cannot read."""
    house = House(sqlite_url)
    house.web.answers[SHARE_KEY] = (TOLD.url, b"<title>Reddit</title>")
    yield house
    asyncio.run(house.store.close())


def asked(house: House, url: str) -> tuple[Job, dict[str, Any] | None]:
    """The job that asking makes, as it ends, and the card that is found afterwards."""
    answer = house.post(url, {})
    job = asyncio.run(house.store.load_job(JobId(answer.json()["job"]["id"])))
    assert job is not None
    return job, house.shown(url, {})


def test_a_share_link_gives_the_card_that_its_thread_has(house: House) -> None:
    """The job ends with that card; afterwards the link answers at once, though nobody can read the thread."""
    house.post(TOLD.url, {}, TOLD.as_json())
    known = house.shown(TOLD.url, {})
    assert known is not None
    job, again = asked(house, SHARE)
    assert (job.state, job.card_id) == ("done", known["id"])
    assert again == known
    house.web.answers.clear()
    assert house.shown(SHARE, {}) == known
    assert len(house.client.get("/api/v1/cards").json()["cards"]) == 1


def test_a_share_link_makes_the_card_of_its_thread(house: House) -> None:
    """Under the thread's own key, so that the thread's address finds it."""
    body = msgspec.json.encode(TOLD.as_json()["json"])
    for url in ("https://www.reddit.com/comments/1kestrel.json?raw_json=1&limit=500", KEY):
        house.web.answers[url] = (url, body)
    job, card = asked(house, SHARE)
    assert (job.state, job.key) == ("done", CardKey(KEY))
    assert card is not None
    assert house.shown(TOLD.url, {}) == card
    assert asyncio.run(house.store.find_alias(SHARE_KEY)) == KEY


def test_a_link_that_leads_to_no_thread_says_so(house: House) -> None:
    """And is remembered as nothing."""
    house.web.answers.clear()
    job, card = asked(house, SHARE)
    assert job.error is not None
    assert (job.state, job.error.type, card) == ("failed", "thread-unavailable", None)
    assert asyncio.run(house.store.find_alias(SHARE_KEY)) is None


def test_a_hacker_news_comment_leads_to_its_story(house: House) -> None:
    """Which only reading tells; the story's own address finds the same card."""
    item = json.loads((HN_PAGES / "hackernews-algolia.json").read_bytes())
    story, comment = item["id"], item["children"][0]["id"]
    address = "https://hn.algolia.com/api/v1/items/{}".format
    house.web.answers[address(story)] = (address(story), json.dumps(item).encode())
    house.web.answers[address(comment)] = (address(comment), json.dumps(item["children"][0]).encode())
    page = "https://news.ycombinator.com/item?id={}".format
    job, card = asked(house, page(comment))
    assert (job.state, job.key.canonical_url) == ("done", canonical_url(page(story)).key)
    assert card is not None
    assert house.shown(page(story), {}) == card


# ---- a job that already runs ------------------------------------------------------------------------


def running(house: House, scope: str = "public") -> Job:
    """Somebody else's worker is at the thread already."""
    other = make_job("job-of-others", key=CardKey(KEY, scope=scope), state="working", heartbeat_at=NOW)
    asyncio.run(house.store.join_job(other))
    return other


def follow_share(house: House, other: Job, *, ends: str, card: NewCard | None) -> Job:
    """A job for the share link at work while the other one ends."""

    async def end() -> None:
        while await house.store.find_alias(SHARE_KEY) is None:  # ours knows by then what it is about
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.5)
        saved = await house.store.save_card(card) if card else None
        if saved:
            await house.progress.publish(other.id, 1, SectionEvent("lead", saved.card))
        changes: dict[str, Any] = {"state": ends, "finished_at": NOW, "card_id": saved.card.id if saved else None}
        await house.store.save_job(msgspec.structs.replace(other, **changes))
        if saved:
            await house.progress.publish(other.id, 1, CardEvent(saved.card))

    async def both() -> Job:
        job, _ = await house.store.join_job(make_job("job-of-ours", key=CardKey(SHARE_KEY), url=SHARE))
        await asyncio.gather(work(job, house.parts, make_card, pauses_s=()), end())
        ended = await house.store.load_job(job.id)
        assert ended is not None
        return ended

    return asyncio.run(both())


def test_whoever_comes_by_a_link_joins_the_job_that_runs(house: House) -> None:
    """They hear its sections and get its card."""
    other = running(house)
    ours = follow_share(house, other, ends="done", card=make_new_card(CardKey(KEY)))
    theirs = asyncio.run(house.store.load_job(other.id))
    assert theirs is not None
    assert (ours.state, ours.card_id) == ("done", theirs.card_id)
    heard = house.client.get(f"/api/v1/jobs/{ours.id}/events").text
    assert "event: section" in heard
    assert heard.rstrip().splitlines()[-2].startswith(("event: card", "data:"))


def test_when_the_job_that_runs_fails_ours_goes_on_by_itself(house: House) -> None:
    """And ends with a reason of its own."""
    ours = follow_share(house, running(house), ends="failed", card=None)
    assert ours.error is not None
    assert (ours.state, ours.error.type) == ("failed", "thread-unavailable")


def test_a_card_that_turned_out_private_is_not_joined(house: House) -> None:
    """It belongs to somebody else by now."""
    private = make_new_card(CardKey(KEY, scope="a" * 12), visibility="private")
    ours = follow_share(house, running(house), ends="done", card=private)
    assert (ours.state, ours.card_id) == ("failed", None)
    assert "event: section" not in house.client.get(f"/api/v1/jobs/{ours.id}/events").text


def test_a_job_that_still_waits_is_not_waited_for(house: House) -> None:
    """It may be waiting for our own worker."""
    asyncio.run(house.store.join_job(make_job("job-of-others", key=CardKey(KEY))))
    job, _ = asked(house, SHARE)
    assert job.state == "failed"


def test_a_known_card_is_the_same_for_both_addresses(house: House) -> None:
    """Whichever was asked for first."""
    saved = asyncio.run(house.store.save_card(make_new_card(CardKey(KEY), generated_at=NOW)))
    asyncio.run(house.store.save_alias(SHARE_KEY, KEY, NOW))
    answer = house.client.post("/api/v1/cards", json={"url": SHARE})
    assert answer.status_code == 200
    assert msgspec.json.decode(answer.content, type=Card).id == saved.card.id
