"""Ports that need nothing but memory, and small invented values to hand to whatever is under test.

Each fake keeps its port's contract; `tests/contracts` runs the same suite on fake and real.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import msgspec

from server.adapters.sql.series import digest, erased, new_card_id, numbered, strictest
from server.adapters.sql.tables import storable
from server.core.access import AccessKey, person_of
from server.core.card import (
    Card,
    CardId,
    CardSource,
    CardThread,
    Citation,
    Claim,
    Insight,
    Provenance,
    Quote,
    Tldr,
    Verification,
)
from server.core.errors import ModelError, Superseded
from server.core.finding import Wanted, findable, read_query
from server.core.jobs import (
    Capture,
    CardEvent,
    CardKey,
    Event,
    FailedEvent,
    Job,
    JobId,
    JobState,
    NumberedEvent,
    Stage,
)
from server.core.losses import PARKED_FOR
from server.core.model import ModelAnswer, ModelRequest, Spending, Usage
from server.core.money import MILLION, Payer, Reservation, micros, payer_of
from server.core.ports import CardAddress, CardSummary, KnownCard, NewCard, StoredCapture, StoredCard, StoredSource
from server.core.shelves import EVERYTHING, Place, Shelf, shelves_of
from server.core.source import Block, Document
from server.core.thread import CaptureReceipt
from server.core.topics import MOST_CARDS, Posting, rank_related, topics_of

SWAPPED = ("state", "attempt", "holder", "card_id")  # what a swap looks at
NOON = datetime(2026, 2, 23, 12, 0, tzinfo=UTC)
THREAD_URL = "https://www.reddit.com/r/Lighthouses/comments/1kestrel/"
THREAD_TEXT = "Kestrel Point relights its lamp\n\nThe council voted 7 to 2 on Monday to relight the lamp."
PAGE_URL = "https://kestrel-courier.example/lamp"
PAGE_TEXT = "Lamp to shine again\n\nThe lamp at Kestrel Point will be lit on 1 March, the harbour board said."


# ---- builders -------------------------------------------------------------------------------------


def make_claim(text: str, *, source: int = 1, quote: str = "q1", **changes: Any) -> Claim:
    """A supported claim of the thread, citing one quote."""
    claim = Claim(
        label=None,
        text=text,
        kind="thread",
        citations=(Citation(source=source, quote=quote),),
        support="supported",
        corroborated=False,
    )
    return msgspec.structs.replace(claim, **changes)


def make_source(n: int, url: str, text: str, quoted: str, **changes: Any) -> CardSource:
    """A numbered source quoted once, the quote standing where it says."""
    start = text.index(quoted)
    source = CardSource(
        n=n,
        url=url,
        title=text.partition("\n")[0],
        site=None,
        author=None,
        published_at=None,
        retrieved_at=NOON,
        sha256=digest(text),
        kind="article",
        quotes=(Quote(id="q1", text=quoted, start=start, end=start + len(quoted), url=url, by=None),),
    )
    return msgspec.structs.replace(source, **changes)


def make_card(**changes: Any) -> Card:
    """A complete small card about a lighthouse, its quotes standing in THREAD_TEXT and PAGE_TEXT."""
    thread = CardThread(
        url=THREAD_URL,
        site="reddit.com",
        community="r/Lighthouses",
        title="Kestrel Point relights its lamp",
        author="keeper_of_logs",
        posted_at=NOON - timedelta(hours=4),
        score=214,
        comment_count=38,
        language="en",
        links=(PAGE_URL,),
    )
    card = Card(
        id=CardId("kestrelpoint-001"),
        permalink="http://127.0.0.1:8321/c/kestrelpoint-001-kestrel-point-relights-its-lamp",
        version=1,
        status="complete",
        visibility="public",
        lang="en",
        thread=thread,
        capture=CaptureReceipt(
            via="json", captured_at=NOON, comments_read=38, comments_total=38, fingerprint=digest(THREAD_TEXT)
        ),
        headline=make_claim("Kestrel Point relights its lamp"),
        hook=make_claim("The council voted 7 to 2."),
        category="Industry",
        tldr=Tldr(
            what_changed=make_claim("The council voted 7 to 2 to relight the lamp."),
            why_it_matters=None,
            what_to_do_next=(),
            who_should_care=("Everyone",),
        ),
        insight=Insight(
            takeaways=(make_claim("The lamp will be lit on 1 March.", source=2, kind="web", label="Date"),),
            technical=(),
            implications=(),
            timeline=(),
        ),
        discussion=None,
        disputed=(),
        sources=(
            make_source(1, THREAD_URL, THREAD_TEXT, "voted 7 to 2 on Monday to relight the lamp", kind="thread"),
            make_source(2, PAGE_URL, PAGE_TEXT, "will be lit on 1 March"),
        ),
        unread=(),
        verification=Verification(claims=4, supported=4, partial=0, dropped=0, corroborated=0, method="words"),
        provenance=Provenance(
            writer="extractive", model=None, prompts=None, tokens=None, cost_usd=None, made_in_s=1.5, stages={}
        ),
        generated_at=NOON,
        collected_after_s=14_400.0,
        fresh_until=NOON + timedelta(hours=1),
        freshness="fresh",
        changes=(),
        related=(),
    )
    return msgspec.structs.replace(card, **changes)


def make_new_card(key: CardKey | None = None, texts: dict[int, str] | None = None, **changes: Any) -> NewCard:
    """`make_card` ready to be saved with its sources' texts."""
    texts = {1: THREAD_TEXT, 2: PAGE_TEXT} if texts is None else texts
    return NewCard(card=make_card(**changes), key=key or CardKey(THREAD_URL), texts=texts)


