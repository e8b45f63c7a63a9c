"""What a second opinion may change: it lowers support, and raises it only by a quotation that really stands there.

A model is asked whether quotations back their claims. Its word alone adds nothing to a card: "no" drops the claim,
"partly" makes it partial, and a partial claim becomes a supported one only when the words that the model points at are
found in the cited source by code.
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec

from server.core.card import Span
from server.core.citations import CheckedClaim, CheckedDraft, Drop, list_checked, quoted
from server.core.locating import Locator
from server.core.source import Evidence
from server.core.support import is_attributed


class Ruling(msgspec.Struct, frozen=True):
    """What the model says of one claim; `quote` are words that it says stand in the source."""

    verdict: Literal["yes", "partly", "no"]
    quote: str | None = None


def apply_rulings(checked: CheckedDraft, rulings: Mapping[int, Ruling], evidence: Evidence) -> CheckedDraft:
    """The draft after the rulings, numbered from 1 as `list_checked` lists the claims; claims without one stay.

    What is dropped goes with the event or implication that it was; a dispute goes with its second-last side.
    """
    ruled = {id(claim): rulings.get(n) for n, claim in enumerate(list_checked(checked), start=1)}
    drops: list[Drop] = []

    def rule(section: str, claim: CheckedClaim) -> CheckedClaim | None:
        ruling = ruled.get(id(claim))
        kept = _ruled(claim, ruling, evidence) if ruling else claim
        if kept is None:
            drops.append(Drop(section, claim.draft.text, "judge"))
        return kept

    fields = {name: _map(name, getattr(checked, name), rule) for name in CheckedDraft.__struct_fields__}
    after = CheckedDraft(**fields)
    if after.what_changed is None and after.takeaways:  # the card opens with its best fact, and says it once
        after = msgspec.structs.replace(after, what_changed=after.takeaways[0], takeaways=after.takeaways[1:])
    if len(after.timeline) == 1:  # one date makes no line
        drops.append(Drop("timeline", after.timeline[0][1].draft.text, "alone"))
        after = msgspec.structs.replace(after, timeline=())
    return msgspec.structs.replace(after, drops=(*checked.drops, *drops))


def _ruled(claim: CheckedClaim, ruling: Ruling, evidence: Evidence) -> CheckedClaim | None:
    if ruling.verdict == "no":
        return None
    if ruling.verdict == "partly":
        lowered = msgspec.structs.replace(claim, support="partial", corroborated=False)
        attributed = claim.draft.label or is_attributed(claim.draft.text) or claim.draft.kind == "interpretation"
        return lowered if attributed else None
    if claim.support == "partial" and (span := _pointed_at(claim, ruling, evidence)):
        return msgspec.structs.replace(claim, support="supported", spans=(*claim.spans[:1], span))
    return claim


def _pointed_at(claim: CheckedClaim, ruling: Ruling, evidence: Evidence) -> Span | None:
    """Where the words the model points at stand in the source that the claim cites, letter for letter."""
    first = claim.spans[0]
    place = Locator(evidence.source(first.source).document.text).locate(ruling.quote) if ruling.quote else None
    if place is None or not place.exact:
        return None
    span = Span(first.source, place.start, place.end)
    return span if quoted(span, evidence) is not None and span != first else None


def _map(section: str, value: Any, change: Callable[[str, CheckedClaim], CheckedClaim | None]) -> Any:
    if isinstance(value, CheckedClaim):
        return change(section, value)
    if section == "disputed":
        return tuple(kept for dispute in value if (kept := _dispute(dispute, change)) is not None)
    if section in ("implications", "timeline"):
        return tuple((head, kept) for head, claim in value if (kept := change(section, claim)) is not None)
    if isinstance(value, tuple) and value and isinstance(value[0], CheckedClaim):
        return tuple(kept for claim in value if (kept := change(section, claim)) is not None)
    return value


def _dispute(dispute: Any, change: Callable[[str, CheckedClaim], CheckedClaim | None]) -> Any:
    about, sides, note = dispute
    kept = tuple(side for claim in sides if (side := change("disputed", claim)) is not None)
    return (about, kept, change("disputed", note) if note else None) if len(kept) > 1 else None
