"""Turns, deadlines and rests of search providers."""

import asyncio
import time
from collections.abc import Callable

import pytest
import redis

from server.core.errors import SourceUnavailable
from server.core.ports import Hit
from tests.valkey import running_valkey
from workers.adapters.search_answers import DAY_S, Limits, SearchUnavailable
from workers.adapters.search_limits import BREAK_S, FAILURES, LimitedSearcher
from workers.adapters.shelf import OwnShelf, RedisShelf

pytestmark = pytest.mark.anyio
HITS = [Hit("https://a.example/", "A")]


class Clock:
    """Seconds that pass by sleeping, and at no other time."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        """All who sleep wake in the order of their time."""
        until = self.now + seconds
        while self.now < until:
            await asyncio.sleep(0)
            self.now = min(until, self.now + 0.01)


class Scripted:
    """A provider that answers with the next of its answers, the last for ever."""

    name = "Brave"

    def __init__(self, *answers: list[Hit] | Exception, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.answers = list(answers)
        self.asked: list[str] = []
        self.at: list[float] = []
        self.running = self.most = 0
        self.takes: Callable[[], object] | None = None
        self.clock = Clock()
        self.closed = False

    async def search(self, query: str, *, limit: int = 10) -> list[Hit]:
        self.asked.append(query)
        self.at.append(round(self.clock.now, 1))
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await (asyncio.sleep(30) if self.takes else asyncio.sleep(0))
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if isinstance(answer, Exception):
                raise answer
            return answer
        finally:
            self.running -= 1

    async def close(self) -> None:
        self.closed = True


def limited(provider: Scripted, account: str = "", shelf: OwnShelf | RedisShelf | None = None) -> LimitedSearcher:
    clock = provider.clock
    return LimitedSearcher(provider, shelf or OwnShelf(clock), account, clock=clock, sleep=clock.sleep)


async def outcomes(searcher: LimitedSearcher, count: int) -> list[str]:
    """What comes of searches made side by side: "ok" or what was said."""
    found = await asyncio.gather(*(searcher.search(f"q{n}") for n in range(count)), return_exceptions=True)
    assert all(isinstance(each, list | SourceUnavailable) for each in found)
    return [each.message if isinstance(each, SourceUnavailable) else "ok" for each in found]


async def test_no_more_are_asked_at_once_than_the_provider_allows() -> None:
    """All get their answer."""
    provider = Scripted(HITS, limits=Limits(at_once=2))
    assert await outcomes(limited(provider), 7) == ["ok"] * 7
    assert provider.most == 2


async def test_searches_are_spaced_as_the_provider_allows() -> None:
    """And those whose turn would come too late are left to other providers, at once."""
    provider = Scripted(HITS, limits=Limits(spacing_s=1.0, deadline_s=3.5))
    said = await outcomes(limited(provider), 8)
    assert said.count("ok") == 4
    assert [round(later - earlier, 1) for earlier, later in zip(provider.at, provider.at[1:], strict=False)] == [
        1.0
    ] * 3
    assert "every 1 s" in said[-1]
    assert provider.clock.now < 1003.5


async def test_a_moment_that_a_provider_asks_for_is_waited_out() -> None:
    """Once: all who search wait, and nothing is left for the next card to hear of."""
    provider = Scripted(SearchUnavailable("Brave: too many (429).", status=429, rest_s=1.0), HITS)
    searcher = limited(provider)
    assert await outcomes(searcher, 2) == ["ok", "ok"]
    assert provider.clock.now >= 1001.0
    assert len(provider.asked) == 3


async def test_a_provider_that_is_spent_is_asked_no_more_until_it_is_filled() -> None:
    """The next queries cost nothing, and hear why."""
    provider = Scripted(SearchUnavailable("Brave's plan is used up (402).", status=402, rest_s=600.0))
    searcher = limited(provider)
    for _ in range(5):
        with pytest.raises(SourceUnavailable, match="used up"):
            await searcher.search("x")
    assert len(provider.asked) == 1
    provider.clock.now += 601
    provider.answers = [HITS]
    assert await searcher.search("x") == HITS


async def test_searches_that_wait_behind_the_first_refusal_are_not_asked() -> None:
    """Six at once cost what one place costs."""
    provider = Scripted(SearchUnavailable("Brave: no.", status=401, rest_s=600.0), limits=Limits(at_once=1))
    assert await outcomes(limited(provider), 6) == ["Brave: no."] * 6
    assert len(provider.asked) == 1


async def test_no_rest_is_longer_than_a_day() -> None:
    """A plan may be changed before its month is over."""
    provider = Scripted(SearchUnavailable("spent", status=429, rest_s=30 * DAY_S))
    searcher = limited(provider)
    await outcomes(searcher, 1)
    provider.clock.now += DAY_S + 1
    provider.answers = [HITS]
    assert await searcher.search("x") == HITS


@pytest.mark.parametrize("status", [None, 500, 503])
async def test_one_that_is_out_of_reach_again_and_again_is_left_alone_for_a_while(status: int | None) -> None:
    """Then it is asked once more."""
    provider = Scripted(SearchUnavailable("Brave cannot be reached.", status=status))
    searcher = limited(provider)
    for _ in range(6):
        await outcomes(searcher, 1)
    assert len(provider.asked) == FAILURES
    provider.clock.now += BREAK_S + 1
    await outcomes(searcher, 1)
    assert len(provider.asked) == FAILURES + 1


async def test_a_query_that_a_provider_refuses_says_nothing_of_the_next() -> None:
    """Nor do failures with a good answer between them."""
    refused = Scripted(SearchUnavailable("Brave answered 422.", status=422))
    await outcomes(limited(refused), 1)
    searcher = limited(refused)
    for _ in range(5):
        await outcomes(searcher, 1)
    assert len(refused.asked) == 6
    lost = SearchUnavailable("lost")
    flaky = Scripted(lost, HITS, lost, HITS, lost, HITS, HITS)
    searcher = limited(flaky)
    assert [(await outcomes(searcher, 1))[0] for _ in range(6)] == ["lost", "ok"] * 3


async def test_a_search_has_a_deadline_with_all_its_waiting() -> None:
    """A provider that hangs costs its deadline, once for all who wait; those who were not asked say nothing of it."""
    provider = Scripted(HITS, limits=Limits(at_once=2, deadline_s=0.1))
    provider.takes = provider.clock
    searcher = LimitedSearcher(provider, OwnShelf(time.monotonic))
    began = time.monotonic()
    assert await outcomes(searcher, 6) == ["Brave did not answer within 0.1 s."] * 6
    assert time.monotonic() - began < 1
    assert len(provider.asked) == 2
    provider.takes = None
    assert "did not answer" in (await outcomes(searcher, 1))[0]  # it rests now
    assert len(provider.asked) == 2


async def test_a_search_that_is_called_off_is_no_failure() -> None:
    """Its place is free again."""
    provider = Scripted(HITS, limits=Limits(at_once=1))
    provider.takes = provider.clock
    searcher = limited(provider)
    task = asyncio.create_task(searcher.search("x"))
    await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    provider.takes = None
    assert await searcher.search("x") == HITS


async def test_what_one_worker_learned_the_others_know_but_not_of_another_key() -> None:
    """Over Redis; a new key has not been refused yet."""
    with running_valkey() as url:
        shelves = [RedisShelf(url), RedisShelf(url)]
        refused = Scripted(SearchUnavailable("Brave: bad key.", status=401, rest_s=60.0))
        await outcomes(limited(refused, "one", shelves[0]), 1)
        other = Scripted(HITS)
        assert await outcomes(limited(other, "one", shelves[1]), 1) == ["Brave: bad key."]
        assert other.asked == []
        assert await outcomes(limited(other, "two", shelves[1]), 1) == ["ok"]
        names = redis.Redis.from_url(url).keys("*")
        assert all(b"bad" not in name for name in names)
        for shelf in shelves:
            await shelf.close()


async def test_closing_closes_the_provider() -> None:
    """Its connections are its own."""
    provider = Scripted(HITS)
    await limited(provider).close()
    assert provider.closed
