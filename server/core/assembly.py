"""Verified claims become a card: sources numbered, quotes cut and addressed, the tally made.

Nothing else makes a `Card`.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote as percent_encode

import msgspec

from server.core.card import (
    Card,
    CardId,
    CardSource,
    CardThread,
    Citation,
    Claim,
    Discussion,
    Dispute,
    Implication,
    Insight,
    Provenance,
    Quote,
    Span,
    TimelineEvent,
    Tldr,
    Unread,
    Verification,
    Visibility,
)
from server.core.citations import CheckedClaim, CheckedDraft, Drop, list_checked
from server.core.errors import ThreadTooThin
from server.core.freshness import fresh_until, freshness
from server.core.presentation import permalink
from server.core.source import Evidence, Source
from server.core.thread import Thread

METHOD = (
    "Deterministic: each quotation is cut from its source's stored text, then numbers, names, negation, certainty and "
    "wording of the claim are held against it."
)


class CardFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a card says besides its claims."""

    id: CardId
    version: int
    address: str
    thread: Thread
    lang: str
    unread: tuple[Unread, ...]
    provenance: Provenance
    generated_at: datetime
    without_web: str | None = None
    notes: tuple[str, ...] = ()  # what its writer tells the reader
    status: str = "complete"
    visibility: Visibility = "public"


class _Quotes:
    """Numbers the sources that are cited, and their quotes, in the order of the evidence."""

    def __init__(self, evidence: Evidence, claims: Iterable[CheckedClaim]) -> None:
        self.evidence = evidence
        cited = {span for claim in claims for span in claim.spans}
        used = {span.source for span in cited} | {1}
        self.numbers = {old: new for new, old in enumerate(sorted(used), start=1)}
        self.ids: dict[Span, str] = {}
        counts: Counter[int] = Counter()
        for span in sorted(cited, key=lambda span: (span.source, span.start, span.end)):
            self.ids[span] = _letters(counts[span.source])
            counts[span.source] += 1

    def claim(self, checked: CheckedClaim) -> Claim:
        return Claim(
            label=checked.draft.label,
            text=checked.draft.text,
            kind=checked.draft.kind,
            citations=tuple(Citation(source=self.numbers[s.source], quote=self.ids[s]) for s in checked.spans),
            support=checked.support,
            corroborated=checked.corroborated,
        )

    def sources(self) -> tuple[CardSource, ...]:
        return tuple(self.source(self.evidence.source(old), new) for old, new in sorted(self.numbers.items()))

    def source(self, source: Source, number: int) -> CardSource:
        document = source.document
        spans = sorted((s for s in self.ids if s.source == source.n), key=lambda s: self.ids[s])
        return CardSource(
            n=number,
            url=document.url,
            title=document.title or None,
            site=document.site or None,
            author=document.author,
            published_at=document.published_at,
            retrieved_at=document.retrieved_at,
            sha256=document.sha256,
            kind=document.kind,
            language=document.language,
            quotes=tuple(self.quote(source, span) for span in sorted(spans, key=lambda s: s.start)),
        )

    def quote(self, source: Source, span: Span) -> Quote:
        text = source.document.text[span.start : span.end]
        speaker = next((s for s in source.sentences if s.start <= span.start < s.end), None)
        own = speaker.url if speaker else None
        return Quote(
            id=self.ids[span],
            text=text,
            start=span.start,
            end=span.end,
            url=own or text_fragment_url(source.document.url, text),
            by=speaker.by if speaker else None,
        )


