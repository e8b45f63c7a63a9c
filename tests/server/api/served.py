"""The application over memory, with its parts in reach, and the invented card of tests/cases."""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from litestar import Litestar
from litestar.testing import TestClient

from server.app import create_app
from server.core.card import Card
from server.core.jobs import CardKey, Job, JobId
from server.core.ports import NewCard, StoredCard
from server.core.urls import canonical_url
from server.kept_answers import KeptAnswers
from server.settings import Settings
from tests.fakes import MemoryCardStore, MemoryJobQueue, MemoryProgress

CASE_FILE = Path(__file__).parents[2] / "cases" / "card.json"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ADDRESS = "http://127.0.0.1:8321"
T = TypeVar("T")


class Served:
    """A client whose server keeps everything in memory."""

    def __init__(self, *, most_age_s: float = -1.0, **settings: Any) -> None:
        """Each request asks the store whether anything changed, unless `most_age_s` says how rarely."""
        self.settings = Settings(data=Path("/nonexistent"), **settings)
        self.store, self.queue = MemoryCardStore(), MemoryJobQueue()
        self.progress = MemoryProgress(silence_s=0.05)
        self.now = NOW
        self.seconds = 0.0  # on the clock by which answers are kept
        self.kept = KeptAnswers(self.store.changes, lambda: self.now, lambda: self.seconds, most_age_s=most_age_s)
        self.app: Litestar = create_app(
            self.settings, self.store, self.queue, self.progress, lambda: self.now, kept=self.kept
        )
        self.client = TestClient(self.app, base_url=self.settings.address, raise_server_exceptions=False)

    def save(self, card: Card, texts: dict[int, str] | None = None, url: str = "") -> StoredCard:
        """The card as the next version of its thread's series."""
        key = CardKey(canonical_url(url or card.thread.url).key)
        new = NewCard(card=card, key=key, texts=texts_of(card) if texts is None else texts)
        return run(self.store.save_card(new))

    def job(self, **changes: Any) -> Job:
        """A working job, in the store."""
        job = Job(
            id=JobId("job-quillbase-01"), key=CardKey(load_case().thread.url), url="https://a.example/", created_at=NOW
        )
        return run(self.store.join_job(msgspec.structs.replace(job, **changes)))[0]


def run(work: Coroutine[Any, Any, T]) -> T:
    """A port's coroutine, from a test that is not one."""
    return asyncio.run(work)


def load_case() -> Card:
    """The complete invented card."""
    return msgspec.json.decode(CASE_FILE.read_bytes(), type=Card)


def texts_of(card: Card) -> dict[int, str]:
    """Stored texts in which every quotation stands where it says."""
    return {source.n: _text([(quote.start, quote.text) for quote in source.quotes]) for source in card.sources}


def _text(quotes: list[tuple[int, str]]) -> str:
    text = ""
    for start, quoted in sorted(quotes):
        text += "This invented sentence stands in for the rest of the page. " * 20
        text = f"{text[: start - 1]} {quoted} "
    return text + "And so it goes on to the end."


def sse(text: str) -> list[dict[str, str]]:
    """A stream's events as dictionaries of their fields; comments are left out."""
    blocks = text.replace("\r\n", "\n").strip().split("\n\n")
    fields = [dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":")) for block in blocks]
    return [event for event in fields if event]
