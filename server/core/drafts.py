"""Walking over a draft's claims, wherever they stand in it."""

from collections.abc import Callable
from typing import Any

import msgspec

from server.core.card import ClaimDraft, DisputeDraft, Draft, EventDraft, ImplicationDraft

ChangeClaim = Callable[[str, ClaimDraft], ClaimDraft | None]


def map_claims(draft: Draft, change: ChangeClaim) -> Draft:
    """The draft with each claim replaced by `change(section, claim)`; the sections are named as its fields are.

    Where that is None the claim goes, and with it what is nothing without it: an event, an implication, a dispute that
    has fewer than two sides left.
    """
    return Draft(**{field: _map(field, getattr(draft, field), change) for field in Draft.__struct_fields__})


def list_drafted(draft: Draft) -> list[tuple[str, ClaimDraft]]:
    """Every claim with its section, in the order of the draft's fields."""
    found: list[tuple[str, ClaimDraft]] = []

    def note(section: str, claim: ClaimDraft) -> ClaimDraft:
        found.append((section, claim))
        return claim

    map_claims(draft, note)
    return found


def merge_drafts(below: Draft, above: Draft) -> Draft:
    """Both, the fields that `above` fills in place of those below."""
    filled = {field: value for field in Draft.__struct_fields__ if (value := getattr(above, field)) not in (None, ())}
    return msgspec.structs.replace(below, **filled)


def part_of(draft: Draft, *fields: str) -> Draft:
    """A draft of those fields alone."""
    return Draft(**{field: getattr(draft, field) for field in fields})


def _map(section: str, value: Any, change: ChangeClaim) -> Any:
    if isinstance(value, ClaimDraft):
        return change(section, value)
    if isinstance(value, tuple):
        return tuple(new for item in value if (new := _map(section, item, change)) is not None)
    if isinstance(value, ImplicationDraft):
        rationale = change(section, value.rationale)
        return ImplicationDraft(prediction=value.prediction, rationale=rationale) if rationale else None
    if isinstance(value, EventDraft):
        event = change(section, value.event)
        return EventDraft(date=value.date, event=event) if event else None
    if isinstance(value, DisputeDraft):
        sides = tuple(side for old in value.sides if (side := change(section, old)))
        note = change(section, value.note) if value.note else None
        return DisputeDraft(about=value.about, sides=sides, note=note) if len(sides) > 1 else None
    return value
