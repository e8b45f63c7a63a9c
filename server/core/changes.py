"""What a card says that the version before it did not, and the other way round."""

from typing import Any

from server.core.card import Card, list_claims
from server.core.words import fold

MOST_TOLD = 12  # sentences or sources of each kind
MOST_KEPT = 30  # earlier versions' changes that a card still tells


def tell_changes(earlier: Card, later: Card) -> tuple[dict[str, Any], ...]:
    """`Card.changes` of a version that follows another: each version's in a sentence, this one's in full.

    Sentences that differ in nothing but typography and case are the same.
    """
    before, now = _sentences(earlier), _sentences(later)
    told: dict[str, Any] = {
        "version": later.version,
        "summary": "",
        "added": [text for key, text in now.items() if key not in before][:MOST_TOLD],
        "dropped": [text for key, text in before.items() if key not in now][:MOST_TOLD],
        "sources_added": _sources(later, earlier),
        "sources_dropped": _sources(earlier, later),
    }
    told["summary"] = _in_words(told, later.capture.comments_read - earlier.capture.comments_read)
    past = [{"version": change.get("version"), "summary": change.get("summary")} for change in earlier.changes]
    return (*past[-MOST_KEPT:], told)


def _sentences(card: Card) -> dict[str, str]:
    return {fold(claim.text): claim.text for _, claim in list_claims(card)}


def _sources(card: Card, other: Card) -> list[str]:
    known = {source.url for source in other.sources}
    return [source.title or source.url for source in card.sources if source.url not in known][:MOST_TOLD]


def _in_words(told: dict[str, Any], comments: int) -> str:
    parts = [
        _count(len(told["added"]), "new sentence"),
        _count(len(told["dropped"]), "sentence", " gone"),
        _count(len(told["sources_added"]), "new source"),
        _count(len(told["sources_dropped"]), "source", " no longer cited"),
        _count(comments, "more comment", " read"),
        _count(-comments, "comment", " fewer read"),
    ]
    said = ", ".join(part for part in parts if part)
    return f"{said[0].upper()}{said[1:]}." if said else "Read again; it says the same."


def _count(count: int, what: str, rest: str = "") -> str:
    """Nothing for none."""
    return f"{count:,} {what}{'' if count == 1 else 's'}{rest}" if count > 0 else ""