def make_job(job_id: str = "job-kestrel-0001", **changes: Any) -> Job:
    """A queued job for the lighthouse thread."""
    job = Job(id=JobId(job_id), key=CardKey(THREAD_URL), url=THREAD_URL, created_at=NOON)
    return msgspec.structs.replace(job, **changes)


def make_document(text: str = PAGE_TEXT, **changes: Any) -> Document:
    """A page whose first paragraph is its title and whose other paragraphs are blocks."""
    blocks: list[Block] = []
    position = 0
    for paragraph in text.split("\n\n"):
        blocks.append(Block(position, position + len(paragraph), "paragraph" if blocks else "title"))
        position += len(paragraph) + 2
    document = Document(
        url=PAGE_URL,
        title=text.partition("\n")[0],
        site="The Kestrel Courier",
        retrieved_at=NOON,
        language="en",
        text=text,
        blocks=tuple(blocks),
    )
    return msgspec.structs.replace(document, **changes)


def make_key(key_id: str = "0123456789ab", **changes: Any) -> AccessKey:
    """A standing key of one Ada, whose secret is not known to anybody."""
    key = AccessKey(id=key_id, name="Ada", secret_sha256=digest("secret"), created_at=NOON)
    return msgspec.structs.replace(key, **changes)


def make_capture(**changes: Any) -> Capture:
    """What a browser showed of the lighthouse thread."""
    capture = Capture(v=1, url=THREAD_URL, captured_at=NOON, via="dom", html="<shreddit-post></shreddit-post>")
    return msgspec.structs.replace(capture, **changes)


# ---- fakes ----------------------------------------------------------------------------------------


class MemorySeries(msgspec.Struct):
    """One series of a MemoryCardStore."""

    stored: list[StoredCard]
    sources: dict[tuple[int, int], StoredSource]


