"""What the product needs of the outside, as signatures. Every port has a real form and one that needs no network."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol, runtime_checkable

import msgspec

from server.core.access import AccessKey
from server.core.card import Card, CardId, Visibility
from server.core.citations import CheckedClaim
from server.core.jobs import Capture, CardKey, Event, Job, JobId, JobState, NumberedEvent, Stage
from server.core.judging import Ruling
from server.core.limits import Bucket, Standing
from server.core.model import ModelAnswer, ModelRequest, Spending
from server.core.money import Reservation
from server.core.shelves import EVERYTHING, Place, Shelf
from server.core.source import Document, Evidence
from server.core.writing import Assignment, Written


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """An answer from the web with status 200 whose body we were allowed to read, decoded but not understood."""

    url: str  # where the redirects ended
    media_type: str  # lower case, without parameters: "text/html"
    charset: str | None
    body: bytes
    retrieved_at: datetime
    headers: dict[str, str] = {}  # names in lower case


class Hit(msgspec.Struct, frozen=True):
    """A search result."""

    url: str
    title: str
    snippet: str = ""
    published_at: str | None = None  # as precise as the provider says: "2026", "2026-02", "2026-02-23"


@runtime_checkable
class Fetcher(Protocol):
    async def fetch(
        self, url: str, *, accept: str = "*/*", max_bytes: int = 5_000_000, timeout_s: float = 10.0
    ) -> Page:
        """The page at `url`, redirects followed and each judged.

        SourceRefused where policy forbids the address; SourceUnavailable (its message names the status or fault, and
        `status` holds the HTTP status where one came) for anything that is not an answer with 200.
        """


@runtime_checkable
class Searcher(Protocol):
    name: str

    async def search(self, query: str, *, limit: int = 10) -> list[Hit]:
        """Best first, possibly empty. SourceUnavailable when the provider fails."""


@runtime_checkable
class Extractor(Protocol):
    async def extract(self, page: Page) -> Document:
        """The page's main text and metadata; SourceUnreadable when it holds none, takes too long or too much memory."""


@runtime_checkable
class Writing(Protocol):
    """One card under way."""

    def queries(self) -> AsyncIterator[str]:
        """What the writer wants searched, each as soon as it is known; ends when there will be no more."""

    async def write(self, evidence: Evidence) -> Written:
        """Propose the sections with the web's evidence at hand; ends when nothing more will be proposed."""

    async def judge(self, claims: Sequence[CheckedClaim], evidence: Evidence) -> tuple[Mapping[int, Ruling], Written]:
        """What a model says of verified claims, by their numbers from 1, where the operator wants one asked; and what
        the writer tells now."""


@runtime_checkable
class Writer(Protocol):
    """Proposes a card. What it says is a draft until `citations.py` has checked it."""

    name: str
    instant: bool  # whether its sections are there as soon as the evidence is

    def begin(self, assignment: Assignment) -> AbstractAsyncContextManager[Writing]:
        """Start on what the thread alone tells. Leaving the context ends whatever is still under way."""


@runtime_checkable
class Model(Protocol):
    """Answers one question in JSON. It proposes; nothing it says is trusted."""

    async def ask(
        self,
        request: ModelRequest,
        *,
        spent: Callable[[Spending], None],
        on_text: Callable[[str], None] | None = None,
    ) -> ModelAnswer:
        """The answer, whole or (stop "length") as far as `max_tokens` reached; failures are retried within bounds.

        `on_text` gets all the JSON there is so far, each time more of it came: a text that only grows, but that a retry
        or a second thought of the model's starts over from a shorter one. The last it gets is the answer's. `spent`
        hears once of every HTTP request that used tokens, failed and abandoned ones included as far as the server told,
        also when this call is cancelled. The first questions to a server that knows no schemas may take several.

        ModelUnavailable (its message names the next step, never a key) when the server is out of reach, overloaded or
        refuses us; DraftRejected when it answers with no draft: a refusal, no JSON twice, nothing, or far too much.
        """


