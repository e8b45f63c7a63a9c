"""What happens by the clock: communities that are due are looked at in a process, and recaps are kept up."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from server.adapters.sql_following import SqlRecapStore, SqlWatchStore
from server.adapters.sql_store import SqlCardStore
from server.clockwork import Clockwork
from server.core.jobs import CardKey
from server.core.periods import week_of
from server.following import new_watch
from server.settings import Settings
from tests.fakes import NOON, make_new_card
from tests.server.api.served import run


class Child:
    """A process that runs until a test says otherwise."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.killed = False

    def poll(self) -> int | None:
        return self.status

    def kill(self) -> None:
        self.killed, self.status = True, -9

    def wait(self) -> int | None:
        return self.status


class Started:
    """A clock over a database, and the processes that it has started."""

    def __init__(self, url: str, **settings: Any) -> None:
        self.settings = Settings(data=Path("/nonexistent"), database_url=url, **settings)
        self.children: list[Child] = []
        self.clock = Clockwork(self.settings, self._start)  # type: ignore[arg-type]

    def _start(self, settings: Settings) -> Child:
        assert settings == self.settings
        self.children.append(Child())
        return self.children[-1]


def test_a_process_is_started_when_something_is_due_and_one_at_a_time(sqlite_url: str) -> None:
    """The next one only when the first has ended, and only if something is due then."""
    started, store = Started(sqlite_url), SqlWatchStore(sqlite_url)
    started.clock.tick()
    assert started.children == []
    run(store.add_watch(new_watch("hn", 7200, 5, NOON)))
    for _ in range(3):
        started.clock.tick()
    assert len(started.children) == 1
    started.children[0].status = 0
    started.clock.tick()
    assert len(started.children) == 2  # nobody took it: it is due still
    later = msgspec.structs.replace(new_watch("hn", 7200, 5, NOON), next_at=datetime.now(UTC) + timedelta(hours=1))
    run(store.save_watch(later))
    started.children[1].status = 0
    started.clock.tick()
    assert len(started.children) == 2
    run(store.close())


def test_a_process_that_hangs_is_ended(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before its watches come back to somebody else."""
    started, store = Started(sqlite_url), SqlWatchStore(sqlite_url)
    run(store.add_watch(new_watch("hn", 7200, 5, NOON)))
    started.clock.tick()
    monkeypatch.setattr("server.clockwork.LONGEST_RUN_S", -1.0)
    started.clock.tick()
    assert started.children[0].killed
    run(store.close())


def test_what_the_settings_name_is_watched_from_the_first_tick(sqlite_url: str) -> None:
    """What a person has set since stays; what is no community is left out with a word, and nothing else stops."""
    store = SqlWatchStore(sqlite_url)
    Started(sqlite_url, watch=("r/Lighthouses", "hn"), watch_every="1d", watch_top=3).clock.tick()
    watches = run(store.list_watches())
    assert [(watch.target, watch.every_s, watch.top) for watch in watches] == [
        ("hn", 86_400, 3),
        ("r/Lighthouses", 86_400, 3),
    ]
    run(store.save_watch(msgspec.structs.replace(watches[0], paused=True)))
    Started(sqlite_url, watch=("hn", "r/Lighthouses")).clock.tick()
    assert [(watch.every_s, watch.paused) for watch in run(store.list_watches())] == [(86_400, True), (86_400, False)]
    wrong = Started(sqlite_url, watch=("../etc",))
    wrong.clock.tick()
    wrong.clock.tick()
    assert len(run(store.list_watches())) == 2
    run(store.close())


def test_recaps_are_kept_up_with_the_cards(sqlite_url: str) -> None:
    """New ones, changed ones, and those that get a deleted one's number."""
    cards, recaps = SqlCardStore(sqlite_url), SqlRecapStore(sqlite_url)
    started = Started(sqlite_url)
    for n in range(3):
        new = make_new_card(key=make_key(n))
        run(cards.save_card(new))
        started.clock.tick()
        assert len(run(recaps.lines_of(week_of(NOON), limit=9))) == n + 1
    stored = run(cards.save_card(make_new_card(key=make_key(0))))
    started.clock.tick()
    assert len(run(recaps.lines_of(week_of(NOON), limit=9))) == 3
    run(cards.delete_card(stored.card.id, NOON))
    run(cards.save_card(make_new_card(key=make_key(7))))
    started.clock.tick()
    assert len(run(recaps.lines_of(week_of(NOON), limit=9))) == 3
    run(cards.close())
    run(recaps.close())


def make_key(n: int) -> CardKey:
    return CardKey(f"https://t.example/{n}")


def test_a_store_that_is_away_stops_nothing(tmp_path: Path) -> None:
    """It is tried again at the next tick."""
    Started(f"sqlite:///{tmp_path}/nowhere/store.sqlite3").clock.tick()
