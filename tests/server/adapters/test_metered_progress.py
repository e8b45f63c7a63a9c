"""What is counted of the jobs that workers do."""

import pytest

from server.adapters.metered_progress import MeteredProgress
from server.adapters.meters import MemoryMeter
from server.core.card import Provenance, Unread, Verification
from server.core.jobs import CardEvent, FailedEvent, JobId, Problem, StageEvent, Timed, TraceEvent
from tests.fakes import MemoryProgress, make_card

pytestmark = pytest.mark.anyio
JOB = JobId("job-kestrel-0001")


class Bench:
    """A metered progress whose clock a test moves."""

    def __init__(self) -> None:
        self.now, self.told, self.meter = 0.0, MemoryProgress(), MemoryMeter()
        self.progress = MeteredProgress(self.told, self.meter, lambda: self.now)

    async def stage(self, name: str, took_s: float, attempt: int = 1) -> None:
        """One stage from start to end."""
        await self.progress.publish(JOB, attempt, StageEvent(name, "started"))  # type: ignore[arg-type]
        self.now += took_s
        await self.progress.publish(JOB, attempt, StageEvent(name, "done"))  # type: ignore[arg-type]

    async def totals(self) -> dict[str, float]:
        """What was counted."""
        return await self.meter.totals()


def written_card() -> object:
    """One that a model wrote."""
    return make_card(
        provenance=Provenance(
            writer="claude", model="claude-x", prompts="p", tokens={"scout": 900, "write": 4000}, cost_usd=0.02,
            made_in_s=9.0, stages={},
        ),
        verification=Verification(claims=9, supported=6, partial=1, dropped=2, corroborated=0, method="words"),
        unread=(Unread(url="https://a.example/", title=None, reason="403"),),
    )  # fmt: skip


async def test_a_card_that_was_made_is_counted_with_its_stages_tokens_and_dollars() -> None:
    """And everything is passed on."""
    bench = Bench()
    await bench.stage("read", 1.5)
    await bench.stage("save", 0.2)
    await bench.progress.publish(JOB, 1, CardEvent(written_card()))  # type: ignore[arg-type]
    await bench.progress.finish(JOB)
    totals = await bench.totals()
    assert totals['threadproof_stage_seconds_sum{stage="read"}'] == 1.5
    assert totals['threadproof_jobs_total{outcome="done"}'] == 1
    assert totals["threadproof_job_seconds_sum"] == pytest.approx(1.7)
    assert totals['threadproof_cards_total{writer="claude"}'] == 1
    assert totals['threadproof_tokens_total{stage="write"}'] == 4000
    assert totals['threadproof_dollars_total{model="claude-x"}'] == 0.02
    assert totals['threadproof_claims_total{said="dropped"}'] == 2
    assert totals['threadproof_pages_total{state="unread"}'] == 1
    assert len(await bench.told.told(JOB)) == 5
    assert bench.told.ended == [JOB]


async def test_a_card_that_was_there_already_costs_nothing_twice() -> None:
    """A job may end with a card that another one made."""
    bench = Bench()
    await bench.stage("read", 1.0)
    await bench.progress.publish(JOB, 1, CardEvent(written_card()))  # type: ignore[arg-type]
    totals = await bench.totals()
    assert totals['threadproof_jobs_total{outcome="done"}'] == 1
    assert not any(name.startswith(("threadproof_dollars", "threadproof_cards")) for name in totals)


async def test_a_second_attempt_begins_anew() -> None:
    """The first one's time is not the second's."""
    bench = Bench()
    await bench.stage("read", 50.0)
    await bench.stage("read", 1.0, attempt=2)
    await bench.stage("save", 1.0, attempt=2)
    await bench.progress.publish(JOB, 2, CardEvent(written_card()))  # type: ignore[arg-type]
    assert (await bench.totals())["threadproof_job_seconds_sum"] == 2.0


async def test_a_failure_is_counted_by_its_problem() -> None:
    """So that one can see what goes wrong most."""
    bench = Bench()
    problem = Problem(type="thread-unavailable", title="", status=502, detail="", retryable=True)
    await bench.progress.publish(JOB, 1, FailedEvent(problem))
    assert (await bench.totals())['threadproof_jobs_total{outcome="thread-unavailable"}'] == 1


async def test_providers_are_timed_and_neither_questions_nor_addresses_are_kept() -> None:
    """A span's name holds them; a label never does."""
    bench = Bench()
    spans = (
        Timed("search brave: a very private question", 0.0, 0.4),
        Timed("fetch https://secret.example/?token=x", 0.0, 2.0),
        Timed("write takeaways", 0.0, 3.0),
        Timed("judge", 0.0, 1.0),
        Timed("read", 0.0, 1.0),
    )
    await bench.progress.publish(JOB, 1, TraceEvent(spans))
    totals = await bench.totals()
    assert totals['threadproof_search_seconds_sum{provider="brave"}'] == pytest.approx(0.4)
    assert totals["threadproof_fetch_seconds_count"] == 1
    assert totals['threadproof_model_seconds_sum{question="write takeaways"}'] == 3.0
    assert totals['threadproof_model_seconds_sum{question="judge"}'] == 1.0
    assert not any("private" in name or "secret" in name for name in totals)
