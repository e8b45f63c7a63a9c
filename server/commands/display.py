"""How a job's progress looks on stderr: alive on a terminal, silent when piped, a line a step with --trace."""

import sys
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from server.core.jobs import (
    STAGES,
    CardEvent,
    Event,
    FailedEvent,
    SectionEvent,
    Stage,
    StageEvent,
    Timed,
    TraceEvent,
)

BAR = 60  # characters of a timeline

DOING: dict[Stage, str] = {
    "read": "Reading the thread",
    "search": "Searching the web",
    "fetch": "Fetching pages",
    "rank": "Choosing passages",
    "write": "Writing",
    "verify": "Checking every claim against its quotation",
    "save": "Saving",
}


def printable(text: str) -> str:
    """Without control characters: a page's words must not drive the terminal (ECMA-48 begins with one of them)."""
    return "".join(letter for letter in text if letter in "\n\t" or unicodedata.category(letter) != "Cc")


class Display(Protocol):
    """Shows events as they come."""

    def show(self, event: Event) -> None: ...


class Silence:
    """For pipes."""

    def show(self, event: Event) -> None:
        """Says nothing."""


class Trace:
    """A line an event, with the seconds since the start."""

    def __init__(self) -> None:
        self._begin = time.monotonic()

    def show(self, event: Event) -> None:
        """Print the event."""
        if isinstance(event, TraceEvent):
            for line in draw_timeline(event.spans):
                print(printable(line), file=sys.stderr, flush=True)
            return
        print(f"{time.monotonic() - self._begin:7.3f} s  {printable(describe(event))}", file=sys.stderr, flush=True)


def describe(event: Event) -> str:
    """An event in a line."""
    match event:
        case StageEvent(stage, state, note):
            return f"{stage} {state}{f': {note}' if note else ''}"
        case SectionEvent(section):
            return f"section {section} verified"
        case CardEvent(card):
            return f"card {card.id}, version {card.version}"
        case FailedEvent(problem):
            return f"failed: {problem.detail}"
        case TraceEvent(spans):
            return f"{len(spans)} spans"


def draw_timeline(spans: Sequence[Timed]) -> Iterator[str]:
    """A line a span: its start and end in seconds, and a bar that shows what ran beside what."""
    whole = max((span.ended_s for span in spans), default=0.0) or 1.0
    for span in spans:
        first = min(BAR - 1, int(BAR * span.started_s / whole))
        length = max(1, round(BAR * (span.ended_s - span.started_s) / whole))
        bar = f"{' ' * first}{'─' * min(length, BAR - first)}".ljust(BAR)
        note = f"  {span.note}" if span.note else ""
        yield f"{span.started_s:8.3f} {span.ended_s:8.3f} s |{bar}| {span.name}{note}"


class Live:
    """The stages in a table that fills up; rich redraws it."""

    def __init__(self) -> None:
        from rich.spinner import Spinner

        self._spinner = Spinner("dots")
        self._states: dict[Stage, str] = {}
        self._notes: dict[Stage, str] = {}

    def show(self, event: Event) -> None:
        """Remember it for the next redraw."""
        if isinstance(event, StageEvent):
            self._states[event.stage] = event.state
            if event.note:
                self._notes[event.stage] = event.note

    def __rich__(self) -> object:
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 1))
        for stage in STAGES:
            state = self._states.get(stage)
            mark = Text("✓", style="green") if state == "done" else self._spinner if state == "started" else Text(" ")
            table.add_row(mark, DOING[stage], Text(printable(self._notes.get(stage, "")), style="dim"))
        return table


@contextmanager
def open_display(*, trace: bool) -> Iterator[Display]:
    """The display that suits where stderr goes."""
    if trace:
        yield Trace()
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.live import Live as Redrawn

        live = Live()
        with Redrawn(live, console=Console(stderr=True), transient=True, refresh_per_second=10):  # type: ignore[arg-type]
            yield live
    else:
        yield Silence()
