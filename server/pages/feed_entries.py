"""Cards as entries of a feed, and the two formats: Atom (RFC 4287) and JSON Feed 1.1. No framework here."""

import re
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from server.core.card import Card
from server.core.ports import CardSummary
from server.core.presentation import permalink
from server.pages.rendering import render
from server.pages.words import web_address
from server.pages.writing_systems import LANGUAGE

FAMILY = uuid.UUID("5f0c8a52-6d1e-4f53-9d0b-2f1a7a3c9e44")  # drawn once: ids must not move with our address
NOTHING_YET = datetime(1970, 1, 1, tzinfo=UTC)  # what a feed without entries was updated at
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0 §2.2

STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})|[\[\]]")  # what a path, a query or a fragment may not hold bare


class Entry(msgspec.Struct, frozen=True):
    """A card's latest version. A refreshed card is the same entry, updated."""

    id: str
    url: str
    thread_url: str | None
    title: str
    summary: str
    html: str
    published_at: datetime
    updated_at: datetime
    tags: list[str]
    lang: str


class Feed(msgspec.Struct, frozen=True):
    """What a list has to say to a feed reader."""

    id: str
    title: str
    home: str
    atom: str
    json: str
    entries: list[Entry]

    @property
    def updated_at(self) -> datetime:
        """When the newest entry was made."""
        return max((entry.updated_at for entry in self.entries), default=NOTHING_YET)


def entry_of(card: Card, summary: CardSummary, address: str) -> Entry:
    """`summary` is the same version's, with what only its series knows."""
    named = [card.category, card.thread.community or card.thread.site, *card.tldr.who_should_care]
    return Entry(
        id=lasting_id("card", card.id),
        url=permalink(address, card.id, card.headline.text),
        thread_url=_iri(card.thread.url),
        title=card.headline.text,
        summary=card.tldr.what_changed.text,
        html=render("feed_entry.html", card=card, news=_news(card)),
        published_at=summary.created_at,
        updated_at=max(summary.created_at, summary.generated_at),
        tags=list(dict.fromkeys(name for name in named if name)),
        lang=card.lang if LANGUAGE.fullmatch(card.lang) else "und",
    )


def lasting_id(kind: str, name: str) -> str:
    """An id that stays when the server moves to another address (RFC 4287 §4.2.6), and for any name is an IRI."""
    return f"urn:uuid:{uuid.uuid5(FAMILY, f'{kind}/{name}')}"


def to_atom(feed: Feed) -> bytes:
    """Texts come back from an XML parser to the letter, but for what XML cannot hold: U+FFFD stands for that."""
    text = render("feed.xml", feed=feed, stamp=_stamp)
    return FORBIDDEN.sub("\ufffd", text).replace("\r", "&#13;").encode()


def to_json(feed: Feed) -> bytes:
    """https://www.jsonfeed.org/version/1.1/"""
    return msgspec.json.encode(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed.title,
            "home_page_url": feed.home,
            "feed_url": feed.json,
            "language": "en",
            "authors": [{"name": "Threadproof"}],
            "items": [_item(entry) for entry in feed.entries],
        }
    )


def _item(entry: Entry) -> dict[str, object]:
    item = {
        "id": entry.id,
        "url": entry.url,
        "external_url": entry.thread_url,
        "title": entry.title,
        "summary": entry.summary,
        "content_html": entry.html,
        "date_published": _stamp(entry.published_at),
        "date_modified": _stamp(entry.updated_at),
        "tags": entry.tags,
        "language": entry.lang,
    }
    return {name: value for name, value in item.items() if value is not None}


def _iri(url: str) -> str | None:
    """A web address as RFC 3987 has it: browsers take a sign that escapes nothing, feed readers need not."""
    address = web_address(url)
    if address is None:
        return None
    scheme, _, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host}{slash}" + STRAY.sub(lambda sign: f"%{ord(sign[0]):02X}", path)


def _news(card: Card) -> Sequence[str]:
    """What a later version changed, where the card says so in words."""
    return [str(change["summary"]) for change in card.changes if change.get("summary")]


def _stamp(at: datetime) -> str:
    """RFC 3339, in UTC and to the second: all feed readers read that."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
