"""The one gate between a draft and a card.

A draft points at runs of stored text. Here each run is looked up, the claim is judged by it, and what fails is
dropped, never softened: a card may be shorter than its draft, not surer.
`assembly.py` takes only what was checked here.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeVar

import msgspec

from server.core.card import (
    ClaimDraft,
    DisputeDraft,
    Draft,
    EventDraft,
    ImplicationDraft,
    Span,
    Support,
)
from server.core.dating import is_dated
from server.core.independence import are_independent
from server.core.source import Evidence
from server.core.support import (
    Reason,
    Verdict,
    is_attributed,
    judge_interpretation,
    judge_support,
    judge_translation,
)
from server.core.words import names

MAX_QUOTE = 700  # code points; a longer run proves nothing in particular
MAX_CITATIONS = 2
READ_FOR_NAMES = 200_000  # code points of a source in which names are looked for
MOST_NAMES = 12  # that a source lends a quotation


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

    def cited_sources(self) -> set[int]:
        """Numbers of the sources that some claim cites."""
        return {span.source for claim in list_checked(self) for span in claim.spans}


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
        if kept is None or any(_is_dated(item.date, span, evidence) for span in kept.spans):
            return (item.date, kept) if kept else None
        drops.append(Drop("timeline", item.event.text, "number"))
        return None

    def dispute(item: DisputeDraft) -> tuple[str, tuple[CheckedClaim, ...], CheckedClaim | None] | None:
        sides = many("disputed", item.sides)
        if len(sides) > 1:
            return item.about, sides, one("disputed", item.note)
        drops.extend(Drop("disputed", side.draft.text, "alone") for side in sides)
        return None

    takeaways = many("takeaways", draft.takeaways)
    timeline = tuple(sorted(_present(event(item) for item in draft.timeline), key=lambda pair: pair[0]))
    if len(timeline) == 1:  # one date makes no line
        drops.append(Drop("timeline", timeline[0][1].draft.text, "alone"))
        timeline = ()
    what_changed = one("what_changed", draft.what_changed)
    if what_changed is None and takeaways:  # the card opens with its best fact, and says it once
        what_changed, *rest = takeaways
        takeaways = tuple(rest)
    headline = one("headline", draft.headline) or one("headline", _thread_title(evidence)) or what_changed
    return CheckedDraft(
        headline=headline,
        hook=one("hook", draft.hook),
        category=draft.category,
        what_changed=what_changed,
        why_it_matters=one("why_it_matters", draft.why_it_matters),
        what_to_do_next=many("what_to_do_next", draft.what_to_do_next),
        who_should_care=draft.who_should_care,
        takeaways=takeaways,
        technical=many("technical", draft.technical),
        implications=_present(implication(item) for item in draft.implications),
        timeline=timeline,
        discussion=many("discussion", draft.discussion),
        disputed=_present(dispute(item) for item in draft.disputed),
        drops=tuple(drops),
    )


def _is_dated(day: str, span: Span, evidence: Evidence) -> bool:
    published_at = evidence.source(span.source).document.published_at
    return is_dated(day, quoted(span, evidence) or "", surroundings(span, evidence), published_at)


def _thread_title(evidence: Evidence) -> ClaimDraft | None:
    """The thread's title word for word."""
    first = next(iter(evidence.source(1).sentences), None)
    if first is None:
        return None
    return ClaimDraft(text=first.text, kind="thread", spans=(Span(1, first.start, first.end),))


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
        verdict = _judge_of(claim)(claim.text, quote, surroundings(span, evidence))
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


def _judge_of(claim: ClaimDraft) -> Callable[[str, str, str], Verdict]:
    if claim.translated:
        return judge_translation
    return judge_interpretation if claim.kind == "interpretation" else judge_support


def quoted(span: Span, evidence: Evidence) -> str | None:
    """The run of stored text a span names; None when there is no such run, when it is too long to prove anything, when
    it runs from one speaker's words into another's, and when orders to machines are in it."""
    if not 1 <= span.source <= len(evidence.sources):
        return None
    source = evidence.source(span.source)
    text = source.document.text
    if not 0 <= span.start < span.end <= len(text) or span.end - span.start > MAX_QUOTE:
        return None
    if len({(s.by, s.url) for s in source.sentences if s.start < span.end and s.end > span.start}) > 1:
        return None
    if any(b.kind == "order" and b.start < span.end and b.end > span.start for b in source.document.blocks):
        return None
    return text[span.start : span.end]


def surroundings(span: Span, evidence: Evidence) -> str:
    """What stands around a quotation and may lend it names: title, site, author, date, heading, speaker, neighbours."""
    source = evidence.source(span.source)
    document = source.document
    touched = [s.index for s in source.sentences if s.start < span.end and s.end > span.start]
    first, last = (touched[0], touched[-1]) if touched else (0, -1)
    near = source.sentences[max(0, first - 1) : last + 2]
    known = [document.title, document.site, document.author, document.published_at, _address_words(document.url)]
    known += [part for sentence in near for part in (sentence.heading, sentence.by, sentence.text)]
    known += _full_names(document.text[span.start : span.end], document.text)
    return ". ".join(part for part in known if part)


def _full_names(quote: str, text: str) -> list[str]:
    """How the page calls in full whom the quotation calls by one name: "Ines Okerveld" for "Okerveld"."""
    full = _names_by_part(text)
    said = [part for name in names(f"The {quote}") for part in name.split()]
    return list(dict.fromkeys(name for part in said for name in full.get(part, ())))[:MOST_NAMES]


@lru_cache(maxsize=32)
def _names_by_part(text: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name in dict.fromkeys(names(text[:READ_FOR_NAMES])):
        parts = name.split()
        if 1 < len(parts) < 5:
            for part in parts:
                found[part] = (*found.get(part, ()), name)
    return found


def _address_words(url: str) -> str:
    """The host and the file an address names: "README.md" and "docs.example" are names people give a source."""
    host, _, path = url.partition("://")[2].partition("/")
    return f"{host} {re.split(r'[?#]', path)[0].rpartition('/')[2]}"


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
