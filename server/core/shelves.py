"""Which cards stand together in a list: all of them, or those of one site, community, category or audience."""

import hashlib
import re
import unicodedata
from datetime import UTC, datetime
from functools import lru_cache

import msgspec

from server.core.card import Card

PLACE = re.compile(r"(?P<at>[^~]{1,40})(?:~(?P<id>[A-Za-z0-9_-]{1,64}))?")
PLUS_LOST = re.compile(r"(?<=\d) (?=\d\d:?\d\d$)")  # "+00:00" out of a query that nobody encoded


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """A community alone is that name on any site, with a site the one that is there; everything else stands alone."""

    site: str | None = None
    community: str | None = None
    category: str | None = None
    audience: str | None = None

    @property
    def key(self) -> str:
        """Short whatever the names are, and the same in upper and lower case."""
        named = [(name, told) for name in self.__struct_fields__ if (told := getattr(self, name)) is not None]
        return "|".join(f"{name[:2]}:{_digest(told)}" for name, told in named) or "all"


EVERYTHING = Shelf()


class Place(msgspec.Struct, frozen=True):
    """Where in a list, newest first, to go on: behind a card, or with all that are older than an instant."""

    at: datetime
    id: str | None = None

    def __str__(self) -> str:
        return self.at.astimezone(UTC).isoformat().replace("+00:00", "Z") + (f"~{self.id}" if self.id else "")

    def is_before(self, at: datetime, card_id: str) -> bool:
        """Whether a card that was made at that instant comes behind this place. Of cards made at once, ids decide."""
        return at < self.at or (at == self.at and self.id is not None and card_id < self.id)


def shelf_word(shelf: Shelf) -> str:
    """A shelf as a word for a search's index, which no text and no query holds: its first sign is part of no word."""
    return "⌂" + shelf.key.replace(":", "").replace("|", "")


def read_place(told: str) -> Place | None:
    """What `str` wrote, or an instant or a day as ISO 8601 has it; None where it is neither."""
    match = PLACE.fullmatch(told.strip())
    if match is None:
        return None
    try:
        at = datetime.fromisoformat(PLUS_LOST.sub("+", match["at"]) if "T" in match["at"] else match["at"])
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):  # the year 1 east of Greenwich
        return None
    return Place(at, match["id"])


def shelves_of(card: Card) -> tuple[Shelf, ...]:
    """Every shelf on which a card stands that is in lists at all."""
    thread = card.thread
    shelves = [EVERYTHING, Shelf(site=thread.site)]
    if thread.community:
        shelves += [Shelf(community=thread.community), Shelf(site=thread.site, community=thread.community)]
    if card.category:
        shelves.append(Shelf(category=card.category))
    return *shelves, *(Shelf(audience=audience) for audience in dict.fromkeys(card.tldr.who_should_care))


@lru_cache(4096)
def _digest(name: str) -> str:
    """PostgreSQL refuses index rows over 2704 bytes, and a stranger's forum may be named by a whole page."""
    folded = unicodedata.normalize("NFC", name.strip().strip("/").casefold())
    return hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()[:24]