class MemoryCardStore:
    """CardStore in dictionaries. Nothing awaits inside, so each call is atomic."""

    def __init__(self) -> None:
        self._series: dict[CardId, MemorySeries] = {}
        self._saved: dict[CardId, int] = {}  # which save was a series' last
        self._saves = 0
        self._topics: dict[CardId, dict[str, int]] = {}
        self._changes = 0
        self._jobs: dict[JobId, Job] = {}
        self._captures: dict[str, tuple[str, StoredCapture]] = {}  # with the thread's canonical URL
        self._aliases: dict[str, str] = {}
        self._keys: dict[str, AccessKey] = {}

    async def find_card(self, key: CardKey) -> StoredCard | None:
        found = self._living(key)
        return found.stored[-1] if found else None

    async def load_card(self, card_id: CardId, version: int | None = None) -> StoredCard | None:
        found = self._series.get(card_id)
        stored = found.stored if found else []
        wanted = len(stored) if version is None else version
        return stored[wanted - 1] if 1 <= wanted <= len(stored) else None

    async def load_source(self, card_id: CardId, version: int, n: int) -> StoredSource | None:
        found = self._series.get(card_id)
        return found.sources.get((version, n)) if found else None

    async def list_cards(
        self, shelf: Shelf = EVERYTHING, *, q: str | None = None, before: Place | None = None, limit: int = 20
    ) -> list[CardSummary]:
        wanted = read_query(q) if q and q.strip() else None
        if q and q.strip() and wanted is None:
            return []
        found = [
            self._summary(stored)
            for stored in self._on(shelf)
            if (wanted is None or _holds(stored.card, wanted))
            and (before is None or before.is_before(stored.card.generated_at, stored.card.id))
        ]
        return sorted(found, key=lambda each: (each.generated_at, each.id), reverse=True)[: max(limit, 0)]

    async def most_discussed(self, since: datetime, shelf: Shelf = EVERYTHING, *, limit: int = 5) -> list[CardSummary]:
        found = [self._summary(stored) for stored in self._on(shelf) if stored.card.generated_at >= since]
        found = [summary for summary in found if summary.comment_count]
        return sorted(found, key=lambda each: (each.comment_count, each.generated_at), reverse=True)[: max(limit, 0)]

    async def count_cards(self, shelf: Shelf = EVERYTHING) -> int:
        return len(self._on(shelf))

    async def list_addresses(self, *, first: int, limit: int) -> list[CardAddress]:
        listed = sorted(map(self._summary, self._on(EVERYTHING)), key=lambda each: (each.generated_at, each.id))
        found = [CardAddress(summary.id, summary.headline, summary.generated_at) for summary in listed]
        return found[max(first, 0) :][: max(limit, 0)]

    async def load_listed(self, card_ids: Sequence[CardId]) -> list[StoredCard]:
        listed = {stored.card.id: stored for stored in self._on(EVERYTHING)}
        return [listed[card_id] for card_id in card_ids if card_id in listed]

    def _on(self, shelf: Shelf) -> list[StoredCard]:
        complete = [stored for stored in self._listed() if stored.card.status == "complete"]
        return [stored for stored in complete if shelf.key in {each.key for each in shelves_of(stored.card)}]

    def _summary(self, stored: StoredCard) -> CardSummary:
        return _summary(stored.card, self._series[stored.card.id].stored[0].card.generated_at)

    async def related_cards(self, card_id: CardId, *, limit: int = 4) -> list[CardSummary]:
        asking = self._series.get(card_id)
        if asking is None or asking.stored[-1].deleted_at:
            return []
        own = self._topics[card_id]
        listed = {self._saved[stored.card.id]: stored for stored in self._listed() if stored.card.status == "complete"}
        newest_first = [(number, self._topics[listed[number].card.id]) for number in sorted(listed, reverse=True)]
        postings: list[Posting] = []
        for term in own:
            having = [Posting(term, number, topics[term]) for number, topics in newest_first if term in topics]
            postings += having[:MOST_CARDS]
        url = asking.stored[-1].key.canonical_url
        ranked = [listed[number] for number in rank_related(own, postings)]
        return [self._summary(stored) for stored in ranked if stored.key.canonical_url != url][: max(limit, 0)]

    def _listed(self) -> list[StoredCard]:
        latest = [series.stored[-1] for series in self._series.values()]
        return [stored for stored in latest if not stored.deleted_at and stored.visibility == "public"]

    async def lookup_cards(self, prefix: str) -> list[KnownCard]:
        shown = self._listed()
        shown.sort(key=lambda stored: stored.card.generated_at, reverse=True)
        shown.sort(key=lambda stored: (digest(stored.key.canonical_url), stored.key.lang != "auto"))
        first: dict[str, KnownCard] = {}
        for stored in shown:
            sha256 = digest(stored.key.canonical_url)
            if sha256.startswith(prefix):
                first.setdefault(sha256, KnownCard(sha256, stored.card.id))
        return list(first.values())

    async def next_version(self, key: CardKey) -> tuple[CardId, int]:
        found = self._living(key)
        return (found.stored[-1].card.id, len(found.stored) + 1) if found else (new_card_id(), 1)

    async def save_card(self, new: NewCard) -> StoredCard:
        row = self._jobs.get(new.job.id) if new.job else None
        if row and row.card_id and not row.finished:
            return self._series[row.card_id].stored[-1]
        if new.job and row and (row.finished or row.attempt != new.job.attempt):
            raise Superseded("The job is finished, or another worker has it.")
        found = self._living(new.key)
        earlier = found.stored if found else []
        proposed = new_card_id() if new.card.id in self._series or not new.card.id else new.card.id
        card = numbered(new.card, earlier[0].card.id if earlier else proposed, len(earlier) + 1)
        card = msgspec.json.decode(msgspec.json.encode(card), type=Card)  # what is no JSON is no card
        visibility = strictest(card.visibility, *(stored.visibility for stored in earlier[-1:]))
        read = [_stored_source(source, new.texts[source.n]) for source in card.sources if source.n in new.texts]
        series = self._series.setdefault(card.id, MemorySeries([], {}))
        self._saves += 1
        self._saved[card.id] = self._saves
        self._topics[card.id] = topics_of(card)
        series.stored.append(StoredCard(card=card, key=new.key, visibility=visibility, latest_version=card.version))
        series.sources.update({(card.version, source.n): source for source in read})
        self._touch(series, visibility=visibility, latest_version=card.version)
        if row:
            self._jobs[row.id] = msgspec.structs.replace(row, card_id=card.id)
        return series.stored[-1]

    async def delete_card(self, card_id: CardId, at: datetime) -> bool:
        found = self._series.get(card_id)
        if found is None or found.stored[-1].deleted_at:
            return False
        found.stored = [msgspec.structs.replace(stored, card=erased(stored.card)) for stored in found.stored]
        found.sources.clear()
        self._touch(found, deleted_at=at)
        self._purge_captures(found.stored[-1].key)
        return True

    def _purge_captures(self, key: CardKey) -> None:
        jobs = [job for job in self._jobs.values() if job.capture_id]
        gone = {job.capture_id for job in jobs if job.finished_at and job.key == key}
        if key.scope == "public":
            needed = {job.capture_id for job in jobs if not job.finished_at}
            gone |= {name for name, (url, _) in self._captures.items() if url == key.canonical_url} - needed
        self._captures = {name: kept for name, kept in self._captures.items() if name not in gone}

    async def changes(self) -> int:
        return self._changes

    async def join_job(self, job: Job) -> tuple[Job, bool]:
        if known := await self.find_job(job.key, job.created_at):
            return known, False
        self._jobs[job.id] = job
        return job, True

    async def find_job(self, key: CardKey, at: datetime) -> Job | None:
        for known in self._jobs.values():
            parked = known.state == "parked" and known.finished_at and known.finished_at > at - PARKED_FOR
            if known.key == key and (parked or not known.finished):
                return known
        return None

    async def load_job(self, job_id: JobId) -> Job | None:
        return self._jobs.get(job_id)

    async def save_job(self, job: Job) -> bool:
        known = self._jobs.get(job.id)
        if known and known.finished:
            return False
        payer = Payer(job.payer.key) if job.finished else job.payer
        self._jobs[job.id] = msgspec.structs.replace(job, payer=payer)
        return True

    async def swap_job(self, seen: Job, changed: Job) -> bool:
        known = self._jobs.get(seen.id)
        if known is None or any(getattr(known, name) != getattr(seen, name) for name in SWAPPED):
            return False
        unfinished = (job for job in self._jobs.values() if not job.finished and job.id != seen.id)
        if known.finished and not changed.finished and any(job.key == changed.key for job in unfinished):
            return False
        payer = Payer(changed.payer.key) if changed.finished else changed.payer
        self._jobs[seen.id] = msgspec.structs.replace(changed, payer=payer)
        return True

    async def beat_job(self, job_id: JobId, attempt: int, at: datetime, *, stage: Stage | None = None) -> bool:
        known = self._jobs.get(job_id)
        if known is None or (known.state, known.attempt) != ("working", attempt):
            return False
        self._jobs[job_id] = msgspec.structs.replace(known, heartbeat_at=at, stage=stage or known.stage)
        return True

    async def list_jobs(self, *, states: Sequence[JobState] = (), limit: int = 50) -> list[Job]:
        found = [job for job in self._jobs.values() if not states or job.state in states]
        return sorted(found, key=lambda job: (-job.created_at.timestamp(), job.id))[:limit]

    async def unfinished_jobs(self, *, silent_since: datetime | None = None) -> list[Job]:
        open_jobs = [job for job in self._jobs.values() if not job.finished]
        silent = [job for job in open_jobs if silent_since is None or _last_sign(job) <= silent_since]
        return sorted(silent, key=lambda job: (job.created_at, job.id))

    async def move_job(self, job_id: JobId, key: CardKey) -> Job | None:
        for known in self._jobs.values():
            if known.key == key and not known.finished and known.id != job_id:
                return known
        job = self._jobs.get(job_id)
        if job and not job.finished:
            self._jobs[job_id] = msgspec.structs.replace(job, key=key)
        return None

    async def save_capture(
        self, capture_id: str, capture: Capture, *, canonical_url: str, owner: str, received_at: datetime
    ) -> None:
        kept = StoredCapture(id=capture_id, capture=capture, owner=owner, person=owner, received_at=received_at)
        self._captures[capture_id] = canonical_url, kept

    async def load_capture(self, capture_id: str) -> Capture | None:
        found = self._captures.get(capture_id)
        return found[1].capture if found else None

    async def capture_owner(self, capture_id: str) -> str | None:
        found = self._captures.get(capture_id)
        return found[1].owner if found else None

    async def captures_of(self, canonical_url: str, *, limit: int = 8) -> list[StoredCapture]:
        latest: dict[str, StoredCapture] = {}
        found = [kept for url, kept in self._captures.values() if url == canonical_url]
        for kept in sorted(found, key=lambda kept: (-kept.received_at.timestamp(), kept.id)):
            key = self._keys.get(kept.owner)
            person = person_of(key.name) if key else kept.owner
            if not (key and key.revoked_at) and person not in latest and len(latest) < limit:
                latest[person] = msgspec.structs.replace(kept, person=person)
        return list(latest.values())

    async def save_alias(self, url: str, canonical_url: str, at: datetime) -> None:
        self._aliases[url] = canonical_url

    async def find_alias(self, url: str) -> str | None:
        return self._aliases.get(url)

    async def save_key(self, key: AccessKey) -> None:
        self._keys[key.id] = key

    async def load_key(self, key_id: str) -> AccessKey | None:
        return self._keys.get(key_id)

    async def list_keys(self) -> list[AccessKey]:
        return sorted(self._keys.values(), key=lambda key: (key.created_at, key.id))

    async def revoke_key(self, key_id: str, at: datetime) -> bool:
        key = self._keys.get(key_id)
        if key is None or key.revoked_at:
            return False
        self._keys[key_id] = msgspec.structs.replace(key, revoked_at=at)
        return True

    async def forget_old(self, *, captures_before: datetime | None, jobs_before: datetime | None) -> tuple[int, int]:
        needed = {job.capture_id for job in self._jobs.values() if not job.finished}
        captures = {
            name
            for name, (_, kept) in self._captures.items()
            if captures_before and kept.received_at < captures_before and name not in needed
        }
        ended = {(job.id, job.finished_at) for job in self._jobs.values() if job.finished and job.finished_at}
        jobs = {job_id for job_id, at in ended if jobs_before and at < jobs_before}
        self._captures = {name: kept for name, kept in self._captures.items() if name not in captures}
        self._jobs = {job_id: job for job_id, job in self._jobs.items() if job_id not in jobs}
        return len(captures), len(jobs)

    async def close(self) -> None:
        """Nothing to close."""

    def _living(self, key: CardKey) -> MemorySeries | None:
        living = (series for series in self._series.values() if not series.stored[-1].deleted_at)
        return next((series for series in living if series.stored[-1].key == key), None)

    def _touch(self, series: MemorySeries, **changes: Any) -> None:
        """What belongs to a series shows in all its versions."""
        self._changes += 1
        series.stored = [msgspec.structs.replace(stored, **changes) for stored in series.stored]


