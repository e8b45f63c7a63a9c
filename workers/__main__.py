"""`python -m workers` and `threadproof worker`: a machine's workers, as a tree of processes from one that is loaded.

Pools take jobs, many at once each; one more process takes those that broke a pool down. Everything is imported before
the first of them is begun; decision 17 has how soon a job begins.
"""

import os
import sys

import redis

from server.adapters.logs import set_up_log
from server.adapters.migrations import migrate
from server.adapters.rq_queue import connect
from server.core.errors import InsightError, InvalidSetting, QueueUnavailable
from server.settings import Settings
from workers import alone, jobs, sizing
from workers.adapters.extraction_server import ExtractionServer
from workers.board import Board
from workers.bootstrap import Warm, has_model
from workers.pool import Lost, Pool
from workers.tree import Branch, Tree, raise_file_limit, settle_memory


def main() -> int:
    """Work until a signal says stop; jobs at hand are finished within the grace, or handed back."""
    try:
        return run(Settings.from_env(os.environ))
    except InsightError as error:
        print(f"threadproof worker: {error.message}", file=sys.stderr)
        return 4 if isinstance(error, QueueUnavailable) else 2


def run(settings: Settings) -> int:
    """0 when told to stop. InvalidSetting without a REDIS_URL, QueueUnavailable when nothing answers there."""
    set_up_log(settings.log_level, settings.log_format, settings.secrets)
    if not settings.redis_url:
        raise InvalidSetting("A worker needs REDIS_URL. `threadproof serve` starts workers with a queue of their own.")
    require_queue(settings.redis_url)
    migrate(settings.store_url)
    raise_file_limit()
    with ExtractionServer.start() as extraction:  # before anything that a page's reader need not hold
        warm = jobs.prepare(settings, extraction.path)
        settle_memory()
        return Tree(branches(settings, warm), grace_s=settings.grace_s).run(extraction.is_alive)


def branches(settings: Settings, warm: Warm) -> list[Branch]:
    """The pools, and the process for jobs that broke one down."""
    size = sizing.size_for(
        sizing.machine_cores(),
        sizing.machine_memory_mb(),
        has_model=has_model(settings),
        pools=settings.workers,
        jobs=settings.jobs_at_once,
    )
    redis_url = settings.redis_url or ""

    def pool(branch: Branch, lost: list[Lost]) -> int:
        assert branch.board is not None
        return Pool(settings, warm, branch.board, holder=branch.holder, room=size.room).run(lost)

    pools = [Branch(f"pool-{n}", pool, Board(size.room)) for n in range(1, size.pools + 1)]
    return [*pools, Branch("alone", lambda branch, lost: alone.work(redis_url))]


def require_queue(redis_url: str) -> None:
    """QueueUnavailable when nothing answers: better said at once than by children that wait."""
    client = connect(redis_url)
    try:
        client.ping()
    except redis.RedisError as error:
        raise QueueUnavailable(f"Nothing answers at REDIS_URL ({error}). Start Redis or Valkey there.") from error
    finally:
        client.close()


if __name__ == "__main__":
    sys.exit(main())
