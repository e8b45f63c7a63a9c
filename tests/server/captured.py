"""An invented Reddit thread as two readers' browsers show it, and a server whose worker is at hand."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any

import httpx
import msgspec
from litestar.testing import TestClient

from server.adapters.sql_store import SqlCardStore
from server.app import create_app
from server.core.access import hash_secret, write_token
from server.core.errors import SourceUnavailable
from server.core.jobs import Job
from server.core.ports import Hit, Page
from server.core.urls import canonical_url
from server.settings import Settings
from tests.fakes import MemoryJobQueue, MemoryProgress, make_key
from tests.hands import work
from workers.adapters.extraction import InProcessExtractor
from workers.parts import Parts, Web
from workers.pipeline import make_card
from workers.writers.extractive import ExtractiveWriter

NOW = datetime(2026, 2, 23, 12, 0, tzinfo=UTC)
POSTED = int((NOW - timedelta(hours=4)).timestamp())
SECRET = "s" * 32


class Said(msgspec.Struct, frozen=True):
    """A comment of the invented thread."""

    id: str
    author: str
    text: str
    score: int = 10


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """The invented thread; what a reader's browser shows of it."""

    id: str
    title: str = "Kestrel Point relights its lamp after 38 years"
    author: str = "keeper_of_logs"
    text: str = (
        "The council of Kestrel Point voted 7 to 2 on Monday to relight the lamp of its lighthouse.\n\n"
        "The new lamp needs 40 percent less power than the one that failed in 1988.\n\n"
        "The work takes three weeks and costs 48,000 crowns, of which the harbour fund pays 30,000 crowns."
    )
    comments: tuple[Said, ...] = (
        Said("k1", "reef_walker", "The grounding on the north reef in 2024 cost one boat its keel.", 88),
        Said("k2", "tide_table", "The old lamp failed because nobody replaced its bearings in 1987.", 41),
        Said("k3", "gull_feather", "The harbour fund holds 210,000 crowns, so it can pay for this.", 12),
    )
    score: int = 214
    quarantine: bool = False

    @property
    def url(self) -> str:
        return f"https://www.reddit.com/r/Lighthouses/comments/{self.id}/kestrel_point_relights_its_lamp/"

    def as_json(self) -> dict[str, Any]:
        """The capture of a reader whose browser got Reddit's own JSON."""
        post = {
            "id": self.id, "name": f"t3_{self.id}", "subreddit": "Lighthouses", "title": self.title,
            "subreddit_name_prefixed": "r/Lighthouses", "author": self.author, "is_self": True, "selftext": self.text,
            "permalink": self.url.removeprefix("https://www.reddit.com"), "url": self.url, "score": self.score,
            "num_comments": len(self.comments), "created_utc": POSTED, "quarantine": self.quarantine,
        }  # fmt: skip
        said = [
            {
                "id": each.id, "name": f"t1_{each.id}", "author": each.author, "body": each.text, "score": each.score,
                "created_utc": POSTED + 600, "parent_id": f"t3_{self.id}", "replies": "",
                "permalink": f"{post['permalink']}{each.id}/",
            }
            for each in self.comments
        ]  # fmt: skip
        listings = [
            {"kind": "Listing", "data": {"children": [{"kind": kind, "data": thing} for thing in things]}}
            for kind, things in (("t3", [post]), ("t1", said))
        ]
        return {"v": 1, "url": self.url, "captured_at": NOW.isoformat(), "via": "json", "json": listings}

    def as_html(self) -> dict[str, Any]:
        """The capture of a reader whose browser showed the page."""
        at = datetime.fromtimestamp(POSTED, UTC).isoformat()
        place = self.url.removeprefix("https://www.reddit.com")
        said = "".join(
            f'<shreddit-comment thingid="t1_{each.id}" author="{escape(each.author)}" depth="0" score="{each.score}" '
            f'created="{datetime.fromtimestamp(POSTED + 600, UTC).isoformat()}" permalink="{place}{each.id}/">'
            f'<div slot="comment">{_paragraphs(each.text)}</div></shreddit-comment>'
            for each in self.comments
        )
        html = (
            f'<shreddit-post id="t3_{self.id}" post-title="{escape(self.title)}" author="{escape(self.author)}" '
            f'subreddit-prefixed-name="r/Lighthouses" permalink="{place}" created-timestamp="{at}" '
            f'score="{self.score}" comment-count="{len(self.comments)}" post-type="text">'
            f'<h1 slot="title">{escape(self.title)}</h1><div slot="text-body">{_paragraphs(self.text)}</div>'
            f"</shreddit-post><shreddit-comment-tree>{said}</shreddit-comment-tree>"
        )
        return {"v": 1, "url": self.url, "captured_at": NOW.isoformat(), "via": "dom", "html": html}


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n"))