class MemoryJobQueue:
    """JobQueue as a list; `waiting` and `cancelled` are for tests to read."""

    def __init__(self) -> None:
        self.waiting: list[JobId] = []
        self.behind: set[JobId] = set()  # of those, the ones that nobody waits for
        self.cancelled: list[JobId] = []
        self.listening = 2

    async def enqueue(self, job: Job) -> None:
        if job.id not in self.waiting:
            self.waiting.append(job.id)
            self.behind |= {job.id} if job.priority != "reader" else set()

    async def places(self) -> set[JobId]:
        return set(self.waiting)

    async def cancel(self, job_id: JobId) -> None:
        self.cancelled.append(job_id)
        if job_id in self.waiting:
            self.waiting.remove(job_id)

    async def ahead(self) -> int:
        return len(set(self.waiting) - self.behind)

    async def depth(self) -> int:
        return len(self.waiting)

    async def workers(self) -> int:
        return self.listening

    async def close(self) -> None:
        """Nothing to close."""


class MemoryClaims:
    """Claims in a dictionary, for as long as nobody lets go."""

    def __init__(self) -> None:
        self.held: dict[CardKey, str] = {}

    async def take(self, key: CardKey, holder: str, *, instead_of: str | None = None) -> bool:
        if self.held.get(key, holder) not in (holder, instead_of):
            return False
        self.held[key] = holder
        return True

    async def renew(self, key: CardKey, holder: str) -> bool:
        return self.held.setdefault(key, holder) == holder

    async def release(self, key: CardKey, holder: str) -> None:
        if self.held.get(key) == holder:
            del self.held[key]

    async def close(self) -> None:
        """Nothing to close."""


