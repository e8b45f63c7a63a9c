"""Progress on stderr."""

import io

import pytest
from rich.console import Console

from server.commands.display import Live, describe, open_display, printable
from server.core.jobs import CardEvent, FailedEvent, Problem, SectionEvent, StageEvent
from tests.fakes import make_card


def draw(live: Live) -> str:
    """What a terminal would show."""
    console = Console(file=io.StringIO(), force_terminal=True, width=100, color_system=None)
    console.print(live)
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_the_table_fills_up_stage_by_stage() -> None:
    """A tick for what is done, with its note to the letter."""
    live = Live()
    live.show(StageEvent("read", "started"))
    assert "✓" not in draw(live)
    live.show(StageEvent("read", "done", "84 of [red]312[/red] comments"))
    first = draw(live).splitlines()[0]
    assert "✓ Reading the thread" in first
    assert "84 of [red]312[/red] comments" in first


def test_every_event_has_its_line_in_a_trace() -> None:
    """For people who look for what takes long."""
    problem = Problem(type="t", title="T", status=502, detail="It is gone.", retryable=False)
    events = StageEvent("read", "done", "84 comments"), SectionEvent("tldr", make_card()), CardEvent(make_card())
    assert [describe(event) for event in (*events, FailedEvent(problem))] == [
        "read done: 84 comments",
        "section tldr verified",
        "card kestrelpoint-001, version 1",
        "failed: It is gone.",
    ]


def test_a_pages_words_cannot_drive_the_terminal() -> None:
    """Escape sequences begin with a control character, in seven bits or eight."""
    assert printable("a\x1b[2Jb\x9b2Jc\x07\r\n\td") == "a[2Jb2Jc\n\td"


def test_when_piped_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """Progress is for people."""
    with open_display(trace=False) as display:
        display.show(StageEvent("read", "started"))
    assert capsys.readouterr() == ("", "")
    with open_display(trace=True) as display:
        display.show(StageEvent("read", "started"))
    assert "read started" in capsys.readouterr().err
