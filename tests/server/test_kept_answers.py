"""Kept answers: right whoever changed what, and never more than their room."""

import asyncio
from datetime import datetime, timedelta

import pytest

from server.core.errors import StoreUnavailable
from server.kept_answers import KeptAnswers
from server.ready_answers import JSON, ReadyAnswer
from tests.fakes import NOON, make_card

pytestmark = pytest.mark.anyio
CARD = make_card()
PLACE = "/api/v1/cards/kestrelpoint-001"


class World:
    """A store's count, two clocks, and what is kept by them."""

    def __init__(self, **limits: float) -> None:
        self.count, self.asked, self.seconds, self.now = 0, 0, 0.0, NOON
        self.kept = KeptAnswers(self.changes, lambda: self.now, lambda: self.seconds, **limits)  # type: ignore[arg-type]

    async def changes(self) -> int:
        self.asked += 1
        return self.count

    async def keep(self, place: str = PLACE, body: bytes = b"{}") -> ReadyAnswer:
        """As a controller does."""
        moment = await self.kept.moment()
        answer = ReadyAnswer(body, JSON, cache="no-cache")
        self.kept.keep(place, answer, CARD, moment)
        return answer


async def test_what_is_kept_is_found_at_its_address_alone() -> None:
    """The very object."""
    world = World()
    answer = await world.keep()
    assert await world.kept.find(PLACE) is answer
    assert await world.kept.find(f"{PLACE}?version=1") is None


async def test_the_store_is_asked_no_more_than_once_in_a_while() -> None:
    """However many ask."""
    world = World()
    answer = await world.keep()
    for _ in range(10):
        world.seconds += 0.5
        found = await asyncio.gather(*(world.kept.find(PLACE) for _ in range(20)))
        assert all(each is answer for each in found)
    assert 4 <= world.asked <= 7


@pytest.mark.parametrize("after_s", [0.95, 3600.0])
async def test_a_change_is_seen_within_a_second_without_any_message(after_s: float) -> None:
    """Whoever made it, and whatever happened to him then."""
    world = World()
    await world.keep()
    world.count += 1
    world.seconds += after_s
    assert await world.kept.find(PLACE) is None
    assert PLACE not in world.kept


async def test_a_message_makes_a_change_seen_at_once() -> None:
    """And costs no more than a question where nothing has changed."""
    world = World()
    answer = await world.keep()
    world.kept.look_again()
    assert await world.kept.find(PLACE) is answer
    world.count += 1
    world.kept.look_again()
    assert await world.kept.find(PLACE) is None


async def test_any_change_takes_everything() -> None:
    """Another card may be related to this one, or no longer."""
    world = World()
    await world.keep("/c/one")
    await world.keep("/c/two")
    world.count += 1
    world.kept.look_again()
    assert await world.kept.find("/c/one") is None
    assert "/c/two" not in world.kept


async def test_what_was_loaded_before_a_change_is_not_kept_after_it() -> None:
    """The race between loading a card and deleting it."""
    world = World()
    moment = await world.kept.moment()
    world.count += 1
    world.kept.look_again()
    await world.kept.moment()
    world.kept.keep(PLACE, ReadyAnswer(b"old", JSON, cache="no-cache"), CARD, moment)
    assert await world.kept.find(PLACE) is None


async def test_a_message_during_the_question_has_it_asked_again() -> None:
    """The answer to the first may be older than the message."""
    world = World()

    async def told_meanwhile() -> int:
        count = await world.changes()
        world.seconds += 0.01
        world.kept.look_again()
        return count

    world.kept._changes = told_meanwhile
    await world.keep()
    asked = world.asked
    world.kept._changes = world.changes
    world.count += 1
    assert await world.kept.find(PLACE) is None
    assert world.asked == asked + 1


@pytest.mark.parametrize(
    ("until", "then"),
    [
        (CARD.fresh_until, CARD.fresh_until + timedelta(microseconds=1)),
        (CARD.fresh_until + timedelta(hours=1), CARD.fresh_until + timedelta(hours=1, microseconds=1)),
        (CARD.fresh_until + timedelta(microseconds=1), CARD.fresh_until),
    ],
    ids=["fresh to aging", "aging to stale", "a clock set back"],
)
async def test_an_answer_goes_when_its_card_ages(until: datetime, then: datetime) -> None:
    """Freshness is part of what it said; no store and no message tells of the clock."""
    world = World()
    world.now = until
    answer = await world.keep()
    assert await world.kept.find(PLACE) is answer
    world.now = then
    assert await world.kept.find(PLACE) is None


async def test_what_was_made_while_its_card_aged_is_not_kept() -> None:
    """Nobody knows which of both words it says."""
    world = World()
    world.now = CARD.fresh_until
    moment = await world.kept.moment()
    world.now += timedelta(seconds=1)
    world.kept.keep(PLACE, ReadyAnswer(b"{}", JSON, cache="no-cache"), CARD, moment)
    assert PLACE not in world.kept


async def test_the_least_asked_for_is_given_up_first() -> None:
    """No more is kept than fits, packed forms counted; what is too large for itself is not kept at all."""
    world = World(most_bytes=3 * 12_000 + 100)
    for place in "abc":
        await world.keep(place, b"x" * 9_900)
    assert await world.kept.find("a") is not None
    await world.keep("d", b"x" * 9_900)
    assert [place for place in "abcd" if place in world.kept] == ["a", "c", "d"]
    await world.keep("a", b"y" * 9_900)
    await world.keep("e", b"x" * 2_000_000)
    assert [place for place in "abcde" if place in world.kept] == ["a", "c", "d"]


async def test_a_store_that_does_not_answer_vouches_for_nothing() -> None:
    """What may be wrong is not told; once the store is back and nothing has changed it is right again."""
    world = World()
    answer = await world.keep()
    world.seconds += 1

    async def fail() -> int:
        raise StoreUnavailable("The disk is gone. Bring it back.")

    world.kept._changes = fail
    with pytest.raises(StoreUnavailable):
        await world.kept.find(PLACE)
    world.kept._changes = world.changes
    assert await world.kept.find(PLACE) is answer


async def test_a_kept_answer_says_what_every_answer_says() -> None:
    """Nothing dresses it on its way out."""
    world = World()
    told: list[dict[str, object]] = []

    async def send(message: object) -> None:
        told.append(message)  # type: ignore[arg-type]

    await (await world.keep()).send({}, send)
    names = {name for name, _ in told[0]["headers"]}  # type: ignore[attr-defined]
    assert {b"content-security-policy", b"x-content-type-options", b"x-robots-tag", b"vary", b"etag"} <= names
