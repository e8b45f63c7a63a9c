"""What every Budget promises: one suite, run on the fake and on a real valkey."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta

import pytest
import redis

from server.adapters.redis_budget import RedisBudget
from server.core.errors import QueueUnavailable
from server.core.ports import Budget
from tests.fakes import NOON, MemoryBudget
from tests.valkey import running_valkey

pytestmark = pytest.mark.anyio
ADA, BEN = "0123456789ab", "ba9876543210"
HOME, AWAY = "203.0.113.7", "198.51.100.9"


class Clock:
    """A time that a test may move."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        """Later."""
        self.now += timedelta(**time)


@pytest.fixture(scope="module")
def valkey_url() -> Iterator[str]:
    """One server for the module."""
    with running_valkey() as url:
        yield url


@pytest.fixture
def clock() -> Clock:
    """Noon."""
    return Clock()


@pytest.fixture(params=["memory", "redis"])
async def budget(request: pytest.FixtureRequest, clock: Clock, anyio_backend: str) -> AsyncIterator[Budget]:
    """An untouched Budget of each kind: 1.00 a day, 0.50 a key, 0.30 an address."""
    if request.param == "memory":
        yield MemoryBudget(day_usd=1.0, key_usd=0.5, address_usd=0.3, clock=clock)
        return
    url = str(request.getfixturevalue("valkey_url"))
    with redis.Redis.from_url(url) as client:
        client.flushall()
    opened = RedisBudget(url, day_usd=1.0, key_usd=0.5, address_usd=0.3, clock=clock)
    yield opened
    await opened.close()


def test_a_budget_is_a_budget(budget: Budget) -> None:
    """A Protocol used as an injected type is checked at run time."""
    assert isinstance(budget, Budget)


async def test_what_is_put_aside_is_not_left(budget: Budget) -> None:
    """And comes back but for what was really spent."""
    assert await budget.left() == 1.0
    made = await budget.reserve(0.4, key=None, address=None)
    assert made is not None
    assert (made.usd, made.day) == (0.4, NOON.date().isoformat())
    assert await budget.left() == pytest.approx(0.6)
    await budget.settle(made, 0.15)
    assert await budget.left() == pytest.approx(0.85)


async def test_a_budget_can_be_spent_to_its_last_cent_and_no_further(budget: Budget) -> None:
    """Ten times a tenth is the whole, though not in binary fractions."""
    for _ in range(10):
        assert await budget.reserve(0.1, key=None, address=None)
    assert await budget.left() == 0
    assert await budget.reserve(0.000001, key=None, address=None) is None


async def test_a_refusal_puts_nothing_aside(budget: Budget) -> None:
    """Neither in the whole nor with a payer whose own budget had room."""
    assert await budget.reserve(0.45, key=ADA, address=HOME) is None
    assert await budget.left() == 1.0
    assert await budget.reserve(0.5, key=ADA, address=None)


@pytest.mark.parametrize(
    ("payer", "other", "limit"),
    [
        ({"key": ADA, "address": None}, {"key": BEN, "address": None}, 0.5),
        ({"key": None, "address": HOME}, {"key": None, "address": AWAY}, 0.3),
    ],
    ids=["key", "address"],
)
async def test_each_payer_has_a_budget_of_its_own(
    budget: Budget, payer: dict[str, str | None], other: dict[str, str | None], limit: float
) -> None:
    """One that is through with its own does not touch another's."""
    made = await budget.reserve(limit, **payer)
    assert made is not None
    await budget.settle(made, limit)
    assert await budget.reserve(0.01, **payer) is None
    assert await budget.reserve(limit, **other)


async def test_a_network_at_home_is_one_payer(budget: Budget) -> None:
    """An IPv6 visitor has a new address for every request; the network stays."""
    assert await budget.reserve(0.2, key=None, address="2001:db8:1:2::1")
    assert await budget.reserve(0.2, key=None, address="2001:db8:1:2:ffff::9") is None
    assert await budget.reserve(0.2, key=None, address="2001:db8:1:3::1")
    assert await budget.reserve(0.2, key=None, address="::ffff:203.0.113.7")
    assert await budget.reserve(0.2, key=None, address=HOME) is None


async def test_a_new_day_begins_at_midnight_in_utc(budget: Budget, clock: Clock) -> None:
    """What is put aside before it belongs to the day before, whenever it is settled."""
    clock.now = NOON.replace(hour=23, minute=59)
    made = await budget.reserve(0.3, key=ADA, address=HOME)
    assert made is not None
    clock.pass_by(minutes=2)
    assert await budget.left() == 1.0
    assert await budget.reserve(0.3, key=ADA, address=HOME)
    await budget.settle(made, 0.3)
    assert await budget.left() == pytest.approx(0.7)


