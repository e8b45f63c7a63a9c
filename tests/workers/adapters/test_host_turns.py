"""Whose turn it is at a host: in one process, and among all workers on one Redis."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from tests.valkey import running_valkey
from workers.adapters.host_turns import MOST_HOSTS, OwnTurns, Pace, Turn, Turns, Wish
from workers.adapters.redis_turns import RedisTurns
from workers.adapters.spare_redis import SpareRedis

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[3]
PACE = Pace(requests=2, delay_s=0.1, lease_s=0.4)
AT_ONCE = Pace(requests=2, delay_s=0.0, lease_s=0.4)


@pytest.fixture(params=["redis", "own"])
async def turns(request: pytest.FixtureRequest) -> AsyncIterator[Turns]:
    """Each kind, 0.1 s between two starts."""
    async for each in opened(request.param, PACE):
        yield each


@pytest.fixture(params=["redis", "own"])
async def quick(request: pytest.FixtureRequest) -> AsyncIterator[Turns]:
    """Each kind, with no delay between two starts."""
    async for each in opened(request.param, AT_ONCE):
        yield each


async def opened(kind: str, pace: Pace) -> AsyncIterator[Turns]:
    if kind == "own":
        yield OwnTurns(pace, time.monotonic)
        return
    with running_valkey() as url:
        spare = SpareRedis(url, time.monotonic)
        shared = RedisTurns(pace, spare, time.monotonic)
        yield shared
        await shared.close()
        await spare.close()


async def take(turns: Turns, wish: Wish) -> tuple[Turn, float]:
    """The turn when it came, or what came instead, and how long that took."""
    began = time.monotonic()
    while True:
        waited_s = time.monotonic() - began
        turn = await turns.ask(msgspec.structs.replace(wish, waited_s=waited_s))
        if turn.state != "wait":
            return turn, time.monotonic() - began
        await asyncio.sleep(turn.wait_s)


async def test_distinct_hosts_do_not_wait_for_one_another(turns: Turns) -> None:
    """Twenty hosts, twenty turns at once."""
    states = [(await turns.ask(Wish(f"{n}.example", 1.0))).state for n in range(20)]
    assert states == ["go"] * 20


async def test_starts_at_one_host_keep_their_distance(turns: Turns) -> None:
    """However short each of them was, and in the order in which they came."""
    began, starts = time.monotonic(), []

    async def read(n: int) -> None:
        await asyncio.sleep(n * 0.02)
        wish = Wish("a.example", 2.0)
        turn, _ = await take(turns, wish)
        assert turn.state == "go"
        starts.append((n, time.monotonic() - began))
        turns.leave(wish)

    await asyncio.gather(*(read(n) for n in range(5)))
    assert [n for n, _ in starts] == [0, 1, 2, 3, 4]
    apart = [later - earlier for (_, earlier), (_, later) in pairwise(starts)]
    assert min(apart) >= 0.09
    assert starts[-1][1] < 0.4 + 0.3  # four delays, and what a busy machine adds


async def test_no_more_than_the_number_at_once(quick: Turns) -> None:
    """The third goes as soon as one of two has left."""
    first, second, third = (Wish("a.example", 2.0) for _ in range(3))
    assert [(await quick.ask(wish)).state for wish in (first, second, third)] == ["go", "go", "wait"]
    quick.leave(second)
    turn, waited_s = await take(quick, third)
    assert turn.state == "go"
    assert waited_s < 0.3  # not when a lease has ended


async def test_who_would_wait_too_long_is_told_at_once(turns: Turns) -> None:
    """A queue of four delays is no place for one who can wait for two and a half."""
    states = [(await turns.ask(Wish("a.example", 0.25))).state for _ in range(5)]
    assert states == ["go", "wait", "wait", "busy", "busy"]
    turn = await turns.ask(Wish("a.example", 0.25))
    assert turn.wait_s == pytest.approx(0.3, abs=0.05)
    assert turn.delay_s == pytest.approx(0.1)


async def test_a_full_host_keeps_nobody_beyond_the_bound(quick: Turns) -> None:
    """When those inside will leave is not known, so that one waits until then."""
    for _ in range(2):
        await quick.ask(Wish("a.example", 0.2))
    turn, waited_s = await take(quick, Wish("a.example", 0.2))
    assert turn.state == "busy"
    assert waited_s == pytest.approx(0.15, abs=0.06)


async def test_a_turn_whose_worker_died_ends_by_itself(quick: Turns) -> None:
    """After its lease."""
    for _ in range(2):
        await quick.ask(Wish("a.example", 2.0))  # never leaves
    turn, waited_s = await take(quick, Wish("a.example", 2.0))
    assert turn.state == "go"
    assert waited_s == pytest.approx(0.4, abs=0.15)


async def test_one_who_died_in_the_queue_holds_up_nobody_for_long(turns: Turns) -> None:
    """Who does not come when it is due is passed over a second later."""
    assert [(await turns.ask(Wish("a.example", 3.0))).state for _ in range(2)] == ["go", "wait"]
    turn, waited_s = await take(turns, Wish("a.example", 3.0))
    assert turn.state == "go"
    assert 0.2 < waited_s < 1.6


async def test_one_who_no_longer_wants_its_turn_leaves_the_queue(turns: Turns) -> None:
    """The next moves up."""
    first, second, third = (Wish("a.example", 2.0) for _ in range(3))
    assert [(await turns.ask(wish)).state for wish in (first, second)] == ["go", "wait"]
    turns.leave(second)
    await asyncio.sleep(0.02)
    turn, waited_s = await take(turns, third)
    assert turn.state == "go"
    assert waited_s < 0.19


async def test_nobody_is_let_in_while_the_host_rests(turns: Turns) -> None:
    """Who can wait so long waits; anybody else is told until when, and with which answer it was asked for."""
    await turns.rest("a.example", 0.3, 503)
    short = await turns.ask(Wish("a.example", 0.2))
    assert (short.state, short.status) == ("rest", 503)
    assert short.wait_s == pytest.approx(0.3, abs=0.05)
    assert (await turns.ask(Wish("b.example", 0.2))).state == "go"
    turn, waited_s = await take(turns, Wish("a.example", 1.0))
    assert turn.state == "go"
    assert waited_s == pytest.approx(0.3, abs=0.08)


async def test_a_shorter_rest_does_not_end_a_longer_one(turns: Turns) -> None:
    """And none lasts longer than an hour."""
    await turns.rest("a.example", 1e9, 429)
    await turns.rest("a.example", 1.0, 503)
    turn = await turns.ask(Wish("a.example", 5.0))
    assert (turn.state, turn.status) == ("rest", 429)
    assert turn.wait_s == pytest.approx(3600, abs=5)


async def test_a_crawl_delay_counts_for_those_whom_robots_concern(turns: Turns) -> None:
    """A page that somebody named to us waits no longer than at any host."""
    await turns.slow("a.example", 30.0, 60.0)
    assert (await turns.ask(Wish("a.example", 4.0, heeds_robots=True))).state == "go"
    crawl = await turns.ask(Wish("a.example", 4.0, heeds_robots=True))
    assert (crawl.state, crawl.delay_s) == ("busy", 30.0)
    assert (await take(turns, Wish("a.example", 4.0)))[0].state == "go"


async def test_a_process_forgets_hosts_it_has_long_done_with() -> None:
    """A worker that lives for months keeps no list of the web."""
    now = 1000.0
    turns = OwnTurns(PACE, lambda: now)
    await turns.rest("resting.example", 3000, 503)
    for n in range(MOST_HOSTS):
        await turns.ask(Wish(f"{n}.example", 1.0))
    now += 1000
    await turns.ask(Wish("new.example", 1.0))
    assert set(turns._hosts) == {"resting.example", "new.example"}


async def test_two_workers_on_one_redis_take_turns() -> None:
    """The second client is held up by the first one's turns and rests, and reads the note of a key on its way."""
    with running_valkey() as url:
        spares = [SpareRedis(url, time.monotonic) for _ in range(2)]
        one, two = (RedisTurns(PACE, spare, time.monotonic) for spare in spares)
        await spares[0].ask(lambda client: client.set("a note", b"\x00\xff"))
        wish = Wish("a.example", 2.0)
        assert await one.ask(wish) == Turn("go", 0.0, 0.1)
        assert (await two.ask(Wish("a.example", 2.0, note="a note"))).note == b"\x00\xff"
        assert (await two.ask(Wish("b.example", 2.0, note="none"))).note is None
        await one.rest("c.example", 60, 429)
        assert (await two.ask(Wish("c.example", 2.0))).state == "rest"
        for turns, spare in zip((one, two), spares, strict=True):
            await turns.close()
            await spare.close()


