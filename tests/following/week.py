"""A week of cards, collected by watching: lists out of a recorded web, cards by the pipeline, all of it in memory.

    python -m tests.following.week PORT

serves the week made of all worlds on this machine until Ctrl-C, to be looked at.
"""

import asyncio
import sys
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import msgspec

from server.core.blocking import OPEN
from server.core.errors import InsightError
from server.core.jobs import Job
from server.core.watching import Run
from server.following import new_watch
from server.http_errors import problem_of
from server.sample import world_path
from tests.following.fakes import MemoryWatchStore
from tests.following.recorded import SHARED_WORLDS, listings_of, record_world, threads_of
from tests.following.served import FollowServed
from workers.adapters.extraction import InProcessExtractor
from workers.adapters.recorded_web import RecordedWeb
from workers.collecting.desk import Desk
from workers.collecting.running import collect
from workers.parts import Parts, Web
from workers.pipeline import make_card
from workers.writers.extractive import ExtractiveWriter

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)  # a Friday, in week 47


class Week:
    """What is watched, what was made of it, and the server that shows it."""

    def __init__(self, world: Path, **settings: object) -> None:
        self.served = FollowServed(**settings)
        self.served.now = NOW
        self.watches = MemoryWatchStore(self.served.store)
        self.web = RecordedWeb(world)

    async def collect(self, targets: Iterable[str], *, top: int = 5) -> dict[str, Run]:
        """Look at each community once, and make the cards that come of it."""
        desk = self._desk()
        runs: dict[str, Run] = {}
        for target in targets:
            watch = new_watch(target, 7200, top, NOW)
            await self.watches.add_watch(watch)
            runs[target] = await collect(watch, desk)
        await self._work()
        return runs

    async def jobs(self) -> Sequence[Job]:
        """All that there were, with how they ended."""
        return await self.served.store.list_jobs(limit=500)

    async def _work(self) -> None:
        web = Web(self.web, self.web, (self.web,), self.web if self.web.holds("https://oauth.reddit.com/") else None)
        parts = Parts(
            store=self.served.store,
            progress=self.served.progress,
            queue=self.served.queue,
            web=web,
            sample=web,
            extractor=InProcessExtractor(),
            writer=ExtractiveWriter(),
            clock=lambda: NOW,
            settings=msgspec.structs.replace(self.served.settings, web=Path("/a/recorded/world")),
        )
        for job in await self.served.store.unfinished_jobs():
            await self._make(msgspec.structs.replace(job, state="working", attempt=1), parts)

    async def _make(self, job: Job, parts: Parts) -> None:
        """As a worker would, but for trying again."""
        await self.served.store.save_job(job)
        try:
            card = await make_card(job, parts)
        except InsightError as error:
            ended = msgspec.structs.replace(job, state="failed", finished_at=NOW, error=problem_of(error))
        else:
            ended = msgspec.structs.replace(job, state="done", finished_at=NOW, card_id=card.id if card else None)
        await self.served.store.save_job(ended)

    def _desk(self) -> Desk:
        async def enough() -> bool:
            return True

        return Desk(
            watches=self.watches,
            store=self.served.store,
            queue=self.served.queue,
            fetcher=self.web,
            reddit=None,
            blocked=OPEN,
            most_a_day=1000,
            money_left=enough,
            clock=lambda: NOW,
            monotonic=monotonic,
        )


def shared_worlds() -> list[Path]:
    """Those on this machine; none where the folder is not there."""
    return sorted(path.parent for path in SHARED_WORLDS.glob("*/world.warc.gz"))


def record_week(folder: Path, worlds: Sequence[Path]) -> tuple[Path, list[str]]:
    """One recorded web of all these worlds with the lists that name their threads, and the communities to watch."""
    pages, targets = listings_of([thread for world in worlds for thread in threads_of(world)])
    return record_world(folder / "week.warc.gz", pages, worlds), targets


def main(port: int) -> None:
    """Make the week of all worlds, and serve it."""
    from tests.server.pages.live import Live

    with tempfile.TemporaryDirectory() as folder:
        world, targets = record_week(Path(folder), [world_path(), *shared_worlds()])
        week = Week(world, port=port)
        runs = asyncio.run(week.collect(targets))
        for target, run in runs.items():
            print(target, run.queued, dict(run.skipped), run.problem or "")
        for job in asyncio.run(week.jobs()):
            if job.state != "done":
                print(job.state, job.url, job.error.detail if job.error else "")
        week.served.keep_up()
        live = Live(week.served)
        live.start()
        print(f"{live.address}/recap/2026-W47", flush=True)
        try:
            asyncio.run(asyncio.sleep(3600))
        except KeyboardInterrupt:
            live.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]))
