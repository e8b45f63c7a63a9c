"""What ran when: spans of one card's making, from wherever they happen, against one clock.

The trace in force travels with the task (PEP 567), so that nothing has to hand it down.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from server.core.jobs import Timed

_current: ContextVar["Tracing | None"] = ContextVar("tracing", default=None)


class SpanNote:
    """What a span says when it is over; set by whoever runs in it."""

    text: str | None = None


class Tracing:
    """The spans of one attempt, in seconds since its beginning."""

    def __init__(self) -> None:
        self.began = time.perf_counter()
        self.spans: list[Timed] = []
        _current.set(self)

    def elapsed_s(self) -> float:
        """Since the beginning."""
        return time.perf_counter() - self.began


@contextmanager
def span(name: str, note: str | None = None) -> Iterator[SpanNote]:
    """Time what runs inside, also when it fails; without a trace in force nothing is kept."""
    tracing, told = _current.get(), SpanNote()
    told.text = note
    started_s = tracing.elapsed_s() if tracing else 0.0
    try:
        yield told
    finally:
        if tracing:
            tracing.spans.append(Timed(name, round(started_s, 4), round(tracing.elapsed_s(), 4), told.text))
