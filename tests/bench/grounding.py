"""What grounding takes: the wall of reading twelve pages, what slow pages add, and our own processor time.

The pages are pretended: each answers after 300 ms, or 8 s. The clock is real, so what our own work takes is in it.
"""

import asyncio
import statistics
import time
from pathlib import Path

from server.core.queries import heuristic_queries
from server.settings import Settings
from tests.evidence import make_comment, make_thread
from tests.fakes import MemoryProgress, make_job
from tests.workers.stages.pretend_web import Listing, Place, PretendWeb, place
from workers.parts import Web
from workers.stages.ground import ground_thread
from workers.stages.tell import Teller

NAMES = """
    amber birch cedar dahlia elder fern gorse hazel iris juniper kelp larch maple nettle oak poppy quince rowan sage
    thyme
    """.split()
THREAD = make_thread(make_comment("The lighthouse at Kestrel Point has been dark since 1998."))
PAGE_S, SLOW_S, TIMES = 0.3, 8.0, 7


def measure() -> list[tuple[str, str]]:
    """(what, figures)."""
    steady, slow = _run(slow_every=0), _run(slow_every=5)
    instant = _run(slow_every=0, page_s=0.0)
    added = statistics.median(wall for wall, _ in slow) - statistics.median(wall for wall, _ in steady)
    return [
        ("grounding on 12 of 20 pages of 300 ms each", _figures(steady)),
        ("the same with every fifth page taking 8 s", f"{_figures(slow)}, {added * 1000:.0f} ms more"),
        ("the same with pages that answer at once", _figures(instant)),
    ]


def _run(*, slow_every: int, page_s: float = PAGE_S) -> list[tuple[float, float]]:
    """(wall, processor time) of each run, in seconds."""
    places = [
        place(name, takes_s=SLOW_S if slow_every and n % slow_every == slow_every - 1 else page_s)
        for n, name in enumerate(NAMES)
    ]
    return [asyncio.run(_time(places)) for _ in range(TIMES)]


async def _time(places: list[Place]) -> tuple[float, float]:
    web, teller = PretendWeb(*places), Teller(make_job(), MemoryProgress())
    parts = Web(web, web, (Listing(*places),))
    wall, worked = time.perf_counter(), time.process_time()
    came = await ground_thread(THREAD, heuristic_queries(THREAD), parts, web, teller, Settings(data=Path("/nowhere")))
    took = time.perf_counter() - wall, time.process_time() - worked
    assert len(came.documents) == 7
    return took


def _figures(took: list[tuple[float, float]]) -> str:
    wall, worked = (statistics.median(each[n] for each in took) for n in (0, 1))
    return f"{wall * 1000:.0f} ms, {worked * 1000:.0f} ms of CPU"


if __name__ == "__main__":
    for what, figures in measure():
        print(f"{what:<58}{figures}")