@runtime_checkable
class Budget(Protocol):
    """What the operator allows to be spent in a day (UTC): in all, by a key and from an address.

    QueueUnavailable when it cannot tell: then nothing may be spent.
    """

    async def reserve(self, usd: float, *, key: str | None, address: str | None) -> Reservation | None:
        """Put money aside, at once or not at all; None where it would cross one of the day's budgets.

        What nobody settles within ten minutes is free again, so a worker that died takes no money with it.
        """

    async def settle(self, reservation: Reservation, usd: float) -> None:
        """Book what was really spent, once; the rest is free again. It counts however late it comes."""

    async def left(self) -> float:
        """US dollars of the installation's day that are neither spent nor reserved; never below zero."""

    async def close(self) -> None: ...


@runtime_checkable
class Limits(Protocol):
    """How often one client may ask. It answers always: where it cannot look, it counts by itself."""

    async def take(self, client: str, bucket: Bucket) -> Standing:
        """One token out of the client's bucket, where one is left: looked at and taken at once."""

    async def book(self, client: str, day: str, most: int) -> bool:
        """One of the client's `most` cards of a day; False where it had them all, and then nothing is booked."""

    async def give_back(self, client: str, day: str) -> None:
        """What was booked for a card that need not be made after all."""

    async def close(self) -> None: ...


@runtime_checkable
class Meter(Protocol):
    """Counts for the operator, all processes' together. Counting neither waits nor fails; metrics.py names what is
    counted, and labels never hold an address, a key or a word of anybody's."""

    def count(self, name: str, by: float = 1.0, **labels: str) -> None: ...

    def observe(self, name: str, value: float, **labels: str) -> None:
        """One value of a histogram."""

    async def flush(self) -> None:
        """Let the others see what this process has counted; where that cannot be, it is kept for the next time."""

    async def totals(self) -> dict[str, float]:
        """Every sample there is, by its name."""

    async def usual_job_s(self) -> float | None:
        """The mean of all cards made so far, in seconds; None before the first."""

    async def close(self) -> None: ...


class StoredCard(msgspec.Struct, frozen=True, kw_only=True):
    """A version as the store keeps it, with the series' present state beside it."""

    card: Card
    key: CardKey
    visibility: Visibility
    latest_version: int
    deleted_at: datetime | None = None


class StoredSource(msgspec.Struct, frozen=True, kw_only=True):
    """A source's text as it was read."""

    n: int
    url: str
    title: str | None
    sha256: str
    retrieved_at: datetime
    text: str


class CardSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A line in a list of cards."""

    id: CardId
    permalink: str
    headline: str
    hook: str | None
    lead: str  # what changed, for cards without a hook
    lang: str
    site: str
    community: str | None
    category: str | None
    source_count: int
    comment_count: int | None
    version: int
    created_at: datetime  # of the first version
    generated_at: datetime


class CardAddress(msgspec.Struct, frozen=True):
    """What a card's permalink is made of, and when its latest version was."""

    id: CardId
    headline: str
    updated_at: datetime


class NewCard(msgspec.Struct, frozen=True, kw_only=True):
    """A card about to become the next version of its series. `texts` holds each source's stored text by number."""

    card: Card
    key: CardKey
    texts: dict[int, str]
    job: Job | None = None  # whose card it is: a job has one at most, saved by the attempt that has the job


class StoredCapture(msgspec.Struct, frozen=True, kw_only=True):
    """A capture and whose it is."""

    id: str
    capture: Capture
    owner: str  # the key's id, or LOCAL_OWNER
    person: str  # `person_of` the key's name; the owner itself where there is no key
    received_at: datetime


class KnownCard(msgspec.Struct, frozen=True):
    """A public card under the SHA-256 of its thread's canonical URL."""

    url_sha256: str
    id: CardId


