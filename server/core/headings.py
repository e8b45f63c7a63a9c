"""The short texts of a card that cite nothing: a claim's label, a prediction, what a dispute is about.

They say little by themselves, and a model that obeys a page could say anything in them. So they are held against all of
the evidence: whom and what they name has to be there, and most of their words.
"""

from collections.abc import Callable

import msgspec

from server.core.card import ClaimDraft, DisputeDraft, Draft, EventDraft, ImplicationDraft
from server.core.numbers import numbers
from server.core.passages import PassageFinder
from server.core.support import Reason
from server.core.words import names, term_set

# Of four predictions that an editor wrote, each had at least 0.6 of its words in the evidence; of the subjects of four
# disputes, each had all.
PREDICTION_SHARE = 0.6
SUBJECT_SHARE = 0.75

# Words that name a side of a matter without being in the matter's own text.
LABELS = term_set(
    """
    abuse access accuracy adoption alternative api approach architecture assumption attack attribution
    authentication authorization availability background backup bandwidth baseline behavior benchmark bias
    bottleneck budget bug bypass cache caching camouflage capacity cause caveat check client code compatibility
    complexity compression concurrency configuration consequence consistency constraint context control correctness
    cost countermeasure coverage data dataset deadline default defense definition dependency deployment design
    detail detection device distribution documentation durability effect efficiency encryption energy environment
    error estimate evaluation evasion evidence example exception exploit exposure failure fallback feature figure
    fix format framework frequency funding governance guarantee handling hardware history identity impact
    implementation index indexing inference infrastructure input installation integration integrity interface
    isolation latency law layout license licensing limit limitation load location logging maintenance measurement
    mechanism memory method methodology metric migration mitigation model monitoring motive naming network number
    objection observability operation optimization origin output overhead parameter performance permission
    persistence platform policy precision prerequisite price pricing privacy procedure process protection protocol
    provenance purpose quality query range reason recommendation recovery redundancy regulation release reliability
    replication requirement resilience resource response restriction result review risk rollout safety sample
    sampling scale scaling schedule scheduling schema scope security selection server service setting setup severity
    signal size software source specification speed stability standard statistics status storage strategy structure
    support surface synchronization target technique terms test testing threat threshold throughput timeline timing
    tool tooling tracking trade training trigger trust update upgrade usage validation variant vendor
    verification version volume vulnerability weakness workaround
    """
)
_HEDGES = term_set(
    "likely unlikely probably possibly perhaps eventually soon later further remain continue expect become"
)

Refuse = Callable[[str, ClaimDraft, Reason], None]


def vet_headings(draft: Draft, finder: PassageFinder, refuse: Refuse) -> Draft:
    """The draft without the labels, predictions and disputes that the evidence does not know of.

    A claim loses its label only; `refuse` hears of what is dropped. Beside translated claims none stands: its words can
    be compared with nothing, and the judge of translations was asked about the claim alone.
    """

    def labelled(claim: ClaimDraft) -> ClaimDraft:
        doubtful = claim.label and (claim.translated or doubt(claim.label, finder, 1.0, known=LABELS))
        return msgspec.structs.replace(claim, label=None) if doubtful else claim

    def foreseen(item: ImplicationDraft) -> bool:
        reason = "coverage" if item.rationale.translated else doubt(item.prediction, finder, PREDICTION_SHARE)
        if reason:
            refuse("implications", msgspec.structs.replace(item.rationale, text=item.prediction), reason)
        return reason is None

    def contested(item: DisputeDraft) -> bool:
        is_translated = any(side.translated for side in item.sides)
        reason = "coverage" if is_translated else doubt(item.about, finder, SUBJECT_SHARE)
        if reason:
            refuse("disputed", msgspec.structs.replace(item.sides[0], text=item.about), reason)
        return reason is None

    return msgspec.structs.replace(
        draft,
        takeaways=tuple(map(labelled, draft.takeaways)),
        technical=tuple(map(labelled, draft.technical)),
        discussion=tuple(map(labelled, draft.discussion)),
        timeline=tuple(EventDraft(date=item.date, event=labelled(item.event)) for item in draft.timeline),
        implications=tuple(item for item in draft.implications if foreseen(item)),
        disputed=tuple(item for item in draft.disputed if contested(item)),
    )


def doubt(text: str, finder: PassageFinder, share: float, *, known: frozenset[str] = frozenset()) -> Reason | None:
    """Why a text may not stand, if so: it says what only an order says, names what no source does, or has less than
    this share of its words from them."""
    said = term_set(text.replace("-", " ")) - _HEDGES
    if said & finder.spoiled:
        return "instruction"
    if numbers(text) - finder.figures:
        return "number"
    unknown = said - finder.vocabulary - known
    if unknown & {term for name in names(text) for term in term_set(name)}:
        return "name"
    return "coverage" if not said or len(unknown) > (1 - share) * len(said) else None