READER = """
import asyncio, sys, time
from msgspec.structs import replace
from workers.adapters.host_turns import Pace, Wish
from workers.adapters.redis_turns import RedisTurns
from workers.adapters.spare_redis import SpareRedis

async def main():
    spare = SpareRedis(sys.argv[1], time.monotonic)
    turns = RedisTurns(Pace(2, 0.05, 30.0), spare, time.monotonic)

    async def read():
        wish, began = Wish("a.example", 20.0), time.monotonic()
        while (turn := await turns.ask(replace(wish, waited_s=time.monotonic() - began))).state != "go":
            await asyncio.sleep(turn.wait_s)
        entered = time.time()
        await asyncio.sleep(0.12)
        print(entered, time.time())
        turns.leave(wish)

    await asyncio.gather(*(read() for _ in range(6)))
    await turns.close()
    await spare.close()

asyncio.run(main())
"""


async def test_processes_share_the_turns_of_a_host() -> None:
    """Three processes want eighteen turns: never more than two at once, never two starts together."""
    with running_valkey() as url:
        run = [sys.executable, "-c", READER, url]
        readers = [
            await asyncio.create_subprocess_exec(*run, cwd=ROOT, stdout=asyncio.subprocess.PIPE) for _ in range(3)
        ]
        told = [(await reader.communicate())[0].decode().splitlines() for reader in readers]
    turns = sorted(tuple(map(float, line.split())) for lines in told for line in lines)
    assert len(turns) == 18
    starts = [entered for entered, _ in turns]
    assert min(later - earlier for earlier, later in pairwise(starts)) > 0.03
    assert max(sum(entered <= at < left for entered, left in turns) for at in starts) == 2


