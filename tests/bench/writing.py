"""What a model-written card takes: first verified words, first verified model sentence, the whole; and our own CPU.

Thread, search, pages and model are those of the stub internet beside this repository (600 ms to the first token, 80
tokens a second, searches 400 ms, pages and thread 300 ms), asked over real sockets by the real fetcher, searcher and
model client; extraction runs in its own processes, as in a worker. Without the stub nothing is measured.
"""

import asyncio
import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import msgspec

from server.core import jobs
from server.core.jobs import CardKey, Event, JobId, SectionEvent, StageEvent, TraceEvent
from server.core.model import ModelAnswer, ModelRequest, Spending
from server.core.urls import canonical_url
from server.settings import Settings
from tests.fakes import MemoryBudget, MemoryCardStore, MemoryJobQueue, MemoryProgress, make_job
from workers.adapters.anthropic_model import AnthropicModel
from workers.adapters.extraction import SocketExtractor
from workers.adapters.extraction_server import ExtractionServer
from workers.bootstrap import open_web, utc_now, warm_up
from workers.parts import Parts
from workers.pipeline import make_card
from workers.writers.claude import ClaudeWriter

STUB = Path(__file__).resolve().parents[3] / "shared" / "tools" / "stub_internet.py"
TIMES = 5
REAL: dict[str, object] = {"profile": "real"}
SHORT_TPS = 240  # the stub fills our schemas with some 2,100 tokens; at three times the pace they take as long as 700


class Run(msgspec.Struct):
    """One card, in seconds since its job started."""

    thread_words_s: float = 0.0
    web_words_s: float = 0.0
    model_sentence_s: float = 0.0
    wall_s: float = 0.0
    cpu_s: float = 0.0
    over_critical_path: float = 0.0
    answer_tokens: int = 0
    pages: str = ""


class Timed(MemoryProgress):
    """Progress that notes when what a reader sees first was published."""

    def __init__(self) -> None:
        super().__init__()
        self.began, self.run, self._has_web = time.perf_counter(), Run(), False

    async def publish(self, job_id: JobId, attempt: int, event: Event) -> str:
        """As told, with the time."""
        now = time.perf_counter() - self.began
        if isinstance(event, TraceEvent):
            self.run.over_critical_path = now / _critical_path_s(event.spans)
        if isinstance(event, StageEvent) and (event.stage, event.state) == ("fetch", "done"):
            self.run.pages = event.note or ""
        if isinstance(event, SectionEvent):
            self.run.thread_words_s = self.run.thread_words_s or now
            if event.section != "lead":
                self.run.model_sentence_s = self.run.model_sentence_s or now
            if any(source.n > 1 for source in event.card.sources):
                self.run.web_words_s = self.run.web_words_s or now
        return await super().publish(job_id, attempt, event)


def _critical_path_s(spans: Sequence[jobs.Timed]) -> float:
    """Seconds of the stages that wait for one another, summed: the thread; the scout, or the first search, the pages,
    their ranks and the slowest section with its repair; verifying; saving."""
    took = {each.name: each.ended_s - each.started_s for each in spans}
    first_search = min(took[name] for name in took if name.startswith("search "))
    written = {name.partition(" ")[2]: took[name] for name in took if name.startswith("write ")}
    for name in took:
        kind, _, section = name.partition(" ")
        if kind == "mend":
            written[section] += took[name]
    scout = written.pop("scout")
    grounded = first_search + took["fetch"] + took["rank"] + max(written.values())
    return took["read"] + max(scout, grounded) + took["verify"] + took["save"]


class Counted:
    """The model, counting what it writes."""

    def __init__(self, model: AnthropicModel, run: Run) -> None:
        self._model, self._run = model, run

    async def ask(
        self,
        request: ModelRequest,
        *,
        spent: Callable[[Spending], None],
        on_text: Callable[[str], None] | None = None,
    ) -> ModelAnswer:
        """As the model does."""
        answer = await self._model.ask(request, spent=spent, on_text=on_text)
        self._run.answer_tokens += answer.usage.output_tokens
        return answer

    async def close(self) -> None:
        """As the model does."""
        await self._model.close()


