"""What the web server imports: `server.asgi:create` as a factory. Importing does no work."""

import os
from datetime import UTC, datetime
from functools import partial
from time import monotonic

from litestar import Litestar

from server.adapters.meters import RedisMeter
from server.adapters.redis_budget import RedisBudget
from server.adapters.redis_changes import RedisChanges
from server.adapters.redis_limits import RedisLimits
from server.adapters.redis_progress import RedisProgress
from server.adapters.rq_queue import RqJobQueue
from server.adapters.sql_following import SqlRecapStore
from server.adapters.sql_store import SqlCardStore
from server.app import create_app
from server.core.errors import InvalidSetting
from server.kept_answers import KeptAnswers
from server.settings import Settings


def create() -> Litestar:
    """The application on real adapters, configured by the environment; it closes them when it shuts down."""
    settings = Settings.from_env(os.environ)
    if settings.redis_url is None:
        raise InvalidSetting("REDIS_URL is not set. Start everything with `threadproof serve`, or name a Redis server.")
    changes = RedisChanges(settings.redis_url)
    store = SqlCardStore(settings.store_url, changed=changes.tell)
    queue = RqJobQueue(settings.redis_url, job_timeout_s=settings.job_timeout_s)
    progress = RedisProgress(settings.redis_url)
    limits, meter = RedisLimits(settings.redis_url), RedisMeter(settings.redis_url)
    budget = RedisBudget(
        settings.redis_url,
        day_usd=settings.day_budget_usd,
        key_usd=settings.key_budget_usd,
        address_usd=settings.address_budget_usd,
    )
    recaps = SqlRecapStore(settings.store_url)
    kept = KeptAnswers(store.changes, clock, monotonic)
    app = create_app(settings, store, queue, progress, clock, limits, meter, budget, kept, recaps)
    app.on_startup.append(partial(changes.listen, kept.look_again))
    app.on_shutdown.extend(
        [changes.close, limits.close, meter.close, budget.close, progress.close, queue.close, store.close, recaps.close]
    )
    return app


def clock() -> datetime:
    """The time of day."""
    return datetime.now(UTC)
