"""`threadproof watch`, and what `doctor` says of it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from server.adapters.sql_following import SqlWatchStore
from server.commands.doctor_watching import examine_watching
from server.commands.findings import Finding
from server.commands.watch_words import next_words, run_words, watch_fields, watch_notes
from server.core.watching import STARTERS, Run, Tally, Watch
from server.following import new_watch
from server.settings import Settings
from tests.fakes import NOON
from tests.server.api.served import run
from tests.server.test_cli import Ran, elsewhere

__all__ = ["elsewhere"]  # its data folder is each test's own


def listed() -> list[list[str]]:
    """The fields of each line of `watch list`."""
    return [line.split("\t") for line in Ran("watch", "list").said.splitlines() if not line.startswith("\t")]


def test_a_community_is_added_listed_paused_resumed_and_removed() -> None:
    """Under any of its spellings."""
    done = Ran("watch", "add", "r/LocalLLaMA", "https://lobste.rs/t/ai", "--every", "1d", "--top", "3")
    assert (done.status, done.said) == (0, "")
    assert "r/LocalLLaMA is looked at every 1d; its top 3 become cards." in done.complained
    assert [fields[0:2] for fields in listed()] == [
        ["lobsters/t/ai", "every 1d, top 3"],
        ["r/LocalLLaMA", "every 1d, top 3"],
    ]
    assert Ran("watch", "pause", "/r/localllama/").status == 0
    assert [fields[3] for fields in listed()] == ["due now", "paused"]
    assert Ran("watch", "resume", "r/LocalLLaMA").status == 0
    assert [fields[3] for fields in listed()] == ["due now", "due now"]
    assert Ran("watch", "remove", "r/LocalLLaMA", "lobsters/t/ai").status == 0
    assert listed() == []


def test_adding_a_community_again_changes_how_it_is_watched() -> None:
    """And nothing else: a paused one stays paused."""
    Ran("watch", "add", "hn")
    Ran("watch", "pause", "hn")
    Ran("watch", "add", "hn", "--every", "30m", "--top", "9")
    assert [fields[1:4:2] for fields in listed()] == [["every 30m, top 9", "paused"]]


@pytest.mark.parametrize(
    "argv",
    [
        ("add", "r/../../etc"),
        ("add", "hn", "https://evil.example/"),
        ("add", "hn", "--every", "5m"),
        ("add", "hn", "--top", "51"),
        ("pause", "hn"),
        ("resume", "r/nobody"),
        ("remove", "lobsters"),
    ],
)
def test_what_cannot_be_watched_is_refused_and_nothing_is_added(argv: tuple[str, ...]) -> None:
    """With the next step, and the status of wrong usage."""
    done = Ran("watch", *argv)
    assert done.status == 2
    assert done.complained.startswith("threadproof: ")
    assert listed() == []


def test_blocked_communities_are_not_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor communities of blocked sites."""
    monkeypatch.setenv("THREADPROOF_BLOCKED_COMMUNITIES", "r/gossip")
    monkeypatch.setenv("THREADPROOF_BLOCKED_SITES", "lemmy.example")
    assert Ran("watch", "add", "r/Gossip").status == 5
    assert Ran("watch", "add", "hn", "!news@lemmy.example").status == 5
    assert listed() == []


