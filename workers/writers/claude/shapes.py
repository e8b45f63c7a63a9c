"""What the model answers, as structs; their JSON schemas are what it is asked for, in this order.

Everything here is a stranger's word. `proposing.py` turns it into drafts, item by item, so that one item of the wrong
shape costs itself alone.
"""

from typing import Any, Literal

import msgspec

from server.core.card import AUDIENCES, CATEGORIES

Category = Literal[CATEGORIES]  # type: ignore[valid-type] # one list, spelled in card.py
Audience = Literal[AUDIENCES]  # type: ignore[valid-type]


class Said(msgspec.Struct, frozen=True):
    """One sentence and the numbers of the passages that support it, best first."""

    text: str
    cites: tuple[int, ...] = ()


class Labelled(msgspec.Struct, frozen=True):
    """A technical sentence under its label."""

    label: str
    text: str
    cites: tuple[int, ...] = ()


class Foreseen(msgspec.Struct, frozen=True):
    """A prediction and the cited reason for it."""

    prediction: str
    rationale: Said


class Dated(msgspec.Struct, frozen=True):
    """An event and its date, as precise as its source."""

    date: str
    text: str
    cites: tuple[int, ...] = ()


class Contested(msgspec.Struct, frozen=True):
    """One thing told differently by two sources."""

    about: str
    one: Said
    other: Said


class ScoutAnswer(msgspec.Struct, frozen=True):
    """From the thread alone."""

    queries: tuple[str, ...]
    category: Category
    headline: Said
    hook: Said | None
    what_changed: Said
    why_it_matters: Said | None
    who_should_care: tuple[Audience, ...]
    discussion: tuple[Said, ...]


class LeadAnswer(msgspec.Struct, frozen=True):
    """The top of the card, with the web."""

    headline: Said
    hook: Said | None
    what_changed: Said
    why_it_matters: Said | None
    what_to_do_next: tuple[Said, ...]


class TakeawaysAnswer(msgspec.Struct, frozen=True):
    takeaways: tuple[Said, ...]


class TechnicalAnswer(msgspec.Struct, frozen=True):
    technical: tuple[Labelled, ...]


class OutlookAnswer(msgspec.Struct, frozen=True):
    implications: tuple[Foreseen, ...]


class TimelineAnswer(msgspec.Struct, frozen=True):
    timeline: tuple[Dated, ...]


class DisputesAnswer(msgspec.Struct, frozen=True):
    disputed: tuple[Contested, ...]


class RepairAnswer(msgspec.Struct, frozen=True):
    """One item a refused sentence, in their order."""

    repaired: tuple[Said | None, ...]


class Judged(msgspec.Struct, frozen=True):
    n: int
    verdict: Literal["yes", "partly", "no"]
    quote: str | None = None


class JudgeAnswer(msgspec.Struct, frozen=True):
    judged: tuple[Judged, ...]


ITEMS: dict[str, Any] = {
    "headline": Said,
    "hook": Said | None,
    "what_changed": Said,
    "why_it_matters": Said | None,
    "what_to_do_next": tuple[Said, ...],
    "who_should_care": tuple[Audience, ...],
    "discussion": tuple[Said, ...],
    "category": Category,
    "takeaways": tuple[Said, ...],
    "technical": tuple[Labelled, ...],
    "implications": tuple[Foreseen, ...],
    "timeline": tuple[Dated, ...],
    "disputed": tuple[Contested, ...],
}


def schema_of(answer: type[msgspec.Struct]) -> dict[str, Any]:
    """The JSON schema of an answer. Every member is required: an absent one would be a member the model forgot."""
    schema = msgspec.json.schema(answer)
    for definition in schema.get("$defs", {}).values():
        if "properties" in definition:
            definition["required"] = list(definition["properties"])
            for member in definition["properties"].values():
                member.pop("default", None)
    return schema