async def test_what_a_dead_worker_put_aside_is_free_again_after_ten_minutes(budget: Budget, clock: Clock) -> None:
    """Not lost for the day; and not before, since it may be alive."""
    assert await budget.reserve(0.3, key=ADA, address=HOME)
    clock.pass_by(minutes=9, seconds=59)
    assert await budget.left() == pytest.approx(0.7)
    assert await budget.reserve(0.1, key=None, address=HOME) is None
    clock.pass_by(seconds=2)
    assert await budget.left() == 1.0
    assert await budget.reserve(0.3, key=ADA, address=HOME)


async def test_spending_counts_however_late_it_is_told(budget: Budget, clock: Clock) -> None:
    """A worker that was only slow has spent it all the same."""
    made = await budget.reserve(0.3, key=ADA, address=HOME)
    assert made is not None
    clock.pass_by(minutes=30)
    await budget.settle(made, 0.3)
    assert await budget.left() == pytest.approx(0.7)
    assert await budget.reserve(0.01, key=None, address=HOME) is None


async def test_spending_counts_once(budget: Budget) -> None:
    """A settlement that is sent again, since nobody heard that it arrived, changes nothing."""
    made = await budget.reserve(0.3, key=ADA, address=HOME)
    assert made is not None
    await budget.settle(made, 0.1)
    await budget.settle(made, 0.1)
    assert await budget.left() == pytest.approx(0.9)


async def test_more_may_be_spent_than_was_put_aside(budget: Budget) -> None:
    """An estimate can be wrong; then the day has less, and never less than nothing."""
    made = await budget.reserve(0.3, key=None, address=HOME)
    assert made is not None
    await budget.settle(made, 1.7)
    assert await budget.left() == 0
    assert await budget.reserve(0.01, key=ADA, address=None) is None


async def test_nothing_spent_gives_all_of_it_back(budget: Budget) -> None:
    """A refused request costs nothing, and less than nothing is nothing."""
    for usd in (0.0, -3.0):
        made = await budget.reserve(0.3, key=ADA, address=HOME)
        assert made is not None
        await budget.settle(made, usd)
    assert await budget.left() == 1.0


@pytest.mark.parametrize("usd", [float("nan"), float("inf")])
async def test_what_is_no_amount_is_refused(budget: Budget, usd: float) -> None:
    """It would pass every comparison."""
    with pytest.raises(ValueError, match="no amount"):
        await budget.reserve(usd, key=None, address=None)


async def test_cards_made_side_by_side_cannot_cross_a_budget_together(budget: Budget) -> None:
    """Of forty that ask at once for a twentieth each, twenty get it."""
    made = await asyncio.gather(*(budget.reserve(0.05, key=None, address=None) for _ in range(40)))
    assert sum(each is not None for each in made) == 20
    assert len({each.id for each in made if each}) == 20


# ---- what Redis adds -------------------------------------------------------------------------------------


async def test_workers_share_what_is_in_redis_and_it_is_gone_in_two_days(valkey_url: str) -> None:
    """Two clients see one budget; no address stands there as it is."""
    with redis.Redis.from_url(valkey_url) as client:
        client.flushall()
        one, two = (RedisBudget(valkey_url, day_usd=1.0, key_usd=1.0, address_usd=1.0) for _ in range(2))
        made = await one.reserve(0.6, key=ADA, address=HOME)
        assert made is not None
        assert await two.reserve(0.6, key=BEN, address=AWAY) is None
        await two.settle(made, 0.5)
        assert await one.left() == pytest.approx(0.5)
        held = await one.reserve(0.1, key=None, address=HOME)
        assert held is not None
        names = client.keys("*")
        assert len(names) == 2
        assert all(0 < client.ttl(name) <= 2 * 24 * 3600 for name in names)
        kept = b" ".join(part for name in names for row in client.hgetall(name).items() for part in row)
        assert HOME.encode() not in kept
        assert ADA.encode() not in kept
        await one.close()
        await two.close()


async def test_a_restart_forgets_nothing_that_was_settled(valkey_url: str, clock: Clock) -> None:
    """A reservation that Redis lost is still booked when its worker settles it."""
    with redis.Redis.from_url(valkey_url) as client:
        budget = RedisBudget(valkey_url, day_usd=1.0, key_usd=1.0, address_usd=1.0, clock=clock)
        made = await budget.reserve(0.6, key=ADA, address=HOME)
        assert made is not None
        client.flushall()
        await budget.settle(made, 0.4)
        assert await budget.left() == pytest.approx(0.6)
        await budget.close()


async def test_without_redis_nothing_may_be_spent() -> None:
    """Every question about the budget says so, and the next step."""
    budget = RedisBudget("redis://127.0.0.1:9/0", day_usd=1.0, key_usd=1.0, address_usd=1.0)
    with pytest.raises(QueueUnavailable, match="no money is spent"):
        await budget.reserve(0.1, key=None, address=None)
    with pytest.raises(QueueUnavailable, match="doctor"):
        await budget.left()
    await budget.close()
