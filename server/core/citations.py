"""The one gate between a draft and a card.

A draft points at runs of stored text. Here each run is looked up, the claim is judged by it, and what fails is
dropped, never softened: a card may be shorter than its draft, not surer. Nothing else may build a `Card`.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote as percent_encode

import msgspec

from server.core.card import (
    Card,
    CardId,
    CardSource,
    CardThread,
    Citation,
    Claim,
    ClaimDraft,
    Discussion,
    Dispute,
    DisputeDraft,
    Draft,
    EventDraft,
    Implication,
    ImplicationDraft,
    Insight,
    Provenance,
    Quote,
    Span,
    Support,
    TimelineEvent,
    Tldr,
    Unread,
    Verification,
)
from server.core.errors import ThreadTooThin
from server.core.freshness import fresh_until, freshness
from server.core.presentation import permalink
from server.core.source import Evidence, Source
from server.core.support import Reason, is_attributed, judge_support
from server.core.thread import Thread
from server.core.words import term_set

METHOD = (
    "Deterministic: each quotation is cut from its source's stored text, then numbers, names, negation, certainty and "
    "wording of the claim are held against it."
)
MAX_QUOTE = 700  # code points; a longer run proves nothing in particular
MAX_CITATIONS = 2


class CheckedClaim(msgspec.Struct, frozen=True, kw_only=True):
    """A claim that passed, with the runs of text that each support the whole of it."""

    draft: ClaimDraft
    spans: tuple[Span, ...]
    support: Support
    corroborated: bool


class Drop(msgspec.Struct, frozen=True):
    """A claim that did not pass, and why, in a word."""

    section: str
    text: str
    reason: Reason


class CheckedDraft(msgspec.Struct, frozen=True, kw_only=True):
    """The verified sections of a card, with what was dropped on the way."""

    headline: CheckedClaim | None
    hook: CheckedClaim | None
    category: str | None
    what_changed: CheckedClaim | None
    why_it_matters: CheckedClaim | None
    what_to_do_next: tuple[CheckedClaim, ...]
    who_should_care: tuple[str, ...]
    takeaways: tuple[CheckedClaim, ...]
    technical: tuple[CheckedClaim, ...]
    implications: tuple[tuple[str, CheckedClaim], ...]
    timeline: tuple[tuple[str, CheckedClaim], ...]
    discussion: tuple[CheckedClaim, ...]
    disputed: tuple[tuple[str, tuple[CheckedClaim, ...], CheckedClaim | None], ...]
    drops: tuple[Drop, ...]


def verify_draft(draft: Draft, evidence: Evidence) -> CheckedDraft:
    """Every section of a draft, each claim judged by its own quotations."""
    drops: list[Drop] = []

    def one(section: str, claim: ClaimDraft | None) -> CheckedClaim | None:
        return verify_claim(section, claim, evidence, drops) if claim else None

    def many(section: str, claims: Iterable[ClaimDraft]) -> tuple[CheckedClaim, ...]:
        return tuple(kept for claim in claims if (kept := one(section, claim)))

    def implication(item: ImplicationDraft) -> tuple[str, CheckedClaim] | None:
        rationale = one("implications", item.rationale)
        return (item.prediction, rationale) if rationale else None

    def event(item: EventDraft) -> tuple[str, CheckedClaim] | None:
        kept = one("timeline", item.event)
        return (item.date, kept) if kept else None

    def dispute(item: DisputeDraft) -> tuple[str, tuple[CheckedClaim, ...], CheckedClaim | None] | None:
        sides = many("disputed", item.sides)
        return (item.about, sides, one("disputed", item.note)) if len(sides) > 1 else None

    return CheckedDraft(
        headline=one("headline", draft.headline),
        hook=one("hook", draft.hook),
        category=draft.category,
        what_changed=one("what_changed", draft.what_changed),
        why_it_matters=one("why_it_matters", draft.why_it_matters),
        what_to_do_next=many("what_to_do_next", draft.what_to_do_next),
        who_should_care=draft.who_should_care,
        takeaways=many("takeaways", draft.takeaways),
        technical=many("technical", draft.technical),
        implications=_present(implication(item) for item in draft.implications),
        timeline=tuple(sorted(_present(event(item) for item in draft.timeline), key=lambda pair: pair[0])),
        discussion=many("discussion", draft.discussion),
        disputed=_present(dispute(item) for item in draft.disputed),
        drops=tuple(drops),
    )


T = TypeVar("T")


def _present(items: Iterable[T | None]) -> tuple[T, ...]:
    return tuple(item for item in items if item is not None)


def verify_claim(section: str, claim: ClaimDraft, evidence: Evidence, drops: list[Drop]) -> CheckedClaim | None:
    """The claim with the quotations that each support the whole of it, at most two; None, and a line in `drops`,
    when none does. A partial claim passes only in attributed words."""
    reason: Reason = "span"
    best: dict[Support, list[Span]] = {"supported": [], "partial": []}
    for span in claim.spans:
        quote = quoted(span, evidence)
        if quote is None:
            continue
        if claim.kind == "thread" and span.source != 1:
            reason = "kind"
            continue
        verdict = judge_support(claim.text, quote, surroundings(span, evidence))
        if verdict.support is None:
            reason = verdict.reason or reason
        else:
            best[verdict.support].append(span)
    support: Support = "supported" if best["supported"] else "partial"
    spans = tuple(best[support][:MAX_CITATIONS])
    if support == "partial" and spans and not (claim.label or is_attributed(claim.text)):
        reason, spans = "unattributed", ()
    if not spans:
        drops.append(Drop(section, claim.text, reason))
        return None
    kind = claim.kind
    if kind == "web" and all(span.source == 1 for span in spans):
        kind = "thread"
    kept = msgspec.structs.replace(claim, kind=kind)
    return CheckedClaim(draft=kept, spans=spans, support=support, corroborated=are_independent(spans, evidence))


def quoted(span: Span, evidence: Evidence) -> str | None:
    """The run of stored text a span names; None when there is no such run, or it is too long to prove anything."""
    if not 1 <= span.source <= len(evidence.sources):
        return None
    text = evidence.source(span.source).document.text
    if not 0 <= span.start < span.end <= len(text) or span.end - span.start > MAX_QUOTE:
        return None
    return text[span.start : span.end]


def surroundings(span: Span, evidence: Evidence) -> str:
    """What stands around a quotation and may lend it names: title, site, author, date, heading, speaker, neighbours."""
    source = evidence.source(span.source)
    document = source.document
    touched = [s.index for s in source.sentences if s.start < span.end and s.end > span.start]
    first, last = (touched[0], touched[-1]) if touched else (0, -1)
    near = source.sentences[max(0, first - 1) : last + 2]
    known = [document.title, document.site, document.author, document.published_at]
    known += [part for sentence in near for part in (sentence.heading, sentence.by, sentence.text)]
    return " ".join(part for part in known if part)


def are_independent(spans: tuple[Span, ...], evidence: Evidence) -> bool:
    """Two origins: different sites, neither naming the other or a common third as where it has it from, and not copies.

    Ten reports of one announcement are one origin, so a quotation that attributes ("X said") never corroborates.
    """
    if len(spans) < 2:
        return False
    one, two = (evidence.source(span.source).document for span in spans[:2])
    texts = [quoted(span, evidence) or "" for span in spans[:2]]
    if one.site == two.site or any(is_attributed(text) for text in texts):
        return False
    first, second = (term_set(text) for text in texts)
    if len(first & second) / max(1, len(first | second)) > 0.8:
        return False
    return one.site.lower() not in two.text.lower() and two.site.lower() not in one.text.lower()


# ---- assembling ------------------------------------------------------------------------------------


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
    status: str = "complete"


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
        visibility="public",
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
        verification=_tally(claims, checked.drops),
        provenance=facts.provenance,
        generated_at=facts.generated_at,
        collected_after_s=(capture.captured_at - posted).total_seconds() if posted else None,
        fresh_until=until,
        freshness=freshness(capture.captured_at, until, facts.generated_at),
        changes=(),
        related=(),
    )


def list_checked(checked: CheckedDraft) -> list[CheckedClaim]:
    """Every claim that passed, in reading order."""
    single = (checked.headline, checked.hook, checked.what_changed, checked.why_it_matters)
    return [
        *_present(single),
        *checked.what_to_do_next,
        *checked.takeaways,
        *checked.technical,
        *checked.discussion,
        *(claim for _, sides, note in checked.disputed for claim in _present((*sides, note))),
        *(claim for _, claim in checked.implications),
        *(claim for _, claim in checked.timeline),
    ]


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


def _tally(claims: list[CheckedClaim], drops: tuple[Drop, ...]) -> Verification:
    return Verification(
        claims=len(claims) + len(drops),
        supported=sum(claim.support == "supported" for claim in claims),
        partial=sum(claim.support == "partial" for claim in claims),
        dropped=len(drops),
        corroborated=sum(claim.corroborated for claim in claims),
        method=METHOD,
    )


def _letters(number: int) -> str:
    """a … z, aa, ab …"""
    head, tail = divmod(number, 26)
    return (_letters(head - 1) if head else "") + "abcdefghijklmnopqrstuvwxyz"[tail]


def text_fragment_url(url: str, text: str) -> str:
    """The address of a passage (WICG Scroll to Text Fragment); long passages by their first and last words."""

    def encoded(words: list[str]) -> str:
        return percent_encode(" ".join(words), safe="").replace("-", "%2D")

    first_line, *_ = text.strip().split("\n", 1)
    words = first_line.split()
    if len(words) <= 10:
        return f"{url}#:~:text={encoded(words)}" if "#" not in url else f"{url}:~:text={encoded(words)}"
    mark = ":~:text=" if "#" in url else "#:~:text="
    return f"{url}{mark}{encoded(words[:6])},{encoded(words[-5:])}"
