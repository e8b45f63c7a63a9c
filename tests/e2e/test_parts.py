"""The same parts alone, as on many machines: a shared queue, a shared store, each process by itself."""

import asyncio
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from server.adapters.migrations import migrate
from server.adapters.sql_store import SqlCardStore
from server.core.jobs import CardKey, JobId
from server.core.urls import canonical_url
from server.sample import THREAD_URL, world_path
from server.supervisor import free_port
from tests.documented import ROOT
from tests.e2e.servers import clean_environment, start_cli
from tests.fakes import make_job
from tests.processes import soon
from tests.valkey import running_valkey

pytestmark = [pytest.mark.e2e, pytest.mark.anyio]
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Settings that all parts share."""
    with running_valkey() as url:
        yield {
            "REDIS_URL": url,
            "THREADPROOF_DATA": str(tmp_path),
            "THREADPROOF_WEB": str(world_path()),
            "THREADPROOF_PORT": str(free_port("127.0.0.1", 0)),
        }


@pytest.fixture
def start(shared: dict[str, str]) -> Iterator[Start]:
    """Starts parts on what is shared; whatever still runs at the end is killed."""
    parts: list[subprocess.Popen[str]] = []

    def begin(name: str, **settings: str) -> "subprocess.Popen[str]":
        parts.append(start_cli(name, **shared | {"THREADPROOF_LOG_LEVEL": "warning"} | settings))
        return parts[-1]

    yield begin
    for part in parts:
        part.kill()
        part.communicate()


def status_of(shared: dict[str, str]) -> int:
    """What /readyz answers with; 0 when nobody listens."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{shared['THREADPROOF_PORT']}/readyz", timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except OSError:
        return 0


def compose_check(name: str, shared: dict[str, str]) -> int:
    """The exit status of a service's health check, run here."""
    service = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"][name]
    program, *rest = service["healthcheck"]["test"][1:]
    command = [sys.executable] if program == "python" else [sys.executable, "-P", "-m", "server.cli"]
    rest = [word.replace("8321", shared["THREADPROOF_PORT"]) for word in rest]
    done = subprocess.run(
        [*command, *rest], env=clean_environment(**shared), capture_output=True, timeout=60, check=False
    )
    return done.returncode


async def load_state(store: SqlCardStore, job_id: JobId) -> str:
    """A job's state by its row."""
    row = await store.load_job(job_id)
    assert row is not None
    return row.state


async def test_a_silent_job_is_swept_up_by_the_scheduler_and_done_by_a_worker(start: Start, tmp_path: Path) -> None:
    """Each part stops at SIGTERM with status 0 and nothing to say."""
    url = f"sqlite:///{tmp_path / 'threadproof.sqlite3'}"
    migrate(url)
    store = SqlCardStore(url)
    long_ago = datetime.now(UTC) - timedelta(minutes=10)
    lost = make_job(
        key=CardKey(canonical_url(THREAD_URL).key), url=THREAD_URL, state="working", attempt=1,
        created_at=long_ago, started_at=long_ago, heartbeat_at=long_ago,
    )  # fmt: skip
    await store.join_job(lost)
    parts = [start("worker"), start("scheduler")]
    async with asyncio.timeout(30):
        while await load_state(store, lost.id) != "done":
            await asyncio.sleep(0.05)
    for part in parts:
        part.terminate()
        assert part.communicate(timeout=20) == ("", "")
        assert part.returncode == 0
    await store.close()


def test_the_api_alone_answers_and_is_ready_as_soon_as_a_worker_is_there(start: Start, shared: dict[str, str]) -> None:
    """It finds the queue and the store by its environment; docker-compose.yml's checks find both well; both stop when
    they are told to."""
    api = start("api")
    assert soon(lambda: status_of(shared) == 503, within_s=30)
    worker = start("worker")
    assert soon(lambda: status_of(shared) == 200, within_s=30)
    assert [compose_check(name, shared) for name in ("api", "worker", "scheduler")] == [0, 0, 0]
    for part in (worker, api):
        part.terminate()
        assert part.communicate(timeout=20) == ("", "")
        assert part.returncode == 0


def test_an_api_whose_queue_is_away_starts_and_says_that_it_is_not_ready(start: Start, shared: dict[str, str]) -> None:
    """The queue may come later."""
    start("api", REDIS_URL="unix:///tmp/nobody.sock")
    assert soon(lambda: status_of(shared) == 503, within_s=30)


def test_a_worker_whose_queue_is_away_ends_and_says_so(start: Start) -> None:
    """Whoever runs it starts it again."""
    part = start("worker", REDIS_URL="unix:///tmp/nobody.sock")
    _, complained = part.communicate(timeout=30)
    assert part.returncode == 4
    assert "REDIS_URL" in complained
