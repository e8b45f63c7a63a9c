"""A card says a thing once, though several writers wrote it side by side."""

import msgspec

from server.core.card import ClaimDraft, Draft
from server.core.numbers import numbers
from server.core.words import overlap, term_set

SAME = 0.7  # share of the shorter sentence's terms from which two sentences tell the same thing
ORDER = ("what_changed", "why_it_matters", "hook", "discussion", "takeaways", "technical", "timeline")
LISTS = ("takeaways", "technical", "discussion", "timeline")


def without_repetition(draft: Draft) -> Draft:
    """The draft without list items that an earlier sentence tells already; a new number makes a sentence new.

    What commenters say stays where they are heard, in the discussion. The headline repeats what changed by its nature,
    and a dispute's sides what the sections say, so neither counts.
    """
    said: list[ClaimDraft] = []
    kept: dict[str, tuple[object, ...]] = {}
    for field in ORDER:
        value = getattr(draft, field)
        if field not in LISTS:
            said += [value] if value else []
            continue
        new = []
        for item in value:
            claim = item if isinstance(item, ClaimDraft) else item.event
            if not any(_repeats(claim, other) for other in said):
                new.append(item)
                said.append(claim)
        kept[field] = tuple(new)
    return msgspec.structs.replace(draft, **kept)


def _repeats(claim: ClaimDraft, other: ClaimDraft) -> bool:
    return overlap(term_set(claim.text), term_set(other.text)) >= SAME and numbers(claim.text) <= numbers(other.text)