def test_what_the_settings_name_is_removed_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it would come back at the next start."""
    Ran("watch", "add", "hn")
    monkeypatch.setenv("THREADPROOF_WATCH", "hackernews")
    done = Ran("watch", "remove", "hn")
    assert (done.status, "THREADPROOF_WATCH" in done.complained) == (2, True)
    assert Ran("watch", "pause", "hn").status == 0


def test_an_empty_list_says_how_to_begin() -> None:
    """With communities that can all be watched."""
    done = Ran("watch", "list")
    assert (done.status, done.said) == (0, "")
    for name in STARTERS:
        assert name in done.complained
    assert Ran("watch", "add", *STARTERS).status == 0
    assert len(listed()) == len(STARTERS)


# ---- the words -------------------------------------------------------------------------------------------

WATCH = new_watch("r/Lighthouses", 7200, 5, NOON)
RUN = Run(started_at=NOON, via="atom", listed=25, queued=2, skipped={"known": 3, "pinned": 1})
FAILED = Run(started_at=NOON, problem="r/Lighthouses could not be looked at (answered 403).")


def test_a_watch_is_told_with_its_last_look_and_what_came_of_it() -> None:
    """When, how, how many, and why others were not."""
    watch = msgspec.structs.replace(WATCH, last=RUN, next_at=NOON.replace(hour=14))
    tally = Tally(made=7, under_way=1, failed=2, reason="The thread is gone.")
    assert watch_fields(watch, tally, NOON) == [
        "r/Lighthouses",
        "every 2h, top 5",
        "last 2026-02-23 12:00 UTC",
        "next 2026-02-23 14:00 UTC",
        "7 made, 1 under way, 2 failed",
    ]
    assert list(watch_notes(watch, tally)) == [
        "25 listed by atom, 2 asked for; skipped: 3 known, 1 pinned",
        "the latest card that failed: The thread is gone.",
    ]


def test_a_failing_watch_says_why_and_that_it_waits() -> None:
    """The site's own refusal."""
    watch = msgspec.structs.replace(WATCH, last=FAILED, failures=3)
    assert list(watch_notes(watch, None)) == [
        "r/Lighthouses could not be looked at (answered 403).",
        "failed 3 times in a row, so it is looked at less often",
    ]
    assert run_words(FAILED) == FAILED.problem
    assert next_words(msgspec.structs.replace(WATCH, paused=True), NOON) == "paused"


# ---- doctor --------------------------------------------------------------------------------------------------


def told(tmp_path: Path, *watches: Watch, **settings: Any) -> list[Finding]:
    """What doctor says with these watches in the store."""
    found = Settings(data=tmp_path / "data", **settings)
    if watches:
        Ran("watch", "list")
        store = SqlWatchStore(found.store_url)
        for watch in watches:
            run(store.add_watch(watch))
        run(store.close())
    return list(examine_watching(found, datetime(2026, 2, 23, 13, tzinfo=UTC)))


def test_doctor_offers_a_list_to_begin_with(tmp_path: Path) -> None:
    """As a command to copy."""
    [finding] = told(tmp_path)
    assert (finding.state, finding.what) == ("note", "no community is watched")
    assert finding.step == f"To begin with: threadproof watch add {' '.join(STARTERS)}"


def test_doctor_tells_of_each_community_and_why_one_fails(tmp_path: Path) -> None:
    """A note, for cards are made all the same."""
    fine = msgspec.structs.replace(WATCH, last=RUN, next_at=NOON.replace(hour=14))
    broken = msgspec.structs.replace(new_watch("r/Gone", 7200, 5, NOON), last=FAILED, paused=False)
    paused = msgspec.structs.replace(new_watch("hn", 7200, 5, NOON), last=FAILED, paused=True)
    found = told(tmp_path, fine, broken, paused)
    assert [(finding.state, finding.what.partition(" ")[0]) for finding in found] == [
        ("ok", "hn"),
        ("note", "r/Gone"),
        ("ok", "r/Lighthouses"),
    ]
    assert found[1].step == FAILED.problem
    assert "25 listed by atom, 2 asked for" in found[2].what


def test_doctor_tells_what_the_settings_name_and_what_is_wrong_with_them(tmp_path: Path) -> None:
    """Before the first start, when nothing is stored yet."""
    [finding] = told(tmp_path, watch=("r/Lighthouses", "hn"))
    assert (finding.state, finding.what) == (
        "ok",
        "by setting: r/Lighthouses, hn, each every 2h, top 5",
    )
    for wrong in ({"watch": ("../etc",)}, {"watch_every": "1s"}, {"watch_top": 0}):
        assert told(tmp_path, **wrong)[0].state == "down"