class MemoryProgress:
    """Progress as lists. Followers look every few milliseconds, so publisher and follower may live in different loops.

    `silence_s` is how long a follower waits before it says None.
    """

    def __init__(self, *, silence_s: float = 10.0) -> None:
        self._silence_s = silence_s
        self._streams: dict[JobId, list[NumberedEvent]] = {}
        self.ended: list[JobId] = []

    async def publish(self, job_id: JobId, attempt: int, event: Event) -> str:
        stream = self._streams.setdefault(job_id, [])
        number = 1 + sum(known.id.startswith(f"{attempt}-") for known in stream)
        stream.append(NumberedEvent(f"{attempt}-{number}", event))
        return stream[-1].id

    async def finish(self, job_id: JobId) -> None:
        self.ended.append(job_id)

    async def follow(self, job_id: JobId, after: str = "0-0") -> AsyncIterator[NumberedEvent | None]:
        while True:
            numbered_event = await self._next(job_id, after)
            yield numbered_event
            if numbered_event is None:
                continue
            if isinstance(numbered_event.event, CardEvent | FailedEvent):
                return
            after = numbered_event.id

    async def told(self, job_id: JobId, after: str = "0-0") -> list[NumberedEvent]:
        return [known for known in self._streams.get(job_id, []) if _order(known.id) > _order(after)]

    async def has(self, job_id: JobId, event_id: str) -> bool:
        return any(known.id == event_id for known in self._streams.get(job_id, []))

    async def close(self) -> None:
        """Nothing to close."""

    async def _next(self, job_id: JobId, after: str) -> NumberedEvent | None:
        """The first event behind `after`; None after a silence."""
        step_s = 0.005
        for _ in range(max(1, round(self._silence_s / step_s))):
            for known in self._streams.get(job_id, []):
                if _order(known.id) > _order(after):
                    return known
            await asyncio.sleep(step_s)
        return None


