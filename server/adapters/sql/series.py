"""What every store decides about a series, as plain functions, so that the fake decides alike."""

import hashlib
import secrets

import msgspec

from server.core.card import Card, CardId, Claim, Tldr, Visibility

STRICTNESS: tuple[Visibility, ...] = ("public", "unlisted", "private")

_NOTHING = Claim(label=None, text="", kind="thread", citations=(), support="supported", corroborated=False)


def new_card_id() -> CardId:
    """Random, 96 bits as 16 characters of base64url."""
    return CardId(secrets.token_urlsafe(12))


def digest(text: str) -> str:
    """SHA-256 of a text as UTF-8, in hexadecimal; a lone surrogate is no obstacle."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def numbered(card: Card, card_id: CardId, version: int) -> Card:
    """The card as that version of that series; its permalink follows."""
    link = card.permalink.replace(card.id, card_id) if card.id else card.permalink
    return msgspec.structs.replace(card, id=card_id, version=version, permalink=link)


def strictest(*visibilities: Visibility) -> Visibility:
    """The one that shows least: a new version may hide a series, never expose it."""
    return max(visibilities, key=STRICTNESS.index)


def erased(card: Card) -> Card:
    """What stays of a deleted version: its numbers, its thread's address, not a word of either."""
    return msgspec.structs.replace(
        card,
        permalink="",
        thread=msgspec.structs.replace(card.thread, title="", author=None, links=()),
        headline=_NOTHING,
        hook=None,
        tldr=Tldr(what_changed=_NOTHING, why_it_matters=None, what_to_do_next=(), who_should_care=()),
        insight=None,
        discussion=None,
        disputed=(),
        sources=(),
        unread=(),
        changes=(),
        related=(),
    )