@runtime_checkable
class CardStore(Protocol):
    """Cards, versions, source texts, jobs, captures, aliases and keys. StoreUnavailable when it cannot answer."""

    async def find_card(self, key: CardKey) -> StoredCard | None:
        """The latest version for a key; None when there is none or it was deleted."""

    async def load_card(self, card_id: CardId, version: int | None = None) -> StoredCard | None:
        """A version, the latest by default. Deleted series come back with `deleted_at` set and an emptied card."""

    async def load_source(self, card_id: CardId, version: int, n: int) -> StoredSource | None:
        """The stored text that source `n` of a version quotes."""

    async def list_cards(
        self, shelf: Shelf = EVERYTHING, *, q: str | None = None, before: Place | None = None, limit: int = 20
    ) -> list[CardSummary]:
        """Public, complete cards on a shelf, those whose latest version is newest first. With `q`, those that hold each
        of its (first ten) words in any form, the last one at least as a beginning; signs are no words."""

    async def most_discussed(self, since: datetime, shelf: Shelf = EVERYTHING, *, limit: int = 5) -> list[CardSummary]:
        """Of a shelf's cards made since then those whose threads have most comments, none without any."""

    async def count_cards(self, shelf: Shelf = EVERYTHING) -> int:
        """How many stand on it."""

    async def list_addresses(self, *, first: int, limit: int) -> list[CardAddress]:
        """All that are in lists, those that changed last at the end, from the one numbered `first` (from 0) on."""

    async def load_listed(self, card_ids: Sequence[CardId]) -> list[StoredCard]:
        """The latest versions of those that are in lists, in the order asked for."""

    async def related_cards(self, card_id: CardId, *, limit: int = 4) -> list[CardSummary]:
        """Public cards of other threads that are on the same subject as a series' latest version, likest first.

        Few or none rather than far-fetched ones. What it takes does not grow with the number of cards.
        """

    async def lookup_cards(self, prefix: str) -> list[KnownCard]:
        """Public cards whose address has a SHA-256 that begins so (in lower-case hexadecimal), one an address."""

    async def next_version(self, key: CardKey) -> tuple[CardId, int]:
        """The id and version the next card of a key will carry; a new random id where there is no series yet."""

    async def save_card(self, new: NewCard) -> StoredCard:
        """Append a version; the series is created when it is the first. Atomic: all of it or nothing.

        Where another version came first, this one takes the next number: what is returned counts, not what was handed
        in. A version may narrow its series' visibility and never widens it.

        With a job its row is told the card in the same transaction. Where an attempt of the job has saved its card
        before, that card is what comes back. Superseded where the job is finished or in another attempt's hands; a job
        without a row is in nobody's.
        """

    async def delete_card(self, card_id: CardId, at: datetime) -> bool:
        """Mark the series deleted; purge bodies, captures and texts used nowhere else. False when there is none.

        With a public series go all captures of its thread that no unfinished job needs: nothing is remade from them.
        """

    async def changes(self) -> int:
        """A count that moves with every change to what cards show, in the same transaction, whoever makes it."""

    async def join_job(self, job: Job) -> tuple[Job, bool]:
        """Create the job, or return the unfinished one of the same key: (job, whether it is new). Atomic.

        One that was parked within PARKED_FOR stands in the way like an unfinished one.
        """

    async def find_job(self, key: CardKey, at: datetime) -> Job | None:
        """The job that `join_job` would join at this instant; None where it would create one."""

    async def load_job(self, job_id: JobId) -> Job | None: ...

    async def save_job(self, job: Job) -> bool:
        """Replace the job's row. A finished job stays as it is, and False says so: a worker learns of a cancellation,
        and its heartbeat cannot undo one."""

    async def swap_job(self, seen: Job, changed: Job) -> bool:
        """Replace the job's row if state, attempt, holder and card are still those that were seen; False when they are
        not, or when an ended job is to come back and another of its key is unfinished. Atomic: of several who saw the
        same and change one of these, one succeeds."""

    async def beat_job(self, job_id: JobId, attempt: int, at: datetime, *, stage: Stage | None = None) -> bool:
        """A sign of life, and the stage where there is a new one; False when the attempt no longer has the job."""

    async def list_jobs(self, *, states: Sequence[JobState] = (), limit: int = 50) -> list[Job]:
        """Jobs in any of these states, or in any at all, the newest first."""

    async def move_job(self, job_id: JobId, key: CardKey) -> Job | None:
        """Give an unfinished job another key; the unfinished job that has that key already, and then nothing moves."""

    async def unfinished_jobs(self, *, silent_since: datetime | None = None) -> list[Job]:
        """Jobs not finished, oldest first; with `silent_since` only those with no sign of life after that instant."""

    async def save_capture(
        self, capture_id: str, capture: Capture, *, canonical_url: str, owner: str, received_at: datetime
    ) -> None: ...

    async def load_capture(self, capture_id: str) -> Capture | None: ...

    async def capture_owner(self, capture_id: str) -> str | None:
        """Whose it is: a key's id, or LOCAL_OWNER."""

    async def captures_of(self, canonical_url: str, *, limit: int = 8) -> list[StoredCapture]:
        """The latest capture of a thread by each person whose key stands, newest first."""

    async def save_alias(self, url: str, canonical_url: str, at: datetime) -> None:
        """Remember where an address was found to lead; what is found later counts."""

    async def find_alias(self, url: str) -> str | None:
        """The canonical URL an address was found to lead to."""

    async def save_key(self, key: AccessKey) -> None: ...

    async def load_key(self, key_id: str) -> AccessKey | None: ...

    async def list_keys(self) -> list[AccessKey]:
        """All keys, revoked ones too, oldest first."""

    async def revoke_key(self, key_id: str, at: datetime) -> bool:
        """From now on it opens nothing. False when there is none, or it was revoked before."""

    async def forget_old(self, *, captures_before: datetime | None, jobs_before: datetime | None) -> tuple[int, int]:
        """Delete captures received before that instant which no unfinished job needs, and jobs that ended before
        theirs; how many of each. None keeps them all."""

    async def close(self) -> None: ...


