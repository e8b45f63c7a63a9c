"""The card as the API promises it, and the draft that may become one.

A draft is what a writer proposes and is not trusted. Cards and verified sections are born in
`citations.py` alone; a store may bring back what was born there.
"""

from datetime import datetime
from typing import Any, Literal, NewType

import msgspec

from server.core.thread import CaptureReceipt

CardId = NewType("CardId", str)
ClaimKind = Literal["thread", "web", "interpretation"]
Support = Literal["supported", "partial"]
Freshness = Literal["fresh", "aging", "stale"]
Visibility = Literal["public", "unlisted", "private"]

CATEGORIES = (
    "Industry", "Research", "Release", "Policy", "Security", "Tutorial", "Discussion", "Incident", "Culture", "Other",
)  # fmt: skip
AUDIENCES = (
    "Developers", "Researchers & Academics", "Founders & Product", "Investors", "Policy & Legal", "Security Teams",
    "Creators", "Everyone",
)  # fmt: skip


# ---- what a writer proposes -------------------------------------------------------------------


class Span(msgspec.Struct, frozen=True):
    """A run of a source's stored text that a draft points at."""

    source: int
    start: int
    end: int


class ClaimDraft(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence proposed for the card, and the passages said to support it."""

    text: str
    kind: ClaimKind
    spans: tuple[Span, ...] = ()
    label: str | None = None
    translated: bool = False  # in another language than its passages, and a judge found that it says what they say


class ImplicationDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A prediction and the cited rationale under it."""

    prediction: str
    rationale: ClaimDraft


class EventDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A dated event; `date` is as precise as its source: YYYY, YYYY-MM or YYYY-MM-DD."""

    date: str
    event: ClaimDraft


class DisputeDraft(msgspec.Struct, frozen=True, kw_only=True):
    """One thing told differently by two or more sources."""

    about: str
    sides: tuple[ClaimDraft, ...]
    note: ClaimDraft | None = None


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A card as proposed, or any part of one. A whole card has a headline and what changed; the rest may be absent."""

    headline: ClaimDraft | None = None
    what_changed: ClaimDraft | None = None
    hook: ClaimDraft | None = None
    category: str | None = None
    why_it_matters: ClaimDraft | None = None
    what_to_do_next: tuple[ClaimDraft, ...] = ()
    who_should_care: tuple[str, ...] = ()
    takeaways: tuple[ClaimDraft, ...] = ()
    technical: tuple[ClaimDraft, ...] = ()
    implications: tuple[ImplicationDraft, ...] = ()
    timeline: tuple[EventDraft, ...] = ()
    discussion: tuple[ClaimDraft, ...] = ()
    disputed: tuple[DisputeDraft, ...] = ()


# ---- the card ---------------------------------------------------------------------------------


class Citation(msgspec.Struct, frozen=True, kw_only=True):
    """Points at one quote of one numbered source."""

    source: int
    quote: str


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """One verified sentence."""

    label: str | None
    text: str
    kind: ClaimKind
    citations: tuple[Citation, ...]
    support: Support
    corroborated: bool


class Tldr(msgspec.Struct, frozen=True, kw_only=True):
    what_changed: Claim
    why_it_matters: Claim | None
    what_to_do_next: tuple[Claim, ...]
    who_should_care: tuple[str, ...]


class Implication(msgspec.Struct, frozen=True, kw_only=True):
    prediction: str
    rationale: Claim


class TimelineEvent(msgspec.Struct, frozen=True, kw_only=True):
    date: str
    event: Claim


class Insight(msgspec.Struct, frozen=True, kw_only=True):
    takeaways: tuple[Claim, ...]
    technical: tuple[Claim, ...]
    implications: tuple[Implication, ...]
    timeline: tuple[TimelineEvent, ...]


class Discussion(msgspec.Struct, frozen=True, kw_only=True):
    points: tuple[Claim, ...]


class Dispute(msgspec.Struct, frozen=True, kw_only=True):
    about: str
    sides: tuple[Claim, ...]
    note: Claim | None


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """`text == stored_text[start:end]` in code points; `url` opens the page at the passage."""

    id: str
    text: str
    start: int
    end: int
    url: str
    by: str | None


class CardSource(msgspec.Struct, frozen=True, kw_only=True):
    n: int
    url: str
    title: str | None
    site: str | None
    author: str | None
    published_at: str | None
    retrieved_at: datetime
    sha256: str
    kind: Literal["article", "thread", "pdf"]
    language: str | None = None  # as the page tells it, or its words; the first cards did not keep it
    quotes: tuple[Quote, ...]


class Unread(msgspec.Struct, frozen=True, kw_only=True):
    """Found but never counted as a source; `reason` is for people."""

    url: str
    title: str | None
    reason: str


class CardThread(msgspec.Struct, frozen=True, kw_only=True):
    url: str
    site: str
    community: str | None
    title: str
    author: str | None
    posted_at: datetime | None
    score: int | None
    comment_count: int | None
    language: str | None
    links: tuple[str, ...]


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """Claims proposed that survived, by support, and those that did not."""

    claims: int
    supported: int
    partial: int
    dropped: int
    corroborated: int
    method: str


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    writer: Literal["claude", "extractive", "mixed"]
    model: str | None
    prompts: str | None
    tokens: dict[str, int] | None
    cost_usd: float | None
    made_in_s: float | None
    stages: dict[str, float]


class Related(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    headline: str
    permalink: str


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """One immutable version, with the series' present visibility, freshness and relations filled in when served."""

    schema: int = 1
    id: CardId
    permalink: str
    version: int
    status: Literal["partial", "complete"]
    visibility: Visibility
    lang: str
    thread: CardThread
    capture: CaptureReceipt
    headline: Claim
    hook: Claim | None
    category: str | None
    tldr: Tldr
    insight: Insight | None
    discussion: Discussion | None
    disputed: tuple[Dispute, ...]
    sources: tuple[CardSource, ...]
    unread: tuple[Unread, ...]
    verification: Verification
    provenance: Provenance
    generated_at: datetime
    collected_after_s: float | None
    fresh_until: datetime
    freshness: Freshness
    changes: tuple[dict[str, Any], ...]
    related: tuple[Related, ...]


def list_claims(card: Card) -> list[tuple[str, Claim]]:
    """Every claim of a card in reading order, with the name of its section."""
    insight = card.insight or Insight(takeaways=(), technical=(), implications=(), timeline=())
    named: list[tuple[str, Claim | None]] = [
        ("headline", card.headline),
        ("hook", card.hook),
        ("what_changed", card.tldr.what_changed),
        ("why_it_matters", card.tldr.why_it_matters),
        *(("what_to_do_next", claim) for claim in card.tldr.what_to_do_next),
        *(("takeaways", claim) for claim in insight.takeaways),
        *(("technical", claim) for claim in insight.technical),
        *(("discussion", claim) for claim in (card.discussion.points if card.discussion else ())),
        *(("disputed", side) for dispute in card.disputed for side in (*dispute.sides, dispute.note)),
        *(("implications", implication.rationale) for implication in insight.implications),
        *(("timeline", entry.event) for entry in insight.timeline),
    ]
    return [(section, claim) for section, claim in named if claim is not None]
