"""From recorded lists to a recap: communities are watched, cards are made, the week is told."""

import asyncio
from pathlib import Path

import pytest

from server.core.watching import Run
from server.sample import world_path
from tests.following.week import Week, record_week, shared_worlds
from tests.server.pages.hostile import find_live, parse, words

WEEK = "/recap/2026-W47"
# One community of each site, and the one whose story six threads tell. All twenty: python -m tests.following.week PORT
WATCHED = ("r/ThreadproofSample", "hn", "lobsters", "r/LocalLLaMA", "r/singularity")


def collected(folder: Path, worlds: list[Path], targets: tuple[str, ...], top: int) -> tuple[Week, dict[str, Run]]:
    """The week with the cards that came of these communities."""
    world, named = record_week(folder, worlds)
    assert set(targets) <= set(named)
    week = Week(world)
    runs = asyncio.run(week.collect(targets, top=top))
    week.served.keep_up()
    return week, runs


def test_the_sample_becomes_a_week_by_watching_its_recorded_list(tmp_path: Path) -> None:
    """Nothing but the recorded web is asked. A second look makes nothing new."""
    week, runs = collected(tmp_path, [world_path()], ("r/ThreadproofSample",), 5)
    run = runs["r/ThreadproofSample"]
    assert (run.via, run.listed, run.queued, run.problem) == ("json", 1, 1, None)
    page = parse(week.served.client.get(WEEK).text)
    assert [fault for fault in find_live(page) if fault != "element nav"] == []
    assert "One card, told by one claim." in words(page.text_content())
    assert "r/ThreadproofSample" in words(page.text_content())
    [cite] = page.xpath("//a[contains(@class, 'at')]/@href")
    assert ".example/" in cite
    again = asyncio.run(week.collect(["r/ThreadproofSample"]))["r/ThreadproofSample"]
    assert (again.queued, again.skipped) == (0, {"known": 1})


@pytest.mark.skipif(not shared_worlds(), reason="the recorded worlds are not on this machine")
def test_the_recorded_worlds_become_a_week_by_watching_their_lists(tmp_path: Path) -> None:
    """Every card that was made is in the recap, told or named behind another on its subject."""
    week, runs = collected(tmp_path, [world_path(), *shared_worlds()], WATCHED, 1)
    assert [target for target, run in runs.items() if run.problem or not run.queued] == []
    jobs = asyncio.run(week.jobs())
    assert [job.url for job in jobs if job.state != "done"] == []
    assert {job.priority for job in jobs} == {"collect"}
    text = week.served.client.get(WEEK).text
    for job in jobs:
        assert str(job.card_id) in text
    told = parse(text).xpath("//*[contains(@class, 'told')]")
    assert len(told) < len(jobs)  # three of the communities speak of one thing
    assert "On the same:" in words(parse(text).text_content())
    for each in told:
        assert each.xpath(".//h3/a/@href")
        assert each.getnext().xpath(".//*[contains(@class, 'at')]")