@runtime_checkable
class JobQueue(Protocol):
    """Hands job ids to workers. QueueUnavailable when it cannot."""

    async def enqueue(self, job: Job) -> None:
        """Give the job a place behind others of its priority, each payer having a fair share of the turns. One that
        waits keeps its place."""

    async def places(self) -> set[JobId]:
        """All that have a place."""

    async def cancel(self, job_id: JobId) -> None:
        """Take it off the queue, or stop the worker that has it."""

    async def ahead(self) -> int:
        """Jobs waiting that somebody waits for; refreshes and scheduled collecting come behind them."""

    async def depth(self) -> int:
        """Jobs waiting."""

    async def workers(self) -> int:
        """Workers that listen."""

    async def close(self) -> None: ...


@runtime_checkable
class Claims(Protocol):
    """Who works on a key: a lease that its holder renews. QueueUnavailable when it cannot tell."""

    async def take(self, key: CardKey, holder: str, *, instead_of: str | None = None) -> bool:
        """Have the key for CLAIM_S, where nobody has it, or only `instead_of` does. Looked at and taken at once."""

    async def renew(self, key: CardKey, holder: str) -> bool:
        """Have it for another CLAIM_S; False when somebody else has it by now."""

    async def release(self, key: CardKey, holder: str) -> None:
        """Let others have it; what somebody else has stays theirs."""

    async def close(self) -> None: ...


@runtime_checkable
class Progress(Protocol):
    """One ordered stream of events per job, kept for an hour past its end. QueueUnavailable when it cannot."""

    async def publish(self, job_id: JobId, attempt: int, event: Event) -> str:
        """Append; returns the event's id, "{attempt}-{number}"."""

    async def finish(self, job_id: JobId) -> None:
        """Nothing more will come: let the stream expire in an hour."""

    def follow(self, job_id: JobId, after: str = "0-0") -> AsyncIterator[NumberedEvent | None]:
        """Events after an id, then new ones as they come; None about every 10 s of silence, so that callers can check
        the job and keep connections alive. Ends after a `card` or `failed` event."""

    async def told(self, job_id: JobId, after: str = "0-0") -> list[NumberedEvent]:
        """The events after an id that are there now. Never waits."""

    async def has(self, job_id: JobId, event_id: str) -> bool:
        """Whether a stream still holds the event, so that a reader can resume behind it."""

    async def close(self) -> None: ...
