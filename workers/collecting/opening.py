"""A run's real adapters. Fewer than a card's: no writer, no searchers, no extraction."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from time import monotonic

from server.core.blocking import Blocklist
from server.core.errors import QueueUnavailable
from server.core.ports import Fetcher
from server.settings import Settings
from workers.bootstrap import has_model, open_fetchers, open_reddit, utc_now
from workers.collecting.desk import Desk


@asynccontextmanager
async def open_collecting(settings: Settings) -> AsyncIterator[Desk]:
    """Closed at the end."""
    from server.adapters.rq_queue import RqJobQueue
    from server.adapters.sql_following import SqlWatchStore
    from server.adapters.sql_store import SqlCardStore

    async with AsyncExitStack() as stack:
        watches = SqlWatchStore(settings.store_url)
        stack.push_async_callback(watches.close)
        store = SqlCardStore(settings.store_url)
        stack.push_async_callback(store.close)
        queue = RqJobQueue(settings.redis_url or "", job_timeout_s=settings.job_timeout_s)
        stack.push_async_callback(queue.close)
        fetcher, reddit = _open_web(settings, stack)
        yield Desk(
            watches=watches,
            store=store,
            queue=queue,
            fetcher=fetcher,
            reddit=reddit,
            blocked=Blocklist(settings.blocked_sites, settings.blocked_communities),
            most_a_day=settings.collected_per_day,
            money_left=_money(settings, stack),
            clock=utc_now,
            monotonic=monotonic,
        )


def _open_web(settings: Settings, stack: AsyncExitStack) -> tuple[Fetcher, Fetcher | None]:
    """The recorded world when one is set. The operator named the community, so its list is asked for as a thread is."""
    if settings.web is not None:
        from workers.adapters.recorded_web import RecordedWeb

        world = RecordedWeb(settings.web)
        return world, world if world.holds("https://oauth.reddit.com/") else None
    fetcher, _ = open_fetchers(settings, stack)
    return fetcher, open_reddit(settings, stack)


def _money(settings: Settings, stack: AsyncExitStack) -> Callable[[], Awaitable[bool]]:
    """Without a model cards cost nothing. Where the budget cannot be looked at nothing is spent."""
    if not has_model(settings):
        return _enough
    from server.adapters.redis_budget import RedisBudget

    budget = RedisBudget(
        settings.redis_url or "",
        day_usd=settings.day_budget_usd,
        key_usd=settings.key_budget_usd,
        address_usd=settings.address_budget_usd,
    )
    stack.push_async_callback(budget.close)

    async def is_left() -> bool:
        try:
            return await budget.left() >= settings.card_cap_usd
        except QueueUnavailable:
            return False

    return is_left


async def _enough() -> bool:
    return True