def assemble_card(checked: CheckedDraft, evidence: Evidence, facts: CardFacts) -> Card:
    """The card of a verified draft; ThreadTooThin when not even a headline and one sentence survived."""
    if checked.headline is None or checked.what_changed is None:
        raise ThreadTooThin(
            "Neither the thread nor the web says anything that can be quoted. Try again when people have answered."
        )
    claims = list_checked(checked)
    quotes = _Quotes(evidence, claims)
    capture = facts.thread.capture
    until = fresh_until(facts.thread.posted_at, capture.captured_at)
    posted = facts.thread.posted_at
    return Card(
        id=facts.id,
        permalink=permalink(facts.address, facts.id, checked.headline.draft.text),
        version=facts.version,
        status="partial" if facts.status == "partial" else "complete",
        visibility=facts.visibility,
        lang=facts.lang,
        thread=_card_thread(facts.thread),
        capture=capture,
        headline=quotes.claim(checked.headline),
        hook=quotes.claim(checked.hook) if checked.hook else None,
        category=checked.category,
        tldr=_tldr(checked, quotes),
        insight=_insight(checked, quotes),
        discussion=Discussion(points=tuple(map(quotes.claim, checked.discussion))) if checked.discussion else None,
        disputed=tuple(
            Dispute(about=about, sides=tuple(map(quotes.claim, sides)), note=quotes.claim(note) if note else None)
            for about, sides, note in checked.disputed
        ),
        sources=quotes.sources(),
        unread=facts.unread,
        verification=_tally(claims, checked.drops, facts),
        provenance=facts.provenance,
        generated_at=facts.generated_at,
        collected_after_s=max(0.0, (capture.captured_at - posted).total_seconds()) if posted else None,
        fresh_until=until,
        freshness=freshness(capture.captured_at, until, facts.generated_at),
        changes=(),
        related=(),
    )


def _tldr(checked: CheckedDraft, quotes: _Quotes) -> Tldr:
    assert checked.what_changed is not None
    return Tldr(
        what_changed=quotes.claim(checked.what_changed),
        why_it_matters=quotes.claim(checked.why_it_matters) if checked.why_it_matters else None,
        what_to_do_next=tuple(map(quotes.claim, checked.what_to_do_next)),
        who_should_care=checked.who_should_care,
    )


def _insight(checked: CheckedDraft, quotes: _Quotes) -> Insight | None:
    if not (checked.takeaways or checked.technical or checked.implications or checked.timeline):
        return None
    return Insight(
        takeaways=tuple(map(quotes.claim, checked.takeaways)),
        technical=tuple(map(quotes.claim, checked.technical)),
        implications=tuple(Implication(prediction=p, rationale=quotes.claim(c)) for p, c in checked.implications),
        timeline=tuple(TimelineEvent(date=date, event=quotes.claim(claim)) for date, claim in checked.timeline),
    )


def _card_thread(thread: Thread) -> CardThread:
    names = {field.name for field in msgspec.structs.fields(CardThread)}
    return CardThread(**{name: getattr(thread, name) for name in names})


def _tally(claims: list[CheckedClaim], drops: tuple[Drop, ...], facts: CardFacts) -> Verification:
    without_web = [f"Written without the web: {facts.without_web}"] if facts.without_web else []
    return Verification(
        claims=len(claims) + len(drops),
        supported=sum(claim.support == "supported" for claim in claims),
        partial=sum(claim.support == "partial" for claim in claims),
        dropped=len(drops),
        corroborated=sum(claim.corroborated for claim in claims),
        method=" ".join([METHOD, *without_web, *facts.notes]),
    )


def _letters(number: int) -> str:
    """a … z, aa, ab …"""
    head, tail = divmod(number, 26)
    return (_letters(head - 1) if head else "") + "abcdefghijklmnopqrstuvwxyz"[tail]


def text_fragment_url(url: str, text: str) -> str:
    """The address of a passage (WICG Scroll to Text Fragment); long passages by their first and last words."""

    def encoded(words: list[str]) -> str:
        return percent_encode(" ".join(words), safe="").replace("-", "%2D")

    base = url.partition(":~:")[0].rstrip("#")  # one directive an address; ours takes the place of another's
    mark = ":~:text=" if "#" in base else "#:~:text="
    words = text.strip().split("\n", 1)[0].split()
    if len(words) <= 10:
        return f"{base}{mark}{encoded(words)}"
    return f"{base}{mark}{encoded(words[:6])},{encoded(words[-5:])}"