class Unwilling:
    """The web as Reddit is to servers: nothing but 403, and nothing found."""

    name = "unwilling"

    def __init__(self) -> None:
        self.answers: dict[str, tuple[str, bytes]] = {}  # by address: where it leads, and what is there

    async def fetch(self, url: str, *, accept: str = "", max_bytes: int = 0, timeout_s: float = 0) -> Page:
        if url not in self.answers:
            raise SourceUnavailable(f"{url} answered 403.", status=403, retryable=False)
        final, body = self.answers[url]
        media_type = "application/json" if body.startswith((b"{", b"[")) else "text/html"
        return Page(url=final, media_type=media_type, charset="utf-8", body=body, retrieved_at=NOW)

    async def search(self, query: str, *, limit: int = 10) -> list[Hit]:
        return []


class House:
    """API and worker over one real SQLite store; no network, no Redis."""

    def __init__(self, store_url: str, **settings: Any) -> None:
        unlimited = {"posts_per_minute": 10_000, "reads_per_minute": 10_000, "cards_per_day": 10_000}
        self.settings = Settings(data=Path("/nonexistent"), **unlimited | settings)
        self.store, self.queue = SqlCardStore(store_url), MemoryJobQueue()
        self.progress, self.web = MemoryProgress(silence_s=0.02), Unwilling()
        self.now = NOW
        app = create_app(self.settings, self.store, self.queue, self.progress, lambda: self.now)
        self.client = TestClient(app, base_url=self.settings.address, raise_server_exceptions=False)
        web = Web(self.web, self.web, (self.web,))
        self.parts = Parts(
            store=self.store,
            progress=self.progress,
            queue=self.queue,
            web=web,
            sample=web,
            extractor=InProcessExtractor(),
            writer=ExtractiveWriter(),
            clock=lambda: self.now,
            settings=self.settings,
        )

    def key(self, name: str, *, trusted: bool = False) -> dict[str, str]:
        """A person's new key, as the header that carries it."""
        key_id = hash_secret(name)[:12]
        key = make_key(key_id, name=name, trusted=trusted, secret_sha256=hash_secret(SECRET))
        asyncio.run(self.store.save_key(key))
        return {"authorization": f"Bearer {write_token(key_id, SECRET)}"}

    def post(self, url: str, who: dict[str, str], capture: dict[str, Any] | None = None) -> httpx.Response:
        """Ask for a card, and let the worker do all there is to do."""
        body = {"url": url} | ({"capture": capture} if capture else {})
        answer = self.client.post("/api/v1/cards", json=body, headers=who)
        asyncio.run(self.work())
        return answer

    async def work(self) -> list[Job]:
        """Every waiting job to its end."""
        done: list[Job] = []
        while self.queue.waiting:
            job = await self.store.load_job(self.queue.waiting.pop(0))
            assert job is not None
            await work(job, self.parts, make_card, pauses_s=(0, 0))
            ended = await self.store.load_job(job.id)
            assert ended is not None
            done.append(ended)
        return done

    def shown(self, url: str, who: dict[str, str]) -> dict[str, Any] | None:
        """The card that posting an address answers at once."""
        answer = self.client.post("/api/v1/cards", json={"url": url}, headers=who)
        asyncio.run(self.work())
        assert answer.status_code in (200, 202), answer.text
        return answer.json() if answer.status_code == 200 else None

    def looked_up(self, url: str) -> list[str]:
        """The ids of cards that the look-up knows for an address."""
        sha256 = hashlib.sha256(canonical_url(url).key.encode()).hexdigest()
        matches = self.client.get(f"/api/v1/lookup/{sha256[:3]}").json()["matches"]
        return [match["id"] for match in matches if match["suffix"] == sha256[3:]]

    def everything_public(self) -> str:
        """All that anybody can find without a link: lists, look-ups, and each card they name in every form."""
        listed = self.client.get("/api/v1/cards", params={"limit": 100}).json()["cards"]
        front = self.client.get("/").text
        ids = {card["id"] for card in listed}
        forms = [self.client.get(f"/c/{card_id}{end}").text for card_id in ids for end in (".json", ".md", "/source/1")]
        return "\n".join([str(listed), front, *forms])
