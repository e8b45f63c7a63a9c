"""What `watch list` and `doctor` say of a watch."""

from collections.abc import Iterator
from datetime import datetime

from server.core.watching import Run, Tally, Watch, every_words, skipped_words


def watch_fields(watch: Watch, tally: Tally | None, now: datetime) -> list[str]:
    """Name, settings, last look, next look, what became of the finds."""
    return [
        watch.target,
        f"every {every_words(watch.every_s)}, top {watch.top}",
        f"last {_moment(watch.last.started_at)}" if watch.last else "not looked at yet",
        next_words(watch, now),
        tally_words(tally or Tally()),
    ]


def next_words(watch: Watch, now: datetime) -> str:
    """When it is looked at next, or why not."""
    if watch.paused:
        return "paused"
    return "due now" if watch.next_at <= now else f"next {_moment(watch.next_at)}"


def tally_words(tally: Tally) -> str:
    """What became of all that was found."""
    parts = [f"{tally.made} made"]
    parts += [f"{tally.under_way} under way"] if tally.under_way else []
    parts += [f"{tally.failed} failed"] if tally.failed else []
    return ", ".join(parts)


def watch_notes(watch: Watch, tally: Tally | None) -> Iterator[str]:
    """What the last look came to, and why something did not."""
    if watch.last is not None:
        yield run_words(watch.last)
    if watch.failures > 1:
        yield f"failed {watch.failures} times in a row, so it is looked at less often"
    if tally is not None and tally.reason:
        yield f"the latest card that failed: {tally.reason}"


def run_words(run: Run) -> str:
    """One look in a line."""
    if run.problem is not None:
        return run.problem
    skipped = f"; skipped: {skipped_words(run.skipped)}" if run.skipped else ""
    return f"{run.listed} listed by {run.via}, {run.queued} asked for{skipped}"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
