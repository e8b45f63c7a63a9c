"""Walking over a draft's claims, wherever they stand in it."""

from collections.abc import Callable
from typing import Any

import msgspec

from server.core.card import ClaimDraft, Draft

ChangeClaim = Callable[[str, ClaimDraft], ClaimDraft]


def map_claims(draft: Draft, change: ChangeClaim) -> Draft:
    """The draft with each claim replaced by `change(section, claim)`; the sections are named as its fields are."""
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
        return tuple(_map(section, item, change) for item in value)
    if isinstance(value, msgspec.Struct):  # an implication, an event, a dispute
        changed = {name: _map(section, getattr(value, name), change) for name in value.__struct_fields__}
        return type(value)(**changed)
    return value