def measure() -> list[tuple[str, str]]:
    """(what, figures)."""
    if not STUB.is_file():
        return [("a model-written card", "not measured: no stub internet here")]
    with ExtractionServer.start() as extraction, _stub() as base:
        usual, slow, short, instant = (
            asyncio.run(_cards(base, extraction.path, {"slow_every": 0, **stub}))
            for stub in (REAL, REAL | {"slow_every": 5}, REAL | {"llm_tps": SHORT_TPS}, {"profile": "zero"})
        )
    added = _median(slow, "wall_s") - _median(usual, "wall_s")
    return [
        ("model-written card: first verified words, from the thread", _figures(usual, "thread_words_s")),
        ("the same, with the web", _figures(usual, "web_words_s")),
        ("first verified model sentence", _figures(usual, "model_sentence_s")),
        (f"the whole card, {usual[0].answer_tokens} answer tokens, {usual[0].pages}", _figures(usual, "wall_s")),
        (f"the same at {SHORT_TPS} tokens/s, the time of 700 at 80", _figures(short, "wall_s")),
        ("the same with every fifth page taking 8 s", f"{_figures(slow, 'wall_s')}, {added * 1000:+.0f} ms"),
        ("its wall over its critical path", _ratios(usual)),
        ("our own CPU beside extraction, nothing waited for", _figures(instant, "cpu_s")),
    ]


async def _cards(base: str, extraction: Path, stub: dict[str, object]) -> list[Run]:
    request = urllib.request.Request(f"{base}/_stub/config", data=json.dumps(stub).encode())  # loopback
    urllib.request.urlopen(request).read()
    authority = base.removeprefix("http://")
    settings = Settings(
        data=Path("/nowhere"),
        fetch_allow=(authority,),
        searxng_url=base,
        anthropic_base_url=base,
        host_delay_s=0.0,
        host_requests=20,
        card_cap_usd=1.0,
    )
    warm = warm_up(settings)
    runs = [await _card(base, extraction, settings, warm, n) for n in range(TIMES + 1)]
    return runs[1:]  # the first one imports what is left


async def _card(base: str, extraction: Path, settings: Settings, warm: object, n: int) -> Run:
    async with AsyncExitStack() as stack:
        web = await open_web(settings, warm, stack)  # type: ignore[arg-type]
        model = AnthropicModel(
            api_key=None, base_url=base, models=settings.models, prices=settings.price_table, timeout_s=60
        )
        stack.push_async_callback(model.close)
        url = f"{base}/r/science/comments/bench{n}/what_the_studies_say"
        job = make_job(key=CardKey(canonical_url(url).key), url=url, attempt=1)
        progress = Timed()
        writer = ClaudeWriter(
            Counted(model, progress.run),
            MemoryBudget(),
            models=settings.models,
            prices=settings.price_table,
            card_cap_usd=settings.card_cap_usd,
            most_queries=settings.most_queries,
        )
        parts = Parts(
            store=MemoryCardStore(),
            progress=progress,
            queue=MemoryJobQueue(),
            web=web,
            sample=web,
            extractor=SocketExtractor(extraction),
            writer=writer,
            clock=utc_now,
            settings=settings,
        )
        began_cpu, progress.began = _cpu_s(), time.perf_counter()
        await make_card(job, parts)
        progress.run.wall_s, progress.run.cpu_s = time.perf_counter() - progress.began, _cpu_s() - began_cpu
        return progress.run


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


@contextmanager
def _stub() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(STUB), "--port", str(port), "--prebuild"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={"PATH": os.defpath}) as stub:
        try:
            assert stub.stdout is not None
            stub.stdout.readline()  # it says when it listens
            yield f"http://127.0.0.1:{port}"
        finally:
            stub.terminate()


def _median(runs: list[Run], field: str) -> float:
    return statistics.median(getattr(run, field) for run in runs)


def _ratios(runs: list[Run]) -> str:
    ratios = [run.over_critical_path for run in runs]
    return f"{statistics.median(ratios):.3f}, {max(ratios):.3f}"


def _figures(runs: list[Run], field: str) -> str:
    return f"{_median(runs, field):.2f} s, {max(getattr(run, field) for run in runs):.2f} s"
