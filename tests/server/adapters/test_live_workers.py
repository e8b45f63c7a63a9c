"""How many workers there are, which is not how many there were."""

from datetime import UTC, datetime, timedelta

import pytest
import redis
from rq import Queue, Worker
from rq.serializers import JSONSerializer
from rq.utils import utcformat

from server.adapters.rq_queue import ALIVE, READERS, RqJobQueue
from tests.valkey import running_valkey

pytestmark = pytest.mark.anyio


async def test_a_worker_that_was_killed_is_soon_counted_no_more() -> None:
    """RQ's own list keeps it for two minutes, and /readyz would call a dead house ready."""
    with running_valkey() as url, redis.Redis.from_url(url) as client:
        lane = Queue(READERS[0], connection=client, serializer=JSONSerializer)
        workers = [Worker([lane], connection=client, serializer=JSONSerializer, name=name) for name in ("a", "b")]
        for worker in workers:
            worker.register_birth()
        queue = RqJobQueue(url)
        assert await queue.workers() == 2
        long_ago = datetime.now(UTC) - ALIVE - timedelta(seconds=1)
        client.hset(workers[0].key, "last_heartbeat", utcformat(long_ago))
        assert await queue.workers() == 1
        client.delete(workers[1].key)
        assert await queue.workers() == 0
        await queue.close()
