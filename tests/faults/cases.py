"""Faults, each as what is done to a whole installation and what is then found. Sizes are arguments: `make test` plays
small ones, `make test-faults` those of the table.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from server.sample import THREAD_URL, world_path
from tests.databases import PostgresServer, find_postgres
from tests.faults.house import House, open_house
from tests.processes import soon
from tests.workers.adapters.stub_model_server import Exchange, failure

SPELLINGS = (
    "{0}",
    "{0}?utm_source=share&utm_medium=web3x",
    "https://old.reddit.com{1}",
    "http://reddit.com{1}",
    "https://np.reddit.com{1}#comments",
    "https://m.reddit.com{1}?context=3",
    "HTTPS://WWW.REDDIT.COM{1}",
    "https://www.reddit.com/comments/sample1/",
)


class Outcome(msgspec.Struct, frozen=True):
    """What was found, as a line of the table; `faults` is empty where all held."""

    name: str
    figures: str
    faults: tuple[str, ...] = ()


class Checks:
    """Collects what did not hold, so that the table tells all of it."""

    def __init__(self, name: str) -> None:
        self.name, self._faults = name, list[str]()

    def hold(self, what: str, holds: object) -> None:
        """Note it where it does not."""
        if not holds:
            self._faults.append(what)

    def outcome(self, figures: str) -> Outcome:
        """All of it."""
        return Outcome(self.name, figures, tuple(self._faults))


# ---- 1: one job, however many ask ----------------------------------------------------------------------


def one_job(*, asks: int, late_asks: int) -> Outcome:
    """Many ask for one thread in eight spellings; then many for its card that has just expired."""
    checks, path = (
        Checks(f"{asks} ask at once for one thread in {len(SPELLINGS)} spellings"),
        THREAD_URL.partition(".com")[2],
    )
    with open_house(THREADPROOF_WEB=str(world_path())) as house:
        house.start_api()
        house.start("worker")
        urls = [spelling.format(THREAD_URL, path) for spelling in SPELLINGS]
        answers = house.post_all([urls[n % len(urls)] for n in range(asks)], at_once=32)
        ids = {answer["job"]["id"] for status, answer in answers if status == 202}
        checks.hold(
            "every answer is 202, or 200 once the card is there", {status for status, _ in answers} <= {200, 202}
        )
        house.finish(ids, within_s=180)
        calls = house.internet.calls
        shown = {msgspec.json.encode(house.post(urls[n % len(urls)])[1]) for n in range(0, asks, max(1, asks // 40))}
        checks.hold("one job", len(house.rows()) == 1)
        checks.hold("one set of model calls", calls and max(calls.values()) == 1)
        checks.hold("equal answers", len(shown) == 1)
        _expire(house)
        late = house.post_all([urls[n % len(urls)] for n in range(late_asks)], at_once=32)
        checks.hold("an expired card is answered all the same", {status for status, _ in late} == {200})
        house.finish([row["id"] for row in house.rows()], within_s=180)
        # Who asks as the refresh ends finds nothing left to do: such a job ends as it begins, and refreshes nothing.
        refreshes = [row["id"] for row in house.rows() if row["id"] not in ids and row["attempt"]]
        checks.hold("one refresh", len(refreshes) == 1)
        figures = (
            f"{len(ids)} job, {max(calls.values())} sets of calls in all, {len(shown)} answer; {len(refreshes)} refresh"
        )
        return checks.outcome(figures)


def _expire(house: House) -> None:
    """The card of the thread was made long ago, and went stale a while later."""
    aged = "json_set(CAST(body AS TEXT), '$.generated_at', ?1, '$.capture.captured_at', ?1, '$.fresh_until', ?2)"
    with sqlite3.connect(house.database, timeout=10) as store:
        instants = ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")
        store.execute(f"UPDATE versions SET body = CAST({aged} AS BLOB)", instants)


# ---- 2: kill -9 -----------------------------------------------------------------------------------------


def killed(*, jobs: int, whole_trees: bool) -> Outcome:
    """Workers are killed while a page is read, while the model writes, at once after a card was saved, and at random.

    With `whole_trees` the parent goes with them, and is started again as a service manager does.
    """
    what = "worker and children" if whole_trees else "a pool"
    checks, settings = (
        Checks(f"kill -9 of {what} in each phase, {jobs} jobs"),
        {"THREADPROOF_WORKERS": "1", "THREADPROOF_JOBS_AT_ONCE": "4"},
    )
    with open_house(**settings) as house:
        house.start_api()
        house.start("scheduler")
        worker = house.start("worker")
        house.wait_for_workers(worker)
        lamps, internet, kills = range(1, jobs + 1), house.internet, 0
        internet.closed.add(1)
        internet.model_wait_s = 0.01
        ids = house.begin(lamps)

        def kill() -> None:
            nonlocal worker, kills
            kills += 1
            if whole_trees:
                house.kill_tree(worker)
                worker = house.start("worker")
                house.wait_for_workers(worker)
            else:
                for pid in pools_of(worker.pid):
                    os.kill(pid, signal.SIGKILL)

        checks.hold("a page is being read", soon(lambda: internet.pages[1] == 1, within_s=120))
        kill()
        internet.closed.clear()
        asked = internet.calls.total()
        checks.hold("the model writes", soon(lambda: internet.calls.total() > asked + 2, within_s=180))
        kill()
        saved = "SELECT id FROM jobs WHERE card_id IS NOT NULL AND state = 'working'"
        with _slow_to_end(house):
            checks.hold("a card was saved", soon(lambda: house.query(saved), within_s=180))
            kill()
        took_s = house.finish(ids.values(), within_s=180)
        states = Counter(row["state"] for row in house.rows())
        versions = [house.cards_of(n) for n in lamps]
        extra = sum(internet.sets_of_calls(n) - 1 for n in lamps)
        most = max(internet.sets_of_calls(n) for n in lamps)
        checks.hold("none lost", states == {"done": jobs})
        checks.hold("no duplicate cards", set(versions) == {1})
        checks.hold("at most one more set of calls a job and kill", most <= 1 + kills)
        checks.hold("as many more sets in all as jobs were at work", extra <= kills * 4)
        checks.hold("all done within 60 s of the last kill", took_s <= 60 or not whole_trees)
        return checks.outcome(
            f"{kills} kills: {jobs - states['done']} lost, {sum(versions) - jobs} duplicates, "
            f"{extra} more sets of calls, done {took_s:.0f} s after the last"
        )


@contextmanager
def _slow_to_end(house: House) -> Iterator[None]:
    """Between a card's saving and its job's end pass milliseconds; here that is made long enough to see."""
    wait = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000) SELECT count(*) FROM n"
    with sqlite3.connect(house.database, timeout=60) as store:
        store.execute(
            "CREATE TRIGGER slow_to_end BEFORE UPDATE OF state ON jobs "
            f"WHEN new.state = 'done' AND old.state = 'working' BEGIN {wait}; END"
        )
    try:
        yield
    finally:
        with sqlite3.connect(house.database, timeout=60) as store:
            store.execute("DROP TRIGGER slow_to_end")


def pools_of(tree: int) -> list[int]:
    """The processes of a worker that have threads: its pools. (The one for single jobs has two.)"""
    from tests.processes import descendants

    return [pid for pid in descendants(tree) if len(os.listdir(f"/proc/{pid}/task")) > 2]  # noqa: PTH208


# ---- 3: valkey ------------------------------------------------------------------------------------------


def valkey_killed(*, jobs: int, empty: bool) -> Outcome:
    """Valkey is killed while jobs wait and work, and comes back with its data or with none."""
    checks = Checks(f"kill -9 of valkey, back {'empty' if empty else 'with its data'}, {jobs} jobs")
    with open_house(THREADPROOF_WORKERS="1", THREADPROOF_JOBS_AT_ONCE="3") as house:
        house.start_api()
        house.start("scheduler")
        worker = house.start("worker")
        house.wait_for_workers(worker)
        house.finish(house.begin([0]).values(), within_s=180)
        status, known = house.post(house.internet.thread(0))
        checks.hold("a card is known", status == 200)
        house.internet.model_wait_s = 0.02
        ids = house.begin(range(1, jobs + 1))
        checks.hold("the model writes", soon(lambda: house.internet.calls.total() > 8, within_s=120))
        served: Counter[int] = Counter()
        with _asking(lambda: served.update([house.status(f"/api/v1/cards/{known['id']}")])):
            time.sleep(0.5)
            house.kill_valkey()
            time.sleep(3)
            house.start_valkey(empty=empty)
            back = time.monotonic()
            refreshed, _ = house.post(house.internet.thread(jobs + 1))
            house.finish(ids.values(), within_s=120)
            took_s = time.monotonic() - back
        states = Counter(row["state"] for row in house.rows() if row["id"] in ids.values())
        checks.hold("none lost", states == {"done": jobs})
        checks.hold("no duplicate cards", {house.cards_of(n) for n in range(1, jobs + 1)} == {1})
        checks.hold("a known card was served throughout", set(served) == {200} and served.total() > 10)
        checks.hold("new jobs are taken at once", refreshed == 202)
        checks.hold("recovered within 30 s", took_s <= 30)
        failed = sum(count for status, count in served.items() if status != 200)
        return checks.outcome(
            f"{jobs - states['done']} lost, {failed} of {served.total()} reads failed, "
            f"all done {took_s:.0f} s after its return"
        )


def postgres_restarted(*, jobs: int) -> Outcome:
    """PostgreSQL ends as in a power cut while jobs wait and work, and is back after five seconds."""
    checks = Checks(f"PostgreSQL restarted, {jobs} jobs")
    postgres = PostgresServer(find_postgres())
    with postgres as url, open_house(DATABASE_URL=url, THREADPROOF_WORKERS="1", THREADPROOF_JOBS_AT_ONCE="3") as house:
        house.start_api()
        house.start("scheduler")
        worker = house.start("worker")
        house.wait_for_workers(worker)
        house.internet.model_wait_s = 0.02
        ids = house.begin(range(1, jobs + 1))
        checks.hold("the model writes", soon(lambda: house.internet.calls.total() > 8, within_s=120))
        postgres.stop()
        refused, _ = house.post(house.internet.thread(900))
        time.sleep(5)
        postgres.start_again()
        took_s = house.finish(ids.values(), within_s=180)
        states = Counter(row["state"] for row in house.rows() if row["id"] in ids.values())
        versions = [house.cards_of(n) for n in range(1, jobs + 1)]
        most = max(house.internet.sets_of_calls(n) for n in range(1, jobs + 1))
        checks.hold("none lost", states == {"done": jobs})
        checks.hold("no duplicate cards", set(versions) == {1})
        checks.hold("refused politely meanwhile", refused == 503)
        checks.hold("recovered within 30 s", took_s <= 30)
        return checks.outcome(
            f"{jobs - states['done']} lost, {sum(versions) - jobs} duplicates, {most} set of calls a job at most, "
            f"all done {took_s:.0f} s after its return"
        )


def disk_full(*, jobs: int) -> Outcome:
    """The disk under the store fills up while jobs work, and is emptied again after ten seconds."""
    checks = Checks(f"the disk under the store is full, {jobs} jobs")
    with _small_disk() as disk:
        if disk is None:
            return checks.outcome("not played: mounting a small disk takes root")
        store = f"sqlite:///{disk / 'store.sqlite3'}"
        with open_house(DATABASE_URL=store, THREADPROOF_WORKERS="1", THREADPROOF_JOBS_AT_ONCE="3") as house:
            house.start_api()
            house.start("scheduler")
            worker = house.start("worker")
            house.wait_for_workers(worker)
            house.finish(house.begin([0]).values(), within_s=180)
            _, known = house.post(house.internet.thread(0))
            house.internet.model_wait_s = 0.02
            ids = house.begin(range(1, jobs + 1))
            checks.hold("the model writes", soon(lambda: house.internet.calls.total() > 8, within_s=120))
            _fill(disk / "filler")
            answers = Counter(house.post(house.internet.thread(900 + n))[0] for n in range(10))
            served = Counter(house.status(f"/api/v1/cards/{known['id']}") for _ in range(10))
            time.sleep(10)
            (disk / "filler").unlink()
            took_s = house.finish(ids.values(), within_s=180)
            states = Counter(row["state"] for row in house.rows() if row["id"] in ids.values())
            whole = house.query("PRAGMA integrity_check")[0]["integrity_check"]
            checks.hold("none lost", states == {"done": jobs})
            checks.hold("no duplicate cards", {house.cards_of(n) for n in range(1, jobs + 1)} == {1})
            checks.hold("new jobs are refused politely", set(answers) <= {202, 503} and answers[503])
            checks.hold("known cards are served", set(served) == {200})
            checks.hold("nothing torn", whole == "ok")
            return checks.outcome(
                f"{answers[503]} of {answers.total()} new jobs refused with 503, {jobs - states['done']} lost, "
                f"store {whole}, all done {took_s:.0f} s after there was room"
            )


@contextmanager
def _small_disk() -> Iterator[Path | None]:
    """One of 4 MB; None where we may not mount it."""
    with tempfile.TemporaryDirectory(prefix="tp-disk-", dir="/tmp") as name:
        mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", name]
        if sys.platform != "linux" or subprocess.run(mount, capture_output=True, check=False).returncode:
            yield None
            return
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", "--lazy", name], check=True)


def _fill(path: Path) -> None:
    """To the last byte."""
    with path.open("wb", buffering=0) as filler, suppress(OSError):
        while True:
            filler.write(b"\0" * 4096)


class _asking:  # noqa: N801 - reads as a verb
    """Does something every tenth of a second beside the block."""

    def __init__(self, do: Callable[[], object]) -> None:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(do,), daemon=True)

    def _run(self, do: Callable[[], object]) -> None:
        while not self._over.wait(0.1):
            do()

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


# ---- 4: poison, and models that fail ---------------------------------------------------------------------


def poisoned(*, others: int) -> Outcome:
    """A job's worker is killed whenever it is at the job, as the kernel does when memory is gone."""
    checks = Checks(f"a poison job among {others} others")
    with open_house(THREADPROOF_WORKERS="1", THREADPROOF_JOBS_AT_ONCE="4") as house:
        house.start_api()
        house.start("scheduler")
        worker = house.start("worker")
        house.wait_for_workers(worker)
        house.internet.closed.add(666)
        (poison,) = house.begin([666]).values()
        took: list[float] = []
        for n in range(3):
            reached = soon(lambda n=n: house.internet.pages[666] == n + 1 and house.reading(), within_s=120)
            checks.hold(f"try {n + 1} begins", reached)
            if n == 1:  # it runs by itself now, so that these are not in its way
                ids, began = house.begin(range(1, others + 1)), time.monotonic()
                house.finish(ids.values(), within_s=180)
                took.append(time.monotonic() - began)
            for pid in house.reading():
                os.kill(pid, signal.SIGKILL)
        checks.hold("it is parked", soon(lambda: _row(house, poison)["state"] == "parked", within_s=30))
        _, view = house.ask("GET", f"/api/v1/jobs/{poison}")
        checks.hold(
            "its reader is told", (view["state"], (view["error"] or {}).get("type")) == ("failed", "job-parked")
        )
        again, answer = house.post(house.internet.thread(666))
        checks.hold("whoever asks again is told too", again == 202 and answer["job"]["id"] == poison)
        checks.hold("no other job is late", took and took[0] <= 30)
        done = Counter(row["state"] for row in house.rows())["done"]
        checks.hold("all others are done", done == others)
        return checks.outcome(
            f"parked after {_row(house, poison)['crashes']} tries, {done} others done within {took[0]:.0f} s"
        )