async def test_without_redis_a_process_takes_its_own_turns() -> None:
    """The first question finds out that nobody answers, and the next ones do not ask."""
    spare = SpareRedis("redis://127.0.0.1:9/0", time.monotonic)
    turns = RedisTurns(PACE, spare, time.monotonic)
    states = [(await turns.ask(Wish("a.example", 0.15))).state for _ in range(3)]
    assert states == ["go", "wait", "busy"]
    await turns.rest("b.example", 60, 429)
    assert (await turns.ask(Wish("b.example", 1.0))).state == "rest"
    await turns.slow("c.example", 30.0, 60.0)
    for state in ("go", "busy"):
        assert (await turns.ask(Wish("c.example", 1.0, heeds_robots=True))).state == state
    await turns.close()
    await spare.close()


async def test_a_redis_that_hangs_is_given_up_within_a_second_or_so() -> None:
    """And is asked again some seconds later."""
    now = 0.0

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.read(100))
        await reader.read()
        writer.close()

    asked: list[bytes] = []
    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    spare = SpareRedis(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0", lambda: now)
    turns, began = RedisTurns(PACE, spare, time.monotonic), time.monotonic()
    for n in range(20):
        assert (await turns.ask(Wish(f"{n}.example", 1.0))).state == "go"
    assert time.monotonic() - began < 2.0
    before = len(asked)
    now += 10.0
    await turns.ask(Wish("a.example", 1.0))
    assert len(asked) > before
    await turns.close()
    await spare.close()
    server.close()
    await server.wait_closed()
