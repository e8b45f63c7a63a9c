"""What every Meter promises: in one process, and in a real valkey that several processes add to."""

from collections.abc import AsyncIterator, Iterator

import pytest
import redis

from server.adapters.meters import MemoryMeter, RedisMeter
from server.core.metrics import FAMILIES, render_metrics
from server.core.ports import Meter
from tests.valkey import running_valkey

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def valkey_url() -> Iterator[str]:
    """One server for the module."""
    with running_valkey() as url:
        yield url


@pytest.fixture(params=["memory", "redis"])
async def meter(request: pytest.FixtureRequest, anyio_backend: str) -> AsyncIterator[Meter]:
    """An untouched Meter of each form."""
    if request.param == "memory":
        yield MemoryMeter()
        return
    url = str(request.getfixturevalue("valkey_url"))
    with redis.Redis.from_url(url) as client:
        client.flushall()
    opened = RedisMeter(url)
    yield opened
    await opened.close()


async def test_counts_add_up_by_their_labels(meter: Meter) -> None:
    """Also across flushes."""
    meter.count("threadproof_cards_total", writer="claude")
    meter.count("threadproof_cards_total", writer="extractive")
    await meter.flush()
    meter.count("threadproof_cards_total", 2, writer="claude")
    totals = await meter.totals()
    assert totals['threadproof_cards_total{writer="claude"}'] == 3
    assert totals['threadproof_cards_total{writer="extractive"}'] == 1


async def test_an_observation_falls_into_every_bucket_that_holds_it(meter: Meter) -> None:
    """As Prometheus counts: each bucket holds all that is no larger."""
    for seconds in (0.05, 3.0, 500.0):
        meter.observe("threadproof_stage_seconds", seconds, stage="read")
    totals = await meter.totals()
    assert totals['threadproof_stage_seconds_bucket{le="0.1",stage="read"}'] == 1
    assert totals['threadproof_stage_seconds_bucket{le="4",stage="read"}'] == 2
    assert totals['threadproof_stage_seconds_bucket{le="+Inf",stage="read"}'] == 3
    assert totals['threadproof_stage_seconds_count{stage="read"}'] == 3
    assert totals['threadproof_stage_seconds_sum{stage="read"}'] == pytest.approx(503.05)


async def test_the_usual_time_of_a_card_is_the_mean_of_all(meter: Meter) -> None:
    """None before the first."""
    assert await meter.usual_job_s() is None
    for seconds in (4.0, 8.0):
        meter.observe("threadproof_job_seconds", seconds)
    await meter.flush()
    assert await meter.usual_job_s() == pytest.approx(6.0)


async def test_a_label_cannot_break_the_page(meter: Meter) -> None:
    """Quotes, line breaks and great length are somebody's joke."""
    meter.count("threadproof_dollars_total", 1.5, model='a"b\\c\n' + "x" * 500)
    page = render_metrics(await meter.totals())
    (line,) = [line for line in page.splitlines() if line.startswith("threadproof_dollars_total")]
    assert line.startswith('threadproof_dollars_total{model="a\\"b\\\\c\\nxxx')
    assert len(line) < 120


async def test_processes_add_to_one_total(valkey_url: str) -> None:
    """And a third reads what it never counted."""
    one, two, third = RedisMeter(valkey_url), RedisMeter(valkey_url), RedisMeter(valkey_url)
    for each in (one, two):
        for _ in range(50):
            each.count("threadproof_pages_total", state="cited")
        await each.flush()
    assert (await third.totals())['threadproof_pages_total{state="cited"}'] == 100
    for each in (one, two, third):
        await each.close()


async def test_counts_wait_for_a_redis_that_is_away() -> None:
    """Nothing raises and nothing is lost; this process's own are still to be read."""
    meter = RedisMeter("unix:///tmp/nobody-listens.sock")
    meter.count("threadproof_pages_total", state="cited")
    await meter.flush()
    meter.count("threadproof_pages_total", state="cited")
    assert (await meter.totals())['threadproof_pages_total{state="cited"}'] == 2
    assert await meter.usual_job_s() is None
    await meter.close()


async def test_the_page_has_every_family_in_prometheus_order(meter: Meter) -> None:
    """HELP and TYPE before the samples; buckets from small to large."""
    for seconds in (0.2, 20.0):
        meter.observe("threadproof_stage_seconds", seconds, stage="read")
        meter.observe("threadproof_stage_seconds", seconds, stage="write")
    lines = render_metrics(await meter.totals()).splitlines()
    assert [line.split()[2] for line in lines if line.startswith("# TYPE")] == list(FAMILIES)
    bounds = [line.split('le="')[1].split('"')[0] for line in lines if "bucket" in line and 'stage="read"' in line]
    assert bounds == ["0.25", "0.5", "1", "2", "4", "8", "15", "30", "60", "180", "+Inf"]
    first = next(n for n, line in enumerate(lines) if line.startswith("threadproof_stage_seconds"))
    assert lines[first - 1] == "# TYPE threadproof_stage_seconds histogram"