class Scripted(msgspec.Struct, frozen=True, kw_only=True):
    """One answer of a ScriptedModel. With `error` it fails, after `text` has come if there is any.

    `value` is for what shall be encoded, `text` for what shall be said as it is.
    """

    value: Any = None
    text: str | None = None
    stop: Literal["end", "length"] = "end"
    usage: Usage = Usage(input_tokens=1000, output_tokens=200)
    usd: float | None = 0.004
    error: ModelError | None = None
    wait_s: float = 0.0  # before each piece, the first included


Script = Scripted | ModelError | dict[str, Any] | str


class ScriptedModel:
    """Model whose answers are given: one after another as questions come, or chosen by a function of the question.

    A dict is encoded, a string is said as it is, an error is raised, a Scripted tells more. Each arrives in pieces of
    `piece` characters. What was asked is in `asked`. A question beyond the script's end is an AssertionError.
    """

    name = "scripted-model"

    def __init__(
        self, script: Sequence[Script] | Callable[[ModelRequest], Script], *, piece: int = 16, name: str = name
    ) -> None:
        self._script = script if callable(script) else list(script)
        self._piece, self.name = piece, name
        self.asked: list[ModelRequest] = []

    async def ask(
        self,
        request: ModelRequest,
        *,
        spent: Callable[[Spending], None],
        on_text: Callable[[str], None] | None = None,
    ) -> ModelAnswer:
        self.asked.append(request)
        answer = _scripted(self._next(request))
        whole = answer.text if answer.text is not None else ""
        try:
            for end in range(self._piece, len(whole) + self._piece, self._piece):
                await asyncio.sleep(answer.wait_s)
                if on_text:
                    on_text(whole[:end])
            if not whole:
                await asyncio.sleep(answer.wait_s)
        finally:
            if answer.usage != Usage():
                spent(Spending(request.stage, self.name, answer.usage, answer.usd))
        if answer.error:
            raise answer.error
        return ModelAnswer(text=whole, model=self.name, usage=answer.usage, stop=answer.stop)

    async def close(self) -> None:
        """Nothing to close."""

    def _next(self, request: ModelRequest) -> Script:
        if callable(self._script):
            return self._script(request)
        assert self._script, f"the script has no answer for a {len(self.asked)}th question ({request.stage})"
        return self._script.pop(0)


