"""The only chooser of real adapters, for workers and for the commands that run parts of the pipeline."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import msgspec

from server.core.ports import (
    Budget,
    CardStore,
    Claims,
    Extractor,
    Fetcher,
    JobQueue,
    Progress,
    Searcher,
    Writer,
)
from server.settings import Settings
from workers.parts import Parts, Web

if TYPE_CHECKING:
    from workers.adapters.search_limits import Provider


class Warm(msgspec.Struct, frozen=True):
    """What a worker prepares once, before it forks a process for each job."""

    sample: Web
    recorded: Web | None
    extraction_socket: Path | None


def utc_now() -> datetime:
    """The clock of real processes."""
    return datetime.now(UTC)


def warm_up(settings: Settings, *, extraction_socket: Path | None = None) -> Warm:
    """Open and index recorded webs and import what jobs need, so that forked jobs find it in memory."""
    from server.sample import world_path
    from workers.adapters.recorded_web import RecordedWeb

    def recorded(path: Path) -> Web:
        world = RecordedWeb(path)
        world.preload()
        return Web(world, world, (world,), world if world.holds("https://oauth.reddit.com/") else None)

    import workers.adapters.extraction
    import workers.pipeline

    if has_model(settings):  # the SDK takes a second to import
        import workers.writers.claude
        from workers.adapters.anthropic_model import import_sdk

        import_sdk()
    if settings.web is None:  # 200 ms of imports and certificates, which every job would pay for
        from workers.adapters.pinned_dialer import load_trust

        load_trust()
        import workers.adapters.cached_pages
        import workers.adapters.host_manners
        import workers.adapters.redis_turns  # noqa: F401

    return Warm(recorded(world_path()), recorded(settings.web) if settings.web else None, extraction_socket)


@asynccontextmanager
async def open_claims(settings: Settings) -> AsyncIterator[Claims]:
    """Closed at the end."""
    from server.adapters.redis_claims import RedisClaims

    claims = RedisClaims(settings.redis_url or "")
    try:
        yield claims
    finally:
        await claims.close()


class Commons(msgspec.Struct, frozen=True):
    """What all jobs of a process share: connections that any number of tasks may use at once."""

    store: CardStore
    queue: JobQueue
    progress: Progress


@asynccontextmanager
async def open_commons(settings: Settings) -> AsyncIterator[Commons]:
    """Closed at the end."""
    from server.adapters.metered_progress import MeteredProgress
    from server.adapters.meters import RedisMeter
    from server.adapters.patience import patient
    from server.adapters.redis_changes import RedisChanges
    from server.adapters.redis_progress import RedisProgress
    from server.adapters.rq_queue import RqJobQueue
    from server.adapters.sql_store import SqlCardStore

    async with AsyncExitStack() as stack:
        changes = RedisChanges(settings.redis_url or "")
        stack.push_async_callback(changes.close)
        store = SqlCardStore(settings.store_url, changed=changes.tell)
        stack.push_async_callback(store.close)
        queue = RqJobQueue(settings.redis_url or "", job_timeout_s=settings.job_timeout_s)
        stack.push_async_callback(queue.close)
        told = RedisProgress(settings.redis_url or "")
        progress = MeteredProgress(told, RedisMeter(settings.redis_url or ""), monotonic)
        stack.push_async_callback(progress.close)
        yield Commons(patient(store), queue, progress)


@asynccontextmanager
async def open_parts(
    settings: Settings, warm: Warm | None = None, commons: Commons | None = None
) -> AsyncIterator[Parts]:
    """Adapters for one job or command, closed at the end; but for those that are shared.

    Each job has clients of its own for the web and the model: one pool of connections for all of them let jobs starve
    in a burst.
    """
    warm = warm or warm_up(settings)
    async with AsyncExitStack() as stack:
        shared = commons if commons is not None else await stack.enter_async_context(open_commons(settings))
        yield Parts(
            store=shared.store,
            progress=shared.progress,
            queue=shared.queue,
            web=await open_web(settings, warm, stack),
            sample=warm.sample,
            extractor=open_extractor(warm),
            writer=open_writer(settings, stack),
            clock=utc_now,
            settings=settings,
        )


async def open_web(settings: Settings, warm: Warm, stack: AsyncExitStack) -> Web:
    """The recorded world when one is set, else the guarded fetcher and the configured searchers."""
    if warm.recorded:
        return warm.recorded
    fetcher, pages = open_fetchers(settings, stack)
    reddit = open_reddit(settings, stack)
    if settings.record:
        from workers.adapters.recording_fetcher import RecordingFetcher

        # Outside the cache: a world without the pages that others had just read could not be replayed.
        fetcher, pages = RecordingFetcher(fetcher, settings.record), RecordingFetcher(pages, settings.record)
        reddit = RecordingFetcher(reddit, settings.record) if reddit else None
    return Web(fetcher, pages, open_searchers(settings, stack), reddit)


def open_fetchers(settings: Settings, stack: AsyncExitStack) -> tuple[Fetcher, Fetcher]:
    """For what somebody named to us, and for what we found: one pool of connections, one set of manners.

    Turns, rests, robots.txt and pages are shared through Redis, or are this process's own where there is none.
    """
    from workers.adapters.bounded_shelf import OwnBoundedShelf, RedisBoundedShelf
    from workers.adapters.cached_pages import CachedPages
    from workers.adapters.guarded_fetcher import GuardedFetcher
    from workers.adapters.host_manners import HostManners
    from workers.adapters.host_turns import OwnTurns, Pace
    from workers.adapters.redis_turns import RedisTurns
    from workers.adapters.robots import Robots
    from workers.adapters.spare_redis import SpareRedis

    pace = Pace(max(1, settings.host_requests), max(0.0, settings.host_delay_s))
    spare = SpareRedis(settings.redis_url, monotonic) if settings.redis_url else None
    shelf = RedisBoundedShelf(spare) if spare else OwnBoundedShelf(monotonic)
    turns = RedisTurns(pace, spare, monotonic) if spare else OwnTurns(pace, monotonic)
    robots = Robots(shelf, lambda: fetcher, utc_now)
    manners = HostManners(turns, robots, utc_now)
    fetcher = GuardedFetcher(
        allow=settings.fetch_allow,
        blocked=settings.blocked_sites,
        contact=settings.contact,
        manners=manners,
        egress_proxy=settings.egress_proxy,
    )
    pages = CachedPages(fetcher, shelf, utc_now, allow=settings.fetch_allow)
    if spare:
        stack.push_async_callback(spare.close)
    for opened in (fetcher, manners, pages):
        stack.push_async_callback(opened.close)
    return fetcher, pages


def open_reddit(settings: Settings, stack: AsyncExitStack) -> Fetcher | None:
    """Reddit's API, where both of an app's keys are set."""
    if not settings.reddit_client_id or not settings.reddit_client_secret:
        return None
    from workers.adapters.reddit_oauth import RedditOauth
    from workers.adapters.shelf import OwnShelf, RedisShelf

    shelf = RedisShelf(settings.redis_url) if settings.redis_url else OwnShelf(monotonic)
    stack.push_async_callback(shelf.close)
    reddit = RedditOauth(
        settings.reddit_client_id, settings.reddit_client_secret, shelf=shelf, contact=settings.contact
    )
    stack.push_async_callback(reddit.close)
    return reddit


def open_searchers(settings: Settings, stack: AsyncExitStack) -> tuple[Searcher, ...]:
    """Every provider that is configured, each with limits of its own; keyless metasearch where none is."""
    from workers.adapters.search_limits import LimitedSearcher
    from workers.adapters.shelf import OwnShelf, RedisShelf

    shelf = RedisShelf(settings.redis_url) if settings.redis_url else OwnShelf(monotonic)
    stack.push_async_callback(shelf.close)
    searchers = [LimitedSearcher(provider, shelf, _account(secret)) for provider, secret in _open_providers(settings)]
    for searcher in searchers:
        stack.push_async_callback(searcher.close)
    return tuple(searchers)


def _open_providers(settings: Settings) -> "list[tuple[Provider, str]]":
    """Search providers, and what tells one account with them from another."""
    proxy, key = settings.egress_proxy, settings.anthropic_api_key
    found: list[tuple[Provider, str]] = []
    if settings.searxng_url:  # the operator's own, so not by the way out
        from workers.adapters.search_searxng import SearxngSearcher

        found.append((SearxngSearcher(settings.searxng_url), settings.searxng_url))
    if settings.brave_api_key:
        from workers.adapters.search_brave import BraveSearcher

        found.append((BraveSearcher(settings.brave_api_key, proxy=proxy), settings.brave_api_key))
    if settings.tavily_api_key:
        from workers.adapters.search_tavily import TavilySearcher

        found.append((TavilySearcher(settings.tavily_api_key, proxy=proxy), settings.tavily_api_key))
    if settings.anthropic_search and key:
        from workers.adapters.search_anthropic import AnthropicSearcher

        model, base_url = settings.anthropic_search_model, settings.anthropic_base_url
        found.append((AnthropicSearcher(key, model=model, base_url=base_url, proxy=proxy), key))
    if not found:
        from workers.adapters.search_ddgs import DdgsSearcher

        found.append((DdgsSearcher(proxy=proxy), ""))
    return found


def _account(secret: str) -> str:
    """Tells one key from another and gives neither away."""
    return sha256(secret.encode()).hexdigest()[:16]


def open_extractor(warm: Warm) -> Extractor:
    """The machine's extraction server when one runs, else extraction in this process."""
    from workers.adapters.extraction import InProcessExtractor, SocketExtractor

    return SocketExtractor(warm.extraction_socket) if warm.extraction_socket else InProcessExtractor()