def _row(house: House, job_id: str) -> dict[str, object]:
    return next(row for row in house.rows() if row["id"] == job_id)


def models_fail(*, jobs: int) -> Outcome:
    """Of every five cards one has a model that answers 429, one 500, one that hangs or breaks off; one is well."""
    checks = Checks(f"a model that answers 429, 500, hangs or breaks off, {jobs} jobs")

    def spoil(lamp: int, before: int, good: Exchange) -> Exchange:
        ways = (
            good,
            failure(429, "rate_limit_error"),
            failure(500, "api_error"),
            Exchange(headers=good.headers, hang=True),
            Exchange(headers=good.headers, pieces=good.pieces[: len(good.pieces) // 2], cut=True),
        )
        return ways[lamp % len(ways)]

    with open_house(THREADPROOF_MODEL_TIMEOUT_S="4", THREADPROOF_JOBS_AT_ONCE="16") as house:
        house.start_api()
        house.start("scheduler")
        worker = house.start("worker")
        house.wait_for_workers(worker)
        calm = house.begin([0, 5, 10])
        calm_s = house.finish(calm.values(), within_s=180)
        house.internet.spoil = spoil
        began = time.monotonic()
        ids = house.begin(range(11, jobs + 11))
        well = [job for lamp, job in ids.items() if lamp % 5 == 0]
        house.finish(well, within_s=120)
        well_s = time.monotonic() - began
        house.finish(ids.values(), within_s=180)
        rows = [row for row in house.rows() if row["id"] in ids.values()]
        cards = [house.ask("GET", f"/api/v1/cards/{row['card_id']}")[1] for row in rows]
        checks.hold("every job is done", {row["state"] for row in rows} == {"done"})
        checks.hold("no half card", all(card["status"] == "complete" and card["headline"] for card in cards))
        checks.hold("no other job is later by 30 s", well_s <= calm_s + 30)
        model = sum(card["provenance"]["writer"] == "claude" for card in cards)
        return checks.outcome(
            f"{len(cards)} whole cards, {model} by the model; those well served took {well_s:.0f} s ({calm_s:.0f} calm)"
        )


# ---- 9: a machine is cut off ------------------------------------------------------------------------------


def _hosts(house: House) -> Counter[str]:
    """Unfinished jobs by the worker that has them."""
    return Counter(str(row["holder"]).split(":")[1] for row in house.rows() if row["state"] == "working")


def _done_by(house: House) -> Counter[str]:
    return Counter(str(row["holder"]).split(":")[1] for row in house.rows() if row["state"] == "done")


def cut_off(*, jobs: int) -> Outcome:
    """API on one host, workers on two, each with a data folder of its own; one worker host stops in mid-job, and comes
    back when another has done its work."""
    checks = Checks(f"one of two worker hosts cut off in mid-job, {jobs} jobs")
    with open_house(THREADPROOF_WORKERS="1", THREADPROOF_JOBS_AT_ONCE=str((jobs + 1) // 2)) as house:
        house.start_api()
        house.start("scheduler")
        first, second = house.start("worker", host="two"), house.start("worker", host="three")
        for worker in (first, second):
            house.wait_for_workers(worker)
        house.internet.model_wait_s = 0.1
        lamps = range(1, jobs + 1)
        ids = house.begin(lamps)
        checks.hold("both are at work", soon(lambda: len(_hosts(house)) == 2, within_s=60))
        checks.hold("the model writes", soon(lambda: house.internet.calls.total() > 2 * jobs, within_s=60))
        os.killpg(first.pid, signal.SIGSTOP)
        cut = _hosts(house)[str(first.pid)]
        took_s = house.finish(ids.values(), within_s=180)
        checks.hold("the other host did what the first had", cut and not _done_by(house)[str(first.pid)])
        os.killpg(first.pid, signal.SIGCONT)
        time.sleep(3)
        checks.hold("what woke up changed nothing", {house.cards_of(n) for n in lamps} == {1})
        checks.hold("none lost", Counter(row["state"] for row in house.rows()) == {"done": jobs})
        return checks.outcome(
            f"{cut} cut off, done by the other {took_s:.0f} s later; {sum(map(house.cards_of, lamps))} cards"
        )