def _scripted(script: Script) -> Scripted:
    if isinstance(script, ModelError):
        return Scripted(error=script, usage=Usage())
    if isinstance(script, str):
        return Scripted(text=script)
    answer = script if isinstance(script, Scripted) else Scripted(value=script)
    if answer.text is None and answer.value is not None:
        return msgspec.structs.replace(answer, text=msgspec.json.encode(answer.value).decode())
    return answer


class MemoryBudget:
    """Budget in dictionaries. `clock` may be any function without arguments."""

    def __init__(
        self,
        *,
        day_usd: float = 10.0,
        key_usd: float = 2.0,
        address_usd: float = 1.0,
        clock: Callable[[], datetime] = lambda: NOON,
    ) -> None:
        self._limits = {"all": day_usd, "key": key_usd, "address": address_usd}
        self._clock = clock
        self._spent: dict[tuple[str, str, str], int] = {}
        self._held: dict[str, tuple[Reservation, datetime]] = {}
        self._settled: set[str] = set()
        self._made = 0

    async def reserve(self, usd: float, *, key: str | None, address: str | None) -> Reservation | None:
        now = self._clock()
        day = now.astimezone(UTC).date().isoformat()
        made = Reservation(id=str(self._made), usd=usd, day=day, key=key, address=address)
        amount = micros(usd)
        if any(self._used(payer) + amount > micros(self._limits[payer[1]]) for payer in _payers(made)):
            return None
        self._made += 1
        self._held[made.id] = made, now + timedelta(minutes=10)
        return made

    async def settle(self, reservation: Reservation, usd: float) -> None:
        amount = micros(usd)
        self._held.pop(reservation.id, None)
        if reservation.id in self._settled:
            return
        self._settled.add(reservation.id)
        for payer in _payers(reservation):
            self._spent[payer] = self._spent.get(payer, 0) + amount

    async def left(self) -> float:
        today = self._clock().astimezone(UTC).date().isoformat()
        return max(0, micros(self._limits["all"]) - self._used((today, "all", ""))) / MILLION

    async def close(self) -> None:
        """Nothing to close."""

    def _used(self, payer: tuple[str, str, str]) -> int:
        now = self._clock()
        held = [made for made, until in self._held.values() if until > now and payer in _payers(made)]
        return self._spent.get(payer, 0) + sum(micros(made.usd) for made in held)