def open_writer(settings: Settings, stack: AsyncExitStack, budget: Budget | None = None) -> Writer:
    """By the Messages API where a key or an address for it is set, else the extractive writer. The day's budget is kept
    in Redis unless another one is handed in."""
    if not has_model(settings):
        from workers.writers.extractive import ExtractiveWriter

        return ExtractiveWriter()
    from server.adapters.redis_budget import RedisBudget
    from workers.adapters.anthropic_model import AnthropicModel
    from workers.writers.claude import ClaudeWriter

    model = AnthropicModel(
        api_key=settings.anthropic_api_key,
        base_url=settings.anthropic_base_url,
        models=settings.models,
        prices=settings.price_table,
        timeout_s=settings.model_timeout_s,
    )
    stack.push_async_callback(model.close)
    budget = budget or RedisBudget(
        settings.redis_url or "",
        day_usd=settings.day_budget_usd,
        key_usd=settings.key_budget_usd,
        address_usd=settings.address_budget_usd,
    )
    stack.push_async_callback(budget.close)
    return ClaudeWriter(
        model,
        budget,
        models=settings.models,
        prices=settings.price_table,
        card_cap_usd=settings.card_cap_usd,
        most_queries=settings.most_queries,
        judge=settings.judge,
    )


def has_model(settings: Settings) -> bool:
    """Whether a model can be asked: local servers have an address and need no key."""
    return bool(settings.anthropic_api_key or settings.anthropic_base_url)