def _payers(reservation: Reservation) -> list[tuple[str, str, str]]:
    key, address = reservation.key, reservation.address
    payers = [("all", ""), ("key", key or ""), ("address", payer_of(address) if address else "")]
    return [(reservation.day, kind, who) for kind, who in payers if who or kind == "all"]


def _order(event_id: str) -> tuple[int, int]:
    """Ids order as pairs of numbers; what is no id stands before all of them."""
    attempt, _, number = event_id.partition("-")
    return (int(attempt), int(number)) if attempt.isdecimal() and number.isdecimal() else (0, 0)


def _last_sign(job: Job) -> datetime:
    return max(sign for sign in (job.created_at, job.started_at, job.heartbeat_at) if sign)


def _holds(card: Card, wanted: Wanted) -> bool:
    found = findable(card)
    held = {*found.headline, *found.lead, *found.body}
    return held.issuperset(wanted.whole) and any(word.startswith(wanted.beginning) for word in held)


def _stored_source(source: CardSource, text: str) -> StoredSource:
    return StoredSource(
        n=source.n,
        url=storable(source.url),
        title=source.title and storable(source.title),
        sha256=digest(text),
        retrieved_at=source.retrieved_at,
        text=text,
    )


def _summary(card: Card, created_at: datetime) -> CardSummary:
    return CardSummary(
        id=card.id,
        permalink=storable(card.permalink),
        headline=storable(card.headline.text),
        hook=card.hook and storable(card.hook.text),
        lead=storable(card.tldr.what_changed.text),
        lang=storable(card.lang),
        site=storable(card.thread.site),
        community=card.thread.community and storable(card.thread.community),
        category=card.category,
        source_count=len(card.sources),
        comment_count=card.thread.comment_count,
        version=card.version,
        created_at=created_at,
        generated_at=card.generated_at,
    )
